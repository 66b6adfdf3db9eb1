package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"
	"unsafe"

	"github.com/poterne/poterne/gateway/cache"
	"github.com/poterne/poterne/gateway/integration"
	"github.com/poterne/poterne/gateway/mapping"
	"github.com/poterne/poterne/iam"
	"github.com/poterne/poterne/template/javatext"
	"github.com/poterne/poterne/wire/httpmsg"
)

// An Invocation is one request on its way, and the event that is told of it.
// It is pooled: from begin until the door calls Response.Done, everything that
// the response points to lives here.
type Invocation struct {
	g *Gateway

	// Memory that is kept from request to request.
	scope      mapping.Scope
	call       integration.Call
	back       httpmsg.Response // of an integration that is no proxy
	pathParams []pathParam      // raw
	values     []string
	eventList  mapping.ParamList
	text       []byte // of short texts
	request    []byte // of the integration request's body
	out        []byte // of the response's body

	// Methods of the Invocation, bound once.
	done  func(sent int64, err error)
	keys  func(name string) []string
	event func(dst []byte) []byte

	visit
}

// A visit is what an Invocation knows of one request alone.
type visit struct {
	req  *httpmsg.Request
	resp *httpmsg.Response

	mode        mode
	certificate string    // clientCertificateId of the stage
	snapshot    *snapshot // what was live when the request came
	start       time.Time
	ids         ids
	trace       trace
	stage       *liveStage
	branch      *branch
	method      *liveMethod
	warmed      int64 // see warm.go

	contentType string // the client's headers that decide something
	accept      string
	forwarded   string
	traceHeader string // X-Amzn-Trace-Id as it is sent on, once written

	// usageIdentifierKey is of a Lambda authorizer's answer: an API key's value.
	usageIdentifierKey string

	rest       string // the path as it is routed, raw: after stage and base path
	routed     string // the path as Lambda events have it: raw, without the stage
	paramsRead bool   // scope.Params is filled
	body       []byte // the client's, before transformations

	context mapping.Context
	answer  *integrationAnswer
	called  bool          // the integration was
	latency time.Duration // of the integration
	sentAt  time.Time     // when the integration was called

	cacheKey         cache.Key // without a text: the response is not kept
	fromCache        bool
	warnCacheControl bool // a Cache-Control was ignored

	listener *notes           // nil: nobody listens
	span     *Span            // nil: it is not traced
	budget   *javatext.Budget // of selection patterns; made on first use

	caller     *iam.Identity // who signed the call, once that is known
	callerKeys iam.Keys      // its condition keys with those of the call
	methodARN  string        // of the Method as it was called, once it is asked for
}

func newInvocation(g *Gateway) *Invocation {
	inv := &Invocation{g: g}
	inv.scope.Arenas = &g.arenas
	inv.done, inv.keys, inv.event = inv.finish, inv.conditionValues, inv.appendAuthorizerEvent
	return inv
}

// begin takes a request on and names it.
func (inv *Invocation) begin(req *httpmsg.Request, resp *httpmsg.Response) {
	inv.req, inv.resp = req, resp
	inv.start = req.Received
	if inv.start.IsZero() {
		inv.start = inv.g.deps.Now()
	}
	inv.scope.Context = &inv.context
}

// finish ends an Invocation: the response was sent, or nobody is there to read
// it.
func (inv *Invocation) finish(sent int64, _ error) {
	latency := inv.g.since(inv.start)
	if inv.span != nil {
		inv.recordSpan(inv.start.Add(latency))
	}
	if inv.stage != nil {
		inv.count(inv.stage.meter, latency)
		if inv.method != nil && inv.method.meter != nil {
			inv.count(inv.method.meter, latency)
		}
		inv.writeAccessLog(sent, latency)
	}
	inv.release()
}

// count counts a request that was answered after so long.
func (inv *Invocation) count(m *meter, latency time.Duration) {
	m.observe(inv.context.Status, latency)
	if inv.called {
		m.times.observe(integrationTime, inv.latency)
	}
}

