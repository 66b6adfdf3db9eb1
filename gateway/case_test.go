package gateway

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/egress"
	"github.com/poterne/poterne/internal/txtartest"
	"github.com/poterne/poterne/wire/httpmsg"
	"github.com/poterne/poterne/wire/sigv4"
)

// A case file holds a definition ("api"), and then any number of exchanges:
//
//	request   what the client sends
//	answer    what the back end answers, if it is called: status, headers, body
//	backend   what the back end saw
//	response  what the client gets
//
// An accesslog section has the lines that were written since the one before, an
// executionlog section those of the execution log, with their group and "error"
// before errors. A
// wait section moves the clock. "keys" of the api are API keys by id, "plans"
// usage plans with the ids of their keys.
//
// or of test invocations: invoke (a TestInvokeMethodInput), result, log. A
// reports section lists what Reports says. The comment says what the case shows
// and where the rule comes from: a recorded fact (AF-nnn) or a section of the
// data plane, recorded, documented or inferred.
//
// The VPC link link01 and the integrationTarget arn:listener reach the back end.
// BACKEND in a definition is the address of the case's back end, REFUSED one
// where nobody listens. A body that is no text is written as base64:….
func TestCases(t *testing.T) {
	txtartest.Run(t, "testdata/*.txtar", func(t *testing.T, c *txtartest.Case) { runCase(t, c, (*Gateway).Publish) })
}

// What was deployed before the server began is served as what is deployed now.
func TestCasesOfWhatIsRestored(t *testing.T) {
	txtartest.Run(t, "testdata/*.txtar", func(t *testing.T, c *txtartest.Case) { runCase(t, c, (*Gateway).Restore) })
}

// A publish is how a case's Release goes live.
type publish func(*Gateway, string, []apigw.Release)

const (
	caseApi    = "a1b2c3d4e5"
	caseStage  = "dev"
	caseRegion = "eu-west-1"
)

// caseNow is the time of every case: a Tuesday, as in AF-184.
var caseNow = time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)

func runCase(t *testing.T, c *txtartest.Case, publish publish) {
	r := newRunner(t, c, publish)
	for i, s := range c.Sections {
		switch s.Name {
		case "api", "variables", "answer":
		case "wait":
			r.wait(t, s.Text)
		case "request":
			r.exchange(t, c, i)
		case "backend", "response", "result", "log":
			if r.owner(c, i) < 0 {
				t.Fatalf("section %q follows no request", s.Name)
			}
		case "invoke":
			r.invoke(t, c, i)
		case "reports":
			c.Expect(t, i, r.reports())
		case "accesslog":
			c.Expect(t, i, r.stable(r.access.take()))
		case "executionlog":
			c.Expect(t, i, r.stable(r.execution.take()))
		default:
			t.Fatalf("unknown section %q", s.Name)
		}
	}
}

// A caseAPI is a Definition written shortly: methods by "GET /path", each with
// its integration, and a stage.
type caseAPI struct {
	RestApi           apigw.RestApi
	Stage             apigw.Stage
	Canary            map[string]caseMethod
	Methods           map[string]caseMethod
	Models            []apigw.Model
	RequestValidators []apigw.RequestValidator
	GatewayResponses  []apigw.GatewayResponse
	Site              apigw.Site
	Authorizers       []apigw.Authorizer
	Callers           caseCallers
	Keys              map[string]caseKey
	Plans             map[string]casePlan
}

type caseKey struct {
	Value    string
	Disabled bool
}

type casePlan struct {
	apigw.UsagePlan
	Keys []string
}

// site is the Site with the keys and plans of the case.
func (a *caseAPI) site() *apigw.Site {
	site := a.Site
	site.Region = caseRegion
	site.APIKeys, site.UsagePlans = map[string]apigw.SiteKey{}, map[string]*apigw.SitePlan{}
	for id, key := range a.Keys {
		site.APIKeys[id] = apigw.SiteKey{Digest: digestOf(key.Value), Enabled: !key.Disabled}
	}
	for id, plan := range a.Plans {
		plan.Id = ptr(id)
		made := &apigw.SitePlan{Plan: plan.UsagePlan, Members: map[string]apigw.SiteMember{}}
		for _, key := range plan.Keys {
			made.Members[key] = apigw.SiteMember{Joined: apigw.DayOf(caseNow)}
		}
		site.UsagePlans[id] = made
	}
	return &site
}

