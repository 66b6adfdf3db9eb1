package server

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/poterne/poterne/gateway"
	"github.com/poterne/poterne/gateway/egress"
	"github.com/poterne/poterne/template/jsonv"
)

// Spans wait for a second at most, and 4 MiB of them.
const (
	spansEvery = time.Second
	spansBytes = 4 << 20
)

// A spanExporter sends the spans of requests to an OpenTelemetry collector:
// OTLP over HTTP, in JSON (docs/adr/0031-otlp.md).
type spanExporter struct {
	lines    *outbox // a line has the spans of a request, each with a comma behind it
	sampler  sampler
	envelope [2][]byte // around spans
}

// openSpans opens what --otlp or the environment names; nil where nothing is
// asked for.
func openSpans(setting string, environ []string, client *egress.Client, log *slog.Logger) (*spanExporter, error) {
	c, err := otelConfig(setting, environ)
	if err != nil || c.endpoint == "" {
		return nil, err
	}
	e := &spanExporter{sampler: c.sampler, envelope: envelopeOf(c.resource),
		lines: &outbox{pieces: "spans of requests", every: spansEvery, most: spansBytes, log: log}}
	sink, err := newPoster(e.lines.pieces, c.endpoint, client, log)
	if err != nil {
		return nil, fmt.Errorf("the address of the OpenTelemetry collector, %s: %w", c.endpoint, err)
	}
	for _, h := range c.headers {
		sink.request.Header.Add(h.Name, h.Value)
	}
	sink.request.Header.Add("Content-Type", "application/json")
	e.lines.write = sink.postLines(e.body)
	e.lines.open()
	return e, nil
}

// body is an ExportTraceServiceRequest.
func (e *spanExporter) body(lines []byte) []byte {
	spans := bytes.TrimSuffix(lines, []byte(",\n"))
	return bytes.Join([][]byte{e.envelope[0], spans, e.envelope[1]}, nil)
}

func envelopeOf(resource []attribute) [2][]byte {
	var b spanWriter
	b.text(`{"resourceSpans":[{"resource":{`)
	b.attributes(resource)
	b.text(`},"scopeSpans":[{"scope":{"name":"github.com/poterne/poterne/gateway"},"spans":[`)
	return [2][]byte{b.dst, []byte(`]}]}]}`)}
}

// Samples is gateway.Tracer's.
func (e *spanExporter) Samples(trace gateway.TraceID, caller gateway.CallerSampled) bool {
	return e.sampler.samples(trace, caller)
}

// Record is gateway.Tracer's.
func (e *spanExporter) Record(s *gateway.Span) {
	e.lines.add(func(dst []byte) []byte {
		b := spanWriter{dst: dst}
		b.request(s)
		for i := range s.Steps {
			b.step(s, &s.Steps[i])
		}
		return append(b.dst, '\n')
	})
}

// An attribute is one of a span or of the resource; number stands for text
// where text is empty.
type attribute struct {
	key, text string
	number    int
}

// A spanWriter writes spans as OTLP's JSON has them: ids in hexadecimal, times
// as texts of nanoseconds.
type spanWriter struct{ dst []byte }

func (b *spanWriter) text(parts ...string) {
	for _, part := range parts {
		b.dst = append(b.dst, part...)
	}
}

func (b *spanWriter) quoted(s string) { b.dst, _ = jsonv.AppendJSON(b.dst, jsonv.String(s)) }

// Kinds of spans, and the status of one that failed.
const (
	kindInternal = "1"
	kindServer   = "2"
	kindClient   = "3"
	statusError  = "2"
)

// begin writes what every span has; a field may follow.
func (b *spanWriter) begin(s *gateway.Span, id, parent gateway.SpanID, name, kind string, from, to time.Time) {
	b.text(`{"traceId":"`)
	b.dst = hex.AppendEncode(b.dst, s.Trace[:])
	b.text(`","spanId":"`)
	b.dst = hex.AppendEncode(b.dst, id[:])
	if parent != (gateway.SpanID{}) {
		b.text(`","parentSpanId":"`)
		b.dst = hex.AppendEncode(b.dst, parent[:])
	}
	b.text(`","name":`)
	b.quoted(name)
	b.text(`,"kind":`, kind, `,"startTimeUnixNano":"`)
	b.dst = strconv.AppendInt(b.dst, from.UnixNano(), 10)
	b.text(`","endTimeUnixNano":"`)
	b.dst = strconv.AppendInt(b.dst, max(to.UnixNano(), from.UnixNano()), 10)
	b.text(`",`)
}

// request writes the span of a request, by OpenTelemetry's conventions for HTTP
// servers.
func (b *spanWriter) request(s *gateway.Span) {
	b.begin(s, s.ID, s.Parent, s.Name(), kindServer, s.Begin, s.End)
	b.attributes([]attribute{
		{key: "http.request.method", text: s.Method}, {key: "http.route", text: s.Route}, {key: "url.path", text: s.Path}, {key: "url.scheme", text: s.Scheme},
		{key: "server.address", text: s.Host}, {key: "client.address", text: s.Client}, {key: "user_agent.original", text: s.UserAgent},
		{key: "http.response.status_code", number: s.Status}, {key: "error.type", text: errorTypeOf(s)}, {key: "aws.request_id", text: s.RequestID},
		{key: "aws.apigateway.api_id", text: s.API}, {key: "aws.apigateway.stage", text: s.Stage},
	})
	if s.Status >= 500 {
		b.text(`,"status":{"code":`, statusError, `,"message":`)
		b.quoted(s.Error)
		b.text("}")
	}
	b.text("},")
}

// errorTypeOf is the gateway response, or the status of a fault of the back
// end's.
func errorTypeOf(s *gateway.Span) string {
	if s.ErrorType == "" && s.Status >= 500 {
		return strconv.Itoa(s.Status)
	}
	return s.ErrorType
}

func (b *spanWriter) step(s *gateway.Span, step *gateway.StepSpan) {
	kind, attributes := kindInternal, []attribute(nil)
	if step.Name == "integration" {
		kind = kindClient
		attributes = []attribute{{key: "aws.apigateway.integration_type", text: s.Integration}, {key: "http.response.status_code", number: s.IntegrationStatus}}
	}
	b.begin(s, step.ID, s.ID, step.Name, kind, step.Begin, step.End)
	b.attributes(attributes)
	b.text("},")
}

// attributes writes the member of that name, without those that are not set.
func (b *spanWriter) attributes(list []attribute) {
	b.text(`"attributes":[`)
	first := true
	for _, a := range list {
		if a.text == "" && a.number == 0 {
			continue
		}
		if !first {
			b.text(",")
		}
		first = false
		b.text(`{"key":`)
		b.quoted(a.key)
		if a.text == "" {
			b.text(`,"value":{"intValue":"`, strconv.Itoa(a.number), `"}}`)
			continue
		}
		b.text(`,"value":{"stringValue":`)
		b.quoted(a.text)
		b.text(`}}`)
	}
	b.text("]")
}
