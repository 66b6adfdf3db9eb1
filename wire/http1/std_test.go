package http1

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/poterne/poterne/wire/httpmsg"
)

// echo answers with what it got, in the way that its path names.
func echo(req *httpmsg.Request, resp *httpmsg.Response) {
	body, err := req.Body()
	if err != nil {
		resp.Status = http.StatusRequestEntityTooLarge
		return
	}
	resp.Status = http.StatusOK
	got := fmt.Appendf(nil, "%s %s?%s %s %q", req.Method, req.Path, req.RawQuery, req.Host, body)
	resp.Header.Add("X-Got", view(got))
	resp.Done = func(int64, error) { clear(got) } // views end here
	resp.Header.Add("Set-Cookie", "a")
	resp.Header.Add("set-cookie", "b")
	switch {
	case strings.HasSuffix(req.Path, "/stream"):
		resp.Stream = io.NopCloser(strings.NewReader("streamed"))
	case strings.HasSuffix(req.Path, "/broken"):
		resp.Stream = io.NopCloser(io.MultiReader(strings.NewReader("half"), errReader{errors.New("broken")}))
	case strings.HasSuffix(req.Path, "/inject"):
		resp.Header.Add("X", "a\r\nX-Inj: b")
	default:
		resp.Body = []byte("bytes")
	}
}

// TestBothDoors: the same handler answers the same through our door, through
// net/http's HTTP/1.1, and through HTTP/2 handed over after ALPN on one port.
func TestBothDoors(t *testing.T) {
	ours := httpmsg.HandlerFunc(echo)
	std := httptest.NewUnstartedServer(FromStd(ours, Limits{BodyBytes: 10}, nil))
	std.EnableHTTP2 = true
	std.StartTLS()
	defer std.Close()

	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h2 := &handedOver{conns: make(chan net.Conn), closed: make(chan struct{}), addr: l.Addr()}
	second := &http.Server{Handler: std.Config.Handler, TLSConfig: std.TLS.Clone()}
	go second.Serve(h2)
	s := &Server{Handler: ours, Limits: Limits{BodyBytes: 10}, HandOver: func(c *tls.Conn) { h2.conns <- c }}
	served := make(chan error, 1)
	go func() { served <- s.ServeTLS(l, std.TLS.Clone()) }()
	defer func() { second.Close(); s.Close(); <-served }()

	client := func(protocol string) *http.Client {
		config := std.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
		config.NextProtos, config.ServerName = []string{protocol}, "example.com"
		return &http.Client{Transport: &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: protocol == "h2"}}
	}
	port := l.Addr().String()
	for _, c := range []struct{ method, path, body string }{
		{"GET", "/a//b%2Fc?x=1;y", ""}, {"POST", "/a", "hello"}, {"POST", "/a", "hello world"}, {"HEAD", "/a", ""},
		{"GET", "/stream", ""}, {"GET", "/broken", ""}, {"GET", "/inject", ""},
	} {
		var want string
		for i, via := range []struct {
			name, addr string
			client     *http.Client
		}{
			{"net/http 1.1", std.Listener.Addr().String(), client("http/1.1")},
			{"ours", port, client("http/1.1")},
			{"net/http 2", std.Listener.Addr().String(), client("h2")},
			{"handed over", port, client("h2")},
		} {
			got := fetch(t, via.client, via.addr, c.method, c.path, c.body)
			if i == 0 {
				want = got
			}
			if got != want {
				t.Errorf("%s %s through %s: %s, want %s", c.method, c.path, via.name, got, want)
			}
			via.client.CloseIdleConnections()
		}
	}
}

