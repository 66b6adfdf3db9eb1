package gateway

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/egress"
	"github.com/poterne/poterne/wire/httpmsg"
)

// streamed publishes a Method that streams, and calls it.
func streamed(t *testing.T, deps Deps, def apigw.Integration) (*httpmsg.Response, func()) {
	t.Helper()
	g := New(deps)
	def.ResponseTransferMode = ptr("STREAM")
	method := &apigw.Method{HttpMethod: ptr("GET"), AuthorizationType: ptr("NONE"), MethodIntegration: &def}
	g.Publish(caseApi, []apigw.Release{{Region: "eu-west-1", AccountId: "123456789012", RestApiId: caseApi,
		Stage:      apigw.Stage{StageName: ptr("dev"), DeploymentId: ptr("d")},
		Definition: &apigw.Definition{Resources: []apigw.Resource{{Id: ptr("r"), Path: ptr("/"), ResourceMethods: map[string]*apigw.Method{"GET": method}}}},
	}})
	req := &httpmsg.Request{Method: "GET", Path: "/dev/", Host: caseApi + ".execute-api.localhost", Proto: "HTTP/1.1"}
	resp := &httpmsg.Response{}
	g.Handle(req, resp)
	return resp, func() {
		if resp.Stream != nil {
			_ = resp.Stream.Close()
		}
		resp.Done(0, nil)
		resp.Reset()
		g.deps.Egress.Close()
	}
}

// TestProxyStreams: the first part of an answer is there before the back end
// has written the second.
func TestProxyStreams(t *testing.T) {
	goOn := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Own", "yes")
		if r.URL.Path == "/length" {
			w.Header().Set("Content-Length", "5")
			_, _ = io.WriteString(w, "\xff\xfe\xfd12")
			return
		}
		_, _ = io.WriteString(w, "first")
		w.(http.Flusher).Flush()
		select {
		case <-goOn:
		case <-r.Context().Done():
		}
		_, _ = io.WriteString(w, "second")
	}))
	defer s.Close()
	resp, done := streamed(t, Deps{}, apigw.Integration{Type: ptr("HTTP_PROXY"), HttpMethod: ptr("GET"), Uri: ptr(s.URL + "/")})
	defer done()
	if resp.Status != 200 || resp.Stream == nil || !resp.Header.Has("X-Own") || resp.Header.Has("Content-Length") {
		t.Fatalf("%s %v", responseText(resp), resp.Stream)
	}
	buffer := make([]byte, 64)
	n, err := resp.Stream.Read(buffer)
	if string(buffer[:n]) != "first" || err != nil {
		t.Fatalf("%q, %v", buffer[:n], err)
	}
	close(goOn)
	if rest, err := io.ReadAll(resp.Stream); string(rest) != "second" || err != nil {
		t.Errorf("%q, %v", rest, err)
	}
	resp, done = streamed(t, Deps{}, apigw.Integration{Type: ptr("HTTP_PROXY"), HttpMethod: ptr("GET"), Uri: ptr(s.URL + "/length")})
	defer done()
	length, _ := resp.Header.Get("Content-Length")
	if body, err := io.ReadAll(resp.Stream); string(body) != "\xff\xfe\xfd12" || err != nil || length != "5" {
		t.Errorf("%q of %s bytes, %v: bytes pass as they are", body, length, err)
	}
}

