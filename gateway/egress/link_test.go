package egress

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/poterne/poterne/wire/httpmsg"
)

func TestLinksReachWhatIsDeclared(t *testing.T) {
	_, addr := serve(t)
	refused, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refused.Close()
	links, err := ParseLinks([]string{
		"one=" + addr,
		"second=" + refused.Addr().String() + "," + addr,
		"byport=127.0.0.1",
		"metadata=169.254.169.254:80",
		"down=" + refused.Addr().String(),
	})
	if err != nil {
		t.Fatal(err)
	}
	c := New(Config{Links: links})
	defer c.Close()
	for _, x := range []struct {
		link, uri string
		want      error
	}{
		{"one", "nlb.internal:80", nil},
		{"second", "nlb.internal:80", nil},
		{"byport", "nlb.internal:" + portOf(addr), nil},
		{"metadata", "nlb.internal:80", ErrRequest},
		{"down", "nlb.internal:80", ErrNetwork},
	} {
		resp, err := get(c, Call{Addr: x.uri, Link: x.link}, "/")
		if !errors.Is(err, x.want) || err == nil && string(resp.Body) != "served" {
			t.Errorf("%s: %q, %v; want %v", x.link, resp.Body, err, x.want)
		}
	}
}

func TestParseLinksRefuses(t *testing.T) {
	for _, setting := range []string{"", "id", "=host:1", "id=", "id=:80", "id=host:0", "id=host:99999", "id=host:80,", "id=host:http", "id=:::", "id=a:b:80"} {
		if links, err := ParseLinks([]string{setting}); err == nil {
			t.Errorf("%q was taken as %v", setting, links)
		}
	}
	if _, err := ParseLinks([]string{"id=a:1", "id=b:1"}); err == nil {
		t.Error("two links of one id were taken")
	}
}

func TestLinksCheckTheNameOfTheUri(t *testing.T) {
	addr, ca := serveTLS(t, []string{"nlb.internal"}, nil, time.Now().Add(time.Hour))
	c := New(Config{CAs: []*x509.Certificate{ca}, Links: map[string][]string{"l": {addr}}})
	defer c.Close()
	if resp, err := get(c, Call{Addr: "nlb.internal:443", TLS: true, Link: "l"}, "/"); err != nil || string(resp.Body) != "secret" {
		t.Errorf("the right name: %v", err)
	}
	if _, err := get(c, Call{Addr: "other.internal:443", TLS: true, Link: "l"}, "/"); !errors.Is(err, ErrNetwork) {
		t.Errorf("another name: %v", err)
	}
}

func TestClientCertificateIsPresented(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(7), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, presented := range r.TLS.PeerCertificates {
			_, _ = io.WriteString(w, presented.SerialNumber.String())
		}
	}))
	s.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	s.StartTLS()
	defer s.Close()
	c := New(Config{CAs: []*x509.Certificate{s.Certificate()}})
	defer c.Close()
	certificate := &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	for want, call := range map[string]Call{"7": {Certificate: certificate}, "": {}} {
		call.Addr, call.TLS = s.Listener.Addr().String(), true
		if resp, err := get(c, call, "/"); err != nil || string(resp.Body) != want {
			t.Errorf("presented %q, %v; want %q", resp.Body, err, want)
		}
	}
}

// proxy answers CONNECT, whatever the name, by a connection to addr.
func proxy(t *testing.T, addr, answer string) (at string, asked chan string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	asked = make(chan string, 8)
	go func() { // ends with the listener
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			in := bufio.NewReader(conn)
			r, err := http.ReadRequest(in)
			if err != nil {
				conn.Close()
				continue
			}
			asked <- r.Method + " " + r.Host + " " + r.Header.Get("Proxy-Authorization")
			_, _ = io.WriteString(conn, answer)
			back, err := net.Dial("tcp", addr)
			if err != nil {
				conn.Close()
				continue
			}
			go func() { _, _ = io.Copy(back, in); back.Close() }()
			go func() { _, _ = io.Copy(conn, back); conn.Close() }()
		}
	}()
	return l.Addr().String(), asked
}

const connected = "HTTP/1.1 200 Connection established\r\n\r\n"

func TestProxyIsAskedForWhatIsElsewhere(t *testing.T) {
	_, addr := serve(t)
	at, asked := proxy(t, addr, connected)
	u, err := ParseProxy("http://user:pass@" + at)
	if err != nil {
		t.Fatal(err)
	}
	c := New(Config{Proxy: u, Resolver: names{"api.example": {"203.0.113.9"}, "metadata.example": {"169.254.169.254"}}})
	defer c.Close()
	for _, host := range []string{"api.example", "known.to.the.proxy.alone", "203.0.113.9"} {
		if resp, err := get(c, Call{Addr: host + ":80"}, "/"); err != nil || string(resp.Body) != "served" {
			t.Errorf("%s: %v", host, err)
			continue
		}
		if got, want := <-asked, "CONNECT "+host+":80 Basic dXNlcjpwYXNz"; got != want {
			t.Errorf("the proxy was asked %q, want %q", got, want)
		}
	}
	for _, host := range []string{"metadata.example", "169.254.169.254"} {
		if _, err := get(c, Call{Addr: host + ":80"}, "/"); !errors.Is(err, ErrRequest) {
			t.Errorf("%s: %v", host, err)
		}
	}
	if _, err := get(c, Call{Addr: addr}, "/"); err != nil || len(asked) > 0 {
		t.Errorf("loopback: %v, the proxy was asked %d times", err, len(asked))
	}
}

func TestProxyThatRefuses(t *testing.T) {
	_, addr := serve(t)
	for _, answer := range []string{"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "nonsense\r\n\r\n", connected + "HTTP/1.1 200 OK\r\n\r\n"} {
		at, _ := proxy(t, addr, answer)
		u, err := ParseProxy("http://" + at)
		if err != nil {
			t.Fatal(err)
		}
		c := New(Config{Proxy: u, Resolver: names{}})
		req, resp := &httpmsg.Request{Method: "GET", Path: "/", Host: "api.example", Proto: "HTTP/1.1"}, &httpmsg.Response{}
		if err := c.Do(req, resp, Call{Addr: "api.example:80", Timeout: 5 * time.Second}); !errors.Is(err, ErrNetwork) || !strings.Contains(err.Error(), "proxy") {
			t.Errorf("%q: %v", answer, err)
		}
		c.Close()
	}
}

func TestParseProxyRefuses(t *testing.T) {
	for _, text := range []string{"", "host:3128", "socks5://host:1", "http://", "http://host/path"} {
		if u, err := ParseProxy(text); err == nil {
			t.Errorf("%q was taken as %v", text, u)
		}
	}
}
