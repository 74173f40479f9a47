package statspage

import (
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/otelxapi/otelxapi/classify"
)

// What the page says, in words. These are methods of the view, for the template.

// Title is the page's title.
func (v view) Title() string {
	if v.App == "" {
		return "X API budget"
	}
	return "X API budget: " + v.App
}

// Uptime is how long the transport has counted, empty if not known.
func (v view) Uptime() string {
	if v.At == nil || v.Since == nil {
		return ""
	}
	return duration(*until(*v.Since, *v.At))
}

// Summary says in a few sentences whether anything needs a look.
func (v view) Summary() []string {
	var low, first int
	for _, b := range v.Budgets {
		if b.Level != levelOK && b.Level != levelUnknown {
			low++
		}
		if b.EmptyFirst() {
			first++
		}
	}
	var total, failed int64
	for _, c := range v.Calls {
		total += c.Total
		failed += c.Failed
	}
	var s []string
	if all := len(v.Budgets); all > 0 {
		s = append(s, fmt.Sprintf("%d of %d budgets below 30%%, %d empty before the reset at this pace.", low, all, first))
	}
	if total > 0 {
		s = append(s, fmt.Sprintf("%s of %s calls failed (%s).", count(failed), count(total), percent(failed, total)))
	}
	return s
}

// Share is the share left: "12%".
func (b budget) Share() string {
	if b.Limit == nil {
		return "?"
	}
	return percent(b.Remaining, *b.Limit)
}

// BarWidth is the width of the bar, empty without a limit: "12.34%".
func (b budget) BarWidth() string {
	if b.ShareLeft == nil {
		return ""
	}
	return strconv.FormatFloat(*b.ShareLeft*100, 'f', 2, 64) + "%"
}

// Word says what the level's colour says.
func (b budget) Word() string {
	switch b.Level {
	case levelEmpty:
		return "empty"
	case levelCritical:
		return "nearly empty"
	case levelLow:
		return "low"
	case levelUnknown:
		return "limit unknown"
	}
	return ""
}

// Left is what is left of how much: "12 / 450".
func (b budget) Left() string {
	limit := "?"
	if b.Limit != nil {
		limit = count(*b.Limit)
	}
	return count(b.Remaining) + " / " + limit
}

// Whose is whose budget it is.
func (b budget) Whose() string {
	if b.Scope == "user" {
		return "users, lowest"
	}
	return b.Scope
}

// ResetsIn is the time until the reset.
func (b budget) ResetsIn() string { return wait(b.ResetsInSeconds, "?") }

// EmptyIn is the time until the budget is empty at the recent pace.
func (b budget) EmptyIn() string {
	if b.Level == levelEmpty {
		return "empty"
	}
	return wait(b.EmptyInSeconds, "not before")
}

// EmptyFirst reports that the budget will be empty before it is reset, and is
// not yet.
func (b budget) EmptyFirst() bool {
	return b.Level != levelEmpty && b.Exhaustion != nil && (b.Reset == nil || b.Exhaustion.Before(*b.Reset))
}

// Calls is the total.
func (o operation) Calls() string { return count(o.Total) }

// Failures is the failed calls with their share: "12 (3.5%)".
func (o operation) Failures() string {
	if o.Failed <= 0 {
		return "none"
	}
	return count(o.Failed) + " (" + percent(o.Failed, o.Total) + ")"
}

// Times is the count.
func (c classCount) Times() string { return count(c.Count) }

// Ago is how long ago the class was seen last.
func (c classCount) Ago() string { return ago(c.at, c.Last) }

// Who says who has to act, empty if nobody has.
func (h hint) Who() string {
	switch classify.Owner(h.Owner) {
	case classify.OwnerCaller:
		return "this program"
	case classify.OwnerAppSettings:
		return "whoever has the app's settings in X's developer console"
	case classify.OwnerAccount:
		return "whoever has the account, its plan or its bill"
	case classify.OwnerX:
		return "X"
	case classify.OwnerNetwork:
		return "whoever runs the network"
	}
	return ""
}

// Link is the address of the documentation, empty unless it is one of the web.
func (h hint) Link() string {
	u, err := url.Parse(h.URL)
	if err != nil || u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return u.String()
}

// LinkText is the address as a reader wants it.
func (h hint) LinkText() string { return strings.TrimPrefix(h.Link(), "https://") }

func wait(seconds *int64, unknown string) string {
	if seconds == nil {
		return unknown
	}
	if *seconds == 0 {
		return "now"
	}
	return duration(*seconds)
}

func ago(at, t *time.Time) string {
	if at == nil || t == nil {
		return "at an unknown time"
	}
	seconds := *until(*t, *at)
	if seconds == 0 {
		return "just now"
	}
	return duration(seconds) + " ago"
}

// duration says seconds in the two largest units: "4m 12s".
func duration(seconds int64) string {
	units := []struct {
		seconds int64
		name    string
	}{{24 * 60 * 60, "d"}, {60 * 60, "h"}, {60, "m"}, {1, "s"}}
	for i, u := range units {
		if seconds < u.seconds {
			continue
		}
		s := strconv.FormatInt(seconds/u.seconds, 10) + u.name
		if rest := seconds % u.seconds; i+1 < len(units) && rest >= units[i+1].seconds {
			next := units[i+1]
			s += " " + strconv.FormatInt(rest/next.seconds, 10) + next.name
		}
		return s
	}
	return "0s"
}

// count groups thousands: "12,345".
func count(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// percent rounds down, so that a share below a bound never reads as the bound,
// and never down to nothing.
func percent(n, of int64) string {
	switch p := float64(n) * 100 / float64(of); {
	case n <= 0 || of <= 0:
		return "0%"
	case n >= of:
		return "100%"
	case p < 0.1:
		return "<0.1%"
	case p < 10:
		return strconv.FormatFloat(math.Floor(p*10)/10, 'f', -1, 64) + "%"
	default:
		return strconv.FormatFloat(math.Floor(p), 'f', 0, 64) + "%"
	}
}
