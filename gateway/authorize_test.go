package gateway

import (
	"testing"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/wire/httpmsg"
)

// TestPhasesAreTimed: access logs say how long each check took (data plane
// §16.2).
func TestPhasesAreTimed(t *testing.T) {
	now, log := caseNow, accessLines{}
	g := New(Deps{AccessLog: &log, AnySignature: true, AccountId: "123456789012", Now: func() time.Time {
		now = now.Add(7 * time.Millisecond)
		return now
	}})
	method := &apigw.Method{HttpMethod: ptr("GET"), AuthorizationType: ptr("AWS_IAM"), MethodIntegration: &apigw.Integration{Type: ptr("MOCK")}}
	g.Publish(caseApi, []apigw.Release{{Region: caseRegion, RestApiId: caseApi, AccountId: "123456789012",
		Stage: apigw.Stage{StageName: ptr(caseStage), DeploymentId: ptr("d"), AccessLogSettings: &apigw.AccessLogSettings{
			Format: ptr("$context.authenticate.latency $context.authorize.latency"),
		}},
		Definition: &apigw.Definition{Resources: []apigw.Resource{{Id: ptr("r"), Path: ptr("/"), ResourceMethods: map[string]*apigw.Method{"GET": method}}}},
	}})
	req := readRequest(t, "GET /\nTest-Sign: AKIA s\n")
	req.Received = caseNow
	var resp httpmsg.Response
	g.Handle(req, &resp)
	resp.Done(0, nil)
	if got := log.take(); got != "7 7\n" {
		t.Errorf("logged %q, want 7 ms each", got)
	}
}
