package gateway

import (
	"strings"

	"github.com/poterne/poterne/wire/httpmsg"
)

// An address is whom a request is for.
type address struct {
	api, stage string
	rest       string // the path after the stage, raw: what is routed
	path       string // $context.path: with the stage, as sent but for duplicate slashes before it
	host       string // $context.domainName; empty where the Host does not name the API
	custom     bool   // not the default endpoint: a custom domain, or the root
	domain     bool   // a custom domain
	health     bool   // a health check, which reaches no API

	found *liveStage // the stage, where it was looked up already
}

// A style is one way of addressing a deployed API.
type style struct {
	name    string
	resolve func(*Invocation, *httpmsg.Request, *snapshot) (address, bool)
}

// styles are tried in this order; who fits none gets 403 Forbidden.
var styles = []style{
	{"execute-api host", byHost},
	{"custom domain", byDomain},
	{"/restapis/{api}/{stage}/_user_request_/", byUserRequest},
	{"/_aws/execute-api/{api}/{stage}/", byLocalPath},
	{"root", byRoot},
}

func (inv *Invocation) resolve(r *httpmsg.Request, s *snapshot) (address, bool) {
	for i := range styles {
		if a, ok := styles[i].resolve(inv, r, s); ok {
			return a, true
		}
	}
	return address{}, false
}

// byHost: {api}.execute-api.…, {api}-{vpce}.execute-api.…, or the name of a VPC
// endpoint with the API in a header (data plane §2.1, AF-280). Host names know
// no case, ids do.
func byHost(_ *Invocation, r *httpmsg.Request, s *snapshot) (address, bool) {
	api, domain, ok := strings.Cut(r.Host, ".")
	if !ok || len(domain) < len(executeApi) || !strings.EqualFold(domain[:len(executeApi)], executeApi) {
		return address{}, false
	}
	if strings.HasPrefix(api, "vpce-") {
		api, _ = r.Header.Get(endpointApiHeader)
	}
	api, _, _ = strings.Cut(api, "-vpce-")
	a := address{api: api, host: withoutPort(r.Host)}
	a.path = collapseLeading(r.Path)
	a.stage, a.rest = cutStage(a.path[1:])
	if a.found = s.stage(api, a.stage); a.found == nil && s.apis[api] == nil {
		a.api = strings.ToLower(api)
	}
	return a, true
}

const (
	executeApi        = "execute-api."
	endpointApiHeader = "x-apigw-api-id"
)

// byUserRequest is the form that users of emulators know.
func byUserRequest(inv *Invocation, r *httpmsg.Request, _ *snapshot) (address, bool) {
	rest, ok := strings.CutPrefix(r.Path, "/restapis/")
	if !ok {
		return address{}, false
	}
	api, rest, _ := strings.Cut(rest, "/")
	stage, rest, _ := strings.Cut(rest, "/")
	marker, rest := cutStage(rest)
	if marker != "_user_request_" {
		return address{}, false
	}
	return address{api: api, stage: stage, rest: rest, path: inv.join("/", stage, rest)}, true
}

func byLocalPath(_ *Invocation, r *httpmsg.Request, _ *snapshot) (address, bool) {
	rest, ok := strings.CutPrefix(r.Path, "/_aws/execute-api/")
	if !ok {
		return address{}, false
	}
	api, path := cutStage(rest)
	a := address{api: api, path: collapseLeading(path)}
	a.stage, a.rest = cutStage(a.path[1:])
	return a, true
}

// byRoot serves one Stage without its name in the path.
func byRoot(inv *Invocation, r *httpmsg.Request, s *snapshot) (address, bool) {
	if s.root == (rootStage{}) {
		return address{}, false
	}
	a := address{api: s.root.api, stage: s.root.stage, rest: r.Path, custom: true}
	a.path = inv.join("/", a.stage, r.Path)
	return a, true
}

// cutStage cuts path before the slash that ends its first part; rest keeps it.
func cutStage(path string) (first, rest string) {
	if i := strings.IndexByte(path, '/'); i >= 0 {
		return path[:i], path[i:]
	}
	return path, ""
}

// collapseLeading leaves one slash at the beginning of path (AF-192).
func collapseLeading(path string) string {
	if !strings.HasPrefix(path, "/") {
		return "/"
	}
	for strings.HasPrefix(path, "//") {
		path = path[1:]
	}
	return path
}

func withoutPort(host string) string {
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		return host[:i]
	}
	return host
}
