package gateway

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/cache"
	"github.com/poterne/poterne/gateway/mapping"
	"github.com/poterne/poterne/wire/httpmsg"
)

// cached makes a release of a stage that caches, for ttl seconds.
func cached(deployment string, def *apigw.Definition, ttl int) apigw.Release {
	r := releaseOf("dev", deployment, def)
	r.Stage.CacheClusterEnabled, r.Stage.CacheClusterSize = ptr(true), ptr("0.5")
	r.Stage.MethodSettings = map[string]*apigw.MethodSetting{everyMethod: {CachingEnabled: ptr(true), CacheTtlInSeconds: &ttl}}
	return r
}

// counting is a Definition whose GET / answers with the id of its request: a
// response that comes from the cache has that of another.
func counting() *apigw.Definition {
	return mockOf("$context.requestId", nil)
}

// mockOf is a MOCK behind GET / that renders a template, keyed by parameters.
func mockOf(template string, keys []string) *apigw.Definition {
	template200 := `{"statusCode": 200}`
	return definitionOf(map[string]*apigw.Method{"/": {HttpMethod: ptr("GET"), MethodIntegration: &apigw.Integration{
		Type: ptr("MOCK"), RequestTemplates: apigw.Templates{"application/json": &template200}, CacheKeyParameters: keys,
		IntegrationResponses: map[string]*apigw.IntegrationResponse{"200": {ResponseTemplates: apigw.Templates{"application/json": &template}}},
	}}})
}

// getAt asks for /dev/ at a time.
func getAt(g *Gateway, at time.Time) string {
	return send(g, &httpmsg.Request{Method: "GET", Path: "/dev/", Host: caseHost, Received: at})
}

func send(g *Gateway, req *httpmsg.Request) string {
	var resp httpmsg.Response
	req.Remote = netip.MustParseAddrPort("192.0.2.7:1")
	g.Handle(req, &resp)
	body := string(resp.Body)
	resp.Done(int64(len(body)), nil)
	return body
}

// A response is kept for its time to live, and no longer (data plane §9.1).
func TestCacheTTL(t *testing.T) {
	g := New(Deps{})
	g.Publish(caseApi, []apigw.Release{cached("d", counting(), 60)})
	first := getAt(g, caseNow)
	if got := getAt(g, caseNow.Add(59*time.Second)); got != first {
		t.Errorf("after 59 s: %s, want that of %s", got, first)
	}
	second := getAt(g, caseNow.Add(60*time.Second))
	if second == first {
		t.Error("after 60 s the response is still the first")
	}
	if got := getAt(g, caseNow.Add(61*time.Second)); got != second {
		t.Error("the second response was not kept")
	}
}

// A response of more than 1 MiB is made anew each time (data plane §9.1).
func TestCacheLeavesLongResponsesOut(t *testing.T) {
	for extra, kept := range []bool{true, false} {
		g := New(Deps{})
		g.Publish(caseApi, []apigw.Release{cached("d", mockOf("$context.requestId#foreach($i in [1..1000])"+strings.Repeat("x", 1048)+"#end "+strings.Repeat("x", maxCachedBody-36-1-1_048_000+extra), nil), 60)})
		first := getAt(g, caseNow)
		if same := first == getAt(g, caseNow); same != kept || len(first) != maxCachedBody+extra {
			t.Errorf("a body of %d bytes: kept %v", len(first), same)
		}
	}
}

// What empties a cache, and what does not (data plane §9.2, §9.4).
func TestCacheFlush(t *testing.T) {
	def := counting()
	cases := []struct {
		name   string
		change func(*Gateway)
		kept   bool
	}{
		{"nothing", func(*Gateway) {}, true},
		{"a swap of the snapshot", func(g *Gateway) { g.Publish(caseApi, []apigw.Release{cached("d", def, 60)}) }, true},
		{"another time to live", func(g *Gateway) { g.Publish(caseApi, []apigw.Release{cached("d", def, 90)}) }, true},
		{"FlushStageCache", func(g *Gateway) { g.FlushStageCache(caseApi, "dev") }, false},
		{"a flush of another stage", func(g *Gateway) { g.FlushStageCache(caseApi, "prod") }, true},
		{"a deployment", func(g *Gateway) { g.Publish(caseApi, []apigw.Release{cached("d2", counting(), 60)}) }, false},
		{"another size", func(g *Gateway) {
			r := cached("d", def, 60)
			r.Stage.CacheClusterSize = ptr("1.6")
			g.Publish(caseApi, []apigw.Release{r})
		}, false},
		{"off and on", func(g *Gateway) {
			r := cached("d", def, 60)
			r.Stage.CacheClusterEnabled = ptr(false)
			g.Publish(caseApi, []apigw.Release{r})
			g.Publish(caseApi, []apigw.Release{cached("d", def, 60)})
		}, false},
		{"deleted and made again", func(g *Gateway) {
			g.Unpublish(caseApi)
			g.Publish(caseApi, []apigw.Release{cached("d", def, 60)})
		}, false},
	}
	for _, c := range cases {
		g := New(Deps{})
		g.Publish(caseApi, []apigw.Release{cached("d", def, 60)})
		first := getAt(g, caseNow)
		c.change(g)
		if kept := getAt(g, caseNow) == first; kept != c.kept {
			t.Errorf("%s: kept is %v", c.name, kept)
		}
	}
}

