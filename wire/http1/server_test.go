package http1

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/poterne/poterne/wire/httpmsg"
)

const getRequest = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

// only expects one answer of that status and returns it.
func only(t *testing.T, said *talk, method string, status int) answer {
	t.Helper()
	list, err := said.answers(method)
	if err != nil {
		t.Fatalf("answers are not HTTP: %v in %q", err, said.text())
	}
	if got := statuses(list); got != fmt.Sprint(status) {
		t.Fatalf("status %q, want %d", got, status)
	}
	return list[0]
}

// TestDeadlines: in fake time, each stage of a connection ends exactly when
// its limit says (security §2, case 17).
func TestDeadlines(t *testing.T) {
	post := "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n"
	for _, c := range []struct {
		name   string
		send   string
		drip   time.Duration // a byte so often
		status string
		after  time.Duration
	}{
		{"idle", "", 0, "", 60 * time.Second},
		{"idle after an answer", getRequest, 0, "200", 60 * time.Second},
		{"half a head", "GET / HTTP/1.1\r\nHost", 0, "408", 10 * time.Second},
		{"a head that drips", "GET / HTTP/1.1\r\nX-A: ", time.Second, "408", 10 * time.Second},
		{"half a body", post + "abc", 0, "408", 30 * time.Second},
		{"a body that drips", post, time.Second, "408", 30 * time.Second},
		{"half a chunk", strings.Replace(post, "Content-Length: 1000", "Transfer-Encoding: chunked", 1) + "5\r\nab", 0, "408", 30 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, &Server{Handler: &recorder{}}, func(t *testing.T, l *pipeListener) {
				conn := l.dial()
				said := newTalk(conn)
				began := time.Now()
				io.WriteString(conn, c.send)
				for c.drip > 0 && !said.closed() {
					time.Sleep(c.drip)
					go io.WriteString(conn, "a")
					synctest.Wait()
				}
				<-said.done
				if took := time.Since(began); took != c.after {
					t.Errorf("cut after %v, want %v", took, c.after)
				}
				list, err := said.answers("POST")
				if err != nil || statuses(list) != c.status {
					t.Errorf("answers %q (%v), want %q", statuses(list), err, c.status)
				}
				conn.Close()
			})
		})
	}
}

// TestReaderThatDoesNotRead: an answer nobody takes is given up in time.
func TestReaderThatDoesNotRead(t *testing.T) {
	var sent int64
	var failed error
	s := handle(func(_ *httpmsg.Request, resp *httpmsg.Response) {
		resp.Status = 200
		resp.Body = make([]byte, 1<<20)
		resp.Done = func(n int64, err error) { sent, failed = n, err }
	})
	inBubble(t, s, func(t *testing.T, l *pipeListener) {
		conn := l.dial()
		defer conn.Close()
		began := time.Now()
		io.WriteString(conn, getRequest)
		for s.Conns() > 0 {
			time.Sleep(time.Second)
		}
		if took, most := time.Since(began), 30*time.Second+(1<<20)/(32<<10)*time.Second+time.Second; took > most {
			t.Errorf("held for %v, want at most %v", took, most)
		}
		if sent != 0 || !isTimeout(failed) {
			t.Errorf("Done got %d, %v", sent, failed)
		}
	})
}

// TestBodyOnDemand: a body is read when the handler asks, and only then does a
// client that waits for it hear 100 Continue.
func TestBodyOnDemand(t *testing.T) {
	expecting := "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
	ask := func(read bool) *Server {
		return handle(func(req *httpmsg.Request, resp *httpmsg.Response) {
			resp.Status = http.StatusForbidden
			if read {
				b, err := req.Body()
				again, _ := req.Body()
				if err != nil || string(b) != "hello" || string(again) != "hello" {
					t.Errorf("Body: %q, %v", b, err)
				}
				resp.Status = http.StatusOK
			}
		})
	}
	t.Run("asked for", func(t *testing.T) {
		inBubble(t, ask(true), func(t *testing.T, l *pipeListener) {
			conn := l.dial()
			defer conn.Close()
			said := newTalk(conn)
			io.WriteString(conn, expecting)
			synctest.Wait()
			if got := said.text(); got != "HTTP/1.1 100 Continue\r\n\r\n" {
				t.Fatalf("before the body: %q", got)
			}
			io.WriteString(conn, "hello"+getRequest[:0])
			synctest.Wait()
			list, err := said.answers("POST")
			if err != nil || statuses(list) != "100 200" || said.closed() {
				t.Errorf("answers %q (%v), closed %v", statuses(list), err, said.closed())
			}
		})
	})
	t.Run("refused before", func(t *testing.T) {
		inBubble(t, ask(false), func(t *testing.T, l *pipeListener) {
			conn := l.dial()
			said := newTalk(conn)
			io.WriteString(conn, expecting)
			synctest.Wait()
			a := only(t, said, "POST", http.StatusForbidden)
			if !said.closed() || a.header.Get("Connection") != "close" {
				t.Error("the connection goes on, although the body may still come")
			}
		})
	})
}

