package http1

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/poterne/poterne/wire/httpmsg"
)

// A script is a back end that does as a test says, connection by connection.
type script struct {
	conns []func(c net.Conn, r *bufio.Reader)
	dials int
	first net.Conn // that was made
}

func (s *script) dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	return s.play(client, server)
}

// dialTCP is dial on sockets.
func (s *script) dialTCP(ctx context.Context, network, _ string) (net.Conn, error) {
	l, err := net.Listen(network, "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer l.Close()
	client, err := new(net.Dialer).DialContext(ctx, network, l.Addr().String())
	if err != nil {
		return nil, err
	}
	server, err := l.Accept()
	if err != nil {
		return nil, err
	}
	return s.play(client, server)
}

func (s *script) play(client, server net.Conn) (net.Conn, error) {
	s.first = orElse(s.first, client)
	n := s.dials
	s.dials++
	if n >= len(s.conns) {
		return nil, fmt.Errorf("dial %d was not expected", n+1)
	}
	go func() {
		defer server.Close()
		s.conns[n](server, bufio.NewReader(server))
	}()
	return client, nil
}

// readRequest reads one request as text.
func readRequest(r *bufio.Reader) string {
	req, err := http.ReadRequest(r)
	if err != nil {
		return err.Error()
	}
	b, _ := io.ReadAll(req.Body)
	return fmt.Sprintf("%s %s %d", req.Method, req.RequestURI, len(b))
}

func ask(c *Client, method string) (body string, err error) {
	req := &httpmsg.Request{Method: method, Path: "/", Host: "h"}
	if method == http.MethodPost {
		req.SetBody([]byte("hello"))
	}
	var resp httpmsg.Response
	defer resp.Reset()
	err = c.Do(req, &resp, Call{Origin: Origin{Addr: "h:80"}})
	return string(resp.Body), err
}

// TestRetry: a request is repeated once, and only where a first copy cannot
// have done anything (security §2, case 68).
func TestRetry(t *testing.T) {
	for _, c := range retries() {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{conns: c.conns}
				c.play(t, s, &Client{Dial: s.dial}, synctest.Wait)
			})
		})
	}
	t.Run("never on a new connection", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := &script{conns: []func(net.Conn, *bufio.Reader){
				func(_ net.Conn, r *bufio.Reader) { readRequest(r) }, func(net.Conn, *bufio.Reader) {}}}
			client := &Client{Dial: s.dial}
			defer client.Close()
			if _, err := ask(client, "GET"); !errors.Is(err, ErrNetwork) || s.dials != 1 {
				t.Errorf("%v after %d dials", err, s.dials)
			}
		})
	})
}

// The same on sockets.
func TestRetryOverTCP(t *testing.T) {
	eachWay(t, func(t *testing.T, b *Batcher) {
		for _, c := range retries() {
			t.Run(c.name, func(t *testing.T) {
				s := &script{conns: c.conns}
				c.play(t, s, &Client{Dial: s.dialTCP, Batcher: b}, func() {
					if c.closed {
						awaitReadable(t, s.first)
					}
				})
			})
		}
	})
}

// A retry is a call on a kept connection that ends in its middle.
type retry struct {
	name   string
	method string
	conns  []func(net.Conn, *bufio.Reader) // the kept one and a new one
	closed bool                            // before the call
	dials  int
	err    error
}

func (r retry) play(t *testing.T, s *script, client *Client, settled func()) {
	defer client.Close()
	if _, err := ask(client, "GET"); err != nil {
		t.Fatal(err)
	}
	settled()
	if _, err := ask(client, r.method); !errors.Is(err, r.err) {
		t.Errorf("error %v, want %v", err, r.err)
	}
	if s.dials != r.dials {
		t.Errorf("%d dials, want %d", s.dials, r.dials)
	}
}

func retries() []retry {
	answerThen := func(then func(net.Conn, *bufio.Reader)) func(net.Conn, *bufio.Reader) {
		return func(c net.Conn, r *bufio.Reader) {
			readRequest(r)
			io.WriteString(c, good)
			then(c, r)
		}
	}
	readThenClose := func(_ net.Conn, r *bufio.Reader) { readRequest(r) }
	sayThenClose := func(c net.Conn, r *bufio.Reader) { readRequest(r); io.WriteString(c, "H") }
	serve := answerThen(func(net.Conn, *bufio.Reader) {})
	on := func(second, third func(net.Conn, *bufio.Reader)) []func(net.Conn, *bufio.Reader) {
		return []func(net.Conn, *bufio.Reader){answerThen(second), third}
	}
	return []retry{
		{"GET, closed after reading it", "GET", on(readThenClose, serve), false, 2, nil},
		{"PUT, closed after reading it", "PUT", on(readThenClose, serve), false, 2, nil},
		{"POST, closed after reading it", "POST", on(readThenClose, serve), false, 1, ErrNetwork},
		{"GET, closed after a byte", "GET", on(sayThenClose, serve), false, 1, ErrNetwork},
		{"GET, closed twice", "GET", on(readThenClose, readThenClose), false, 2, ErrNetwork},
		{"POST, closed before", "POST", on(func(net.Conn, *bufio.Reader) {}, serve), true, 2, nil},
	}
}

