package http1

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/poterne/poterne/wire/httpmsg"
)

// Everything that a connection may do, on many connections in one Batcher: every
// request gets its own answer, in its turn, or the connection ends. That others are
// cut meanwhile, and leave their descriptors to new ones, is not felt.
func TestBatchedMix(t *testing.T) {
	b := eagerBatcher(t)
	client := &Client{Batcher: b}
	defer client.Close()
	back := &Server{Handler: mix{}, Batcher: b}
	front := &Server{Handler: mix{client, overTCP(t, back)}, Batcher: b}
	addr := overTCP(t, front)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for round := 0; !over(stop); round++ {
			cutInTheMiddle(t, b, round)
		}
	}()
	defer func() { close(stop); <-stopped }()
	var wg sync.WaitGroup
	for who := range 48 {
		wg.Go(func() {
			m := &mixer{t: t, addr: addr, who: who, rand: rand.New(rand.NewPCG(1, uint64(who)))}
			for range 40 {
				m.burst()
			}
			m.hangUp()
		})
	}
	wg.Wait()
	if ops, batches := b.Counts(); ops <= batches {
		t.Errorf("%d operations in %d batches", ops, batches)
	}
}

func over(stop chan struct{}) bool {
	select {
	case <-stop:
		return true
	default:
		return false
	}
}

// cutInTheMiddle has a server and a client cut, in turns, while they talk. Calls
// fail or get their own answers.
func cutInTheMiddle(t *testing.T, b *Batcher, round int) {
	s, c := &Server{Handler: mix{}, Batcher: b}, &Client{Batcher: b}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Error(err)
		return
	}
	var running sync.WaitGroup
	running.Go(func() { s.Serve(l) })
	answers := make(chan struct{}, 1000)
	for i := range 10 {
		running.Go(func() { askUntilCut(t, c, l.Addr().String(), fmt.Sprintf("<%d cut %d>", i, round), answers) })
	}
	for range 20 + round {
		<-answers
	}
	if round%2 == 0 {
		s.Close()
		c.Close()
	} else {
		c.Close()
		s.Close()
	}
	running.Wait()
	if err := s.Shutdown(soon(t)); err != nil {
		t.Error(err)
	}
}

func askUntilCut(t *testing.T, c *Client, addr, id string, answers chan<- struct{}) {
	for {
		req := goodRequest()
		req.Path = "/plain"
		req.Header.Add("X-Id", id)
		req.Header.Add("X-Times", "100")
		var resp httpmsg.Response
		if err := c.Do(req, &resp, Call{Origin: Origin{Addr: addr}}); err != nil {
			return
		}
		if want := strings.Repeat(id, 100); string(resp.Body) != want {
			t.Errorf("%s got %.80q", id, resp.Body)
		}
		resp.Reset()
		select {
		case answers <- struct{}{}:
		default:
		}
	}
}

// A mix is a Handler that answers with what X-Id says, X-Times, in the way of the
// path, or passes it on to a back end that does.
type mix struct {
	client *Client
	back   string
}

func (m mix) Handle(req *httpmsg.Request, resp *httpmsg.Response) {
	id, _ := req.Header.Get("X-Id")
	count, _ := req.Header.Get("X-Times")
	times, _ := strconv.Atoi(count)
	if m.client != nil && strings.HasPrefix(req.Path, "/call") {
		req.Path = req.Path[len("/call"):]
		if err := m.client.Do(req, resp, Call{Origin: Origin{Addr: m.back}}); err != nil {
			resp.Status = 502
			resp.Header.Add("X-Id", id)
			resp.Body = []byte(err.Error())
		}
		return
	}
	resp.Status = 200
	resp.Header.Add("X-Id", id)
	switch req.Path {
	case "/plain":
		resp.Body = []byte(strings.Repeat(id, times))
	case "/none":
		resp.Status = 204
	case "/stream":
		resp.Stream = io.NopCloser(strings.NewReader(strings.Repeat(id, times)))
	case "/echo":
		body, err := req.Body()
		if err != nil {
			return
		}
		resp.Body = bytes.Clone(body)
	case "/panic":
		panic(http.ErrAbortHandler)
	}
}

// A mixer is a client with one connection at a time.
type mixer struct {
	t    *testing.T
	addr string
	who  int
	rand *rand.Rand

	conn  net.Conn
	r     *bufio.Reader
	asked int
}

func (m *mixer) hangUp() {
	if m.conn != nil {
		if m.rand.IntN(2) == 0 {
			m.conn.(*net.TCPConn).SetLinger(0)
		}
		m.conn.Close()
		m.conn = nil
	}
}

