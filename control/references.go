package control

import (
	"maps"
	"slices"

	"github.com/poterne/poterne/apigw"
)

// What is referred to by a Method cannot be deleted (control plane §2.29).

// A methodPlace is a Method with the path of its Resource.
type methodPlace struct {
	path, verb string
	method     *apigw.Method
}

// methodPlaces are the Methods of an API by path and verb.
func (t *tx) methodPlaces(api string) ([]methodPlace, error) {
	resources, err := t.resourcesWithMethods(api)
	if err != nil {
		return nil, err
	}
	var places []methodPlace
	for _, resource := range resources {
		for _, verb := range slices.Sorted(maps.Keys(resource.ResourceMethods)) {
			places = append(places, methodPlace{*resource.Path, verb, resource.ResourceMethods[verb]})
		}
	}
	return places, nil
}

// checkMethodsWithout refuses to delete kind name while a Method uses it, in
// the words that AWS has for an authorizer.
func (t *tx) checkMethodsWithout(api, kind, name string, uses func(*apigw.Method) bool) error {
	places, err := t.methodPlaces(api)
	if err != nil {
		return err
	}
	for _, place := range places {
		if uses(place.method) {
			return apigw.Conflict("Cannot delete %s '%s', is referenced in method: %s/%s", kind, name, place.verb, place.path)
		}
	}
	return nil
}
