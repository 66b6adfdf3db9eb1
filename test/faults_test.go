package test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// faults skips what "make faults" runs: it keeps the machine busy and goes by
// the clock.
func faults(t *testing.T) {
	t.Helper()
	if os.Getenv("POTERNE_FAULTS") == "" {
		t.Skip("POTERNE_FAULTS is not set (make faults)")
	}
}

// An reply is one request of an open loop.
type reply struct {
	due, sent, done time.Time
	status          int // 0: no answer
	body            string
	err             error
}

// openLoop asks url rate times a second, whether earlier requests were answered
// or not, until stop is closed. Not more than most are under way; what is due
// beyond them is not sent and counted.
func openLoop(url string, rate float64, most int, stop <-chan struct{}) (list []reply, unsent int) {
	pool := &conns{url: url, idle: make(chan *wire, most)}
	defer pool.close()
	var mu sync.Mutex
	var running sync.WaitGroup
	defer running.Wait()
	places := make(chan struct{}, most)
	began := time.Now()
	for i := 0; ; i++ {
		due := began.Add(time.Duration(float64(i) / rate * float64(time.Second)))
		select {
		case <-stop:
			running.Wait()
			return list, unsent
		case <-time.After(time.Until(due)):
		}
		select {
		case places <- struct{}{}:
		default:
			unsent++
			continue
		}
		running.Go(func() {
			o := reply{due: due, sent: time.Now()}
			o.status, o.body, o.err = pool.ask()
			o.done = time.Now()
			<-places
			mu.Lock()
			defer mu.Unlock()
			list = append(list, o)
		})
	}
}

// conns are connections for one GET, used again and again: a client that costs
// little beside what it measures.
type conns struct {
	url  string
	idle chan *wire
}

type wire struct {
	net.Conn
	answers *bufio.Reader
}

func (p *conns) ask() (status int, body string, err error) {
	w, err := p.get()
	if err != nil {
		return 0, "", err
	}
	_, rest, _ := strings.Cut(p.url, "://")
	host, path, _ := strings.Cut(rest, "/")
	_ = w.SetDeadline(time.Now().Add(30 * time.Second)) // fails as the write will
	if _, err := io.WriteString(w, "GET /"+path+" HTTP/1.1\r\nHost: "+host+"\r\n\r\n"); err != nil {
		_ = w.Close()
		return 0, "", err
	}
	status, body, err = readAnswer(w.answers)
	if err != nil {
		_ = w.Close()
		return 0, "", err
	}
	p.idle <- w
	return status, body, nil
}

func (p *conns) get() (*wire, error) {
	select {
	case w := <-p.idle:
		return w, nil
	default:
	}
	_, rest, _ := strings.Cut(p.url, "://")
	host, _, _ := strings.Cut(rest, "/")
	c, err := net.DialTimeout("tcp", host, 10*time.Second)
	if err != nil {
		return nil, err
	}
	return &wire{c, bufio.NewReaderSize(c, 1<<10)}, nil
}

func (p *conns) close() {
	for len(p.idle) > 0 {
		_ = (<-p.idle).Close()
	}
}

// readAnswer reads an answer of announced length.
func readAnswer(r *bufio.Reader) (status int, body string, err error) {
	line, err := r.ReadString('\n')
	if err != nil {
		return 0, "", err
	}
	if len(line) > 12 {
		status, _ = strconv.Atoi(line[9:12])
	}
	length := 0
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return 0, "", err
		}
		if len(line) <= 2 {
			break
		}
		if value, ok := strings.CutPrefix(string(line), "Content-Length: "); ok {
			if length, err = strconv.Atoi(strings.TrimSpace(value)); err != nil {
				return 0, "", err
			}
		}
	}
	text := make([]byte, length)
	_, err = io.ReadFull(r, text)
	return status, string(text), err
}

// A mortal is a back end that can be killed: its listener and its connections
// are gone at once, as those of a killed process are.
type mortal struct {
	addr string

	mu       sync.Mutex
	listener net.Listener
	conns    map[net.Conn]struct{}
}

func (m *mortal) revive(t *testing.T) {
	addr := m.addr
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	m.mu.Lock()
	m.addr, m.listener, m.conns = l.Addr().String(), l, map[net.Conn]struct{}{}
	m.mu.Unlock()
	server := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "alive") }),
		ConnState: func(c net.Conn, state http.ConnState) {
			m.mu.Lock()
			defer m.mu.Unlock()
			if m.listener != l {
				_ = c.Close()
				return
			}
			m.conns[c] = struct{}{}
		},
	}
	go func() { _ = server.Serve(l) }()
}

func (m *mortal) kill() {
	m.mu.Lock()
	defer m.mu.Unlock()
	_ = m.listener.Close()
	for c := range m.conns {
		_ = c.Close()
	}
	m.listener = nil
}

// proxyFile is a document whose GET /x is sent on to addr.
func proxyFile(t *testing.T, addr string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "api.yaml")
	text := fmt.Sprintf(`openapi: 3.0.1
info: {title: faults, version: "1"}
paths:
  /x:
    get:
      x-amazon-apigateway-integration: {type: http_proxy, httpMethod: GET, uri: "http://%s/x", timeoutInMillis: 3000}
`, addr)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// awsFailures are the bodies of API Gateway for a back end that is not there.
var awsFailures = []string{
	`504 {"message": "Network error communicating with endpoint"}`, `504 {"message": "Endpoint request timed out"}`,
	`502 {"message": "Internal server error"}`,
}

