package server

import (
	"fmt"
	"slices"
	"testing"

	"github.com/poterne/poterne/wire/httpmsg"
	"github.com/poterne/poterne/wire/restjson"
)

// rootAPI is a data plane whose served API has one path.
type rootAPI struct {
	httpmsg.HandlerFunc
	path string
}

func (r rootAPI) Serves(_, path string) bool { return path == r.path }

// ServesHost: a custom domain, and names that nobody should be able to take.
func (r rootAPI) ServesHost(host string) bool {
	return slices.Contains([]string{"api.example.com:4566", "localhost:4566", "127.0.0.1:4566", "[::1]:4566"}, host)
}

func TestPlaneOfARequest(t *testing.T) {
	d := &doors{data: rootAPI{path: "/account"}, operations: restjson.New(restjson.Config{})}
	const signed = "AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/%s/aws4_request, SignedHeaders=host, Signature=0"
	for _, c := range []struct {
		name, method, host, path, query, service string
		want                                     plane
	}{
		{"host of an API", "GET", "abc.execute-api.localhost:4566", "/prod/x", "", "", dataPlane},
		{"host of an API beats the path of an operation", "GET", "abc.execute-api.eu-west-1.amazonaws.com", "/restapis", "", "apigateway", dataPlane},
		{"custom domain beats everything but the host of an API", "GET", "api.example.com:4566", "/_poterne/livez", "", "apigateway", dataPlane},
		{"localhost is no custom domain", "GET", "localhost:4566", "/restapis", "", "", controlPlane},
		{"an address is no custom domain", "GET", "127.0.0.1:4566", "/restapis", "", "", controlPlane},
		{"nor is one of IPv6", "GET", "[::1]:4566", "/restapis", "", "", controlPlane},
		{"our own path", "GET", "localhost:4566", "/_poterne/livez", "", "", localPlane},
		{"the probe of emulator tools", "GET", "localhost:4566", "/_localstack/health", "", "", localPlane},
		{"path style", "GET", "localhost:4566", "/_aws/execute-api/abc/prod/x", "", "", dataPlane},
		{"the other path style", "GET", "localhost:4566", "/restapis/abc/prod/_user_request_/x", "", "", dataPlane},
		{"the other path style at its root", "GET", "localhost:4566", "/restapis/abc/prod/_user_request_", "", "", dataPlane},
		{"signed for apigateway", "GET", "localhost:4566", "/no/such/operation", "", "apigateway", controlPlane},
		{"signed for execute-api", "GET", "localhost:4566", "/restapis", "", "execute-api", dataPlane},
		{"signed for another service", "POST", "localhost:4566", "/", "", "sts", otherService},
		{"presigned", "GET", "localhost:4566", "/", "X-Amz-Credential=AKIA%2F20260101%2Feu-west-1%2Fsts%2Faws4_request", "", otherService},
		{"root of the served API beats an operation", "GET", "localhost:4566", "/account", "", "", dataPlane},
		{"signed for apigateway beats the root", "GET", "localhost:4566", "/account", "", "apigateway", controlPlane},
		{"an operation", "GET", "localhost:4566", "/restapis", "", "", controlPlane},
		{"an operation with labels", "PUT", "localhost:4566", "/restapis/a/resources/b/methods/GET", "", "", controlPlane},
		{"nothing known", "GET", "localhost:4566", "/pets", "", "", dataPlane},
	} {
		r := &httpmsg.Request{Method: c.method, Host: c.host, Path: c.path, RawQuery: c.query}
		if c.service != "" {
			r.Header.Add("Authorization", fmt.Sprintf(signed, c.service))
		}
		if got := d.planeOf(r); got != c.want {
			t.Errorf("%s: plane %d, want %d", c.name, got, c.want)
		}
	}
}
