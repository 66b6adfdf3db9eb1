package gateway

import (
	"sync"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/throttle"
)

// A bucketKey names what shares a token bucket (data plane §7.2):
//
//	all clients of a stage's Method         api, stage, path, verb
//	an API key in a usage plan              region, plan, key
//	the same for one Method of a stage      all of these
//	all requests of a region                region
type bucketKey struct {
	region, plan, key string
	api, stage, path  string
	verb              verb
}

// buckets are the token buckets of all stages. They outlive snapshots.
type buckets struct {
	mu  sync.Mutex
	all map[bucketKey]*throttle.Bucket
}

func (b *buckets) get(key bucketKey) *throttle.Bucket {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.all == nil {
		b.all = map[bucketKey]*throttle.Bucket{}
	}
	if b.all[key] == nil {
		b.all[key] = &throttle.Bucket{}
	}
	return b.all[key]
}

// forget drops those of a stage, of all stages of an API for "".
func (b *buckets) forget(name stageName) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for key := range b.all {
		if name.covers(stageName{key.api, key.stage}) {
			delete(b.all, key)
		}
	}
}

// forgetMethods drops those of Methods that a stage does not serve.
func (b *buckets) forgetMethods(name stageName, served servedMethods) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for key := range b.all {
		if name == (stageName{key.api, key.stage}) && !served.has(key.path, key.verb) {
			delete(b.all, key)
		}
	}
}

func (b *buckets) forgetPlans(region string, isGone func(plan string) bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for key := range b.all {
		if key.plan != "" && key.region == region && isGone(key.plan) {
			delete(b.all, key)
		}
	}
}

// limitOf is what a stage sets for a Method. Negative numbers mean that the
// account's limit alone applies, which a gateway of one's own has only if it is
// set (Deps.AccountLimit).
// A limit of which one number is missing takes the other from the account's
// 10,000 per second, 5,000 at once.
func limitOf(s apigw.MethodSetting) (throttle.Limit, bool) {
	if s.ThrottlingRateLimit == nil && s.ThrottlingBurstLimit == nil {
		return throttle.Limit{}, false
	}
	limit := throttle.Limit{Rate: 10_000, Burst: 5_000}
	if s.ThrottlingRateLimit != nil {
		limit.Rate = float64(*s.ThrottlingRateLimit)
	}
	if s.ThrottlingBurstLimit != nil {
		limit.Burst = *s.ThrottlingBurstLimit
	}
	return limit, limit.Rate >= 0 && limit.Burst >= 0
}

// throttleRequest takes a token of the stage's Method, then one of the account.
func throttleRequest(inv *Invocation) error {
	m := inv.method
	if m.bucket != nil && !m.bucket.Take(m.limit, inv.ticks()) {
		return inv.errThrottled("Method", m.limit)
	}
	if account := inv.g.deps.AccountLimit; m.account != nil && !m.account.Take(*account, inv.ticks()) {
		return inv.errThrottled("Account", *account)
	}
	return nil
}
