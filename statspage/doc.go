// Package statspage shows what a transport has seen as a page: the budget page
// of a program that has no metrics backend.
//
//	transport := otelxapi.NewTransport(nil, otelxapi.WithStats())
//	http.Handle("/x", statspage.Handler(transport.Stats))
//
// The page is plain HTML that the server makes: which budgets are nearly empty,
// when they are back, which calls failed, and what to do about it. It needs no
// script, loads nothing, reads well on a phone and in the dark, and asks for
// itself again every 15 seconds; ?refresh=off stops that, so that an opened
// hint stays open.
//
// # JSON
//
// The same as JSON is served when the query holds format=json, when the path
// ends in ".json", or when the Accept header prefers application/json to
// text/html. Members may be added; those that are there keep name and meaning,
// and are always present. What is not known is null. Times are RFC 3339 in UTC,
// cut to seconds; durations are whole seconds, rounded up, and never negative.
//
//	{
//	  "app": "newsbot",                      name of the program, or ""
//	  "at": "2026-11-23T12:00:00Z",          when the copy was made
//	  "since": "2026-11-22T09:30:00Z",       when counting started
//	  "api_version": "2.167",                that X answered with last, or ""
//	  "budgets": [{                          the emptiest first, unknown ones last
//	    "method": "GET",
//	    "template": "/2/users/{id}/tweets",
//	    "window": "15m",                     or "24h"
//	    "scope": "app",                      or "user": the one with the lowest share left
//	    "limit": 900,                        requests, or null
//	    "remaining": 45,                     requests
//	    "share_left": 0.05,                  0 to 1, or null
//	    "level": "critical",                 empty, critical (<10%), low (<30%), ok, unknown
//	    "reset": "2026-11-23T12:04:12Z",
//	    "resets_in_seconds": 252,
//	    "exhaustion": "2026-11-23T12:01:30Z",  forecast, null when it resets before, or is empty
//	    "empty_in_seconds": 90
//	  }],
//	  "calls": [{                            most calls first
//	    "method": "GET",
//	    "template": "/2/users/{id}/tweets",  "" for endpoints that are not known
//	    "total": 340,                        a stream counts when it is connected
//	    "failed": 12,                        calls that failed wholly, each once
//	    "classes": [{
//	      "class": "rate_limited",
//	      "count": 12,
//	      "error": true,                     false: an answer in parts
//	      "last": "2026-11-23T11:48:00Z",
//	      "hint": {"title": "", "text": "", "url": "", "owner": ""}
//	    }]
//	  }]
//	}
//
// Calls that the program canceled are in "total" alone. A stream is one call
// however long it lasts, and one that failed as soon as it stalls or ends in an
// error. In "classes" each stall counts, even if the stream goes on, and an end
// in an error, so that their sum can be more than "failed"; a stream that the
// program ends in a stall has that stall, and one that it ends otherwise nothing.
//
// A budget whose reset has passed reads as full: X said so before, and has not
// been asked since.
//
// # Security
//
// The page shows operations (method and path template), counts, times and the
// hints of package classify. It never shows ids, handles, tokens, query values
// or anything of a body, for the Stats hold none, and nothing of the request is
// repeated. Yet it tells outsiders what a program does and when it is weak:
// put it behind your own authentication, or on an address that only you reach.
// The handler has none of its own. Answers are not to be stored by caches, and
// a Content-Security-Policy keeps everything but the page's own style out of
// the page, and the page out of frames of other origins.
package statspage