// TestUnreadBody: a body that the handler did not want is skipped when it is
// short, and ends the connection when it is not, is malformed or never comes.
func TestUnreadBody(t *testing.T) {
	for _, c := range []struct{ name, frame, body, status string }{
		{"short", "Content-Length: 5", "hello", "200 200"},
		{"long", "Content-Length: 300000", strings.Repeat("a", 300000), "200"},
		{"chunked", "Transfer-Encoding: chunked", "5\r\nhello\r\n0\r\nX-T: a\r\n\r\n", "200 200"},
		{"chunked and long", "Transfer-Encoding: chunked", strings.Repeat("1000\r\n"+strings.Repeat("a", 4096)+"\r\n", 70) + "0\r\n\r\n", "200"},
		{"chunked and malformed", "Transfer-Encoding: chunked", "5\r\nhelloX\r\n0\r\n\r\n", "200"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := handle(func(_ *httpmsg.Request, resp *httpmsg.Response) { resp.Status = 200 })
			inBubble(t, s, func(t *testing.T, l *pipeListener) {
				conn := l.dial()
				defer conn.Close()
				said := newTalk(conn)
				said.send("POST / HTTP/1.1\r\nHost: h\r\n" + c.frame + "\r\n\r\n" + c.body + getRequest)
				synctest.Wait()
				list, err := said.answers("POST")
				if err != nil || statuses(list) != c.status {
					t.Errorf("answers %q (%v), want %q", statuses(list), err, c.status)
				}
			})
		})
	}
}

// TestBodyLimits: 10,485,760 bytes pass, one more does not, however it is
// framed (data plane §2.2); and a body that does not come costs what has come.
func TestBodyLimits(t *testing.T) {
	const limit = 10_485_760
	var got int
	s := handle(func(req *httpmsg.Request, resp *httpmsg.Response) {
		b, err := req.Body()
		if err != nil {
			return
		}
		got = len(b)
		resp.Status = 200
	})
	s.Refuse = func(resp *httpmsg.Response) {
		resp.Header.Add("Content-Type", "text/plain")
		resp.Body = fmt.Appendf(nil, "refused %d", resp.Status)
	}
	framed := func(n int, chunked bool) string {
		if !chunked {
			return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", n, strings.Repeat("a", n))
		}
		return fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n", n-1000, strings.Repeat("a", n-1000), 1000, strings.Repeat("a", 1000))
	}
	for _, chunked := range []bool{false, true} {
		for n, status := range map[int]int{limit: 200, limit + 1: 413} {
			t.Run(fmt.Sprint(n, chunked), func(t *testing.T) {
				s := &Server{Handler: s.Handler, Refuse: s.Refuse}
				inBubble(t, s, func(t *testing.T, l *pipeListener) {
					said := newTalk(l.dial())
					defer said.conn.Close()
					said.send("POST / HTTP/1.1\r\nHost: h\r\n" + framed(n, chunked))
					synctest.Wait()
					a := only(t, said, "POST", status)
					if status == 200 && got != n {
						t.Errorf("handler got %d bytes", got)
					}
					if status == 413 && (a.body != "refused 413" || a.header.Get("Content-Type") != "text/plain" || !said.closed()) {
						t.Errorf("refusal %q %v, closed %v", a.body, a.header, said.closed())
					}
				})
			})
		}
	}
}