// TestBackEndIsKilled: at 1,000 requests a second a back end dies 20 times.
// Clients see its answers or API Gateway's, and its own again within a second
// of its return.
func TestBackEndIsKilled(t *testing.T) {
	faults(t)
	back := &mortal{}
	back.revive(t)
	s := startLogged(t, io.Discard, nil, "--log-level", "error", proxyFile(t, back.addr))
	stop := make(chan struct{})
	var returns []time.Time
	go func() {
		defer close(stop)
		for range 20 {
			time.Sleep(500 * time.Millisecond)
			back.kill()
			time.Sleep(250 * time.Millisecond)
			back.revive(t)
			returns = append(returns, time.Now())
		}
		time.Sleep(2 * time.Second)
	}()
	list, unsent := openLoop(s.url+"/x", 1000, 512, stop)
	defer back.kill()
	counts := map[string]int{}
	for _, o := range list {
		switch text := strconv.Itoa(o.status) + " " + o.body; {
		case o.err != nil:
			t.Errorf("no answer: %v", o.err)
		case o.status == 200 && o.body == "alive", slices.Contains(awsFailures, text):
			counts[text]++
		default:
			t.Errorf("answered %s", text)
		}
	}
	t.Logf("%d requests, %d more were due: %v", len(list), unsent, counts)
	var slowest time.Duration
	for _, back := range returns {
		slowest = max(slowest, firstAfter(list, back))
	}
	t.Logf("the first 200 came within %v of a return", slowest)
	if slowest > time.Second {
		t.Error("that is too late")
	}
}

// firstAfter is how long after a moment the first 200 came.
func firstAfter(list []reply, moment time.Time) time.Duration {
	first := time.Hour
	for _, o := range list {
		if o.status == 200 && o.done.After(moment) {
			first = min(first, o.done.Sub(moment))
		}
	}
	return first
}

// heavy is a document with a template that keeps a processor busy.
const heavy = `openapi: 3.0.1
info: {title: faults, version: "1"}
paths:
  /x:
    get:
      responses: {"200": {description: ok}}
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: '{"statusCode": 200}'}
        responses:
          default:
            statusCode: "200"
            responseTemplates:
              application/json: |
                #set($sum = 0)#foreach($i in [1..900])#foreach($j in [1..60])#set($sum = $sum + $i * $j)#end#end
                {"sum": $sum}
`

// TestOverload: three times more requests than can be served, in an open loop.
// What is served stays at its peak, the rest is refused at once, memory does
// not grow and the AWS API answers.
func TestOverload(t *testing.T) {
	faults(t)
	file := filepath.Join(t.TempDir(), "api.yaml")
	if err := os.WriteFile(file, []byte(heavy), 0o600); err != nil {
		t.Fatal(err)
	}
	s := startLogged(t, io.Discard, nil, "--log-level", "error", file)
	peak := closedLoop(s.url+"/x", 32, 6*time.Second)
	before := resident(t, s.cmd.Process.Pid)

	const span = 15 * time.Second
	stop := make(chan struct{})
	time.AfterFunc(span, func() { close(stop) })
	slowest := make(chan time.Duration, 1)
	go func() { slowest <- watchControl(s.url, stop) }()
	list, unsent := openLoop(s.url+"/x", 3*peak, 4096, stop)

	var served int
	var refused []time.Duration
	other := map[string]int{}
	for _, o := range list {
		switch {
		case o.status == 200:
			served++
		case o.status == 503:
			refused = append(refused, o.done.Sub(o.sent))
		case o.err != nil:
			other["no answer"]++
		default:
			other[strconv.Itoa(o.status)]++
		}
	}
	slices.Sort(refused)
	rate := float64(served) / span.Seconds()
	t.Logf("peak %.0f a second; asked for %.0f: served %.0f a second (%.0f %% of peak), refused %d, not sent %d, other %v",
		peak, 3*peak, rate, 100*rate/peak, len(refused), unsent, other)
	if n := len(refused); n > 0 {
		t.Logf("refused within %v at the median, %v at p99", refused[n/2], refused[n*99/100])
	}
	t.Logf("resident %.0f MiB before, %.0f after; the AWS API answered within %v", before, resident(t, s.cmd.Process.Pid), <-slowest)
	if len(other) > 0 {
		t.Error("some were neither served nor refused")
	}
}

// closedLoop is how many requests a second clients get answered that ask one
// after the other.
func closedLoop(url string, clients int, span time.Duration) float64 {
	pool := &conns{url: url, idle: make(chan *wire, clients)}
	defer pool.close()
	var answered atomic.Int64
	var running sync.WaitGroup
	end := time.Now().Add(span)
	for range clients {
		running.Go(func() {
			for time.Now().Before(end) {
				if status, _, _ := pool.ask(); status == 200 {
					answered.Add(1)
				}
			}
		})
	}
	running.Wait()
	return float64(answered.Load()) / span.Seconds()
}

// watchControl asks for the list of APIs until stop is closed and returns how
// long the slowest answer took.
func watchControl(url string, stop <-chan struct{}) (slowest time.Duration) {
	for {
		select {
		case <-stop:
			return slowest
		case <-time.After(200 * time.Millisecond):
		}
		began := time.Now()
		r, err := http.NewRequest(http.MethodGet, url+"/restapis", strings.NewReader(""))
		if err != nil {
			return time.Hour
		}
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/apigateway/aws4_request, SignedHeaders=host, Signature=0")
		resp, err := http.DefaultClient.Do(r)
		if err != nil || resp.StatusCode != http.StatusOK {
			return time.Hour
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		slowest = max(slowest, time.Since(began))
	}
}
