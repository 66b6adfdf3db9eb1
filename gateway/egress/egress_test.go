package egress

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/poterne/poterne/wire/httpmsg"
)

// names is a resolver with a fixed table.
type names map[string][]string

func (n names) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	var ips []netip.Addr
	for _, text := range n[host] {
		ips = append(ips, netip.MustParseAddr(text))
	}
	if ips == nil {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return ips, nil
}

func get(c *Client, call Call, path string) (*httpmsg.Response, error) {
	req := &httpmsg.Request{Method: "GET", Path: path, Host: call.Addr, Proto: "HTTP/1.1"}
	resp := &httpmsg.Response{}
	if call.Timeout == 0 {
		call.Timeout = 5 * time.Second
	}
	return resp, c.Do(req, resp, call)
}

func serve(t *testing.T) (*httptest.Server, string) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/away" {
			http.Redirect(w, r, "http://169.254.169.254/", http.StatusFound)
			return
		}
		_, _ = io.WriteString(w, "served")
	}))
	t.Cleanup(s.Close)
	return s, s.Listener.Addr().String()
}

func TestAddressRules(t *testing.T) {
	refused := []string{
		"169.254.169.254", "::ffff:169.254.169.254", "169.254.0.1", "fe80::1", "fe80::1%lo",
		"fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254", "100.100.100.200", "192.0.0.192", "168.63.129.16", "64:ff9b::a83f:8110", "64:ff9b::a9fe:a9fe", "224.0.0.1", "255.255.255.255", "ff02::1",
	}
	d := dialer{config: &Config{}}
	for _, ip := range refused {
		if err := d.check(netip.AddrPortFrom(canonical(netip.MustParseAddr(ip)), 80)); !errors.Is(err, errRefusedAddress) {
			t.Errorf("%s may be called: %v", ip, err)
		}
	}
	for _, ip := range []string{"127.0.0.1", "::1", "10.0.0.1", "192.168.1.1", "fd00:ec3::254", "100.100.100.201", "203.0.113.9", "0.0.0.0"} {
		if err := d.check(netip.AddrPortFrom(canonical(netip.MustParseAddr(ip)), 80)); err != nil {
			t.Errorf("%s may not be called: %v", ip, err)
		}
	}
}

func TestNamesAreJudgedByWhatTheyResolveTo(t *testing.T) {
	c := New(Config{Resolver: names{
		"metadata.example": {"169.254.169.254"},
		"mixed.example":    {"127.0.0.1", "169.254.169.254"},
	}})
	defer c.Close()
	for _, host := range []string{"metadata.example", "mixed.example"} {
		_, err := get(c, Call{Addr: host + ":80"}, "/")
		if !errors.Is(err, ErrRequest) || !strings.Contains(err.Error(), "link-local") {
			t.Errorf("%s: %v, want it refused as link-local", host, err)
		}
	}
	for _, host := range []string{"2852039166", "0251.0376.0251.0376", "169.254.169.254.nip.invalid"} {
		if _, err := get(c, Call{Addr: host + ":80"}, "/"); !errors.Is(err, ErrNetwork) {
			t.Errorf("%s: %v, want a name that does not resolve", host, err)
		}
	}
}

func TestOwnListenerIsRefusedButForTheDataPlane(t *testing.T) {
	_, addr := serve(t)
	own := netip.MustParseAddrPort(addr)
	c := New(Config{
		Self:        func(a netip.AddrPort) bool { return a == own },
		ToDataPlane: func(_ string, r *httpmsg.Request) bool { return strings.HasPrefix(r.Path, "/_aws/execute-api/") },
	})
	defer c.Close()
	// The refusal must hold with a connection to that address in the pool.
	if _, err := get(c, Call{Addr: addr}, "/_aws/execute-api/a/b/"); err != nil {
		t.Fatalf("the data plane was refused: %v", err)
	}
	for _, target := range []string{addr, "[::ffff:127.0.0.1]:" + portOf(addr), "0.0.0.0:" + portOf(addr)} {
		if _, err := get(c, Call{Addr: target}, "/restapis"); !errors.Is(err, ErrRequest) {
			t.Errorf("%s: %v, want it refused", target, err)
		}
	}
}

func portOf(addr string) string {
	_, port, _ := net.SplitHostPort(addr)
	return port
}

func TestRedirectsAreAnswers(t *testing.T) {
	_, addr := serve(t)
	c := New(Config{})
	defer c.Close()
	resp, err := get(c, Call{Addr: addr}, "/away")
	if err != nil || resp.Status != http.StatusFound {
		t.Fatalf("status %d, %v; want the redirect itself", resp.Status, err)
	}
}

