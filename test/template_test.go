package test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// kinesisList is the response template of the Kinesis proxy of AWS's guide, as
// its integration response is printed: percent-encoded, decoded by itself.
const kinesisList = `"$util.urlDecode("%3CkinesisStreams%3E#foreach($stream in $input.path('$.StreamNames'))%3Cstream%3E%3Cname%3E$stream%3C/name%3E%3C/stream%3E#end%3C/kinesisStreams%3E")"`

func TestKinesisTemplateRenders(t *testing.T) {
	t.Parallel()
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"HasMoreStreams":false,"StreamNames":["one","two"]}`)
	}))
	defer backend.Close()
	s := start(t)
	api, method := mockAPI(t, s)
	s.must(t, "PUT", method+"/integration", `{"type":"HTTP","httpMethod":"GET","uri":"`+backend.URL+`/"}`)
	template, _ := json.Marshal(kinesisList)
	s.must(t, "PUT", method+"/integration/responses/200", `{"responseTemplates":{"application/json":`+string(template)+`}}`)
	s.must(t, "POST", api+"/deployments", `{"stageName":"prod"}`)
	const want = `"<kinesisStreams><stream><name>one</name></stream><stream><name>two</name></stream></kinesisStreams>"`
	if status, _, body := get(t, s.url+api+"/prod/_user_request_/"); status != 200 || body != want {
		t.Errorf("served: %d %s\nwant %s", status, body, want)
	}
	file := filepath.Join(t.TempDir(), "list.vtl")
	if err := os.WriteFile(file, []byte(kinesisList), 0o600); err != nil {
		t.Fatal(err)
	}
	render := exec.Command(binary, "render", "-t", file, "-b", "-")
	render.Stdin = strings.NewReader(`{"StreamNames":["one","two"]}`)
	if out, err := render.Output(); err != nil || string(out) != want {
		t.Errorf("rendered: %v %s\nwant %s", err, out, want)
	}
}

// A template that does not parse is stored as AWS stores it, answers 500 when
// it is used, and is shown with its position everywhere that it is seen.
func TestTemplateThatDoesNotParse(t *testing.T) {
	t.Parallel()
	s := start(t)
	api, method := mockAPI(t, s)
	const source = "{\n  \"a\": 1,\n  #if($x\n}"
	template, _ := json.Marshal(source)
	stored := s.must(t, "PUT", method+"/integration/responses/200", `{"responseTemplates":{"application/json":`+string(template)+`}}`)
	if got := stored["responseTemplates"].(map[string]any)["application/json"]; got != source {
		t.Errorf("stored as %q", got)
	}
	s.must(t, "POST", api+"/deployments", `{"stageName":"prod"}`)
	status, header, body := get(t, s.url+api+"/prod/_user_request_/")
	if status != 500 || body != `{"message": "Internal server error"}` || header.Get("x-amzn-ErrorType") != "InternalServerErrorException" {
		t.Errorf("served: %d %v %s", status, header, body)
	}
	invoked := s.must(t, "POST", method, `{}`)
	if log := text(invoked["log"]); invoked["status"] != 500.0 || !strings.Contains(log, `"application/json":4:1: found "}"`) {
		t.Errorf("test invoke: %v, the log names no position:\n%s", invoked["status"], log)
	}
	file := filepath.Join(t.TempDir(), "broken.vtl")
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(binary, "render", "-t", file).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "broken.vtl:4:1") {
		t.Errorf("render: %v\n%s", err, out)
	}
}
