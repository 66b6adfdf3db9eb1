package server

import (
	"context"
	"math/rand/v2"
	"net/http"
	"runtime"
	"runtime/metrics"
	"sync/atomic"
	"time"

	"github.com/poterne/poterne/wire/httpmsg"
)

// An admission refuses a share of the requests to APIs while the processors do
// not keep up, so that the others are answered in time and the AWS API is.
// Refusing is cheap: nothing of the gateway sees the request.
//
// It goes by how long goroutines that could run wait for a processor: waiting
// for a slow back end is no overload. And it leaves few connections alone: a
// busy machine, or a test that pauses it, looks the same.
type admission struct {
	share atomic.Uint32 // of the requests that are taken, of everyRequest
}

const (
	everyRequest = 1 << 16
	leastShare   = everyRequest / 64 // to see when it is over

	admissionEvery = 100 * time.Millisecond
	longWait       = 20 * time.Millisecond // for a processor, at the median
	fewGoroutines  = 512                   // about one a connection
)

func newAdmission() *admission {
	a := &admission{}
	a.share.Store(everyRequest)
	return a
}

// guard is next behind the admission.
func (a *admission) guard(next httpmsg.Handler) httpmsg.Handler {
	return httpmsg.HandlerFunc(func(r *httpmsg.Request, w *httpmsg.Response) {
		if share := a.share.Load(); share < everyRequest && rand.Uint32N(everyRequest) >= share {
			w.Status = http.StatusServiceUnavailable
			refuse(w)
			return
		}
		next.Handle(r, w)
	})
}

// watch adapts the share until ctx ends.
func (a *admission) watch(ctx context.Context) {
	tick := time.NewTicker(admissionEvery)
	defer tick.Stop()
	var waits waits
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			a.share.Store(nextShare(a.share.Load(), waits.median(), runtime.NumGoroutine()))
		}
	}
}

// nextShare takes a third less while goroutines wait too long, else a twelfth
// more: down within half a second, up within two.
func nextShare(share uint32, wait time.Duration, goroutines int) uint32 {
	if wait > longWait && goroutines > fewGoroutines {
		return max(share-share/3, leastShare)
	}
	return min(share+share/12+1, everyRequest)
}

// waits reads from the runtime how long goroutines waited for a processor.
type waits struct {
	sample [1]metrics.Sample
	before []uint64
}

// median is that of the waits since it was last asked for; 0 if there were none.
func (w *waits) median() time.Duration {
	w.sample[0].Name = "/sched/latencies:seconds"
	metrics.Read(w.sample[:])
	if w.sample[0].Value.Kind() != metrics.KindFloat64Histogram {
		return 0 // this Go has no such metric
	}
	now := w.sample[0].Value.Float64Histogram()
	median := medianSince(w.before, now)
	w.before = append(w.before[:0], now.Counts...)
	return median
}

// medianSince is the lower bound of the bucket in which half of what was
// counted since before is reached.
func medianSince(before []uint64, now *metrics.Float64Histogram) time.Duration {
	if len(before) != len(now.Counts) {
		return 0
	}
	var total, passed uint64
	for i, n := range now.Counts {
		total += n - before[i]
	}
	for i, n := range now.Counts {
		if passed += n - before[i]; total > 0 && 2*passed >= total {
			return time.Duration(max(now.Buckets[i], 0) * float64(time.Second))
		}
	}
	return 0
}
