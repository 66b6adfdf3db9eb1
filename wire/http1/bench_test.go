package http1

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/poterne/poterne/wire/httpmsg"
)

const benchHead = "Host: api.local\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36\r\nAccept: application/json, text/plain, */*\r\nAccept-Encoding: gzip, deflate, br\r\nAccept-Language: en-US,en;q=0.9\r\nAuthorization: Bearer abcdefghijklmnopqrstuvwxyz0123456789\r\nX-Request-Id: 3b1f9c1e-4a53-4b0e-9d7c-0123456789ab\r\n"

var benchBody = []byte(strings.Repeat("x", 100))

func benchServer() *Server {
	return handle(func(req *httpmsg.Request, resp *httpmsg.Response) {
		if _, err := req.Body(); err != nil {
			return
		}
		resp.Status = http.StatusOK
		resp.Header.Add("Content-Type", "application/json")
		resp.Header.Add("x-amzn-RequestId", "3b1f9c1e-4a53-4b0e-9d7c-0123456789ab")
		resp.Body = benchBody
	})
}

// BenchmarkServer is one exchange on a kept loopback connection, both sides of
// the sockets included.
func BenchmarkServer(b *testing.B) {
	for _, c := range []struct{ name, request string }{
		{"get", "GET /prod/pets/1?a=b HTTP/1.1\r\n" + benchHead + "\r\n"},
		{"post1k", "POST /prod/pets HTTP/1.1\r\n" + benchHead + "Content-Length: 1024\r\n\r\n" + strings.Repeat("a", 1024)},
		{"post10k", "POST /prod/pets HTTP/1.1\r\n" + benchHead + "Content-Length: 10240\r\n\r\n" + strings.Repeat("a", 10240)},
		{"chunked1k", "POST /prod/pets HTTP/1.1\r\n" + benchHead + "Transfer-Encoding: chunked\r\n\r\n400\r\n" + strings.Repeat("a", 1024) + "\r\n0\r\n\r\n"},
	} {
		b.Run(c.name, func(b *testing.B) {
			conn, err := net.Dial("tcp", overTCP(b, benchServer()))
			if err != nil {
				b.Fatal(err)
			}
			defer conn.Close()
			request, answer := []byte(c.request), make([]byte, 4096)
			b.ReportAllocs()
			for b.Loop() {
				conn.Write(request)
				n, err := conn.Read(answer)
				if err != nil || !bytes.HasSuffix(answer[:n], benchBody) {
					b.Fatal(n, err)
				}
			}
		})
	}
}

// BenchmarkServerCodec is what of it is ours: a request read, handled and
// answered without sockets.
func BenchmarkServerCodec(b *testing.B) {
	for _, c := range []struct{ name, request string }{
		{"get", "GET /prod/pets/1?a=b HTTP/1.1\r\n" + benchHead + "\r\n"},
		{"post1k", "POST /prod/pets HTTP/1.1\r\n" + benchHead + "Content-Length: 1024\r\n\r\n" + strings.Repeat("a", 1024)},
	} {
		b.Run(c.name, func(b *testing.B) {
			s := benchServer()
			s.once.Do(s.init)
			left := b.N
			conn := &repeated{request: []byte(c.request), more: func() bool { left--; return left >= 0 }}
			b.ReportAllocs()
			b.ResetTimer()
			s.newConn(conn, func() {}).serve()
		})
	}
}

// A repeated connection sends the same request as long as there is more.
type repeated struct {
	scripted
	request []byte
	more    func() bool
}

func (c *repeated) Read(p []byte) (int, error) {
	if !c.more() {
		return 0, io.EOF
	}
	return copy(p, c.request), nil
}

func (c *repeated) Write(p []byte) (int, error) { return len(p), nil }

// BenchmarkClient is one call on a kept loopback connection.
func BenchmarkClient(b *testing.B) {
	for _, size := range []int{100, 10 << 10, 1 << 20} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			answer := fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: Fri, 20 Nov 2026 15:00:00 GMT\r\nContent-Length: %d\r\n\r\n%s", size, strings.Repeat("x", size))
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				b.Fatal(err)
			}
			defer l.Close()
			go func() {
				c, err := l.Accept()
				if err != nil {
					return
				}
				defer c.Close()
				buf := make([]byte, 4096)
				for {
					if _, err := c.Read(buf); err != nil {
						return
					}
					c.Write(answer)
				}
			}()
			c := &Client{}
			defer c.Close()
			call := Call{Origin: Origin{Addr: l.Addr().String()}}
			req := goodRequest()
			req.Header.Add("User-Agent", "AmazonAPIGateway_abcdef")
			req.Header.Add("X-Amzn-Trace-Id", "Root=1-12345678-abcdef012345678912345678")
			var resp httpmsg.Response
			b.ReportAllocs()
			for b.Loop() {
				if err := c.Do(req, &resp, call); err != nil || len(resp.Body) != size {
					b.Fatal(len(resp.Body), err)
				}
				resp.Reset()
			}
		})
	}
}

// TestNoAllocations: an exchange in steady state costs none, on either side
// but for the call of an in-memory connection.
func TestNoAllocations(t *testing.T) {
	if raceDetector {
		t.Skip("under the race detector pools forget at random")
	}
	for _, name := range []string{"GET / HTTP/1.1\r\n" + benchHead + "\r\n", "POST / HTTP/1.1\r\n" + benchHead + "Content-Length: 5\r\n\r\nhello"} {
		s := benchServer()
		s.once.Do(s.init)
		count := 0
		conn := &repeated{request: []byte(name), more: func() bool { count++; return count <= 1000 }}
		c := s.newConn(conn, func() {})
		for range 10 {
			c.next()
		}
		if n := testing.AllocsPerRun(100, func() { c.next() }); n > 0 {
			t.Errorf("%v allocations a request", n)
		}
	}
}
