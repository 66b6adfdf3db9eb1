package test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// block is the indented block of the README under a heading.
func block(t *testing.T, heading string) string {
	t.Helper()
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(readme), "\n## "+heading+"\n")
	if !ok {
		t.Fatalf("README has no %q", heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	var lines []string
	for line := range strings.Lines(section) {
		if text, ok := strings.CutPrefix(line, "    "); ok {
			lines = append(lines, text)
		}
	}
	return strings.Join(lines, "")
}

// Every line of README's session with the AWS CLI does what it says.
func TestReadmeSession(t *testing.T) {
	t.Parallel()
	needAWS(t)
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not installed")
	}
	s := start(t)
	script := strings.ReplaceAll(block(t, "Build an API with the AWS CLI"), "poterne serve &\n", "set -e\n")
	script = strings.ReplaceAll(script, "http://localhost:4566", s.url)
	port := s.url[strings.LastIndexByte(s.url, ':'):]
	script = regexp.MustCompile(`curl http://(\S+)localhost:4566`).ReplaceAllString(script, "curl -s --resolve $${1}localhost"+port+":127.0.0.1 http://${1}localhost"+port)
	run := exec.Command("bash", "-c", script)
	run.Env = awsEnv()
	out, err := run.CombinedOutput()
	if err != nil || !strings.HasSuffix(string(out), `{"hello": "prod"}`) {
		t.Errorf("%v\n%s\nof\n%s", err, out, script)
	}
}

// The example does what README and its own comments promise, offline.
func TestPetstore(t *testing.T) {
	t.Parallel()
	s := start(t, "../examples/petstore/openapi.yaml")
	json := map[string]string{"Content-Type": "application/json"}
	for _, c := range []struct {
		what, verb, path, body string
		status                 int
		part                   string
	}{
		{"MOCK from a template", "GET", "/", "", 200, `"stage": "v1"`},
		{"HTTP mapped both ways", "GET", "/pets?type=dog", "", 200, `{"id": 1, "type": "dog", "name": "Rex", "price": 250}`},
		{"a back end's 404", "GET", "/pets/99", "", 404, `{"message": "There is no pet 99."}`},
		{"HTTP behind a validator", "POST", "/pets", `{"type":"cat","name":"Moustache","price":90}`, 201, `"name": "Moustache"`},
		{"HTTP_PROXY", "GET", "/store/inventory", "", 200, `"dog"`},
		{"gateway response", "GET", "/nowhere", "", 404, ``},
	} {
		status, header, body := send(t, c.verb, s.url+c.path, json, c.body)
		if status != c.status || !strings.Contains(body, c.part) {
			t.Errorf("%s: %d %v %s, want %d with %s", c.what, status, header, body, c.status, c.part)
		}
	}
	status, header, _ := send(t, "OPTIONS", s.url+"/pets", nil, "")
	if status != 200 || header.Get("Access-Control-Allow-Origin") != "*" || header.Get("Access-Control-Allow-Methods") != "GET,POST,OPTIONS" {
		t.Errorf("CORS: %d %v", status, header)
	}
}
