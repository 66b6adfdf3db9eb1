package server

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// guard refuses what a page in a browser can send to an unauthenticated
// control plane: another site's request, and a name that an attacker made to
// resolve to this machine (DNS rebinding). There is no CORS here.
type guard struct {
	hosts []string // allowed names beside IP literals and localhost
	next  http.Handler
}

func (g guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if reason := g.refusal(r); reason != "" {
		writeError(w, http.StatusForbidden, "AccessDeniedException", reason)
		return
	}
	g.next.ServeHTTP(w, r)
}

// refusal says why r is refused, or "".
func (g guard) refusal(r *http.Request) string {
	if !g.knownHost(r.Host) {
		return "Host " + quoted(r.Host) + " is not served here: use localhost, an IP address, or start poterne with --allow-host"
	}
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return "Requests of other sites are refused (Sec-Fetch-Site: " + site + ")"
	}
	if origin := r.Header.Get("Origin"); origin != "" && !sameOrigin(origin, r.Host) {
		return "Requests of other origins are refused (Origin: " + quoted(origin) + ")"
	}
	return ""
}

func (g guard) knownHost(hostport string) bool {
	host := hostName(hostport)
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return true
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || slices.Contains(g.hosts, host)
}

func sameOrigin(origin, host string) bool {
	rest, ok := strings.CutPrefix(origin, "http://")
	if !ok {
		rest, ok = strings.CutPrefix(origin, "https://")
	}
	return ok && strings.EqualFold(rest, host)
}

// hostName is a Host header in lower case without its port.
func hostName(hostport string) string {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

func quoted(s string) string { return "'" + s + "'" }
