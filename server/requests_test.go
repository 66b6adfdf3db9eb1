package server

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/poterne/poterne/gateway"
)

func TestRequestsAreTraced(t *testing.T) {
	s := start(t, Config{}, document(t, "keyed.yaml", keyed))
	base := "http://" + s.dataAddr()
	request(t, "GET", base+"/v1/who", "", "Host", "keyed.execute-api.localhost", "x-api-key", "not-a-key-of-this-api")
	status, body := request(t, "GET", base+"/_poterne/requests", "")
	var got struct{ Requests []gateway.Trace }
	if err := json.Unmarshal([]byte(body), &got); status != 200 || err != nil || len(got.Requests) != 1 {
		t.Fatalf("%d, %v: %s", status, err, body)
	}
	if r := got.Requests[0]; r.API != "keyed" || r.Stage != "v1" || r.Path != "/v1/who" || r.Status != 403 || r.ErrorType != "INVALID_API_KEY" || len(r.Log) == 0 || strings.Contains(body, "not-a-key") {
		t.Errorf("%s", body)
	}
}

func TestWhereRequestsAreTraced(t *testing.T) {
	for _, c := range []struct {
		config Config
		want   bool
	}{
		{Config{Listen: "localhost:0"}, true},
		{Config{Control: "127.0.0.1:1", Data: "[::1]:2"}, true},
		{Config{Listen: "0.0.0.0:0"}, false},
		{Config{Listen: ":0"}, false},
		{Config{Control: "localhost:1", Data: "0.0.0.0:2"}, false},
		{Config{Control: "0.0.0.0:1", Data: "localhost:2"}, false},
		{Config{Listen: "localhost:0", DataTLS: ":443"}, false},
		{Config{Listen: "localhost:0", Identities: "who.json"}, false},
		{Config{Listen: "0.0.0.0:0", Identities: "who.json", Traces: true}, true},
	} {
		if got := c.config.traced(); got != c.want {
			t.Errorf("%+v: %v", c.config, got)
		}
	}
}

func TestRequestsAreRefused(t *testing.T) {
	w := httptest.NewRecorder()
	new(Server).requests(w, nil)
	if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "--traces") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