type caseMethod struct {
	apigw.Method
	Integration *apigw.Integration
}

type runner struct {
	g       *Gateway
	now     time.Time
	def     *apigw.Definition
	backend *backend
	refused string
	access  accessLines

	execution executionLines
}

// accessLines are the access logs since they were taken last.
type accessLines struct{ lines []byte }

func (a *accessLines) WriteLine(line []byte) { a.lines = append(a.lines, line...) }

func (a *accessLines) take() string {
	lines := string(a.lines)
	a.lines = a.lines[:0]
	return lines
}

// executionLines are the execution log since it was taken last.
type executionLines struct {
	slog.Handler
	accessLines
}

func (l *executionLines) Enabled(context.Context, slog.Level) bool { return true }

func (l *executionLines) Handle(_ context.Context, r slog.Record) error {
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "group" {
			level := ""
			if r.Level == slog.LevelError {
				level = "error "
			}
			l.WriteLine([]byte(a.Value.String() + ": " + level + r.Message + "\n"))
		}
		return true
	})
	return nil
}

func newRunner(t *testing.T, c *txtartest.Case, publish publish) *runner {
	r := &runner{now: caseNow, backend: startBackend(t), refused: closedAddress(t)}
	src, ok := c.Get("api")
	if !ok {
		t.Fatal("no section \"api\"")
	}
	src = strings.NewReplacer("BACKEND", r.backend.addr, "REFUSED", r.refused).Replace(src)
	var api caseAPI
	dec := json.NewDecoder(strings.NewReader(src))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&api); err != nil {
		t.Fatalf("api: %v", err)
	}
	r.def = api.definition(api.Methods)
	now := func() time.Time { return r.now }
	deps := Deps{Now: now, Random: countingRandom(), AccountId: "123456789012", Egress: caseEgress(r.backend.addr), AWS: caseAWS(t, r.backend.addr, now)}
	api.Callers.apply(t, &deps)
	deps.AccessLog, deps.Log = &r.access, slog.New(&r.execution)
	r.g = New(deps)
	release := apigw.Release{Region: caseRegion, AccountId: "123456789012", RestApiId: caseApi, Stage: api.Stage, Definition: r.def}
	if release.Stage.StageName == nil {
		release.Stage.StageName = ptr(caseStage)
	}
	release.Stage.DeploymentId = ptr("dep001")
	if api.Canary != nil {
		release.Canary = api.definition(api.Canary)
	}
	publish(r.g, caseApi, []apigw.Release{release})
	r.g.PublishSite(api.site())
	t.Cleanup(r.g.deps.Egress.Close)
	return r
}

func caseEgress(addr string) *egress.Client {
	return egress.New(egress.Config{Links: map[string][]string{"link01": {addr}, "arn:listener": {addr}}})
}

// caseAWS is AWS at the back end of a case. It signs with the key AKOWN, or
// with one named for the role.
func caseAWS(t *testing.T, addr string, now func() time.Time) *egress.AWS {
	endpoints, err := egress.ParseEndpoints("http://"+addr, nil)
	if err != nil {
		t.Fatal(err)
	}
	return egress.NewAWS(egress.AWSConfig{Endpoints: endpoints, AssumeRoles: egress.RolesAlways, Now: now, Credentials: caseKeys{}})
}

// caseKeys knows every role but refused.
type caseKeys struct{}

func (caseKeys) Retrieve(_ context.Context, role string) (sigv4.Credentials, error) {
	_, name, isRole := strings.Cut(role, ":role/")
	switch {
	case name == "refused":
		return sigv4.Credentials{}, errors.New("AccessDenied")
	case isRole:
		return sigv4.Credentials{AccessKey: "AK-" + name, Secret: "secret", SessionToken: "session"}, nil
	}
	return sigv4.Credentials{AccessKey: "AKOWN", Secret: "secret"}, nil
}

// What is another in every run: signatures are over the back end's port.
var (
	signatures = regexp.MustCompile(`Signature=[0-9a-f]{64}`)
	maskedSigs = regexp.MustCompile(`Authorization=\*{99,}[0-9a-f]{6}`)
	tokens     = regexp.MustCompile(`eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+`)
)

