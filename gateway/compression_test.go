package gateway

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"
	"strings"
	"testing"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/wire/httpmsg"
)

// compressing serves a MOCK that maps its own request body to a header, for an
// API that compresses from minimum bytes on.
func compressing(minimum int) *Gateway {
	method := passthroughMock("200")
	method.MethodIntegration.IntegrationResponses["200"].ResponseParameters = map[string]string{"method.response.header.X-Vary": "stageVariables.none"}
	def := definitionOf(map[string]*apigw.Method{"/": method})
	def.RestApi.MinimumCompressionSize = &minimum
	def.GatewayResponses = nil
	g := New(Deps{})
	g.Publish(caseApi, []apigw.Release{releaseOf("dev", "d", def)})
	return g
}

func gzipped(text string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	w.Close()
	return b.Bytes()
}

func zlibbed(text string) []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	w.Close()
	return b.Bytes()
}

// Requests are unpacked before anything reads them (data plane §18.2).
func TestCompressedRequests(t *testing.T) {
	const body = `{"statusCode": 1}`
	bomb := gzipped(strings.Repeat("x", maxBody+1))
	cases := []struct {
		coding string
		body   []byte
		want   int
	}{
		{"gzip", gzipped(body), 200},
		{"GZIP", gzipped(body), 200},
		{"deflate", zlibbed(body), 200},
		{"identity", []byte(body), 200},
		{"br", []byte(body), 415},
		{"gzip", []byte(body), 415},
		{"gzip", gzipped(body)[:15], 415},
		{"gzip", bomb, 413},
	}
	g := compressing(1000)
	for _, c := range cases {
		req := &httpmsg.Request{Method: "GET", Host: caseHost, Path: "/dev/"}
		req.Header.Add("Content-Encoding", c.coding)
		req.SetBody(c.body)
		var resp httpmsg.Response
		g.Handle(req, &resp)
		if resp.Status != c.want {
			t.Errorf("%s of %d bytes answers %d, want %d", c.coding, len(c.body), resp.Status, c.want)
		}
		resp.Done(0, nil)
	}
}

func TestPreferredCoding(t *testing.T) {
	for accepted, want := range map[string]string{
		"": "", "gzip": "gzip", "br, gzip": "br", "br;q=0.5, gzip;q=0.8": "gzip", "*": "gzip", "identity, gzip;q=0.9": "identity",
		"gzip;q=0": "", "deflate;q=1.0,gzip;q=1.0": "deflate", "gzip;q=x": "", "*;q=0.1, deflate;q=0.2": "deflate",
	} {
		if got := preferredCoding(accepted); got != want {
			t.Errorf("%q prefers %q, want %q", accepted, got, want)
		}
	}
}

func TestCompressedResponses(t *testing.T) {
	cases := []struct {
		minimum          int
		accepted, before string
		want             string
	}{
		{0, "gzip", "", "gzip"},
		{0, "deflate", "", "deflate"},
		{0, "", "", ""},
		{0, "br", "", ""},
		{0, "gzip", "br", "br"}, // it is compressed already
		{500, "gzip", "", "gzip"},
		{501, "gzip", "", ""},
	}
	body := strings.Repeat("0123456789", 50)
	for _, c := range cases {
		inv := &Invocation{visit: visit{req: &httpmsg.Request{}, resp: &httpmsg.Response{Body: []byte(body)}}}
		inv.method = newLiveMethod(&method{deployment: &deployment{compression: compression{on: true, minimum: c.minimum}}})
		if c.accepted != "" {
			inv.req.Header.Add("Accept-Encoding", c.accepted)
		}
		if c.before != "" {
			inv.resp.Header.Add("Content-Encoding", c.before)
		}
		if err := compressResponse(inv); err != nil {
			t.Fatal(err)
		}
		got, _ := inv.resp.Header.Get("Content-Encoding")
		if got != c.want {
			t.Errorf("%+v: Content-Encoding %q", c, got)
		}
		if known := codingOf(got); known != nil {
			unpacked, err := known.unpacked(inv.resp.Body)
			if err != nil || string(unpacked) != body {
				t.Errorf("%+v: %v", c, err)
			}
		}
	}
}
