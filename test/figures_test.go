package test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The figures of README: "make figures" prints them.

// BenchmarkFirstRequest is from the start of the process to the end of the
// first answer of a served file.
func BenchmarkFirstRequest(b *testing.B) {
	benchmarkStart(b, generated(b, 1), "/r000")
}

// BenchmarkServe300Resources is the same for a file of 300 Resources, each with
// a Method, a request and a response template.
func BenchmarkServe300Resources(b *testing.B) {
	benchmarkStart(b, generated(b, 300), "/r299")
}

func benchmarkStart(b *testing.B, file, path string) {
	var cpu time.Duration
	for b.Loop() {
		s := start(b, file)
		get(b, s.url+path)
		b.StopTimer()
		s.stop()
		cpu += s.cmd.ProcessState.UserTime() + s.cmd.ProcessState.SystemTime()
		b.StartTimer()
	}
	b.ReportMetric(float64(cpu.Milliseconds())/float64(b.N), "cpu-ms/start")
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/start")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkMemoryAtRest is what the process occupies when it serves the
// petstore, has answered once, and is left alone.
func BenchmarkMemoryAtRest(b *testing.B) {
	if runtime.GOOS != "linux" {
		b.Skip("read from /proc")
	}
	var total float64
	for b.Loop() {
		s := start(b, "../examples/petstore/openapi.yaml")
		get(b, s.url+"/pets")
		time.Sleep(2 * time.Second)
		total += resident(b, s.cmd.Process.Pid)
		s.stop()
	}
	b.ReportMetric(total/float64(b.N), "MiB")
	b.ReportMetric(0, "ns/op")
}

var residentLine = regexp.MustCompile(`VmRSS:\s+(\d+) kB`)

func resident(b testing.TB, pid int) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	found := residentLine.FindSubmatch(status)
	if found == nil {
		b.Fatalf("no VmRSS in\n%s", status)
	}
	kB, err := strconv.Atoi(string(found[1]))
	if err != nil {
		b.Fatal(err)
	}
	return float64(kB) / 1024
}

// generated is a file of an API with n Resources.
func generated(b testing.TB, n int) string {
	b.Helper()
	var text strings.Builder
	text.WriteString("openapi: 3.0.1\ninfo: {title: Generated, version: '1'}\npaths:\n")
	for i := range n {
		fmt.Fprintf(&text, `  /r%03d:
    get:
      responses: {"200": {description: ok}}
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: '{"statusCode": 200}'}
        responses:
          default:
            statusCode: "200"
            responseTemplates: {application/json: '{"n": %d, "stage": "$context.stage", "query": "$util.escapeJavaScript($input.params("q"))"}'}
`, i, i)
	}
	file := filepath.Join(b.TempDir(), "generated.yaml")
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	return file
}

// A benchmark that is answered by anything but its API measures nothing.
func TestGeneratedAPIIsServed(t *testing.T) {
	t.Parallel()
	s := start(t, generated(t, 3))
	if status, _, body := get(t, s.url+"/r002?q=x"); status != http.StatusOK || body != `{"n": 2, "stage": "local", "query": "x"}` {
		t.Errorf("%d %s", status, body)
	}
}