func fetch(t *testing.T, c *http.Client, addr, method, path, body string) string {
	t.Helper()
	req, err := http.NewRequest(method, "https://"+addr+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "api.local"
	resp, err := c.Do(req)
	if err != nil {
		return "failed"
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return fmt.Sprintf("%d %q %q %q cut=%v inj=%q", resp.StatusCode, resp.Header["X-Got"], resp.Header["Set-Cookie"], b, err != nil, resp.Header["X-Inj"])
}

// handedOver is a listener of the connections that another one hands over.
type handedOver struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
	addr   net.Addr
}

func (l *handedOver) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}
func (l *handedOver) Close() error   { l.once.Do(func() { close(l.closed) }); return nil }
func (l *handedOver) Addr() net.Addr { return l.addr }

// TestHandedOverKeepsItsPlace: a connection counts against the cap until its
// new owner closes it.
func TestHandedOverKeepsItsPlace(t *testing.T) {
	template := httptest.NewUnstartedServer(http.NotFoundHandler())
	template.EnableHTTP2 = true
	template.StartTLS()
	defer template.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	taken := make(chan *tls.Conn)
	s := &Server{Handler: &recorder{}, Limits: Limits{Conns: 1}, HandOver: func(c *tls.Conn) { taken <- c }}
	served := make(chan error, 1)
	go func() { served <- s.ServeTLS(l, template.TLS) }()
	defer func() { s.Close(); <-served }()
	dial := func() *tls.Conn {
		return tls.Client(dialFor(t, l.Addr().String()), &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}})
	}
	failed := make(chan error, 2)
	shake := func(c *tls.Conn) {
		if err := c.Handshake(); err != nil {
			failed <- err
		}
	}
	next := func() *tls.Conn {
		select {
		case c := <-taken:
			return c
		case err := <-failed:
			t.Fatalf("handshake: %v", err)
		case <-time.After(minute):
			t.Fatal("no connection is handed over")
		}
		return nil
	}
	first, second := dial(), dial()
	defer first.Close()
	defer second.Close()
	go shake(first)
	owned := next()
	go shake(second)
	select {
	case <-taken:
		t.Fatal("a second connection was served beyond the cap")
	case <-time.After(50 * time.Millisecond):
	}
	owned.Close()
	next().Close()
}

// TestFullServerLetsNewConnectionsSpeak: a full server sheds connections that
// are idle, not such as have only just come.
func TestFullServerLetsNewConnectionsSpeak(t *testing.T) {
	template := httptest.NewUnstartedServer(http.NotFoundHandler())
	template.StartTLS()
	defer template.Close()
	for name, config := range map[string]*tls.Config{"cleartext": nil, "in the TLS handshake": template.TLS} {
		t.Run(name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			s := &Server{Handler: &recorder{}, Limits: Limits{Conns: 1}}
			served := make(chan error, 1)
			go func() { served <- s.serve(l, config) }()
			defer func() { s.Close(); <-served }()
			began := time.Now()
			conn := dialFor(t, l.Addr().String())
			for ; !s.conns.someIdle(); runtime.Gosched() {
				if time.Since(began) > minute {
					t.Fatal("the connection does not become idle")
				}
			}
			s.conns.shedIdle()
			if time.Since(began) > time.Second {
				t.Skip("so slow a machine cannot tell: by now the connection may be shed")
			}
			if config != nil {
				conn = tls.Client(conn, &tls.Config{InsecureSkipVerify: true})
			}
			io.WriteString(conn, getRequest)
			if resp, err := http.ReadResponse(bufio.NewReader(conn), nil); err != nil || resp.StatusCode != http.StatusOK {
				t.Errorf("a new connection on a full server: %v %v", resp, err)
			}
		})
	}
}

// dialFor connects for the time of a test, and for a minute at most.
func dialFor(t *testing.T, addr string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(minute))
	return conn
}

// someIdle reports whether a connection is in the state of being idle, in
// which it may be shed.
func (r *registry) someIdle() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := range r.conns {
		if c.state.Load() != connActive {
			return true
		}
	}
	return false
}

