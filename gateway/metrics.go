package gateway

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// latencyBounds are the upper bounds of the buckets of a Histogram, but for the
// last one, which has none. The last is AWS's longest time-out.
var latencyBounds = [...]time.Duration{
	time.Millisecond, 2 * time.Millisecond, 5 * time.Millisecond, 10 * time.Millisecond, 25 * time.Millisecond,
	50 * time.Millisecond, 100 * time.Millisecond, 250 * time.Millisecond, 500 * time.Millisecond,
	time.Second, 2500 * time.Millisecond, 5 * time.Second, 10 * time.Second, 29 * time.Second,
}

// A meter counts what a stage answers, or a Method of it whose setting has
// metricsEnabled, as AWS's metrics do (data plane §21.2). It outlives snapshots.
type meter struct {
	times                      timings
	clientErrors, serverErrors atomic.Int64
	cacheHits, cacheMisses     atomic.Int64
	_                          [4]int64 // whole cache lines
}

// timings are the histograms of two times, side by side: all that an answer
// within five milliseconds counts is in one cache line.
type timings struct {
	sums    [timeCount]atomic.Int64 // nanoseconds
	buckets [len(latencyBounds) + 1][timeCount]atomic.Int64
}

// A timed is one of the two.
type timed uint8

const (
	wholeTime       timed = iota // from the request's first byte to the last of the answer
	integrationTime              // of that the integration's
	timeCount
)

// A meterName is what a meter counts: a stage, or a resource and a verb of it.
type meterName struct {
	stage      stageName
	path, verb string
}

func (t *timings) observe(which timed, d time.Duration) {
	i := 0
	for i < len(latencyBounds) && d > latencyBounds[i] {
		i++
	}
	t.buckets[i][which].Add(1)
	t.sums[which].Add(int64(d))
}

// observe counts a request that was answered with a status after so long.
func (m *meter) observe(status int, latency time.Duration) {
	switch {
	case status >= 500:
		m.serverErrors.Add(1)
	case status >= 400:
		m.clientErrors.Add(1)
	}
	m.times.observe(wholeTime, latency)
}

// meters are the meters of all stages and of Methods that have their own.
type meters struct {
	mu  sync.Mutex
	all map[meterName]*meter
}

func (ms *meters) get(name meterName) *meter {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	if ms.all == nil {
		ms.all = map[meterName]*meter{}
	}
	if ms.all[name] == nil {
		ms.all[name] = &meter{}
	}
	return ms.all[name]
}

// forget drops those of a stage, of all stages of an API for "".
func (ms *meters) forget(name stageName) {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	for of := range ms.all {
		if name.covers(of.stage) {
			delete(ms.all, of)
		}
	}
}

// forgetMethods drops those of Methods that a stage does not serve.
func (ms *meters) forgetMethods(name stageName, served servedMethods) {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	for of := range ms.all {
		if of.stage == name && of.path != "" && !served.has(of.path, verbOf(of.verb)) {
			delete(ms.all, of)
		}
	}
}

// Metrics are the numbers of a stage, or of one of its Methods, since the
// process began.
type Metrics struct {
	ApiId, Stage               string
	Resource, Method           string // "/pets/{id}", "GET"; empty of a stage
	ClientErrors, ServerErrors int64  // answers with 4xx, 5xx
	CacheHits, CacheMisses     int64  // requests that the response cache answered, or could have
	Latency                    Histogram
	IntegrationLatency         Histogram
}

// A Histogram counts durations.
type Histogram struct {
	Count   uint64
	Sum     time.Duration
	Buckets map[time.Duration]uint64 // how many were no longer than that
}

func (t *timings) read(which timed) Histogram {
	out := Histogram{Sum: time.Duration(t.sums[which].Load()), Buckets: make(map[time.Duration]uint64, len(latencyBounds))}
	for i := range t.buckets {
		out.Count += uint64(t.buckets[i][which].Load())
		if i < len(latencyBounds) {
			out.Buckets[latencyBounds[i]] = out.Count
		}
	}
	return out
}

// Metrics are those of all stages and of Methods that have their own, by API,
// stage, resource and verb.
func (g *Gateway) Metrics() []Metrics {
	g.meters.mu.Lock()
	defer g.meters.mu.Unlock()
	all := make([]Metrics, 0, len(g.meters.all))
	for name, m := range g.meters.all {
		all = append(all, Metrics{ApiId: name.stage.api, Stage: name.stage.stage, Resource: name.path, Method: name.verb,
			CacheHits: m.cacheHits.Load(), CacheMisses: m.cacheMisses.Load(),
			ClientErrors: m.clientErrors.Load(), ServerErrors: m.serverErrors.Load(),
			Latency: m.times.read(wholeTime), IntegrationLatency: m.times.read(integrationTime)})
	}
	slices.SortFunc(all, func(a, b Metrics) int {
		return cmp.Or(cmp.Compare(a.ApiId, b.ApiId), cmp.Compare(a.Stage, b.Stage), cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Method, b.Method))
	})
	return all
}