func (m *mixer) connected() bool {
	if m.conn != nil {
		return true
	}
	var err error
	if m.conn, err = net.Dial("tcp", m.addr); err != nil {
		m.t.Error(err)
		return false
	}
	m.conn.SetDeadline(time.Now().Add(minute))
	m.r = bufio.NewReader(m.conn)
	return true
}

// A question is a request of a mixer, with what is to come of it.
type question struct {
	method, path, id string
	times            int
	last             bool // the connection ends with it
	waits            bool // with its body, for 100 Continue
}

func (m *mixer) question(last bool) question {
	m.asked++
	q := question{method: "GET", id: fmt.Sprintf("<%d.%d>", m.who, m.asked), times: 1 + m.rand.IntN(1+m.rand.IntN(2000))}
	q.path = []string{"/plain", "/plain", "/none", "/stream", "/echo", "/call/plain", "/call/plain", "/call/echo"}[m.rand.IntN(8)]
	switch {
	case strings.HasSuffix(q.path, "/echo"):
		q.method, q.waits = "POST", last && m.rand.IntN(3) == 0
	case m.rand.IntN(6) == 0:
		q.method = "HEAD"
	}
	q.last = last && m.rand.IntN(4) == 0
	if q.last && m.rand.IntN(3) == 0 {
		q.path, q.method, q.waits = "/panic", "GET", false
	}
	return q
}

func (q *question) body() string {
	if q.method != "POST" {
		return ""
	}
	return strings.Repeat(q.id, q.times)
}

func (q *question) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: h\r\nX-Id: %s\r\nX-Times: %d\r\n", q.method, q.path, q.id, q.times)
	if q.last {
		b.WriteString("Connection: close\r\n")
	}
	if q.waits {
		b.WriteString("Expect: 100-continue\r\n")
	}
	if q.method == "POST" {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(q.body()))
	}
	b.WriteString("\r\n")
	if !q.waits {
		b.WriteString(q.body())
	}
	return b.String()
}

// burst asks some questions at once, in pieces, and takes their answers, or not all.
func (m *mixer) burst() {
	if !m.connected() {
		return
	}
	questions := make([]question, 1+m.rand.IntN(6))
	var text strings.Builder
	for i := range questions {
		questions[i] = m.question(i == len(questions)-1)
		text.WriteString(questions[i].text())
	}
	written, pieces := make(chan struct{}), m.pieces(text.String())
	go func(c net.Conn) {
		defer close(written)
		for _, p := range pieces {
			io.WriteString(c, p)
		}
	}(m.conn)
	defer func() { <-written }()
	for _, q := range questions {
		if m.rand.IntN(60) == 0 || !m.answered(q) {
			m.hangUp()
			return
		}
	}
}

func (m *mixer) pieces(text string) (list []string) {
	for m.rand.IntN(2) == 0 && len(text) > 1 {
		n := 1 + m.rand.IntN(len(text)-1)
		list, text = append(list, text[:n]), text[n:]
	}
	return append(list, text)
}

// answered takes the answer to q and reports whether the connection goes on.
func (m *mixer) answered(q question) bool {
	resp, err := http.ReadResponse(m.r, &http.Request{Method: q.method})
	if err == nil && resp.StatusCode == http.StatusContinue && q.waits {
		io.WriteString(m.conn, q.body())
		resp, err = http.ReadResponse(m.r, &http.Request{Method: q.method})
	}
	if q.path == "/panic" {
		if err != io.ErrUnexpectedEOF {
			m.t.Errorf("an aborted %s came to %v, %v", q.id, resp, err)
		}
		return false
	}
	if err != nil {
		m.t.Errorf("%s %s %s: %v", q.method, q.path, q.id, err)
		return false
	}
	body, err := io.ReadAll(resp.Body)
	m.check(q, resp, string(body), err)
	return !q.last && !resp.Close
}

func (m *mixer) check(q question, resp *http.Response, body string, err error) {
	status, want := 200, strings.Repeat(q.id, q.times)
	if q.path == "/none" {
		status = 204
	}
	if q.method == "HEAD" || status == 204 {
		want = ""
	}
	if got := resp.Header.Get("X-Id"); got != q.id || resp.StatusCode != status || body != want || err != nil || resp.Close != q.last {
		m.t.Errorf("%s %s %s got %d for %s, %.80q (%d bytes for %d), close %v, %v",
			q.method, q.path, q.id, resp.StatusCode, got, body, len(body), len(want), resp.Close, err)
	}
}