// TestSecondDoorIsNotHeldUp: over HTTP/2, and over net/http's HTTP/1.1, who sends
// a body or takes an answer too slowly is cut as at the first door.
func TestSecondDoorIsNotHeldUp(t *testing.T) {
	var limits Limits
	limits.Body, limits.Write = 100*time.Millisecond, 100*time.Millisecond
	read, written := make(chan error, 1), make(chan error, 1)
	h := httpmsg.HandlerFunc(func(req *httpmsg.Request, resp *httpmsg.Response) {
		resp.Status = http.StatusOK
		if req.Method == http.MethodPost {
			_, err := req.Body()
			resp.Status = http.StatusRequestTimeout
			read <- err
			return
		}
		resp.Stream = io.NopCloser(readFunc(func(p []byte) (int, error) { return len(p), nil }))
		resp.Done = func(_ int64, err error) { written <- err }
	})
	for protocol, h2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2": true} {
		t.Run(protocol, func(t *testing.T) {
			s := httptest.NewUnstartedServer(FromStd(h, limits, nil))
			s.EnableHTTP2 = h2
			s.StartTLS()
			defer s.Close()
			ctx, cancel := context.WithTimeout(t.Context(), minute)
			defer cancel()
			body, end := io.Pipe()
			defer end.Close()
			go func() { _, _ = end.Write([]byte("a")) }()
			answered := make(chan string, 1)
			go func() {
				r, _ := http.NewRequestWithContext(ctx, http.MethodPost, s.URL, body)
				resp, err := s.Client().Do(r)
				if err != nil {
					answered <- err.Error()
					return
				}
				resp.Body.Close()
				answered <- resp.Status
			}()
			if err := within(t, "the body's end", read); !errors.Is(err, httpmsg.ErrBodyTimeout) {
				t.Errorf("a body that does not end: %v", err)
			}
			if got := within(t, "the answer", answered); !strings.HasPrefix(got, "408") {
				t.Errorf("a body that does not end is answered %s", got)
			}
			r, _ := http.NewRequestWithContext(ctx, http.MethodGet, s.URL, nil)
			resp, err := s.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if err := within(t, "the answer's end", written); err == nil {
				t.Error("an answer that nobody takes was written")
			}
		})
	}
}

// TestSecondDoorGoesOn: a request that took less than its time leaves nothing of
// it to those after it on the connection.
func TestSecondDoorGoesOn(t *testing.T) {
	var limits Limits
	limits.Body, limits.Write = 500*time.Millisecond, 500*time.Millisecond
	for protocol, h2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2": true} {
		t.Run(protocol, func(t *testing.T) {
			s := httptest.NewUnstartedServer(FromStd(&recorder{}, limits, nil))
			s.EnableHTTP2 = h2
			s.StartTLS()
			defer s.Close()
			conns := map[string]bool{}
			for range 2 {
				trace := &httptrace.ClientTrace{GotConn: func(c httptrace.GotConnInfo) { conns[c.Conn.LocalAddr().String()] = true }}
				r, _ := http.NewRequestWithContext(httptrace.WithClientTrace(t.Context(), trace), http.MethodPost, s.URL, strings.NewReader("body"))
				resp, err := s.Client().Do(r)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusOK {
					t.Errorf("%d %v", resp.StatusCode, err)
				}
				resp.Body.Close()
				time.Sleep(limits.Write + limits.Write/10)
			}
			if len(conns) != 1 {
				t.Errorf("%d connections", len(conns))
			}
		})
	}
}

// within waits a minute for a value.
func within[T any](t *testing.T, what string, from <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-from:
	case <-time.After(minute):
		t.Fatalf("%s does not come", what)
	}
	return v
}