// TestStrayBytes: whatever arrives while a connection is idle, at once or
// late, by itself or as an end, retires it (security §2, case 63).
func TestStrayBytes(t *testing.T) {
	for name, late := range strays {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{}
				s.stray(t, late, &Client{Dial: s.dial}, synctest.Wait)
			})
		})
	}
}

// The same on sockets.
func TestStrayBytesOverTCP(t *testing.T) {
	eachWay(t, func(t *testing.T, b *Batcher) {
		for name, late := range strays {
			t.Run(name, func(t *testing.T) {
				s := &script{}
				s.stray(t, late, &Client{Dial: s.dialTCP, Batcher: b}, func() { awaitReadable(t, s.first) })
			})
		}
	})
}

var strays = map[string]string{"an answer": evil, "a byte": "x", "nothing, but closed": ""}

// stray has what is late arrive on an idle connection: the next call must not
// use it.
func (s *script) stray(t *testing.T, late string, client *Client, arrived func()) {
	defer client.Close()
	signal := make(chan struct{})
	s.conns = []func(net.Conn, *bufio.Reader){
		func(c net.Conn, r *bufio.Reader) {
			readRequest(r)
			io.WriteString(c, good)
			<-signal
			io.WriteString(c, late)
			if late == "" {
				c.Close()
			}
			readRequest(r)
		},
		func(c net.Conn, r *bufio.Reader) { readRequest(r); io.WriteString(c, good); readRequest(r) },
	}
	ask(client, "GET")
	close(signal)
	arrived()
	if body, err := ask(client, "POST"); body != "ok\n" || err != nil || s.dials != 2 {
		t.Errorf("next call got %q, %v after %d dials", body, err, s.dials)
	}
}

// awaitReadable returns when the kernel has something for c.
func awaitReadable(t *testing.T, c net.Conn) {
	t.Helper()
	if !canPeek {
		time.Sleep(50 * time.Millisecond)
		return
	}
	var p probe
	p.init(c, nil)
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if !p.quiet() {
			return
		}
	}
	t.Fatal("nothing arrived")
}

// TestPoolAges: idle connections are closed by themselves, and old ones are
// not used again.
func TestPoolAges(t *testing.T) {
	well := func(c net.Conn, r *bufio.Reader) {
		for readRequest(r) != io.EOF.Error() {
			if _, err := io.WriteString(c, good); err != nil {
				return
			}
		}
	}
	for _, c := range []struct {
		name  string
		pause time.Duration
		calls int
		dials int
	}{
		{"kept while used", 10 * time.Second, 20, 1},
		{"closed when idle", 56 * time.Second, 3, 3},
		{"closed when old", 50 * time.Second, 9, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{conns: []func(net.Conn, *bufio.Reader){well, well, well}}
				client := &Client{Dial: s.dial}
				defer client.Close()
				for range c.calls {
					if _, err := ask(client, "GET"); err != nil {
						t.Fatal(err)
					}
					time.Sleep(c.pause)
				}
				if s.dials != c.dials {
					t.Errorf("%d dials, want %d", s.dials, c.dials)
				}
			})
		})
	}
	t.Run("swept", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ended := false
			s := &script{conns: []func(net.Conn, *bufio.Reader){func(c net.Conn, r *bufio.Reader) { well(c, r); ended = true }}}
			client := &Client{Dial: s.dial}
			ask(client, "GET")
			time.Sleep(2 * time.Minute)
			synctest.Wait()
			if !ended || len(client.pools.of) != 0 {
				t.Error("an idle connection is still open after two minutes")
			}
		})
	})
}

