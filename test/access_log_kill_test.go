package test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// lostByKill is how old a line of the access log may be that a kill -9 loses.
const lostByKill = 100 * time.Millisecond

// TestKillLosesTheLastLinesAlone kills a server amid requests: what is lost of
// its access log is the end of it. A busy machine may write late, so the best
// of some kills is held to the bound.
func TestKillLosesTheLastLinesAlone(t *testing.T) {
	var losses []time.Duration
	for range 5 {
		losses = append(losses, killAmidRequests(t))
		if slices.Min(losses) <= lostByKill {
			break
		}
	}
	t.Logf("lost lines of the last %v", losses)
	if slices.Min(losses) > lostByKill {
		t.Errorf("kills lost lines of the last %v; want %s at most", losses, lostByKill)
	}
}

// killAmidRequests returns the age of the oldest line that a kill lost.
func killAmidRequests(t *testing.T) time.Duration {
	log := filepath.Join(t.TempDir(), "access.log")
	document := filepath.Join(t.TempDir(), "logged.yaml")
	if err := os.WriteFile(document, []byte(h2specDocument), 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, "--access-log", log, "--api-id", "logged", document)
	stage := text(loadCall(t, s.url, "GET", "/restapis/logged/stages", "")["item"].([]any)[0].(map[string]any)["stageName"])
	loadCall(t, s.url, "PATCH", "/restapis/logged/stages/"+stage, `{"patchOperations":[
		{"op":"replace","path":"/accessLogSettings/destinationArn","value":"arn:aws:logs:us-east-1:000000000000:log-group:access"},
		{"op":"replace","path":"/accessLogSettings/format","value":"$context.requestId"}]}`)
	ids, answered := askUntil(t, fmt.Sprintf("%s/_aws/execute-api/logged/%s/", s.url, stage), 2000)
	killed := time.Now()
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	s.stop()
	written, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(written), "\n"), "\n")
	if len(lines) > len(ids) || !slices.Equal(lines, ids[:len(lines)]) {
		t.Fatalf("%d lines of %d requests are not the first ones", len(lines), len(ids))
	}
	if len(lines) == len(ids) {
		return 0
	}
	return killed.Sub(answered[len(lines)])
}

// askUntil makes requests one after another, and tells the id of each and when
// it was answered.
func askUntil(t *testing.T, url string, requests int) (ids []string, answered []time.Time) {
	for range requests {
		resp, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.Copy(io.Discard, resp.Body) // so that the next one comes on this connection, after this line
		if resp.Body.Close(); err != nil {
			t.Fatal(err)
		}
		ids, answered = append(ids, resp.Header.Get("x-amzn-RequestId")), append(answered, time.Now())
	}
	return ids, answered
}