// TestGuest: an http.Handler sees the request as net/http would show it, and
// what it writes comes out whole or streamed.
func TestGuest(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /echo", func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		w.Header().Set("X-Got", fmt.Sprintf("%s %s %s %q %v %s %d", r.Host, r.RequestURI, r.Header.Get("x-a"), b, err, r.Header.Get("Host"), r.ContentLength))
		w.WriteHeader(http.StatusCreated)
		io.WriteString(w, "<html>")
	})
	mux.HandleFunc("/stream", func(w http.ResponseWriter, _ *http.Request) {
		for i := range 3 {
			fmt.Fprintf(w, "event %d\n", i)
			http.NewResponseController(w).Flush()
			time.Sleep(time.Minute)
		}
	})
	gone := make(chan struct{})
	mux.HandleFunc("/forever", func(w http.ResponseWriter, r *http.Request) {
		http.NewResponseController(w).Flush()
		<-r.Context().Done()
		close(gone)
	})
	mux.HandleFunc("/panic", func(http.ResponseWriter, *http.Request) { panic("no good") })
	serve := func(t *testing.T, f func(t *testing.T, said *talk)) {
		inBubble(t, &Server{Handler: ToStd(mux)}, func(t *testing.T, l *pipeListener) {
			said := newTalk(l.dial())
			defer said.conn.Close()
			f(t, said)
		})
	}
	t.Run("whole", func(t *testing.T) {
		serve(t, func(t *testing.T, said *talk) {
			said.send("POST /echo?a=b HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nContent-Length: 5\r\n\r\nhello")
			synctest.Wait()
			a := only(t, said, "POST", http.StatusCreated)
			if got, want := a.header.Get("X-Got"), `h /echo?a=b 1 "hello" <nil>  5`; got != want {
				t.Errorf("handler saw %s, want %s", got, want)
			}
			if a.body != "<html>" || a.header.Get("Content-Type") != "text/html; charset=utf-8" {
				t.Errorf("answer %q %v", a.body, a.header)
			}
		})
	})
	t.Run("streamed", func(t *testing.T) {
		serve(t, func(t *testing.T, said *talk) {
			said.send(strings.Replace(getRequest, "/", "/stream", 1))
			synctest.Wait()
			if got := said.text(); !strings.HasSuffix(got, "event 0\n\r\n") {
				t.Errorf("at first %q", got)
			}
			time.Sleep(3 * time.Minute)
			synctest.Wait()
			if a := only(t, said, "GET", 200); a.body != "event 0\nevent 1\nevent 2\n" {
				t.Errorf("got %q", a.body)
			}
		})
	})
	t.Run("nobody listens", func(t *testing.T) {
		serve(t, func(t *testing.T, said *talk) {
			gone = make(chan struct{})
			var req httpmsg.Request
			var resp httpmsg.Response
			req.Method, req.Path, req.Host, req.Proto = "GET", "/forever", "h", "HTTP/1.1"
			ToStd(mux).Handle(&req, &resp)
			resp.Stream.Close()
			<-gone
		})
	})
	t.Run("too large", func(t *testing.T) {
		serve(t, func(t *testing.T, said *talk) {
			said.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n")
			synctest.Wait()
			only(t, said, "POST", http.StatusRequestEntityTooLarge)
		})
	})
	t.Run("panic", func(t *testing.T) {
		serve(t, func(t *testing.T, said *talk) {
			said.send(strings.Replace(getRequest, "/", "/panic", 1))
			<-said.done
			only(t, said, "GET", http.StatusInternalServerError)
		})
	})
}

// TestSharedListener: a server may serve cleartext and TLS, on several
// listeners, and ends on all of them.
func TestSharedListener(t *testing.T) {
	s := &Server{Handler: &recorder{}}
	var served sync.WaitGroup
	for range 3 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		served.Go(func() {
			if err := s.Serve(l); !errors.Is(err, ErrServerClosed) {
				t.Errorf("Serve: %v", err)
			}
		})
		if _, err := http.Get("http://" + l.Addr().String()); err != nil {
			t.Error(err)
		}
	}
	if err := s.Shutdown(soon(t)); err != nil {
		t.Error(err)
	}
	served.Wait()
}
