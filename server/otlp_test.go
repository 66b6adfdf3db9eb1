package server

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/poterne/poterne/gateway"
)

// A collected is an ExportTraceServiceRequest, as far as it is looked at.
type collected struct {
	ResourceSpans []struct {
		Resource   struct{ Attributes []collectedAttribute }
		ScopeSpans []struct{ Spans []collectedSpan }
	}
}

type collectedSpan struct {
	TraceId, SpanId, ParentSpanId, Name string
	Kind                                int
	StartTimeUnixNano, EndTimeUnixNano  string
	Attributes                          []collectedAttribute
	Status                              struct {
		Code    int
		Message string
	}
}

type collectedAttribute struct {
	Key   string
	Value struct{ StringValue, IntValue string }
}

func (s *collectedSpan) attribute(key string) string {
	for _, a := range s.Attributes {
		if a.Key == key {
			return a.Value.StringValue + a.Value.IntValue
		}
	}
	return ""
}

// collectedSpans are those of all bodies.
func collectedSpans(t *testing.T, s *sink) (spans []collectedSpan) {
	bodies, headers := s.received()
	for i, body := range bodies {
		path, text, _ := strings.Cut(body, " ")
		var c collected
		if err := json.Unmarshal([]byte(text), &c); err != nil || path != "/v1/traces" || len(c.ResourceSpans) != 1 {
			t.Fatalf("%s %v: %s", path, err, text)
		}
		if r := c.ResourceSpans[0].Resource.Attributes; len(r) != 2 || r[0].Key != "service.name" || r[0].Value.StringValue != "pets" || r[1].Key != "team" || r[1].Value.StringValue != "a b" {
			t.Errorf("resource %+v", r)
		}
		if headers[i].Get("X-Token") != "t=1" || headers[i].Get("Content-Type") != "application/json" {
			t.Errorf("headers %v", headers[i])
		}
		spans = append(spans, c.ResourceSpans[0].ScopeSpans[0].Spans...)
	}
	return spans
}

func TestSpans(t *testing.T) {
	sink, at := startSink(t, 503)
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "X-Token=t%3D1")
	t.Setenv("OTEL_SERVICE_NAME", "pets")
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "service.name=other,team=a%20b")
	s := start(t, Config{OTLP: at}, document(t, "hello.yaml", hello))
	base := "http://" + s.dataAddr()
	request(t, "GET", base+"/hello?secret=1", "", "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "User-Agent", "a \"client\"")
	request(t, "GET", base+"/hello", "", "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00") // its caller drops it
	request(t, "GET", base+"/none", "", "X-Amzn-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1")
	s.stop()

	spans := collectedSpans(t, sink)
	var names []string
	for _, span := range spans {
		names = append(names, span.Name)
		if span.StartTimeUnixNano > span.EndTimeUnixNano || len(span.SpanId) != 16 || span.Name == "integration" && span.Kind != 3 {
			t.Errorf("%+v", span)
		}
	}
	if want := "GET /hello, routing, method request, integration request, integration, integration response, method response, send, GET, routing, send"; strings.Join(names, ", ") != want {
		t.Fatalf("%v", names)
	}
	first, second := &spans[0], &spans[8]
	if first.TraceId != "0af7651916cd43dd8448eb211c80319c" || first.ParentSpanId != "b7ad6b7169203331" || first.Kind != 2 || first.Status.Code != 0 ||
		first.attribute("http.response.status_code") != "200" || first.attribute("user_agent.original") != `a "client"` || first.attribute("url.path") != "/hello" || first.attribute("aws.apigateway.stage") != "v1" {
		t.Errorf("%+v", first)
	}
	if second.TraceId != "5759e988bd862e3fe1be46a994272793" || second.ParentSpanId != "53995c3f42cd8ad8" || second.attribute("error.type") != "MISSING_AUTHENTICATION_TOKEN" || second.attribute("http.route") != "" {
		t.Errorf("%+v", second)
	}
	for _, step := range spans[1:8] {
		if step.ParentSpanId != first.SpanId || step.TraceId != first.TraceId {
			t.Errorf("%+v", step)
		}
	}
}

