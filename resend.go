package otelxapi

import (
	"context"
	"net/http"
)

type resendKey struct{}

// ContextWithResendCount tells the transport that the request was sent n times
// before, for http.request.resend_count. A retry layer above the transport
// calls it for every attempt but the first; redirects count by themselves.
func ContextWithResendCount(ctx context.Context, n int) context.Context {
	return context.WithValue(ctx, resendKey{}, n)
}

// resendCount returns how many times the request was sent before.
func resendCount(r *http.Request) int {
	n, _ := r.Context().Value(resendKey{}).(int)
	// http.Client puts the redirecting response into the request that follows
	// it; ten redirects are its limit, and a bound against cycles.
	for res, i := r.Response, 0; res != nil && i < 32; i++ {
		n++
		if res.Request == nil {
			break
		}
		res = res.Request.Response
	}
	return max(n, 0)
}
