package http1

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/poterne/poterne/wire/httpmsg"
)

// A pipeListener accepts in-memory connections, which keep the time of a
// synctest bubble.
type pipeListener struct {
	accept chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipeListener() *pipeListener {
	return &pipeListener{accept: make(chan net.Conn), closed: make(chan struct{})}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.accept:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func (l *pipeListener) dial() net.Conn {
	client, server := net.Pipe()
	l.accept <- server
	return client
}

// A talk is what went over one raw connection to a server.
type talk struct {
	conn net.Conn
	mu   sync.Mutex
	got  bytes.Buffer
	more chan struct{} // signalled after each read
	done chan struct{} // the server closed
}

func newTalk(c net.Conn) *talk {
	t := &talk{conn: c, more: make(chan struct{}, 1), done: make(chan struct{})}
	go func() {
		defer close(t.done)
		b := make([]byte, 64<<10)
		for {
			n, err := c.Read(b)
			t.mu.Lock()
			t.got.Write(b[:n])
			t.mu.Unlock()
			select {
			case t.more <- struct{}{}:
			default:
			}
			if err != nil {
				return
			}
		}
	}()
	return t
}

// send writes in the background: a server that refuses may stop reading.
func (t *talk) send(s string) { go io.WriteString(t.conn, s) }

func (t *talk) closed() bool {
	select {
	case <-t.done:
		return true
	default:
		return false
	}
}

// await returns when s was received, or nothing will be any more.
func (t *talk) await(s string) {
	for !strings.Contains(t.text(), s) && !t.closed() {
		select {
		case <-t.more:
		case <-t.done:
		}
	}
}

func (t *talk) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.got.String()
}

// An answer is one response as net/http reads it.
type answer struct {
	status int
	header http.Header
	body   string
}

// answers parses all that was received; it fails on anything that is left.
func (t *talk) answers(method string) (list []answer, err error) {
	r := bufio.NewReader(strings.NewReader(t.text()))
	for {
		if _, err := r.Peek(1); err == io.EOF {
			return list, nil
		}
		resp, err := http.ReadResponse(r, &http.Request{Method: method})
		if err != nil {
			return list, err
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			return list, err
		}
		if resp.Close {
			resp.Header.Set("Connection", "close") // net/http takes it out
		}
		list = append(list, answer{resp.StatusCode, resp.Header, string(body)})
	}
}

func statuses(list []answer) string {
	var s []string
	for _, a := range list {
		s = append(s, strconv.Itoa(a.status))
	}
	return strings.Join(s, " ")
}

// A recorder is a Handler that keeps what reached it and answers 200.
type recorder struct {
	mu   sync.Mutex
	seen []string
}

func (r *recorder) Handle(req *httpmsg.Request, resp *httpmsg.Response) {
	body, err := req.Body()
	if err != nil {
		return // the server knows what to answer
	}
	target := req.Path
	if req.RawQuery != "" {
		target += "?" + req.RawQuery
	}
	r.mu.Lock()
	r.seen = append(r.seen, fmt.Sprintf("%s %s %s %d", req.Method, req.Host, target, len(body)))
	r.mu.Unlock()
	resp.Status = http.StatusOK
	resp.SetScratch(append(resp.Scratch(), "ok\n"...))
}

func (r *recorder) take() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.seen...)
}

var (
	repeatMacro = regexp.MustCompile(`(?s)\{\{REP:(.*?):(\d+)\}\}`)
	chunkMacro  = regexp.MustCompile(`(?s)\{\{CHUNK:(.*?)\}\}`)
)

// expand resolves {{REP:text:n}} (text, n times) and {{CHUNK:text}} (as one
// chunk). Cases hold one byte per rune.
func expand(s string) string {
	s = repeatMacro.ReplaceAllStringFunc(s, func(m string) string {
		p := repeatMacro.FindStringSubmatch(m)
		n, _ := strconv.Atoi(p[2])
		return strings.Repeat(p[1], n)
	})
	s = chunkMacro.ReplaceAllStringFunc(s, func(m string) string {
		p := chunkMacro.FindStringSubmatch(m)
		return fmt.Sprintf("%x\r\n%s\r\n", len(p[1]), p[1])
	})
	b := make([]byte, 0, len(s))
	for _, r := range s {
		b = append(b, byte(r))
	}
	return string(b)
}

// inBubble runs f against s on in-memory connections and in fake time, and
// sees to it that the server's goroutines all end.
func inBubble(t *testing.T, s *Server, f func(t *testing.T, l *pipeListener)) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipeListener()
		served := make(chan error, 1)
		go func() { served <- s.Serve(l) }()
		f(t, l)
		if err := s.Shutdown(t.Context()); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		if err := <-served; !errors.Is(err, ErrServerClosed) {
			t.Errorf("Serve: %v", err)
		}
	})
}

// eachWay plays a test without a Batcher and with one that has everybody wait.
func eachWay(t *testing.T, play func(t *testing.T, b *Batcher)) {
	t.Run("each by itself", func(t *testing.T) { play(t, nil) })
	t.Run("batched", func(t *testing.T) { play(t, eagerBatcher(t)) })
}

// overTCP runs s on a loopback port until the test ends.
func overTCP(t testing.TB, s *Server) (addr string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	t.Cleanup(func() {
		s.Close()
		<-served
	})
	return l.Addr().String()
}

func handle(f func(req *httpmsg.Request, resp *httpmsg.Response)) *Server {
	return &Server{Handler: httpmsg.HandlerFunc(f)}
}

const minute = time.Minute

// soon ends in a minute: what waits in real time hangs if it takes longer.
func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), minute)
	t.Cleanup(cancel)
	return ctx
}
