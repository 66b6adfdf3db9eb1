package gateway

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/wire/httpmsg"
)

// A keyedGateway serves GET /who, which requires an API key and answers with
// the key's id, at a time that the test sets.
type keyedGateway struct {
	*Gateway
	plans map[string]*apigw.SitePlan
	keys  map[string]apigw.SiteKey
}

func newKeyedGateway(t testing.TB, now func() time.Time) *keyedGateway {
	g := &keyedGateway{Gateway: New(Deps{Now: now}), plans: map[string]*apigw.SitePlan{}, keys: map[string]apigw.SiteKey{}}
	t.Cleanup(g.deps.Egress.Close)
	g.deploy()
	return g
}

// deploy publishes a new deployment of the same.
func (g *keyedGateway) deploy() {
	method := &apigw.Method{
		HttpMethod: ptr("GET"), AuthorizationType: ptr("NONE"), ApiKeyRequired: ptr(true),
		MethodIntegration: &apigw.Integration{
			Type: ptr("MOCK"), RequestTemplates: apigw.Templates{"application/json": ptr("{statusCode: 200}")},
			IntegrationResponses: map[string]*apigw.IntegrationResponse{"200": {
				ResponseTemplates: apigw.Templates{"application/json": ptr("$context.identity.apiKeyId")},
			}},
		},
	}
	def := &apigw.Definition{Resources: []apigw.Resource{{
		Id: ptr("res1"), Path: ptr("/who"), ResourceMethods: map[string]*apigw.Method{"GET": method},
	}}}
	release := apigw.Release{Region: caseRegion, RestApiId: caseApi, Definition: def,
		Stage: apigw.Stage{StageName: ptr(caseStage), DeploymentId: ptr("dep" + strconv.Itoa(rand.Int()))}}
	g.Publish(caseApi, []apigw.Release{release})
}

// add puts a key into a plan.
func (g *keyedGateway) add(id, value, plan string, quota *apigw.QuotaSettings, throttle *apigw.ThrottleSettings) {
	g.keys[id] = apigw.SiteKey{Digest: digestOf(value), Enabled: true}
	if g.plans[plan] == nil {
		g.plans[plan] = &apigw.SitePlan{Members: map[string]apigw.SiteMember{}, Plan: apigw.UsagePlan{
			Id: ptr(plan), Quota: quota, Throttle: throttle,
			ApiStages: []apigw.ApiStage{{ApiId: ptr(caseApi), Stage: ptr(caseStage)}},
		}}
	}
	g.plans[plan].Members[id] = apigw.SiteMember{}
}

func (g *keyedGateway) publish() {
	g.PublishSite(&apigw.Site{Region: caseRegion, APIKeys: g.keys, UsagePlans: g.plans})
}

// get calls GET /who with a key.
func (g *keyedGateway) get(value string, at time.Time) (status int, body string) {
	req := httpmsg.Request{Method: "GET", Proto: "HTTP/1.1", Host: caseApi + ".execute-api.localhost", Path: "/" + caseStage + "/who", Received: at}
	req.Header.Add("x-api-key", value)
	var resp httpmsg.Response
	g.Handle(&req, &resp)
	status, body = resp.Status, string(resp.Body)
	resp.Done(int64(len(resp.Body)), nil)
	return status, body
}

