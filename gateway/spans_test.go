package gateway

import (
	"encoding/hex"
	"testing"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/wire/httpmsg"
)

func TestReadTraceparent(t *testing.T) {
	const trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
	for _, c := range []struct {
		value  string
		caller CallerSampled
		ok     bool
	}{
		{"00-" + trace + "-" + parent + "-01", CallerSamples, true},
		{"00-" + trace + "-" + parent + "-00", CallerDrops, true},
		{"00-" + trace + "-" + parent + "-03", CallerSamples, true},
		{"cc-" + trace + "-" + parent + "-01-what-comes", CallerSamples, true}, // a later version may have more
		{"00-" + trace + "-" + parent + "-01-more", CallerUnknown, false},
		{"ff-" + trace + "-" + parent + "-01", CallerUnknown, false},
		{"00-00000000000000000000000000000000-" + parent + "-01", CallerUnknown, false},
		{"00-" + trace + "-0000000000000000-01", CallerUnknown, false},
		{"00-" + trace + "-" + parent, CallerUnknown, false},
		{"00-0AF7651916CD43DD8448EB211C80319C-" + parent + "-01", CallerUnknown, false},
		{"", CallerUnknown, false},
	} {
		var s Span
		caller, ok := s.readParent(c.value)
		if caller != c.caller || ok != c.ok {
			t.Errorf("%q: %d %v", c.value, caller, ok)
		}
		if read := hex.EncodeToString(s.Trace[:]); ok && read != trace || !ok && s.Trace != (TraceID{}) {
			t.Errorf("%q: %s", c.value, read)
		}
	}
}

// recordingTracer wants all.
type recordingTracer struct {
	callers []CallerSampled
	spans   []Span
}

func (r *recordingTracer) Samples(_ TraceID, caller CallerSampled) bool {
	r.callers = append(r.callers, caller)
	return true
}

func (r *recordingTracer) Record(s *Span) { r.spans = append(r.spans, *s) }

// The span of a call has the id that the back end is told as Parent.
func TestSpansGoOnInTheBackEnd(t *testing.T) {
	var tracer recordingTracer
	g := New(Deps{Tracer: &tracer})
	g.Publish(caseApi, []apigw.Release{releaseOf("dev", "d", definitionOf(map[string]*apigw.Method{"/a": passthroughMock("200")}))})
	for _, sent := range []string{"", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0", "Root=1-5759e988-bd862e3fe1be46a994272793", "Root=of another form"} {
		req := &httpmsg.Request{Method: "GET", Host: caseHost, Path: "/dev/a", Proto: "HTTP/1.1"}
		if sent != "" {
			req.Header.Add(traceHeader, sent)
		}
		req.SetBody([]byte(`{"statusCode": 200}`))
		var resp httpmsg.Response
		g.Handle(req, &resp)
		resp.Done(0, nil)
	}
	if want := []CallerSampled{CallerUnknown, CallerDrops, CallerUnknown, CallerUnknown}; len(tracer.callers) != 4 || tracer.callers[1] != want[1] || tracer.callers[2] != want[2] || tracer.callers[3] != want[3] {
		t.Fatalf("%v; want %v", tracer.callers, want)
	}
	for i, parent := range []string{"0000000000000000", "53995c3f42cd8ad8", "0000000000000000", "0000000000000000"} {
		s := &tracer.spans[i]
		if got := hex.EncodeToString(s.Parent[:]); got != parent || s.Status != 200 || s.Integration != "MOCK" || s.IntegrationStatus != 200 || s.Steps[len(s.Steps)-1].End != s.End {
			t.Errorf("%d: parent %s, %+v", i, got, s)
		}
		for _, step := range s.Steps {
			if step.ID == (SpanID{}) || step.ID == s.ID || step.End.Before(step.Begin) {
				t.Errorf("%d: %+v", i, step)
			}
		}
	}
	if tracer.spans[1].Trace != tracer.spans[2].Trace || tracer.spans[0].Trace == tracer.spans[1].Trace || tracer.spans[3].Trace == (TraceID{}) {
		t.Error("the trace is not that of the header")
	}
}
