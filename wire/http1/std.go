package http1

import (
	"errors"
	"io"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/poterne/poterne/wire/httpmsg"
)

// FromStd returns h as an http.Handler, for HTTP/2 and for comparing net/http's
// own HTTP/1.1 with ours. Of limits BodyBytes, Body and Write apply: the rest is
// the http.Server's. budget may be nil.
//
// net/http does not tell the order of header lines of different names, nor
// their case; lines of one name keep their order.
func FromStd(h httpmsg.Handler, limits Limits, budget *Budget) http.Handler {
	return &stdDoor{handler: h, limits: limits.withDefaults(), budget: budget, slabs: &slabs{}}
}

type stdDoor struct {
	handler httpmsg.Handler
	limits  Limits
	budget  *Budget
	slabs   *slabs
}

func (d *stdDoor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var req httpmsg.Request
	var resp httpmsg.Response
	fillFromStd(&req, r)
	body := store{slabs: d.slabs, budget: d.budget}
	defer body.free()
	defer resp.Reset()
	pace := &pacing{ResponseController: http.NewResponseController(w), limits: &d.limits, lasts: r.ProtoMajor < 2}
	if pace.lasts && r.ContentLength != 0 {
		pace.read() // net/http may read what the handler leaves
	}
	req.SetBodyReader(func() ([]byte, error) { return d.readBody(&body, pace, r) })
	d.handler.Handle(&req, &resp)
	d.answer(w, pace, r, &resp)
}

// A pacing sets how long a client may take to send and to receive. Writers that
// have no deadlines are those of tests.
type pacing struct {
	*http.ResponseController
	limits *Limits
	lasts  bool // a deadline is the connection's, not this request's alone
}

// read allows a body its time from now on.
func (p *pacing) read() { _ = p.SetReadDeadline(time.Now().Add(p.limits.Body)) }

// wasRead ends what read began, once there is nothing more to be read.
func (p *pacing) wasRead() {
	if p.lasts {
		_ = p.SetReadDeadline(time.Time{})
	}
}

// write allows n bytes of an answer their time from now on.
func (p *pacing) write(n int) { _ = p.SetWriteDeadline(time.Now().Add(p.limits.writeTime(n))) }

// wasWritten ends what write began.
func (p *pacing) wasWritten() (err error) {
	if p.lasts {
		err = p.Flush()
		_ = p.SetWriteDeadline(time.Time{})
	}
	return err
}

func fillFromStd(req *httpmsg.Request, r *http.Request) {
	req.Method, req.Host, req.Proto = r.Method, r.Host, r.Proto
	req.Path, req.RawQuery, _ = strings.Cut(r.RequestURI, "?")
	if !strings.HasPrefix(req.Path, "/") {
		req.Path = r.URL.EscapedPath()
	}
	req.TLS, req.Received = r.TLS, time.Now()
	if remote, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		req.Remote = netip.AddrPortFrom(remote.Addr().Unmap(), remote.Port())
	}
	req.Header.Add("Host", r.Host)
	for name, values := range r.Header {
		if r.ProtoMajor > 1 {
			name = strings.ToLower(name) // as it was sent
		}
		for _, v := range values {
			req.Header.Add(name, v)
		}
	}
}

func (d *stdDoor) readBody(body *store, pace *pacing, r *http.Request) ([]byte, error) {
	if r.ContentLength == 0 {
		return nil, nil
	}
	if r.ContentLength > d.limits.BodyBytes {
		return nil, httpmsg.ErrBodyTooLarge
	}
	pace.read()
	in := input{src: r.Body, slabs: d.slabs}
	defer in.free()
	if err := body.readAll(&in, d.limits.BodyBytes); err != nil {
		body.free()
		return nil, bodyError(err)
	}
	pace.wasRead()
	return body.bytes(), nil
}

func (d *stdDoor) answer(w http.ResponseWriter, pace *pacing, r *http.Request, resp *httpmsg.Response) {
	sent, err := int64(0), ErrUnsendable
	defer func() {
		if resp.Done != nil {
			resp.Done(sent, err)
		}
	}()
	defer closeStream(resp)
	if _, ok := headSize(resp); !ok {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	to := w.Header()
	for name, value := range resp.Header.All() {
		if !doorsOwn(name) || resp.Stream != nil && foldEqual(name, "content-length") {
			// net/http sends the head after the response has been reset.
			key := http.CanonicalHeaderKey(strings.Clone(name))
			to[key] = append(to[key], strings.Clone(value))
		}
	}
	if to["Content-Type"] == nil {
		to["Content-Type"] = nil // no guessing
	}
	if resp.Stream == nil && resp.Status != http.StatusNoContent && resp.Status != http.StatusNotModified {
		to.Set("Content-Length", strconv.Itoa(len(resp.Body)))
	}
	pace.write(len(resp.Body))
	w.WriteHeader(resp.Status)
	if r.Method == http.MethodHead {
		err = pace.wasWritten()
		return
	}
	if resp.Stream == nil {
		sent, err = writeWhole(w, pace, resp.Body)
		return
	}
	if sent, err = copyFlushing(w, pace, resp.Stream); err != nil {
		closeStream(resp)
		panic(http.ErrAbortHandler) // the client must see that it is cut
	}
}

func writeWhole(w http.ResponseWriter, pace *pacing, body []byte) (sent int64, err error) {
	n, err := w.Write(body)
	if err != nil && !errors.Is(err, http.ErrBodyNotAllowed) {
		return int64(n), err
	}
	return int64(n), pace.wasWritten()
}

func copyFlushing(w http.ResponseWriter, pace *pacing, from io.Reader) (sent int64, err error) {
	_ = pace.Flush() // not every writer can
	b := make([]byte, streamBuffer)
	for {
		n, err := from.Read(b)
		if n > 0 {
			pace.write(0)
			k, werr := w.Write(b[:n])
			if sent += int64(k); werr != nil {
				return sent, werr
			}
			_ = pace.Flush()
		}
		if err == io.EOF {
			return sent, pace.wasWritten()
		}
		if err != nil {
			return sent, err
		}
	}
}
