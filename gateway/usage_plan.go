package gateway

import (
	"maps"
	"math"
	"slices"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/throttle"
)

// A liveKey is an API key as requests are held against it.
type liveKey struct {
	id      string
	enabled bool
}

// A stageName names a Stage of a region.
type stageName struct{ api, stage string }

// covers reports whether other is the stage, or one of the API for "".
func (n stageName) covers(other stageName) bool {
	return n.api == other.api && (n.stage == "" || n.stage == other.stage)
}

// A livePlan is a usage plan as it is served. It needs no deployment.
type livePlan struct {
	def     *apigw.SitePlan
	limit   *throttle.Limit // of each key, over all stages of the plan; nil: none
	quota   *apigw.QuotaSettings
	methods map[stageName]map[string]throttle.Limit // of each key, by "/pets/GET"
	members map[string]*liveMember                  // by key id
}

// A liveMember is a key in a plan. What it counts outlives snapshots.
type liveMember struct {
	apigw.SiteMember
	bucket  *throttle.Bucket
	counter *throttle.Counter
}

// usagePlans makes what a region serves of keys and plans. Plans that are what
// they were are taken over whole.
func (g *Gateway) usagePlans(site *apigw.Site, old, next *liveSite) {
	next.keys = make(map[apigw.KeyDigest]liveKey, len(site.APIKeys))
	for id, key := range site.APIKeys {
		next.keys[key.Digest] = liveKey{id, key.Enabled}
	}
	next.plans = make(map[string]*livePlan, len(site.UsagePlans))
	next.stages = map[stageName][]*livePlan{}
	for _, id := range slices.Sorted(maps.Keys(site.UsagePlans)) {
		def := site.UsagePlans[id]
		plan := old.plan(id)
		if plan == nil || plan.def != def {
			plan = g.newPlan(site.Region, id, def)
		}
		next.plans[id] = plan
		for _, s := range def.Plan.ApiStages {
			name := stageName{deref(s.ApiId), deref(s.Stage)}
			next.stages[name] = append(next.stages[name], plan)
		}
	}
	isGone := func(plan string) bool { return next.plans[plan] == nil }
	g.counters.Forget(site.Region, isGone)
	g.buckets.forgetPlans(site.Region, isGone)
}

func (g *Gateway) newPlan(region, id string, def *apigw.SitePlan) *livePlan {
	p := &livePlan{def: def, quota: def.Plan.Quota, methods: map[stageName]map[string]throttle.Limit{}}
	p.limit = planLimit(def.Plan.Throttle)
	for _, s := range def.Plan.ApiStages {
		limits := map[string]throttle.Limit{}
		for method, settings := range s.Throttle {
			if limit := planLimit(settings); limit != nil {
				limits[method] = *limit
			}
		}
		p.methods[stageName{deref(s.ApiId), deref(s.Stage)}] = limits
	}
	p.members = make(map[string]*liveMember, len(def.Members))
	for key, member := range def.Members {
		p.members[key] = &liveMember{
			SiteMember: member,
			bucket:     g.buckets.get(bucketKey{region: region, plan: id, key: key}),
			counter:    g.counters.Get(throttle.CounterKey{Region: region, UsagePlanId: id, KeyId: key}),
		}
	}
	return p
}

// planLimit is what a plan sets. Of a limit with one number the other is
// without bound: a burst alone is no rate, and a rate alone may burst by a
// second's worth.
func planLimit(s *apigw.ThrottleSettings) *throttle.Limit {
	if s == nil || s.RateLimit == nil && s.BurstLimit == nil {
		return nil
	}
	limit := throttle.Limit{Rate: math.MaxInt32}
	if s.RateLimit != nil {
		limit.Rate = float64(*s.RateLimit)
	}
	limit.Burst = int(math.Ceil(limit.Rate))
	if s.BurstLimit != nil {
		limit.Burst = *s.BurstLimit
	}
	return &limit
}

func (s *liveSite) plan(id string) *livePlan {
	if s == nil {
		return nil
	}
	return s.plans[id]
}

// key is the API key of that digest.
func (s *liveSite) key(digest apigw.KeyDigest) (liveKey, bool) {
	if s == nil {
		return liveKey{}, false
	}
	key, ok := s.keys[digest]
	return key, ok
}

// access finds the plan by which a key may call a stage: there is one at most
// (data plane §7.1).
func (s *liveSite) access(key string, name stageName) (*livePlan, *liveMember) {
	for _, plan := range s.stages[name] {
		if member := plan.members[key]; member != nil {
			return plan, member
		}
	}
	return nil, nil
}

// methodLimit is the plan's limit for requests of a verb to a Method of a stage,
// if it has one of its own, and the verb that it is for: to an ANY Method the
// request's, else ANY.
func (p *livePlan) methodLimit(name stageName, m *method, v verb) (throttle.Limit, verb, bool) {
	limits := p.methods[name]
	if len(limits) == 0 {
		return throttle.Limit{}, 0, false
	}
	if m.verb == verbAny && v < verbAny {
		var room [128]byte
		key := append(append(append(room[:0], m.resourcePath...), '/'), verbNames[v]...)
		if limit, ok := limits[string(key)]; ok {
			return limit, v, true
		}
	}
	limit, ok := limits[m.throttleKey]
	return limit, m.verb, ok
}

// take counts a request of a key on a day, if its quota is not used up.
func (p *livePlan) take(m *liveMember, day apigw.Day) bool {
	if p.quota == nil {
		return m.counter.Take(day, day, math.MaxInt64)
	}
	return m.counter.Take(day, p.quota.PeriodStart(day), p.quota.Allowance(m.Joined, m.Grants, day))
}
