package server

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"

	"github.com/poterne/poterne/gateway"
	"github.com/poterne/poterne/wire/httpmsg"
)

// An otelSetting is what the environment asks of OpenTelemetry, by its
// specification's names.
type otelSetting struct {
	endpoint string // of traces; "": none are sent
	headers  []httpmsg.Field
	resource []attribute
	sampler  sampler
}

// otelConfig reads setting (--otlp) and the OTEL_* variables. The flag says
// where to; all else is the environment's.
func otelConfig(setting string, environ []string) (c otelSetting, err error) {
	env := map[string]string{}
	for _, pair := range environ {
		if name, value, ok := strings.Cut(pair, "="); ok && strings.HasPrefix(name, "OTEL_") {
			env[name] = strings.TrimSpace(value)
		}
	}
	ofTraces := func(name string) string {
		return cmp.Or(env["OTEL_EXPORTER_OTLP_TRACES_"+name], env["OTEL_EXPORTER_OTLP_"+name])
	}
	switch c.endpoint = cmp.Or(env["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"], tracesOf(env["OTEL_EXPORTER_OTLP_ENDPOINT"])); {
	case setting == "off":
		return otelSetting{}, nil
	case setting != "":
		c.endpoint = tracesOf(setting)
	case c.endpoint == "" || strings.EqualFold(env["OTEL_SDK_DISABLED"], "true") || env["OTEL_TRACES_EXPORTER"] == "none":
		return otelSetting{}, nil
	}
	if protocol := ofTraces("PROTOCOL"); protocol == "grpc" {
		return c, fmt.Errorf("OTEL_EXPORTER_OTLP_PROTOCOL grpc: spans are sent over HTTP alone, in JSON: use the collector's other port, 4318 as a rule, or --otlp off")
	}
	if c.headers, err = otelHeaders(ofTraces("HEADERS")); err != nil {
		return c, err
	}
	if c.resource, err = otelResource(env); err != nil {
		return c, err
	}
	c.sampler, err = otelSampler(env["OTEL_TRACES_SAMPLER"], env["OTEL_TRACES_SAMPLER_ARG"])
	return c, err
}

// tracesOf is where a collector takes traces.
func tracesOf(endpoint string) string {
	if endpoint == "" || strings.HasSuffix(endpoint, "/v1/traces") {
		return endpoint
	}
	return strings.TrimRight(endpoint, "/") + "/v1/traces"
}

// otelPairs reads name=value,…, where values are percent-encoded.
func otelPairs(variable, text string, yield func(name, value string)) error {
	if text == "" {
		return nil
	}
	for pair := range strings.SplitSeq(text, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(pair), "=")
		value, err := url.PathUnescape(strings.TrimSpace(value))
		if name = strings.TrimSpace(name); !ok || name == "" || err != nil {
			return fmt.Errorf("%s: write NAME=VALUE,…, with values percent-encoded", variable)
		}
		yield(name, value)
	}
	return nil
}

func otelHeaders(text string) (headers []httpmsg.Field, err error) {
	err = otelPairs("OTEL_EXPORTER_OTLP_HEADERS", text, func(name, value string) {
		headers = append(headers, httpmsg.Field{Name: name, Value: value})
	})
	for _, h := range headers {
		if strings.ContainsAny(h.Name, "\r\n\x00 :") || strings.ContainsAny(h.Value, "\r\n\x00") {
			return nil, fmt.Errorf("OTEL_EXPORTER_OTLP_HEADERS: %q is no header", h.Name)
		}
	}
	return headers, err
}

func otelResource(env map[string]string) (list []attribute, err error) {
	name := "poterne"
	err = otelPairs("OTEL_RESOURCE_ATTRIBUTES", env["OTEL_RESOURCE_ATTRIBUTES"], func(key, value string) {
		if key == "service.name" {
			name = value
			return
		}
		list = append(list, attribute{key: key, text: value})
	})
	return append([]attribute{{key: "service.name", text: cmp.Or(env["OTEL_SERVICE_NAME"], name)}}, list...), err
}

// A sampler decides which requests are traced.
type sampler struct {
	asCaller bool    // where the caller decided, it is followed
	share    float64 // of traces, 0 to 1
}

func otelSampler(name, argument string) (s sampler, err error) {
	name, s.asCaller = strings.CutPrefix(cmp.Or(name, "parentbased_always_on"), "parentbased_")
	switch name {
	case "always_on":
		s.share = 1
	case "always_off":
	case "traceidratio":
		if s.share, err = strconv.ParseFloat(cmp.Or(argument, "1"), 64); err != nil || !(s.share >= 0 && s.share <= 1) {
			return s, fmt.Errorf("OTEL_TRACES_SAMPLER_ARG %q: write a number from 0 to 1", argument)
		}
	default:
		return s, fmt.Errorf("OTEL_TRACES_SAMPLER: use always_on, always_off, traceidratio, or one of these after parentbased_")
	}
	return s, nil
}

func (s sampler) samples(trace gateway.TraceID, caller gateway.CallerSampled) bool {
	if s.asCaller && caller != gateway.CallerUnknown {
		return caller == gateway.CallerSamples
	}
	const half = 1 << 63
	return s.share >= 1 || float64(binary.BigEndian.Uint64(trace[8:])>>1) < math.Floor(s.share*half)
}
