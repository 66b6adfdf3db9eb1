package test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A flipped API says its version in the header X-Version and in each line of
// its body. TestFlips changes the version again and again while clients post:
// no request fails, no answer has two versions, and none that was asked for
// after a change was acknowledged has an older one.
//
// FLIPS changes are made each way; "make flips" makes 1,000.
func TestFlips(t *testing.T) {
	flips, err := strconv.Atoi(os.Getenv("FLIPS"))
	if err != nil {
		flips = 20
	}
	s := start(t, "--data-dir", t.TempDir(), "--log-level", "error", "--access-log", "off")
	for _, way := range flipWays {
		t.Run(way.name, func(t *testing.T) {
			f := newFlipped(t, s.url)
			f.run(t, flips, way.prepare(f))
		})
	}
}

// flipWays are the ways to another version. Each makes what it needs and
// returns what the nth version is called, and what makes it live.
var flipWays = []struct {
	name    string
	prepare func(*flipped) func(n int) (version string, change func())
}{
	{"a deployment for each", func(f *flipped) func(int) (string, func()) {
		f.deploy(literal("v0"), `{"stageName":"s"}`)
		return func(n int) (string, func()) {
			version := fmt.Sprintf("v%d", n)
			return version, func() { f.deploy(literal(version), `{"stageName":"s"}`) }
		}
	}},
	{"two deployments in turn", func(f *flipped) func(int) (string, func()) {
		ids := []string{f.deploy(literal("A"), `{}`), f.deploy(literal("B"), `{}`)}
		f.call("POST", "/stages", fmt.Sprintf(`{"stageName":"s","deploymentId":%q}`, ids[0]))
		return func(n int) (string, func()) {
			return "AB"[n%2 : n%2+1], func() { f.patch("/deploymentId", ids[n%2]) }
		}
	}},
	{"a stage variable", func(f *flipped) func(int) (string, func()) {
		f.deploy(flipVersion{"stageVariables.v", "$stageVariables.v"}, `{"stageName":"s","variables":{"v":"v0"}}`)
		return func(n int) (string, func()) {
			version := fmt.Sprintf("v%d", n)
			return version, func() { f.patch("/variables/v", version) }
		}
	}},
	{"a canary of all or nothing", func(f *flipped) func(int) (string, func()) {
		// The header is the stage variable, the body the deployment.
		f.deploy(flipVersion{"stageVariables.v", "A"}, `{"stageName":"s","variables":{"v":"A"}}`)
		f.deploy(flipVersion{"stageVariables.v", "B"}, `{"stageName":"s","canarySettings":{"percentTraffic":0,"stageVariableOverrides":{"v":"B"}}}`)
		return func(n int) (string, func()) {
			return "AB"[n%2 : n%2+1], func() { f.patch("/canarySettings/percentTraffic", []string{"0.0", "100.0"}[n%2]) }
		}
	}},
	{"deployments under a canary of a half", func(f *flipped) func(int) (string, func()) {
		f.deploy(flipVersion{"stageVariables.v", "v0"}, `{"stageName":"s","variables":{"v":"v0"}}`)
		f.deploy(flipVersion{"stageVariables.v", "canary"}, `{"stageName":"s","canarySettings":{"percentTraffic":50,"stageVariableOverrides":{"v":"canary"}}}`)
		ids := []string{f.deploy(flipVersion{"stageVariables.v", "v0"}, `{}`), f.deploy(flipVersion{"stageVariables.v", "v0"}, `{}`)}
		return func(n int) (string, func()) {
			return "v0", func() { f.patch("/deploymentId", ids[n%2]) } // the version stays
		}
	}},
}

// A flipVersion says where the version comes from: an expression for the
// header, a text for the body's template.
type flipVersion struct{ header, body string }

func literal(version string) flipVersion { return flipVersion{"'" + version + "'", version} }

// A flipped is an API that is changed.
type flipped struct {
	t        *testing.T
	url, api string
	resource string

	mu    sync.Mutex
	turns []turn
	seen  atomic.Int64 // answers
}

// A turn is a change: when it was asked for, and when it was acknowledged.
type turn struct {
	version    string
	begin, ack time.Time
}

func newFlipped(t *testing.T, url string) *flipped {
	f := &flipped{t: t, url: url}
	made := loadCall(t, url, "POST", "/restapis", `{"name":"flipped"}`)
	f.api, f.resource = text(made["id"]), text(made["rootResourceId"])
	method := "/resources/" + f.resource + "/methods/POST"
	f.call("PUT", method, `{"authorizationType":"NONE"}`)
	f.call("PUT", method+"/responses/200", `{"responseParameters":{"method.response.header.X-Version":false}}`)
	f.call("PUT", method+"/integration", `{"type":"MOCK","requestTemplates":{"application/json":"{\"statusCode\":200}"}}`)
	return f
}

