package http1

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/poterne/poterne/wire/httpmsg"
)

// misbehave serves one connection of a back end: well for /good, in its way
// for everything else.
func misbehave(c net.Conn, w way, stop <-chan struct{}) {
	defer c.Close()
	r := bufio.NewReader(c)
	for {
		req, err := http.ReadRequest(r)
		if err != nil {
			return
		}
		if req.URL.Path == "/good" {
			io.Copy(io.Discard, req.Body)
			io.WriteString(c, good)
			continue
		}
		if w.body == 0 {
			io.Copy(io.Discard, req.Body)
		}
		io.WriteString(c, w.says)
		if !goOn(c, w, stop) {
			return
		}
	}
}

func goOn(c net.Conn, w way, stop <-chan struct{}) bool {
	switch w.then {
	case keeps:
		return true
	case resets:
		if t, ok := c.(*net.TCPConn); ok {
			t.SetLinger(0)
		}
	case stays:
		<-stop
	case floods:
		unit := bytes.Repeat([]byte(w.unit), 1+8192/len(w.unit))
		for {
			if _, err := c.Write(unit); err != nil {
				return false
			}
		}
	case drips:
		for {
			if _, err := io.WriteString(c, w.unit); err != nil {
				return false
			}
			select {
			case <-stop:
				return false
			case <-time.After(300 * time.Millisecond):
			}
		}
	}
	return false
}

// backEnd accepts connections and serves them in way w until it is closed.
type backEnd struct {
	w       way
	stop    chan struct{}
	running sync.WaitGroup
	mu      sync.Mutex
	conns   []net.Conn
}

func newBackEnd(w way) *backEnd { return &backEnd{w: w, stop: make(chan struct{})} }

func (b *backEnd) serve(c net.Conn) {
	b.mu.Lock()
	b.conns = append(b.conns, c)
	b.mu.Unlock()
	b.running.Go(func() { misbehave(c, b.w, b.stop) })
}

func (b *backEnd) close() {
	close(b.stop)
	b.mu.Lock()
	for _, c := range b.conns {
		c.Close()
	}
	b.mu.Unlock()
	b.running.Wait()
}

// dialPipe is a Client.Dial to in-memory connections.
func (b *backEnd) dialPipe(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	b.serve(server)
	return client, nil
}

// listen serves on a loopback port until the test ends.
func (b *backEnd) listen(t testing.TB) (addr string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b.running.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			b.serve(c)
		}
	})
	t.Cleanup(func() {
		l.Close()
		b.close()
	})
	return l.Addr().String()
}

func (w *way) request() *httpmsg.Request {
	req := &httpmsg.Request{Method: orElse(w.method, http.MethodGet), Path: "/way", Host: "back.end"}
	if w.body > 0 {
		req.SetBody(make([]byte, w.body))
	}
	return req
}

func goodRequest() *httpmsg.Request {
	return &httpmsg.Request{Method: http.MethodGet, Path: "/good", Host: "back.end"}
}

func (w *way) judge(t *testing.T, resp *httpmsg.Response, err error) {
	t.Helper()
	if !errors.Is(err, w.err) {
		t.Fatalf("error %v, want %v", err, w.err)
	}
	if w.err != nil {
		if resp.Status != 0 || resp.Header.Len() > 0 || len(resp.Body) > 0 {
			t.Errorf("a failed call left %d %q", resp.Status, resp.Body)
		}
		return
	}
	if resp.Status != w.status || string(resp.Body) != w.gets {
		t.Errorf("got %d, %d bytes; want %d, %d bytes", resp.Status, len(resp.Body), w.status, len(w.gets))
	}
}

// unharmed makes sure that calls after a bad one get their own answers.
func unharmed(t *testing.T, c *Client, call Call) {
	t.Helper()
	for range 2 {
		var resp httpmsg.Response
		if err := c.Do(goodRequest(), &resp, call); err != nil {
			t.Errorf("next call: %v", err)
		} else if resp.Status != 200 || string(resp.Body) != "ok\n" || resp.Header.Has("X-Evil") {
			t.Errorf("next call got %d %q", resp.Status, resp.Body)
		}
		resp.Reset()
	}
}

// TestMisbehavingBackEnds plays every way on in-memory connections, where time
// is exact: a call that must time out ends at its deadline, all others at once.
func TestMisbehavingBackEnds(t *testing.T) {
	for _, w := range ways {
		if w.name == "early answer" {
			continue // a pipe has no buffer that could hold it; see the test over TCP
		}
		t.Run(w.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBackEnd(w)
				defer b.close()
				c := &Client{Dial: b.dialPipe}
				defer c.Close()
				began := time.Now()
				call := Call{Origin: Origin{Addr: "back.end:80"}, Deadline: began.Add(timeout)}
				var resp httpmsg.Response
				err := c.Do(w.request(), &resp, call)
				w.judge(t, &resp, err)
				resp.Reset()
				want := time.Duration(0)
				if w.err == ErrTimeout {
					want = timeout
				}
				if took := time.Since(began); took != want {
					t.Errorf("took %v, want %v", took, want)
				}
				call.Deadline = time.Now().Add(timeout)
				unharmed(t, c, call)
			})
		})
	}
}

// TestMisbehavingBackEndsOverTCP plays the same on sockets, all at once.
func TestMisbehavingBackEndsOverTCP(t *testing.T) { eachWay(t, playMisbehavingBackEnds) }

func playMisbehavingBackEnds(t *testing.T, batcher *Batcher) {
	var wg sync.WaitGroup
	for _, w := range ways {
		b := newBackEnd(w)
		addr := b.listen(t)
		wg.Go(func() {
			c := &Client{Batcher: batcher}
			defer c.Close()
			call := Call{Origin: Origin{Addr: addr}, Deadline: time.Now().Add(minute)}
			if w.err == ErrTimeout {
				call.Deadline = time.Now().Add(500 * time.Millisecond)
			}
			var resp httpmsg.Response
			err := c.Do(w.request(), &resp, call)
			t.Run(w.name, func(t *testing.T) {
				w.judge(t, &resp, err)
				call.Deadline = time.Now().Add(minute)
				unharmed(t, c, call)
			})
			resp.Reset()
		})
	}
	wg.Wait()
}