// A canary shares what is cached with the stage only if it may, and only where
// it has the same deployment (data plane §9.2).
func TestCacheOfCanary(t *testing.T) {
	def, other := counting(), counting()
	for _, c := range []struct {
		deployment string
		def        *apigw.Definition
		shares     bool
		want       bool
	}{{"d", def, true, true}, {"d", def, false, false}, {"d2", other, true, false}} {
		g := New(Deps{})
		release := func(percent float64) []apigw.Release {
			r := cached("d", def, 60)
			r.Canary = c.def
			r.Stage.CanarySettings = &apigw.CanarySettings{DeploymentId: &c.deployment, PercentTraffic: ptr(apigw.Double(percent)), UseStageCache: &c.shares}
			return []apigw.Release{r}
		}
		g.Publish(caseApi, release(0))
		stage := getAt(g, caseNow)
		g.Publish(caseApi, release(100))
		if got := getAt(g, caseNow) == stage; got != c.want {
			t.Errorf("deployment %s, useStageCache %v: shared is %v", c.deployment, c.shares, got)
		}
	}
}

// Authorised identities do not share a response, whatever the parameters.
func TestCacheKeepsIdentitiesApart(t *testing.T) {
	g := New(Deps{})
	g.Publish(caseApi, []apigw.Release{cached("d", counting(), 60)})
	key := func(principal, subject string) string {
		inv := newInvocation(g)
		inv.begin(&httpmsg.Request{Method: "GET", Path: "/dev/", Host: caseHost}, &httpmsg.Response{})
		if err := inv.route(g.live.Load()); err != nil {
			t.Fatal(err)
		}
		inv.context.Authorizer.PrincipalID = principal
		if subject != "" {
			inv.context.Authorizer.Claims = append(inv.context.Authorizer.Claims, param("sub", subject))
		}
		inv.makeCacheKey()
		return inv.cacheKey.Text
	}
	keys := map[string]bool{}
	for _, who := range [][2]string{{"", ""}, {"a", ""}, {"", "a"}, {"a", "b"}, {"1:a", ""}, {"a1:b", ""}} {
		keys[key(who[0], who[1])] = true
	}
	if len(keys) != 6 {
		t.Errorf("%d keys for 6 identities", len(keys))
	}
}

// No caller gets the answer of another: against a twin that does not cache,
// with values that try to look like one another (data plane §9.2).
func TestCacheRandomPairs(t *testing.T) {
	const template = `$input.params().path [$input.params('id')] $method $context.httpMethod [#foreach($v in $input.params().querystring.keySet())$v#end] [$input.params('q')] [$input.params('x-h')]`
	keys := []string{"method.request.path.id", "method.request.querystring.q", "method.request.header.x-h"}
	def := mockOf(template, keys)
	get := def.Resources[0].ResourceMethods["GET"]
	def.Resources = []apigw.Resource{
		{Id: ptr("r1"), Path: ptr("/a/{id}"), ResourceMethods: map[string]*apigw.Method{"GET": get}},
		{Id: ptr("r2"), Path: ptr("/b/{id}"), ResourceMethods: map[string]*apigw.Method{"GET": get}},
		{Id: ptr("r3"), Path: ptr("/c/{id+}"), ResourceMethods: map[string]*apigw.Method{"GET": get}},
	}
	store := &countedStore{Store: cache.NewLocal(64 << 20)}
	caching, plain := New(Deps{Cache: store}), New(Deps{})
	release := cached("d", def, 3600)
	caching.Publish(caseApi, []apigw.Release{release})
	release.Stage.CacheClusterEnabled = ptr(false)
	plain.Publish(caseApi, []apigw.Release{release})

	random := rand.New(rand.NewPCG(9, 9))
	values := []string{"", "a", "1:a", ";", "0:", "a;", "%00", "a/b"}
	pick := func() string { return values[random.IntN(len(values))] }
	request := func(path, query, header string, hasQuery, hasHeader bool) *httpmsg.Request {
		r := &httpmsg.Request{Method: "GET", Path: path, Host: caseHost, Received: caseNow}
		if hasQuery {
			r.RawQuery = "q=" + url.QueryEscape(query)
		}
		if hasHeader {
			r.Header.Add("x-h", header)
		}
		return r
	}
	for i := range randomPairs {
		path := "/dev/" + string("abc"[random.IntN(3)]) + "/" + url.PathEscape("x"+pick())
		query, header := pick(), pick()
		hasQuery, hasHeader := random.IntN(4) > 0, random.IntN(4) > 0
		want := send(plain, request(path, query, header, hasQuery, hasHeader))
		if got := send(caching, request(path, query, header, hasQuery, hasHeader)); got != want {
			t.Fatalf("pair %d: %s q=%q h=%q: %q, want %q", i, path, query, header, got, want)
		}
	}
	if store.hits < randomPairs/10 {
		t.Errorf("%d of %d answers came from the cache: too few to tell", store.hits, randomPairs)
	}
}

