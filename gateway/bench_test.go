package gateway

import (
	"context"
	"net"
	"net/netip"
	"testing"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/egress"
	"github.com/poterne/poterne/lambda"
	"github.com/poterne/poterne/wire/http1"
	"github.com/poterne/poterne/wire/httpmsg"
)

// BenchmarkInvoke measures a request from door to door: what the gateway does
// for a MOCK, and with a back end on loopback for HTTP_PROXY and HTTP with
// templates both ways (the allocations are then the back end's as well), and for
// a Lambda proxy the event, a function that costs nothing, and its result.
func BenchmarkInvoke(b *testing.B) {
	addr := startBenchBackend(b)
	mock := apigw.Templates{jsonType: ptr(`{"statusCode": 200}`)}
	body := apigw.Templates{jsonType: ptr(`{"id": "$input.params('id')", "name": "$input.path('$.name')", "stage": "$context.stage"}`)}
	cases := []struct {
		name string
		def  apigw.Integration
	}{
		{"mock", apigw.Integration{
			Type: ptr("MOCK"), RequestTemplates: mock,
			IntegrationResponses: map[string]*apigw.IntegrationResponse{"200": {ResponseParameters: map[string]string{"method.response.header.X-A": "'a'"}}},
		}},
		{"http", apigw.Integration{Type: ptr("HTTP_PROXY"), HttpMethod: ptr("ANY"), Uri: ptr("http://" + addr + "/pets")}},
		{"http-templates", apigw.Integration{
			Type: ptr("HTTP"), HttpMethod: ptr("POST"), Uri: ptr("http://" + addr + "/pets/{id}"), RequestTemplates: body,
			RequestParameters:    map[string]string{"integration.request.path.id": "method.request.path.id"},
			IntegrationResponses: map[string]*apigw.IntegrationResponse{"200": {ResponseTemplates: body}},
		}},
	}
	cases = append(cases, struct {
		name string
		def  apigw.Integration
	}{"lambda-proxy", apigw.Integration{Type: ptr("AWS_PROXY"), HttpMethod: ptr("POST"), Uri: ptr("arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/f/invocations")}})
	for _, c := range cases {
		b.Run(c.name, func(b *testing.B) { benchInvoke(b, &c.def) })
	}
}

// constant is a function that returns the same whatever the event.
type constant struct{}

var constantResult = []byte(`{"statusCode": 200, "headers": {"X-A": "a"}, "body": "{\"id\": 7}"}`)

func (constant) Invoke(context.Context, string, string, []byte) (lambda.Result, error) {
	return lambda.Result{Payload: constantResult}, nil
}

func (c constant) InvokeStream(ctx context.Context, id, trace string, event []byte) (lambda.Result, error) {
	return c.Invoke(ctx, id, trace, event)
}

func (constant) Enqueue(string, string, []byte) error { return nil }

func benchInvoke(b *testing.B, def *apigw.Integration) {
	g := New(Deps{AWS: egress.NewAWS(egress.AWSConfig{Functions: map[string]egress.Function{"f": constant{}}})})
	defer g.deps.Egress.Close()
	method := &apigw.Method{HttpMethod: ptr("POST"), AuthorizationType: ptr("NONE"), MethodIntegration: def}
	g.Publish(caseApi, []apigw.Release{{
		Region: "eu-west-1", AccountId: "123456789012", RestApiId: caseApi,
		Stage: apigw.Stage{StageName: ptr("dev"), DeploymentId: ptr("d1")},
		Definition: &apigw.Definition{Resources: []apigw.Resource{
			{Id: ptr("r1"), Path: ptr("/pets/{id}"), ResourceMethods: map[string]*apigw.Method{"POST": method}},
		}},
	}})
	req := &httpmsg.Request{
		Method: "POST", Path: "/dev/pets/7", Host: caseApi + ".execute-api.localhost:4566", Proto: "HTTP/1.1",
		Remote: netip.MustParseAddrPort("192.0.2.7:54321"), Received: caseNow,
	}
	for _, f := range [][2]string{{"Host", req.Host}, {"User-Agent", "bench/1"}, {"Accept", "*/*"}, {"Content-Type", jsonType}, {"Content-Length", "15"}} {
		req.Header.Add(f[0], f[1])
	}
	req.SetBody([]byte(`{"name": "Rex"}`))
	var resp httpmsg.Response
	b.ReportAllocs()
	for b.Loop() {
		g.Handle(req, &resp)
		if resp.Status != 200 {
			b.Fatalf("%d %s", resp.Status, resp.Body)
		}
		resp.Done(int64(len(resp.Body)), nil)
		resp.Reset()
	}
}

func startBenchBackend(b *testing.B) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	body := []byte(`{"name": "Rex", "age": 3}`)
	s := &http1.Server{Handler: httpmsg.HandlerFunc(func(req *httpmsg.Request, resp *httpmsg.Response) {
		_, _ = req.Body()
		resp.Status = 200
		resp.Header.Add("Content-Type", jsonType)
		resp.Body = body
	})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Serve(l)
	}()
	b.Cleanup(func() {
		s.Close()
		<-done
	})
	return l.Addr().String()
}
