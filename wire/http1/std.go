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
// own HTTP/1.1 with ours. Of limits only BodyBytes applies: the rest is the
// http.Server's. budget may be nil.
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
	req.SetBodyReader(func() ([]byte, error) { return d.readBody(&body, r) })
	d.handler.Handle(&req, &resp)
	d.answer(w, r, &resp)
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

func (d *stdDoor) readBody(body *store, r *http.Request) ([]byte, error) {
	if r.ContentLength > d.limits.BodyBytes {
		return nil, httpmsg.ErrBodyTooLarge
	}
	in := input{src: r.Body, slabs: d.slabs}
	defer in.free()
	if err := body.readAll(&in, d.limits.BodyBytes); err != nil {
		body.free()
		return nil, bodyError(err)
	}
	return body.bytes(), nil
}

func (d *stdDoor) answer(w http.ResponseWriter, r *http.Request, resp *httpmsg.Response) {
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
	w.WriteHeader(resp.Status)
	if r.Method == http.MethodHead {
		err = nil
		return
	}
	if resp.Stream == nil {
		var n int
		n, err = w.Write(resp.Body)
		sent = int64(n)
		if errors.Is(err, http.ErrBodyNotAllowed) {
			err = nil
		}
		return
	}
	if sent, err = copyFlushing(w, resp.Stream); err != nil {
		closeStream(resp)
		panic(http.ErrAbortHandler) // the client must see that it is cut
	}
}

func copyFlushing(w http.ResponseWriter, from io.Reader) (sent int64, err error) {
	flush := http.NewResponseController(w)
	_ = flush.Flush() // not every writer can
	b := make([]byte, streamBuffer)
	for {
		n, err := from.Read(b)
		if n > 0 {
			k, werr := w.Write(b[:n])
			if sent += int64(k); werr != nil {
				return sent, werr
			}
			_ = flush.Flush()
		}
		if err == io.EOF {
			return sent, nil
		}
		if err != nil {
			return sent, err
		}
	}
}
