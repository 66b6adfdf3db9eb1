package http1

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/poterne/poterne/wire/httpmsg"
)

// A scripted connection gives what the fuzzer made up, step bytes at a time,
// and keeps what is written.
type scripted struct {
	in   *bytes.Reader
	step int
	out  bytes.Buffer
}

func (c *scripted) Read(p []byte) (int, error)       { return c.in.Read(p[:min(len(p), c.step)]) }
func (c *scripted) Write(p []byte) (int, error)      { return c.out.Write(p) }
func (c *scripted) Close() error                     { return nil }
func (c *scripted) LocalAddr() net.Addr              { return nil }
func (c *scripted) RemoteAddr() net.Addr             { return nil }
func (c *scripted) SetDeadline(time.Time) error      { return nil }
func (c *scripted) SetReadDeadline(time.Time) error  { return nil }
func (c *scripted) SetWriteDeadline(time.Time) error { return nil }

// A message is what a reader made of one request or response.
type message struct {
	line   string // method and target, or status
	host   string
	header []httpmsg.Field
	body   string
}

// FuzzRequests: whatever the server accepts, net/http accepts with the same
// meaning, and the answers that it writes are HTTP.
func FuzzRequests(f *testing.F) {
	for _, c := range readCases(f) {
		if s := expand(c.Send); len(s) < 4096 {
			f.Add([]byte(s), byte(255))
			f.Add([]byte(s), byte(1))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, step byte) {
		conn := &scripted{in: bytes.NewReader(data), step: int(step) + 1}
		ours := serveScripted(conn)
		theirs := readByStd(data, len(ours))
		if len(theirs) < len(ours) {
			t.Fatalf("accepted what net/http does not: %+v", ours[len(theirs)])
		}
		for i := range ours {
			sameMessage(t, ours[i], theirs[i])
		}
		said := &talk{}
		said.got = conn.out
		if _, err := said.answers("GET"); err != nil {
			t.Fatalf("answers are not HTTP: %v in %q", err, conn.out.String())
		}
	})
}

func serveScripted(nc net.Conn) (seen []message) {
	s := handle(func(req *httpmsg.Request, resp *httpmsg.Response) {
		body, err := req.Body()
		if err != nil {
			return
		}
		target := req.Path
		if req.RawQuery != "" {
			target += "?" + req.RawQuery
		}
		m := message{line: req.Method + " " + target, host: strings.Clone(req.Host), body: string(body)}
		for name, value := range req.Header.All() {
			m.header = append(m.header, httpmsg.Field{Name: strings.Clone(name), Value: strings.Clone(value)})
		}
		seen = append(seen, m)
		resp.Status = http.StatusOK
		if req.Method == http.MethodHead {
			resp.Status = http.StatusNoContent // the answers are parsed as those to GET
		}
	})
	s.once.Do(s.init)
	s.newConn(nc, func() {}).serve()
	return seen
}

func readByStd(data []byte, atMost int) (seen []message) {
	r := bufio.NewReader(bytes.NewReader(data))
	for range atMost {
		req, err := http.ReadRequest(r)
		if err != nil {
			return seen
		}
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return seen
		}
		m := message{line: req.Method + " " + req.RequestURI, host: req.Host, body: string(body)}
		m.header = stdFields(req.Header)
		seen = append(seen, m)
	}
	return seen
}

func stdFields(h http.Header) (fields []httpmsg.Field) {
	for name, values := range h {
		for _, v := range values {
			fields = append(fields, httpmsg.Field{Name: name, Value: v})
		}
	}
	return fields
}

