package cli

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// brokenDocument is a document with one method at /pets; %s is what is below
// it. Further parts of the document may follow.
const brokenDocument = `openapi: 3.0.1
info: {title: Broken, version: "1"}
x-poterne-stage: {name: v1, variables: {known: value}}
x-amazon-apigateway-binary-media-types: [image/png]
x-amazon-apigateway-request-validators: {all: {validateRequestBody: true, validateRequestParameters: true}}
components:
  schemas: {Pet: {type: object, required: [name], properties: {name: {type: string}}}}
  securitySchemes:
    key: {type: apiKey, name: x-api-key, in: header}
    asker: {type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: custom, x-amazon-apigateway-authorizer: {type: token,
      authorizerUri: "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:nobody/invocations"}}
paths:
  /pets:
    post:
      responses: {"200": {description: ok}}
%s
`

// A broken is a definition with a fault, what a new user does with it, and
// what the user is told: the step, the place, what is wrong, what to change.
type broken struct {
	name   string
	method string // what stands below the method, indented by six
	args   []string
	status int // 0: the definition is refused
	told   []string
}

// brokens are tried with poterne invoke.
var brokens = []broken{
	{"a template that does not parse", `      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: "{\n #if($x\n}"}
        responses: {default: {statusCode: "200"}}`, nil, 500, []string{
		"✗ integration request: integration request template \"application/json\":3:1\n",
		"found \"}\", want \")\"\n",
		"→ correct the template at the place of the caret; poterne render runs it alone\n",
	}},
	{"a template that fails", `      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: '{"statusCode": 200}'}
        responses: {default: {statusCode: "200", responseTemplates: {application/json: "one\n$util.parseJson('{')"}}}`, nil, 500, []string{
		"✗ integration response: integration response 200 template \"application/json\":2:",
		"parseJson",
		"→ correct the template at the place of the caret",
	}},
	{"a status that no integration response takes", `      x-amazon-apigateway-integration:
        type: http
        httpMethod: GET
        uri: BACKEND/503
        responses: {"200": {statusCode: "200"}, "4\\d\\d": {statusCode: "404"}}`, nil, 500, []string{
		"✗ integration response\n  Execution failed due to configuration error: No match for output mapping and no default output mapping configured. Endpoint Response Status Code: 503\n",
		`→ let a selectionPattern fit the whole of "503" (200 has "200", 404 has "4\\d\\d"), or take it away from one integration response`,
	}},
	{"a selection pattern that fits a part only", `      x-amazon-apigateway-integration:
        type: http
        httpMethod: GET
        uri: BACKEND/503
        responses: {default: {statusCode: "200"}, "50": {statusCode: "500"}}`, nil, 200, []string{
		"├─ · Integration response 200: the default, as no selectionPattern fits \"503\"\n",
	}},
	{"a selection pattern that is none", `      x-amazon-apigateway-integration:
        type: http
        httpMethod: GET
        uri: BACKEND/503
        responses: {default: {statusCode: "200"}, "(50": {statusCode: "500"}}`, nil, 0, []string{
		"broken.yaml:20:58: error: Unable to put integration response on 'POST' for resource at path '/pets': Invalid regex pattern specified [integration-response]; write the pattern as java.util.regex reads it\n",
	}},
	{"a function that nobody serves", `      x-amazon-apigateway-integration:
        type: aws_proxy
        httpMethod: POST
        uri: arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:nobody/invocations`,
		[]string{"--aws-endpoint", "BACKEND/lambda404"}, 500, []string{
			"├─ ✗ Lambda invocation failed with status: 404.",
			"✗ integration response\n  Execution failed due to configuration error: Invalid permissions on Lambda function\n",
			"→ say who serves the function: --function NAME=COMMAND, or an endpoint that has it",
		}},
	{"a function, and no credentials to call AWS with", `      x-amazon-apigateway-integration:
        type: aws_proxy
        httpMethod: POST
        uri: arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:nobody/invocations`,
		nil, 500, []string{
			"✗ integration\n  Execution failed due to configuration error: There are no AWS credentials to sign the request with: ",
			"→ give credentials in the environment, or serve a Lambda function from here: --function NAME=COMMAND\n",
		}},
	{"a function that answers in another form", `      x-amazon-apigateway-integration:
        type: aws_proxy
        httpMethod: POST
        uri: arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:pets/invocations`,
		[]string{"--aws-endpoint", "BACKEND/malformed"}, 502, []string{
			"✗ integration response\n  Execution failed due to configuration error: Malformed Lambda proxy response: the member \"body\" is not of its type, or out of its range\n",
			`→ let the function return {"statusCode": 200, "headers": {"NAME": "VALUE"}, "body": "TEXT"}`,
		}},
	{"a back end that is not there", `      x-amazon-apigateway-integration: {type: http_proxy, httpMethod: GET, uri: "http://REFUSED/pets"}`, nil, 504, []string{
		"✗ integration\n  Execution failed due to a network error communicating with endpoint: ",
		"connection refused",
		"→ start what shall answer at http://REFUSED/pets, or change the uri of the integration\n",
	}},
	{"a back end that takes too long", `      x-amazon-apigateway-integration: {type: http_proxy, httpMethod: GET, uri: "BACKEND/slow", timeoutInMillis: 50}`, nil, 504, []string{
		"✗ integration\n  Execution failed due to a timeout error",
		"→ let BACKEND/slow answer within 50 ms, or raise timeoutInMillis of the integration\n",
	}},
	{"a parameter that is missing", `      parameters: [{in: query, name: size, required: true, schema: {type: string}}, {in: header, name: X-Who, required: true, schema: {type: string}}]
      x-amazon-apigateway-request-validator: all
      x-amazon-apigateway-integration: {type: http_proxy, httpMethod: GET, uri: "BACKEND/"}`, []string{"-H", "x-who: case"}, 400, []string{
		"✗ method request\n  Missing required request parameters: [X-Who, size]\n",
		"→ send them, or make them optional in requestParameters: method.request.header.X-Who, method.request.querystring.size\n",
	}},
	{"a body that does not fit its Model", `      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}}
      x-amazon-apigateway-request-validator: all
      x-amazon-apigateway-integration: {type: http_proxy, httpMethod: GET, uri: "BACKEND/"}`, []string{"-d", `{"nam": "Rex"}`}, 400, []string{
		"✗ method request\n  Request body does not match model schema for content type application/json: [object has missing required properties ([\"name\"])]\n",
		"→ send a body that fits the Model of its content type, or change the Model\n",
	}},
	{"a content type without a template", `      x-amazon-apigateway-integration:
        type: mock
        passthroughBehavior: never
        requestTemplates: {text/xml: '{"statusCode": 200}'}
        responses: {default: {statusCode: "200"}}`, nil, 415, []string{
		"✗ integration request\n  Unsupported Media Type\n",
		`→ passthroughBehavior is NEVER and there is no request template for Content-Type "application/json" (there is "text/xml"): send a type that has one, add a template, or let it pass with WHEN_NO_MATCH`,
	}},
	{"a text that shall be binary", `      x-amazon-apigateway-integration:
        type: http
        httpMethod: POST
        uri: BACKEND/
        contentHandling: CONVERT_TO_BINARY
        responses: {default: {statusCode: "200"}}`, []string{"-d", "no base64!"}, 500, []string{
		"✗ integration request\n  Execution failed due to configuration error: Unable to base64 decode the body: ",
		"→ contentHandling CONVERT_TO_BINARY, or a binary type in Accept, decodes a text as base64: send base64, or change contentHandling or binaryMediaTypes\n",
	}},
	{"a stage variable that is not set", `      x-amazon-apigateway-integration: {type: http_proxy, httpMethod: GET, uri: "http://${stageVariables.host}/${stageVariables.known}"}`, nil, 500, []string{
		"· Stage variable host is not set: it is empty in the uri\n",
		"✗ integration\n  Execution failed due to configuration error: Invalid endpoint address: the uri has no host: \"http:///value\"\n",
		"→ set the stage variables that the uri needs: host\n",
	}},
	{"a header that is API Gateway's own", `      x-amazon-apigateway-integration: {type: http_proxy, httpMethod: GET, uri: "BACKEND/", requestParameters: {integration.request.header.Transfer-Encoding: "'chunked'"}}`, nil, 500, []string{
		"✗ integration request\n  Execution failed due to configuration error: Transfer-Encoding header already present\n",
		"→ take the mapping of Transfer-Encoding out: API Gateway sets this header itself\n",
	}},
	{"a MOCK without a status", `      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: '{"statusCode": "200"}'}
        responses: {default: {statusCode: "200"}}`, nil, 500, []string{
		"├─ · MOCK is given: {\"statusCode\": \"200\"}\n",
		"✗ integration\n  Execution failed due to configuration error: Unable to parse statusCode. It should be an integer that is defined in the request template.\n",
		"→ let the request template write {\"statusCode\": 200}: an integer without quotes\n",
	}},
}