// TestBudget: what is held is what has arrived, not what was announced, and
// beyond the budget bodies are refused while others are served.
func TestBudget(t *testing.T) {
	const conns = 100
	budget := NewBudget(conns * smallSlab)
	s := &Server{Handler: &recorder{}, Budget: budget}
	inBubble(t, s, func(t *testing.T, l *pipeListener) {
		var said []*talk
		for range conns {
			c := newTalk(l.dial())
			said = append(said, c)
			c.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\na")
		}
		synctest.Wait()
		if used := budget.Used(); used != conns*smallSlab {
			t.Errorf("%d bytes held for %d bodies of which one byte came", used, conns)
		}
		late := newTalk(l.dial())
		late.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\na")
		synctest.Wait()
		only(t, late, "POST", http.StatusServiceUnavailable)
		small := newTalk(l.dial())
		small.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")
		synctest.Wait()
		only(t, small, "POST", http.StatusOK)
		for _, c := range said {
			c.conn.Close()
		}
		synctest.Wait()
		if used := budget.Used(); used != 0 {
			t.Errorf("%d bytes still held", used)
		}
	})
}

// TestHeadersAsWritten: order, repetition and case survive both ways, and the
// framing lines of an answer are the server's alone.
func TestHeadersAsWritten(t *testing.T) {
	var seen []httpmsg.Field
	s := handle(func(req *httpmsg.Request, resp *httpmsg.Response) {
		for name, value := range req.Header.All() {
			seen = append(seen, httpmsg.Field{Name: strings.Clone(name), Value: strings.Clone(value)})
		}
		resp.Status = 418
		for _, f := range []string{"x-B: 1", "X-a: 2", "x-b: 3", "connection: x", "Content-length: 99", "TRANSFER-ENCODING: gzip", "date: never", "Keep-Alive: 5", "Set-cookie: a", "Set-Cookie: b"} {
			name, value, _ := strings.Cut(f, ": ")
			resp.Header.Add(name, value)
		}
		resp.Body = []byte("tea")
	})
	inBubble(t, s, func(t *testing.T, l *pipeListener) {
		said := newTalk(l.dial())
		defer said.conn.Close()
		said.send("GET / HTTP/1.1\r\nx-First: 1\r\nHOST: h\r\nX-second: \t2 3 \r\nx-first: 4\r\nX-Empty:\r\n\r\n")
		synctest.Wait()
		want := "[{x-First 1} {HOST h} {X-second 2 3} {x-first 4} {X-Empty }]"
		if got := fmt.Sprint(seen); got != want {
			t.Errorf("handler saw %s, want %s", got, want)
		}
		date := time.Now().UTC().Format(http.TimeFormat)
		wantAnswer := "HTTP/1.1 418 I'm a teapot\r\nx-B: 1\r\nX-a: 2\r\nx-b: 3\r\nSet-cookie: a\r\nSet-Cookie: b\r\nDate: " + date + "\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\ntea"
		if got := said.text(); got != wantAnswer {
			t.Errorf("client saw %q, want %q", got, wantAnswer)
		}
	})
}

