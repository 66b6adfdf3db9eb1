package http1

import (
	"net/http"
	"strings"
	"time"
)

// How a misbehaving back end goes on after it has said its piece.
type ending int

const (
	closes ending = iota // FIN
	resets               // RST
	stays                // silent, connection open
	drips                // unit, every 300 ms
	floods               // unit, without end
	keeps                // goes on serving
)

// A way in which a back end misbehaves, and what the client must make of it.
type way struct {
	name   string
	says   string
	then   ending
	unit   string
	method string // "": GET
	body   int    // bytes of the request's body

	status int // of a good answer
	gets   string
	err    error // of a bad one
}

const (
	ok200   = "HTTP/1.1 200 OK\r\n"
	good    = ok200 + "Content-Length: 3\r\n\r\nok\n"
	chunked = ok200 + "Transfer-Encoding: chunked\r\n\r\n"
	evil    = ok200 + "X-Evil: 1\r\nContent-Length: 7\r\n\r\npoison\n"
)

// timeout is the deadline of each call.
const timeout = 3 * time.Second

var ways = []way{
	{name: "good", says: good, then: keeps, status: 200, gets: "ok\n"},
	{name: "close at once", err: ErrNetwork},
	{name: "reset at once", then: resets, err: ErrNetwork},
	{name: "hang", then: stays, err: ErrTimeout},
	{name: "hang in status line", says: "HTTP/1.1 20", then: stays, err: ErrTimeout},
	{name: "hang in header", says: ok200 + "X-A: b\r\n", then: stays, err: ErrTimeout},
	{name: "hang in body", says: ok200 + "Content-Length: 100\r\n\r\n0123456789", then: stays, err: ErrTimeout},
	{name: "drip header", says: ok200 + "X-A: ", then: drips, unit: "a", err: ErrTimeout},
	{name: "drip body", says: ok200 + "Content-Length: 1000\r\n\r\n", then: drips, unit: "a", err: ErrTimeout},
	{name: "drip chunks", says: chunked, then: drips, unit: "1\r\na\r\n", err: ErrTimeout},
	{name: "reset in status line", says: "HTTP/1.1 20", then: resets, err: ErrNetwork},
	{name: "reset in header", says: ok200 + "X-A: b\r\n", then: resets, err: ErrNetwork},
	{name: "reset in body", says: ok200 + "Content-Length: 100\r\n\r\n0123456789", then: resets, err: ErrNetwork},
	{name: "reset in chunk", says: chunked + "5\r\nhel", then: resets, err: ErrNetwork},
	{name: "close in body", says: ok200 + "Content-Length: 100\r\n\r\n0123456789", err: ErrNetwork},
	{name: "close before last chunk", says: chunked + "5\r\nhello\r\n", err: ErrNetwork},
	{name: "close before trailers end", says: chunked + "5\r\nhello\r\n0\r\n", err: ErrNetwork},
	{name: "body until close", says: "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok\n", status: 200, gets: "ok\n"},
	{name: "HTTP/1.0", says: "HTTP/1.0 200 OK\r\n\r\nok\n", status: 200, gets: "ok\n"},
	{name: "chunk size xyz", says: chunked + "xyz\r\nhello\r\n0\r\n\r\n", err: ErrBadResponse},
	{name: "chunk size -5", says: chunked + "-5\r\nhello\r\n0\r\n\r\n", err: ErrBadResponse},
	{name: "chunk size 2^64-1", says: chunked + "ffffffffffffffff\r\nhello", err: ErrBadResponse},
	{name: "chunk size 2^62", says: chunked + "4000000000000000\r\nhello", err: ErrTooLarge},
	{name: "chunk without CRLF", says: chunked + "5\r\nhelloXX0\r\n\r\n", err: ErrBadResponse},
	{name: "chunk size with bare LF", says: chunked + "5\nhello\r\n0\r\n\r\n", err: ErrBadResponse},
	{name: "chunk extension", says: chunked + "3;a=b\r\nok\n\r\n0\r\n\r\n", then: keeps, status: 200, gets: "ok\n"},
	{name: "chunk extension flood", says: chunked, then: floods, unit: "1;" + strings.Repeat("a", 65536) + "\r\nx\r\n", err: ErrBadResponse},
	{name: "trailers", says: chunked + "3\r\nok\n\r\n0\r\nX-T: 1\r\n\r\n", then: keeps, status: 200, gets: "ok\n"},
	{name: "trailer flood", says: chunked + "5\r\nhello\r\n0\r\n", then: floods, unit: "X-T: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", err: ErrBadResponse},
	{name: "endless chunks", says: chunked, then: floods, unit: "400\r\n" + strings.Repeat("a", 1024) + "\r\n", err: ErrTooLarge},
	{name: "endless body", says: ok200 + "\r\n", then: floods, unit: strings.Repeat("a", 1024), err: ErrTooLarge},
	{name: "256 MiB", says: ok200 + "Content-Length: 268435456\r\n\r\n", then: floods, unit: strings.Repeat("a", 1024), err: ErrTooLarge},
	{name: "10 MiB", says: ok200 + "Content-Length: 10485760\r\n\r\n" + strings.Repeat("a", 10485760), then: keeps, status: 200, gets: strings.Repeat("a", 10485760)},
	{name: "4 MiB header", says: ok200 + "X-A: " + strings.Repeat("a", 4<<20) + "\r\nContent-Length: 3\r\n\r\nok\n", err: ErrTooLarge},
	{name: "endless headers", says: ok200, then: floods, unit: "X-A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", err: ErrTooLarge},
	{name: "5,000 headers", says: ok200 + strings.Repeat("X-A: b\r\n", 5000) + "Content-Length: 3\r\n\r\nok\n", err: ErrTooLarge},
	{name: "SSH", says: "SSH-2.0-OpenSSH_9.2\r\n\r\n", err: ErrBadResponse},
	{name: "HTTP/0.9", says: "<html>hello</html>\n", then: stays, err: ErrBadResponse},
	{name: "HTTP/2.0", says: "HTTP/2.0 200 OK\r\nContent-Length: 3\r\n\r\nok\n", err: ErrBadResponse},
	{name: "HTTP/1.2", says: "HTTP/1.2 200 OK\r\nContent-Length: 3\r\n\r\nok\n", err: ErrBadResponse},
	{name: "status 000", says: "HTTP/1.1 000 X\r\nContent-Length: 3\r\n\r\nok\n", err: ErrBadResponse},
	{name: "status 099", says: "HTTP/1.1 099 X\r\nContent-Length: 3\r\n\r\nok\n", err: ErrBadResponse},
	{name: "status 1000", says: "HTTP/1.1 1000 X\r\nContent-Length: 3\r\n\r\nok\n", err: ErrBadResponse},
	{name: "status -20", says: "HTTP/1.1 -20 X\r\nContent-Length: 3\r\n\r\nok\n", err: ErrBadResponse},
	{name: "status 2OO", says: "HTTP/1.1 2OO X\r\nContent-Length: 3\r\n\r\nok\n", err: ErrBadResponse},
	{name: "status 999", says: "HTTP/1.1 999 X\r\nContent-Length: 3\r\n\r\nok\n", then: keeps, status: 999, gets: "ok\n"},
	{name: "no reason", says: "HTTP/1.1 200\r\nContent-Length: 3\r\n\r\nok\n", then: keeps, status: 200, gets: "ok\n"},
	{name: "NUL in reason", says: "HTTP/1.1 200 O\x00K\r\nContent-Length: 3\r\n\r\nok\n", err: ErrBadResponse},
	{name: "five 103", says: strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 5) + good, then: keeps, status: 200, gets: "ok\n"},
	{name: "six 103", says: strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 6) + good, err: ErrBadResponse},
	{name: "100 flood", then: floods, unit: "HTTP/1.1 100 Continue\r\n\r\n", err: ErrBadResponse},
	{name: "103 flood", then: floods, unit: "HTTP/1.1 103 Early Hints\r\nLink: <" + strings.Repeat("a", 900) + ">\r\n\r\n", err: ErrBadResponse},
	{name: "101 unasked", says: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", then: stays, err: ErrBadResponse},
	{name: "two lengths", says: ok200 + "Content-Length: 3\r\nContent-Length: 10\r\n\r\nok\n", err: ErrBadResponse},
	{name: "the same length twice", says: ok200 + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nok\n", err: ErrBadResponse},
	{name: "length and chunked", says: ok200 + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nok\n\r\n0\r\n\r\n", err: ErrBadResponse},
	{name: "length -1", says: ok200 + "Content-Length: -1\r\n\r\nok\n", err: ErrBadResponse},
	{name: "length 2^63-1", says: ok200 + "Content-Length: 9223372036854775807\r\n\r\nok\n", then: stays, err: ErrTooLarge},
	{name: "coding cow", says: ok200 + "Transfer-Encoding: cow\r\n\r\nok\n", err: ErrBadResponse},
	{name: "chunked in 1.0", says: "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", err: ErrBadResponse},
	{name: "NUL in header", says: ok200 + "X-A: a\x00b\r\nContent-Length: 3\r\n\r\nok\n", err: ErrBadResponse},
	{name: "CR in header", says: ok200 + "X-A: a\rX-Inj: b\r\nContent-Length: 3\r\n\r\nok\n", err: ErrBadResponse},
	{name: "LF in header", says: ok200 + "X-A: a\nX-Inj: b\r\nContent-Length: 3\r\n\r\nok\n", err: ErrBadResponse},
	{name: "space in header name", says: ok200 + "X A: b\r\nContent-Length: 3\r\n\r\nok\n", err: ErrBadResponse},
	{name: "space before colon", says: ok200 + "X-A : b\r\nContent-Length: 3\r\n\r\nok\n", err: ErrBadResponse},
	{name: "folded header", says: ok200 + "X-A: a\r\n b\r\nContent-Length: 3\r\n\r\nok\n", err: ErrBadResponse},
	{name: "header without colon", says: ok200 + "garbage\r\nContent-Length: 3\r\n\r\nok\n", err: ErrBadResponse},
	{name: "extra answer", says: good + evil, then: stays, status: 200, gets: "ok\n"},
	{name: "extra CRLF", says: good + "\r\n", then: stays, status: 200, gets: "ok\n"},
	{name: "204 with a body", says: "HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\npoison\n", then: stays, status: 204},
	{name: "304 with a body", says: "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\npoison\n", then: stays, status: 304},
	{name: "HEAD with a body", method: http.MethodHead, says: evil, then: stays, status: 200},
	{name: "HEAD", method: http.MethodHead, says: ok200 + "Content-Length: 7\r\n\r\n", then: keeps, status: 200},
	{name: "gzip", says: ok200 + "Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nok\n", then: keeps, status: 200, gets: "ok\n"},
	{name: "redirect", says: "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/\r\nContent-Length: 0\r\n\r\n", then: keeps, status: 302},
	{name: "early answer", method: http.MethodPost, body: 4 << 20, says: "HTTP/1.1 413 Payload Too Large\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbig\n", then: closes, status: 413, gets: "big\n"},
	{name: "never reads", method: http.MethodPost, body: 64 << 20, then: stays, err: ErrTimeout},
}
