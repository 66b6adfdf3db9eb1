package http1

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/poterne/poterne/wire/httpmsg"
)

// eagerBatcher never rests.
func eagerBatcher(t testing.TB) *Batcher {
	t.Helper()
	b, err := newBatcher(habit{tooLong: minute})
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(b.Close)
	return b
}

// A socket is a connection of ours with its other end.
type socket struct {
	link link
	fd   uintptr
	end  net.Conn
}

func sockets(t *testing.T, b *Batcher, n int) []*socket {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	list := make([]*socket, n)
	for i := range list {
		near, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		s := &socket{}
		if s.end, err = l.Accept(); err != nil {
			t.Fatal(err)
		}
		s.link.init(near, b)
		raw, err := near.(*net.TCPConn).SyscallConn()
		if err != nil {
			t.Fatal(err)
		}
		if err := raw.Control(func(fd uintptr) { s.fd = fd }); err != nil {
			t.Fatal(err)
		}
		s.link.posted.laneOf(s.fd)
		t.Cleanup(func() { s.link.conn.Close(); s.end.Close() })
		list[i] = s
	}
	return list
}

func (s *socket) op(kind int, text string) op {
	return op{kind: kind, of: &s.link.posted, fd: s.fd, bytes: []byte(text), by: time.Now().Add(minute)}
}

// hold posts text, without anybody who does it.
func (s *socket) hold(text string) {
	p := &s.link.posted
	p.begin(p.lane.round)
	p.lane.filling.add(s.op(opSend, ""), []byte(text), nil)
}

// arrive waits until something has arrived at s.
func (s *socket) arrive() {
	for !arrived(s.fd) {
		time.Sleep(time.Millisecond)
	}
}

// What a batch does to each connection, with a ring, without, and with one that
// breaks after the looks.
func TestBatch(t *testing.T) {
	for name, spoil := range map[string]func(*lane, []op){
		"ring":    func(*lane, []op) {},
		"no ring": func(l *lane, _ []op) { l.close() },
		"ring breaks": func(l *lane, ops []op) {
			l.pass(asksLast(ops))
			breakRings(t)
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := eagerBatcher(t)
			s := sockets(t, b, 6)
			quiet, stray, ended, gone, sender, reader := s[0], s[1], s[2], s[3], s[4], s[5]
			io.WriteString(stray.end, "HTTP/1.1 200 OK\r\n")
			ended.end.Close()
			gone.end.(*net.TCPConn).SetLinger(0)
			gone.end.Close()
			io.WriteString(reader.end, "what came")
			for _, s := range []*socket{stray, ended, gone, reader} {
				s.arrive()
			}
			into := reader.op(opRead, strings.Repeat(".", 20))
			ops := []op{quiet.op(opAsk, "question"), stray.op(opAsk, "question"), ended.op(opAsk, "question"),
				gone.op(opSend, "answer"), sender.op(opSend, "answer"), into}
			spoil(b.lanes[0], ops)
			b.lanes[0].do(ops)
			for _, c := range []struct {
				name string
				s    *socket
				err  error
			}{
				{"quiet", quiet, nil}, {"stray", stray, errStale}, {"ended", ended, errStale},
				{"gone", gone, syscall.EPIPE}, {"sender", sender, nil},
			} {
				if err := c.s.link.posted.settle(); !errors.Is(err, c.err) || c.s.link.posted.sent > 0 {
					t.Errorf("%s: %v, want %v, after %d bytes", c.name, err, c.err, c.s.link.posted.sent)
				}
			}
			<-reader.link.posted.read
			if n := reader.link.posted.n; string(into.bytes[:n]) != "what came" {
				t.Errorf("read %q", into.bytes[:n])
			}
			quiet.expect(t, "question")
			sender.expect(t, "answer")
			stray.link.close()
			if all, _ := io.ReadAll(stray.end); len(all) > 0 {
				t.Errorf("sent on a connection with stray bytes: %q", all)
			}
		})
	}
}

func (s *socket) expect(t *testing.T, want string) {
	t.Helper()
	got := make([]byte, len(want))
	s.end.SetDeadline(time.Now().Add(minute))
	if _, err := io.ReadFull(s.end, got); err != nil || string(got) != want {
		t.Errorf("arrived %q, %v, want %q", got, err, want)
	}
}

