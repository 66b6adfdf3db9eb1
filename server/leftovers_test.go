package server

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// leftover is an API behind a back end, with all that outlives a snapshot.
const leftover = `
openapi: 3.0.1
info: {title: TITLE, version: "1"}
x-poterne-stage: {name: v1}
paths:
  /back:
    get:
      responses: {"200": {description: ok}}
      x-amazon-apigateway-integration: {type: http_proxy, httpMethod: GET, uri: "BACKEND/"}
`

func startLeftovers(t *testing.T) (s running, o operator, title func(string) string) {
	backend := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	backend.Config.SetKeepAlivesEnabled(false) // an idle connection may be replaced at any time
	t.Cleanup(backend.Close)
	s = start(t, Config{AccessLog: "off"})
	title = func(name string) string {
		return strings.NewReplacer("TITLE", name, "BACKEND", backend.URL).Replace(leftover)
	}
	return s, operator{t, "http://" + s.controlAddr()}, title
}

// use has a stage of an API count, throttle and cache, and asks it.
func (o operator) use(api, stage string) {
	o.t.Helper()
	o.call("PATCH", "/restapis/"+api+"/stages/"+stage, `{"patchOperations":[
		{"op":"replace","path":"/cacheClusterEnabled","value":"true"}, {"op":"replace","path":"/cacheClusterSize","value":"0.5"},
		{"op":"replace","path":"/*/*/caching/enabled","value":"true"}, {"op":"replace","path":"/*/*/metrics/enabled","value":"true"},
		{"op":"replace","path":"/*/*/throttling/rateLimit","value":"1000"}, {"op":"replace","path":"/*/*/throttling/burstLimit","value":"1000"}]}`)
	if status, body := request(o.t, "GET", o.base+"/_aws/execute-api/"+api+"/"+stage+"/back", ""); status != http.StatusOK {
		o.t.Fatalf("%s %s: %d %s", api, stage, status, body)
	}
}

func (o operator) metricsOf(what string) (lines []string) {
	_, text := request(o.t, "GET", o.base+"/_poterne/metrics", "")
	for line := range strings.Lines(text) {
		if strings.Contains(line, what) {
			lines = append(lines, line)
		}
	}
	return lines
}

// What comes and goes, again and again, leaves neither goroutines nor
// descriptors behind, and no numbers of what is gone.
func TestDeletedAPIsLeaveNothing(t *testing.T) {
	s, o, title := startLeftovers(t)
	var before census
	for i := range 201 {
		name := fmt.Sprintf("gone-%d", i)
		if _, err := s.ServeFiles(t.Context(), []string{document(t, "gone.yaml", title(name))}); err != nil {
			t.Fatal(err)
		}
		o.use(name, "v1")
		o.call("DELETE", "/restapis/"+name, "")
		if i == 0 {
			before = takeCensus()
		}
	}
	before.sameAgain(t)
	if left := o.metricsOf("gone-"); left != nil {
		t.Errorf("metrics are left: %q", left)
	}
}

func TestDeploymentsAndStagesLeaveNothing(t *testing.T) {
	s, o, title := startLeftovers(t)
	if _, err := s.ServeFiles(t.Context(), []string{document(t, "kept.yaml", title("kept"))}); err != nil {
		t.Fatal(err)
	}
	o.use("kept", "v1")
	before := takeCensus()
	for i := range 200 {
		stage := fmt.Sprintf("gone%d", i)
		deployment := o.call("POST", "/restapis/kept/deployments", `{"stageName":"`+stage+`"}`)["id"].(string)
		o.use("kept", stage)
		o.call("DELETE", "/restapis/kept/stages/"+stage, "")
		o.call("DELETE", "/restapis/kept/deployments/"+deployment, "")
		if err := s.Reload(); err != nil {
			t.Fatal(err)
		}
	}
	before.sameAgain(t)
	if left := o.metricsOf("gone"); left != nil {
		t.Errorf("metrics are left: %q", left)
	}
	if len(o.metricsOf(`api="kept",stage="v1"`)) == 0 {
		t.Error("the stage that is kept has no metrics")
	}
}

// A server that cannot start gives back what it had opened.
func TestServersThatDoNotStartLeaveNothing(t *testing.T) {
	taken := listenForTest(t)
	defer taken.Close()
	function := "f=" + document(t, "f.py", "") + ":handler"
	before := takeCensus()
	for what, c := range map[string]Config{
		"port":       {Listen: taken.Addr().String()},
		"otlp":       {OTLP: "nowhere"},
		"access log": {AccessLog: t.TempDir()},
		"function":   {Functions: []string{function, "g=/no/such/program"}},
		"truststore": {DataTLS: "localhost:0", Truststores: []string{"s3://b/k=/no/such/file"}},
		"data door":  {Control: "localhost:0", Data: taken.Addr().String()},
	} {
		if c.Listen == "" && c.Control == "" {
			c.Listen = "localhost:0"
		}
		c.DataDir = t.TempDir()
		if _, err := New(t.Context(), c); err == nil {
			t.Errorf("%s: it starts", what)
		}
	}
	before.sameAgain(t)
}

// Nor does one that is closed before it runs, or that is to end when it begins.
func TestServersThatEndEarlyLeaveNothing(t *testing.T) {
	before := takeCensus()
	for range 20 {
		c := Config{Control: "localhost:0", Data: "localhost:0", DataTLS: "localhost:0", DataDir: t.TempDir()}
		closed, err := New(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if err := closed.Close(); err != nil {
			t.Error(err)
		}
		ended, err := New(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := ended.Run(ctx); err != nil {
			t.Error(err)
		}
	}
	before.sameAgain(t)
}
