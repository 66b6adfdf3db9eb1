package gateway

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/wire/httpmsg"
)

// What is too long for a PRIVATE API is served by others (data plane §2.2).
func TestLimitsOfPrivateAPIs(t *testing.T) {
	for _, c := range []struct {
		endpointType, path, header string
		want                       int
	}{
		{"PRIVATE", "/dev/a", "", 200},
		{"PRIVATE", "/dev/" + strings.Repeat("a", privateURL-len("/dev/")-len("?")), "", 403}, // no such resource
		{"PRIVATE", "/dev/" + strings.Repeat("a", privateURL-len("/dev/")), "", 414},
		{"PRIVATE", "/dev/a", strings.Repeat("x", privateHeaders), 200},
		{"PRIVATE", "/dev/a", strings.Repeat("x", privateHeaders+1), 431},
		{"REGIONAL", "/dev/a", strings.Repeat("x", privateHeaders+1), 200},
		{"REGIONAL", "/dev/" + strings.Repeat("a", privateURL), "", 403},
	} {
		def := definitionOf(map[string]*apigw.Method{"/a": passthroughMock("200")})
		def.RestApi.EndpointConfiguration = &apigw.EndpointConfiguration{Types: []string{c.endpointType}}
		def.RestApi.Policy = ptr(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}`)
		g := New(Deps{VPCEndpoints: []VPCEndpoint{{ID: "vpce-1", VPC: "vpc-1", From: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}}})
		g.Publish(caseApi, []apigw.Release{releaseOf("dev", "d", def)})
		req := &httpmsg.Request{Method: "GET", Host: caseHost, Path: c.path, Proto: "HTTP/1.1", Remote: netip.MustParseAddrPort("10.0.0.1:1")}
		req.Header.Add("X-Long", c.header)
		req.SetBody([]byte(`{"statusCode": 200}`))
		var resp httpmsg.Response
		g.Handle(req, &resp)
		if resp.Status != c.want {
			t.Errorf("%s, path of %d, header of %d: %d %s; want %d", c.endpointType, len(c.path), len(c.header), resp.Status, resp.Body, c.want)
		}
		resp.Done(0, nil)
	}
}