func ptr[T any](v T) *T { return &v }

// countingRandom makes ids that are the same in every run.
func countingRandom() func() uint64 {
	var mu sync.Mutex
	var n uint64
	return func() uint64 {
		mu.Lock()
		defer mu.Unlock()
		n++
		return n * 0x9E3779B97F4A7C15
	}
}

func (a *caseAPI) definition(methods map[string]caseMethod) *apigw.Definition {
	d := &apigw.Definition{
		RestApi: a.RestApi, Models: a.Models, RequestValidators: a.RequestValidators, GatewayResponses: a.GatewayResponses, Authorizers: a.Authorizers,
	}
	d.RestApi.Id = ptr(caseApi)
	byPath := map[string]*apigw.Resource{}
	var paths []string
	for key, m := range methods {
		verb, path, _ := strings.Cut(key, " ")
		if byPath[path] == nil {
			byPath[path] = &apigw.Resource{Id: ptr("res" + strings.Map(alphanumeric, path)), Path: ptr(path), ResourceMethods: map[string]*apigw.Method{}}
			paths = append(paths, path)
		}
		method := m.Method
		method.HttpMethod = ptr(verb)
		if method.AuthorizationType == nil {
			method.AuthorizationType = ptr("NONE")
		}
		method.MethodIntegration = m.Integration
		byPath[path].ResourceMethods[verb] = &method
	}
	sort.Strings(paths)
	for _, path := range paths {
		d.Resources = append(d.Resources, *byPath[path])
	}
	return d
}

func alphanumeric(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
		return r
	}
	return -1
}

// owner is the index of the request or invoke that section i belongs to.
func (r *runner) owner(c *txtartest.Case, i int) int {
	for i--; i >= 0; i-- {
		switch c.Sections[i].Name {
		case "request", "invoke":
			return i
		case "api", "reports":
			return -1
		}
	}
	return -1
}

// of finds the section of that name that belongs to the request at i.
func (r *runner) of(c *txtartest.Case, i int, name string) (int, bool) {
	for j := i + 1; j < len(c.Sections); j++ {
		switch c.Sections[j].Name {
		case name:
			return j, true
		case "request", "invoke":
			return 0, false
		}
	}
	return 0, false
}

func (r *runner) exchange(t *testing.T, c *txtartest.Case, i int) {
	req := readRequest(t, c.Sections[i].Text)
	req.Received = r.now
	r.answerWith(t, c, i)
	var resp httpmsg.Response
	r.g.Handle(req, &resp)
	got := responseText(&resp) + streamText(t, &resp)
	resp.Done(int64(len(resp.Body)), nil)
	resp.Reset()
	if j, ok := r.of(c, i, "response"); ok {
		c.Expect(t, j, r.stable(got))
	} else {
		t.Errorf("request without a response section")
	}
	r.expectBackend(t, c, i)
}

// wait moves the clock by a duration, as "1h30m".
func (r *runner) wait(t *testing.T, text string) {
	d, err := time.ParseDuration(strings.TrimSpace(text))
	if err != nil {
		t.Fatalf("wait: %v", err)
	}
	r.now = r.now.Add(d)
}

func (r *runner) answerWith(t *testing.T, c *txtartest.Case, i int) {
	r.backend.next(nil)
	if j, ok := r.of(c, i, "answer"); ok {
		r.backend.next(answerBytes(t, c.Sections[j].Text))
	}
}

func (r *runner) expectBackend(t *testing.T, c *txtartest.Case, i int) {
	t.Helper()
	seen := r.stable(r.backend.took())
	if j, ok := r.of(c, i, "backend"); ok {
		c.Expect(t, j, seen)
	} else if seen != "" {
		t.Errorf("the back end was called, and the case has no section for it:\n%s", seen)
	}
}

// stable replaces what differs between runs.
func (r *runner) stable(s string) string {
	s = signatures.ReplaceAllString(s, "Signature=…")
	s = maskedSigs.ReplaceAllString(s, "Authorization=***…")
	s = tokens.ReplaceAllString(s, "TOKEN")
	return strings.NewReplacer(r.backend.addr, "BACKEND", r.refused, "REFUSED").Replace(s)
}

