package gateway

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/wire/httpmsg"
)

// TestFailuresOfTheDefinitionAreLogged: the operator reads what the API's
// author has to mend, and nothing of what a client did wrong.
func TestFailuresOfTheDefinitionAreLogged(t *testing.T) {
	var log bytes.Buffer
	g := New(Deps{Log: slog.New(slog.NewTextHandler(&log, nil)), Now: func() time.Time { return caseNow }})
	mock := &apigw.Method{HttpMethod: ptr("GET"), AuthorizationType: ptr("NONE"), MethodIntegration: &apigw.Integration{Type: ptr("MOCK"),
		RequestTemplates: map[string]*string{"application/json": ptr(`{"statusCode": 200}`)}}} // no response fits
	g.Publish(caseApi, []apigw.Release{{Region: caseRegion, RestApiId: caseApi, AccountId: "123456789012",
		Stage:      apigw.Stage{StageName: ptr(caseStage), DeploymentId: ptr("d")},
		Definition: &apigw.Definition{Resources: []apigw.Resource{{Id: ptr("r"), Path: ptr("/"), ResourceMethods: map[string]*apigw.Method{"GET": mock}}}},
	}})
	for _, c := range []struct {
		request string
		status  int
		logged  bool
	}{
		{"GET /nowhere\n", 403, false},
		{"GET /\n", 500, true},
	} {
		log.Reset()
		req := readRequest(t, c.request)
		req.Received = caseNow
		var resp httpmsg.Response
		g.Handle(req, &resp)
		resp.Done(0, nil)
		if resp.Status != c.status || strings.Contains(log.String(), "request failed") != c.logged {
			t.Errorf("%s: %d, logged %q", c.request, resp.Status, log.String())
		}
	}
}
