package lambda

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// Headers of the Runtime API about results that are streamed.
const (
	responseMode = "Lambda-Runtime-Function-Response-Mode"
	errorType    = "Lambda-Runtime-Function-Error-Type" // a trailer: it failed on the way
)

// ErrBroken ends the stream of a function that failed on the way.
var ErrBroken = errors.New("the function failed while it streamed its result")

// stream hands the result over as it arrives, and answers the process when
// its reader is through.
func (p *process) stream(w http.ResponseWriter, r *http.Request, inv *invocation) {
	s := &resultStream{request: r, closed: make(chan struct{})}
	s.overtime = time.AfterFunc(p.function.config.Timeout, p.stop)
	inv.done <- Result{RequestId: inv.id, Stream: s}
	select {
	case <-s.closed:
		w.WriteHeader(http.StatusAccepted)
	case <-p.ended:
	}
}

// A resultStream reads the body in which a process posts its result.
type resultStream struct {
	request  *http.Request
	overtime *time.Timer // stops the process at the function's time-out
	settle   func(reusable bool)

	once   sync.Once
	whole  bool // it was read to its end
	closed chan struct{}
}

// Read returns what has arrived. The error is ErrBroken when the function
// failed or ended.
func (s *resultStream) Read(b []byte) (int, error) {
	n, err := s.request.Body.Read(b)
	switch {
	case err == io.EOF && s.request.Trailer.Get(errorType) != "":
		return n, fmt.Errorf("%w: %s", ErrBroken, s.request.Trailer.Get(errorType))
	case err == io.EOF:
		s.whole = true
		return n, err
	case err != nil:
		return n, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	return n, nil
}

// Close frees the process, or stops it if its result was not read to the end.
func (s *resultStream) Close() error {
	s.once.Do(func() {
		s.overtime.Stop()
		close(s.closed)
		s.settle(s.whole)
	})
	return nil
}
