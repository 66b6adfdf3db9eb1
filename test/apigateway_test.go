package test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

var updateAWS = flag.String("update-aws", "", "run the AWS CLI that is installed and rewrite testdata/apigateway/golden.txt: all of it, or what session.txt has")

const golden = "testdata/apigateway/golden.txt"

// poterne apigateway prints, exits and asks as the AWS CLI does. What that does
// is kept in golden.txt, which -update-aws rewrites with the AWS CLI itself;
// where poterne differs on purpose, differences.txt says why.
func TestApigatewayIsTheAWSCLI(t *testing.T) {
	if *updateAWS != "" {
		recordAWS(t, *updateAWS == "session")
	}
	want := blocks(readText(t, golden))
	differing := differences(t)
	got := map[string]string{}
	for _, o := range perform(t, ours{}, append(sessionLines(t), readContract(t).lines()...)) {
		got[o.line.text] = o.text
	}
	if len(got) < 300 {
		t.Errorf("%d command lines, want 300 at least", len(got))
	}
	for text, outcome := range got {
		switch same := outcome == want[text]; {
		case want[text] == "":
			t.Errorf("%s: golden.txt does not have it: make awscli-diff", text)
		case same && differing[text]:
			t.Errorf("%s: listed as different, and is not", text)
		case !same && !differing[text]:
			t.Errorf("%s\n--- got\n%s--- want\n%s", text, outcome, want[text])
		}
	}
}

func differences(t *testing.T) map[string]bool {
	t.Helper()
	listed := map[string]bool{}
	for text := range strings.Lines(readText(t, "testdata/apigateway/differences.txt")) {
		if text = strings.TrimSpace(text); text != "" && text[0] != '#' {
			listed[text] = true
		}
	}
	return listed
}

// An outcome is what came of a line: exit code, requests and output.
type outcome struct {
	line line
	text string
}

// A client runs command lines of the AWS CLI.
type client interface {
	run(t *testing.T, dir string, args []string) (exit int, stdout, stderr string)
}

// perform runs lines against a server of their own.
func perform(t *testing.T, c client, lines []line) (outcomes []outcome) {
	t.Helper()
	front := listen(t, start(t).url)
	dir, kept := workplace(t), map[string]string{}
	for _, l := range lines {
		args := append([]string{"--endpoint-url", front.URL, "apigateway"}, l.words(t, dir, kept)...)
		exit, stdout, stderr := c.run(t, dir, args)
		if l.keep != "" {
			kept[l.keep] = strings.TrimSpace(stdout)
		}
		outcomes = append(outcomes, outcome{l, told(l, exit, stdout, stderr, front.take(), normalizer(front.URL, kept))})
	}
	return outcomes
}

