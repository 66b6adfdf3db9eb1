package test

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// needProgram skips where a program is not installed.
func needProgram(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("%s is not installed on this machine", name)
		}
	}
}

// TestFunctionsExample runs examples/functions as its README says.
func TestFunctionsExample(t *testing.T) {
	t.Parallel()
	needProgram(t, "python3", "node", "curl")
	readme, err := os.ReadFile("../examples/functions/README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile(`(?m)(?:^    .*\n)+`).FindAllString(string(readme), 2)
	if len(blocks) != 2 {
		t.Fatalf("README has %d blocks of commands", len(blocks))
	}
	serve := strings.ReplaceAll(strings.ReplaceAll(blocks[0], "\\\n", ""), "examples/", "../examples/")
	_, args, _ := strings.Cut(serve, "poterne serve")
	s := start(t, strings.Fields(args)...)
	script := strings.ReplaceAll(blocks[1], "localhost:4566", strings.TrimPrefix(s.url, "http://"))
	script = strings.ReplaceAll(script, "\n", "\necho\n")
	out, err := exec.Command("sh", "-c", script).CombinedOutput()
	want := `{"greeting": "HELLO ADA"}
{"euros": 120}
{"message": "no such pet: dragon"}
1
2
3

`
	if err != nil || string(out) != want {
		t.Errorf("%v\n%s\nwant\n%s", err, out, want)
	}
}

const proxyDefinition = `
openapi: 3.0.1
info: {title: Echo, version: "1"}
x-poterne-stage: {name: dev}
x-amazon-apigateway-binary-media-types: [image/png]
paths:
  /{proxy+}:
    x-amazon-apigateway-any-method:
      responses: {}
      x-amazon-apigateway-integration:
        type: aws_proxy
        httpMethod: POST
        uri: arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:FUNCTION/invocations
`

func definition(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "openapi.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestGoFunction: a program built with aws-lambda-go, as it is uploaded to AWS.
func TestGoFunction(t *testing.T) {
	t.Parallel()
	bootstrap := filepath.Join(t.TempDir(), "bootstrap")
	build := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", bootstrap, "./functions/echo")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the function: %v\n%s", err, out)
	}
	s := start(t, "--function", "echo="+bootstrap, definition(t, strings.ReplaceAll(proxyDefinition, "FUNCTION", "echo")))
	status, header, body := send(t, http.MethodPut, s.url+"/a/b%20c?x=1", map[string]string{"Content-Type": "text/plain"}, "hello")
	if status != http.StatusCreated || body != "PUT /a/b%20c a/b%20c dev hello" {
		t.Errorf("%d %s", status, body)
	}
	if header.Get("X-Request") == "" || header.Get("X-Function") != "arn:aws:lambda:us-east-1:000000000000:function:echo" {
		t.Errorf("the function's context: %v", header)
	}
	status, _, body = send(t, http.MethodGet, s.url+"/a?fail=as+asked", nil, "")
	if status != http.StatusBadGateway || body != `{"message": "Internal server error"}` {
		t.Errorf("a function that fails: %d %s", status, body)
	}
}

// TestFunctionIsReloadedAndRestarted: new code serves the next call, and a
// process that died costs one answer.
func TestFunctionIsReloadedAndRestarted(t *testing.T) {
	t.Parallel()
	needProgram(t, "python3")
	file := filepath.Join(t.TempDir(), "app.py")
	write := func(source string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("def handler(event, context): return {'statusCode': 200, 'body': 'one'}\n")
	s := start(t, "--function", "app="+file+":handler", definition(t, strings.ReplaceAll(proxyDefinition, "FUNCTION", "app")))
	expect := func(status int, body string) {
		t.Helper()
		if gotStatus, _, got := get(t, s.url+"/x"); gotStatus != status || got != body {
			t.Errorf("%d %s, want %d %s", gotStatus, got, status, body)
		}
	}
	expect(200, "one")
	write("import os\ndef handler(event, context): os._exit(3)\n# a longer file\n")
	expect(502, `{"message": "Internal server error"}`)
	write("def handler(event, context): return {'statusCode': 200, 'body': 'three'}\n# and another length\n")
	expect(200, "three")
	write("this is no Python\n")
	expect(502, `{"message": "Internal server error"}`)
}

// TestNobodyToInvoke: neither a local function nor credentials: 500, and the
// log says what is missing.
func TestNobodyToInvoke(t *testing.T) {
	t.Parallel()
	log := &keptLog{}
	s := startLogged(t, log, []string{"AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY=", "AWS_PROFILE=", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_EC2_METADATA_DISABLED=true"},
		definition(t, strings.ReplaceAll(proxyDefinition, "FUNCTION", "absent")))
	if status, _, body := get(t, s.url+"/x"); status != 500 || body != `{"message": "Internal server error"}` {
		t.Errorf("%d %s", status, body)
	}
	s.stop()
	if text := log.text(); !strings.Contains(text, "There are no AWS credentials to sign the request with") || !strings.Contains(text, "AWS_ACCESS_KEY_ID") {
		t.Errorf("the log says\n%s", text)
	}
}

// TestWrongFunctionSettings are refused before anything is served.
func TestWrongFunctionSettings(t *testing.T) {
	t.Parallel()
	for setting, want := range map[string]string{
		"hello":                 "write NAME=COMMAND",
		"hello=missing.py:main": "missing.py",
		"hello=/no/such/binary": "/no/such/binary",
		"he llo=true":           "write NAME=COMMAND",
	} {
		out, err := exec.Command(binary, "serve", "--listen", "localhost:0", "--function", setting, "--data-dir", t.TempDir()).CombinedOutput()
		if err == nil || !strings.Contains(string(out), want) {
			t.Errorf("%s: %v %s", setting, err, out)
		}
	}
}

// TestStreamReachesTheClient: the first line is there before the function has
// written the last one.
func TestStreamReachesTheClient(t *testing.T) {
	t.Parallel()
	needProgram(t, "node")
	s := start(t, "--function", "count=../examples/functions/count.mjs:handler", "--function", "greet=../examples/functions/greet.py:handler",
		"--function", "price=../examples/functions/price.mjs:handler", "../examples/functions/openapi.yaml")
	resp, err := http.Get(s.url + "/count")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	first := make([]byte, 64)
	n, err := resp.Body.Read(first)
	if string(first[:n]) != "1\n" || err != nil {
		t.Errorf("the first read gave %q, %v", first[:n], err)
	}
	if rest, err := io.ReadAll(resp.Body); string(rest) != "2\n3\n" || err != nil {
		t.Errorf("the rest: %q, %v", rest, err)
	}
}
