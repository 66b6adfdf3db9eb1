package gateway

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Bounds of Traces.
const (
	keptTraces      = 100 // requests
	tracesPerSecond = 20  // under load the others are not traced, and cost nothing
)

// Traces keeps what the steps of recent requests noted, for whoever looks for
// what became of one. A nil Traces keeps nothing.
type Traces struct {
	taken atomic.Int64 // second<<8 | requests of that second

	mu   sync.Mutex
	ring []Trace // the oldest is at next once it is full
	next int
}

// A Trace is one request and what was answered.
type Trace struct {
	RequestId string      `json:"requestId"`
	Time      time.Time   `json:"time"`
	API       string      `json:"api"`
	Stage     string      `json:"stage"`
	Method    string      `json:"method"`
	Path      string      `json:"path"` // without the query
	Resource  string      `json:"resource"`
	Status    int         `json:"status"`
	Latency   int64       `json:"latency"`   // milliseconds until the answer was ready
	ErrorType string      `json:"errorType"` // of the gateway response, if it was one
	Log       []TraceLine `json:"log"`

	Failure *TraceFailure `json:"failure,omitempty"` // why the Method did not answer; nil: it did
}

// A TraceLine is a line of the execution log, secrets masked and cut as there,
// or one of ours between them.
type TraceLine struct {
	Time   time.Time `json:"time"`
	Step   string    `json:"step"`
	Text   string    `json:"text"`
	Failed bool      `json:"failed"`
	Ours   bool      `json:"ours"` // AWS's log has no such line
}

// A TraceFailure says why a request failed on its way.
type TraceFailure struct {
	Step   string `json:"step"`
	Place  string `json:"place,omitempty"` // what of the definition: a template's line, a pattern, a mapping
	Reason string `json:"reason"`
	Change string `json:"change,omitempty"` // what to do about it
}

// wants takes one of the places of now's second.
func (t *Traces) wants(now time.Time) bool {
	if t == nil {
		return false
	}
	second := now.Unix() << 8
	for {
		taken := t.taken.Load()
		next := taken + 1
		if taken&^0xff != second {
			next = second + 1
		} else if taken&0xff >= tracesPerSecond {
			return false
		}
		if t.taken.CompareAndSwap(taken, next) {
			return true
		}
	}
}

func (t *Traces) keep(trace Trace) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.ring) < keptTraces {
		t.ring = append(t.ring, trace)
		return
	}
	t.ring[t.next] = trace
	t.next = (t.next + 1) % keptTraces
}

// Recent lists what is kept, the newest first.
func (t *Traces) Recent() []Trace {
	t.mu.Lock()
	defer t.mu.Unlock()
	list := slices.Concat(t.ring[t.next:], t.ring[:t.next])
	slices.Reverse(list)
	return list
}

// Clear forgets all.
func (t *Traces) Clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ring, t.next = nil, 0
}

// keepTrace keeps what was noted of a request before its answer is sent, so
// that who has the answer finds the trace.
func (inv *Invocation) keepTrace() {
	t := inv.g.deps.Traces
	if t == nil {
		return
	}
	c := &inv.context
	t.keep(Trace{
		RequestId: strings.Clone(c.RequestID), Time: inv.start, API: strings.Clone(c.APIID), Stage: strings.Clone(c.Stage),
		Method: strings.Clone(inv.req.Method), Path: strings.Clone(inv.req.Path), Resource: strings.Clone(c.ResourcePath),
		Status: c.Status, Latency: inv.g.deps.Now().Sub(inv.start).Milliseconds(), ErrorType: strings.Clone(c.Error.ResponseType),
		Log: inv.listener.traceLines(), Failure: inv.listener.failure,
	})
}

// maxTestedLine is where a line of a test invocation is cut, whose log AWS does
// not cut.
const maxTestedLine = 16 << 10

func (l *notes) traceLines() []TraceLine {
	limit := maxLogEvent
	if l.limit == 0 {
		limit = maxTestedLine
	}
	lines := make([]TraceLine, len(l.lines))
	for i := range l.lines {
		n := &l.lines[i]
		class := noteLines[n.kind].class
		lines[i] = TraceLine{Time: n.at, Step: n.step, Text: strings.Clone(cutLine(n.text(), limit)), Failed: class == classError, Ours: class == classOurs}
	}
	return lines
}
