package test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"reflect"
	"strings"
	"testing"
)

// needAWS skips where the AWS CLI is absent; CI installs it.
func needAWS(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("aws"); err != nil {
		t.Skip("the AWS CLI is not installed: apt-get install awscli")
	}
}

// api is a RestApi under construction, with one resource.
type api struct {
	*server
	id, root, resource string
}

func newAPI(t *testing.T, s *server, path string) api {
	t.Helper()
	made := s.aws(t, "create-rest-api", "--name", "e2e")
	a := api{server: s, id: text(made["id"]), root: text(made["rootResourceId"])}
	resource := s.aws(t, "create-resource", "--rest-api-id", a.id, "--parent-id", a.root, "--path-part", path)
	a.resource = text(resource["id"])
	return a
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

// shell runs an apigateway command as a shell reads it.
func (a api) shell(t *testing.T, verb, line string) map[string]any {
	t.Helper()
	words, err := exec.Command("bash", "-c", `printf '%s\0' `+line).Output()
	if err != nil {
		t.Fatalf("read %s: %v", line, err)
	}
	return a.aws(t, a.on(verb, strings.Split(strings.TrimSuffix(string(words), "\x00"), "\x00")...)...)
}

// on adds the identifying options of a method to a command.
func (a api) on(method string, command ...string) []string {
	return append(command, "--rest-api-id", a.id, "--resource-id", a.resource, "--http-method", method)
}

func (a api) method(t *testing.T, verb string, statuses ...string) {
	t.Helper()
	a.aws(t, a.on(verb, "put-method", "--authorization-type", "NONE")...)
	for _, status := range statuses {
		a.aws(t, a.on(verb, "put-method-response", "--status-code", status)...)
	}
}

func (a api) deploy(t *testing.T, stage string) {
	t.Helper()
	a.aws(t, "create-deployment", "--rest-api-id", a.id, "--stage-name", stage)
}

func (a api) url(stage, path string) string {
	return a.server.url + "/restapis/" + a.id + "/" + stage + "/_user_request_" + path
}

func same(t *testing.T, what string, got map[string]any, want string) {
	t.Helper()
	var w map[string]any
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, w) {
		g, _ := json.Marshal(got)
		t.Errorf("%s\n got %s\nwant %s", what, g, want)
	}
}

// The examples of AWS's put-integration page, as it prints them for a shell.
func TestPutIntegrationExamples(t *testing.T) {
	t.Parallel()
	needAWS(t)
	a := newAPI(t, start(t), "pets")
	a.method(t, "GET", "200")

	got := a.shell(t, "GET", `put-integration --type MOCK --request-templates '{ "application/json": "{\"statusCode\": 200}" }'`)
	same(t, "MOCK", got, `{"type":"MOCK","requestTemplates":{"application/json":"{\"statusCode\": 200}"},"passthroughBehavior":"WHEN_NO_MATCH","timeoutInMillis":29000,"cacheNamespace":"`+a.resource+`","cacheKeyParameters":[]}`)

	got = a.shell(t, "GET", `put-integration --type HTTP --integration-http-method GET --uri 'https://domain.tld/path'`)
	same(t, "HTTP", got, `{"type":"HTTP","httpMethod":"GET","uri":"https://domain.tld/path","connectionType":"INTERNET","passthroughBehavior":"WHEN_NO_MATCH","timeoutInMillis":29000,"cacheNamespace":"`+a.resource+`","cacheKeyParameters":[]}`)

	const uri = "arn:aws:apigateway:us-west-2:lambda:path//2015-03-31/functions/arn:aws:lambda:us-west-2:123412341234:function:function_name/invocations"
	got = a.shell(t, "GET", `put-integration --type AWS --integration-http-method POST --uri '`+uri+`'`)
	same(t, "AWS", got, `{"type":"AWS","httpMethod":"POST","uri":"`+uri+`","passthroughBehavior":"WHEN_NO_MATCH","timeoutInMillis":29000,"cacheNamespace":"`+a.resource+`","cacheKeyParameters":[]}`)
}