// envOr is a number of the environment, for the long runs that make starts.
func envOr(t *testing.T, name string, standard int) int {
	text := os.Getenv(name)
	if text == "" {
		return standard
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// Pairs of callers drawn at random, at the same time: each is answered as
// itself, and what it used is counted to it alone.
func TestCallersDoNotCross(t *testing.T) {
	pairs := envOr(t, "POTERNE_CALLER_PAIRS", 10_000)
	const callers, plans, workers = 500, 7, 8
	g := newKeyedGateway(t, func() time.Time { return caseNow })
	value := func(caller int) string { return fmt.Sprintf("value-of-caller-%09d", caller) }
	for caller := range callers {
		g.add("key"+strconv.Itoa(caller), value(caller), "plan"+strconv.Itoa(caller%plans), nil, nil)
	}
	g.publish()
	var made [callers]atomic.Int64
	var all sync.WaitGroup
	for worker := range workers {
		all.Go(func() {
			random := rand.New(rand.NewPCG(uint64(worker), 7))
			for range pairs / workers {
				var pair sync.WaitGroup
				for range 2 {
					caller := random.IntN(callers)
					made[caller].Add(1)
					pair.Go(func() {
						status, body := g.get(value(caller), caseNow)
						if want := "key" + strconv.Itoa(caller); status != 200 || body != want {
							t.Errorf("%s was answered %d %q", want, status, body)
						}
					})
				}
				pair.Wait()
			}
		})
	}
	all.Wait()
	for _, count := range g.TakeUsage() {
		caller, _ := strconv.Atoi(strings.TrimPrefix(count.KeyId, "key"))
		if plan := "plan" + strconv.Itoa(caller%plans); count.UsagePlanId != plan || count.Requests != made[caller].Load() {
			t.Errorf("%d requests of %s are counted as %+v", made[caller].Load(), count.KeyId, count)
		}
		made[caller].Store(0)
	}
	for caller := range made {
		if n := made[caller].Load(); n != 0 {
			t.Errorf("%d requests of key%d are not counted", n, caller)
		}
	}
}

// Under pressure, whatever its pattern, a throttle admits rate·t + burst.
func TestThrottleAdmitsItsRate(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		rate, burst := math.Exp(random.Float64()*7), 5+random.IntN(200)
		now := caseNow
		g := newKeyedGateway(t, func() time.Time { return now })
		g.add("key1", "alpha-alpha-alpha-alpha", "plan1", nil, &apigw.ThrottleSettings{RateLimit: ptr(apigw.Double(rate)), BurstLimit: ptr(burst)})
		g.publish()
		admitted, seconds := 0, 10.0
		for range burst {
			g.get("alpha-alpha-alpha-alpha", now)
			admitted++
		}
		for now.Sub(caseNow).Seconds() < seconds {
			for range 1 + random.IntN(3) {
				if status, _ := g.get("alpha-alpha-alpha-alpha", now); status == 200 {
					admitted++
				}
			}
			// Twice as fast as the rate, or faster.
			now = now.Add(time.Duration(random.Float64() * float64(time.Second) / rate))
			if random.IntN(100) == 0 {
				g.deploy()
			}
			if random.IntN(100) == 0 {
				g.plans["plan1"].Plan.Name = ptr("renamed")
				g.plans = map[string]*apigw.SitePlan{"plan1": {Plan: g.plans["plan1"].Plan, Members: g.plans["plan1"].Members}}
				g.publish()
			}
		}
		right := rate*now.Sub(caseNow).Seconds() + float64(burst)
		if got := float64(admitted); got > right*1.01+1 || got < right*0.99-1 {
			t.Errorf("rate %.1f burst %d: admitted %d in %v, want %.0f", rate, burst, admitted, now.Sub(caseNow), right)
		}
	}
}

// The same against the clock of the machine, for make throttle-truth. Where the
// machine has no time for the pressure, tokens that a full bucket cannot hold
// are lost, as they should be: they are counted, and not asked for.
func TestThrottleAgainstTheClock(t *testing.T) {
	seconds := envOr(t, "POTERNE_THROTTLE_SECONDS", 0)
	if seconds == 0 {
		t.Skip("make throttle-truth runs it for a minute")
	}
	const rate, burst, workers = 500.0, 100, 4
	g := newKeyedGateway(t, time.Now)
	g.add("key1", "alpha-alpha-alpha-alpha", "plan1", nil, &apigw.ThrottleSettings{RateLimit: ptr(apigw.Double(rate)), BurstLimit: ptr(burst)})
	g.publish()
	var admitted, refused, last, lost atomic.Int64
	pressure := time.Duration(seconds) * time.Second
	start := time.Now()
	pauseSince := func() { // the last request
		now := int64(time.Since(start))
		if pause := now - last.Swap(now); float64(pause)*rate > burst*float64(time.Second) {
			lost.Add(int64(float64(pause)*rate/float64(time.Second)) - burst)
		}
	}
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for time.Since(start) < pressure {
				pauseSince()
				if status, _ := g.get("alpha-alpha-alpha-alpha", time.Now()); status == 200 {
					admitted.Add(1)
				} else {
					refused.Add(1)
				}
			}
		})
	}
	for time.Since(start) < pressure {
		time.Sleep(time.Second)
		g.deploy()
		g.publish()
	}
	all.Wait()
	right := rate*pressure.Seconds() + burst
	got := float64(admitted.Load())
	offered := right - float64(lost.Load())
	t.Logf("admitted %.0f of %d in %v, right is %.0f: %+.3f %%; %d tokens were lost in pauses of the pressure: %+.3f %%",
		got, admitted.Load()+refused.Load(), pressure, right, 100*(got/right-1), lost.Load(), 100*(got/offered-1))
	if got > right*1.01 || got < offered*0.99 {
		t.Error("that is beyond 1 %")
	}
}

