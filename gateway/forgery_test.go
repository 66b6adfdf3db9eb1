package gateway

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/egress"
	"github.com/poterne/poterne/wire/httpmsg"
)

// ownListener is poterne's control listener in these tests.
const ownListener = "127.0.0.1:4566"

// forbiddenHosts are hosts, with or without a port, that must never be called,
// however they are written.
func forbiddenHosts() (hosts []string) {
	for _, ip := range []string{"169.254.169.254", "169.254.170.2", "169.254.0.1", "169.254.255.254"} {
		for _, spelled := range spellings(netip.MustParseAddr(ip)) {
			hosts = append(hosts, spelled, spelled+":80")
		}
	}
	for _, spelled := range spellings(netip.MustParseAddr("127.0.0.1")) {
		hosts = append(hosts, spelled+":4566")
	}
	return append(hosts,
		"http://169.254.169.254", "//169.254.169.254", "169.254.169.254:80:80", "169.254.169.254:http", "{x}.169.254.169.254", "169.254.169.254 good.test",
		"metadata.test@good.test:80", "169.254.169.254,good.test", "169.254.169.254;good.test", "169.254.169.254\t", "169.254.169.254%0d%0aHost:x",
		"0.0.0.0:4566", "[::]:4566", "[::1]:4566", "[0:0:0:0:0:0:0:1]:4566", "[::ffff:0.0.0.0]:4566", "0:4566", "localhost:4566", "LOCALHOST:4566", "self.test:4566",
		"[fe80::1]", "[fe80::1%25lo]", "[FE80::A9FE:A9FE]", "[febf::1]", "[fd00:ec2::254]", "[fd00:0ec2:0000::0254]",
		"metadata.test", "metadata.test.", "METADATA.test", "mixed.test", "mapped.test", "nat64.test", "v6.test",
		"224.0.0.1", "[ff02::1]", "255.255.255.255",
		"user@169.254.169.254", "good.test@169.254.169.254", "good.test:80@169.254.169.254", "169.254.169.254#good.test", "169.254.169.254?good.test",
		"169.254.169.254\\.good.test", "169.254.169.254%00.good.test", "169.254.169.254%2f.good.test", "good.test\r\n", "①⑥⑨.254.169.254", "169。254。169。254",
		"", ":80", "[169.254.169.254]", "[::1", "unix:/var/run/docker.sock", "metadata.test:0", "metadata.test:99999",
	)
}

// spellings are the forms of an IPv4 address that some resolver or library
// reads as that address.
func spellings(ip netip.Addr) []string {
	b := ip.As4()
	n := uint64(b[0])<<24 | uint64(b[1])<<16 | uint64(b[2])<<8 | uint64(b[3])
	low24, low16 := n&0xffffff, n&0xffff
	return []string{
		ip.String(), ip.String() + ".",
		fmt.Sprint(n), fmt.Sprintf("0x%x", n), fmt.Sprintf("0X%X", n), fmt.Sprintf("0%o", n), fmt.Sprintf("00%o", n),
		fmt.Sprintf("0x%x.0x%x.0x%x.0x%x", b[0], b[1], b[2], b[3]),
		fmt.Sprintf("0%o.0%o.0%o.0%o", b[0], b[1], b[2], b[3]),
		fmt.Sprintf("%d.%d", b[0], low24), fmt.Sprintf("%d.%d.%d", b[0], b[1], low16),
		fmt.Sprintf("0x%x.%d", b[0], low24), fmt.Sprintf("0%o.%d.0x%x", b[0], b[1], low16),
		fmt.Sprintf("0x%x.%d.0%o.%d", b[0], b[1], b[2], b[3]),
		fmt.Sprintf("[::ffff:%s]", ip), fmt.Sprintf("[::FFFF:%x:%x]", n>>16, low16), fmt.Sprintf("[0:0:0:0:0:ffff:%x:%x]", n>>16, low16),
		fmt.Sprintf("[64:ff9b::%s]", ip), fmt.Sprintf("[64:ff9b::%x:%x]", n>>16, low16),
	}
}

// libc resolves names of a table, and numbers in every form that inet_aton
// takes.
type libc map[string][]string

func (l libc) LookupNetIP(_ context.Context, _, host string) (ips []netip.Addr, err error) {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	for _, text := range l[host] {
		ips = append(ips, netip.MustParseAddr(text))
	}
	if ip, ok := aton(host); ok {
		ips = append(ips, ip)
	}
	if ips == nil {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return ips, nil
}

func aton(host string) (netip.Addr, bool) {
	parts := strings.Split(host, ".")
	var n uint64
	for i, part := range parts {
		v, err := strconv.ParseUint(part, 0, 32)
		if err != nil {
			v, err = strconv.ParseUint(strings.TrimLeft(part, "0"), 10, 32)
		}
		if err != nil || len(parts) > 4 {
			return netip.Addr{}, false
		}
		if i < len(parts)-1 {
			n |= v << (24 - 8*i)
		} else {
			n |= v
		}
	}
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}), true
}

var testNames = libc{
	"good.test": {"192.0.2.80"}, "localhost": {"127.0.0.1", "::1"}, "self.test": {"127.0.0.1"},
	"metadata.test": {"169.254.169.254"}, "mixed.test": {"192.0.2.80", "169.254.169.254"},
	"mapped.test": {"::ffff:169.254.169.254"}, "nat64.test": {"64:ff9b::a9fe:a9fe"}, "v6.test": {"fd00:ec2::254"},
}