// TestFraming: which body follows which status and method.
func TestFraming(t *testing.T) {
	stream := func(s string) io.ReadCloser { return io.NopCloser(strings.NewReader(s)) }
	for _, c := range []struct {
		name  string
		line  string // of the request
		fill  func(*httpmsg.Response)
		frame string // between Date and the empty line, but for Connection: keep-alive
		body  string
	}{
		{"empty", "GET / HTTP/1.1", func(r *httpmsg.Response) { r.Status = 200 }, "Content-Length: 0\r\n", ""},
		{"HEAD", "HEAD / HTTP/1.1", func(r *httpmsg.Response) { r.Status, r.Body = 200, []byte("abc") }, "Content-Length: 3\r\n", ""},
		{"HEAD of known length", "HEAD / HTTP/1.1", func(r *httpmsg.Response) { r.Status = 200; r.Header.Add("Content-Length", "7") }, "Content-Length: 7\r\n", ""},
		{"HEAD of a stream", "HEAD / HTTP/1.1", func(r *httpmsg.Response) { r.Status, r.Stream = 200, stream("abc") }, "", ""},
		{"204", "GET / HTTP/1.1", func(r *httpmsg.Response) { r.Status, r.Body = 204, []byte("abc") }, "", ""},
		{"304", "GET / HTTP/1.1", func(r *httpmsg.Response) { r.Status, r.Body = 304, []byte("abc") }, "", ""},
		{"304 of known length", "GET / HTTP/1.1", func(r *httpmsg.Response) { r.Status = 304; r.Header.Add("Content-Length", "7") }, "Content-Length: 7\r\n", ""},
		{"stream", "GET / HTTP/1.1", func(r *httpmsg.Response) { r.Status, r.Stream = 200, stream("hello") }, "Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"},
		{"empty stream", "GET / HTTP/1.1", func(r *httpmsg.Response) { r.Status, r.Stream = 200, stream("") }, "Transfer-Encoding: chunked\r\n", "0\r\n\r\n"},
		{"stream of known length", "GET / HTTP/1.1", func(r *httpmsg.Response) {
			r.Status, r.Stream = 200, stream("hello")
			r.Header.Add("Content-Length", "5")
		}, "Content-Length: 5\r\n", "hello"},
		{"stream longer than it said", "GET / HTTP/1.1", func(r *httpmsg.Response) {
			r.Status, r.Stream = 200, stream("hello")
			r.Header.Add("Content-Length", "4")
		}, "Content-Length: 4\r\n", "hell"},
		{"stream to 1.0", "GET / HTTP/1.0", func(r *httpmsg.Response) { r.Status, r.Stream = 200, stream("hello") }, "Connection: close\r\n", "hello"},
		{"bytes to 1.0", "GET / HTTP/1.0", func(r *httpmsg.Response) { r.Status, r.Body = 200, []byte("hello") }, "Content-Length: 5\r\nConnection: close\r\n", "hello"},
		{"unknown status", "GET / HTTP/1.1", func(r *httpmsg.Response) { r.Status = 299 }, "Content-Length: 0\r\n", ""},
		{"no answer", "GET / HTTP/1.1", func(*httpmsg.Response) {}, "Content-Length: 0\r\n", ""},
		{"interim status", "GET / HTTP/1.1", func(r *httpmsg.Response) { r.Status = 103 }, "Content-Length: 0\r\nConnection: close\r\n", ""},
		{"line break in a value", "GET / HTTP/1.1", func(r *httpmsg.Response) { r.Status = 200; r.Header.Add("X", "a\r\nX-Inj: b") }, "Content-Length: 0\r\nConnection: close\r\n", ""},
		{"name that is no token", "GET / HTTP/1.1", func(r *httpmsg.Response) { r.Status = 200; r.Header.Add("X:", "a") }, "Content-Length: 0\r\nConnection: close\r\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := handle(func(_ *httpmsg.Request, resp *httpmsg.Response) { c.fill(resp) })
			inBubble(t, s, func(t *testing.T, l *pipeListener) {
				said := newTalk(l.dial())
				defer said.conn.Close()
				said.send(c.line + "\r\nHost: h\r\n\r\n")
				synctest.Wait()
				_, rest, _ := strings.Cut(said.text(), " GMT\r\n")
				want := c.frame
				if !strings.Contains(want, "Connection: ") {
					want += "Connection: keep-alive\r\n"
				}
				if want += "\r\n" + c.body; rest != want {
					t.Errorf("got %q, want %q", rest, want)
				}
				if strings.Contains(said.text(), "X-Inj") {
					t.Errorf("injected: %q", said.text())
				}
			})
		})
	}
}

// TestBrokenStream: a body that cannot be finished must not look finished.
func TestBrokenStream(t *testing.T) {
	broken := errors.New("broken")
	for name, length := range map[string]string{"chunked": "", "of known length": "100"} {
		t.Run(name, func(t *testing.T) {
			var sent int64
			var failed error
			s := handle(func(_ *httpmsg.Request, resp *httpmsg.Response) {
				resp.Status = 200
				if length != "" {
					resp.Header.Add("Content-Length", length)
				}
				resp.Stream = io.NopCloser(io.MultiReader(strings.NewReader("hello"), errReader{broken}))
				resp.Done = func(n int64, err error) { sent, failed = n, err }
			})
			inBubble(t, s, func(t *testing.T, l *pipeListener) {
				said := newTalk(l.dial())
				said.send(getRequest)
				<-said.done
				if _, err := said.answers("GET"); err == nil {
					t.Errorf("the client cannot tell that %q was cut", said.text())
				}
				if sent != 5 || !errors.Is(failed, broken) {
					t.Errorf("Done got %d, %v", sent, failed)
				}
			})
		})
	}
}