// TestStreamIsPaced: 10 MB at once, then 2 MB a second (data plane §23).
func TestStreamIsPaced(t *testing.T) {
	now := caseNow
	var waited time.Duration
	s := &pacedStream{
		ReadCloser: io.NopCloser(io.LimitReader(zeros{}, streamFree+4*streamRate)), inv: &Invocation{},
		now: func() time.Time { return now }, wait: func(d time.Duration) { waited += d; now = now.Add(d) },
	}
	buffer := make([]byte, 1<<20)
	for read := 0; read < streamFree; {
		n, _ := s.Read(buffer)
		read += n
	}
	if waited != 0 {
		t.Errorf("the first 10 MB waited %v", waited)
	}
	if _, err := io.Copy(io.Discard, s); err != nil {
		t.Fatal(err)
	}
	if waited < 3*time.Second || waited > 4*time.Second {
		t.Errorf("8 MB more waited %v, want about 4 s", waited)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// frames is what Lambda sends of a function that wrote parts.
func frames(t *testing.T, end string, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	encode := func(kind string, payload string) {
		m := eventstream.Message{Payload: []byte(payload)}
		m.Headers.Set(":event-type", eventstream.StringValue(kind))
		if err := eventstream.NewEncoder().Encode(&b, m); err != nil {
			t.Fatal(err)
		}
	}
	for _, part := range parts {
		encode("PayloadChunk", part)
	}
	if end != "" {
		encode("InvokeComplete", end)
	}
	return b.Bytes()
}

const eightNULs = "\x00\x00\x00\x00\x00\x00\x00\x00"

func TestFunctionStreams(t *testing.T) {
	metadata := `{"statusCode": 201, "headers": {"X-One": "1"}, "multiValueHeaders": {"X-Two": ["a", "b"]}, "cookies": ["a=1", "b=2"]}`
	for _, c := range []struct {
		name   string
		answer []byte
		status int
		body   string
		broken bool // while it is read
	}{
		{"in one part", frames(t, "{}", metadata+eightNULs+"hello"), 201, "hello", false},
		{"split in the delimiter", frames(t, "{}", metadata+eightNULs[:3], eightNULs[3:]+"hel", "lo"), 201, "hello", false},
		{"without a body", frames(t, "{}", "{}"+eightNULs), 200, "", false},
		{"no metadata", frames(t, "{}", "hello"), 500, "", false},
		{"metadata too late", frames(t, "{}", `{"headers": {"X": "`+strings.Repeat("x", maxMetadata)+`"}}`+eightNULs), 500, "", false},
		{"metadata with a body in it", frames(t, "{}", `{"statusCode": 200, "body": "x"}`+eightNULs), 500, "", false},
		{"metadata that is no JSON", frames(t, "{}", `{statusCode: 200}`+eightNULs), 500, "", false},
		{"cookies that are none", frames(t, "{}", `{"cookies": "a=1"}`+eightNULs), 500, "", false},
		{"it fails at once", frames(t, `{"ErrorCode": "Unhandled", "ErrorDetails": "{}"}`), 502, "", false},
		{"it fails on the way", frames(t, `{"ErrorCode": "Unhandled"}`, metadata+eightNULs+"hel"), 201, "hel", true},
		{"it ends without a word", frames(t, "", metadata+eightNULs+"hel"), 201, "hel", true},
		{"no frames", []byte("hello"), 500, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if want := "/2021-11-15/functions/f/response-streaming-invocations"; r.URL.Path != want {
					t.Errorf("path %s, want %s", r.URL.Path, want)
				}
				_, _ = w.Write(c.answer)
			}))
			defer s.Close()
			now := func() time.Time { return caseNow }
			resp, done := streamed(t, Deps{Now: now, AWS: caseAWS(t, s.Listener.Addr().String(), now)}, apigw.Integration{
				Type: ptr("AWS_PROXY"), HttpMethod: ptr("POST"),
				Uri: ptr("arn:aws:apigateway:eu-west-1:lambda:path/2021-11-15/functions/f/response-streaming-invocations"),
			})
			defer done()
			if resp.Status != c.status {
				t.Fatalf("status %d, want %d", resp.Status, c.status)
			}
			if c.status >= 500 {
				if string(resp.Body) != `{"message": "Internal server error"}` {
					t.Errorf("body %s", resp.Body)
				}
				return
			}
			if c.status == 201 {
				if cookies := fmt.Sprint(valuesOf(resp, "Set-Cookie"), valuesOf(resp, "X-Two"), valuesOf(resp, "X-One")); cookies != "[a=1 b=2] [a b] [1]" {
					t.Errorf("headers %s", cookies)
				}
			}
			body, err := io.ReadAll(resp.Stream)
			if string(body) != c.body || (err != nil) != c.broken {
				t.Errorf("%q, %v", body, err)
			}
			if c.broken && !errors.Is(err, egress.ErrFunction) && !errors.Is(err, egress.ErrNetwork) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func valuesOf(r *httpmsg.Response, wanted string) (values []string) {
	for name, value := range r.Header.All() {
		if name == wanted {
			values = append(values, value)
		}
	}
	return values
}

// TestBufferedAnswerOfAStream: status and headers alone (data plane §23).
func TestBufferedAnswerOfAStream(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"statusCode": 202, "cookies": ["a=1"]}`+eightNULs+"lost")
	}))
	defer s.Close()
	inv := apigw.Integration{Type: ptr("AWS_PROXY"), HttpMethod: ptr("POST"), Uri: ptr("arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/f/invocations")}
	g := New(Deps{AWS: caseAWS(t, s.Listener.Addr().String(), time.Now)})
	method := &apigw.Method{HttpMethod: ptr("GET"), MethodIntegration: &inv}
	out, err := g.TestInvokeMethod(t.Context(), &apigw.Definition{Resources: []apigw.Resource{{Id: ptr("r"), Path: ptr("/"), ResourceMethods: map[string]*apigw.Method{"GET": method}}}},
		&apigw.TestInvokeMethodInput{HttpMethod: "GET", ResourceId: "r"})
	if err != nil || *out.Status != 202 || *out.Body != "" || out.Headers["Set-Cookie"] != "a=1" {
		t.Errorf("%+v, %v", out, err)
	}
}
