package integration

import (
	"errors"
	"fmt"
	"testing"

	"github.com/poterne/poterne/gateway/mapping"
	"github.com/poterne/poterne/wire/httpmsg"
)

// The accept and reject sets of data plane §11.5.
func TestMockStatus(t *testing.T) {
	accepted := map[string]int{
		`{"statusCode": 200}`:                200,
		`{statusCode: 200}`:                  200, // AF-078, AF-220
		`{'statusCode': 200}`:                200,
		` { statusCode : 0 } `:               0,
		`{"statusCode": -1000}`:              -1000,
		`{statusCode: 200, foo}: [ba r]}`:    200,
		`{"": "", statusCode: 200}`:          200,
		`{null: null, statusCode: 200}`:      200,
		`{statusCode: 200 , }`:               200,
		`{statusCode: 200 ,, }`:              200,
		"{\n  \"statusCode\": 404\n}\n":      404,
		`{"statusCode": 200, "x": {"y": 1}}`: 200,
	}
	for body, want := range accepted {
		if got, err := invokeMock(body); err != nil || got != want {
			t.Errorf("%q: %d, %v; want %d", body, got, err, want)
		}
	}
	rejected := []string{
		``, `{}`, `{"statusCode": "200"}`, `{"statusCode": 200.5}`, `{"statusCode": null}`, `{"statusCode": [200]}`,
		`{"statusCode' : 200}`, `{'statusCode: 200}`, `statusCode: 200`, `{"statusCode": 200`, `{{statusCode: 200}}`,
		`[{"statusCode": 200}]`, `200`, `{"statuscode": 200}`,
	}
	for _, body := range rejected {
		got, err := invokeMock(body)
		var wrong *ConfigurationError
		if !errors.As(err, &wrong) || wrong.Line != LineMockStatus {
			t.Errorf("%q: %d, %v; want it refused", body, got, err)
		}
	}
}

func invokeMock(body string) (int, error) {
	c := Call{Scope: &mapping.Scope{}, Body: []byte(body), Response: &httpmsg.Response{}}
	err := new(mock).Invoke(&c)
	return c.Response.Status, err
}

// What is kept of the first request answers no other one.
func TestMockReadsEveryRequest(t *testing.T) {
	m := new(mock)
	for _, want := range []int{200, 404, 200, 500} {
		c := Call{Scope: &mapping.Scope{}, Body: fmt.Appendf(nil, `{"statusCode": %d}`, want), Response: &httpmsg.Response{}}
		if err := m.Invoke(&c); err != nil || c.Response.Status != want {
			t.Errorf("%s is answered %d, %v", c.Body, c.Response.Status, err)
		}
	}
}

func TestParseEndpoint(t *testing.T) {
	cases := []struct {
		uri  string
		want endpoint
	}{
		{"http://example.com", endpoint{false, "example.com:80", "example.com", "/", ""}},
		{"https://example.com/", endpoint{true, "example.com:443", "example.com", "/", ""}},
		{"HTTP://example.com:8080/a/b?c=d&e", endpoint{false, "example.com:8080", "example.com:8080", "/a/b", "c=d&e"}},
		{"http://example.com?x=1", endpoint{false, "example.com:80", "example.com", "/", "x=1"}},
		{"http://example.com/a#fragment", endpoint{false, "example.com:80", "example.com", "/a", ""}},
		{"http://example.com//a//b", endpoint{false, "example.com:80", "example.com", "/a//b", ""}}, // AF-239
		{"http://[::1]:90/", endpoint{false, "[::1]:90", "[::1]:90", "/", ""}},
		{"http://[::1]/", endpoint{false, "[::1]:80", "[::1]", "/", ""}},
		{"http://example.com/a%2Fb", endpoint{false, "example.com:80", "example.com", "/a%2Fb", ""}},
	}
	for _, c := range cases {
		if got, err := parseEndpoint(c.uri); err != nil || got != c.want {
			t.Errorf("%s: %+v, %v", c.uri, got, err)
		}
	}
	refused := []string{
		"", "example.com", "ftp://example.com/", "http://", "http:///path", "https://:443/", "http://example.com:port/",
		"http://example.com:0/", "http://example.com:65536/", "http://user:pass@example.com/", "http://{host}/",
		"http://example.com\r\nX: y/", "http://example.com/{left}", "http://example.com/a b", "http://a/\r\nX: y", "http://ex%61mple.com/",
		"http://example.com:/", "http://example.com\x00/", "http://example.com\xff/", "http://exämple.com/",
	}
	for _, uri := range refused {
		if got, err := parseEndpoint(uri); err == nil {
			t.Errorf("%q was taken as %+v", uri, got)
		}
	}
}

// FuzzParseEndpoint: whatever a stage variable or a path parameter holds, what
// is dialled is a host and a port, and what is sent is one line.
func FuzzParseEndpoint(f *testing.F) {
	f.Add("http://example.com:80/a?b#c")
	f.Add("https://[::1]/")
	f.Add("http://a@b/{c}")
	f.Fuzz(func(t *testing.T, uri string) {
		e, err := parseEndpoint(uri)
		if err != nil {
			return
		}
		if e.host == "" || e.path == "" || e.path[0] != '/' {
			t.Fatalf("%q: %+v", uri, e)
		}
		for _, part := range []string{e.addr, e.host, e.path, e.query} {
			for i := range len(part) {
				if part[i] == '\r' || part[i] == '\n' || part[i] == ' ' || part[i] == 0 {
					t.Fatalf("%q: %q would end a line", uri, part)
				}
			}
		}
	})
}