func sameMessage(t *testing.T, ours, theirs message) {
	t.Helper()
	line := theirs.line
	if method, target, _ := strings.Cut(line, " "); !strings.HasPrefix(target, "/") { // absolute form
		_, rest, _ := strings.Cut(target, "://")
		i := strings.IndexAny(rest, "/?")
		switch {
		case i < 0:
			line = method + " /"
		case rest[i] == '?':
			line = method + " /" + rest[i:]
		default:
			line = method + " " + rest[i:]
		}
	}
	if i := strings.IndexByte(line, '?'); i == len(line)-1 {
		line = strings.TrimSuffix(line, "?") // an empty query is none to us; one may end with a question mark
	}
	if ours.line != line || !strings.EqualFold(ours.host, theirs.host) || ours.body != theirs.body {
		t.Fatalf("read differently:\nours   %q %q %q\ntheirs %q %q %q", ours.line, ours.host, ours.body, line, theirs.host, theirs.body)
	}
	sameFields(t, ours.header, theirs.header)
}

// sameFields compares the lines that net/http leaves in place, per name.
func sameFields(t *testing.T, ours, theirs []httpmsg.Field) {
	t.Helper()
	values := map[string][]string{}
	for _, f := range theirs {
		values[f.Name] = append(values[f.Name], f.Value)
	}
	for _, f := range ours {
		name := http.CanonicalHeaderKey(f.Name)
		switch name {
		case "Host", "Content-Length", "Transfer-Encoding", "Trailer", "Connection", "Cache-Control":
			continue // it takes these out, or adds them
		}
		if len(values[name]) == 0 || values[name][0] != f.Value {
			t.Fatalf("line %q: %q is read as %q", f.Name, f.Value, values[name])
		}
		values[name] = values[name][1:]
	}
}

// FuzzAnswers: whatever the client accepts, net/http accepts with the same
// meaning, and nothing that stands behind an answer reaches the next call:
// the scripted connection always has a byte or its end to deliver, so it must
// never be used again.
func FuzzAnswers(f *testing.F) {
	for _, w := range ways {
		if len(w.says) < 4096 {
			f.Add([]byte(w.says), byte(255), w.method == http.MethodHead)
			f.Add([]byte(w.says), byte(1), w.method == http.MethodHead)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, step byte, head bool) {
		method := http.MethodGet
		if head {
			method = http.MethodHead
		}
		conn := &scripted{in: bytes.NewReader(data), step: int(step) + 1}
		ours, err := askScripted(t, conn, method)
		if err != nil {
			return
		}
		theirs, err := readAnswerByStd(data, method)
		if err != nil {
			t.Fatalf("accepted what net/http does not (%v): %+v", err, ours)
		}
		if ours.line != theirs.line || ours.body != theirs.body {
			t.Fatalf("read differently:\nours   %q %q\ntheirs %q %q", ours.line, ours.body, theirs.line, theirs.body)
		}
		sameFields(t, ours.header, theirs.header)
	})
}

func askScripted(t *testing.T, conn net.Conn, method string) (m message, err error) {
	dials := 0
	c := &Client{Dial: func(context.Context, string, string) (net.Conn, error) {
		if dials++; dials > 1 {
			return nil, errors.New("no more")
		}
		return conn, nil
	}}
	defer c.Close()
	req := httpmsg.Request{Method: method, Path: "/", Host: "h"}
	call := Call{Origin: Origin{Addr: "h:80"}, MaxBody: 1 << 20}
	var resp httpmsg.Response
	defer resp.Reset()
	if err := c.Do(&req, &resp, call); err != nil {
		return m, err
	}
	m = message{line: http.StatusText(resp.Status), body: string(resp.Body)}
	for name, value := range resp.Header.All() {
		m.header = append(m.header, httpmsg.Field{Name: strings.Clone(name), Value: strings.Clone(value)})
	}
	if err := c.Do(&req, &resp, call); !errors.Is(err, ErrDial) {
		t.Fatalf("the connection was used again: %v", err)
	}
	return m, nil
}

func readAnswerByStd(data []byte, method string) (m message, err error) {
	r := bufio.NewReader(bytes.NewReader(data))
	for {
		resp, err := http.ReadResponse(r, &http.Request{Method: method})
		if err != nil {
			return m, err
		}
		if resp.StatusCode < 200 {
			continue
		}
		body, err := io.ReadAll(resp.Body)
		return message{line: http.StatusText(resp.StatusCode), header: stdFields(resp.Header), body: string(body)}, err
	}
}
