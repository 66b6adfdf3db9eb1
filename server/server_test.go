package server

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// A running is a server that a test can stop before its end.
type running struct {
	*Server
	stop func()
}

// start runs a server with config on a free port and stops it with the test.
func start(t *testing.T, config Config, files ...string) running {
	t.Helper()
	if config.Listen == "" && config.Control == "" {
		config.Listen = "localhost:0"
	}
	ctx, cancel := context.WithCancel(context.Background())
	s, err := New(ctx, config)
	if err != nil {
		t.Fatalf("new: %v", err)
	}
	if _, err := s.ServeFiles(ctx, files); err != nil {
		t.Fatalf("serve %v: %v", files, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	stop := sync.OnceFunc(func() {
		cancel()
		if err := receive(t, "the server's end", ended); err != nil {
			t.Errorf("run: %v", err)
		}
	})
	t.Cleanup(stop)
	eventually(t, "the server is ready", s.ready.Load)
	return running{s, stop}
}

func request(t *testing.T, method, url, body string, header ...string) (status int, answer string) {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		if r.Header.Set(header[i], header[i+1]); header[i] == "Host" {
			r.Host = header[i+1]
		}
	}
	resp, err := (&http.Client{Timeout: patience}).Do(r)
	if err != nil {
		t.Fatalf("%s %s: %v", method, url, err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(data)
}

func document(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

const hello = `
openapi: 3.0.1
info: {title: Hello World, version: "1"}
x-poterne-stage: {name: v1, variables: {greeting: hello}}
paths:
  /hello:
    get:
      responses: {"200": {description: ok}}
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: '{"statusCode": 200}'}
        responses:
          default:
            statusCode: "200"
            responseTemplates: {application/json: '$stageVariables.greeting from $context.apiId/$context.stage at $context.domainName'}
`

func TestServedFileIsReachedEveryWay(t *testing.T) {
	s := start(t, Config{}, document(t, "hello.yaml", hello))
	const want = "hello from hello-world/v1 at hello-world.execute-api.localhost"
	for name, c := range map[string]struct{ path, host string }{
		"root":                 {"/hello", ""},
		"path style":           {"/_aws/execute-api/hello-world/v1/hello", ""},
		"the other path style": {"/restapis/hello-world/v1/_user_request_/hello", ""},
		"host style":           {"/v1/hello", "hello-world.execute-api.localhost"},
	} {
		header := []string{}
		if c.host != "" {
			header = []string{"Host", c.host}
		}
		status, body := request(t, "GET", "http://"+s.dataAddr()+c.path, "", header...)
		if status != 200 || body != want {
			t.Errorf("%s: %d %s, want %s", name, status, body, want)
		}
	}
}

func TestRefusedFileLeavesNothing(t *testing.T) {
	s := start(t, Config{})
	file := document(t, "broken.yaml", strings.Replace(hello, "type: mock", "type: nonsense", 1))
	_, err := s.ServeFiles(context.Background(), []string{file})
	if err == nil || !strings.Contains(err.Error(), "broken.yaml:") {
		t.Errorf("error %v, want one with file and line", err)
	}
	if _, body := request(t, "GET", "http://"+s.controlAddr()+"/restapis", "", "Accept", "application/json"); body != `{"item":[]}` {
		t.Errorf("APIs: %s", body)
	}
}

// An operation's answer means that the change is served.
func TestAcknowledgedIsLive(t *testing.T) {
	s := start(t, Config{}, document(t, "hello.yaml", hello))
	for _, value := range []string{"one", "two", "three", "four"} {
		status, body := request(t, "PATCH", "http://"+s.controlAddr()+"/restapis/hello-world/stages/v1",
			`{"patchOperations":[{"op":"replace","path":"/variables/greeting","value":"`+value+`"}]}`)
		if status != 200 {
			t.Fatalf("update stage: %d %s", status, body)
		}
		if _, body := request(t, "GET", "http://"+s.dataAddr()+"/hello", ""); !strings.HasPrefix(body, value+" ") {
			t.Errorf("after %s was acknowledged: %s", value, body)
		}
	}
	if status, body := request(t, "DELETE", "http://"+s.controlAddr()+"/restapis/hello-world", ""); status != 202 {
		t.Fatalf("delete: %d %s", status, body)
	}
	if status, body := request(t, "GET", "http://"+s.dataAddr()+"/_aws/execute-api/hello-world/v1/hello", ""); status != 403 || body != `{"message":"Forbidden"}` {
		t.Errorf("after the API was deleted: %d %s", status, body)
	}
}

func TestStateOutlivesTheProcess(t *testing.T) {
	dir, file := t.TempDir(), document(t, "hello.yaml", hello)
	first := start(t, Config{DataDir: dir}, file)
	id := deployments(t, first)
	first.stop()
	second := start(t, Config{DataDir: dir})
	if _, body := request(t, "GET", "http://"+second.dataAddr()+"/_aws/execute-api/hello-world/v1/hello", ""); !strings.HasPrefix(body, "hello from") {
		t.Errorf("after a restart without the file: %s", body)
	}
	second.stop()
	third := start(t, Config{DataDir: dir, Listen: first.dataAddr()}, file)
	if again := deployments(t, third); !strings.Contains(again, id) {
		t.Errorf("deployments %s became %s", id, again)
	}
}

func deployments(t *testing.T, s running) string {
	t.Helper()
	_, body := request(t, "GET", "http://"+s.controlAddr()+"/restapis/hello-world/deployments", "", "Accept", "application/json")
	_, rest, _ := strings.Cut(body, `"id":"`)
	id, _, _ := strings.Cut(rest, `"`)
	return id
}

func TestSplitPlanesServeOnlyTheirs(t *testing.T) {
	s := start(t, Config{Control: "localhost:0", Data: "localhost:0"}, document(t, "hello.yaml", hello))
	if status, _ := request(t, "GET", "http://"+s.dataAddr()+"/_aws/execute-api/hello-world/v1/hello", ""); status != 200 {
		t.Errorf("the API on the data plane: %d", status)
	}
	if status, body := request(t, "GET", "http://"+s.dataAddr()+"/restapis", ""); status != 403 {
		t.Errorf("an operation on the data plane: %d %s", status, body)
	}
	if status, body := request(t, "GET", "http://"+s.controlAddr()+"/_aws/execute-api/hello-world/v1/hello", ""); status != 403 {
		t.Errorf("the API on the control plane: %d %s", status, body)
	}
	if status, _ := request(t, "GET", "http://"+s.controlAddr()+"/restapis", ""); status != 200 {
		t.Errorf("an operation on the control plane: %d", status)
	}
}

func TestOwnPaths(t *testing.T) {
	s := start(t, Config{})
	for path, want := range map[string]string{
		"/_poterne/livez":     `{"status":"alive"}`,
		"/_poterne/readyz":    `{"status":"ready"}`,
		"/_localstack/health": `{"edition":"poterne","services":{"apigateway":"running"}}`,
	} {
		if status, body := request(t, "GET", "http://"+s.controlAddr()+path, ""); status != 200 || strings.TrimSpace(body) != want {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	if status, _ := request(t, "GET", "http://"+s.controlAddr()+"/_poterne/nothing", ""); status != 404 {
		t.Errorf("an unknown path of ours: %d", status)
	}
}

func TestCallerIdentity(t *testing.T) {
	s := start(t, Config{Account: "123456789012"})
	const auth = "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0"
	status, body := request(t, "POST", "http://"+s.controlAddr()+"/", "Action=GetCallerIdentity&Version=2011-06-15",
		"Authorization", auth, "Content-Type", "application/x-www-form-urlencoded")
	if status != 200 || !strings.Contains(body, "<Account>123456789012</Account>") || !strings.Contains(body, "arn:aws:iam::123456789012:root") {
		t.Errorf("%d %s", status, body)
	}
	status, body = request(t, "POST", "http://"+s.controlAddr()+"/", "Action=ListBuckets", "Authorization", strings.Replace(auth, "sts", "s3", 1))
	if status != 501 || !strings.Contains(body, "poterne serves Amazon API Gateway") {
		t.Errorf("another service: %d %s", status, body)
	}
}

func TestPortInUseIsNamed(t *testing.T) {
	s := start(t, Config{})
	_, err := New(context.Background(), Config{Listen: s.controlAddr()})
	if err == nil || !strings.Contains(err.Error(), s.controlAddr()) || !strings.Contains(err.Error(), "in use") {
		t.Errorf("error %v", err)
	}
}

// One served API may call another on the same listener; the AWS API on that
// listener is out of its reach.
func TestIntegrationsCannotReachTheControlPlane(t *testing.T) {
	proxy := `
openapi: 3.0.1
info: {title: Proxy, version: "1"}
paths:
  /other:
    get: &proxied
      responses: {"200": {description: ok}}
      x-amazon-apigateway-integration: {type: http_proxy, httpMethod: GET, uri: "http://${stageVariables.poterne}/_aws/execute-api/hello-world/v1/hello"}
  /control:
    get:
      responses: {"200": {description: ok}}
      x-amazon-apigateway-integration: {type: http_proxy, httpMethod: GET, uri: "http://${stageVariables.poterne}/restapis"}
`
	s := start(t, Config{}, document(t, "hello.yaml", hello), document(t, "proxy.yaml", proxy))
	if status, body := request(t, "GET", "http://"+s.dataAddr()+"/_aws/execute-api/proxy/local/other", ""); status != 200 || !strings.HasPrefix(body, "hello") {
		t.Errorf("another API: %d %s", status, body)
	}
	if status, body := request(t, "GET", "http://"+s.dataAddr()+"/_aws/execute-api/proxy/local/control", ""); status != 500 {
		t.Errorf("the control plane: %d %s", status, body)
	}
}

func TestShutdownLetsRequestsEnd(t *testing.T) {
	begun, release := make(chan struct{}), make(chan struct{})
	backend := &http.Server{Addr: "127.0.0.1:0", ReadHeaderTimeout: time.Second}
	listener := listenForTest(t)
	backend.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(begun)
		<-release
		_, _ = io.WriteString(w, "ended")
	})
	go func() { _ = backend.Serve(listener) }()
	defer backend.Close()
	s := start(t, Config{}, document(t, "slow.yaml", strings.NewReplacer("Hello World", "Slow", "type: mock", "type: http_proxy, httpMethod: GET, uri: 'http://"+listener.Addr().String()+"/'").Replace(slow)))
	answer := make(chan string, 1)
	go func() {
		_, body := request(t, "GET", "http://"+s.dataAddr()+"/hello", "")
		answer <- body
	}()
	receive(t, "the request at the back end", begun)
	go func() {
		defer close(release)
		for began := time.Now(); s.ready.Load() && time.Since(began) < patience; {
			time.Sleep(time.Millisecond)
		}
	}()
	s.stop()
	if body := receive(t, "the answer", answer); body != "ended" {
		t.Errorf("the request in flight was answered %q", body)
	}
}

const slow = `
openapi: 3.0.1
info: {title: Hello World, version: "1"}
paths:
  /hello:
    get:
      responses: {"200": {description: ok}}
      x-amazon-apigateway-integration: {type: mock}
`

func listenForTest(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Clients that look at bytes see AWS's spelling of its headers.
func TestControlPlaneSpellsHeadersAsAWS(t *testing.T) {
	s := start(t, Config{})
	conn, err := net.Dial("tcp", s.controlAddr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /restapis/none HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", s.controlAddr())
	answer, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\r\nx-amzn-ErrorType: NotFoundException\r\n", "\r\nx-amzn-RequestId: ", "\r\nx-amz-apigw-id: "} {
		if !strings.Contains(string(answer), want) {
			t.Errorf("no %q in\n%s", want, answer)
		}
	}
}
