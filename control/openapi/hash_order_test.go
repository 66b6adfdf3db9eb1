package openapi

import (
	"slices"
	"testing"
)

// The orders are those of exports recorded on AWS: of the petstore by
// LocalStack, of "MyS3" and "SimpleCalc" in the API Gateway Developer Guide.
func TestHashOrder(t *testing.T) {
	for _, recorded := range [][]string{
		{"Pets", "Empty", "NewPetResponse", "Pet", "NewPet", "PetType"},
		{"/pets", "/pets/{petId}", "/"},
		{"/{a}/{b}", "/{a}/{b}/{op}", "/", "/{a}"},
		{"Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers"},
		{"method.response.header.Access-Control-Allow-Methods", "method.response.header.Access-Control-Allow-Headers", "method.response.header.Access-Control-Allow-Origin"},
		{`4\d{2}`, "default", `5\d{2}`},
		{"integration.request.path.object", "integration.request.path.bucket", "integration.request.header.Content-Type"},
	} {
		if got := hashOrder(setOf(recorded)); !slices.Equal(got, recorded) {
			t.Errorf("hashOrder = %q, want %q", got, recorded)
		}
	}
	for _, recorded := range [][]string{
		{"method.request.querystring.type", "method.request.querystring.page"},
		{"method.request.header.Content-Type", "method.request.path.item", "method.request.path.folder"},
		{ // an export of 2023 on GitHub, SFTP-API
			"method.request.path.serverId", "method.request.path.username", "method.request.querystring.sourceIp",
			"method.request.header.Password", "method.request.querystring.protocol",
		},
	} {
		if got := parameterOrder(setOf(recorded)); !slices.Equal(got, recorded) {
			t.Errorf("parameterOrder = %q, want %q", got, recorded)
		}
	}
	for _, recorded := range [][]string{
		{"400", "500", "200"},
		{"404", "200", "400", "500", "403"}, // an export in a README on GitHub
	} {
		if got := tightHashOrder(setOf(recorded)); !slices.Equal(got, recorded) {
			t.Errorf("tightHashOrder = %q, want %q", got, recorded)
		}
	}
}

func setOf(keys []string) map[string]bool {
	m := map[string]bool{}
	for _, key := range keys {
		m[key] = true
	}
	return m
}
