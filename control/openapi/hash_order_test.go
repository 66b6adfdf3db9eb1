package openapi

import (
	"slices"
	"testing"
)

// The orders are those of one export recorded on AWS, of its parameters, its
// models, the headers of a response and the mappings of an integration's.
func TestHashOrder(t *testing.T) {
	for _, recorded := range [][]string{
		{"method.request.querystring.type", "method.request.querystring.page"},
		{"Pets", "Empty", "NewPetResponse", "Pet", "NewPet", "PetType"},
		{"Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers"},
		{"method.response.header.Access-Control-Allow-Methods", "method.response.header.Access-Control-Allow-Headers", "method.response.header.Access-Control-Allow-Origin"},
	} {
		m := map[string]bool{}
		for _, key := range recorded {
			m[key] = true
		}
		if got := hashOrder(m); !slices.Equal(got, recorded) {
			t.Errorf("hashOrder = %q, want %q", got, recorded)
		}
	}
}
