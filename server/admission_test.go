package server

import (
	"math"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/poterne/poterne/wire/httpmsg"
)

// Under pressure the share falls to its floor and comes back to everything
// when it is over; few goroutines are never refused.
func TestAdmissionFollowsTheWaits(t *testing.T) {
	share := uint32(everyRequest)
	for range 30 {
		share = nextShare(share, 2*longWait, 2*fewGoroutines)
	}
	if share != leastShare {
		t.Errorf("under pressure: %d", share)
	}
	for range 200 {
		share = nextShare(share, 0, 2*fewGoroutines)
	}
	if share != everyRequest {
		t.Errorf("without: %d", share)
	}
	if got := nextShare(everyRequest, time.Second, fewGoroutines); got != everyRequest {
		t.Errorf("few goroutines: %d", got)
	}
}

func TestAdmissionRefusesAShare(t *testing.T) {
	a, served := newAdmission(), 0
	guarded := a.guard(httpmsg.HandlerFunc(func(_ *httpmsg.Request, w *httpmsg.Response) {
		served++
		w.Status = 200
	}))
	ask := func() *httpmsg.Response {
		var w httpmsg.Response
		guarded.Handle(&httpmsg.Request{}, &w)
		return &w
	}
	for range 1000 {
		if w := ask(); w.Status != 200 {
			t.Fatal(w.Status)
		}
	}
	a.share.Store(leastShare)
	refused := 0
	for range 10_000 {
		w := ask()
		if w.Status == 200 {
			continue
		}
		refused++
		if after, _ := w.Header.Get("Retry-After"); w.Status != 503 || after != "1" || string(w.Body) != `{"message":"Service Unavailable"}` {
			t.Fatalf("%d %q %s", w.Status, after, w.Body)
		}
	}
	if refused < 9000 || refused == 10_000 {
		t.Errorf("%d of 10,000 were refused", refused)
	}
	if served != 1000+10_000-refused {
		t.Errorf("%d were served", served)
	}
}

func TestMedianSince(t *testing.T) {
	now := &metrics.Float64Histogram{Buckets: []float64{math.Inf(-1), 0.001, 0.01, 0.1}, Counts: []uint64{100, 5, 5}}
	for _, c := range []struct {
		before []uint64
		want   time.Duration
	}{
		{nil, 0}, {[]uint64{100, 5, 5}, 0}, {[]uint64{0, 0, 0}, 0}, {[]uint64{100, 0, 1}, time.Millisecond}, {[]uint64{100, 4, 0}, 10 * time.Millisecond},
	} {
		if got := medianSince(c.before, now); got != c.want {
			t.Errorf("%v: %v, want %v", c.before, got, c.want)
		}
	}
}