func TestBrokenDefinitionsTellWhatToChange(t *testing.T) {
	at := startOdd(t)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	for _, c := range brokens {
		t.Run(c.name, func(t *testing.T) {
			name := file(t, "broken.yaml", at.Replace(fmt.Sprintf(brokenDocument, c.method)))
			if len(c.args) > 0 {
				t.Setenv("AWS_ACCESS_KEY_ID", "test")
				t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
			}
			args := []string{"invoke", name, "POST", "/pets"}
			for _, arg := range c.args {
				args = append(args, at.Replace(arg))
			}
			_, stdout, stderr := run("", args...)
			if ran := stderr == ""; ran != (c.status != 0) || ran && !strings.HasPrefix(stdout, fmt.Sprintf("POST /pets: %d in ", c.status)) {
				t.Fatalf("%s\n%s", stderr, stdout)
			}
			for _, want := range c.told {
				if want = at.Replace(want); !strings.Contains(stdout+stderr, want) {
					t.Errorf("no\n%s\nin\n%s", want, stdout)
				}
			}
		})
	}
}

// unrunnable are what a test invocation passes over, and what reaches no
// method: tried as requests, and told by the page of requests.
var unrunnable = []struct {
	name, method  string
	request, path string
	header        []string
	status        int
	told          []string
}{
	{"an API key that is missing", `      security: [{key: []}]
      x-amazon-apigateway-integration: {type: http_proxy, httpMethod: GET, uri: "BACKEND/"}`, "POST", "/broken/v1/pets", nil, 403, []string{
		"✗ api key\n  API Key  not authorized because method 'POST /pets' requires API Key",
		"→ send the value of an enabled key that is in a usage plan with this stage, as the header x-api-key",
	}},
	{"an authorizer without a function", `      security: [{asker: []}]
      x-amazon-apigateway-integration: {type: http_proxy, httpMethod: GET, uri: "BACKEND/"}`, "POST", "/broken/v1/pets", []string{"Authorization", "token"}, 500, []string{
		"✗ authorize\n  Execution failed due to configuration error: Authorizer error: ",
		"→ correct the authorizer, or say who serves its function: --function NAME=COMMAND",
	}},
	{"another verb", pinged, "GET", "/broken/v1/pets", nil, 403, []string{
		"✗ routing\n  Missing Authentication Token\n  → the API broken has no method for GET /pets in its stage v1; for this path there are POST /pets\n",
	}},
	{"a path that is written wrong", pinged, "POST", "/broken/v1/pet", nil, 403, []string{
		"→ the API broken has no method for POST /pet in its stage v1; the nearest are POST /pets; a change of the API is served once it is deployed\n",
	}},
	{"a path without its stage", pinged, "POST", "/broken/pets", nil, 403, []string{
		"✗ routing\n  Forbidden\n  → the path begins with the stage: write /v1/pets\n",
	}},
	{"another stage", pinged, "POST", "/broken/prod/pets", nil, 403, []string{"→ the API broken has no stage \"prod\": there are v1\n"}},
	{"another API", pinged, "POST", "/brokn/v1/pets", nil, 403, []string{"→ no API \"brokn\" is deployed: there are broken\n"}},
	{"an Authorization that nobody asked for", pinged, "POST", "/broken/v1/pet", []string{"Authorization", "Bearer token"}, 403, []string{"Invalid key=value pair", "the nearest are POST /pets"}},
}

