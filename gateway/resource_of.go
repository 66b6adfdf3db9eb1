package gateway

import "github.com/poterne/poterne/apigw"

// ResourceOf finds the Resource of resources that serves a request for path
// (without stage and query). It is nil where the request would meet none.
func ResourceOf(resources []apigw.Resource, httpMethod, path string) *apigw.Resource {
	var all tree
	found := map[*method]*apigw.Resource{}
	for i := range resources {
		for name := range resources[i].ResourceMethods {
			m := &method{verb: verbOf(name)}
			if m.verb == verbUnknown {
				continue
			}
			all.add(deref(resources[i].Path), m.verb, m)
			found[m] = &resources[i]
		}
	}
	m, _ := all.match(path, requestVerb(httpMethod), nil)
	return found[m] // nil for none
}
