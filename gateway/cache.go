package gateway

import (
	"slices"
	"strings"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/cache"
	"github.com/poterne/poterne/iam"
	"github.com/poterne/poterne/wire/httpmsg"
)

// A caching is what a stage's settings say of the responses of a Method
// (data plane §9.1).
type caching struct {
	stage      cache.Stage
	ttl        time.Duration
	getAlone   bool   // the setting is that of all Methods, which caches GET only
	restricted bool   // requireAuthorizationForCacheControl
	strategy   string // unauthorizedCacheControlHeaderStrategy
}

// Defaults of method settings (AF-124).
const (
	defaultTTL      = 300 * time.Second
	defaultStrategy = apigw.UnauthorizedCacheControlHeaderStrategySucceedWithResponseHeader
)

// cachingOf is nil where nothing is cached: without a cache cluster, with
// caching off or a time to live of 0, and for other verbs than GET unless the
// Method has a setting of its own.
func (g *Gateway) cachingOf(s *liveStage, m *method, setting methodSetting) *caching {
	stage := &s.release.Stage
	if !deref(stage.CacheClusterEnabled) || !deref(setting.CachingEnabled) {
		return nil
	}
	c := &caching{
		stage:      cache.Stage{API: s.release.RestApiId, Name: deref(stage.StageName)},
		ttl:        defaultTTL,
		getAlone:   !setting.own,
		restricted: setting.RequireAuthorizationForCacheControl == nil || *setting.RequireAuthorizationForCacheControl,
		strategy:   defaultStrategy,
	}
	if setting.CacheTtlInSeconds != nil {
		c.ttl = time.Duration(*setting.CacheTtlInSeconds) * time.Second
	}
	if setting.UnauthorizedCacheControlHeaderStrategy != nil {
		c.strategy = *setting.UnauthorizedCacheControlHeaderStrategy
	}
	verbCaches := !c.getAlone || m.verb == verbGet || m.verb == verbAny
	if c.ttl <= 0 || !verbCaches {
		return nil
	}
	return c
}

// lookupCache answers from the cache if it can. A client that asks for a fresh
// response by Cache-Control: max-age=0 gets one if it may (data plane §9.4).
func lookupCache(inv *Invocation) error {
	c := inv.method.caching
	if c.getAlone && inv.context.HTTPMethod != "GET" {
		return nil
	}
	renew, err := inv.renews(c)
	if err != nil {
		return err
	}
	if !inv.makeCacheKey() || renew {
		inv.missCache("not asked, the answer is made anew")
		return nil
	}
	entry := inv.g.deps.Cache.Get(inv.cacheKey)
	if entry == nil || !inv.start.Before(entry.Expires) {
		inv.missCache("miss")
		return nil
	}
	inv.stage.meter.cacheHits.Add(1)
	if own := inv.method.meter; own != nil {
		own.cacheHits.Add(1)
	}
	inv.note(noteCache, "hit")
	inv.answerWith(entry)
	return errAnswered
}

// missCache counts a request that the integration answers though the Method
// caches.
func (inv *Invocation) missCache(why string) {
	inv.stage.meter.cacheMisses.Add(1)
	if own := inv.method.meter; own != nil {
		own.cacheMisses.Add(1)
	}
	inv.note(noteCache, why)
}

// renews reports whether the entry is to be made anew.
func (inv *Invocation) renews(c *caching) (bool, error) {
	if !asksForFresh(&inv.req.Header) {
		return false, nil
	}
	if !c.restricted || inv.mayInvalidate() {
		return true, nil
	}
	if c.strategy == apigw.UnauthorizedCacheControlHeaderStrategyFailWith403 {
		return false, &failure{kind: accessDenied, note: noteDenied, details: [2]string{invalidateAction}}
	}
	inv.warnCacheControl = c.strategy == apigw.UnauthorizedCacheControlHeaderStrategySucceedWithResponseHeader
	return false, nil
}

const invalidateAction = "execute-api:InvalidateCache"

