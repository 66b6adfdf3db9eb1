package test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// plain asks s as a client that wants plain JSON.
func (s *server) plain(t *testing.T, method, path, body string) (status int, code, answer string) {
	t.Helper()
	status, header, answer := send(t, method, s.url+path, map[string]string{"Accept": "application/json"}, body)
	return status, header.Get("x-amzn-ErrorType"), answer
}

func (s *server) must(t *testing.T, method, path, body string) map[string]any {
	t.Helper()
	status, _, answer := s.plain(t, method, path, body)
	if status/100 != 2 {
		t.Fatalf("%s %s: %d %s", method, path, status, answer)
	}
	var v map[string]any
	if err := json.Unmarshal([]byte(answer), &v); err != nil && answer != "" {
		t.Fatalf("%s %s: %v in %s", method, path, err, answer)
	}
	return v
}

// mockAPI makes an API whose root answers GET with a MOCK.
func mockAPI(t *testing.T, s *server) (api, method string) {
	t.Helper()
	made := s.must(t, "POST", "/restapis", `{"name":"mock"}`)
	api = "/restapis/" + text(made["id"])
	method = api + "/resources/" + text(made["rootResourceId"]) + "/methods/GET"
	s.must(t, "PUT", method, `{"authorizationType":"NONE"}`)
	s.must(t, "PUT", method+"/responses/200", `{}`)
	s.must(t, "PUT", method+"/integration", `{"type":"MOCK","requestTemplates":{"application/json":"{\"statusCode\": 200}"}}`)
	return api, method
}

// What is wrong is refused with AWS's type, status and message, and leaves
// everything as it was.
func TestBadInputIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	api, method := mockAPI(t, s)
	s.must(t, "PUT", method+"/integration/responses/200", `{"selectionPattern":"2\\d{2}"}`)
	before := s.everything(t, api)
	for _, c := range []struct {
		name, verb, path, body string
		status                 int
		code, message          string
	}{
		{"JSON that ends", "POST", "/restapis", `{"name":`, 400, "SerializationException", "Malformed request body"},
		{"JSON of another kind", "POST", "/restapis", `[]`, 400, "SerializationException", "Start of list found where not expected"},
		{"no body", "POST", "/restapis", ``, 400, "ValidationException", "Value null at 'createRestApiInput.name' failed to satisfy constraint: Member must not be null"},
		{"number for a text", "POST", "/restapis", `{"name":3}`, 400, "SerializationException", "can not be converted to an String"},
		{"object for a text", "POST", "/restapis", `{"name":{}}`, 400, "SerializationException", "Start of structure or map found where not expected."},
		{"text for a boolean", "PUT", method, `{"authorizationType":"NONE","apiKeyRequired":"maybe"}`, 400, "SerializationException", "'maybe' can not be converted to an Boolean"},
		{"text for a number", "PUT", method + "/integration", `{"type":"MOCK","timeoutInMillis":"x"}`, 400, "SerializationException", "class java.lang.String can not be converted to an Integer"},
		{"number out of range", "PUT", method + "/integration", `{"type":"MOCK","timeoutInMillis":30000}`, 400, "BadRequestException", "Timeout should be between 50 ms and 29000 ms"},
		{"no such enum value", "PUT", method + "/integration", `{"type":"NONSENSE"}`, 400, "ValidationException", "Value 'NONSENSE' at 'putIntegrationInput.type' failed to satisfy constraint: Member must satisfy enum value set"},
		{"over-long name", "POST", "/restapis", `{"name":"` + strings.Repeat("a", 1025) + `"}`, 400, "BadRequestException", "Invalid API name, can be at most 1024 characters."},
		{"no such status", "PUT", method + "/responses/999", `{}`, 400, "ValidationException", "Member must satisfy regular expression pattern"},
		{"unknown API", "GET", "/restapis/zzzzzzzzzz", ``, 404, "NotFoundException", "Invalid API identifier specified"},
		{"unknown Resource", "GET", api + "/resources/zzzzzz", ``, 404, "NotFoundException", "Invalid Resource identifier specified"},
		{"unknown Method", "DELETE", strings.Replace(method, "GET", "PUT", 1), ``, 404, "NotFoundException", "Invalid Method identifier specified"},
		{"unknown status", "GET", method + "/integration/responses/418", ``, 404, "NotFoundException", "Invalid Response status code specified"},
		{"class that Java refuses", "PUT", method + "/integration/responses/200", `{"selectionPattern":"["}`, 400, "BadRequestException", "Invalid regex pattern specified"},
		{"group that Java refuses", "PUT", method + "/integration/responses/200", `{"selectionPattern":"(?<a"}`, 400, "BadRequestException", "Invalid regex pattern specified"},
		{"unknown path of a patch", "PATCH", method + "/integration/responses/200", `{"patchOperations":[{"op":"replace","path":"/nonsense","value":"x"}]}`, 400, "BadRequestException", "Invalid patch path"},
		{"unknown op of a patch", "PATCH", method + "/integration/responses/200", `{"patchOperations":[{"op":"fly","path":"/selectionPattern"}]}`, 400, "ValidationException", "'updateIntegrationResponseInput.patchOperations.1.member.op'"},
		{"a patch whose second step fails", "PATCH", api, `{"patchOperations":[{"op":"replace","path":"/name","value":"other"},{"op":"replace","path":"/nonsense","value":"x"}]}`, 400, "BadRequestException", "Invalid patch path"},
		{"OpenAPI that is none", "POST", "/restapis?mode=import", `{"openapi":`, 400, "BadRequestException", "Invalid OpenAPI input."},
		{"OpenAPI over an API", "PUT", api + "?mode=overwrite", `nonsense`, 400, "BadRequestException", "Invalid OpenAPI input."},
	} {
		status, code, answer := s.plain(t, c.verb, c.path, c.body)
		var message struct{ Message string }
		_ = json.Unmarshal([]byte(answer), &message)
		if status != c.status || code != c.code || !strings.Contains(message.Message, c.message) {
			t.Errorf("%s: %d %s %s\nwant %d %s with %q", c.name, status, code, answer, c.status, c.code, c.message)
		}
	}
	if after := s.everything(t, api); after != before {
		t.Errorf("what was refused left its trace:\n%s\nbefore: %s", after, before)
	}
}