type errReader struct{ err error }

func (r errReader) Read([]byte) (int, error) { return 0, r.err }

// TestHandlerPanics: that request is a 500, the connection ends, the server
// does not.
func TestHandlerPanics(t *testing.T) {
	var log bytes.Buffer
	s := handle(func(req *httpmsg.Request, resp *httpmsg.Response) {
		resp.Status = 200
		resp.Header.Add("X-Half", "done")
		switch req.Path {
		case "/panic":
			panic("no good")
		case "/abort":
			panic(http.ErrAbortHandler)
		}
	})
	s.Log = slog.New(slog.NewTextHandler(&log, nil))
	inBubble(t, s, func(t *testing.T, l *pipeListener) {
		for path, want := range map[string]string{"/panic": "500", "/abort": "", "/": "200"} {
			said := newTalk(l.dial())
			said.send("GET " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
			<-said.done
			list, err := said.answers("GET")
			if err != nil || statuses(list) != want || path == "/panic" && list[0].header.Get("X-Half") != "" {
				t.Errorf("%s: %q", path, said.text())
			}
		}
	})
	if n := strings.Count(log.String(), "no good"); n != 1 || !strings.Contains(log.String(), "server_test.go") {
		t.Errorf("log: %s", log.String())
	}
}

// A failing listener returns err as long as there is one.
type failing struct {
	*pipeListener
	mu    sync.Mutex
	err   error
	calls int
}

func (l *failing) Accept() (net.Conn, error) {
	l.mu.Lock()
	l.calls++
	err := l.err
	l.mu.Unlock()
	if err != nil {
		return nil, &net.OpError{Op: "accept", Err: err}
	}
	return l.pipeListener.Accept()
}

func (l *failing) set(err error) (calls int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err = err
	calls, l.calls = l.calls, 0
	return calls
}

// TestOutOfDescriptors: the server neither ends nor spins, makes room, and is
// back within a second (security §3, row 20).
func TestOutOfDescriptors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &Server{Handler: &recorder{}}
		l := &failing{pipeListener: newPipeListener()}
		served := make(chan error, 1)
		go func() { served <- s.Serve(l) }()
		idle := newTalk(l.dial())
		synctest.Wait()
		time.Sleep(5 * time.Second)
		l.set(syscall.EMFILE)
		next := newTalk(l.dial()) // the Accept that was already waiting
		time.Sleep(10 * time.Second)
		if calls := l.set(nil); calls < 10 || calls > 40 {
			t.Errorf("%d accepts in 10 s without descriptors", calls)
		}
		if !idle.closed() {
			t.Error("no idle connection made room")
		}
		time.Sleep(time.Second)
		after := newTalk(l.dial())
		after.send(getRequest)
		synctest.Wait()
		only(t, after, "GET", 200)
		after.conn.Close()
		next.conn.Close()
		if err := s.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		<-served
	})
}

// TestServeReturnsRealErrors: only what passes by itself is waited out.
func TestServeReturnsRealErrors(t *testing.T) {
	broken := errors.New("broken")
	l := &failing{pipeListener: newPipeListener(), err: broken}
	if err := (&Server{}).Serve(l); !errors.Is(err, broken) {
		t.Errorf("Serve: %v", err)
	}
}

