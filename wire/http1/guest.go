package http1

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/poterne/poterne/wire/httpmsg"
)

// ToStd returns h as an httpmsg.Handler, for what is not data plane. The body
// is read whole before h is called, within the door's limit: an unreadable one
// is answered by the door. The answer is collected, or streamed from the first
// Flush on; h then runs in a goroutine of its own that ends with the stream.
func ToStd(h http.Handler) httpmsg.Handler { return &stdGuest{handler: h} }

type stdGuest struct{ handler http.Handler }

// Handle serves req with the http.Handler.
func (g *stdGuest) Handle(req *httpmsg.Request, resp *httpmsg.Response) {
	body, err := req.Body()
	if err != nil {
		return // no status: the door knows why
	}
	ctx, cancel := context.WithCancel(context.Background())
	r, err := toStd(ctx, req, body)
	if err != nil {
		cancel()
		resp.Status = http.StatusBadRequest
		return
	}
	w := &guestWriter{header: http.Header{}, ready: make(chan struct{}), ended: make(chan struct{}), cancel: cancel}
	go w.run(g.handler, r)
	w.await(resp)
}

// toStd copies all of req: the goroutine may outlive what it points to.
func toStd(ctx context.Context, req *httpmsg.Request, body []byte) (*http.Request, error) {
	target := req.Path
	if req.RawQuery != "" {
		target += "?" + req.RawQuery
	}
	r, err := http.NewRequestWithContext(ctx, strings.Clone(req.Method), "http://placeholder", bytes.NewReader(bytes.Clone(body)))
	if err != nil {
		return nil, err
	}
	r.RequestURI = strings.Clone(target)
	if r.URL, err = url.ParseRequestURI(r.RequestURI); err != nil {
		return nil, err
	}
	r.Host = strings.Clone(req.Host)
	r.Proto = strings.Clone(req.Proto)
	r.ProtoMajor, r.ProtoMinor, _ = http.ParseHTTPVersion(r.Proto)
	r.RemoteAddr, r.TLS = req.Remote.String(), req.TLS
	for name, value := range req.Header.All() {
		if !foldEqual(name, "host") {
			r.Header.Add(strings.Clone(name), strings.Clone(value))
		}
	}
	return r, nil
}

// A guestWriter collects an answer until it is flushed or ends.
type guestWriter struct {
	header http.Header
	sent   http.Header // as it was at WriteHeader
	status int
	body   bytes.Buffer
	pipe   *io.PipeWriter // after the first Flush
	reader *io.PipeReader
	ready  chan struct{} // closed at the first Flush or at the end
	ended  chan struct{} // closed when the handler is done
	cancel context.CancelFunc
	panic  any
}

func (w *guestWriter) run(h http.Handler, r *http.Request) {
	defer close(w.ended)
	defer w.end()
	h.ServeHTTP(w, r)
}

// end runs in the handler's goroutine after it returned or panicked.
func (w *guestWriter) end() {
	w.panic = recover()
	if w.pipe != nil {
		if w.panic != nil {
			_ = w.pipe.CloseWithError(http.ErrAbortHandler) // never fails
			return
		}
		_ = w.pipe.Close() // never fails
		return
	}
	w.WriteHeader(http.StatusOK)
	close(w.ready)
}

// Header returns the header to set before the first Write.
func (w *guestWriter) Header() http.Header { return w.header }

// WriteHeader fixes status and header, once. Interim statuses are dropped.
func (w *guestWriter) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status, w.sent = status, w.header.Clone()
	}
}

// Write appends to the body, or sends it when the answer is streamed.
func (w *guestWriter) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.pipe != nil {
		return w.pipe.Write(b)
	}
	return w.body.Write(b)
}

// Flush begins streaming.
func (w *guestWriter) Flush() {
	if w.pipe != nil {
		return
	}
	w.WriteHeader(http.StatusOK)
	w.reader, w.pipe = io.Pipe()
	close(w.ready)
}

func (w *guestWriter) await(resp *httpmsg.Response) {
	<-w.ready
	if w.reader == nil {
		<-w.ended
		w.cancel()
		if w.panic != nil {
			panic(w.panic) // in the door's goroutine, which knows what to do
		}
		resp.Body = w.body.Bytes()
	}
	resp.Status = w.status
	for _, name := range slices.Sorted(maps.Keys(w.sent)) {
		for _, v := range w.sent[name] {
			resp.Header.Add(name, v)
		}
	}
	if _, set := w.sent["Content-Type"]; !set && w.body.Len() > 0 {
		resp.Header.Add("Content-Type", http.DetectContentType(w.body.Bytes())) // as net/http does
	}
	if w.reader != nil {
		resp.Stream = &guestStream{Reader: io.MultiReader(&w.body, w.reader), w: w}
	}
}

// A guestStream is what a flushing handler writes.
type guestStream struct {
	io.Reader
	w *guestWriter
}

// Close tells the handler that nobody listens and waits for its end.
func (s *guestStream) Close() error {
	s.w.cancel()
	err := s.w.reader.Close()
	<-s.w.ended
	return err
}
