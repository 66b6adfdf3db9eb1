package gateway

import (
	"fmt"
	"slices"
	"strings"

	"github.com/poterne/poterne/internal/spelling"
)

// nearby says what a request without a Method asked for, and what there is
// nearby.
func (inv *Invocation) nearby() string {
	c := &inv.context
	s := inv.snapshot
	if inv.stage != nil {
		return inv.nearMethods()
	}
	api := s.apis[c.APIID]
	switch {
	case c.APIID == "" && s.domains.find(inv.req.Host) != nil:
		return fmt.Sprintf("the custom domain name %s has no base path mapping for %s, or asks for a client certificate: see get-base-path-mappings", withoutPort(inv.req.Host), c.Path)
	case c.APIID == "":
		return fmt.Sprintf("neither the host %q nor the path %s names an API: write http://API_ID.execute-api.localhost:PORT/STAGE/… or /_aws/execute-api/API_ID/STAGE/…; %s",
			inv.req.Host, inv.req.Path, listed("deployed APIs", s.apiIds()))
	case api == nil:
		return fmt.Sprintf("no API %q is deployed: %s", c.APIID, listed("there are", s.apiIds()))
	case api.stages[c.Stage] == nil:
		return nearStages(c.APIID, c.Stage, c.Path, api)
	}
	return inv.closed(api.stages[c.Stage])
}

// closed says why a stage that exists does not open.
func (inv *Invocation) closed(stage *liveStage) string {
	d := stage.main.deployment
	switch {
	case d.defaultEndpointOff:
		return "disableExecuteApiEndpoint is set: call the API by a custom domain name, or switch the endpoint on and deploy"
	case d.private:
		return fmt.Sprintf("the API is PRIVATE, and %s comes through no VPC endpoint: name one with --vpc-endpoint", inv.context.Identity.SourceIP)
	}
	return fmt.Sprintf("endpointAccessMode is STRICT, and the name of the TLS handshake is not the host %q", inv.req.Host)
}

func (s *snapshot) apiIds() []string {
	ids := make([]string, 0, len(s.apis)+len(s.coming))
	for id := range s.apis {
		ids = append(ids, id)
	}
	for id := range s.coming {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// nearStages: a stage that is none is often the first part of a path that was
// written without a stage.
func nearStages(apiId, name, path string, api *liveAPI) string {
	var names []string
	for stage := range api.stages {
		names = append(names, stage)
	}
	slices.Sort(names)
	for _, stage := range names {
		for v := range verbAny {
			if m := api.stages[stage].main.deployment.find(path, v); m != nil {
				return fmt.Sprintf("the path begins with the stage: write /%s%s", stage, path)
			}
		}
	}
	return fmt.Sprintf("the API %s has no stage %q: %s", apiId, name, listed("there are", names))
}

// listed names a few of what there is.
func listed(what string, names []string) string {
	const shown = 8
	switch more := len(names) - shown; {
	case len(names) == 0:
		return what + " none"
	case more > 0:
		return fmt.Sprintf("%s %s and %d more", what, strings.Join(names[:shown], ", "), more)
	}
	return what + " " + strings.Join(names, ", ")
}

// nearMethods says which other verbs the path has, else which resources are
// the most like it.
func (inv *Invocation) nearMethods() string {
	d, verb, path := inv.branch.deployment, inv.context.HTTPMethod, inv.rest
	if path == "" {
		path = "/"
	}
	where := fmt.Sprintf("the API %s has no method for %s %s in its stage %s", inv.context.APIID, verb, path, inv.context.Stage)
	var others []string
	for v := range verbAny {
		if m := d.find(path, v); m != nil {
			others = append(others, verbNames[v]+" "+m.resourcePath)
		}
	}
	if others != nil {
		return where + "; for this path " + listed("there are", others)
	}
	if len(d.methods) == 0 {
		return where + ": its deployment has no methods"
	}
	return where + "; " + listed("the nearest are", nearest(d.methods, path)) + "; a change of the API is served once it is deployed"
}

// nearest are the Methods whose resource is the most like path.
func nearest(methods []*method, path string) []string {
	const shown = 3
	wanted := segments(path)
	ranked := slices.Clone(methods)
	slices.SortStableFunc(ranked, func(a, b *method) int {
		return distance(segments(a.resourcePath), wanted) - distance(segments(b.resourcePath), wanted)
	})
	var names []string
	for _, m := range ranked[:min(shown, len(ranked))] {
		names = append(names, verbNames[m.verb]+" "+m.resourcePath)
	}
	return names
}

// segments of a path, in a bounded number and length.
func segments(path string) []string {
	const most, longest = 32, 64
	parts := strings.Split(strings.Trim(strings.ToLower(path), "/"), "/")
	parts = parts[:min(most, len(parts))]
	for i, part := range parts {
		parts[i] = part[:min(longest, len(part))]
	}
	return parts
}

// distance is how many letters, and how many parts, tell a resource's path
// from a request's. A {variable} is like any part.
func distance(resource, request []string) int {
	const perPart = 12
	d := perPart * max(len(resource)-len(request), len(request)-len(resource))
	for i := range min(len(resource), len(request)) {
		switch {
		case strings.HasPrefix(resource[i], "{"):
			d++ // a name that is written out is nearer
		default:
			d += spelling.Distance(resource[i], request[i])
		}
	}
	return d
}
