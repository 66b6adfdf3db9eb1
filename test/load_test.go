package test

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

var loadURL = flag.String("load.url", "", "control plane for the load benchmarks; default: a server of their own")

// BenchmarkPutIntegrationResponse16 is 16 clients that put an integration
// response of their own again and again; every answer is after its commit.
// BenchmarkPutIntegrationResponse1 is one that does.
func BenchmarkPutIntegrationResponse16(b *testing.B) { putResponses(b, 16) }
func BenchmarkPutIntegrationResponse1(b *testing.B)  { putResponses(b, 1) }

func putResponses(b *testing.B, clients int) {
	m := newLoad(b)
	m.run(b, clients, func(client int) string {
		status := 400 + client
		body := fmt.Sprintf(`{"selectionPattern":"%d","responseTemplates":{"application/json":"{\"error\": $input.json('$')}"}}`, status)
		return fmt.Sprintf("PUT /restapis/%s/resources/%s/methods/GET/integration/responses/%d HTTP/1.1\r\n%sContent-Length: %d\r\n\r\n%s",
			m.api, m.root, status, loadHeaders, len(body), body)
	})
}

// BenchmarkGetRestApi is 16 clients that read one API.
func BenchmarkGetRestApi(b *testing.B) {
	m := newLoad(b)
	m.run(b, 16, func(int) string { return "GET /restapis/" + m.api + " HTTP/1.1\r\n" + loadHeaders + "\r\n" })
}

const loadHeaders = "Host: localhost\r\nAccept: application/json\r\nContent-Type: application/json\r\n" +
	"Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/apigateway/aws4_request, SignedHeaders=host, Signature=0\r\n"

// A load is an API with one method to work on.
type load struct {
	addr, api, root string
	server          *server // nil: another's
}

func newLoad(b *testing.B) *load {
	url, m := *loadURL, &load{}
	if url == "" {
		m.server = start(b, "--data-dir", b.TempDir(), "--log-level", "error")
		url = m.server.url
	}
	m.addr = strings.TrimPrefix(url, "http://")
	made := loadCall(b, url, "POST", "/restapis", `{"name":"load"}`)
	m.api, m.root = text(made["id"]), text(made["rootResourceId"])
	method := "/restapis/" + m.api + "/resources/" + m.root + "/methods/GET"
	loadCall(b, url, "PUT", method, `{"authorizationType":"NONE"}`)
	loadCall(b, url, "PUT", method+"/integration", `{"type":"MOCK"}`)
	return m
}

func loadCall(b testing.TB, url, method, path, body string) (answer map[string]any) {
	r, err := http.NewRequest(method, url+path, strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Accept", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || resp.StatusCode >= 300 {
		b.Fatalf("%s %s: %d %v", method, path, resp.StatusCode, err)
	}
	return answer
}

// run shares b.N requests among clients, each with a connection of its own.
func (m *load) run(b *testing.B, clients int, request func(client int) string) {
	var left atomic.Int64
	left.Store(int64(b.N))
	var running sync.WaitGroup
	before := m.cpu()
	b.ResetTimer()
	for client := range clients {
		running.Go(func() {
			if err := m.ask(request(client), &left); err != nil {
				b.Error(err)
			}
		})
	}
	running.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
	if spent := m.cpu() - before; spent > 0 {
		b.ReportMetric(spent*1e6/float64(b.N), "µs-cpu/request")
	}
}

// cpu is the processor time in seconds that the server and the clients, which
// are this process, have had: on a busy machine it says more than the clock.
// 0 where the system does not tell it.
func (m *load) cpu() float64 {
	if m.server == nil {
		return 0
	}
	return cpuOf(os.Getpid()) + cpuOf(m.server.cmd.Process.Pid)
}

func cpuOf(pid int) float64 {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(stat), ") ") // after the command's name
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseFloat(fields[11], 64)
	system, _ := strconv.ParseFloat(fields[12], 64)
	return (user + system) / 100
}

// ask sends request over one connection while there are some left.
func (m *load) ask(request string, left *atomic.Int64) error {
	conn, err := net.Dial("tcp", m.addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	answers := bufio.NewReader(conn)
	for left.Add(-1) >= 0 {
		if _, err := io.WriteString(conn, request); err != nil {
			return err
		}
		if err := skipAnswer(answers); err != nil {
			return err
		}
	}
	return nil
}

// skipAnswer reads an answer of success.
func skipAnswer(r *bufio.Reader) error {
	status, err := r.ReadString('\n')
	if err != nil {
		return err
	}
	if !strings.HasPrefix(status, "HTTP/1.1 2") {
		return fmt.Errorf("answered %q", status)
	}
	length := 0
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) <= 2 {
			break
		}
		if name, value, ok := strings.Cut(string(line), ":"); ok && strings.EqualFold(name, "Content-Length") {
			if length, err = strconv.Atoi(strings.TrimSpace(value)); err != nil {
				return err
			}
		}
	}
	_, err = r.Discard(length)
	return err
}