// TestUnsendableRequests: nothing goes out that would let a header or a target
// write raw bytes.
func TestUnsendableRequests(t *testing.T) {
	for name, spoil := range map[string]func(*httpmsg.Request){
		"line break in a value":  func(r *httpmsg.Request) { r.Header.Add("X", "a\r\nX-Inj: b") },
		"NUL in a value":         func(r *httpmsg.Request) { r.Header.Add("X", "a\x00") },
		"name that is no token":  func(r *httpmsg.Request) { r.Header.Add("X: b\r\nY", "a") },
		"empty name":             func(r *httpmsg.Request) { r.Header.Add("", "a") },
		"space in the path":      func(r *httpmsg.Request) { r.Path = "/a HTTP/1.1\r\n\r\n" },
		"no path":                func(r *httpmsg.Request) { r.Path = "" },
		"absolute path":          func(r *httpmsg.Request) { r.Path = "http://evil/" },
		"line break in a query":  func(r *httpmsg.Request) { r.RawQuery = "a\n" },
		"space in the method":    func(r *httpmsg.Request) { r.Method = "GET /" },
		"line break in the host": func(r *httpmsg.Request) { r.Host = "h\r\nX: y" },
		"no host":                func(r *httpmsg.Request) { r.Host = "" },
		"body that failed": func(r *httpmsg.Request) {
			r.SetBodyReader(func() ([]byte, error) { return nil, httpmsg.ErrBodyMalformed })
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := &script{}
			c := &Client{Dial: s.dial}
			req := &httpmsg.Request{Method: "GET", Path: "/", Host: "h"}
			spoil(req)
			var resp httpmsg.Response
			if err := c.Do(req, &resp, Call{Origin: Origin{Addr: "h:80"}}); !errors.Is(err, ErrBadRequest) || s.dials > 0 {
				t.Errorf("error %v after %d dials", err, s.dials)
			}
		})
	}
}

// TestRequestAsWritten: order and case of the caller's lines, framing of ours.
func TestRequestAsWritten(t *testing.T) {
	var got strings.Builder
	s := &script{conns: []func(net.Conn, *bufio.Reader){func(c net.Conn, r *bufio.Reader) {
		for !strings.HasSuffix(got.String(), "hello") {
			b, err := r.ReadByte()
			if err != nil {
				return
			}
			got.WriteByte(b)
		}
		io.WriteString(c, good)
	}}}
	c := &Client{Dial: s.dial}
	defer c.Close()
	req := &httpmsg.Request{Method: "POST", Path: "//a/%2F", RawQuery: "b=c;d", Host: "h:81"}
	for _, f := range []string{"x-B: 1", "HOST: other", "X-a: 2", "x-b: 3", "connection: x", "Content-length: 99", "Expect: 100-continue", "TRANSFER-ENCODING: gzip", "Keep-Alive: 5", "Te: trailers"} {
		name, value, _ := strings.Cut(f, ": ")
		req.Header.Add(name, value)
	}
	req.SetBody([]byte("hello"))
	var resp httpmsg.Response
	defer resp.Reset()
	if err := c.Do(req, &resp, Call{Origin: Origin{Addr: "h:80"}}); err != nil {
		t.Fatal(err)
	}
	want := "POST //a/%2F?b=c;d HTTP/1.1\r\nHost: h:81\r\nx-B: 1\r\nX-a: 2\r\nx-b: 3\r\nTe: trailers\r\nContent-Length: 5\r\n\r\nhello"
	if got.String() != want {
		t.Errorf("sent %q, want %q", got.String(), want)
	}
}