// TestConnectionCap: beyond the cap connections wait; idle ones make room for
// them, busy ones do not.
func TestConnectionCap(t *testing.T) {
	release := make(chan struct{})
	s := handle(func(req *httpmsg.Request, resp *httpmsg.Response) {
		if req.Path == "/busy" {
			<-release
		}
		resp.Status = 200
	})
	s.Limits.Conns = 3
	synctest.Test(t, func(t *testing.T) {
		release = make(chan struct{})
		l := newPipeListener()
		served := make(chan error, 1)
		go func() { served <- s.Serve(l) }()
		busy := newTalk(l.dial())
		busy.send("GET /busy HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
		idle := []*talk{newTalk(l.dial()), newTalk(l.dial())}
		synctest.Wait()
		began := time.Now()
		next := newTalk(l.dial())
		next.send(strings.Replace(getRequest, "\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1))
		<-next.done
		only(t, next, "GET", 200)
		if took := time.Since(began); took > 4*time.Second {
			t.Errorf("waited %v for a place", took)
		}
		if !idle[0].closed() && !idle[1].closed() {
			t.Error("no idle connection made room")
		}
		if busy.closed() {
			t.Error("a busy connection was cut")
		}
		close(release)
		<-busy.done
		only(t, busy, "GET", 200)
		if err := s.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		<-served
	})
}

// TestShutdown: requests under way finish, idle connections end at once, new
// ones are not accepted, and nothing is left.
func TestShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := handle(func(req *httpmsg.Request, resp *httpmsg.Response) {
			if _, err := req.Body(); err != nil {
				return
			}
			time.Sleep(5 * time.Second)
			resp.Status = 200
		})
		l := newPipeListener()
		served := make(chan error, 1)
		go func() { served <- s.Serve(l) }()
		idle, busy, sending := newTalk(l.dial()), newTalk(l.dial()), newTalk(l.dial())
		busy.send(getRequest)
		sending.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhe")
		synctest.Wait()
		began := time.Now()
		down := make(chan error, 1)
		go func() { down <- s.Shutdown(context.Background()) }()
		synctest.Wait()
		if !idle.closed() {
			t.Error("idle connection is still open")
		}
		time.Sleep(time.Second)
		sending.send("llo")
		if err := <-down; err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		if took := time.Since(began); took != 6*time.Second {
			t.Errorf("Shutdown took %v", took)
		}
		for _, c := range []*talk{busy, sending} {
			<-c.done
			if a := only(t, c, "GET", 200); a.header.Get("Connection") != "close" {
				t.Error("a last answer does not say so")
			}
		}
		if err := <-served; !errors.Is(err, ErrServerClosed) {
			t.Errorf("Serve: %v", err)
		}
		if err := s.Serve(newPipeListener()); !errors.Is(err, ErrServerClosed) {
			t.Errorf("Serve after Shutdown: %v", err)
		}
	})
}

// TestShutdownGivesUp: when its time is over the rest is cut.
func TestShutdownGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := handle(func(_ *httpmsg.Request, resp *httpmsg.Response) {
			time.Sleep(time.Hour)
			resp.Status = 200
		})
		l := newPipeListener()
		served := make(chan error, 1)
		go func() { served <- s.Serve(l) }()
		busy := newTalk(l.dial())
		busy.send(getRequest)
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Shutdown: %v", err)
		}
		<-busy.done
		<-served
		if err := s.Shutdown(t.Context()); err != nil { // waits for the handler
			t.Error(err)
		}
	})
}

// Close tells a client over TLS nothing: it would wait for one that does not
// read.
func TestCloseDoesNotWaitForClients(t *testing.T) {
	template := httptest.NewUnstartedServer(nil)
	template.StartTLS()
	defer template.Close()
	l, said, release := newPipeListener(), make(chan struct{}), make(chan struct{})
	s := handle(func(_ *httpmsg.Request, resp *httpmsg.Response) {
		resp.Status = http.StatusOK
		resp.Stream = io.NopCloser(readFunc(func([]byte) (int, error) {
			close(said)
			<-release
			return 0, io.EOF
		}))
	})
	served := make(chan error, 1)
	go func() { served <- s.ServeTLS(l, template.TLS) }()
	near, far := net.Pipe()
	near.SetDeadline(time.Now().Add(minute))
	written := &writeCounter{Conn: far}
	l.accept <- written
	client := tls.Client(near, &tls.Config{InsecureSkipVerify: true})
	if _, err := io.WriteString(client, getRequest); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	<-said
	before := written.n.Load()
	s.Close()
	if n := written.n.Load() - before; n != 0 {
		t.Errorf("Close wrote %d times", n)
	}
	close(release)
	<-served
	if err := s.Shutdown(soon(t)); err != nil {
		t.Error(err)
	}
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

// A writeCounter counts the writes to a connection.
type writeCounter struct {
	net.Conn
	n atomic.Int32
}

func (c *writeCounter) Write(p []byte) (int, error) {
	c.n.Add(1)
	return c.Conn.Write(p)
}
