package server

import (
	"net/http"
	"time"

	"github.com/poterne/poterne/gateway"
	"github.com/poterne/poterne/wire/http1"
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
	if s.batcher != nil {
		registry.MustRegister(batchCounters(s.batcher)...)
	}
	if s.accessLog != nil {
		registry.MustRegister(lostPieces("poterne_access_log_lost_lines_total", "Lines of access logs that were dropped or not taken.", s.accessLog.lines))
	}
	if s.spans != nil {
		registry.MustRegister(lostPieces("poterne_lost_spans_total", "Requests whose OpenTelemetry spans were dropped or not taken.", s.spans.lines))
	}
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}

func batchCounters(b *http1.Batcher) []prometheus.Collector {
	return []prometheus.Collector{
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "poterne_batched_calls_total", Help: "Reads and sends that were done in batches."},
			func() float64 { calls, _ := b.Counts(); return float64(calls) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "poterne_batches_total", Help: "Batches that they were done in."},
			func() float64 { _, batches := b.Counts(); return float64(batches) }),
	}
}

func lostPieces(name, help string, o *outbox) prometheus.Collector {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return float64(o.lost.Load()) })
}

// A stageCollector shows what a gateway counts.
type stageCollector struct{ gateway *gateway.Gateway }

// A metricFamily is AWS's metrics Count, 4XXError, 5XXError, CacheHitCount,
// CacheMissCount, Latency and IntegrationLatency (data plane §21.2) of a
// dimension: a histogram's count is Count.
type metricFamily struct {
	latency, integration                     *prometheus.Desc
	clientErrors, serverErrors, hits, misses *prometheus.Desc
}

// all is what there is to describe.
func (f *metricFamily) all() []*prometheus.Desc {
	return []*prometheus.Desc{f.latency, f.integration, f.clientErrors, f.serverErrors, f.hits, f.misses}
}

func newFamily(prefix, what string, labels ...string) metricFamily {
	desc := func(name, help string) *prometheus.Desc {
		return prometheus.NewDesc(prefix+name, help+what, labels, nil)
	}
	return metricFamily{
		latency:      desc("latency_seconds", "AWS's Latency, of every request; its count is AWS's Count."),
		integration:  desc("integration_latency_seconds", "AWS's IntegrationLatency, of every call of an integration."),
		clientErrors: desc("4xx_errors_total", "AWS's 4XXError: answers with 400 to 499."),
		serverErrors: desc("5xx_errors_total", "AWS's 5XXError: answers with 500 and more."),
		hits:         desc("cache_hits_total", "AWS's CacheHitCount: requests that the response cache answered."),
		misses:       desc("cache_misses_total", "AWS's CacheMissCount: requests that the integration answered though the method caches."),
	}
}

var (
	stageMetrics  = newFamily("poterne_", " By stage.", "api", "stage")
	methodMetrics = newFamily("poterne_method_", " By method, where metricsEnabled is set.", "api", "stage", "resource", "method")
)

// Describe is prometheus.Collector's.
func (stageCollector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range append(stageMetrics.all(), methodMetrics.all()...) {
		to <- d
	}
}

// Collect is prometheus.Collector's.
func (c stageCollector) Collect(to chan<- prometheus.Metric) {
	for _, m := range c.gateway.Metrics() {
		if m.Method == "" {
			stageMetrics.collect(to, &m, m.ApiId, m.Stage)
		} else {
			methodMetrics.collect(to, &m, m.ApiId, m.Stage, m.Resource, m.Method)
		}
	}
}

func (f *metricFamily) collect(to chan<- prometheus.Metric, m *gateway.Metrics, labels ...string) {
	counter := func(d *prometheus.Desc, n int64) {
		to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), labels...)
	}
	histogram := func(d *prometheus.Desc, h gateway.Histogram) {
		to <- prometheus.MustNewConstHistogram(d, h.Count, h.Sum.Seconds(), inSeconds(h.Buckets), labels...)
	}
	histogram(f.latency, m.Latency)
	histogram(f.integration, m.IntegrationLatency)
	counter(f.clientErrors, m.ClientErrors)
	counter(f.serverErrors, m.ServerErrors)
	counter(f.hits, m.CacheHits)
	counter(f.misses, m.CacheMisses)
}

func inSeconds(buckets map[time.Duration]uint64) map[float64]uint64 {
	seconds := make(map[float64]uint64, len(buckets))
	for bound, n := range buckets {
		seconds[bound.Seconds()] = n
	}
	return seconds
}