// What a socket does not take at once is written as it takes it, before anything
// else, and not for longer than the writer was given.
func TestBatchOnAFullSocket(t *testing.T) {
	big := strings.Repeat("0123456789abcdef", 1<<18)
	s := sockets(t, eagerBatcher(t), 2)
	slow, stuck := s[0], s[1]
	for _, s := range s {
		s.link.conn.(*net.TCPConn).SetWriteBuffer(16 << 10)
	}
	ops := []op{slow.op(opSend, big), stuck.op(opSend, big)}
	ops[1].by = time.Now().Add(50 * time.Millisecond)
	slow.link.posted.lane.do(ops)
	if state := slow.link.posted.state.Load(); state != postedLate {
		t.Fatalf("state %d: the socket took %d bytes", state, len(big))
	}
	got := make(chan string)
	go func() {
		all, _ := io.ReadAll(slow.end)
		got <- string(all)
	}()
	if _, err := slow.link.write([]byte("after it"), nil); err != nil {
		t.Error(err)
	}
	slow.link.close()
	if all := <-got; all != big+"after it" {
		t.Errorf("%d bytes arrived, want %d, or others", len(all), len(big)+len("after it"))
	}
	if err := stuck.link.posted.settle(); !isTimeout(err) || stuck.link.posted.sent == 0 {
		t.Errorf("nobody reads: %v after %d bytes", err, stuck.link.posted.sent)
	}
	if _, err := stuck.link.write([]byte("after it"), nil); !isTimeout(err) {
		t.Errorf("a write after it: %v", err)
	}
}

// How much of a message went out is told of that message alone, and of all of it:
// a request of which nothing did may be repeated.
func TestBatchTellsWhatWentOut(t *testing.T) {
	big := strings.Repeat("0123456789abcdef", 1<<16)
	s := sockets(t, eagerBatcher(t), 2)
	for _, s := range s {
		s.link.conn.(*net.TCPConn).SetWriteBuffer(16 << 10)
	}
	late, next := s[0], s[1]
	full := late.fill()
	late.link.posted.lane.do([]op{late.op(opSend, big), next.op(opSend, big)})
	io.CopyN(io.Discard, late.end, int64(full+1))
	io.CopyN(io.Discard, next.end, int64(len(big)))
	if err := next.link.posted.settle(); err != nil {
		t.Fatal(err)
	}
	for _, s := range s {
		s.end.(*net.TCPConn).SetLinger(0)
		s.end.Close()
		s.arrive()
	}
	next.hold("next")
	for _, c := range []struct {
		s    *socket
		some bool
	}{{late, true}, {next, false}} {
		if err := c.s.link.posted.settle(); err == nil || c.s.link.posted.sent > 0 != c.some {
			t.Errorf("%v after %d bytes", err, c.s.link.posted.sent)
		}
	}
}

// fill sends what the socket takes.
func (s *socket) fill() (n int) {
	for {
		k, errno := sendTo(s.fd, make([]byte, 4<<10))
		if errno != 0 {
			return n
		}
		n += k
	}
}

// A connection is not closed before what it has posted is sent: another one may
// have its descriptor at once.
func TestBatchBeforeClose(t *testing.T) {
	s := sockets(t, eagerBatcher(t), 2)
	for i := range s {
		s[i].hold(fmt.Sprintf("last words of %d", i))
	}
	s[0].link.close()
	all, err := io.ReadAll(s[0].end)
	if err != nil || string(all) != "last words of 0" {
		t.Errorf("%q, %v", all, err)
	}
	s[1].expect(t, "last words of 1")
}

// Nobody waits for others once a Batcher has nothing to offer.
func TestBatcherClosed(t *testing.T) {
	b := eagerBatcher(t)
	s := sockets(t, b, 1)[0]
	s.link.direct.enter(s.fd)
	if !s.link.post(opSend, []byte("head, "), []byte("body")) {
		t.Fatal("nothing is posted")
	}
	b.Close()
	if s.link.post(opSend, []byte("more"), nil) {
		t.Error("something is posted after Close")
	}
	if _, err := s.link.write([]byte("; more"), nil); err != nil {
		t.Error(err)
	}
	s.expect(t, "head, body; more")
}

// Through a Server that calls another Server, with everything batched, every
// exchange keeps its bytes; neither a Batcher that is closed meanwhile nor a ring
// that breaks loses one.
func TestBatchedExchanges(t *testing.T) {
	for name, spoil := range map[string]func(*testing.T, *Batcher){
		"undisturbed": func(*testing.T, *Batcher) {},
		"closed":      func(_ *testing.T, b *Batcher) { b.Close() },
		"ring broken": func(t *testing.T, b *Batcher) { breakRings(t) },
	} {
		t.Run(name, func(t *testing.T) {
			b := eagerBatcher(t)
			client := &Client{Batcher: b}
			defer client.Close()
			echo := handle(func(req *httpmsg.Request, resp *httpmsg.Response) {
				body, err := req.Body()
				if err != nil {
					return
				}
				resp.Status, resp.Body = 200, bytes.Clone(body)
			})
			echo.Batcher = b
			back := overTCP(t, echo)
			gate := handle(func(req *httpmsg.Request, resp *httpmsg.Response) {
				if err := client.Do(req, resp, Call{Origin: Origin{Addr: back}}); err != nil {
					resp.Status, resp.Body = 502, []byte(err.Error())
				}
			})
			gate.Batcher = b
			front := overTCP(t, gate)
			var wg sync.WaitGroup
			for i := range 40 {
				wg.Go(func() { converse(t, front, i) })
			}
			time.Sleep(20 * time.Millisecond) // into the middle of it
			spoil(t, b)
			wg.Wait()
			if ops, batches := b.Counts(); name == "undisturbed" && ops <= batches {
				t.Errorf("%d operations in %d batches", ops, batches)
			}
		})
	}
}