// workplace is a directory with the files that lines name.
func workplace(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	const document = `{"openapi":"3.0.1","info":{"title":"file","version":"1"},"paths":{}}`
	for name, text := range map[string]string{
		"tags.json":    `{"from":"file"}`,
		"name.txt":     "from a file",
		"binary.bin":   "\xff\xfe\x00",
		"input.json":   `{"name":"n","description":"d"}`,
		"input.yaml":   "name: n\ndescription: d\n",
		"openapi.json": document,
		"openapi.b64":  "eyJvcGVuYXBpIjoiMy4wLjEiLCJpbmZvIjp7InRpdGxlIjoiYjY0IiwidmVyc2lvbiI6IjEifSwicGF0aHMiOnt9fQ==",
		"keys.csv":     "name,key,description,enabled\none,abcdefghijklmnopqrstuvwxyz0123456789,d,true\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// told is an outcome as golden.txt has it.
func told(l line, exit int, stdout, stderr string, requests []string, normal func(string) string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "> %s\n", l.text)
	if exit != 0 {
		fmt.Fprintf(&b, "exit %d\n", exit)
	}
	for _, r := range requests {
		fmt.Fprintf(&b, "= %s\n", normal(r))
	}
	prefixed(&b, "| ", normal(stdout))
	if !strings.HasPrefix(strings.TrimSpace(stderr), "usage:") { // each names its own program
		prefixed(&b, "! ", normal(strings.TrimSpace(stderr)))
	}
	return b.String()
}

func prefixed(b *strings.Builder, prefix, text string) {
	for l := range strings.Lines(text) {
		b.WriteString(prefix + strings.TrimSuffix(l, "\n") + "\n")
	}
}

var positions = regexp.MustCompile(`position=\w+`)

var dates = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?\+\d\d:\d\d`)

// normalizer replaces what is another in each run.
func normalizer(endpoint string, kept map[string]string) func(string) string {
	pairs := []string{endpoint, "$endpoint"}
	for name, value := range kept {
		if value != "" {
			pairs = append(pairs, value, "$"+name)
		}
	}
	replace := strings.NewReplacer(pairs...)
	return func(s string) string {
		return positions.ReplaceAllString(dates.ReplaceAllString(replace.Replace(s), "$$date"), "position=…")
	}
}

// blocks are the outcomes in a golden file by their line.
func blocks(text string) map[string]string {
	all := map[string]string{}
	for block := range strings.SplitSeq("\n"+text, "\n> ") {
		head, _, _ := strings.Cut(block, "\n")
		all[head] = "> " + strings.TrimSuffix(block, "\n") + "\n"
	}
	return all
}

// A front stands before a server and notes what it is asked.
type front struct {
	*httptest.Server
	mu   sync.Mutex
	seen []string
}

func listen(t *testing.T, behind string) *front {
	t.Helper()
	target, err := url.Parse(behind)
	if err != nil {
		t.Fatal(err)
	}
	f := &front{}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("read a request: %v", err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		f.mu.Lock()
		f.seen = append(f.seen, described(r, body))
		f.mu.Unlock()
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(f.Close)
	return f
}

// described is a request without what does not matter: the order of its query
// and of its members.
func described(r *http.Request, body []byte) string {
	query := strings.Split(r.URL.RawQuery, "&")
	slices.Sort(query)
	text := string(body)
	var v any
	if json.Unmarshal(body, &v) == nil {
		compact, _ := json.Marshal(v)
		text = string(compact)
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s?%s accept=%s type=%s %s", r.Method, r.URL.EscapedPath(), strings.Join(query, "&"),
		r.Header.Get("Accept"), r.Header.Get("Content-Type"), text))
}

func (f *front) take() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	seen := f.seen
	f.seen = nil
	return seen
}

func cliEnv() []string {
	return append(awsEnv(), "TZ=UTC", "LC_ALL=C.UTF-8", "AWS_MAX_ATTEMPTS=1", "COLUMNS=80")
}

// ours is poterne.
type ours struct{}

func (ours) run(t *testing.T, dir string, args []string) (int, string, string) {
	t.Helper()
	return runProgram(t, binary, dir, cliEnv(), args)
}

func (ours) runWith(t *testing.T, env []string, args ...string) (int, string, string) {
	t.Helper()
	return runProgram(t, binary, t.TempDir(), env, args)
}

func runProgram(t testing.TB, program, dir string, env, args []string) (exit int, stdout, stderr string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.Env = dir, env
	var out, err bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &err
	var failed *exec.ExitError
	if e := cmd.Run(); e != nil && !errors.As(e, &failed) {
		t.Fatal(e)
	}
	return cmd.ProcessState.ExitCode(), out.String(), err.String()
}

// recordAWS rewrites the golden file with the AWS CLI. What the lines of the
// contract did may be kept: they stand on nothing before them but the lines of
// the session.
func recordAWS(t *testing.T, sessionOnly bool) {
	t.Helper()
	version, err := exec.Command(awsProgram(t), "--version").CombinedOutput()
	if err != nil || !bytes.HasPrefix(version, []byte("aws-cli/2.")) {
		t.Fatalf("version 2 of the AWS CLI is needed, not %s (%v)", version, err)
	}
	number, _, _ := bytes.Cut(version, []byte(" "))
	lines, kept := append(sessionLines(t), readContract(t).lines()...), ""
	if sessionOnly {
		before := blocks(readText(t, golden))
		for _, l := range readContract(t).lines() {
			kept += before[l.text]
		}
		lines = sessionLines(t)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", number)
	for _, o := range perform(t, theirs(t), lines) {
		b.WriteString(o.text)
	}
	if err := os.WriteFile(golden, []byte(b.String()+kept), 0o644); err != nil {
		t.Fatal(err)
	}
}

// awsProgram is the AWS CLI that Debian installs, or that the environment
// names.
func awsProgram(t testing.TB) string {
	t.Helper()
	if name := os.Getenv("AWS_CLI"); name != "" {
		return name
	}
	return "/usr/bin/aws"
}

// driven is the AWS CLI in one process for all lines.
type driven struct {
	in  io.Writer
	out *bufio.Scanner
	dir string
}

// theirs starts the AWS CLI with the contract as its model of the service.
func theirs(t *testing.T) client {
	t.Helper()
	first, _, _ := strings.Cut(readText(t, awsProgram(t)), "\n")
	python := strings.TrimPrefix(first, "#!")
	driver, err := filepath.Abs("testdata/apigateway/driver.py")
	if err != nil {
		t.Fatal(err)
	}
	d := &driven{}
	cmd := exec.Command(python, driver)
	cmd.Env = append(cliEnv(), "AWS_DATA_PATH="+serviceModel(t))
	cmd.Dir = workplace(t)
	cmd.Stderr = testWriter{t}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	d.in, d.out, d.dir = in, bufio.NewScanner(out), cmd.Dir
	d.out.Buffer(nil, 16<<20)
	return d
}

func (d *driven) run(t *testing.T, _ string, args []string) (int, string, string) {
	t.Helper()
	line, err := json.Marshal(args)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintf(d.in, "%s\n", line); err != nil {
		t.Fatal(err)
	}
	if !d.out.Scan() {
		t.Fatalf("the AWS CLI ended at %s: %v", line, d.out.Err())
	}
	var answer struct {
		Exit           int
		Stdout, Stderr string
	}
	if err := json.Unmarshal(d.out.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	return answer.Exit, answer.Stdout, answer.Stderr
}

// serviceModel writes the contract as a model that the AWS CLI loads, and
// returns the directory for AWS_DATA_PATH.
func serviceModel(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, "apigateway", "2015-07-09")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "service-2.json"), []byte(readContract(t).model()), 0o600); err != nil {
		t.Fatal(err)
	}
	return root
}
