package server

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// drained is an API with every kind of back end that the traffic of the tests
// below needs. BACKEND answers over HTTP, SECURE over TLS; STRAY and BROKEN are
// no good ones.
const drained = `
openapi: 3.0.1
info: {title: Drained, version: "1"}
x-poterne-stage: {name: v1}
paths:
  /mock:
    get:
      responses: {"200": {description: ok}}
      x-amazon-apigateway-integration:
        {type: mock, requestTemplates: {application/json: '{"statusCode": 200}'}, responses: {default: {statusCode: "200"}}}
  /plain: {x-amazon-apigateway-any-method: {x-amazon-apigateway-integration: {type: http_proxy, httpMethod: ANY, uri: "http://BACKEND/now"}}}
  /held: {x-amazon-apigateway-any-method: {x-amazon-apigateway-integration: {type: http_proxy, httpMethod: ANY, uri: "http://BACKEND/held"}}}
  /stream: {get: {x-amazon-apigateway-integration: {type: http_proxy, httpMethod: GET, uri: "http://BACKEND/stream", responseTransferMode: STREAM}}}
  /secure: {get: {x-amazon-apigateway-integration: {type: http_proxy, httpMethod: GET, uri: "https://SECURE/now"}}}
  /secure-held: {get: {x-amazon-apigateway-integration: {type: http_proxy, httpMethod: GET, uri: "https://SECURE/held"}}}
  /stray: {get: {x-amazon-apigateway-integration: {type: http_proxy, httpMethod: GET, uri: "http://STRAY/"}}}
  /broken: {get: {x-amazon-apigateway-integration: {type: http_proxy, httpMethod: GET, uri: "http://BROKEN/"}}}
  /function:
    post: {x-amazon-apigateway-integration: {type: aws_proxy, httpMethod: POST,
      uri: "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f/invocations"}}
`

// apiHost is the Host under which drained is served.
const apiHost = "drained.execute-api.localhost"

// A held back end answers /now at once. /held, and what is left of /stream, it
// keeps back until release; arrived tells of each request that it keeps.
type heldBackend struct {
	arrived  chan struct{}
	released chan struct{}
	release  func()
}

func newHeldBackend() *heldBackend {
	h := &heldBackend{arrived: make(chan struct{}, 1000), released: make(chan struct{})}
	h.release = sync.OnceFunc(func() { close(h.released) })
	return h
}

// ServeHTTP answers.
func (h *heldBackend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // before which net/http does not notice that its client left
	if r.URL.Path == "/stream" {
		_, _ = io.WriteString(w, "first ")
		_ = http.NewResponseController(w).Flush()
	}
	if r.URL.Path != "/now" {
		h.arrived <- struct{}{}
		select {
		case <-h.released:
		case <-r.Context().Done():
			return
		}
	}
	_, _ = io.WriteString(w, "whole")
}

// A rawBackend answers each request with the same bytes, and may then hang up.
type rawBackend struct {
	listener net.Listener
	running  sync.WaitGroup
}

func startRaw(t *testing.T, answer string, hangsUp bool) *rawBackend {
	b := &rawBackend{listener: listenForTest(t)}
	b.running.Go(func() {
		for {
			conn, err := b.listener.Accept()
			if err != nil {
				return
			}
			b.running.Go(func() { serveRaw(conn, answer, hangsUp) })
		}
	})
	return b
}

func serveRaw(conn net.Conn, answer string, hangsUp bool) {
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience)) // fails only when it is closed
	for in := bufio.NewReader(conn); ; {
		if _, err := http.ReadRequest(in); err != nil {
			return
		}
		if _, err := io.WriteString(conn, answer); err != nil || hangsUp {
			return
		}
	}
}

func (b *rawBackend) close() {
	b.listener.Close()
	b.running.Wait()
}

// heldAddress is in the environment of the function f: where it asks before it
// answers an event that says "held".
const heldAddress = "POTERNE_TEST_HELD"

// TestFunctionOfDrained is the function f: the test binary once more.
func TestFunctionOfDrained(t *testing.T) {
	at := os.Getenv("AWS_LAMBDA_RUNTIME_API")
	if at == "" {
		t.Skip("the child of TestNothingIsLeftAfterADrain")
	}
	api := "http://" + at + "/2018-06-01/runtime/invocation/"
	for {
		resp, err := http.Get(api + "next")
		if err != nil {
			return
		}
		event, _ := io.ReadAll(resp.Body)
		if strings.Contains(string(event), "held") {
			_, _ = http.Get(os.Getenv(heldAddress))
		}
		_, _ = http.Post(api+resp.Header.Get("Lambda-Runtime-Aws-Request-Id")+"/response", "application/json", strings.NewReader(`{"statusCode":200,"body":"whole"}`))
	}
}