// converse posts bodies of all sizes on one connection and wants each back.
func converse(t *testing.T, addr string, who int) {
	c := &Client{}
	defer c.Close()
	for i := range 100 {
		req := goodRequest()
		req.Method = "POST"
		body := bytes.Repeat(fmt.Appendf(nil, "<%d of %d>", i, who), 1+i*i/5)
		req.SetBody(body)
		var resp httpmsg.Response
		err := c.Do(req, &resp, Call{Origin: Origin{Addr: addr}, Deadline: time.Now().Add(minute)})
		if err != nil || resp.Status != 200 || !bytes.Equal(resp.Body, body) {
			t.Errorf("exchange %d of %d: status %d, %d bytes for %d, %v", i, who, resp.Status, len(resp.Body), len(body), err)
			return
		}
		resp.Reset()
	}
}

// breakRings closes the descriptors of all rings behind their owners' backs, and
// puts nothing in their places that they could use.
func breakRings(t *testing.T) {
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	for _, e := range list {
		var fd int
		name, _ := os.Readlink("/proc/self/fd/" + e.Name())
		if _, err := fmt.Sscan(e.Name(), &fd); err == nil && name == "anon_inode:[io_uring]" {
			if err := syscall.Dup3(int(null.Fd()), fd, syscall.O_CLOEXEC); err != nil {
				t.Error(err)
			}
		}
	}
}

// A lane rests from waiting after four small batches, or one that took long, each
// time for longer, and less so when waiting has paid since.
func TestHabit(t *testing.T) {
	h := newHabit()
	for _, c := range []struct {
		batches, n int
		took       time.Duration
		rests      int
	}{
		{3, 1, 0, 0}, {1, 1, 0, 32}, {3, 2, 0, 0}, {1, 3, 0, 0}, {3, 1, 0, 0}, {1, 1, 0, 32}, // 32/2, doubled
		{4, 1, 0, 64}, {4, 1, 0, 128}, {4, 1, 0, 256}, {4, 1, 0, 512}, {4, 1, 0, 1024}, {4, 1, 0, 1024},
		{1, 64, 3 * time.Millisecond, 2048}, {1, 64, time.Second, 4096}, {4, 1, 0, 4096},
		{3, 64, 2 * time.Millisecond, 0}, {1, 64, time.Second, 1024},
		{10, 64, time.Millisecond, 0}, {4, 1, 0, 32},
	} {
		for range c.batches {
			h.learn(c.n, c.took)
		}
		rests := 0
		for !h.waits() {
			rests++
		}
		if rests != c.rests {
			t.Fatalf("after %d batches of %d that took %v it rests %d operations, want %d", c.batches, c.n, c.took, rests, c.rests)
		}
	}
	for range 20 {
		h.learn(64, time.Second)
	}
	if h.rest != 64<<10 {
		t.Errorf("it rests %d at most", h.rest)
	}
}

// A client that takes no answers loses its connection when the time for the one
// that is stuck is over, though it asks for nothing more.
func TestBatchedAnswerThatNobodyTakes(t *testing.T) {
	out := make(chan struct{}, 1)
	s := handle(func(_ *httpmsg.Request, resp *httpmsg.Response) {
		resp.Status, resp.Body = 200, make([]byte, maxPosted-1<<10)
		resp.Done = func(int64, error) { out <- struct{}{} }
	})
	s.Batcher = eagerBatcher(t)
	s.Limits = Limits{Write: lookAgain + time.Second, Idle: time.Hour}
	client, err := net.Dial("tcp", overTCP(t, s))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for stuck := false; !stuck; {
		io.WriteString(client, getRequest)
		<-out
		stuck = s.only().link.posted.state.Load() == postedLate
	}
	for ctx := soon(t); s.Conns() > 0; time.Sleep(10 * time.Millisecond) {
		if ctx.Err() != nil {
			t.Fatal("the connection is still there")
		}
	}
}

// only is the one connection of s.
func (s *Server) only() *conn {
	s.conns.mu.Lock()
	defer s.conns.mu.Unlock()
	for c := range s.conns.conns {
		return c
	}
	return nil
}
