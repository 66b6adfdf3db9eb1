package lambda

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// What a browser may send gets no event, so that a page cannot read one.
func TestTheRuntimeAPIIsForRuntimes(t *testing.T) {
	const addr = "127.0.0.1:4321"
	handler := forRuntimes(addr, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) }))
	for what, c := range map[string]struct {
		host, header string
		status       int
	}{
		"a runtime":            {addr, "", http.StatusAccepted},
		"a name made to fit":   {"evil.example:4321", "", http.StatusForbidden},
		"another name of ours": {"localhost:4321", "", http.StatusForbidden},
		"a page's post":        {addr, "Origin", http.StatusForbidden},
		"a page's image":       {addr, "Sec-Fetch-Site", http.StatusForbidden},
	} {
		r := httptest.NewRequest(http.MethodGet, "/2018-06-01/runtime/invocation/next", nil)
		r.Host = c.host
		if c.header != "" {
			r.Header.Set(c.header, "https://evil.example")
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != c.status {
			t.Errorf("%s: %d, want %d", what, w.Code, c.status)
		}
	}
}

// An event that is handed over to a process as it ends fails at once: nobody
// waits for the time-out.
func TestAnEventIsNotLostToAProcessThatEnds(t *testing.T) {
	p := &process{ended: make(chan struct{}), next: make(chan *invocation, 1)}
	close(p.ended)
	for {
		inv := &invocation{id: "r", done: make(chan Result, 1)}
		p.next <- inv
		p.handNext(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
		if len(p.next) == 1 {
			<-p.next // it chose to see that the process is gone: again
			continue
		}
		select {
		case result := <-inv.done:
			if !result.Failed || !strings.Contains(string(result.Payload), "Runtime exited") {
				t.Errorf("%v %s", result.Failed, result.Payload)
			}
		default:
			t.Error("the event has no result")
		}
		return
	}
}
