package control

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/store/memstore"
)

// largeDocument is an API of as many paths, each with two Methods that have
// templates and mappings.
func largeDocument(paths int) []byte {
	var b strings.Builder
	b.WriteString("openapi: 3.0.1\ninfo: {title: Large, version: v}\npaths:\n")
	for i := range paths {
		fmt.Fprintf(&b, "  /p%d:\n", i)
		for _, verb := range []string{"get", "post"} {
			fmt.Fprintf(&b, `    %s:
      parameters: [{in: query, name: q, schema: {type: string}}]
      responses: {200: {description: ok, headers: {X: {schema: {type: string}}}}, 400: {description: no}}
      x-amazon-apigateway-integration:
        type: http
        httpMethod: GET
        uri: http://backend.test/p
        requestParameters: {integration.request.header.Q: method.request.querystring.q}
        requestTemplates: {application/json: '{"id": "$input.params("id")", "body": $input.json("$")}'}
        responses:
          default: {statusCode: 200, responseParameters: {method.response.header.X: integration.response.header.X}}
          "4\\d{2}": {statusCode: 400, responseTemplates: {application/json: '{"error": true}'}}
`, verb)
		}
	}
	return []byte(b.String())
}

// BenchmarkImportLarge imports and deploys an API of 299 paths, as
// `poterne serve` does at its start.
func BenchmarkImportLarge(b *testing.B) {
	document := largeDocument(299)
	b.ReportAllocs()
	for b.Loop() {
		s := New(Deps{Store: memstore.New()})
		out, err := s.Do(context.Background(), testCaller, "ImportRestApi", &apigw.ImportRestApiInput{Body: document})
		if err != nil {
			b.Fatal(err)
		}
		_, err = s.Do(context.Background(), testCaller, "CreateDeployment", &apigw.CreateDeploymentInput{RestApiId: *out.(*apigw.RestApi).Id, StageName: new("prod")})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPutIntegrationResponse is one small edit of a Method.
func BenchmarkPutIntegrationResponse(b *testing.B) {
	ctx := context.Background()
	s := New(Deps{Store: memstore.New(), NewID: (&countingIds{}).next})
	for _, in := range []struct {
		name  string
		input any
	}{
		{"CreateRestApi", &apigw.CreateRestApiInput{Name: "x"}},
		{"PutMethod", &apigw.PutMethodInput{RestApiId: "api1", ResourceId: "root1", HttpMethod: "GET", AuthorizationType: "NONE"}},
		{"PutIntegration", &apigw.PutIntegrationInput{RestApiId: "api1", ResourceId: "root1", HttpMethod: "GET", Type: "MOCK"}},
	} {
		if _, err := s.Do(ctx, testCaller, in.name, in.input); err != nil {
			b.Fatal(err)
		}
	}
	in := &apigw.PutIntegrationResponseInput{RestApiId: "api1", ResourceId: "root1", HttpMethod: "GET", StatusCode: "200", ResponseTemplates: apigw.Templates{"application/json": new("{}")}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Do(ctx, testCaller, "PutIntegrationResponse", in); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCreateResource adds the last resource of an API of 300.
func BenchmarkCreateResource(b *testing.B) {
	ctx := context.Background()
	s := New(Deps{Store: memstore.New()})
	out, err := s.Do(ctx, testCaller, "ImportRestApi", &apigw.ImportRestApiInput{Body: largeDocument(298)})
	if err != nil {
		b.Fatal(err)
	}
	api := out.(*apigw.RestApi)
	for b.Loop() {
		out, err := s.Do(ctx, testCaller, "CreateResource", &apigw.CreateResourceInput{RestApiId: *api.Id, ParentId: *api.RootResourceId, PathPart: "last"})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.Do(ctx, testCaller, "DeleteResource", &apigw.DeleteResourceInput{RestApiId: *api.Id, ResourceId: *out.(*apigw.Resource).Id}); err != nil {
			b.Fatal(err)
		}
	}
}