func (r *runner) invoke(t *testing.T, c *txtartest.Case, i int) {
	var in apigw.TestInvokeMethodInput
	target, body, _ := strings.Cut(c.Sections[i].Text, "\n")
	if id, ok := strings.CutPrefix(target, "AUTHORIZER "); ok {
		r.invokeAuthorizer(t, c, i, id, body)
		return
	}
	if strings.TrimSpace(body) != "" {
		if err := json.Unmarshal([]byte(body), &in); err != nil {
			t.Fatalf("invoke: %v", err)
		}
	}
	in.RestApiId = caseApi
	verb, path, _ := strings.Cut(target, " ")
	in.HttpMethod = verb
	def := *r.def
	for _, resource := range r.def.Resources {
		if *resource.Path == path {
			in.ResourceId = *resource.Id
			def.Resources = []apigw.Resource{resource}
		}
	}
	r.answerWith(t, c, i)
	out, err := r.g.TestInvokeMethod(context.Background(), &def, &in)
	if err != nil {
		t.Fatal(err)
	}
	if j, ok := r.of(c, i, "log"); ok {
		c.Expect(t, j, r.stable(*out.Log))
	}
	if j, ok := r.of(c, i, "result"); ok {
		out.Log = nil
		text, _ := json.MarshalIndent(out, "", "  ")
		c.Expect(t, j, r.stable(string(text)))
	}
	r.expectBackend(t, c, i)
}

func (r *runner) reports() string {
	var b strings.Builder
	for _, report := range r.g.Reports() {
		fmt.Fprintf(&b, "%s %s %s: %s: %s\n", report.Method, report.Path, report.Position, report.Severity, report.Text)
	}
	return b.String()
}

// readRequest reads "GET /path" with header lines and a body. Without a Host it
// is the API's own, and the path is then put below the stage unless it begins
// with "!".
func readRequest(t *testing.T, text string) *httpmsg.Request {
	head, body, _ := strings.Cut(text, "\n\n")
	lines := strings.Split(strings.TrimSuffix(head, "\n"), "\n")
	verb, target, ok := strings.Cut(lines[0], " ")
	if !ok {
		t.Fatalf("request line %q", lines[0])
	}
	r := &httpmsg.Request{Method: verb, Proto: "HTTP/1.1", Remote: netip.MustParseAddrPort("192.0.2.7:54321"), Received: caseNow}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		r.Header.Add(name, strings.TrimSpace(value))
	}
	host, hasHost := r.Header.Get("Host")
	raw, isRaw := strings.CutPrefix(target, "!")
	switch {
	case hasHost:
		r.Host = host
	default:
		r.Host = caseApi + ".execute-api.localhost:4566"
		r.Header.Add("Host", r.Host)
	}
	if isRaw || hasHost {
		target = raw
	} else {
		target = "/" + caseStage + target
	}
	r.Path, r.RawQuery, _ = strings.Cut(target, "?")
	setBody(r, bodyBytes(t, body))
	signCase(t, r)
	return r
}

func setBody(r *httpmsg.Request, body []byte) {
	if r.Header.Has("X-Test-Too-Large") {
		r.SetBodyReader(func() ([]byte, error) { return nil, httpmsg.ErrBodyTooLarge })
		return
	}
	if len(body) > 0 {
		r.Header.Add("Content-Length", strconv.Itoa(len(body)))
	}
	r.SetBody(body)
}

// bodyBytes drops the newline that ends a section.
func bodyBytes(t *testing.T, text string) []byte {
	text = strings.TrimSuffix(text, "\n")
	encoded, ok := strings.CutPrefix(text, "base64:")
	if !ok {
		return []byte(text)
	}
	body, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatalf("body %q: %v", text, err)
	}
	return body
}

func bodyText(body []byte) string {
	if !utf8.Valid(body) {
		return "base64:" + base64.StdEncoding.EncodeToString(body)
	}
	return string(body)
}

// responseText leaves out the ids, which every response has; see TestIds.
func responseText(r *httpmsg.Response) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d\n", r.Status)
	for name, value := range r.Header.All() {
		if name != requestIdHeader && name != extendedIdHeader {
			fmt.Fprintf(&b, "%s: %s\n", name, value)
		}
	}
	if len(r.Body) > 0 {
		b.WriteString("\n" + bodyText(r.Body) + "\n")
	}
	return b.String()
}

