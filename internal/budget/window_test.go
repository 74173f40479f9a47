package budget

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/otelxapi/otelxapi/classify"
)

// step is an answer and a reading at a moment after the start.
type step struct {
	at     time.Duration
	answer classify.RateLimit // zero: none
	want   string             // what show says of the snapshot right after
}

func TestReadingAfterAnswers(t *testing.T) {
	t.Parallel()
	// The fake clock of a bubble starts here.
	start := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	const m, s = time.Minute, time.Second
	at := start.Add
	none := classify.RateLimit{}
	fallback := rate(39999, 40000, at(15*m))
	fallback.Fallback = true

	for name, tc := range map[string]struct {
		key   Key
		steps []step
	}{
		"a window counts down and reads as full once it has passed, then not at all": {appKey, []step{
			{0, rate(299, 300, at(15*m)), "299/300 15m0s"},
			{14*m + 59*s, none, "299/300 1s"},
			{15 * m, none, "300/300"},
			{30*m - s, none, "300/300"},
			{30 * m, none, ""},
		}},
		"an empty window is never a stale 0": {appKey, []step{
			{0, rate(0, 300, at(m)), "0/300 1m0s, empty in 0 s"},
			{m - time.Millisecond, none, "0/300 1ms, empty in 0 s"},
			{m, none, "300/300"},
		}},
		"the lowest remainder of a window wins, whatever the order": {appKey, []step{
			{0, rate(250, 300, at(15*m)), "250/300 15m0s"},
			{s, rate(252, 300, at(15*m)), "250/300 14m59s"},
			{s, rate(251, 300, at(15*m)), "250/300 14m59s"},
		}},
		"the next window replaces the last one, and late answers of that are ignored": {appKey, []step{
			{0, rate(3, 300, at(m)), "3/300 1m0s"},
			{m, rate(299, 300, at(16*m)), "299/300 15m0s"},
			{m, rate(0, 300, at(m)), "299/300 15m0s"},
			{m, rate(298, 300, at(16*m)), "298/300 15m0s"},
		}},
		"the next window counts even if the last one seems to be under way": {appKey, []step{
			{0, rate(0, 300, at(5*s)), "0/300 5s, empty in 0 s"},
			{2 * s, rate(299, 300, at(15*m)), "299/300 14m58s"},
			{2 * s, rate(0, 300, at(5*s)), "299/300 14m58s"},
		}},
		"interleaved windows of two apps are not mixed": {appKey, []step{
			{0, rate(10, 300, at(5*m)), "10/300 5m0s"},
			{s, rate(800, 900, at(10*m)), "800/900 9m59s"},
			{2 * s, rate(9, 300, at(5*m)), "800/900 9m58s"},
			{3 * s, rate(799, 900, at(10*m)), "799/900 9m57s"},
			{6 * m, rate(299, 300, at(20*m)), "299/300 14m0s"},
			{7 * m, rate(500, 900, at(10*m)), "299/300 13m0s"},
		}},
		"an answer of a passed window says nothing": {appKey, []step{
			{0, rate(0, 300, at(0)), ""},
			{0, rate(0, 300, at(-3*m)), ""},
			{m, rate(5, 300, at(m)), ""},
		}},
		"a reset beyond the window is not believed, but for some skew": {appKey, []step{
			{0, rate(5, 300, at(20*m+s)), ""},
			{0, rate(5, 300, at(24*time.Hour)), ""},
			{0, rate(5, 300, at(20*m)), "5/300 20m0s"},
		}},
		"a 24-hour window is longer": {dayKey, []step{
			{0, rate(5, 100, at(24*time.Hour)), "5/100 24h0m0s"},
			{23 * time.Hour, none, "5/100 1h0m0s"},
			{24 * time.Hour, none, "100/100"},
			{24*time.Hour + Grace, none, ""},
		}},
		"the fallback bucket is not the endpoint's limit": {appKey, []step{
			{0, fallback, ""},
			{s, rate(7, 300, at(15*m)), "7/300 14m59s"},
			{2 * s, fallback, "7/300 14m58s"},
		}},
		"an answer without headers says nothing": {appKey, []step{
			{0, none, ""},
			{0, without(rate(7, 300, at(m)), "limit remaining"), ""},
		}},
		"without a limit, the last one counts": {appKey, []step{
			{0, without(rate(7, 300, at(m)), "limit"), "7/? 1m0s"},
			{s, rate(6, 300, at(m)), "6/300 59s"},
			{2 * s, without(rate(5, 300, at(m)), "limit"), "5/300 58s"},
			{m, without(rate(280, 300, at(16*m)), "limit"), "280/300 15m0s"},
		}},
		"a window of unknown limit that has passed does not read as full": {appKey, []step{
			{0, without(rate(0, 300, at(m)), "limit"), "0/? 1m0s, empty in 0 s"},
			{m, none, ""},
		}},
		"without a remainder, the limit is known": {appKey, []step{
			{0, without(rate(0, 300, at(m)), "remaining"), "?/300 1m0s"},
			{s, rate(6, 300, at(m)), "6/300 59s"},
			{2 * s, without(rate(0, 300, at(m)), "remaining"), "6/300 58s"},
			{m, none, "300/300"},
		}},
		"without a reset, the answer counts in the window under way, if there is one": {appKey, []step{
			{0, without(rate(7, 300, at(m)), "reset"), ""},
			{0, rate(6, 300, at(m)), "6/300 1m0s"},
			{s, without(rate(5, 300, at(m)), "reset"), "5/300 59s"},
			{s, without(rate(7, 300, at(m)), "reset"), "5/300 59s"},
			{m, without(rate(4, 300, at(m)), "reset"), "300/300"},
		}},
		"more remaining than the limit is full": {appKey, []step{
			{0, rate(400, 300, at(m)), "300/300 1m0s"},
		}},
		"values that cannot be are absent": {appKey, []step{
			{0, rate(-1, 300, at(m)), "?/300 1m0s"},
			{0, rate(5, -300, at(m)), "5/300 1m0s"},
			{0, rate(5, 0, at(m)), "5/300 1m0s"},
			{0, rate(1<<62, 1<<62, at(m)), "5/300 1m0s"},
			{0, rate(MaxCount+1, MaxCount+1, at(m)), "5/300 1m0s"},
			{0, classify.RateLimit{Limit: 9, Remaining: 1, Reset: -1 << 63, HasLimit: true, HasRemaining: true, HasReset: true}, "1/9 1m0s"},
			{0, classify.RateLimit{Limit: 9, Remaining: 0, Reset: 1<<63 - 1, HasLimit: true, HasRemaining: true, HasReset: true}, "0/9 1m0s, empty in 0 s"},
		}},
		"the largest counts fit": {appKey, []step{
			{0, rate(MaxCount, MaxCount, at(m)), "2097150/2097150 1m0s"},
		}},
		"of many users the lowest share counts until its window passes": {userKey, []step{
			{0, rate(90, 100, at(10*m)), "90/100 10m0s"},
			{s, rate(50, 1000, at(5*m)), "50/1000 4m59s"},
			{2 * s, rate(20, 100, at(15*m)), "50/1000 4m58s"},
			{5 * m, none, ""},
			{5 * m, rate(80, 100, at(15*m)), "80/100 10m0s"},
			{6 * m, rate(19, 100, at(15*m)), "19/100 9m0s"},
			{15 * m, none, ""},
		}},
		"of users with the same share the window that lasts longer counts": {userKey, []step{
			{0, rate(0, 100, at(10*m)), "0/100 10m0s"},
			{s, rate(0, 50, at(12*m)), "0/50 11m59s"},
			{s, rate(0, 100, at(11*m)), "0/50 11m59s"},
		}},
		"of a user without a limit the users' limit counts": {userKey, []step{
			{0, without(rate(9, 0, at(10*m)), "limit"), "9/? 10m0s"},
			{0, without(rate(8, 0, at(10*m)), "limit"), "8/? 10m0s"},
			{0, without(rate(9, 0, at(10*m)), "limit"), "8/? 10m0s"},
			{0, rate(50, 100, at(10*m)), "50/100 10m0s"},
			{0, without(rate(40, 0, at(10*m)), "limit"), "40/100 10m0s"},
		}},
		"a user's answer without remainder or reset cannot be ranked": {userKey, []step{
			{0, without(rate(0, 100, at(10*m)), "remaining"), ""},
			{0, rate(50, 100, at(10*m)), "50/100 10m0s"},
			{0, without(rate(10, 100, at(10*m)), "reset"), "50/100 10m0s"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				if !time.Now().Equal(start) {
					t.Fatalf("the bubble starts at %v", time.Now())
				}
				store := New(8)
				w := store.Window(tc.key)
				for i, step := range tc.steps {
					time.Sleep(step.at - time.Since(start))
					w.Observe(step.answer, time.Now())
					got := store.Snapshot(time.Now())
					if show(got) != step.want {
						t.Errorf("step %d at %v: got %q, want %q", i, step.at, show(got), step.want)
					}
					for _, r := range got {
						if why := invalid(r); why != "" {
							t.Errorf("step %d: %s: %+v", i, why, r)
						}
					}
				}
			})
		})
	}
}

