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
}

// A TraceLine is a line of the execution log, secrets masked and cut as there.
type TraceLine struct {
	Time   time.Time `json:"time"`
	Text   string    `json:"text"`
	Failed bool      `json:"failed"`
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
// that who has the answer finds the trace. One that met no Method has no notes.
func (inv *Invocation) keepTrace() {
	t := inv.g.deps.Traces
	if t == nil || inv.listener == nil && (inv.method != nil || !t.wants(inv.start)) {
		return
	}
	c := &inv.context
	trace := Trace{
		RequestId: strings.Clone(c.RequestID), Time: inv.start, API: strings.Clone(c.APIID), Stage: strings.Clone(c.Stage),
		Method: strings.Clone(inv.req.Method), Path: strings.Clone(inv.req.Path), Resource: strings.Clone(c.ResourcePath),
		Status: c.Status, Latency: inv.g.deps.Now().Sub(inv.start).Milliseconds(), ErrorType: strings.Clone(c.Error.ResponseType),
		Log: []TraceLine{},
	}
	if inv.listener != nil {
		for i := range inv.listener.lines {
			n := &inv.listener.lines[i]
			trace.Log = append(trace.Log, TraceLine{n.at, cutEvent(n.text()), noteLines[n.kind].class == classError})
		}
	}
	t.keep(trace)
}