// mayInvalidate asks the policies of the API and of who signed the call, if
// anybody did. Another account cannot invalidate.
func (inv *Invocation) mayInvalidate() bool {
	if inv.nameMethod() != nil {
		return false
	}
	r := iam.Request{Principal: iam.Anonymous, Action: invalidateAction, Resource: inv.methodARN, Keys: inv.keys}
	own := iam.Implicit
	if caller := inv.caller; caller != nil {
		if caller.Account != inv.context.AccountID {
			return false
		}
		r.Principal, r.Keys = caller.Principal, inv.callerKeys
		own = caller.Decide(&r)
	}
	return iam.SameAccount(own, inv.method.deployment.gate.evaluate(&r)) == iam.Allow
}

// asksForFresh: max-age=0 is the one directive that is documented to.
func asksForFresh(h *httpmsg.Header) bool {
	for name, value := range h.All() {
		if !strings.EqualFold(name, "Cache-Control") {
			continue
		}
		for directive := range strings.SplitSeq(value, ",") {
			if strings.EqualFold(strings.TrimSpace(directive), "max-age=0") {
				return true
			}
		}
	}
	return false
}

// answerWith makes the response from an entry; ids and trace are the request's
// own.
func (inv *Invocation) answerWith(e *cache.Entry) {
	r := inv.resp
	r.Status, r.Body = e.Status, e.Body
	for _, f := range e.Header {
		r.Header.Add(f.Name, f.Value)
	}
	if inv.method.kind.Traced {
		r.Header.Set(traceHeader, inv.answerTrace())
	}
	inv.fromCache = true
	inv.noteResponse()
}

// maxCachedBody is the length of the longest body that is cached.
const maxCachedBody = 1 << 20

// ignoredCacheControl: the text is reported by users, not documented.
const ignoredCacheControl = "199 Cache-control headers were ignored because the caller was unauthorized."

// storeCache keeps a response that was made now, and says that a Cache-Control
// was ignored. What the gateway itself answers never gets here, and failures of
// the integration are not kept.
func storeCache(inv *Invocation) error {
	r := inv.resp
	if !inv.fromCache && inv.cacheKey.Text != "" && r.Stream == nil && len(r.Body) <= maxCachedBody && r.Status < 500 {
		inv.g.deps.Cache.Put(inv.cacheKey, inv.entryOf(r))
	}
	if inv.warnCacheControl {
		r.Header.Add("Warning", ignoredCacheControl)
	}
	return nil
}

// entryOf copies the response, but for what the request has of its own.
func (inv *Invocation) entryOf(r *httpmsg.Response) *cache.Entry {
	e := &cache.Entry{Status: r.Status, Body: slices.Clone(r.Body), Expires: inv.start.Add(inv.method.caching.ttl)}
	for name, value := range r.Header.All() {
		if inv.method.kind.Traced && strings.EqualFold(name, traceHeader) {
			continue
		}
		e.Header = append(e.Header, httpmsg.Field{Name: strings.Clone(name), Value: strings.Clone(value)})
	}
	return e
}

// FlushStageCache forgets the responses of a stage.
func (g *Gateway) FlushStageCache(apiId, stage string) {
	g.deps.Cache.Flush(cache.Stage{API: apiId, Name: stage})
}

// emptyCaches forgets the responses of stages that are gone, or whose cache
// was switched or has another size (data plane §9.4).
func (g *Gateway) emptyCaches(old, now *liveAPI) {
	if old == nil {
		return
	}
	for name, was := range old.stages {
		var is *liveStage
		if now != nil {
			is = now.stages[name]
		}
		if is == nil || cacheSize(&is.release.Stage) != cacheSize(&was.release.Stage) {
			g.FlushStageCache(was.release.RestApiId, name)
		}
	}
}

// cacheSize is the size of a stage's cache cluster, "" without one.
func cacheSize(s *apigw.Stage) string {
	if !deref(s.CacheClusterEnabled) {
		return ""
	}
	return "on " + deref(s.CacheClusterSize)
}
