package server

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"time"

	"github.com/poterne/poterne/gateway/egress"
	"github.com/poterne/poterne/wire/httpmsg"
)

// Patience of a poster.
const (
	postTimeout  = 10 * time.Second       // of one attempt
	firstBackOff = 100 * time.Millisecond // doubled with each attempt
	lastBackOff  = 10 * time.Second
	postAtEnd    = 5 * time.Second // for all that is left once the server stops
	postBytes    = 1 << 20         // of lines in one body
)

// A poster sends bodies to an address by POST. What is not taken is sent again,
// until the server stops.
type poster struct {
	client  *egress.Client
	request httpmsg.Request // a pattern: without a body
	call    egress.Call
	what    string // for messages
	log     *slog.Logger

	failing  bool      // it was told
	deadline time.Time // of everything, once the server stops
}

var errSink = errors.New("write http://HOST[:PORT]/PATH or https://…, without a user name")

// newPoster makes a poster to address with further headers.
func newPoster(what, address string, client *egress.Client, log *slog.Logger) (*poster, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return nil, errSink
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	p := &poster{client: client, what: what, log: log,
		call: egress.Call{Addr: net.JoinHostPort(u.Hostname(), port), TLS: u.Scheme == "https", Timeout: postTimeout, MaxBody: 1 << 20}}
	p.request = httpmsg.Request{Method: "POST", Path: u.EscapedPath(), RawQuery: u.RawQuery, Host: u.Host, Proto: "HTTP/1.1"}
	if p.request.Path == "" {
		p.request.Path = "/"
	}
	p.request.Header.Add("User-Agent", "poterne")
	return p, nil
}

// postLines posts batches of lines, as bodies that wrap makes of whole lines, not
// too many at once. It is an outbox's write.
func (p *poster) postLines(wrap func(lines []byte) []byte) func([]byte, int, <-chan struct{}) (int, error) {
	return func(batch []byte, _ int, stop <-chan struct{}) (lost int, failed error) {
		for len(batch) > 0 {
			lines := batch[:wholeLines(batch)]
			if err := p.post(wrap(lines), stop); err != nil {
				lost, failed = lost+bytes.Count(lines, newline), err
			}
			batch = batch[len(lines):]
		}
		return lost, failed
	}
}

var newline = []byte("\n")

// wholeLines is the length of the lines that fit into one body; a longer one
// goes alone.
func wholeLines(batch []byte) int {
	if len(batch) <= postBytes {
		return len(batch)
	}
	if i := bytes.LastIndexByte(batch[:postBytes], '\n'); i >= 0 {
		return i + 1
	}
	return bytes.IndexByte(batch, '\n') + 1 // every line ends in one
}

// post sends body until it is taken. The error says that it is refused, or that
// stop was closed and nobody took it in the time that is left then.
func (p *poster) post(body []byte, stop <-chan struct{}) error {
	for wait := firstBackOff; ; wait = min(2*wait, lastBackOff) {
		p.watch(stop)
		again, err := p.attempt(body)
		if err == nil {
			p.failing = false
			return nil
		}
		if !again || p.ends() && time.Now().Add(firstBackOff).After(p.deadline) {
			return err
		}
		p.tell(err)
		if p.ends() {
			time.Sleep(firstBackOff)
			continue
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-stop:
			timer.Stop()
		}
	}
}

// watch sets the deadline once stop is closed.
func (p *poster) watch(stop <-chan struct{}) {
	select {
	case <-stop:
		if !p.ends() {
			p.deadline = time.Now().Add(postAtEnd)
		}
	default:
	}
}

func (p *poster) ends() bool { return !p.deadline.IsZero() }

// tell says once that an address does not take what it is sent.
func (p *poster) tell(err error) {
	if !p.failing {
		p.failing = true
		p.log.Warn(p.what+" are not taken; they are kept as far as there is room, and sent again", "to", p.request.Host, "error", err)
	}
}

// attempt sends body once; again says that it may be taken another time.
func (p *poster) attempt(body []byte) (again bool, err error) {
	var req httpmsg.Request
	req.Method, req.Path, req.RawQuery, req.Host, req.Proto = p.request.Method, p.request.Path, p.request.RawQuery, p.request.Host, p.request.Proto
	for name, value := range p.request.Header.All() {
		req.Header.Add(name, value)
	}
	req.SetBody(body)
	call := p.call
	if p.ends() {
		call.Timeout = max(min(call.Timeout, time.Until(p.deadline)), firstBackOff)
	}
	var resp httpmsg.Response
	defer resp.Reset()
	if err := p.client.Do(&req, &resp, call); err != nil {
		return !errors.Is(err, egress.ErrRequest), err
	}
	s := resp.Status
	if s < 300 {
		return false, nil
	}
	return s >= 500 || s == 408 || s == 429, fmt.Errorf("%s answered %d", p.request.Host, s)
}
