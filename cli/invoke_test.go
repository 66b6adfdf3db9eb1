package cli

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const invoked = `openapi: 3.0.1
info: {title: Pets, version: "1"}
x-poterne-stage: {name: v1, variables: {env: dev, who: file}}
paths:
  /pets/{id}:
    get:
      parameters: [{in: query, name: x, required: true, schema: {type: string}}]
      x-amazon-apigateway-request-validator: parameters
      responses: {"200": {description: ok}}
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: '{"statusCode": 200}'}
        responses:
          default:
            statusCode: "200"
            responseTemplates:
              application/json: |-
                $input.params('id') $input.params('x') $input.params('Name')
                $stageVariables.env $stageVariables.who $context.stage
    post:
      responses: {"200": {description: ok}}
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates:
          application/json: |-
            {
              #set($x = $input.path('$.a'))
              #if($x
            }
        responses: {default: {statusCode: "200"}}
  /echo/{proxy+}:
    x-amazon-apigateway-any-method:
      parameters: [{in: path, name: proxy, required: true, schema: {type: string}}]
      responses: {"200": {description: ok}}
      x-amazon-apigateway-integration:
        type: http_proxy
        httpMethod: ANY
        uri: BACKEND/{proxy}
        requestParameters: {integration.request.path.proxy: method.request.path.proxy}
x-amazon-apigateway-request-validators:
  parameters: {validateRequestBody: false, validateRequestParameters: true}
`

// invokedFile is the document with a back end that answers with the request.
func invokedFile(t *testing.T) string {
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusTeapot)
		_ = r.Write(w)
	}))
	t.Cleanup(backend.Close)
	return file(t, "pets.yaml", strings.Replace(invoked, "BACKEND", backend.URL, 1))
}

func TestInvokeAFile(t *testing.T) {
	name := invokedFile(t)
	code, stdout, stderr := run("", "invoke", name, "get", "/pets/7?x=y", "-H", "Name: v", "--stage-variable", "who=line")
	if code != exitOK || stderr != "" || !strings.HasPrefix(stdout, "GET /pets/{id}: 200 in ") {
		t.Fatalf("exit %d, %s%s", code, stdout, stderr)
	}
	for _, want := range []string{
		"\n\n7 y v\ndev line test-invoke-stage\n\nmethod request\n├─ Starting execution for request: ",
		"├─ Method request path: {id=7}\n├─ Method request query string: {x=y}\n├─ Method request headers: {Name=v}\n" +
			"└─ Method request body before transformations: \nintegration request\n└─ · Body: template \"application/json\"\nintegration\n└─ · MOCK is given: {\"statusCode\": 200}\n" +
			"integration response\n├─ · Integration response 200: the default, as no selectionPattern fits \"200\"\n└─ · Body: template \"application/json\"\n" +
			"method response\n├─ Method response body after transformations: 7 y v\n│  dev line test-invoke-stage\n",
		"├─ Successfully completed execution\n└─ Method completed with status: 200\n",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no\n%s\nin\n%s", want, stdout)
		}
	}
}

func TestInvokeShowsEachStep(t *testing.T) {
	code, stdout, stderr := run(`{"a":1}`, "invoke", invokedFile(t), "PUT", "/echo/a/b", "-d", "@-", "--json")
	var got invocation
	if err := json.Unmarshal([]byte(stdout), &got); code != exitOK || err != nil {
		t.Fatalf("exit %d, %v, %s%s", code, err, stdout, stderr)
	}
	if got.Method != http.MethodPut || got.Resource != "/echo/{proxy+}" || got.Target != "/echo/a/b" || !got.Completed || got.Status != http.StatusTeapot ||
		!strings.HasPrefix(got.Body, "PUT /a/b HTTP/1.1\r\n") || !strings.HasSuffix(got.Body, `{"a":1}`) || len(got.Headers) == 0 {
		t.Errorf("%+v", got)
	}
	var steps []string
	for _, step := range got.Steps {
		steps = append(steps, step.Step)
		for _, line := range step.Lines {
			if line.Failed || line.Time.IsZero() {
				t.Errorf("%s: %+v", step.Step, line)
			}
		}
	}
	if want := "method request, integration request, integration, integration response, method response"; strings.Join(steps, ", ") != want {
		t.Errorf("%v; want %s", steps, want)
	}
}

