package server

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// A drain is a whole server with all its doors, what stands behind it and the
// clients in front of it.
type drain struct {
	t         *testing.T
	server    *Server
	stop      context.CancelFunc
	ended     chan error
	backend   *heldBackend
	accessLog string
	before    census // when the back ends ran, and nothing else

	trust *tls.Config
	h2    *http.Transport
	conns []net.Conn
	half  int // from where on conns are halves

	asking   sync.WaitGroup
	requests atomic.Int32 // all that were sent whole
	held     int          // those that the back end keeps
	whole    atomic.Int32 // of their answers
}

func startDrain(t *testing.T, grace time.Duration) *drain {
	dir := t.TempDir()
	d := &drain{t: t, backend: newHeldBackend(), accessLog: filepath.Join(dir, "access.log"), ended: make(chan error, 1)}
	plain, secure := httptest.NewServer(d.backend), httptest.NewTLSServer(d.backend)
	_, collector := startSink(t)
	stray := startRaw(t, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwholeHTTP/1.1 200 OK\r\n", false)
	broken := startRaw(t, "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf", true)
	for _, end := range []func(){plain.Close, secure.Close, stray.close, broken.close, d.backend.release} {
		t.Cleanup(end)
	}
	t.Setenv(heldAddress, plain.URL+"/held")
	d.before = takeCensus()

	ctx, stop := context.WithCancel(context.Background())
	d.stop = stop
	t.Cleanup(stop)
	var err error
	d.server, err = New(ctx, Config{
		Control: "localhost:0", Data: "localhost:0", DataTLS: "localhost:0", DataDir: dir, ShutdownGrace: grace,
		AccessLog: d.accessLog, OTLP: collector, Functions: []string{"f=" + os.Args[0] + " -test.run=^TestFunctionOfDrained$"},
		BackendCA: document(t, "ca.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw}))),
	})
	if err != nil {
		t.Fatal(err)
	}
	definition := strings.NewReplacer("http://BACKEND", plain.URL, "https://SECURE", secure.URL,
		"STRAY", stray.listener.Addr().String(), "BROKEN", broken.listener.Addr().String()).Replace(drained)
	if _, err := d.server.ServeFiles(ctx, []string{document(t, "drained.yaml", definition)}); err != nil {
		t.Fatal(err)
	}
	go func() { d.ended <- d.server.Run(ctx) }()
	operator{t, "http://" + d.server.controlAddr()}.call("PATCH", "/restapis/drained/stages/v1", `{"patchOperations":[
		{"op":"replace","path":"/accessLogSettings/destinationArn","value":"arn:aws:logs:us-east-1:000000000000:log-group:access"},
		{"op":"replace","path":"/accessLogSettings/format","value":"$context.requestId $context.status $context.path"}]}`)
	roots := x509.NewCertPool()
	authority, err := os.ReadFile(d.server.certificates.authority.file)
	if err != nil || !roots.AppendCertsFromPEM(authority) {
		t.Fatal(err)
	}
	d.trust = &tls.Config{RootCAs: roots, ServerName: apiHost}
	d.h2 = &http.Transport{TLSClientConfig: d.trust.Clone(), ForceAttemptHTTP2: true}
	return d
}

// dial connects to the door of a role; its clients wait no longer than patience.
func (d *drain) dial(r role) net.Conn {
	d.t.Helper()
	conn, err := net.Dial("tcp", d.server.addrOf(r))
	if err != nil {
		d.t.Fatal(err)
	}
	_ = conn.SetDeadline(time.Now().Add(patience)) // fails only when it is closed
	d.conns = append(d.conns, conn)
	return conn
}

// open is a connection to the data plane over HTTP/1.1.
func (d *drain) open(r role) net.Conn {
	d.t.Helper()
	conn := d.dial(r)
	if r != secureRole {
		return conn
	}
	secured := tls.Client(conn, d.trust)
	if err := secured.Handshake(); err != nil {
		d.t.Fatal(err)
	}
	return secured
}

func get(path string) string {
	return "GET /v1" + path + " HTTP/1.1\r\nHost: " + apiHost + "\r\n\r\n"
}

func post(path, body string) string {
	return fmt.Sprintf("POST /v1%s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n%s", path, apiHost, len(body), body)
}

// say sends text, and reads an answer with each of the statuses.
func (d *drain) say(conn net.Conn, text string, statuses ...int) {
	d.t.Helper()
	if _, err := io.WriteString(conn, text); err != nil {
		d.t.Fatalf("%q: %v", text, err)
	}
	in := bufio.NewReader(conn)
	d.requests.Add(int32(len(statuses)))
	for _, want := range statuses {
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			d.t.Fatalf("%q: %v\n%s", text, err, allStacks())
		}
		body, err := io.ReadAll(resp.Body)
		if resp.StatusCode != want || err != nil {
			d.t.Errorf("%q was answered %d %s %v, want %d", text, resp.StatusCode, body, err, want)
		}
	}
}

// hold sends a request that the back end keeps, and reads its answer meanwhile.
func (d *drain) hold(conn net.Conn, text string) {
	d.t.Helper()
	d.say(conn, text)
	n := strings.Count(text, " HTTP/1.1\r\n")
	d.requests.Add(int32(n))
	d.expectWhole(func() (body []byte, err error) {
		in := bufio.NewReader(conn)
		for range n {
			resp, err := http.ReadResponse(in, nil)
			if err != nil {
				return nil, err
			}
			if body, err = io.ReadAll(resp.Body); err != nil {
				return nil, err
			}
		}
		return body, nil
	})
}

func (d *drain) holdH2(path string) {
	d.expectWhole(func() ([]byte, error) {
		resp, err := d.askH2(d.t.Context(), path)
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		return io.ReadAll(resp.Body)
	})
}

// expectWhole counts an answer that comes once the back end is let go, and
// returns when the back end has the request.
func (d *drain) expectWhole(answer func() ([]byte, error)) {
	d.t.Helper()
	d.held++
	d.asking.Go(func() {
		if body, err := answer(); err == nil && strings.HasSuffix(string(body), "whole") {
			d.whole.Add(1)
		}
	})
	receive(d.t, "a request at the back end", d.backend.arrived)
}

// askH2 asks over HTTP/2.
func (d *drain) askH2(ctx context.Context, path string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+d.server.addrOf(secureRole)+"/v1"+path, nil)
	if err != nil {
		return nil, err
	}
	r.Host = apiHost
	d.requests.Add(1)
	return (&http.Client{Transport: d.h2, Timeout: patience}).Do(r)
}

