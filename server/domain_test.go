package server

import (
	"testing"
)

// A custom domain, its mappings and their change are live when the operation
// has answered, and the API cannot be reached by them any more when they are
// gone.
func TestCustomDomainIsLiveOnceAcknowledged(t *testing.T) {
	s := start(t, Config{}, document(t, "hello.yaml", hello))
	control := "http://" + s.controlAddr()
	call := func(method, path, body string, want int) {
		t.Helper()
		if status, answer := request(t, method, control+path, body, "Content-Type", "application/json"); status != want {
			t.Fatalf("%s %s: %d %s", method, path, status, answer)
		}
	}
	get := func(path string) int {
		status, _ := request(t, "GET", "http://"+s.dataAddr()+path, "", "Host", "api.example.com")
		return status
	}
	call("POST", "/domainnames", `{"domainName": "api.example.com", "endpointConfiguration": {"types": ["REGIONAL"]}, "regionalCertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/c"}`, 201)
	if status := get("/hello"); status != 403 {
		t.Errorf("without a mapping: %d", status)
	}
	call("POST", "/domainnames/api.example.com/basepathmappings", `{"restApiId": "hello-world", "stage": "v1"}`, 201)
	if status := get("/hello"); status != 200 {
		t.Errorf("with a mapping: %d", status)
	}
	call("PATCH", "/domainnames/api.example.com/basepathmappings/(none)", `{"patchOperations": [{"op": "replace", "path": "/basePath", "value": "base"}]}`, 200)
	if root, base := get("/hello"), get("/base/hello"); root != 403 || base != 200 {
		t.Errorf("after the path is another: %d at the root, %d at /base", root, base)
	}
	call("DELETE", "/domainnames/api.example.com", "", 202)
	if status := get("/base/hello"); status == 200 {
		t.Error("a domain that is gone is served")
	}
}

// State that is read again has its domains, whatever their region.
func TestCustomDomainsSurviveARestart(t *testing.T) {
	config := Config{DataDir: t.TempDir()}
	first := start(t, config, document(t, "hello.yaml", hello))
	control := "http://" + first.controlAddr()
	for _, c := range []struct{ path, body string }{
		{"/domainnames", `{"domainName": "api.example.com", "certificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/c"}`},
		{"/domainnames/api.example.com/basepathmappings", `{"restApiId": "hello-world", "stage": "v1"}`},
	} {
		if status, answer := request(t, "POST", control+c.path, c.body, "Content-Type", "application/json"); status != 201 {
			t.Fatalf("%s: %d %s", c.path, status, answer)
		}
	}
	first.stop()
	second := start(t, config)
	if status, _ := request(t, "GET", "http://"+second.dataAddr()+"/hello", "", "Host", "api.example.com"); status != 200 {
		t.Errorf("after a restart: %d", status)
	}
}
