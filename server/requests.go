package server

import (
	"fmt"
	"net"
	"net/http"
	"slices"

	"github.com/poterne/poterne/gateway"
)

// requests answers what became of recent requests, or of the one of ?id=, as
// JSON, or for people to whom asks for text/plain. It tells bodies, so nobody on
// another machine gets it unasked.
func (s *Server) requests(w http.ResponseWriter, r *http.Request) {
	if s.traces == nil {
		writeError(w, http.StatusForbidden, "AccessDeniedException",
			"requests are not traced where other machines reach poterne, or with --identities: start poterne serve with --traces")
		return
	}
	list := s.traces.Recent()
	if id := r.URL.Query().Get("id"); id != "" {
		list = slices.DeleteFunc(list, func(t gateway.Trace) bool { return t.RequestId != id })
	}
	if r.Header.Get("Accept") == "text/plain" {
		writeTraces(w, list)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"requests": list})
}

// writeTraces writes the oldest first, so that a terminal ends with the newest.
func writeTraces(w http.ResponseWriter, list []gateway.Trace) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	for i := range slices.Backward(list) {
		if _, err := fmt.Fprintln(w, list[i].Text()); err != nil {
			return // the client is gone
		}
	}
}

// traced reports whether requests are traced: asked for, or where none but this
// machine's users, who may do anything here, can see it.
func (c *Config) traced() bool {
	if c.Traces {
		return true
	}
	return c.Identities == "" && c.dataOnLoopback() && c.controlOnLoopback()
}

func (c *Config) controlOnLoopback() bool {
	host, _, err := net.SplitHostPort(c.Control)
	return c.Control == "" || err == nil && loopbackHost(host)
}
