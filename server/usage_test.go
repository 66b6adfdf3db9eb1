package server

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/store"
)

const keyed = `
openapi: 3.0.1
info: {title: Keyed, version: "1"}
x-poterne-stage: {name: v1}
paths:
  /who:
    get:
      security: [{key: []}]
      responses: {"200": {description: ok}}
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: '{"statusCode": 200}'}
        responses: {default: {statusCode: "200", responseTemplates: {application/json: $context.identity.apiKeyId}}}
components:
  securitySchemes:
    key: {type: apiKey, name: x-api-key, in: header}
`

const keyValue = "alpha-alpha-alpha-alpha"

// An operator calls the AWS API of a server.
type operator struct {
	t    *testing.T
	base string
}

func (o operator) call(method, path, body string) map[string]any {
	o.t.Helper()
	status, answer := request(o.t, method, o.base+path, body, "Content-Type", "application/json", "Accept", "application/json")
	if status >= 300 {
		o.t.Fatalf("%s %s: %d %s", method, path, status, answer)
	}
	var decoded map[string]any
	if answer != "" {
		if err := json.Unmarshal([]byte(answer), &decoded); err != nil {
			o.t.Fatal(err)
		}
	}
	return decoded
}

// plan makes a plan with a quota for the served API, and a key in it.
func (o operator) plan(quota int) (plan, key string) {
	o.t.Helper()
	key = o.call("POST", "/apikeys", `{"value":"`+keyValue+`","enabled":true}`)["id"].(string)
	plan = o.call("POST", "/usageplans", fmt.Sprintf(`{"name":"gold","quota":{"limit":%d,"period":"MONTH"},"apiStages":[{"apiId":"keyed","stage":"v1"}]}`, quota))["id"].(string)
	o.call("POST", "/usageplans/"+plan+"/keys", `{"keyId":"`+key+`","keyType":"API_KEY"}`)
	return plan, key
}

// used is what GetUsage says of today.
func (o operator) used(plan, key string) (used, remaining int) {
	o.t.Helper()
	today := time.Now().UTC().Format(time.DateOnly)
	usage := o.call("GET", "/usageplans/"+plan+"/usage?startDate="+today+"&endDate="+today, "")
	pair := usage["values"].(map[string]any)[key].([]any)[0].([]any)
	return int(pair[0].(float64)), int(pair[1].(float64))
}

func (o operator) get() int {
	o.t.Helper()
	status, _ := request(o.t, "GET", o.base+"/who", "", "x-api-key", keyValue)
	return status
}

// Keys and plans are live when their operation has answered, with no
// deployment, and GetUsage shows what the gateway holds callers to.
func TestKeysAndPlansNeedNoDeployment(t *testing.T) {
	s := start(t, Config{}, document(t, "keyed.yaml", keyed))
	o := operator{t, "http://" + s.dataAddr()}
	if got := o.get(); got != 403 {
		t.Fatalf("%d before there is a key", got)
	}
	plan, key := o.plan(3)
	for i, want := range []int{200, 200, 200, 429, 429} {
		if got := o.get(); got != want {
			t.Fatalf("request %d: %d, want %d", i+1, got, want)
		}
	}
	if used, remaining := o.used(plan, key); used != 3 || remaining != 0 {
		t.Errorf("used %d, remaining %d; want 3 and 0", used, remaining)
	}
	o.call("PATCH", "/usageplans/"+plan+"/keys/"+key+"/usage", `{"patchOperations":[{"op":"replace","path":"/remaining","value":"1"}]}`)
	for i, want := range []int{200, 429} {
		if got := o.get(); got != want {
			t.Fatalf("request %d once 1 was granted: %d, want %d", i+1, got, want)
		}
	}
	o.call("PATCH", "/apikeys/"+key, `{"patchOperations":[{"op":"replace","path":"/enabled","value":"false"}]}`)
	if got := o.get(); got != 403 {
		t.Errorf("%d with a disabled key", got)
	}
	o.call("PATCH", "/apikeys/"+key, `{"patchOperations":[{"op":"replace","path":"/enabled","value":"true"}]}`)
	o.call("DELETE", "/usageplans/"+plan+"/keys/"+key, "")
	if got := o.get(); got != 403 {
		t.Errorf("%d with a key that is in no plan", got)
	}
	o.call("POST", "/usageplans/"+plan+"/keys", `{"keyId":"`+key+`","keyType":"API_KEY"}`)
	if got := o.get(); got != 429 {
		t.Errorf("%d with a key that left the plan and came back: what it used is granted again", got)
	}
}

