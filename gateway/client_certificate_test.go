package gateway

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/egress"
	"github.com/poterne/poterne/wire/httpmsg"
)

func newSiteCertificate(t *testing.T, serial int64) apigw.SiteCertificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return apigw.SiteCertificate{PEM: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), Key: private}
}

// TestStageShowsItsClientCertificate: data plane §20.6. A certificate that is
// gone ends the call: nothing goes out without it.
func TestStageShowsItsClientCertificate(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, c := range r.TLS.PeerCertificates {
			_, _ = io.WriteString(w, c.SerialNumber.String())
		}
	}))
	s.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	s.StartTLS()
	defer s.Close()
	client := egress.New(egress.Config{CAs: []*x509.Certificate{s.Certificate()}})
	defer client.Close()
	g := New(Deps{Egress: client})
	method := &apigw.Method{HttpMethod: ptr("GET"), AuthorizationType: ptr("NONE"), MethodIntegration: &apigw.Integration{
		Type: ptr("HTTP_PROXY"), HttpMethod: ptr("GET"), Uri: ptr("https://" + s.Listener.Addr().String() + "/"),
	}}
	def := &apigw.Definition{Resources: []apigw.Resource{{Id: ptr("r"), Path: ptr("/"), ResourceMethods: map[string]*apigw.Method{"GET": method}}}}
	publish := func(id *string) {
		g.Publish(caseApi, []apigw.Release{{Region: "eu-west-1", RestApiId: caseApi, Definition: def,
			Stage: apigw.Stage{StageName: ptr("dev"), DeploymentId: ptr("d"), ClientCertificateId: id}}})
	}
	site := func(certificates map[string]apigw.SiteCertificate) {
		g.PublishSite(&apigw.Site{Region: "eu-west-1", ClientCertificates: certificates})
	}
	expect := func(status int, body string) {
		t.Helper()
		req := &httpmsg.Request{Method: "GET", Path: "/dev/", Host: caseApi + ".execute-api.localhost", Proto: "HTTP/1.1"}
		var resp httpmsg.Response
		g.Handle(req, &resp)
		if resp.Status != status || status == 200 && string(resp.Body) != body {
			t.Errorf("%d %q, want %d %q", resp.Status, resp.Body, status, body)
		}
		resp.Done(0, nil)
		resp.Reset()
	}
	seven, eight := newSiteCertificate(t, 7), newSiteCertificate(t, 8)
	publish(nil)
	expect(200, "")
	publish(ptr("cert1"))
	expect(500, "")
	site(map[string]apigw.SiteCertificate{"cert1": seven})
	expect(200, "7")
	before := g.live.Load().sites["eu-west-1"].certificates["cert1"]
	site(map[string]apigw.SiteCertificate{"cert1": seven, "cert2": eight})
	if g.live.Load().sites["eu-west-1"].certificates["cert1"] != before {
		t.Error("a certificate that did not change was made again: its connections are lost")
	}
	publish(ptr("cert2"))
	expect(200, "8")
	site(map[string]apigw.SiteCertificate{"cert2": {PEM: eight.PEM, Key: []byte("none")}})
	expect(500, "")
}
