// Package gateway is the data plane: it serves what is deployed.
//
// Publish gives it the live Stages of an API; what a Deployment froze is
// compiled once (compile.go) and the whole is swapped as one immutable snapshot
// (live.go). Handle takes one request through it: whom it is for (address.go),
// which Method serves it (tree.go), and then the steps of pipeline.go, each a
// file named as API Gateway names it: method request → integration request →
// integration → integration response → method response. A step that fails ends
// in gateway_response.go.
//
// One Invocation is one request; it is at the same time the event that logs,
// TestInvokeMethod and metrics are written from (note.go).
package gateway

import (
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/authorizer"
	"github.com/poterne/poterne/gateway/cache"
	"github.com/poterne/poterne/gateway/egress"
	"github.com/poterne/poterne/gateway/throttle"
	"github.com/poterne/poterne/iam"
	"github.com/poterne/poterne/wire/httpmsg"
)

// Deps is what a Gateway works with. Everything has a default.
type Deps struct {
	Now    func() time.Time // time.Now
	Random func() uint64    // ids and canary draws; math/rand/v2's
	Log    *slog.Logger     // discards
	Egress *egress.Client   // calls integrations; one with the zero Config
	AWS    *egress.AWS      // calls AWS and Lambda functions; one without credentials

	// AccessLog takes access logs; nil: there are none.
	AccessLog AccessLog

	// Traces keeps what recent requests noted; nil: nothing does.
	Traces *Traces

	// Tracer takes the spans of requests; nil: nothing does.
	Tracer Tracer

	// AccountLimit throttles all requests of a region together; nil: nothing
	// does.
	AccountLimit *throttle.Limit

	// Identities are who may sign calls of AWS_IAM Methods; nil: nobody is
	// known.
	Identities func() *iam.Identities
	// AnySignature lets a well-formed signature pass as the account's root
	// where nobody is known.
	AnySignature bool
	// UserPools say where the tokens of user pools come from, by the pool's
	// id; those of others come from AWS.
	UserPools map[string]authorizer.PoolSource
	// Truststores are the URIs of those by which the TLS listener verifies
	// clients.
	Truststores map[string]bool
	// VPCEndpoints are the ways to PRIVATE APIs.
	VPCEndpoints []VPCEndpoint

	// Cache keeps responses of stages; one of 64 MiB in memory.
	Cache cache.Store

	// AccountId is $context.accountId of TestInvokeMethod, which has no stage
	// to know it from.
	AccountId string

	// Domain ends $context.domainName where the request's Host does not name
	// the API: {apiId}.execute-api.{Domain}. "localhost".
	Domain string
}