// The examples of AWS's put-integration-response page.
func TestPutIntegrationResponseExamples(t *testing.T) {
	t.Parallel()
	needAWS(t)
	a := newAPI(t, start(t), "pets")
	a.method(t, "GET", "200")
	a.aws(t, a.on("GET", "put-method-response", "--status-code", "400", "--response-parameters", "method.response.header.custom-header=false")...)
	a.aws(t, a.on("GET", "put-integration", "--type", "MOCK")...)

	got := a.shell(t, "GET", `put-integration-response --status-code 200 --selection-pattern "" --response-templates '{"application/json": "{\"json\": \"template\"}"}'`)
	same(t, "put 200", got, `{"statusCode":"200","selectionPattern":"","responseTemplates":{"application/json":"{\"json\": \"template\"}"}}`)

	got = a.shell(t, "GET", `put-integration-response --status-code 400 --selection-pattern 400 --response-parameters '{"method.response.header.custom-header": "'"'"'custom-value'"'"'"}'`)
	same(t, "put 400", got, `{"statusCode":"400","selectionPattern":"400","responseParameters":{"method.response.header.custom-header":"'custom-value'"}}`)
}

// The examples of AWS's update-integration-response page.
func TestUpdateIntegrationResponseExamples(t *testing.T) {
	t.Parallel()
	needAWS(t)
	a := newAPI(t, start(t), "pets")
	a.aws(t, a.on("GET", "put-method", "--authorization-type", "NONE")...)
	a.aws(t, a.on("GET", "put-method-response", "--status-code", "200", "--response-parameters", "method.response.header.Access-Control-Allow-Origin=false")...)
	a.aws(t, a.on("GET", "put-integration", "--type", "MOCK")...)
	a.aws(t, a.on("GET", "put-integration-response", "--status-code", "200")...)

	got := a.shell(t, "GET", `update-integration-response --status-code 200 --patch-operations op='replace',path='/responseParameters/method.response.header.Access-Control-Allow-Origin',value='"'"'*'"'"'`)
	same(t, "replace", got, `{"statusCode":"200","responseParameters":{"method.response.header.Access-Control-Allow-Origin":"'*'"}}`)

	got = a.shell(t, "GET", `update-integration-response --status-code 200 --patch-operations op='remove',path='/responseParameters/method.response.header.Access-Control-Allow-Origin'`)
	same(t, "remove", got, `{"statusCode":"200"}`)
}