// TestAnswerAsWritten: order and case of the other side's lines.
func TestAnswerAsWritten(t *testing.T) {
	s := &script{conns: []func(net.Conn, *bufio.Reader){func(c net.Conn, r *bufio.Reader) {
		readRequest(r)
		io.WriteString(c, ok200+"x-B: 1\r\nX-a: \t2 3 \r\nX-Empty:\r\nx-b: \xe9\r\nContent-Length: 0\r\n\r\n")
	}}}
	c := &Client{Dial: s.dial}
	defer c.Close()
	var resp httpmsg.Response
	defer resp.Reset()
	if err := c.Do(&httpmsg.Request{Method: "GET", Path: "/", Host: "h"}, &resp, Call{Origin: Origin{Addr: "h:80"}}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for name, value := range resp.Header.All() {
		got = append(got, fmt.Sprintf("%s=%q", name, value))
	}
	want := `[x-B="1" X-a="2 3" X-Empty="" x-b="\xe9" Content-Length="0"]`
	if fmt.Sprint(got) != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestStreamedAnswer: the body arrives piece by piece, an idle one is cut, and
// a connection read to its end is used again.
func TestStreamedAnswer(t *testing.T) {
	piecewise := func(c net.Conn, r *bufio.Reader) {
		for range 2 {
			readRequest(r)
			io.WriteString(c, chunked)
			for _, word := range []string{"one", "two", "three"} {
				time.Sleep(4 * time.Second)
				fmt.Fprintf(c, "%x\r\n%s\r\n", len(word), word)
			}
			io.WriteString(c, "0\r\n\r\n")
		}
	}
	silent := func(c net.Conn, r *bufio.Reader) {
		readRequest(r)
		io.WriteString(c, ok200+"Content-Length: 10\r\n\r\nfive5")
		io.Copy(io.Discard, r)
	}
	call := func() Call {
		return Call{Origin: Origin{Addr: "h:80"}, Deadline: time.Now().Add(15 * time.Minute), StreamIdle: 5 * time.Second, MaxBody: 1}
	}
	synctest.Test(t, func(t *testing.T) {
		s := &script{conns: []func(net.Conn, *bufio.Reader){piecewise, silent}}
		c := &Client{Dial: s.dial}
		defer c.Close()
		req := &httpmsg.Request{Method: "GET", Path: "/", Host: "h"}
		var resp httpmsg.Response
		for range 2 {
			began := time.Now()
			if err := c.Do(req, &resp, call()); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(began); took != 0 {
				t.Errorf("the head took %v", took)
			}
			b, err := io.ReadAll(resp.Stream)
			if string(b) != "onetwothree" || err != nil {
				t.Errorf("read %q, %v", b, err)
			}
			resp.Stream.Close()
			resp.Reset()
		}
		if s.dials != 1 {
			t.Errorf("%d dials", s.dials)
		}
		c.Close()
		c = &Client{Dial: s.dial}
		if err := c.Do(req, &resp, call()); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		b, err := io.ReadAll(resp.Stream)
		if string(b) != "five5" || !errors.Is(err, ErrTimeout) || time.Since(began) != 5*time.Second {
			t.Errorf("read %q, %v after %v", b, err, time.Since(began))
		}
		resp.Reset()
		if _, err := ask(c, "GET"); !errors.Is(err, ErrDial) {
			t.Errorf("a connection with an unfinished answer was used again: %v", err)
		}
	})
}

// TestDialing: who the client cannot reach.
func TestDialing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &Client{Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}}
		began := time.Now()
		var resp httpmsg.Response
		err := c.Do(goodRequest(), &resp, Call{Origin: Origin{Addr: "h:80"}, Deadline: began.Add(timeout)})
		if !errors.Is(err, ErrTimeout) || time.Since(began) != timeout {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	var resp httpmsg.Response
	if err := (&Client{}).Do(goodRequest(), &resp, Call{Origin: Origin{Addr: l.Addr().String()}}); !errors.Is(err, ErrDial) {
		t.Errorf("refused: %v", err)
	}
}

func tlsCall(s *httptest.Server) Call {
	config := s.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	config.NextProtos = nil
	return Call{Origin: Origin{Addr: s.Listener.Addr().String(), TLS: config}, Deadline: time.Now().Add(10 * time.Second)}
}

// TestTLS: connections are verified, and used again with their state.
func TestTLS(t *testing.T) {
	var conns []string
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conns = append(conns, r.RemoteAddr)
		io.WriteString(w, "secret")
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // one handshake is to fail
	s.StartTLS()
	defer s.Close()
	c := &Client{}
	defer c.Close()
	call := tlsCall(s)
	call.Origin.TLS.ServerName = "example.com"
	for range 3 {
		var resp httpmsg.Response
		if err := c.Do(goodRequest(), &resp, call); err != nil || string(resp.Body) != "secret" {
			t.Fatalf("%q, %v", resp.Body, err)
		}
		resp.Reset()
	}
	if conns[0] != conns[1] || conns[1] != conns[2] {
		t.Errorf("connections %v", conns)
	}
	var resp httpmsg.Response
	call.Origin.TLS = &tls.Config{}
	if err := c.Do(goodRequest(), &resp, call); !errors.Is(err, ErrDial) {
		t.Errorf("unknown authority: %v", err)
	}
}

// TestStrayTLSRecords: bytes that TLS has read ahead are as stray as those in
// the socket, and an end without close_notify does not complete a body.
func TestStrayTLSRecords(t *testing.T) {
	template := httptest.NewTLSServer(http.NotFoundHandler())
	defer template.Close()
	for name, c := range map[string]struct {
		say func(c *tls.Conn, raw *joined)
		err error
	}{
		"extra answer in its own record, same segment": {func(c *tls.Conn, raw *joined) {
			raw.hold()
			io.WriteString(c, good)
			io.WriteString(c, evil)
			raw.flush(0)
		}, nil},
		"part of a record": {func(c *tls.Conn, raw *joined) {
			raw.hold()
			io.WriteString(c, good)
			io.WriteString(c, evil)
			raw.flush(10)
		}, nil},
		"cut without close_notify": {func(c *tls.Conn, raw *joined) {
			io.WriteString(c, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok\n")
			raw.Conn.Close()
		}, ErrNetwork},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			go func() {
				for {
					nc, err := l.Accept()
					if err != nil {
						return
					}
					raw := &joined{Conn: nc}
					tc := tls.Server(raw, template.TLS)
					go func() {
						defer nc.Close()
						r := bufio.NewReader(tc)
						for range 2 {
							if _, err := http.ReadRequest(r); err != nil {
								return
							}
							c.say(tc, raw)
						}
					}()
				}
			}()
			dials := 0
			client := &Client{Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
				dials++
				return new(net.Dialer).DialContext(ctx, network, l.Addr().String())
			}}
			defer client.Close()
			call := tlsCall(template)
			call.Origin.TLS.ServerName = "example.com"
			for range 2 {
				var resp httpmsg.Response
				err := client.Do(goodRequest(), &resp, call)
				if !errors.Is(err, c.err) || resp.Header.Has("X-Evil") {
					t.Fatalf("got %q, %v", resp.Body, err)
				}
				resp.Reset()
			}
			if dials != 2 {
				t.Errorf("%d dials", dials)
			}
		})
	}
}

