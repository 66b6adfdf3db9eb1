package server

import (
	"strings"
	"testing"
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
