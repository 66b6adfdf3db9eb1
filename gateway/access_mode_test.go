package gateway

import (
	"crypto/tls"
	"testing"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/wire/httpmsg"
)

// endpointAccessMode STRICT of an API: the name of the handshake is the Host's
// (control plane §7.4).
func TestStrictAccessToTheDefaultEndpoint(t *testing.T) {
	const host = caseApi + ".execute-api.localhost"
	g := New(Deps{Now: func() time.Time { return caseNow }})
	t.Cleanup(g.deps.Egress.Close)
	for _, c := range []struct {
		mode string
		tls  *tls.ConnectionState
		want string // the error: an open stage has no such method
	}{
		{"STRICT", nil, "MissingAuthenticationTokenException"},
		{"STRICT", &tls.ConnectionState{ServerName: host}, "MissingAuthenticationTokenException"},
		{"STRICT", &tls.ConnectionState{ServerName: "other.example.com"}, "ForbiddenException"},
		{"BASIC", &tls.ConnectionState{ServerName: "other.example.com"}, "MissingAuthenticationTokenException"},
	} {
		def := &apigw.Definition{RestApi: apigw.RestApi{EndpointAccessMode: &c.mode}}
		g.Unpublish(caseApi)
		g.Publish(caseApi, []apigw.Release{{Region: caseRegion, RestApiId: caseApi, Definition: def,
			Stage: apigw.Stage{StageName: ptr(caseStage), DeploymentId: ptr("dep" + c.mode)}}})
		req := httpmsg.Request{Method: "GET", Proto: "HTTP/1.1", Host: host, Path: "/" + caseStage + "/", Received: caseNow, TLS: c.tls}
		var resp httpmsg.Response
		g.Handle(&req, &resp)
		if got, _ := resp.Header.Get(errorTypeHeader); resp.Status != 403 || got != c.want {
			t.Errorf("%s, %+v: %d %s, want %s", c.mode, c.tls, resp.Status, got, c.want)
		}
		resp.Done(0, nil)
	}
}