func TestOtelConfig(t *testing.T) {
	for _, c := range []struct {
		setting, environ string
		want, err        string // the endpoint, or part of the error
	}{
		{"", "", "", ""},
		{"http://c:4318", "", "http://c:4318/v1/traces", ""},
		{"http://c:4318/", "OTEL_EXPORTER_OTLP_ENDPOINT=http://other", "http://c:4318/v1/traces", ""},
		{"", "OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318", "http://c:4318/v1/traces", ""},
		{"", "OTEL_EXPORTER_OTLP_ENDPOINT=http://c OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://d/v1/traces", "http://d/v1/traces", ""},
		{"off", "OTEL_EXPORTER_OTLP_ENDPOINT=http://c", "", ""},
		{"", "OTEL_EXPORTER_OTLP_ENDPOINT=http://c OTEL_SDK_DISABLED=true", "", ""},
		{"", "OTEL_EXPORTER_OTLP_ENDPOINT=http://c OTEL_TRACES_EXPORTER=none", "", ""},
		{"", "OTEL_EXPORTER_OTLP_ENDPOINT=http://c OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "", "over HTTP alone"},
		{"http://c", "OTEL_TRACES_SAMPLER=jaeger_remote", "", "OTEL_TRACES_SAMPLER: use"},
		{"http://c", "OTEL_TRACES_SAMPLER=traceidratio OTEL_TRACES_SAMPLER_ARG=2", "", "from 0 to 1"},
		{"http://c", "OTEL_EXPORTER_OTLP_HEADERS=nonsense", "", "NAME=VALUE"},
		{"http://c", "OTEL_EXPORTER_OTLP_HEADERS=a=%0d", "", "no header"},
	} {
		got, err := otelConfig(c.setting, strings.Fields(c.environ))
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%q %q: %v", c.setting, c.environ, err)
			}
		} else if err != nil || got.endpoint != c.want {
			t.Errorf("%q %q: %q %v", c.setting, c.environ, got.endpoint, err)
		}
	}
}

func TestSampler(t *testing.T) {
	low, high := gateway.TraceID{15: 1}, gateway.TraceID{8: 0xff}
	for _, c := range []struct {
		name, argument string
		trace          gateway.TraceID
		caller         gateway.CallerSampled
		want           bool
	}{
		{"", "", high, gateway.CallerUnknown, true},
		{"", "", high, gateway.CallerDrops, false},
		{"always_on", "", high, gateway.CallerDrops, true},
		{"always_off", "", low, gateway.CallerSamples, false},
		{"parentbased_always_off", "", low, gateway.CallerSamples, true},
		{"traceidratio", "0.5", low, gateway.CallerUnknown, true},
		{"traceidratio", "0.5", high, gateway.CallerUnknown, false},
		{"traceidratio", "0", low, gateway.CallerUnknown, false},
		{"parentbased_traceidratio", "0.5", high, gateway.CallerSamples, true},
	} {
		s, err := otelSampler(c.name, c.argument)
		if got := s.samples(c.trace, c.caller); err != nil || got != c.want {
			t.Errorf("%+v: %v %v", c, got, err)
		}
	}
}

// Spans that nobody takes do not pile up.
func TestSpansAreBounded(t *testing.T) {
	e := &spanExporter{lines: &outbox{most: 10_000}}
	for range 1000 {
		e.Record(&gateway.Span{Method: "GET", Begin: time.Unix(1, 0), End: time.Unix(2, 0)})
	}
	if e.lines.lost.Load() == 0 || len(e.lines.pending) > 10_000 {
		t.Errorf("%d bytes are kept, %d requests are lost", len(e.lines.pending), e.lines.lost.Load())
	}
}
