package gateway

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/egress"
	"github.com/poterne/poterne/template/jsonv"
)

// Limits of responses that are streamed (data plane §23).
const (
	streamIdle     = 5 * time.Minute  // between two bytes
	streamIdleEdge = 30 * time.Second // the same of an edge-optimized API
	streamFree     = 10 << 20         // bytes that go at any speed
	streamRate     = 2 << 20          // bytes a second from then on
	maxMetadata    = 16 << 10         // bytes in which a function has to say its metadata

	// A test invocation buffers so much, for so long.
	testStreamBytes = 1 << 20
	testStreamTime  = 35 * time.Second
)

// streamIdleOf is how long an Integration's answer may pause, 0 if it is not
// streamed.
func (c *compiler) streamIdleOf(def *apigw.Integration) time.Duration {
	endpoint := c.def.RestApi.EndpointConfiguration
	switch {
	case deref(def.ResponseTransferMode) != apigw.ResponseTransferModeStream:
		return 0
	case endpoint != nil && slices.Contains(endpoint.Types, apigw.EndpointTypeEdge):
		return streamIdleEdge
	}
	return streamIdle
}

// A pacedStream is the body of a response as it is sent: what is over the first
// 10 MB goes at 2 MB a second.
type pacedStream struct {
	io.ReadCloser
	inv   *Invocation
	sent  int64
	began time.Time // when the pace began to count
	now   func() time.Time
	wait  func(time.Duration)
}

func (inv *Invocation) pace(body io.ReadCloser) io.ReadCloser {
	return &pacedStream{ReadCloser: body, inv: inv, now: inv.g.deps.Now, wait: time.Sleep}
}

// Read reads what there is, later if the client is owed nothing yet.
func (s *pacedStream) Read(p []byte) (int, error) {
	if over := s.sent - streamFree; over > 0 {
		due := s.began.Add(time.Duration(over) * time.Second / streamRate)
		if early := due.Sub(s.now()); early > 0 {
			s.wait(early)
		}
	}
	n, err := s.ReadCloser.Read(p)
	if s.sent == 0 && n > 0 {
		s.inv.context.Integration.TimeToFirstContent = s.now().Sub(s.inv.sentAt).Milliseconds()
	}
	if s.sent += int64(n); s.began.IsZero() && s.sent > streamFree {
		s.began = s.now()
	}
	return n, err
}

// noteStream keeps what access logs say of a stream whose headers are there.
func (inv *Invocation) noteStream() {
	f := &inv.context.Integration
	f.ResponseTransferMode = "STREAMED"
	f.TimeToAllHeaders = f.Latency
}

// delimiter ends a function's metadata.
var delimiter = make([]byte, 8)

// unwrapStream makes the client's response of what a function streams: JSON
// with status and headers, eight NUL bytes, and the body.
func (inv *Invocation) unwrapStream(from io.ReadCloser) error {
	metadata, begun, err := readMetadata(from)
	if err == nil {
		p := proxyResult{inv: inv, status: 200, members: streamMembers}
		if err = p.read(metadata); err == nil {
			inv.resp.Status, inv.context.Integration.Status = p.status, p.status
			err = p.writeHeaders()
		}
	}
	if err != nil {
		_ = from.Close() // the rest is not wanted
		return streamFailure(err)
	}
	inv.resp.Stream = inv.pace(&joined{io.MultiReader(bytes.NewReader(begun), from), from})
	return nil
}

// streamFailure: a function that failed is 502 as ever, a malformed beginning
// 500 (data plane §23).
func streamFailure(err error) error {
	switch {
	case errors.Is(err, egress.ErrFunction):
		return &failure{kind: malformedProxy, note: noteConfiguration, details: [2]string{err.Error()}}
	case errors.Is(err, egress.ErrTimeout):
		return integrationFailed(err)
	}
	f := configuration("Malformed Lambda proxy response")
	f.cause = err
	return f
}

var errNoMetadata = fmt.Errorf("no metadata that ends in eight NUL bytes within %d bytes", maxMetadata)

// readMetadata reads up to the delimiter, and what has arrived behind it.
func readMetadata(from io.Reader) (metadata, rest []byte, err error) {
	buffer := make([]byte, 0, maxMetadata+len(delimiter))
	for len(buffer) < cap(buffer) {
		n, err := from.Read(buffer[len(buffer):cap(buffer)])
		buffer = buffer[:len(buffer)+n]
		if before, after, found := bytes.Cut(buffer, delimiter); found {
			return before, after, nil
		}
		if err != nil && err != io.EOF {
			return nil, nil, err
		}
		if err == io.EOF {
			break
		}
	}
	return nil, nil, errNoMetadata
}

// joined is a stream of which a part was read before.
type joined struct {
	io.Reader
	io.Closer
}

// streamMembers are the members that metadata may have.
var streamMembers = map[string]func(*proxyResult, jsonv.Value) bool{
	"statusCode":        proxyMembers["statusCode"],
	"headers":           proxyMembers["headers"],
	"multiValueHeaders": proxyMembers["multiValueHeaders"],
	"cookies":           (*proxyResult).readCookies,
}

// readCookies takes the cookies of the metadata: each is a Set-Cookie.
func (p *proxyResult) readCookies(v jsonv.Value) bool {
	list := v.Array()
	if list == nil {
		return v.IsNull()
	}
	p.cookies = list.Items()
	return true
}

// readTested reads the stream of a test invocation (data plane §22.1, §23).
func readTested(from io.ReadCloser) string {
	body, err := io.ReadAll(io.LimitReader(from, testStreamBytes))
	_ = from.Close() // what is longer is cut
	if err != nil {
		return string(body) // what arrived until it broke
	}
	return string(body)
}