// release gives an Invocation back.
func (inv *Invocation) release() {
	inv.back.Reset()
	inv.scope.Reset()
	inv.call.Reset()
	inv.pathParams, inv.values, inv.eventList = inv.pathParams[:0], inv.values[:0], inv.eventList[:0]
	inv.text, inv.request, inv.out = kept(inv.text), kept(inv.request), kept(inv.out)
	inv.visit = visit{}
	inv.g.invocations.Put(inv)
}

// maxKept bounds the memory that a pooled Invocation keeps for a body.
const maxKept = 64 << 10

func kept(b []byte) []byte {
	if cap(b) > maxKept {
		return nil
	}
	return b[:0]
}

// serve takes the request from its address to its answer.
func (inv *Invocation) serve(s *snapshot) {
	defer inv.recoverPanic()
	inv.snapshot = s
	switch err := inv.route(s); {
	case errors.Is(err, errHealth):
		inv.answerHealth()
	case err != nil:
		inv.fail(err)
	default:
		inv.invoke()
	}
}

// invoke runs the Method and answers.
func (inv *Invocation) invoke() {
	if err := inv.run(); err != nil {
		inv.fail(err)
		return
	}
	inv.note(noteSuccess)
	inv.complete()
}

// recoverPanic turns a fault of ours into a 500; the gateway lives on.
func (inv *Invocation) recoverPanic() {
	cause := recover()
	if cause == nil {
		return
	}
	inv.g.deps.Log.Error("panic while serving a request", "request", inv.context.RequestID, "cause", cause, "stack", string(debug.Stack()))
	inv.resp.Header.Reset()
	inv.fail(&failure{kind: apiConfigurationError, note: noteInternal, details: [2]string{fmt.Sprint(cause)}})
}

// fail answers with a gateway response.
func (inv *Invocation) fail(err error) {
	var f *failure
	if !errors.As(err, &f) {
		f = &failure{kind: apiConfigurationError, note: noteInternal, details: [2]string{err.Error()}}
	}
	inv.listenUnrouted()
	inv.note(f.note, f.details[:]...)
	inv.explain(f)
	inv.logFailure(f)
	inv.gatewayResponse(f)
	inv.complete()
}

// logFailure tells the operator of what the API's author has to mend.
func (inv *Invocation) logFailure(f *failure) {
	if f.note == noNote || responseTypes[f.kind].status < 500 {
		return
	}
	inv.g.deps.Log.LogAttrs(context.Background(), slog.LevelWarn, "request failed",
		slog.String("api", inv.context.APIID), slog.String("stage", inv.context.Stage),
		slog.String("method", inv.context.HTTPMethod), slog.String("resource", inv.context.ResourcePath),
		slog.String("request", inv.context.RequestID), slog.String("reason", f.Error()), slog.Any("cause", f.cause))
}

// complete ends a request but for the sending of its answer.
func (inv *Invocation) complete() {
	inv.context.Status = inv.resp.Status
	if inv.mode == modeLive {
		inv.resp.Done = inv.done
		inv.brand()
	}
	if inv.listener != nil {
		inv.endLog()
	}
	if inv.span != nil && inv.mode == modeLive {
		inv.beginStep(stepSend)
	}
}

// endLog ends what was noted and hands it out.
func (inv *Invocation) endLog() {
	inv.noteEnd()
	if inv.mode == modeLive {
		inv.writeExecutionLog()
	}
	inv.keepTrace()
}

// join writes parts into memory of the Invocation.
func (inv *Invocation) join(parts ...string) string {
	start := len(inv.text)
	for i, part := range parts {
		if i > 0 && strings.HasSuffix(view(inv.text[start:]), "/") {
			part = strings.TrimPrefix(part, "/")
		}
		inv.text = append(inv.text, part...)
	}
	return view(inv.text[start:])
}

// view is b as a string without a copy; b must not change meanwhile.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
