package server

import (
	"net"
	"net/http"
)

// requests answers what became of recent requests. It tells bodies, so nobody
// on another machine gets it unasked.
func (s *Server) requests(w http.ResponseWriter, _ *http.Request) {
	if s.traces == nil {
		writeError(w, http.StatusForbidden, "AccessDeniedException",
			"requests are not traced where other machines reach poterne, or with --identities: start poterne serve with --traces")
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"requests": s.traces.Recent()})
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