// outside is the world behind the dialer: 192.0.2.80:80 is a server, anything
// else is noted.
type outside struct {
	mu     sync.Mutex
	server string
	called []string
}

func (o *outside) connect(ctx context.Context, network, addr string) (net.Conn, error) {
	if addr == "192.0.2.80:80" {
		return new(net.Dialer).DialContext(ctx, network, o.server)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.called = append(o.called, addr)
	return nil, fmt.Errorf("%s was called", addr)
}

func (o *outside) took() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	called := o.called
	o.called = nil
	return called
}

// TestNoAddressIsForged: security case 44. Two hundred spellings of addresses
// that must not be called, as the uri, in a stage variable, in a greedy path
// and as a redirect: no connection leaves.
func TestNoAddressIsForged(t *testing.T) {
	hosts := forbiddenHosts()
	if len(hosts) < 200 {
		t.Fatalf("only %d spellings", len(hosts))
	}
	var redirectTo atomic.Value // the back end runs beside the test
	redirectTo.Store("")
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if to := redirectTo.Load(); to != "" {
			w.Header()["Location"] = []string{"http://" + to.(string) + "/latest/meta-data/"}
			w.WriteHeader(http.StatusFound)
		}
		_, _ = io.WriteString(w, "good")
	}))
	defer s.Close()
	world := &outside{server: s.Listener.Addr().String()}
	own := netip.MustParseAddrPort(ownListener)
	client := egress.New(egress.Config{Resolver: testNames, Connect: world.connect, Self: func(a netip.AddrPort) bool {
		return a.Port() == own.Port() && (a.Addr().IsLoopback() || a.Addr().IsUnspecified())
	}})
	defer client.Close()
	call := func(uri, variable, path string) *httpmsg.Response {
		g := New(Deps{Egress: client})
		proxy := func() *apigw.Integration {
			return &apigw.Integration{Type: ptr("HTTP_PROXY"), HttpMethod: ptr("GET"), Uri: ptr(uri),
				RequestParameters: map[string]string{"integration.request.path.proxy": "method.request.path.proxy"}}
		}
		method := &apigw.Method{HttpMethod: ptr("GET"), AuthorizationType: ptr("NONE"), MethodIntegration: proxy()}
		g.Publish(caseApi, []apigw.Release{{Region: "eu-west-1", RestApiId: caseApi,
			Stage:      apigw.Stage{StageName: ptr("dev"), DeploymentId: ptr("d"), Variables: map[string]string{"host": variable}},
			Definition: &apigw.Definition{Resources: []apigw.Resource{{Id: ptr("r"), Path: ptr("/{proxy+}"), ResourceMethods: map[string]*apigw.Method{"GET": method}}}},
		}})
		req := &httpmsg.Request{Method: "GET", Path: "/dev/" + path, Host: caseApi + ".execute-api.localhost", Proto: "HTTP/1.1"}
		resp := &httpmsg.Response{}
		g.Handle(req, resp)
		return resp
	}
	finish := func(r *httpmsg.Response) { r.Done(0, nil); r.Reset() }
	for _, host := range hosts {
		for way, at := range map[string][3]string{
			"uri":            {"http://" + host + "/x", "", "x"},
			"stage variable": {"http://${stageVariables.host}/x", host, "x"},
			"part of a name": {"http://good.test@${stageVariables.host}/x", host, "x"},
			"greedy path":    {"http://good.test/{proxy}", "", "/" + host + "/x"},
			"before a path":  {"http://good.test{proxy}", "", "@" + host + "/x"},
		} {
			resp := call(at[0], at[1], at[2])
			if called := world.took(); called != nil {
				t.Errorf("%q as %s: %v was called", host, way, called)
			}
			if resp.Status == 200 && way != "greedy path" {
				t.Errorf("%q as %s: answered 200", host, way)
			}
			finish(resp)
		}
		if host == "" || strings.ContainsAny(host, "\r\n") {
			continue // no server can send those
		}
		redirectTo.Store(host)
		resp := call("http://good.test/", "", "x")
		if called := world.took(); called != nil || resp.Status != http.StatusFound {
			t.Errorf("a redirect to %q: %d, %v was called", host, resp.Status, called)
		}
		finish(resp)
		redirectTo.Store("")
	}
}

// rebinding answers a name with another address each time it is asked.
type rebinding struct{ asked int }

func (r *rebinding) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	r.asked++
	if r.asked == 1 {
		return []netip.Addr{netip.MustParseAddr("192.0.2.80")}, nil
	}
	return []netip.Addr{netip.MustParseAddr("169.254.169.254")}, nil
}

// TestNamesAreResolvedOnce: what was judged is what is dialled (DNS rebinding).
func TestNamesAreResolvedOnce(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Connection", "close") }))
	defer s.Close()
	world := &outside{server: s.Listener.Addr().String()}
	client := egress.New(egress.Config{Resolver: &rebinding{}, Connect: world.connect})
	defer client.Close()
	for i, want := range []error{nil, egress.ErrRequest} {
		req := &httpmsg.Request{Method: "GET", Path: "/", Host: "rebind.test", Proto: "HTTP/1.1"}
		var resp httpmsg.Response
		err := client.Do(req, &resp, egress.Call{Addr: "rebind.test:80"})
		if called := world.took(); called != nil || (err == nil) != (want == nil) {
			t.Errorf("call %d: %v, %v was called", i+1, err, called)
		}
		resp.Reset()
	}
}
