package server

import (
	"net/http"

	"github.com/poterne/poterne/wire/httpmsg"
	"github.com/poterne/poterne/wire/sigv4"
)

// credentialScope is what a request is signed for; ok is false for an unsigned
// one. Nothing is verified here.
func credentialScope(r *httpmsg.Request) (scope sigv4.Scope, ok bool) {
	authorization, _ := r.Header.Get("Authorization")
	_, scope, ok = sigv4.FindScope(authorization, r.RawQuery)
	return scope, ok
}

// scopeOf is credentialScope of a request behind net/http's interface.
func scopeOf(r *http.Request) sigv4.Scope {
	_, scope, _ := sigv4.FindScope(r.Header.Get("Authorization"), r.URL.RawQuery)
	return scope
}
