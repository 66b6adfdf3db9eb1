package server

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// issuer is a certificate authority of a test.
type issuer struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pem  []byte
}

func newIssuer(t *testing.T, name string) *issuer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, _ := x509.ParseCertificate(der)
	return &issuer{cert, key, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
}

func (i *issuer) client(t *testing.T, usage x509.ExtKeyUsage, until time.Duration) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(0xa1b2), Subject: pkix.Name{CommonName: "alice", Organization: []string{"Blue"}},
		NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: time.Now().Add(until), ExtKeyUsage: []x509.ExtKeyUsage{usage}}
	der, err := x509.CreateCertificate(rand.Reader, template, i.cert, &key.PublicKey, i.key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// secureGet asks https://host of the server, trusting its own authority.
func (s running) secureGet(t *testing.T, name, host, path string, h2 bool, certificates ...tls.Certificate) (*http.Response, string, error) {
	t.Helper()
	data, err := os.ReadFile(s.certificates.authority.file)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(data)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: name, Certificates: certificates}, ForceAttemptHTTP2: h2}
	defer transport.CloseIdleConnections()
	transport.DialContext = (&net.Dialer{}).DialContext
	r, err := http.NewRequest(http.MethodGet, "https://"+s.addrOf(secureRole)+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = host
	resp, err := (&http.Client{Transport: transport}).Do(r)
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp, string(body), err
}

func TestDataPlaneOverTLS(t *testing.T) {
	for _, http1 := range []string{ownHTTP1, stdHTTP1} {
		t.Run(http1, func(t *testing.T) { overTLS(t, http1) })
	}
}

