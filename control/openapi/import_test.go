package openapi

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
)

// A document that is merged may refer to what the API has already (§4.6).
func TestImportRefersToWhatThereIs(t *testing.T) {
	document := []byte(openapiHead + `
paths:
  /a:
    post:
      x-amazon-apigateway-request-validator: there
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/There'}}}}
components: {schemas: {Mine: {properties: {a: {$ref: '#/components/schemas/There'}}}}}
`)
	if _, err := Import(document, Options{}); err == nil {
		t.Fatal("references to nothing are accepted")
	}
	doc, err := Import(document, Options{RestApiId: "a1", FailOnWarnings: true, Existing: &apigw.Definition{
		Models:            []apigw.Model{{Name: new("There")}},
		RequestValidators: []apigw.RequestValidator{{Name: new("other")}, {Name: new("there")}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	m := doc.Definition.Resources[1].ResourceMethods["POST"]
	if deref(m.RequestValidatorId) != "there" || m.RequestModels["application/json"] != "There" {
		t.Errorf("the method is %s", indented(t, m))
	}
	if got, want := *doc.Definition.Models[0].Schema, `{"properties":{"a":{"$ref":"https://apigateway.amazonaws.com/restapis/a1/models/There"}}}`; got != want {
		t.Errorf("the model is %s, want %s", got, want)
	}
}

func TestDocumentPositions(t *testing.T) {
	doc, err := Import([]byte(openapiHead+"paths:\n  /a:\n    get: {}\n    GET: {}\n"), Options{File: "api.yaml", BasePath: BasePathPrepend})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, verb, want string }{
		{"/a", "", "api.yaml:4:3"}, {"/a", "GET", "api.yaml:5:5"}, {"/a", "PUT", "api.yaml:1:1"}, {"/", "", "api.yaml:1:1"},
	} {
		if got := doc.Position(c.path, c.verb).String(); got != c.want {
			t.Errorf("%s %s is at %s, want %s", c.verb, c.path, got, c.want)
		}
	}
	if got, want := doc.WarningTexts(), []string{"Parse issue: attribute paths.'/a'.GET is unexpected"}; !slices.Equal(got, want) {
		t.Errorf("the warnings are %q, want %q", got, want)
	}
}

func TestNotUTF8(t *testing.T) {
	_, err := Import([]byte("openapi: 3.0.1\ninfo: {title: é\xff}\n"), Options{File: "api.yaml"})
	var refused *Error
	if !errors.As(err, &refused) || !refused.Unreadable || !strings.HasPrefix(err.Error(), "api.yaml:2:16: error: the document is not UTF-8") {
		t.Errorf("%v", err)
	}
}

// The control plane keeps a policy with its quotes escaped once more (AF-034);
// a document has it as an object, or as a text.
func TestPolicies(t *testing.T) {
	const plain = `{"Version":"2012-10-17","Statement":[]}`
	for _, stored := range []string{plain, strings.ReplaceAll(plain, `"`, `\"`)} {
		exported, err := Export(&apigw.Definition{RestApi: apigw.RestApi{Name: new("t"), Policy: &stored}}, ExportOptions{Format: OpenAPI30, Extensions: "apigateway"})
		if err != nil {
			t.Fatal(err)
		}
		doc, err := Import(exported.Body, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := deref(doc.Definition.RestApi.Policy); got != plain {
			t.Errorf("the policy %s comes back as %s", stored, got)
		}
	}
	doc, err := Import([]byte(openapiHead+"paths: {}\nx-amazon-apigateway-policy: '"+plain+"'\n"), Options{})
	if err != nil || deref(doc.Definition.RestApi.Policy) != plain {
		t.Errorf("a policy as text: %v", err)
	}
}

// The longest time-out is AWS's unless the caller has raised it.
func TestLongestTimeout(t *testing.T) {
	document := []byte(openapiHead + "paths: {/a: {get: {x-amazon-apigateway-integration: {type: mock, timeoutInMillis: 60000}}}}\n")
	if _, err := Import(document, Options{}); err == nil || !strings.Contains(err.Error(), "Timeout should be between 50 ms and 29000 ms") {
		t.Errorf("60 s without a higher limit: %v", err)
	}
	if _, err := Import(document, Options{Server: rule.Server{LongestTimeout: 60_000}}); err != nil {
		t.Errorf("60 s with a limit of 60 s: %v", err)
	}
}

// Streaming has to agree with the type and with what the uri invokes (§7.5).
func TestTransferModes(t *testing.T) {
	streaming := strings.Replace(strings.Replace(functionURI, "2015-03-31", "2021-11-15", 1), "/invocations", "/response-streaming-invocations", 1)
	for _, c := range []struct{ integration, want string }{
		{"type: http_proxy, httpMethod: GET, uri: 'http://example.com', responseTransferMode: stream", ""},
		{"type: aws_proxy, httpMethod: POST, uri: '" + streaming + "', responseTransferMode: stream", ""},
		{"type: aws_proxy, httpMethod: POST, uri: '" + streaming + "'", "Cannot use ResponseTransferMode BUFFERED for Lambda functions invoked by InvokeWithResponseStream"},
		{"type: aws_proxy, httpMethod: POST, uri: '" + functionURI + "', responseTransferMode: stream", "Cannot use ResponseTransferMode STREAM for Lambda functions invoked by Invoke"},
	} {
		_, err := Import([]byte(openapiHead+"paths: {/a: {get: {x-amazon-apigateway-integration: {"+c.integration+"}}}}\n"), Options{})
		if got := errorText(err); !strings.Contains(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s: %s, want %q", c.integration, got, c.want)
		}
	}
}