// A joined connection holds writes back to send them in one segment.
type joined struct {
	net.Conn
	held    []byte
	holding bool
}

func (j *joined) hold() { j.holding = true }

func (j *joined) Write(b []byte) (int, error) {
	if !j.holding {
		return j.Conn.Write(b)
	}
	j.held = append(j.held, b...)
	return len(b), nil
}

// flush sends what is held but for the last few bytes.
func (j *joined) flush(but int) {
	j.holding = false
	j.Conn.Write(j.held[:len(j.held)-but])
	j.held = nil
}

// TestNothingIsLeft: after Shutdown and Close no goroutine of either side runs
// and no descriptor is open.
func TestNothingIsLeft(t *testing.T) { eachWay(t, leaveNothing) }

func leaveNothing(t *testing.T, b *Batcher) {
	before, fds := runtime.NumGoroutine(), openDescriptors(t)
	s := &Server{Handler: &recorder{}, Batcher: b}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	c := &Client{Batcher: b}
	done := make(chan error)
	for range 50 {
		go func() {
			for range 20 {
				var resp httpmsg.Response
				if err := c.Do(goodRequest(), &resp, Call{Origin: Origin{Addr: l.Addr().String()}}); err != nil {
					done <- err
					return
				}
				resp.Reset()
			}
			done <- nil
		}()
	}
	for range 50 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	c.Close()
	if err := s.Shutdown(soon(t)); err != nil {
		t.Error(err)
	}
	<-served
	fewGoroutines(t, before)
	if n := openDescriptors(t); n > fds {
		t.Errorf("%d descriptors, were %d", n, fds)
	}
}

// fewGoroutines waits until there are at most so many: those that have ended may
// take a moment to be gone.
func fewGoroutines(t *testing.T, most int) {
	t.Helper()
	for began := time.Now(); runtime.NumGoroutine() > most && time.Since(began) < minute; {
		time.Sleep(time.Millisecond)
	}
	if n := runtime.NumGoroutine(); n > most {
		b := make([]byte, 64<<10)
		t.Errorf("%d goroutines, at most %d\n%s", n, most, b[:runtime.Stack(b, true)])
	}
}

// Goroutines that have served a connection wait for others, but not all of a
// crowd, and none after Shutdown.
func TestGoroutinesThatWait(t *testing.T) {
	before := runtime.NumGoroutine()
	s := &Server{Handler: &recorder{}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	for range 2 {
		var crowd []net.Conn
		for range 2 * maxWaiting {
			c, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			crowd = append(crowd, c)
			io.WriteString(c, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n")
		}
		for s.Conns() < len(crowd) {
			time.Sleep(time.Millisecond)
		}
		for _, c := range crowd {
			io.WriteString(c, "\r\n")
			if answer, err := io.ReadAll(c); err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 200") {
				t.Errorf("%q, %v", answer, err)
			}
			c.Close()
		}
		fewGoroutines(t, before+1+maxWaiting)
	}
	if err := s.Shutdown(soon(t)); err != nil {
		t.Error(err)
	}
	<-served
	fewGoroutines(t, before)
}
