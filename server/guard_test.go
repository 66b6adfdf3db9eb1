package server

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestGuardRefusesBrowsers(t *testing.T) {
	g := guard{hosts: []string{"gateway.test"}, next: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })}
	for _, c := range []struct {
		name, host, origin, site string
		want                     int
	}{
		{"a command-line client", "localhost:4566", "", "", 200},
		{"an address", "127.0.0.1:4566", "", "", 200},
		{"an IPv6 address", "[::1]:4566", "", "", 200},
		{"a name below localhost", "apigateway.localhost:4566", "", "", 200},
		{"an allowed name", "gateway.test:4566", "", "", 200},
		{"a name that resolves here (rebinding)", "evil.example:4566", "", "", 403},
		{"a name that ends like localhost", "notlocalhost:4566", "", "", 403},
		{"no name", "", "", "", 403},
		{"our own page", "localhost:4566", "http://localhost:4566", "same-origin", 200},
		{"another site's page", "localhost:4566", "https://evil.example", "cross-site", 403},
		{"another site's form without Origin", "localhost:4566", "", "cross-site", 403},
		{"another port's page", "localhost:4566", "http://localhost:3000", "same-site", 403},
		{"a sandboxed page", "localhost:4566", "null", "", 403},
	} {
		r := httptest.NewRequest(http.MethodPost, "/restapis", nil)
		r.Host = c.host
		set(r, "Origin", c.origin)
		set(r, "Sec-Fetch-Site", c.site)
		w := httptest.NewRecorder()
		g.ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s: %d %s, want %d", c.name, w.Code, w.Body, c.want)
		}
	}
}

func set(r *http.Request, name, value string) {
	if value != "" {
		r.Header.Set(name, value)
	}
}