func (d *Deps) setDefaults() {
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Random == nil {
		d.Random = rand.Uint64
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Egress == nil {
		d.Egress = egress.New(egress.Config{})
	}
	if d.AWS == nil {
		d.AWS = egress.NewAWS(egress.AWSConfig{Client: d.Egress})
	}
	if d.Cache == nil {
		d.Cache = cache.NewLocal(64 << 20)
	}
	if d.Domain == "" {
		d.Domain = "localhost"
	}
}

// A Gateway serves deployed Stages. It is safe for concurrent use.
type Gateway struct {
	deps  Deps
	epoch time.Time // of the clock that token buckets run on

	isMachineTime bool // Deps.Now was left to its default

	live atomic.Pointer[snapshot]

	publishing sync.Mutex // held by whoever makes the next snapshot
	clock      clock
	buckets    buckets           // outlive snapshots: a swap refills none
	counters   throttle.Counters // and grants nothing
	meters     meters
	shared     sharedParts
	results    *authorizer.Cache // of Lambda authorizers; outlives them too
	pools      *authorizer.Pools // so do the keys of user pools

	renderings  renderings
	invocations sync.Pool
	arenas      sync.Pool // of *jsonv.Arena, see mapping.Scope
}

// New makes a Gateway that serves nothing yet.
func New(deps Deps) *Gateway {
	isMachineTime := deps.Now == nil
	deps.setDefaults()
	g := &Gateway{deps: deps, isMachineTime: isMachineTime, epoch: deps.Now(), results: authorizer.NewCache(),
		pools: authorizer.NewPools(deps.UserPools, deps.Egress, deps.Now)}
	g.renderings.init()
	g.live.Store(&snapshot{})
	g.invocations.New = func() any { return newInvocation(g) }
	return g
}

// since is how long ago t was. Of the machine's time it asks once, for the
// monotonic one, where Now asks twice.
func (g *Gateway) since(t time.Time) time.Duration {
	if g.isMachineTime {
		return time.Since(t)
	}
	return g.deps.Now().Sub(t)
}

// Handle answers one request by filling resp. What resp points to is valid
// until resp.Done is called, which the door must do once. It never panics.
func (g *Gateway) Handle(req *httpmsg.Request, resp *httpmsg.Response) {
	inv := g.invocations.Get().(*Invocation)
	inv.begin(req, resp)
	inv.serve(g.live.Load())
}

// Publish makes releases all that is served of an API; calls under way end with
// what they began with. A Deployment that was compiled before is not compiled
// again, and its Definition may be nil. Parts that cannot be compiled answer 500
// where they are used and are listed by Reports; nothing else suffers.
//
// APIs may be published at the same time, one API by one caller.
func (g *Gateway) Publish(apiId string, releases []apigw.Release) {
	g.publish(apiId, releases, g.compileDeps())
}

// Restore is Publish for what was deployed before, when a server begins with
// it: templates are parsed when they are first rendered, or when Reports asks
// for their faults. Nobody can tell by an answer.
func (g *Gateway) Restore(apiId string, releases []apigw.Release) {
	deps := g.compileDeps()
	deps.deferred = true
	g.publish(apiId, releases, deps)
}

func (g *Gateway) publish(apiId string, releases []apigw.Release, deps *compileDeps) {
	api := g.makeAPI(g.live.Load().apis[apiId], releases, deps)
	g.replace(apiId, api)
}

// replace swaps in what is served of an API, nothing for nil.
func (g *Gateway) replace(apiId string, api *liveAPI) {
	g.publishing.Lock()
	defer g.publishing.Unlock()
	current := g.live.Load()
	old, next := current.apis[apiId], current.without(apiId)
	if api != nil {
		next.apis[apiId] = api
	}
	next.stages = current.stages.replaced(old, api)
	release := next.arrived(apiId)
	g.live.Store(next)
	release()
	g.emptyCaches(old, api)
	g.forgetStages(old, api)
}

// Unpublish stops serving an API and forgets its token buckets and responses.
func (g *Gateway) Unpublish(apiId string) {
	g.replace(apiId, nil)
	g.forget(stageName{api: apiId})
}

// FlushAuthorizers forgets what Lambda authorizers answered in a stage.
func (g *Gateway) FlushAuthorizers(apiId, stage string) { g.results.Flush(apiId, stage) }

// ForgetKeys has the keys of user pools read anew when they are asked for.
func (g *Gateway) ForgetKeys() { g.pools.Forget() }

// SetRoot serves a Stage without its name in the path, for requests whose Host
// and path name no API. An empty apiId ends that.
func (g *Gateway) SetRoot(apiId, stage string) {
	g.publishing.Lock()
	defer g.publishing.Unlock()
	next := *g.live.Load()
	next.root = rootStage{apiId, stage}
	g.live.Store(&next)
}

// Serves reports whether the Stage of SetRoot has a Method for a request.
func (g *Gateway) Serves(method, path string) bool {
	s := g.live.Load()
	stage := s.stage(s.root.api, s.root.stage)
	if stage == nil {
		return false
	}
	return stage.main.deployment.find(path, requestVerb(method)) != nil
}

// Reports lists what of the live Stages is not enforced or cannot be compiled,
// by API, stage, path and method.
func (g *Gateway) Reports() []Report { return g.live.Load().reports() }