func TestInvokeShowsWhereItFails(t *testing.T) {
	name := invokedFile(t)
	code, stdout, _ := run("", "invoke", name, "POST", "/pets/7", "-d", "{}")
	want := "integration request\n" +
		"├─ · Body: template \"application/json\"\n" +
		`└─ ✗ Execution failed due to configuration error: Unable to transform request: integration request template "application/json":`
	if code != exitFailed || !strings.Contains(stdout, want) || !strings.Contains(stdout, "\"application/json\":4:1: found \"}\", want \")\"\n    | }\n    | ^\nmethod response\n") {
		t.Errorf("exit %d, %s", code, stdout)
	}
	code, stdout, _ = run("", "invoke", name, "GET", "/pets/7")
	if code != exitFailed || !strings.HasPrefix(stdout, "GET /pets/{id}: 400 in ") || !strings.Contains(stdout, "└─ ✗ Missing required request parameters: [x]\n") {
		t.Errorf("exit %d, %s", code, stdout)
	}
}

func TestInvokeByID(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	at := serveAPI(t)
	_, id, _ := run("", "import", invokedFile(t), "--endpoint-url", at)
	id = strings.TrimSpace(id)
	code, stdout, stderr := run("", "invoke", id, "GET", "/pets/7?x=y", "--endpoint-url", at, "--stage-variable", "env=e", "--stage-variable", "who=w")
	if code != exitOK || !strings.Contains(stdout, "\n\n7 y \ne w test-invoke-stage\n\n") {
		t.Errorf("not deployed: exit %d, %s%s", code, stdout, stderr)
	}
	if code, _, stderr = run("", "apigateway", "create-deployment", "--endpoint-url", at, "--region", "us-east-1", "--rest-api-id", id, "--stage-name", "s", "--variables", "env=prod"); code != exitOK {
		t.Fatal(stderr)
	}
	code, stdout, stderr = run("", "invoke", id, "GET", "/pets/7?x=y", "--endpoint-url", at, "--stage", "s")
	if code != exitOK || !strings.Contains(stdout, "\n\n7 y \nprod  test-invoke-stage\n\n") {
		t.Errorf("with a stage's variables: exit %d, %s%s", code, stdout, stderr)
	}
}

func TestInvokeRefuses(t *testing.T) {
	name, at := invokedFile(t), serveAPI(t)
	for _, c := range []struct {
		args []string
		code int
		want string // part of standard error
	}{
		{[]string{name, "GET"}, exitUsage, "invoke wants API_ID|FILE METHOD PATH, but got 2 of 3 arguments"},
		{[]string{name, "GET", "pets"}, exitUsage, "it begins with /"},
		{[]string{name, "GET", "/", "-H", "name"}, exitUsage, "write 'Name: value'"},
		{[]string{name, "GET", "/", "--stage-variable", "name"}, exitUsage, "write NAME=VALUE"},
		{[]string{name, "DELETE", "/pets/1"}, exitFailed, "no method serves DELETE /pets/1; the API has ANY /echo/{proxy+}, GET /pets/{id}, POST /pets/{id}\n"},
		{[]string{name, "GET", "/pets/1", "--stage", "no"}, exitFailed, "NotFoundException: Invalid stage identifier specified"},
		{[]string{"no.yaml", "GET", "/"}, exitFailed, "no.yaml"},
		{[]string{t.TempDir(), "GET", "/"}, exitUsage, "is a folder"},
		{[]string{"nope000000", "GET", "/", "--endpoint-url", at}, exitFailed, "NotFoundException: Invalid API identifier specified"},
	} {
		code, stdout, stderr := run("", append([]string{"invoke"}, c.args...)...)
		if code != c.code || stdout != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("%v: exit %d, %s%s; want exit %d with %q", c.args, code, stdout, stderr, c.code, c.want)
		}
	}
}