// finished are requests that are answered, on connections that stay.
func (d *drain) finished() {
	for _, r := range []role{dataRole, secureRole} {
		for range 4 {
			d.say(d.open(r), get("/mock")+get("/mock")+get("/plain"), 200, 200, 200)
			d.say(d.open(r), get("/plain"), 200)
			d.say(d.open(r), get("/secure"), 200)
			d.say(d.open(r), get("/stray"), 200)
			d.say(d.open(r), get("/broken"), 504)
			d.say(d.open(r), post("/function", "{}"), 200)
			d.say(d.open(r), post("/plain", "{}")+get("/nothing"), 200, 403)
		}
	}
	for _, path := range []string{"/plain", "/secure", "/mock"} {
		resp, err := d.askH2(d.t.Context(), path)
		if err != nil || resp.StatusCode != http.StatusOK {
			d.t.Fatal(resp, err)
		}
		resp.Body.Close()
	}
	for _, path := range []string{"/restapis", "/_poterne/metrics", "/_poterne/requests", "/_poterne/livez"} {
		status, body := request(d.t, "GET", "http://"+d.server.controlAddr()+path, "")
		if status != http.StatusOK {
			d.t.Errorf("%s: %d %s", path, status, body)
		}
	}
}

// underWay are requests that the back end keeps.
func (d *drain) underWay() {
	for _, r := range []role{dataRole, secureRole} {
		d.hold(d.open(r), get("/held"))
		d.hold(d.open(r), get("/mock")+get("/mock")+get("/held"))
		d.hold(d.open(r), post("/held", "{}"))
		d.hold(d.open(r), get("/stream"))
		d.hold(d.open(r), get("/secure-held"))
		d.hold(d.open(r), post("/function", "held"))
	}
	d.holdH2("/held")
	d.holdH2("/stream")
	d.holdH2("/secure-held")
}

// abandoned are requests that their clients no longer wait for.
func (d *drain) abandoned() {
	for _, r := range []role{dataRole, secureRole} {
		for _, path := range []string{"/held", "/stream"} {
			conn := d.open(r)
			d.say(conn, get(path))
			d.requests.Add(1)
			receive(d.t, "an abandoned request", d.backend.arrived)
			conn.Close()
		}
	}
	ctx, cancel := context.WithCancel(d.t.Context())
	d.asking.Go(func() {
		if resp, err := d.askH2(ctx, "/held"); err == nil {
			resp.Body.Close()
		}
	})
	receive(d.t, "an abandoned request", d.backend.arrived)
	cancel()
}

