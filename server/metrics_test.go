package server

import (
	"strings"
	"testing"

	"github.com/poterne/poterne/wire/http1"
)

func TestMetricsCountWhatStagesAnswer(t *testing.T) {
	s := start(t, Config{}, document(t, "hello.yaml", hello))
	base := "http://" + s.dataAddr()
	for range 3 {
		request(t, "GET", base+"/_aws/execute-api/hello-world/v1/hello", "")
	}
	request(t, "GET", base+"/_aws/execute-api/hello-world/v1/nowhere", "")
	request(t, "GET", base+"/_aws/execute-api/hello-world/unknown/hello", "") // of no stage
	status, body := request(t, "GET", base+"/_poterne/metrics", "")
	for _, want := range []string{
		`poterne_latency_seconds_count{api="hello-world",stage="v1"} 4`,
		`poterne_latency_seconds_bucket{api="hello-world",stage="v1",le="29"} 4`,
		`poterne_4xx_errors_total{api="hello-world",stage="v1"} 1`,
		`poterne_5xx_errors_total{api="hello-world",stage="v1"} 0`,
		"poterne_access_log_lost_lines_total 0",
		"go_goroutines ",
	} {
		if status != 200 || !strings.Contains(body, want) {
			t.Errorf("%d, no %s in\n%s", status, want, body)
		}
	}
}

// Calls are batched where the machine can, unless that is switched off.
func TestMetricsCountBatches(t *testing.T) {
	can := false
	if b, err := http1.NewBatcher(); err == nil {
		b.Close()
		can = true
	}
	for setting, want := range map[string]bool{"": can, "auto": can, "off": false} {
		s := start(t, Config{IOUring: setting}, document(t, "hello.yaml", hello))
		base := "http://" + s.dataAddr()
		request(t, "GET", base+"/_aws/execute-api/hello-world/v1/hello", "")
		_, body := request(t, "GET", base+"/_poterne/metrics", "")
		has := strings.Contains(body, "\npoterne_batches_total ") && !strings.Contains(body, "\npoterne_batches_total 0\n")
		if has != want {
			t.Errorf("--io-uring %q: batches %t, want %t", setting, has, want)
		}
	}
}

// Methods count for themselves where their setting has metricsEnabled, those of
// ANY by the verb of the request where it is the verb's setting (data plane
// §21.2).
func TestMetricsByMethod(t *testing.T) {
	s := start(t, Config{AccessLog: "off"}, document(t, "hello.yaml", hello))
	o := operator{t, "http://" + s.dataAddr()}
	o.call("PATCH", "/restapis/hello-world/stages/v1", `{"patchOperations":[
		{"op":"replace","path":"/cacheClusterEnabled","value":"true"},
		{"op":"replace","path":"/cacheClusterSize","value":"0.5"},
		{"op":"replace","path":"/~1hello/GET/caching/enabled","value":"true"},
		{"op":"replace","path":"/~1hello/GET/metrics/enabled","value":"true"}]}`)
	for range 3 {
		request(t, "GET", o.base+"/hello", "")
	}
	_, body := request(t, "GET", o.base+"/_poterne/metrics", "")
	for _, want := range []string{
		`poterne_method_latency_seconds_count{api="hello-world",method="GET",resource="/hello",stage="v1"} 3`,
		`poterne_method_integration_latency_seconds_count{api="hello-world",method="GET",resource="/hello",stage="v1"} 1`,
		`poterne_method_cache_hits_total{api="hello-world",method="GET",resource="/hello",stage="v1"} 2`,
		`poterne_method_cache_misses_total{api="hello-world",method="GET",resource="/hello",stage="v1"} 1`,
		`poterne_cache_hits_total{api="hello-world",stage="v1"} 2`,
		`poterne_cache_misses_total{api="hello-world",stage="v1"} 1`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in\n%s", want, body)
		}
	}
}
