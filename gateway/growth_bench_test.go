package gateway

import (
	"fmt"
	"net/netip"
	"strconv"
	"testing"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/wire/httpmsg"
)

// BenchmarkRoutes: a request costs the same whether its API has ten routes or
// a hundred thousand.
func BenchmarkRoutes(b *testing.B) {
	for _, n := range []int{10, 1000, 100_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			g := New(Deps{})
			defer g.deps.Egress.Close()
			g.Publish(caseApi, []apigw.Release{growthRelease(caseApi, n)})
			benchPaths(b, g, func(i int) (string, string) {
				i = i * 7919 % n
				return caseApi, fmt.Sprintf("/dev/area%d/kind%d/7/part", i/100, i%100)
			})
		})
	}
}

// BenchmarkAPIs: nor does it cost more beside other APIs.
func BenchmarkAPIs(b *testing.B) {
	for _, n := range []int{1, 1000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			g := New(Deps{})
			defer g.deps.Egress.Close()
			name := func(i int) string { return fmt.Sprintf("api%07d", i) }
			for i := range n {
				g.Publish(name(i), []apigw.Release{growthRelease(name(i), 10)})
			}
			benchPaths(b, g, func(i int) (string, string) {
				return name(i * 31 % n), fmt.Sprintf("/dev/area0/kind%d/7/part", i%10)
			})
		})
	}
}

// growthRelease is an API of n MOCK routes, a hundred below each first part.
func growthRelease(api string, n int) apigw.Release {
	method := &apigw.Method{HttpMethod: ptr("GET"), AuthorizationType: ptr("NONE"), MethodIntegration: &apigw.Integration{
		Type: ptr("MOCK"), RequestTemplates: apigw.Templates{jsonType: ptr(`{"statusCode": 200}`)},
		IntegrationResponses: map[string]*apigw.IntegrationResponse{"200": {}},
	}}
	resources := make([]apigw.Resource, n)
	for i := range resources {
		resources[i] = apigw.Resource{
			Id: ptr(strconv.Itoa(i)), Path: ptr(fmt.Sprintf("/area%d/kind%d/{id}/part", i/100, i%100)),
			ResourceMethods: map[string]*apigw.Method{"GET": method},
		}
	}
	return apigw.Release{
		Region: "eu-west-1", AccountId: "123456789012", RestApiId: api,
		Stage:      apigw.Stage{StageName: ptr("dev"), DeploymentId: ptr("d1")},
		Definition: &apigw.Definition{Resources: resources},
	}
}

// benchPaths asks for a thousand addresses in turn.
func benchPaths(b *testing.B, g *Gateway, address func(i int) (api, path string)) {
	requests := make([]httpmsg.Request, 1000)
	for i := range requests {
		api, path := address(i)
		requests[i] = httpmsg.Request{
			Method: "GET", Path: path, Host: api + ".execute-api.localhost:4566", Proto: "HTTP/1.1",
			Remote: netip.MustParseAddrPort("192.0.2.7:54321"), Received: caseNow,
		}
		requests[i].Header.Add("Host", requests[i].Host)
	}
	var resp httpmsg.Response
	b.ReportAllocs()
	next := 0
	for b.Loop() {
		g.Handle(&requests[next], &resp)
		if resp.Status != 200 {
			b.Fatalf("%s: %d %s", requests[next].Path, resp.Status, resp.Body)
		}
		resp.Done(0, nil)
		resp.Reset()
		next = (next + 1) % len(requests)
	}
}
