package otelxapi

import (
	"maps"

	"github.com/otelxapi/otelxapi/endpoint"
)

// PriceTable is what X charges on its pay-per-usage plan, in US dollars.
type PriceTable struct {
	// Source says where the prices come from, with the date.
	Source string
	// Read is the price of one returned resource, by X's price item: "post",
	// "user", "dm_event" and so on.
	Read map[string]float64
	// Write is the price of one request, by X's price item: "post_create",
	// "dm_interaction_create" and so on.
	Write map[string]float64
	// OwnedRead is the price of one resource that an account reads of its own,
	// and OwnedOperations names the operations that have it ("GET
	// /2/users/{id}/tweets"). A request does not show whose account it reads:
	// the price is used only where OwnedReads says that all reads are of one's
	// own.
	OwnedRead       float64
	OwnedOperations map[string]bool
	OwnedReads      bool
}

// DefaultPriceTable returns X's list prices of 2026-08-22. Prices change, and
// contracts have others: take the result as a start.
func DefaultPriceTable() PriceTable {
	p := PriceTable{
		Source: "docs.x.com/x-api/getting-started/pricing, 2026-08-22; owned reads: docs.x.com/changelog, 2026-04-16",
		Read: map[string]float64{
			"post": 0.005, "user": 0.01, "dm_event": 0.01, "follow": 0.01, "list": 0.005, "space": 0.005,
			"community": 0.005, "note": 0.005, "like": 0.001, "mute": 0.001, "block": 0.001, "profile_update": 0.005,
		},
		Write: map[string]float64{
			"post_create": 0.015, "post_create_with_url": 0.2, "post_create_summoned": 0.01,
			"dm_interaction_create": 0.015, "user_interaction_create": 0.015, "interaction_delete": 0.01,
			"content_manage": 0.005, "list_create": 0.01, "list_manage": 0.005, "bookmark": 0.005,
			"media_metadata": 0.005, "privacy_update": 0.01, "mute_delete": 0.005,
			"counts_recent": 0.005, "counts_all": 0.01, "trends": 0.01,
		},
		OwnedRead:       0.001,
		OwnedOperations: map[string]bool{},
	}
	for _, name := range []string{
		"tweets", "mentions", "liked_tweets", "bookmarks", "followers", "following", "blocking", "muting",
		"owned_lists", "followed_lists", "list_memberships", "pinned_lists",
	} {
		p.OwnedOperations["GET /2/users/{id}/"+name] = true
	}
	return p
}

// clone returns a copy that the caller's changes do not reach.
func (p PriceTable) clone() PriceTable {
	p.Read, p.Write, p.OwnedOperations = maps.Clone(p.Read), maps.Clone(p.Write), maps.Clone(p.OwnedOperations)
	return p
}

// cost returns the price of one call. Unknown prices count nothing.
func (p PriceTable) cost(op *endpoint.Operation, h harvest) float64 {
	if !op.Billing.PerResource {
		return p.Write[op.Billing.Unit]
	}
	each := p.Read[op.Billing.Unit]
	if p.OwnedReads && p.OwnedOperations[op.Name] {
		each = p.OwnedRead
	}
	usd := each * float64(h.data)
	for i, n := range h.includes {
		usd += p.Read[includeTypes[i]] * float64(n)
	}
	return usd
}
