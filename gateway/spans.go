package gateway

import (
	"encoding/binary"
	"encoding/hex"
	"strings"
	"time"
)

// A Tracer takes the spans of requests, for OpenTelemetry. Both methods are
// called by many at once, and wait for nobody.
type Tracer interface {
	// Samples decides whether a request is traced.
	Samples(trace TraceID, caller CallerSampled) bool
	// Record takes the spans of a request once it was answered; it may keep
	// nothing that span points to.
	Record(span *Span)
}

// A TraceID is that of W3C Trace Context.
type TraceID [16]byte

// A SpanID is that of W3C Trace Context, its parent-id.
type SpanID [8]byte

// CallerSampled is what the caller decided about its trace.
type CallerSampled uint8

// The decisions.
const (
	CallerUnknown CallerSampled = iota // no trace came with the request
	CallerSamples
	CallerDrops
)

// A Span is a request from its arrival until its answer was sent, with a part
// for each step.
type Span struct {
	Trace  TraceID
	ID     SpanID
	Parent SpanID // zero: none
	Begin  time.Time
	End    time.Time

	Method    string // the client's verb
	Route     string // "/pets/{id}", "" where no Method was met
	Path      string // without the query
	Host      string
	Scheme    string
	API       string
	Stage     string
	RequestID string
	Client    string // its address
	UserAgent string
	Status    int
	ErrorType string // of the gateway response, if it was one
	Error     string // its message

	Integration       string // its type; "" where it was not called
	IntegrationStatus int
	Steps             []StepSpan
}

// A StepSpan is one step.
type StepSpan struct {
	Name       string
	ID         SpanID
	Begin, End time.Time
}

// Name is the span's, as OpenTelemetry names those of servers.
func (s *Span) Name() string {
	if s.Route == "" {
		return s.Method
	}
	return s.Method + " " + s.Route
}

// stepSend is what is left once the answer is made.
const stepSend = "send"

// traced begins the spans of a request, if the Tracer wants them. They belong
// to the trace of its traceparent, else to that of its X-Amzn-Trace-Id, whose
// Root is a trace id in another spelling.
func (inv *Invocation) traced() {
	tracer := inv.g.deps.Tracer
	if tracer == nil || inv.mode == modeTest {
		return
	}
	traceHeaderSent := inv.trace.root != "" && inv.trace.parent != ""
	inv.trace.complete(&inv.ids, inv.start)
	s := &Span{Begin: inv.start}
	caller, ok := CallerUnknown, false
	if value, sent := inv.req.Header.Get("traceparent"); sent {
		caller, ok = s.readParent(value)
	}
	if !ok {
		if caller, ok = s.readRoot(&inv.trace, traceHeaderSent); !ok {
			first, second := inv.newSpanID(), inv.newSpanID()
			s.Trace = TraceID(append(first[:], second[:]...))
		}
	}
	if !tracer.Samples(s.Trace, caller) {
		return
	}
	s.ID = inv.newSpanID()
	inv.span = s
	inv.beginStep(stepRouting)
}

func (inv *Invocation) newSpanID() (id SpanID) {
	binary.BigEndian.PutUint64(id[:], inv.g.deps.Random()|1) // never zero
	return id
}

// readParent reads a traceparent (W3C Trace Context §3.2).
func (s *Span) readParent(value string) (CallerSampled, bool) {
	parts := strings.Split(value, "-")
	if len(parts) < 4 || len(parts[0]) != 2 || parts[0] == "ff" || parts[0] == "00" && len(parts) != 4 || len(parts[3]) != 2 {
		return CallerUnknown, false
	}
	var flags [1]byte
	if !readID(s.Trace[:], parts[1]) || !readID(s.Parent[:], parts[2]) || !readHex(flags[:], parts[3]) {
		s.Trace, s.Parent = TraceID{}, SpanID{}
		return CallerUnknown, false
	}
	if flags[0]&1 == 0 {
		return CallerDrops, true
	}
	return CallerSamples, true
}

// readRoot takes the ids of an X-Amzn-Trace-Id, 1-8 digits-24 digits, whose
// Parent counts if the client sent it. It reports whether there is a trace id.
func (s *Span) readRoot(t *trace, sent bool) (CallerSampled, bool) {
	version, rest, _ := strings.Cut(t.root, "-")
	seconds, random, _ := strings.Cut(rest, "-")
	if version != "1" || len(seconds) != 8 || !readID(s.Trace[:], seconds+random) {
		return CallerUnknown, false
	}
	switch {
	case !sent || !readID(s.Parent[:], t.parent):
		s.Parent = SpanID{}
		return CallerUnknown, true
	case t.sampled == "0":
		return CallerDrops, true
	}
	return CallerSamples, true
}

// readID reads hexadecimal digits that are not all zero, in lower case as both
// specifications have them.
func readID(id []byte, text string) bool {
	if !readHex(id, text) {
		return false
	}
	for _, b := range id {
		if b != 0 {
			return true
		}
	}
	return false
}

func readHex(dst []byte, text string) bool {
	if len(text) != 2*len(dst) || strings.ToLower(text) != text {
		return false
	}
	_, err := hex.Decode(dst, []byte(text))
	return err == nil
}

// beginStep says that a step begins, to whoever listens or traces.
func (inv *Invocation) beginStep(step string) {
	if inv.listener != nil {
		inv.listener.enter(step)
	}
	if inv.span != nil {
		inv.span.Steps = append(inv.span.Steps, StepSpan{Name: step, Begin: inv.g.deps.Now()})
	}
}

// recordSpan ends the spans: the answer was sent at end.
func (inv *Invocation) recordSpan(end time.Time) {
	s := inv.span
	if s == nil {
		return
	}
	c := &inv.context
	s.End = end
	s.Method, s.Route, s.Path, s.Host = inv.req.Method, c.ResourcePath, inv.req.Path, inv.req.Host
	s.Scheme = "http"
	if inv.req.TLS != nil {
		s.Scheme = "https"
	}
	s.API, s.Stage, s.RequestID, s.Client, s.UserAgent = c.APIID, c.Stage, c.RequestID, c.Identity.SourceIP, c.Identity.UserAgent
	s.Status, s.ErrorType, s.Error = c.Status, c.Error.ResponseType, c.Error.Message
	for i := range s.Steps {
		step := &s.Steps[i]
		step.ID, step.End = inv.newSpanID(), end
		if i+1 < len(s.Steps) {
			step.End = s.Steps[i+1].Begin
		}
		if step.Name == stepIntegration {
			s.Integration, s.IntegrationStatus = inv.method.kind.Name, c.Integration.IntegrationStatus
			inv.nameIntegrationSpan(step)
		}
	}
	inv.g.deps.Tracer.Record(s)
}

// nameIntegrationSpan gives the span of a call the id that the back end gets as
// Parent in X-Amzn-Trace-Id, so that its own spans are below it. Where the
// client sent a Parent, the back end gets that.
func (inv *Invocation) nameIntegrationSpan(step *StepSpan) {
	var id SpanID
	if readID(id[:], inv.trace.parent) && id != inv.span.Parent {
		step.ID = id
	}
}
