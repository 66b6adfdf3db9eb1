package uring

import (
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
)

// pairs are n connections, their descriptors on this side, and their other ends.
func pairs(t testing.TB, n int) (fds []int, ends []net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for range n {
		near, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		far, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { near.Close(); far.Close() })
		raw, err := near.(*net.TCPConn).SyscallConn()
		if err != nil {
			t.Fatal(err)
		}
		if err := raw.Control(func(fd uintptr) { fds = append(fds, int(fd)) }); err != nil {
			t.Fatal(err)
		}
		ends = append(ends, far)
	}
	return fds, ends
}

func newRing(t testing.TB, size int) *Ring {
	t.Helper()
	r, err := New(size)
	if err != nil {
		t.Skip("no io_uring here: ", err)
	}
	t.Cleanup(r.Close)
	return r
}

func TestRingSendsToEach(t *testing.T) {
	r := newRing(t, 8)
	fds, ends := pairs(t, 3)
	results := make([]int32, 8)
	for round := range 100 { // more operations than the ring has places
		for i, fd := range fds {
			r.Send(fd, []byte(strings.Repeat(string(rune('a'+i)), round+1)))
		}
		if err := r.Do(results); err != nil {
			t.Fatal(err)
		}
		for i, end := range ends {
			got := make([]byte, round+1)
			if _, err := io.ReadFull(end, got); err != nil {
				t.Fatal(err)
			}
			if want := strings.Repeat(string(rune('a'+i)), round+1); string(got) != want || results[i] != int32(round+1) {
				t.Fatalf("round %d: connection %d got %q, result %d", round, i, got, results[i])
			}
		}
	}
}

func TestRingPeek(t *testing.T) {
	r := newRing(t, 4)
	fds, ends := pairs(t, 3)
	if _, err := ends[1].Write([]byte("xy")); err != nil {
		t.Fatal(err)
	}
	ends[2].Close()
	waitReadable(t, fds[1], fds[2])
	results := make([]int32, 4)
	for range 2 { // a look takes nothing away
		for _, fd := range fds {
			r.Peek(fd)
		}
		if err := r.Do(results); err != nil {
			t.Fatal(err)
		}
		if results[0] != -int32(syscall.EAGAIN) || results[1] != 1 || results[2] != 0 {
			t.Fatalf("results %d: want -EAGAIN, 1, 0", results[:3])
		}
	}
}

// waitReadable waits until something has arrived on each.
func waitReadable(t *testing.T, fds ...int) {
	t.Helper()
	for _, fd := range fds {
		var b [1]byte
		for {
			_, _, err := syscall.Recvfrom(fd, b[:], syscall.MSG_PEEK)
			if err == nil {
				break
			}
			if err != syscall.EAGAIN {
				t.Fatal(err)
			}
		}
	}
}

func TestRingNothingToDo(t *testing.T) {
	if err := newRing(t, 4).Do(nil); err != nil {
		t.Fatal(err)
	}
}

// What one operation comes to is no other's business.
func TestRingFailuresStandAlone(t *testing.T) {
	r := newRing(t, 4)
	fds, ends := pairs(t, 2)
	full := make([]byte, 8<<20)
	r.Send(fds[0], full)
	r.Send(fds[0], full)
	r.Send(-1, []byte("nobody"))
	r.Send(fds[1], []byte("hello"))
	results := make([]int32, 4)
	if err := r.Do(results); err != nil {
		t.Fatal(err)
	}
	if results[0] <= 0 || int(results[0]) >= len(full) {
		t.Errorf("a socket took %d bytes of %d", results[0], len(full))
	}
	if results[1] != -int32(syscall.EAGAIN) || results[2] != -int32(syscall.EBADF) || results[3] != 5 {
		t.Errorf("results %d: want -EAGAIN, -EBADF, 5", results[1:])
	}
	got := make([]byte, 5)
	if _, err := io.ReadFull(ends[1], got); err != nil || string(got) != "hello" {
		t.Errorf("%q, %v", got, err)
	}
}

// However the kernel takes the operations, each is done once, in order; where it
// takes no more, the others are Undone and Do says so.
func TestRingHesitantKernel(t *testing.T) {
	type answer struct {
		take  uint32 // at most so many are offered to the kernel
		errno syscall.Errno
	}
	for name, c := range map[string]struct {
		answers []answer // the last one again and again
		done    int
		err     error
	}{
		"one at a time":     {answers: []answer{{take: 1}}, done: 3},
		"interrupted":       {answers: []answer{{errno: syscall.EINTR}, {take: 2}, {errno: syscall.EINTR}, {take: 9}}, done: 3},
		"out of memory":     {answers: []answer{{errno: syscall.EAGAIN}, {errno: syscall.EBUSY}, {take: 9}}, done: 3},
		"takes nothing":     {answers: []answer{{}}, err: syscall.EBUSY},
		"stops after one":   {answers: []answer{{take: 1}, {errno: syscall.EBUSY}}, done: 1, err: syscall.EBUSY},
		"breaks at once":    {answers: []answer{{errno: syscall.EBADF}}, err: syscall.EBADF},
		"breaks in between": {answers: []answer{{take: 2}, {errno: syscall.ENXIO}}, done: 2, err: syscall.ENXIO},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRing(t, 4)
			fds, ends := pairs(t, 1)
			calls := 0
			r.enter = func(n uint32) (uint32, syscall.Errno) {
				a := c.answers[min(calls, len(c.answers)-1)]
				calls++
				if a.errno != 0 || a.take == 0 {
					return 0, a.errno
				}
				return r.enterKernel(min(n, a.take))
			}
			for _, s := range []string{"a", "bc", "def"} {
				r.Send(fds[0], []byte(s))
			}
			results := make([]int32, 4)
			if err := r.Do(results); !errors.Is(err, c.err) {
				t.Errorf("error %v, want %v", err, c.err)
			}
			for i, got := range results[:3] {
				if want := int32(i + 1); i < c.done && got != want || i >= c.done && got != Undone {
					t.Errorf("operation %d: result %d of %d that are done", i, got, c.done)
				}
			}
			if err := syscall.Shutdown(fds[0], syscall.SHUT_WR); err != nil {
				t.Fatal(err)
			}
			want := "abcdef"[:c.done*(c.done+1)/2]
			if got, err := io.ReadAll(ends[0]); err != nil || string(got) != want {
				t.Errorf("%q arrived, %v; want %q", got, err, want)
			}
		})
	}
}

func BenchmarkSend(b *testing.B) {
	const conns = 32
	message, results := make([]byte, 300), make([]int32, conns)
	fds, ends := pairs(b, conns)
	for _, end := range ends {
		go func() { _, _ = io.Copy(io.Discard, end) }()
	}
	b.Run("one by one", func(b *testing.B) {
		for i := range b.N {
			if err := syscall.Sendto(fds[i%conns], message, 0, nil); err != nil && err != syscall.EAGAIN {
				b.Fatal(err)
			}
		}
	})
	b.Run("together", func(b *testing.B) {
		r := newRing(b, conns)
		for i := 0; i < b.N; i += conns {
			for _, fd := range fds {
				r.Send(fd, message)
			}
			if err := r.Do(results); err != nil {
				b.Fatal(err)
			}
		}
	})
}