// What was counted is counted by the next process too.
func TestUsageOutlivesTheProcess(t *testing.T) {
	file, dir := document(t, "keyed.yaml", keyed), t.TempDir()
	s := start(t, Config{DataDir: dir}, file)
	o := operator{t, "http://" + s.dataAddr()}
	plan, key := o.plan(5)
	for range 4 {
		o.get()
	}
	s.stop()
	s = start(t, Config{DataDir: dir}, file)
	o = operator{t, "http://" + s.dataAddr()}
	if used, remaining := o.used(plan, key); used != 4 || remaining != 1 {
		t.Errorf("used %d, remaining %d after a restart; want 4 and 1", used, remaining)
	}
	for i, want := range []int{200, 429} {
		if got := o.get(); got != want {
			t.Fatalf("request %d after a restart: %d, want %d", i+1, got, want)
		}
	}
}

// killedServer is the address of the server that TestMain of a child process
// runs until it is killed.
const killedServer = "POTERNE_TEST_KILLED_SERVER"

func TestServeUntilKilled(t *testing.T) {
	dir := os.Getenv(killedServer)
	if dir == "" {
		t.Skip("the child of TestUsageSurvivesKill")
	}
	s := start(t, Config{DataDir: dir}, dir+"/keyed.yaml")
	fmt.Printf("serves at %s\n", s.dataAddr())
	for _, err := range s.store.Changes(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		fmt.Printf("stored %d\n", storedRequests(t, s.Server))
	}
}

// storedRequests is how many requests of API keys the store knows of.
func storedRequests(t *testing.T, s *Server) (requests int64) {
	t.Helper()
	var counts []apigw.UsageCount
	if err := s.store.View(t.Context(), func(tx store.Tx) (err error) { counts, err = s.control.Usage(tx); return err }); err != nil {
		t.Fatal(err)
	}
	for _, count := range counts {
		requests += count.Requests
	}
	return requests
}

// What was counted is stored soon, before anybody asks for it: a kill -9 loses
// no more than what came after that, and grants nothing.
func TestUsageSurvivesKill(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/keyed.yaml", []byte(keyed), 0o600); err != nil {
		t.Fatal(err)
	}
	first := startChild(t, dir)
	o := operator{t, "http://" + first.await("serves at ")}
	plan, key := o.plan(1000)
	for range 50 {
		o.get()
	}
	for first.await("stored ") != "50" {
	}
	for range 10 {
		o.get()
	}
	first.kill()
	second := startChild(t, dir)
	o.base = "http://" + second.await("serves at ")
	used, remaining := o.used(plan, key)
	if used < 50 || used > 60 || used+remaining != 1000 {
		t.Errorf("used %d, remaining %d; want 50 to 60 of 1000", used, remaining)
	}
}

// A childServer is a process that runs TestServeUntilKilled.
type childServer struct {
	t    *testing.T
	kill func()
	out  *bufio.Scanner
}

func startChild(t *testing.T, dir string) *childServer {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run", "^TestServeUntilKilled$", "-test.v")
	child.Env = append(os.Environ(), killedServer+"="+dir)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	kill := func() {
		_ = child.Process.Kill() // it may have ended
		_ = child.Wait()
	}
	t.Cleanup(kill)
	return &childServer{t, kill, bufio.NewScanner(out)}
}

// await reads on to a line that begins so, and gives the rest of it.
func (c *childServer) await(begin string) string {
	c.t.Helper()
	silence := time.AfterFunc(patience, c.kill)
	defer silence.Stop()
	for c.out.Scan() {
		if rest, ok := strings.CutPrefix(c.out.Text(), begin); ok {
			return rest
		}
	}
	c.t.Fatalf("the child ended, or said nothing for %s, before %q: %v", patience, begin, c.out.Err())
	return ""
}