// However its requests come, a quota admits its limit in each period, also
// when counts are taken away to be stored, given back, or restored.
func TestQuotaAdmitsItsLimit(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, period := range []string{"DAY", "WEEK", "MONTH"} {
		quota := &apigw.QuotaSettings{Limit: ptr(1 + random.IntN(50)), Period: &period}
		now := caseNow
		stored := map[apigw.UsageCount]int64{}
		g := newQuotaGateway(t, &now, quota)
		admitted := map[apigw.Day]int{}
		for range 5000 {
			if status, _ := g.get("alpha-alpha-alpha-alpha", now); status == 200 {
				admitted[quota.PeriodStart(apigw.DayOf(now))]++
			}
			switch random.IntN(50) {
			case 0:
				g.ReturnUsage(g.TakeUsage())
			case 1:
				keepUsage(stored, g.TakeUsage())
			case 2: // another process
				keepUsage(stored, g.TakeUsage())
				g = newQuotaGateway(t, &now, quota)
				g.RestoreUsage(allUsage(stored))
			case 3:
				now = now.Add(time.Duration(random.IntN(48)) * time.Hour)
			case 4: // the clock is set back, and on again
				before := now
				now = now.Add(-time.Duration(random.IntN(12)) * time.Hour)
				g.get("alpha-alpha-alpha-alpha", now)
				now = before
			}
		}
		for start, n := range admitted {
			if n > *quota.Limit {
				t.Errorf("%d a %s: %d in the one that began on %v", *quota.Limit, period, n, start)
			}
		}
	}
}

func newQuotaGateway(t *testing.T, now *time.Time, quota *apigw.QuotaSettings) *keyedGateway {
	g := newKeyedGateway(t, func() time.Time { return *now })
	g.add("key1", "alpha-alpha-alpha-alpha", "plan1", quota, nil)
	g.publish()
	return g
}

func keepUsage(stored map[apigw.UsageCount]int64, counts []apigw.UsageCount) {
	for _, u := range counts {
		n := u.Requests
		u.Requests = 0
		stored[u] += n
	}
}

func allUsage(stored map[apigw.UsageCount]int64) (counts []apigw.UsageCount) {
	for u, n := range stored {
		u.Requests = n
		counts = append(counts, u)
	}
	return counts
}

func BenchmarkAPIKey(b *testing.B) {
	g := newKeyedGateway(b, time.Now)
	for i := range 10_000 {
		g.add("key"+strconv.Itoa(i), fmt.Sprintf("value-of-caller-%09d", i), "plan1",
			&apigw.QuotaSettings{Limit: ptr(math.MaxInt), Period: ptr("MONTH")},
			&apigw.ThrottleSettings{RateLimit: ptr(apigw.Double(1e9)), BurstLimit: ptr(math.MaxInt32)})
	}
	g.publish()
	req := httpmsg.Request{Method: "GET", Proto: "HTTP/1.1", Host: caseApi + ".execute-api.localhost", Path: "/" + caseStage + "/who", Received: time.Now()}
	req.Header.Add("x-api-key", "value-of-caller-000000777")
	var resp httpmsg.Response
	b.ReportAllocs()
	for b.Loop() {
		g.Handle(&req, &resp)
		if resp.Status != 200 {
			b.Fatal(resp.Status)
		}
		resp.Done(0, nil)
		resp.Reset()
	}
}