// A countedStore counts what it answers with.
type countedStore struct {
	cache.Store
	hits int
}

func (s *countedStore) Get(key cache.Key) *cache.Entry {
	e := s.Store.Get(key)
	if e != nil {
		s.hits++
	}
	return e
}

// Keys are equal where all values of all parameters are, and nowhere else.
func TestCacheKeysDiffer(t *testing.T) {
	g := New(Deps{})
	g.Publish(caseApi, []apigw.Release{cached("d", mockOf("", []string{"method.request.querystring.q", "method.request.header.x-h"}), 60)})
	random := rand.New(rand.NewPCG(4, 2))
	values := []string{"", "a", ";", "1:a", "0:", ";1:a"}
	seen := map[string]string{}
	for range randomPairs {
		req := &httpmsg.Request{Method: "GET", Path: "/dev/", Host: caseHost, Received: caseNow}
		var queries, headers []string
		for range random.IntN(4) {
			queries = append(queries, values[random.IntN(len(values))])
		}
		for range random.IntN(4) {
			headers = append(headers, values[random.IntN(len(values))])
		}
		req.RawQuery = url.Values{"q": queries}.Encode()
		for _, h := range headers {
			req.Header.Add("x-h", h)
		}
		key, asked := keyOf(t, g, req), fmt.Sprintf("%q %q", queries, headers)
		if before, ok := seen[key]; ok && before != asked {
			t.Fatalf("%s and %s have one key: %s", before, asked, key)
		}
		seen[key] = asked
	}
}

// keyOf is the key of a request's response, as the cache clones it.
func keyOf(t *testing.T, g *Gateway, req *httpmsg.Request) string {
	inv := g.invocations.Get().(*Invocation)
	defer inv.release()
	inv.begin(req, &httpmsg.Response{})
	if err := inv.route(g.live.Load()); err != nil {
		t.Fatal(err)
	}
	if !inv.makeCacheKey() {
		t.Fatal("no key")
	}
	return strings.Clone(inv.cacheKey.Text)
}

// BenchmarkCacheHit is a request that the cache answers.
func BenchmarkCacheHit(b *testing.B) {
	for _, keys := range [][]string{nil, {"method.request.querystring.q", "method.request.header.x-h"}} {
		b.Run(fmt.Sprintf("%d parameters", len(keys)), func(b *testing.B) {
			g := New(Deps{})
			g.Publish(caseApi, []apigw.Release{cached("d", mockOf("$context.requestId", keys), 3600)})
			req := httpmsg.Request{Method: "GET", Path: "/dev/", RawQuery: "q=" + strconv.Itoa(1), Host: caseHost, Received: caseNow}
			req.Header.Add("x-h", "value")
			var resp httpmsg.Response
			b.ReportAllocs()
			for b.Loop() {
				g.Handle(&req, &resp)
				resp.Done(0, nil)
				resp.Reset()
			}
		})
	}
}

// randomPairs is how many pairs of callers TestCacheRandomPairs draws; `make
// cache-pairs` draws a million.
var randomPairs = func() int {
	if n, err := strconv.Atoi(os.Getenv("CACHE_PAIRS")); err == nil {
		return n
	}
	return 10_000
}()

func param(name, value string) mapping.Param { return mapping.Param{Name: name, Value: value} }