func TestObservationTellsItsOwnBudget(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	reset := now.Add(10 * time.Minute)
	fallback := rate(0, 40000, reset)
	fallback.Fallback = true
	for name, tc := range map[string]struct {
		key     Key
		answers []classify.RateLimit
		share   float64 // of the last answer; -1: unknown
	}{
		"the share that remains":                              {appKey, []classify.RateLimit{rate(60, 300, reset)}, 0.2},
		"app: an answer out of order gets the shared budget":  {appKey, []classify.RateLimit{rate(15, 300, reset), rate(60, 300, reset)}, 0.05},
		"app: a late answer of another window says nothing":   {appKey, []classify.RateLimit{rate(15, 300, reset), rate(0, 300, now.Add(time.Minute))}, -1},
		"user: each answer is its own":                        {userKey, []classify.RateLimit{rate(15, 300, reset), rate(60, 300, reset)}, 0.2},
		"user: the limit is the users'":                       {userKey, []classify.RateLimit{rate(15, 300, reset), without(rate(60, 0, reset), "limit")}, 0.2},
		"a passed window says nothing":                        {appKey, []classify.RateLimit{rate(0, 300, now)}, -1},
		"the fallback bucket says nothing":                    {appKey, []classify.RateLimit{fallback}, -1},
		"no limit, no share":                                  {appKey, []classify.RateLimit{without(rate(7, 300, reset), "limit")}, -1},
		"no remainder, no share":                              {userKey, []classify.RateLimit{without(rate(0, 300, reset), "remaining")}, -1},
		"without a reset the share is known":                  {appKey, []classify.RateLimit{without(rate(30, 300, reset), "reset")}, 0.1},
		"user: without a reset the share is known":            {userKey, []classify.RateLimit{rate(15, 300, reset), without(rate(30, 300, reset), "reset")}, 0.1},
		"app: without a reset it counts in the known window":  {appKey, []classify.RateLimit{rate(15, 300, reset), without(rate(30, 300, reset), "reset")}, 0.05},
		"more than the limit is a share of 1":                 {appKey, []classify.RateLimit{rate(301, 300, reset)}, 1},
		"an answer without headers says nothing of the known": {appKey, []classify.RateLimit{rate(0, 300, reset), {}}, -1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := New(1).Window(tc.key)
			var o Observation
			for _, l := range tc.answers {
				o = w.Observe(l, now)
			}
			if tc.share < 0 {
				if o != (Observation{}) {
					t.Errorf("got %+v, want nothing", o)
				}
				return
			}
			if !o.HasShare || o.Share != tc.share {
				t.Errorf("got %+v, want share %v", o, tc.share)
			}
			if o.Low(tc.share) || !o.Low(tc.share+0.01) {
				t.Errorf("low at %v: %v, above it: %v", tc.share, o.Low(tc.share), o.Low(tc.share+0.01))
			}
		})
	}
	if (Observation{}).Low(1) {
		t.Error("an unknown share is low")
	}
}

func TestKindsOfWindows(t *testing.T) {
	t.Parallel()
	for auth, want := range map[string]string{
		"app_only": "app app user", "oauth2_user": "user app user", "oauth1_user": "user app user", //nolint:dupword // a scope for each kind of window
		"bearer": "user app user", "basic": "app app user", "none": "app app user", "?": "app app user", //nolint:dupword // the same
	} {
		var got []string
		for _, k := range []Kind{Window15m, App24h, User24h} {
			got = append(got, string(k.Scope(endpointAuth(auth))))
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s: scopes %q, want %q", auth, s, want)
		}
	}
	if Window15m.Length() != 15*time.Minute || App24h.Length() != 24*time.Hour || User24h.Length() != 24*time.Hour || Kind("?").Length() != 15*time.Minute {
		t.Error("lengths")
	}
}