// halves are clients that do not come to the end of what they say.
func (d *drain) halves() {
	d.half = len(d.conns)
	for _, r := range []role{controlRole, dataRole, secureRole} {
		d.dial(r)
		d.say(d.open(r), "GET /v1/mock HTT")
		d.halfBody(r, "Content-Length: 100000", "{")
		d.halfBody(r, "Transfer-Encoding: chunked", "5\r\nab")
	}
	d.say(d.dial(secureRole), "\x16\x03\x01\x02")
}

// halfBody sends a part of a body once the server reads it.
func (d *drain) halfBody(r role, framing, part string) {
	d.t.Helper()
	conn := d.open(r)
	d.say(conn, "POST /v1/plain HTTP/1.1\r\nHost: "+apiHost+"\r\nExpect: 100-continue\r\n"+framing+"\r\n\r\n")
	if r != controlRole {
		d.requests.Add(1)
	}
	const reads = "HTTP/1.1 100 Continue\r\n\r\n"
	answer := make([]byte, len(reads))
	if _, err := io.ReadFull(conn, answer); err != nil || string(answer) != reads {
		d.t.Fatalf("answered %q %v", answer, err)
	}
	d.say(conn, part)
}

// hangUp ends the halves.
func (d *drain) hangUp() {
	for _, conn := range d.conns[d.half:] {
		conn.Close()
	}
}

// leave ends all clients.
func (d *drain) leave() {
	for _, conn := range d.conns {
		conn.Close()
	}
	d.h2.CloseIdleConnections()
	asked := make(chan struct{})
	go func() { d.asking.Wait(); close(asked) }()
	receive(d.t, "the clients' end", asked)
}

// beginDrain returns when no door takes a new connection.
func (d *drain) beginDrain() {
	d.t.Helper()
	d.stop()
	for _, r := range []role{controlRole, dataRole, secureRole} {
		eventually(d.t, "the end of "+d.server.addrOf(r), func() bool {
			conn, err := net.Dial("tcp", d.server.addrOf(r))
			if err == nil {
				conn.Close()
			}
			return errors.Is(err, syscall.ECONNREFUSED)
		})
	}
}

// isLogged: whatever became of a request, it has its line in the access log.
func (d *drain) isLogged() {
	d.t.Helper()
	text, err := os.ReadFile(d.accessLog)
	if lines := strings.Count(string(text), "\n"); err != nil || lines != int(d.requests.Load()) {
		d.t.Errorf("%d of %d requests are in the access log, %v:\n%s", lines, d.requests.Load(), err, text)
	}
}

// After a shutdown no goroutine runs and no descriptor is open that was not
// before, whatever clients and back ends were at, and what was under way is
// answered whole if it ends in time.
func TestNothingIsLeftAfterADrain(t *testing.T) {
	d := startDrain(t, patience)
	d.finished()
	d.underWay()
	d.abandoned()
	d.halves()
	d.beginDrain()
	d.backend.release()
	d.hangUp()
	if err := receive(t, "the server's end", d.ended); err != nil {
		t.Errorf("run: %v", err)
	}
	d.leave()
	if n := int(d.whole.Load()); n != d.held {
		t.Errorf("%d of %d requests under way were answered whole", n, d.held)
	}
	d.isLogged()
	d.before.sameAgain(t)
}

// Hurry ends the grace.
func TestHurriedDrainsAreCut(t *testing.T) {
	d := startDrain(t, time.Hour)
	d.hold(d.open(dataRole), get("/held"))
	d.holdH2("/held")
	d.beginDrain()
	d.server.Hurry()
	if err := receive(t, "the server's end", d.ended); err == nil || !strings.Contains(err.Error(), "did not end within") {
		t.Errorf("run: %v", err)
	}
	d.leave()
	d.before.sameAgain(t)
}

// What does not end within the grace is cut, and so are the calls that were
// made for it.
func TestNothingIsLeftAfterACutDrain(t *testing.T) {
	d := startDrain(t, 100*time.Millisecond)
	d.finished()
	d.underWay()
	d.abandoned()
	d.halves()
	d.stop()
	if err := receive(t, "the server's end", d.ended); err == nil || !strings.Contains(err.Error(), "did not end within") {
		t.Errorf("run: %v", err)
	}
	d.isLogged()
	d.leave()
	d.before.sameAgain(t)
}
