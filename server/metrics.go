package server

import (
	"net/http"
	"time"

	"github.com/poterne/poterne/gateway"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metricsHandler answers with the metrics of the process and of the stages, in
// Prometheus's format.
func (s *Server) metricsHandler() http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(stageCollector{s.gateway}, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if s.accessLog != nil {
		registry.MustRegister(lostPieces("poterne_access_log_lost_lines_total", "Lines of access logs that were dropped or not taken.", s.accessLog.lines))
	}
	if s.spans != nil {
		registry.MustRegister(lostPieces("poterne_lost_spans_total", "Requests whose OpenTelemetry spans were dropped or not taken.", s.spans.lines))
	}
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}

func lostPieces(name, help string, o *outbox) prometheus.Collector {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return float64(o.lost.Load()) })
}

// A stageCollector shows what a gateway counts.
type stageCollector struct{ gateway *gateway.Gateway }

var stageLabels = []string{"api", "stage"}

func stageMetric(name, help string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, stageLabels, nil)
}

// AWS's metrics Count, 4XXError, 5XXError, Latency and IntegrationLatency (data
// plane §21.2): a histogram's count is Count.
var (
	latencySeconds     = stageMetric("poterne_latency_seconds", "AWS's Latency, of every request to a stage; its count is AWS's Count.")
	integrationSeconds = stageMetric("poterne_integration_latency_seconds", "AWS's IntegrationLatency, of every call of an integration.")
	errors4xx          = stageMetric("poterne_4xx_errors_total", "AWS's 4XXError: answers with 400 to 499.")
	errors5xx          = stageMetric("poterne_5xx_errors_total", "AWS's 5XXError: answers with 500 and more.")
)

// Describe is prometheus.Collector's.
func (stageCollector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{latencySeconds, integrationSeconds, errors4xx, errors5xx} {
		to <- d
	}
}

// Collect is prometheus.Collector's.
func (c stageCollector) Collect(to chan<- prometheus.Metric) {
	for _, m := range c.gateway.Metrics() {
		counter := func(d *prometheus.Desc, n int64) {
			to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), m.ApiId, m.Stage)
		}
		histogram := func(d *prometheus.Desc, h gateway.Histogram) {
			to <- prometheus.MustNewConstHistogram(d, h.Count, h.Sum.Seconds(), inSeconds(h.Buckets), m.ApiId, m.Stage)
		}
		histogram(latencySeconds, m.Latency)
		histogram(integrationSeconds, m.IntegrationLatency)
		counter(errors4xx, m.ClientErrors)
		counter(errors5xx, m.ServerErrors)
	}
}

func inSeconds(buckets map[time.Duration]uint64) map[float64]uint64 {
	seconds := make(map[float64]uint64, len(buckets))
	for bound, n := range buckets {
		seconds[bound.Seconds()] = n
	}
	return seconds
}
