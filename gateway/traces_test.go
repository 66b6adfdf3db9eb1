package gateway

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/wire/httpmsg"
)

func TestTraces(t *testing.T) {
	now := time.Unix(1000, 0)
	traces := new(Traces)
	g := New(Deps{Traces: traces, Now: func() time.Time { return now }})
	g.Publish(caseApi, []apigw.Release{releaseOf("dev", "d", definitionOf(map[string]*apigw.Method{"/a": passthroughMock("200")}))})
	req := &httpmsg.Request{Method: "GET", Host: caseHost, Path: "/dev/a", Proto: "HTTP/1.1"}
	req.Header.Add("Authorization", "Bearer abcdefghijklmnop")
	req.SetBody([]byte(`{"statusCode": 200, "pad": "` + strings.Repeat("x", 1<<20) + `"}`))
	var resp httpmsg.Response
	g.Handle(req, &resp)
	resp.Done(0, nil)
	call(g, caseHost, "/dev/none")

	list := traces.Recent()
	if len(list) != 2 || list[0].Path != "/dev/none" || list[0].Status != 403 || list[0].ErrorType != "MISSING_AUTHENTICATION_TOKEN" || len(list[0].Log) != 0 {
		t.Fatalf("%+v", list)
	}
	got := list[1]
	if got.RequestId == "" || got.API != caseApi || got.Stage != "dev" || got.Method != http.MethodGet || got.Resource != "/a" || got.Status != 200 || got.ErrorType != "" {
		t.Errorf("%+v", got)
	}
	text := fmt.Sprint(got.Log)
	if strings.Contains(text, "abcdef") || !strings.Contains(text, "klmnop") || !strings.Contains(text, "Successfully completed execution") {
		t.Errorf("%s", text)
	}
	for _, line := range got.Log {
		if len(line.Text) > maxLogEvent+len(" [TRUNCATED]") || line.Failed {
			t.Errorf("%+v", line)
		}
	}
}

// What a client sends cannot act on the terminal that shows it.
func TestTracesArePrintable(t *testing.T) {
	traces := new(Traces)
	g := New(Deps{Traces: traces})
	g.Publish(caseApi, []apigw.Release{releaseOf("dev", "d", definitionOf(map[string]*apigw.Method{"/a": passthroughMock("200")}))})
	for _, path := range []string{"/dev/a", "/dev/\x1b[2J"} {
		req := &httpmsg.Request{Method: "GET", Host: caseHost, Path: path, Proto: "HTTP/1.1"}
		req.Header.Add("X-Evil", "\x1b[31mred\x9b")
		req.SetBody([]byte("{\"statusCode\":200,\x1b[1m\n\"second\":1}"))
		var resp httpmsg.Response
		g.Handle(req, &resp)
		resp.Done(0, nil)
	}
	for _, trace := range traces.Recent() {
		if text := trace.Text(); strings.ContainsAny(text, "\x1b\u009b\r") || !strings.Contains(text, "\uFFFD[") {
			t.Errorf("%q", text)
		}
	}
}

func TestTracesAreBounded(t *testing.T) {
	now := time.Unix(1000, 0)
	traces := new(Traces)
	g := New(Deps{Traces: traces, Now: func() time.Time { return now }})
	g.Publish(caseApi, []apigw.Release{releaseOf("dev", "d", definitionOf(map[string]*apigw.Method{"/a": passthroughMock("200")}))})
	for second := 1; second <= 10; second++ {
		for range 2 * tracesPerSecond {
			call(g, caseHost, "/dev/a")
			call(g, caseHost, "/dev/none")
		}
		if got, want := len(traces.Recent()), min(second*tracesPerSecond, keptTraces); got != want {
			t.Fatalf("%d traces after %d s; want %d", got, second, want)
		}
		now = now.Add(time.Second)
	}
	list := traces.Recent()
	if newest, oldest := list[0].Time.Unix(), list[len(list)-1].Time.Unix(); newest != 1009 || oldest != 1005 {
		t.Errorf("from %d to %d", newest, oldest)
	}
	if traces.Clear(); len(traces.Recent()) != 0 {
		t.Error("not cleared")
	}
}
