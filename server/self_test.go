package server

import (
	"fmt"
	"strings"
	"testing"
)

// One served API may call another over the listener of both planes, and no API
// the control plane.
func TestServedAPIReachesTheDataPlaneAlone(t *testing.T) {
	s := start(t, Config{})
	own := s.doors[0].addr
	integration := func(path string) string {
		return fmt.Sprintf("{get: {x-amazon-apigateway-integration: {type: http_proxy, httpMethod: GET, uri: 'http://%s%s'}}}", own, path)
	}
	text := "openapi: 3.0.1\ninfo: {title: self, version: '1'}\nx-poterne-stage: {name: prod}\npaths:\n" +
		"  /data: " + integration("/_aws/execute-api/self/prod/mock") + "\n" +
		"  /control: " + integration("/restapis") + "\n" +
		"  /mock: {get: {x-amazon-apigateway-integration: {type: mock, requestTemplates: {application/json: '{\"statusCode\": 200}'}, responses: {default: {statusCode: '200'}}}}}\n"
	if _, err := s.ServeFiles(t.Context(), []string{document(t, "self.yaml", text)}); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"data": 200, "control": 500} {
		status, answer := request(t, "GET", "http://"+own+"/_aws/execute-api/self/prod/"+path, "")
		if status != want || strings.Contains(answer, "restapis") {
			t.Errorf("%s: %d %s, want %d", path, status, answer, want)
		}
	}
}