// streamText is a body that is sent as it comes.
func streamText(t *testing.T, r *httpmsg.Response) string {
	if r.Stream == nil {
		return ""
	}
	body, err := io.ReadAll(r.Stream)
	text := "\n(stream) " + bodyText(body) + "\n"
	if err != nil {
		text += "(broken off)\n"
	}
	if err := r.Stream.Close(); err != nil {
		t.Error(err)
	}
	return text
}

// answerBytes is an answer as the back end writes it; "hang" and "close" are
// what they say. One that begins with "frames" is what Lambda sends of a
// function that streams: a part on each line, and with "error CODE" its end.
// <0> is the delimiter of a stream.
func answerBytes(t *testing.T, text string) []byte {
	switch strings.TrimSpace(text) {
	case "hang", "close":
		return []byte(strings.TrimSpace(text))
	}
	if parts, ok := strings.CutPrefix(text, "frames\n"); ok {
		payload := caseFrames(t, strings.Split(strings.TrimSuffix(parts, "\n"), "\n"))
		return append(fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", len(payload)), payload...)
	}
	head, body, _ := strings.Cut(text, "\n\n")
	lines := strings.Split(strings.TrimSuffix(head, "\n"), "\n")
	payload := bytes.ReplaceAll(bodyBytes(t, body), []byte("<0>"), delimiter)
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %s OK\r\n", lines[0])
	for _, line := range lines[1:] {
		b.WriteString(line + "\r\n")
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n", len(payload))
	b.Write(payload)
	return b.Bytes()
}

func caseFrames(t *testing.T, lines []string) []byte {
	end := "{}"
	if code, ok := strings.CutPrefix(lines[len(lines)-1], "error "); ok {
		end, lines = `{"ErrorCode": "`+code+`"}`, lines[:len(lines)-1]
	}
	for i := range lines {
		lines[i] = strings.ReplaceAll(lines[i], "<0>", eightNULs)
	}
	return frames(t, end, lines...)
}

// A backend is a server on a socket that answers what a case says and keeps
// what it saw, byte for byte but for line ends.
type backend struct {
	addr     string
	listener net.Listener
	done     sync.WaitGroup

	mu     sync.Mutex
	answer []byte
	seen   string
	open   []net.Conn
}

func startBackend(t *testing.T) *backend {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &backend{addr: l.Addr().String(), listener: l}
	b.done.Go(b.accept)
	t.Cleanup(b.stop)
	return b
}

func (b *backend) stop() {
	b.listener.Close()
	b.mu.Lock()
	for _, conn := range b.open {
		conn.Close()
	}
	b.mu.Unlock()
	b.done.Wait()
}

func (b *backend) accept() {
	for {
		conn, err := b.listener.Accept()
		if err != nil {
			return
		}
		b.mu.Lock()
		b.open = append(b.open, conn)
		b.mu.Unlock()
		b.done.Go(func() { b.serve(conn) })
	}
}

func (b *backend) serve(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	for {
		seen, err := readRaw(in)
		if err != nil {
			return
		}
		b.mu.Lock()
		b.seen += seen
		answer := b.answer
		b.mu.Unlock()
		switch string(answer) {
		case "":
			answer = []byte("HTTP/1.1 599 No answer in the case\r\nContent-Length: 0\r\n\r\n")
		case "close":
			return
		case "hang":
			_, _ = in.ReadByte() // until the caller gives up
			return
		}
		if _, err := conn.Write(answer); err != nil {
			return
		}
	}
}

// readRaw reads one request and returns it as text.
func readRaw(in *bufio.Reader) (string, error) {
	var b strings.Builder
	length := 0
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return "", err
		}
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			break
		}
		b.WriteString(line + "\n")
		if name, value, _ := strings.Cut(line, ":"); strings.EqualFold(name, "Content-Length") {
			length, _ = strconv.Atoi(strings.TrimSpace(value))
		}
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(in, body); err != nil {
		return "", err
	}
	if length > 0 {
		b.WriteString("\n" + bodyText(body) + "\n")
	}
	return b.String(), nil
}

func (b *backend) next(answer []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answer = answer
}

func (b *backend) took() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	seen := b.seen
	b.seen = ""
	return seen
}

// closedAddress is one where nobody listens.
func closedAddress(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