func overTLS(t *testing.T, http1 string) {
	s := start(t, Config{HTTP1: http1, DataTLS: "localhost:0", DataDir: t.TempDir()}, document(t, "hello.yaml", hello))
	if status, body := request(t, "GET", "http://"+s.dataAddr()+"/hello", ""); status != 200 || !strings.HasPrefix(body, "hello from hello-world/v1") {
		t.Errorf("in the clear: %d %s", status, body)
	}
	const host = "hello-world.execute-api.localhost"
	for _, h2 := range []bool{false, true} {
		resp, body, err := s.secureGet(t, host, host, "/v1/hello", h2)
		if err != nil {
			t.Fatal(err)
		}
		if want := map[bool]int{false: 1, true: 2}[h2]; resp.ProtoMajor != want || resp.StatusCode != http.StatusOK || !strings.HasPrefix(body, "hello from hello-world/v1") {
			t.Errorf("h2 %v: HTTP/%d %d %s", h2, resp.ProtoMajor, resp.StatusCode, body)
		}
	}
	// The control plane is not there.
	if resp, body, err := s.secureGet(t, "localhost", "localhost", "/restapis", true); err != nil || resp.StatusCode != http.StatusForbidden {
		t.Errorf("the AWS API over the data plane's TLS: %v %v %s", err, resp, body)
	}
	info, err := os.Stat(filepath.Join(s.config.DataDir, "ca-key.pem"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the authority's key: %v %v", info, err)
	}
}

// Data plane §20.4; security abuse case 38.
func TestMutualTLS(t *testing.T) {
	trusted, stranger := newIssuer(t, "trusted"), newIssuer(t, "stranger")
	file := document(t, "truststore.pem", string(trusted.pem))
	who := strings.Replace(hello, "'$stageVariables.greeting from", "'$context.identity.clientCert.subjectDN|$context.identity.clientCert.issuerDN|$context.identity.clientCert.serialNumber from", 1)
	s := start(t, Config{DataTLS: "localhost:0", DataDir: t.TempDir(), Truststores: []string{"s3://bucket/truststore.pem=" + file}}, document(t, "hello.yaml", who))
	base := "http://" + s.controlAddr()
	for name, uri := range map[string]string{"mutual.example.com": "s3://bucket/truststore.pem", "lost.example.com": "s3://bucket/other.pem", "plain.example.com": ""} {
		body := `{"domainName": "` + name + `", "regionalCertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/x", "securityPolicy": "TLS_1_2",
			"endpointConfiguration": {"types": ["REGIONAL"]}`
		if uri != "" {
			body += `, "mutualTlsAuthentication": {"truststoreUri": "` + uri + `"}`
		}
		if status, answer := request(t, "POST", base+"/domainnames", body+"}"); status != 201 {
			t.Fatalf("%s: %d %s", name, status, answer)
		}
		if status, answer := request(t, "POST", base+"/domainnames/"+name+"/basepathmappings", `{"restApiId": "hello-world", "stage": "v1"}`); status != 201 {
			t.Fatalf("%s: %d %s", name, status, answer)
		}
	}
	good := trusted.client(t, x509.ExtKeyUsageClientAuth, time.Hour)
	const mutual, plain = "mutual.example.com", "plain.example.com"
	for _, c := range []struct {
		name, sni, host string
		h2              bool
		certificates    []tls.Certificate
		status          int // 0: the handshake fails
		body            string
	}{
		{"a trusted client", mutual, mutual, false, []tls.Certificate{good}, 200, "CN=alice,O=Blue|CN=trusted|a1:b2 from"},
		{"over HTTP/2", mutual, mutual, true, []tls.Certificate{good}, 200, "CN=alice,O=Blue|CN=trusted|a1:b2 from"},
		{"no certificate", mutual, mutual, false, nil, 0, ""},
		{"a stranger's", mutual, mutual, false, []tls.Certificate{stranger.client(t, x509.ExtKeyUsageClientAuth, time.Hour)}, 0, ""},
		{"expired", mutual, mutual, false, []tls.Certificate{trusted.client(t, x509.ExtKeyUsageClientAuth, -time.Hour)}, 0, ""},
		{"for another use", mutual, mutual, false, []tls.Certificate{trusted.client(t, x509.ExtKeyUsageServerAuth, time.Hour)}, 0, ""},
		{"by way of another name", plain, mutual, false, []tls.Certificate{good}, 403, "Forbidden"},
		{"by way of the mutual name to another", mutual, plain, false, []tls.Certificate{good}, 200, "|| from"},
		{"a truststore that is not declared", "lost.example.com", "lost.example.com", false, []tls.Certificate{good}, 0, ""},
		{"a domain without mutual TLS", plain, plain, false, nil, 200, "|| from"},
	} {
		resp, body, err := s.secureGet(t, c.sni, c.host, "/hello", c.h2, c.certificates...)
		if c.status == 0 {
			if err == nil {
				t.Errorf("%s: %d %s", c.name, resp.StatusCode, body)
			}
			continue
		}
		if err != nil || resp.StatusCode != c.status || !strings.Contains(body, c.body) {
			t.Errorf("%s: %v %v %s", c.name, err, resp, body)
		}
	}
	if status, _ := request(t, "GET", base+"/hello", "", "Host", mutual); status != 403 {
		t.Errorf("mutual TLS over cleartext: %d", status)
	}
}

func TestGivenCertificates(t *testing.T) {
	ca := newIssuer(t, "mine")
	dir := t.TempDir()
	leaf := ca.client(t, x509.ExtKeyUsageServerAuth, time.Hour)
	key, _ := x509.MarshalPKCS8PrivateKey(leaf.PrivateKey)
	for name, block := range map[string]*pem.Block{"_.example.com.crt": {Type: "CERTIFICATE", Bytes: leaf.Certificate[0]}, "_.example.com.key": {Type: "PRIVATE KEY", Bytes: key}} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pair := filepath.Join(dir, "_.example.com.crt") + "," + filepath.Join(dir, "_.example.com.key")
	s := start(t, Config{DataTLS: "localhost:0", DataDir: t.TempDir(), CertificateDir: dir, Certificates: []string{"arn:aws:acm:us-east-1:1:certificate/x=" + pair}})
	for _, name := range []string{"a.example.com", "localhost"} {
		conn, err := tls.Dial("tcp", s.addrOf(secureRole), &tls.Config{ServerName: name, InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		issuer := conn.ConnectionState().PeerCertificates[0].Issuer.CommonName
		conn.Close()
		if want := map[string]string{"a.example.com": "mine", "localhost": "poterne local CA"}[name]; issuer != want {
			t.Errorf("%s: of %s, want %s", name, issuer, want)
		}
	}
	for setting, config := range map[string]Config{
		"--certificate x":  {Certificates: []string{"x"}},
		"--truststore":     {Truststores: []string{"s3://b/k=" + filepath.Join(dir, "none.pem")}},
		"--certificates":   {CertificateDir: t.TempDir()},
		"--control-tls go": {ControlTLS: "a,b"},
	} {
		config.Listen, config.DataTLS, config.DataDir = "localhost:0", "localhost:0", t.TempDir()
		if _, err := New(t.Context(), config); err == nil || !strings.Contains(err.Error(), setting) {
			t.Errorf("%s: %v", setting, err)
		}
	}
}

func TestControlPlaneOverTLS(t *testing.T) {
	ca := newIssuer(t, "mine")
	leaf := ca.client(t, x509.ExtKeyUsageServerAuth, time.Hour)
	key, _ := x509.MarshalPKCS8PrivateKey(leaf.PrivateKey)
	cert := document(t, "c.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf.Certificate[0]})))
	secret := document(t, "k.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})))
	s := start(t, Config{Control: "localhost:0", Data: "localhost:0", ControlTLS: cert + "," + secret})
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true}}
	resp, err := client.Get("https://" + s.controlAddr() + "/restapis")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK || resp.ProtoMajor != 2 {
		t.Errorf("HTTP/%d %d", resp.ProtoMajor, resp.StatusCode)
	}
	client.CloseIdleConnections()
}