// everything is all that can be read of an API, and the list of APIs.
func (s *server) everything(t *testing.T, api string) string {
	t.Helper()
	var all strings.Builder
	for _, path := range []string{"/restapis", api, api + "/resources?embed=methods", api + "/deployments", api + "/stages", api + "/models"} {
		status, _, answer := s.plain(t, "GET", path, "")
		if status != 200 {
			t.Fatalf("GET %s: %d %s", path, status, answer)
		}
		all.WriteString(answer)
	}
	return all.String()
}

// A member that the contract does not have changes nothing (control plane
// §1.5): clients may be newer than the server.
func TestUnknownMembersAreIgnored(t *testing.T) {
	t.Parallel()
	s := start(t)
	made := s.must(t, "POST", "/restapis", `{"name":"x","nonsense":{"deep":[1,2]}}`)
	if made["name"] != "x" || made["nonsense"] != nil {
		t.Errorf("made %v", made)
	}
}

// A definition file with an error names it with line and column, and serve
// ends without serving anything.
func TestDefinitionFilesWithErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"unclosed.yaml", "openapi: 3.0.1\ninfo: {title: x, version: '1'}\npaths:\n  /x: [1\n", []string{"unclosed.yaml:"}},
		{"unclosed.json", "{\n  \"openapi\": \"3.0.1\",\n  \"paths\": {", []string{"unclosed.json:3:"}},
		{"kind.yaml", "openapi: 3.0.1\ninfo: {title: x, version: '1'}\npaths:\n  /x:\n    get:\n      responses: {}\n      x-amazon-apigateway-integration:\n        type: nonsense\n", []string{"kind.yaml:8:9: error: ", "Invalid integration type specified"}},
		{"reference.yaml", "openapi: 3.0.1\ninfo: {title: x, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n    Pet: {$ref: '#/components/schemas/Nothing'}\n", []string{"reference.yaml:6:", "Nothing"}},
		{"incomplete.yaml", "openapi: 3.0.1\ninfo: {title: x, version: '1'}\npaths:\n  /x:\n    get: {}\n", []string{"incomplete.yaml:5:5: GET /x has no integration"}},
		{"nothing.txt", "hello", []string{"nothing.txt"}},
	} {
		file := filepath.Join(dir, c.name)
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(binary, "serve", "--listen", "localhost:0", file).CombinedOutput()
		if err == nil {
			t.Errorf("%s was served:\n%s", c.name, out)
		}
		for _, want := range c.want {
			if !strings.Contains(string(out), want) {
				t.Errorf("%s: no %q in\n%s", c.name, want, out)
			}
		}
	}
}
