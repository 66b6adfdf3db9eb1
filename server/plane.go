package server

import (
	"net"
	"net/netip"
	"strings"

	"github.com/poterne/poterne/wire/httpmsg"
)

// A plane is who answers a request that came to the shared listener.
type plane int

const (
	dataPlane    plane = iota
	controlPlane       // the operations of API Gateway
	localPlane         // what is ours: /_poterne/, /_localstack/
	otherService       // another AWS service: sts, …
)

// A planeRule is a row of the precedence by which the shared listener finds
// the plane; the first rule that knows the request decides.
type planeRule struct {
	name   string
	decide func(*doors, *httpmsg.Request) (plane, bool)
}

var planeRules = []planeRule{
	{"execute-api host", byHost},
	{"custom domain", byDomain},
	{"path of ours", byOwnPath},
	{"signature scope", byScope},
	{"root of the served API", byRoot},
	{"operation", byOperation},
}

func (d *doors) planeOf(r *httpmsg.Request) plane {
	for _, rule := range planeRules {
		if p, ok := rule.decide(d, r); ok {
			return p
		}
	}
	return dataPlane // which answers 403, as API Gateway does for what it does not know
}

func byHost(_ *doors, r *httpmsg.Request) (plane, bool) {
	_, rest, ok := strings.Cut(r.Host, ".")
	return dataPlane, ok && strings.HasPrefix(rest, "execute-api.")
}

// byDomain: a custom domain name takes all of its Host, so a name under which
// the control plane is asked is never one.
func byDomain(d *doors, r *httpmsg.Request) (plane, bool) {
	return dataPlane, !isOwnName(r.Host) && d.data.ServesHost(r.Host)
}

// isOwnName: localhost or an address, with or without a port.
func isOwnName(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil || strings.EqualFold(host, "localhost")
}

func byOwnPath(_ *doors, r *httpmsg.Request) (plane, bool) {
	switch {
	case strings.HasPrefix(r.Path, "/_poterne/"), strings.HasPrefix(r.Path, "/_localstack/"):
		return localPlane, true
	case strings.HasPrefix(r.Path, "/_aws/execute-api/"):
		return dataPlane, true
	}
	return dataPlane, isUserRequest(r.Path)
}

// isUserRequest: /restapis/{id}/{stage}/_user_request_, where users of
// emulators look for their API.
func isUserRequest(path string) bool {
	rest, ok := strings.CutPrefix(path, "/restapis/")
	if !ok {
		return false
	}
	_, rest, _ = strings.Cut(rest, "/") // {id}
	_, rest, _ = strings.Cut(rest, "/") // {stage}
	mark, _, _ := strings.Cut(rest, "/")
	return mark == "_user_request_"
}

func byScope(_ *doors, r *httpmsg.Request) (plane, bool) {
	scope, ok := credentialScope(r)
	switch {
	case !ok:
		return 0, false
	case scope.Service == "apigateway":
		return controlPlane, true
	case scope.Service == "execute-api":
		return dataPlane, true
	}
	return otherService, true
}

func byRoot(d *doors, r *httpmsg.Request) (plane, bool) {
	return dataPlane, d.rootServes(r)
}

func byOperation(d *doors, r *httpmsg.Request) (plane, bool) {
	return controlPlane, d.isOperation(r)
}
