package control

import (
	"context"
	"testing"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/openapi"
)

const petsDocument = `openapi: 3.0.1
info: {title: Pets, version: v1}
paths:
  /pets:
    get:
      responses: {200: {description: ok}}
      security: [{auth: []}]
      x-amazon-apigateway-integration: {type: mock}
components:
  securitySchemes:
    auth:
      type: apiKey
      name: Authorization
      in: header
      x-amazon-apigateway-authtype: custom
      x-amazon-apigateway-authorizer: {type: token, authorizerUri: 'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f/invocations'}
`

// The same document applied again leaves nothing to deploy; another one does,
// and so do other variables.
func TestApplyAndDeployChanges(t *testing.T) {
	s := newSession(t, "")
	ctx := context.Background()
	apply := func(text string) {
		t.Helper()
		doc, err := openapi.Import([]byte(text), openapi.Options{RestApiId: "pets"})
		if err != nil {
			t.Fatal(err)
		}
		if api, err := s.service.Apply(ctx, testCaller, "pets", doc); err != nil || *api.Id != "pets" {
			t.Fatalf("apply: %v, %v", api, err)
		}
	}
	deploys := func(variables map[string]string) bool {
		t.Helper()
		made, err := s.service.DeployChanges(ctx, testCaller, &apigw.CreateDeploymentInput{RestApiId: "pets", StageName: new("local"), Variables: variables})
		if err != nil {
			t.Fatal(err)
		}
		return made != nil
	}
	for _, step := range []struct {
		name      string
		document  string
		variables map[string]string
		want      bool
	}{
		{"first", petsDocument, nil, true},
		{"the same again", petsDocument, nil, false},
		{"variables", petsDocument, map[string]string{"a": "b"}, true},
		{"another document", petsDocument + "x-amazon-apigateway-binary-media-types: [image/png]\n", map[string]string{"a": "b"}, true},
		{"the same again", petsDocument + "x-amazon-apigateway-binary-media-types: [image/png]\n", map[string]string{"a": "b"}, false},
	} {
		apply(step.document)
		if got := deploys(step.variables); got != step.want {
			t.Errorf("%s: deployed %v, want %v", step.name, got, step.want)
		}
	}
}

// A document with something that this server refuses changes nothing.
func TestApplyIsAllOrNothing(t *testing.T) {
	s := newSession(t, "")
	doc, err := openapi.Import([]byte(`openapi: 3.0.1
info: {title: Pets, version: v1}
paths:
  /a:
    get:
      responses: {200: {description: ok}}
      x-amazon-apigateway-integration: {type: http, httpMethod: GET, uri: 'http://x/', connectionType: VPC_LINK, connectionId: nope}
`), openapi.Options{RestApiId: "pets"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.service.Apply(context.Background(), testCaller, "pets", doc)
	if known := asError(t, err); known.Message != "Errors found during import:\n\tUnable to put integration on 'GET' for resource at path '/a': VPC link nope not found" {
		t.Errorf("got %v", known)
	}
	if left := dump(t, s.store); left != "" {
		t.Errorf("left behind: %s", left)
	}
}