const pinged = `      x-amazon-apigateway-integration: {type: http_proxy, httpMethod: GET, uri: "BACKEND/"}`

func TestRequestsThatFailTellWhatToChange(t *testing.T) {
	at := startOdd(t)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	for _, c := range unrunnable {
		t.Run(c.name, func(t *testing.T) {
			base := serveFile(t, file(t, "broken.yaml", at.Replace(fmt.Sprintf(brokenDocument, c.method))))
			r, _ := http.NewRequest(c.request, base+"/_aws/execute-api"+c.path, nil)
			for i := 0; i+1 < len(c.header); i += 2 {
				r.Header.Set(c.header[i], c.header[i+1])
			}
			if status, body := answerTo(t, r); status != c.status {
				t.Errorf("%d %s", status, body)
			}
			page, _ := http.NewRequest(http.MethodGet, base+"/_poterne/requests", nil)
			page.Header.Set("Accept", "text/plain")
			_, text := answerTo(t, page)
			for _, want := range c.told {
				if !strings.Contains(text, want) {
					t.Errorf("no\n%s\nin\n%s", want, text)
				}
			}
			if strings.Contains(text, "Bearer token") {
				t.Error("a secret is shown")
			}
		})
	}
}

func answerTo(t *testing.T, r *http.Request) (status int, body string) {
	t.Helper()
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var b bytes.Buffer
	if _, err := io.Copy(&b, resp.Body); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, b.String()
}

// startOdd starts a back end that is slow at /slow, answers with the status
// that a path ends in, and at /malformed what is no answer of a Lambda proxy.
// The replacer knows where it is, and where nobody is.
func startOdd(t *testing.T) *strings.Replacer {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.URL.Path, "/slow"):
			select {
			case <-r.Context().Done():
			case <-time.After(time.Minute):
			}
		case strings.HasSuffix(r.URL.Path, "/503"):
			w.WriteHeader(http.StatusServiceUnavailable)
		case strings.HasPrefix(r.URL.Path, "/lambda404"):
			w.WriteHeader(http.StatusNotFound)
		case strings.HasPrefix(r.URL.Path, "/malformed"):
			_, _ = io.WriteString(w, `{"statusCode": 200, "body": {"not": "a text"}}`)
		}
	}))
	t.Cleanup(s.Close)
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	return strings.NewReplacer("BACKEND", s.URL, "REFUSED", gone.Addr().String())
}
