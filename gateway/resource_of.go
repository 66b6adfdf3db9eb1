package gateway

import "github.com/poterne/poterne/apigw"

// ResourceOf finds the Resource of resources that serves a request for path
// (without stage and query). It is nil where the request would meet none.
func ResourceOf(resources []apigw.Resource, httpMethod, path string) *apigw.Resource {
	var all tree
	var found []*apigw.Resource
	for i := range resources {
		for name := range resources[i].ResourceMethods {
			if v := verbOf(name); v != verbUnknown {
				all.add(deref(resources[i].Path), v, len(found))
				found = append(found, &resources[i])
			}
		}
	}
	m, _ := all.match(path, requestVerb(httpMethod), nil)
	if m == noMethod {
		return nil
	}
	return found[m]
}