// What put-integration and put-integration-response define is served after
// create-deployment.
func TestDefinedThenServed(t *testing.T) {
	t.Parallel()
	needAWS(t)
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Back", r.Header.Get("X-Forward"))
		switch r.URL.Query().Get("as") {
		case "400":
			w.WriteHeader(400)
		case "503":
			w.WriteHeader(503)
		}
		_, _ = io.WriteString(w, `{"saw":`+string(body)+`}`)
	}))
	defer backend.Close()
	a := newAPI(t, start(t), "pets")

	a.method(t, "GET", "200")
	a.aws(t, a.on("GET", "put-integration", "--type", "MOCK", "--request-templates", `{"application/json": "{\"statusCode\": 200}"}`)...)
	a.aws(t, a.on("GET", "put-integration-response", "--status-code", "200", "--selection-pattern", "", "--response-templates", `{"application/json": "{\"json\": \"template\"}"}`)...)

	a.aws(t, a.on("POST", "put-method", "--authorization-type", "NONE", "--request-parameters", "method.request.querystring.as=false,method.request.header.X-In=false")...)
	a.aws(t, a.on("POST", "put-method-response", "--status-code", "200", "--response-parameters", "method.response.header.X-Out=false")...)
	a.aws(t, a.on("POST", "put-method-response", "--status-code", "400")...)
	a.aws(t, a.on("POST", "put-integration", "--type", "HTTP", "--integration-http-method", "POST", "--uri", backend.URL+"/store",
		"--request-parameters", `{"integration.request.querystring.as":"method.request.querystring.as","integration.request.header.X-Forward":"method.request.header.X-In"}`,
		"--request-templates", `{"application/json":"{\"pet\": $input.json('$.name')}"}`)...)
	a.aws(t, a.on("POST", "put-integration-response", "--status-code", "400", "--selection-pattern", "400", "--response-templates", `{"application/json":"{\"refused\": $input.json('$.saw.pet')}"}`)...)
	a.aws(t, a.on("POST", "put-integration-response", "--status-code", "200", "--response-parameters", `{"method.response.header.X-Out":"integration.response.header.X-Back"}`,
		"--response-templates", `{"application/json":"{\"stored\": $input.json('$.saw.pet')}"}`)...)
	a.deploy(t, "prod")

	status, _, body := get(t, a.url("prod", "/pets"))
	if status != 200 || body != `{"json": "template"}` {
		t.Errorf("MOCK: %d %s", status, body)
	}
	json := map[string]string{"Content-Type": "application/json", "X-In": "through"}
	status, header, body := send(t, "POST", a.url("prod", "/pets?as=200"), json, `{"name":"Rex"}`)
	if status != 200 || body != `{"stored": "Rex"}` || header.Get("X-Out") != "through" {
		t.Errorf("mapped both ways: %d %v %s", status, header, body)
	}
	if status, _, body = send(t, "POST", a.url("prod", "/pets?as=400"), json, `{"name":"Rex"}`); status != 400 || body != `{"refused": "Rex"}` {
		t.Errorf("a back end's 400: %d %s", status, body)
	}
	if status, _, body = send(t, "POST", a.url("prod", "/pets?as=503"), json, `{"name":"Rex"}`); status != 200 || body != `{"stored": "Rex"}` {
		t.Errorf("an undeclared status takes the default: %d %s", status, body)
	}

	a.aws(t, a.on("POST", "delete-integration-response", "--status-code", "200")...)
	a.deploy(t, "prod")
	status, header, body = send(t, "POST", a.url("prod", "/pets?as=503"), json, `{"name":"Rex"}`)
	if status != 500 || body != `{"message": "Internal server error"}` || header.Get("x-amzn-ErrorType") != "InternalServerErrorException" {
		t.Errorf("none left: %d %v %s", status, header, body)
	}
}

// The raw PUT of AWS's PutIntegrationResponse page: HAL, unless the client
// accepts application/json.
func TestRawPutIntegrationResponse(t *testing.T) {
	t.Parallel()
	needAWS(t)
	a := newAPI(t, start(t), "pets")
	a.aws(t, a.on("GET", "put-method", "--authorization-type", "NONE")...)
	a.aws(t, a.on("GET", "put-method-response", "--status-code", "200", "--response-parameters", "method.response.header.Content-Type=true")...)
	a.aws(t, a.on("GET", "put-integration", "--type", "MOCK")...)
	url := a.server.url + "/restapis/" + a.id + "/resources/" + a.resource + "/methods/GET/integration/responses/200"
	payload := `{"selectionPattern":"2\\d{2}","responseParameters":{"method.response.header.Content-Type":"'application/json'"}}`

	status, _, body := send(t, "PUT", url, map[string]string{"Content-Type": "application/json"}, payload)
	var hal map[string]any
	if err := json.Unmarshal([]byte(body), &hal); err != nil || status != 201 {
		t.Fatalf("HAL: %d %s", status, body)
	}
	self := strings.TrimPrefix(url, a.server.url)
	same(t, "HAL", hal, `{"_links":{
		"curies":{"href":"https://docs.aws.amazon.com/apigateway/latest/developerguide/restapi-integration-response-{rel}.html","name":"integrationresponse","templated":true},
		"self":{"href":"`+self+`","title":"200"},
		"integrationresponse:delete":{"href":"`+self+`"},
		"integrationresponse:update":{"href":"`+self+`"}},
		"responseParameters":{"method.response.header.Content-Type":"'application/json'"},"selectionPattern":"2\\d{2}","statusCode":"200"}`)
	status, _, body = send(t, "PUT", url, map[string]string{"Accept": "application/json"}, payload)
	if status != 201 || strings.Contains(body, "_links") {
		t.Errorf("plain: %d %s", status, body)
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	same(t, "plain", got, `{"statusCode":"200","selectionPattern":"2\\d{2}","responseParameters":{"method.response.header.Content-Type":"'application/json'"}}`)
}
