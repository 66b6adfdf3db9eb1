package server

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/poterne/poterne/gateway/egress"
)

// logged is hello with an access log on its stage, set as clients set it.
func logged(t *testing.T, config Config) (stdout *bytes.Buffer, stop func()) {
	stdout = &bytes.Buffer{}
	config.Stdout = stdout
	s := start(t, config, document(t, "hello.yaml", hello))
	o := operator{t, "http://" + s.dataAddr()}
	o.call("PATCH", "/restapis/hello-world/stages/v1", `{"patchOperations":[
		{"op":"replace","path":"/accessLogSettings/destinationArn","value":"arn:aws:logs:us-east-1:000000000000:log-group:access"},
		{"op":"replace","path":"/accessLogSettings/format","value":"$context.requestId $context.status $context.path $context.responseLength"}]}`)
	for range 3 {
		request(t, "GET", o.base+"/hello", "")
	}
	return stdout, s.stop
}

func TestAccessLog(t *testing.T) {
	const want = " 200 /v1/hello 62\n"
	file := filepath.Join(t.TempDir(), "access.log")
	stdout, stop := logged(t, Config{AccessLog: file})
	stop()
	text, err := os.ReadFile(file)
	if err != nil || strings.Count(string(text), want) != 3 || strings.Count(string(text), "\n") != 3 || stdout.Len() != 0 {
		t.Errorf("%v: the file has %s", err, text)
	}
	stdout, stop = logged(t, Config{})
	stop()
	if strings.Count(stdout.String(), want) != 3 {
		t.Errorf("standard output has %s", stdout)
	}
	stdout, stop = logged(t, Config{AccessLog: "off"})
	stop()
	if stdout.Len() != 0 {
		t.Errorf("off, and standard output has %s", stdout)
	}
	if _, err := New(t.Context(), Config{Listen: "localhost:0", AccessLog: t.TempDir()}); err == nil || !strings.Contains(err.Error(), "--access-log") {
		t.Errorf("a folder: %v", err)
	}
}

// A reader that hangs costs lines, neither memory nor time.
func TestAccessLogDropsWhatIsNotRead(t *testing.T) {
	var said, written bytes.Buffer
	a := &accessLog{lines: &outbox{pieces: "lines", most: accessLogBytes, log: slog.New(slog.NewTextHandler(&said, nil)), write: writeTo(&written)}}
	line := bytes.Repeat([]byte("x"), 1<<20)
	for range 20 {
		a.WriteLine(line)
	}
	if len(a.lines.pending) > accessLogBytes {
		t.Errorf("%d bytes are kept", len(a.lines.pending))
	}
	a.lines.flush(nil)
	if !strings.Contains(said.String(), "lines were dropped") || !strings.Contains(said.String(), "count=12") || a.lines.lost.Load() != 12 || written.Len() != 8<<20 {
		t.Errorf("said %s", said.String())
	}
}

// A sink takes what it is posted, and refuses as often as it is told to.
type sink struct {
	mu      sync.Mutex
	refuse  []int // statuses of the next answers
	bodies  []string
	headers []http.Header
}

func startSink(t *testing.T, refuse ...int) (*sink, string) {
	s := &sink{refuse: refuse}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		defer s.mu.Unlock()
		if len(s.refuse) > 0 {
			w.WriteHeader(s.refuse[0])
			s.refuse = s.refuse[1:]
			return
		}
		s.bodies, s.headers = append(s.bodies, r.URL.Path+" "+string(body)), append(s.headers, r.Header.Clone())
	}))
	t.Cleanup(server.Close)
	return s, server.URL
}

// received is what it took, with the headers.
func (s *sink) received() ([]string, []http.Header) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.bodies), slices.Clone(s.headers)
}

func (s *sink) text() string {
	bodies, _ := s.received()
	return strings.Join(bodies, "")
}

func TestAccessLogIsPosted(t *testing.T) {
	sink, at := startSink(t, 503, 429)
	_, stop := logged(t, Config{AccessLog: at + "/lines"})
	stop() // sends what waits, however often it is refused
	_, headers := sink.received()
	if text := sink.text(); strings.Count(text, " 200 /v1/hello 62\n") != 3 || !strings.HasPrefix(text, "/lines ") || headers[0].Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("posted %q", text)
	}
	if _, err := New(t.Context(), Config{Listen: "localhost:0", AccessLog: "http://user:secret@host/"}); err == nil || !strings.Contains(err.Error(), "--access-log: write http://HOST") || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v", err)
	}
}

// What a sink refuses for good is lost, counted and told; what comes after it
// is not.
func TestPostedLinesThatAreRefused(t *testing.T) {
	sink, at := startSink(t, 400)
	var said bytes.Buffer
	a, err := openAccessLog(at, nil, egress.New(egress.Config{}), slog.New(slog.NewTextHandler(&said, nil)))
	if err != nil {
		t.Fatal(err)
	}
	line := append(bytes.Repeat([]byte("x"), postBytes/2-1), '\n')
	for range 3 { // two bodies
		a.WriteLine(line)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	if len(sink.text()) != len("/ ")+len(line) || a.lines.lost.Load() != 2 || !strings.Contains(said.String(), "count=2") {
		t.Errorf("%d bytes came, %d lines are lost, said %s", len(sink.text()), a.lines.lost.Load(), said.String())
	}
}

// A sink that is gone keeps nobody: neither who writes, nor the end for longer
// than it is granted.
func TestPostedLinesWithoutASink(t *testing.T) {
	var said bytes.Buffer
	p, err := newPoster("lines", "http://127.0.0.1:1/", egress.New(egress.Config{}), slog.New(slog.NewTextHandler(&said, nil)))
	if err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	close(stop)
	p.deadline = time.Now().Add(3 * firstBackOff)
	if err := p.post([]byte("line\n"), stop); err == nil || strings.Count(said.String(), "are not taken") != 1 {
		t.Errorf("%v, said %s", err, said.String())
	}
}

func TestWholeLines(t *testing.T) {
	long := strings.Repeat("x", postBytes)
	for _, c := range []struct {
		batch string
		want  int
	}{{"a\nb\n", 4}, {"a\n" + long + "\n", 2}, {long + "\nb\n", len(long) + 1}} {
		if got := wholeLines([]byte(c.batch)); got != c.want {
			t.Errorf("%d; want %d", got, c.want)
		}
	}
}