func (f *flipped) call(method, path, body string) map[string]any {
	return loadCall(f.t, f.url, method, "/restapis/"+f.api+path, body)
}

// deploy makes a deployment whose answers say a version.
func (f *flipped) deploy(v flipVersion, deployment string) (id string) {
	body := strings.Repeat("version="+v.body+`\n`, 400)
	f.call("PUT", "/resources/"+f.resource+"/methods/POST/integration/responses/200",
		fmt.Sprintf(`{"responseParameters":{"method.response.header.X-Version":%q},"responseTemplates":{"application/json":"%s"}}`, v.header, body))
	return text(f.call("POST", "/deployments", deployment)["id"])
}

func (f *flipped) patch(path, value string) {
	f.call("PATCH", "/stages/s", fmt.Sprintf(`{"patchOperations":[{"op":"replace","path":%q,"value":%q}]}`, path, value))
}

const flipClients = 8

func (f *flipped) run(t *testing.T, flips int, next func(n int) (string, func())) {
	stop := make(chan struct{})
	var clients sync.WaitGroup
	turnTo := func(n int) {
		version, change := next(n)
		f.mu.Lock()
		f.turns = append(f.turns, turn{version: version, begin: time.Now()})
		f.mu.Unlock()
		change()
		f.mu.Lock()
		defer f.mu.Unlock()
		f.turns[len(f.turns)-1].ack = time.Now()
	}
	turnTo(0)
	for range flipClients {
		clients.Go(func() { f.post(stop) })
	}
	for n := 1; n <= flips && !t.Failed(); n++ {
		turnTo(n)
		f.await(3 * flipClients)
	}
	close(stop)
	clients.Wait()
	t.Logf("%d changes, %d requests, acknowledged within %s", flips, f.seen.Load(), f.slowest())
}

// await returns once so many answers more came.
func (f *flipped) await(answers int64) {
	for until := f.seen.Load() + answers; f.seen.Load() < until && !f.t.Failed(); {
		time.Sleep(100 * time.Microsecond)
	}
}

func (f *flipped) slowest() (longest time.Duration) {
	for _, turn := range f.turns {
		longest = max(longest, turn.ack.Sub(turn.begin))
	}
	return longest.Round(time.Millisecond)
}

// post asks for the version until stop is closed, now and then on a new
// connection. A POST whose body cannot be read again is not sent again by the
// client.
func (f *flipped) post(stop <-chan struct{}) {
	transport := &http.Transport{MaxIdleConns: 1}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: 30 * time.Second}
	for {
		select {
		case <-stop:
			return
		default:
		}
		if rand.IntN(10) == 0 {
			transport.CloseIdleConnections()
		}
		begin := time.Now()
		header, body, err := f.ask(client)
		if f.seen.Add(1); err != nil {
			f.t.Errorf("a request failed: %v", err)
			return
		}
		if complaint := f.judge(begin, time.Now(), header, body); complaint != "" {
			f.t.Error(complaint)
			return
		}
	}
}

func (f *flipped) ask(client *http.Client) (version, body string, err error) {
	r, err := http.NewRequest(http.MethodPost, f.url+"/_aws/execute-api/"+f.api+"/s/", struct{ io.Reader }{strings.NewReader("x")})
	if err != nil {
		return "", "", err
	}
	r.ContentLength = 1
	resp, err := client.Do(r)
	if err != nil {
		return "", "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != 200 {
		err = fmt.Errorf("status %d %s", resp.StatusCode, text)
	}
	return resp.Header.Get("X-Version"), string(text), err
}

// judge says what is wrong with an answer to a request that ran from begin to
// end; "" is nothing.
func (f *flipped) judge(begin, end time.Time, version, body string) string {
	lines := strings.Split(strings.TrimSuffix(body, "\n"), "\n")
	if len(lines) != 400 || slices.ContainsFunc(lines, func(line string) bool { return line != "version="+version }) {
		return fmt.Sprintf("the header says %q, the body %d lines, the first %q, the last %q", version, len(lines), lines[0], lines[len(lines)-1])
	}
	if version == "canary" {
		return "" // it is drawn
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := len(f.turns) - 1; i >= 0; i-- {
		turn := f.turns[i]
		if turn.version != version || turn.begin.After(end) {
			continue
		}
		if next := i + 1; next < len(f.turns) && !f.turns[next].ack.IsZero() && f.turns[next].ack.Before(begin) {
			return fmt.Sprintf("%q was asked for %s after %q was acknowledged", version, begin.Sub(f.turns[next].ack), f.turns[next].version)
		}
		return ""
	}
	return fmt.Sprintf("%q was never live", version)
}
