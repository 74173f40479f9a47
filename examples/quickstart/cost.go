package main

import (
	"cmp"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/otelxapi/otelxapi"
)

// An expense is what the calls to one endpoint cost.
type expense struct {
	call     string
	usd      float64
	returned int64 // resources
}

// expenses returns what the calls cost by endpoint, the dearest first.
func expenses(calls []span) []expense {
	var es []expense
	for _, s := range calls {
		i := slices.IndexFunc(es, func(e expense) bool { return e.call == s.Name() })
		if i < 0 {
			i = len(es)
			es = append(es, expense{call: s.Name()})
		}
		es[i].usd += s.cost()
		es[i].returned += s.attributes[otelxapi.ResourcesReturnedKey].AsInt64()
	}
	slices.SortStableFunc(es, func(a, b expense) int { return cmp.Compare(b.usd, a.usd) })
	return es
}

// cost returns what the span says that the call cost, in US dollars.
func (s span) cost() float64 { return s.attributes[otelxapi.CostEstimatedKey].AsFloat64() }

// dearest is how many endpoints are shown with their cost.
const dearest = 3

// cost writes what the calls cost, and the endpoints that cost most.
func cost(w io.Writer, p painter, calls []span, prices otelxapi.PriceTable) {
	es := expenses(calls)
	var all expense
	nameWidth := 0
	priced := 0
	for i, e := range es {
		all.usd += e.usd
		all.returned += e.returned
		if e.usd > 0 {
			priced++
		}
		if i < dearest && e.usd > 0 {
			nameWidth = max(nameWidth, utf8.RuneCountInString(e.call))
		}
	}
	rest := len("$0.000") + len("1000 resources") + 2*len(gutter)
	nameWidth = min(nameWidth, width-rest)

	about := fmt.Sprintf("estimated by X's list prices of %s, %s returned", dateOf(prices), count(all.returned))
	if priced > dearest {
		about += fmt.Sprintf(": the dearest %d of %d", dearest, priced)
	}
	fmt.Fprintln(w, p.paint(bold, "Cost "+dollars(all.usd)), p.paint(dim, about))
	for _, e := range es[:min(dearest, len(es))] {
		line := pad(shorten(e.call, nameWidth), nameWidth) + gutter + dollars(e.usd)
		if e.returned > 0 {
			line += gutter + count(e.returned)
		}
		if e.usd > 0 {
			fmt.Fprintln(w, line)
		}
	}
	fmt.Fprintln(w, p.paint(dim, "With includes; for reads an upper bound, since X bills a resource once per UTC day."))
}

// dollars returns an amount to a tenth of a cent, which is X's lowest price.
func dollars(usd float64) string { return "$" + strconv.FormatFloat(usd, 'f', 3, 64) }

// count returns a number of resources.
func count(n int64) string {
	if n == 1 {
		return "1 resource"
	}
	return fmt.Sprintf("%d resources", n)
}

var date = regexp.MustCompile(`\d{4}-\d{2}-\d{2}`)

// dateOf returns the date of a price table, or all that it says of its source
// where that names none.
func dateOf(prices otelxapi.PriceTable) string {
	return cmp.Or(date.FindString(prices.Source), prices.Source)
}
