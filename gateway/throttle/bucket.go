// Package throttle limits rates as API Gateway does: by token buckets, one
// token per request, best effort (data plane §7.2).
package throttle

import (
	"math"
	"sync/atomic"
	"time"
)

// A Limit is a rate in requests per second and the capacity of the bucket.
// A rate or a burst of 0 lets nothing pass.
type Limit struct {
	Rate  float64
	Burst int
}

// A Bucket holds tokens, at most Limit.Burst, refilled at Limit.Rate. It is
// kept as the time at which it would be full again, one word, so that Take
// needs no lock. The zero value is full; its methods may be called at once
// from several goroutines.
type Bucket struct {
	fullAt atomic.Int64 // nanoseconds on the caller's monotonic clock
}

// Take takes a token at the time now, which is nanoseconds on a clock that
// never goes back, and reports whether there was one.
func (b *Bucket) Take(limit Limit, now int64) bool {
	if limit.Rate <= 0 || limit.Burst <= 0 {
		return false
	}
	token := tokenTime(limit.Rate)
	capacity := int64(math.MaxInt64 / 4)
	if float64(token)*float64(limit.Burst) < float64(capacity) {
		capacity = token * int64(limit.Burst)
	}
	for {
		fullAt := b.fullAt.Load()
		next := max(fullAt, now) + token
		if next-now > capacity {
			return false
		}
		if b.fullAt.CompareAndSwap(fullAt, next) {
			return true
		}
	}
}

// tokenTime is how long one token takes to be refilled.
func tokenTime(rate float64) int64 {
	nanos := float64(time.Second) / rate
	return int64(min(max(nanos, 1), math.MaxInt64/8))
}