func TestOneDeadlineOverEverything(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var server sync.WaitGroup
	defer server.Wait()
	defer l.Close()
	server.Go(func() { // begins an answer and never ends it
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nx")
		_, _ = io.Copy(io.Discard, conn)
	})
	c := New(Config{})
	defer c.Close()
	began := time.Now()
	_, err = get(c, Call{Addr: l.Addr().String(), Timeout: 100 * time.Millisecond}, "/")
	if !errors.Is(err, ErrTimeout) {
		t.Fatalf("%v, want ErrTimeout", err)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("it took %v to give up after 100 ms", took)
	}
}

// Close ends the calls that wait: for an answer, for the rest of one, for a
// connection. What comes later fails at once.
func TestCloseEndsCalls(t *testing.T) {
	arrived := make(chan struct{}, 1)
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/half" {
			_, _ = io.WriteString(w, "half")
			_ = http.NewResponseController(w).Flush()
		}
		arrived <- struct{}{}
		<-r.Context().Done()
	}))
	defer backend.Close()
	addr := strings.TrimPrefix(backend.URL, "http://")
	dialled := func(ctx context.Context, _, _ string) (net.Conn, error) {
		arrived <- struct{}{}
		<-ctx.Done()
		return nil, ctx.Err()
	}
	for path, config := range map[string]Config{"/": {}, "/half": {}, "/never": {Connect: dialled}} {
		c := New(config)
		failed := make(chan error)
		call := func() {
			_, err := get(c, Call{Addr: addr, Timeout: time.Hour}, path)
			failed <- err
		}
		go call()
		<-arrived
		c.Close()
		go call()
		for range 2 {
			select {
			case err := <-failed:
				if !errors.Is(err, ErrNetwork) {
					t.Errorf("%s: %v", path, err)
				}
			case <-time.After(time.Minute):
				t.Fatalf("%s: the call goes on", path)
			}
		}
	}
}

func TestRefusedConnectionIsANetworkError(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	c := New(Config{})
	defer c.Close()
	if _, err := get(c, Call{Addr: addr}, "/"); !errors.Is(err, ErrNetwork) {
		t.Errorf("%v, want ErrNetwork", err)
	}
}

// serveTLS serves with a certificate of its own issuer.
func serveTLS(t *testing.T, dns []string, ips []net.IP, notAfter time.Time) (addr string, ca *x509.Certificate) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"},
		NotBefore: notAfter.Add(-24 * time.Hour), NotAfter: notAfter,
		DNSNames: dns, IPAddresses: ips, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	ca, err = x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "secret") }))
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	s.Config.ErrorLog = discard()
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.Listener.Addr().String(), ca
}

func discard() *log.Logger { return log.New(io.Discard, "", 0) }

func TestTLS(t *testing.T) {
	loopback := []net.IP{net.IPv4(127, 0, 0, 1)}
	tomorrow, yesterday := time.Now().Add(12*time.Hour), time.Now().Add(-time.Hour)
	good, ca := serveTLS(t, []string{"good.example"}, loopback, tomorrow)
	expired, _ := serveTLS(t, []string{"good.example"}, loopback, yesterday)
	other, _ := serveTLS(t, []string{"other.example"}, nil, tomorrow)
	named := func(host, addr string) string { return host + ":" + portOf(addr) }
	hosts := names{"good.example": {"127.0.0.1"}, "evil.example": {"127.0.0.1"}}

	cases := []struct {
		name   string
		addr   string
		skipCA bool
		trust  bool
		ok     bool
	}{
		{"unknown issuer", named("good.example", good), false, false, false},
		{"unknown issuer, skipped", named("good.example", good), true, false, true},
		{"unknown issuer, skipped, by address", good, true, false, true},
		{"extra authority", named("good.example", good), false, true, true},
		{"wrong name, skipped", named("evil.example", good), true, false, false},
		{"wrong name by address, skipped", other, true, false, false},
		{"expired, skipped", named("good.example", expired), true, false, false},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			config := Config{Resolver: hosts}
			if tc.trust {
				config.CAs = []*x509.Certificate{ca}
			}
			c := New(config)
			defer c.Close()
			resp, err := get(c, Call{Addr: tc.addr, TLS: true, SkipCA: tc.skipCA}, "/")
			if tc.ok && (err != nil || string(resp.Body) != "secret") {
				t.Errorf("refused: %v", err)
			}
			if !tc.ok && !errors.Is(err, ErrNetwork) {
				t.Errorf("%v, want ErrNetwork", err)
			}
		})
	}
}
