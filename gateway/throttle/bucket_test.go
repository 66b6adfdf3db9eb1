package throttle

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestBucketPassesBurstThenRate(t *testing.T) {
	var b Bucket
	limit := Limit{Rate: 10, Burst: 5}
	now := int64(time.Hour)
	for i := range 5 {
		if !b.Take(limit, now) {
			t.Fatalf("request %d of a burst of 5 was refused", i+1)
		}
	}
	if b.Take(limit, now) {
		t.Fatal("a sixth request passed at once")
	}
	if b.Take(limit, now+int64(99*time.Millisecond)) {
		t.Fatal("a request passed before its token was refilled")
	}
	if !b.Take(limit, now+int64(101*time.Millisecond)) {
		t.Fatal("no token after a tenth of a second at 10 per second")
	}
}

func TestBucketNeverExceedsItsCapacity(t *testing.T) {
	var b Bucket
	limit := Limit{Rate: 1000, Burst: 3}
	passed := 0
	for range 10 {
		if b.Take(limit, int64(24*time.Hour)) {
			passed++
		}
	}
	if passed != 3 {
		t.Fatalf("%d requests passed after a day of rest, want the burst of 3", passed)
	}
}

func TestZeroLimitLetsNothingPass(t *testing.T) {
	for _, limit := range []Limit{{}, {Rate: 1}, {Burst: 1}, {Rate: -1, Burst: -1}} {
		var b Bucket
		if b.Take(limit, 1) {
			t.Errorf("%+v let a request pass", limit)
		}
	}
}

func TestExtremeLimits(t *testing.T) {
	var fast, slow Bucket
	if !fast.Take(Limit{Rate: 1e300, Burst: 1 << 62}, 1) {
		t.Error("a limit without end refused")
	}
	if !slow.Take(Limit{Rate: 1e-300, Burst: 1}, 1) || slow.Take(Limit{Rate: 1e-300, Burst: 1}, int64(time.Hour)) {
		t.Error("a rate of almost nothing must pass its burst and no more")
	}
}

func TestBucketTakenAtOnce(t *testing.T) {
	var b Bucket
	var passed atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				if b.Take(Limit{Rate: 1, Burst: 50}, 1) {
					passed.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if passed.Load() != 50 {
		t.Fatalf("%d passed, want 50", passed.Load())
	}
}
