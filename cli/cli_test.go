package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/poterne/poterne/server"
)

// run runs a command line with text as standard input.
func run(stdin string, args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = Main(args, strings.NewReader(stdin), &out, &err)
	return code, out.String(), err.String()
}

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestUsage(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		want string // part of standard error
	}{
		{[]string{"nonsense"}, exitUsage, `unknown command "nonsense"` + "\n"},
		{[]string{"sevre"}, exitUsage, `unknown command "sevre"; did you mean serve?`},
		{[]string{"cli_test.go"}, exitUsage, `unknown command "cli_test.go"; to serve it: poterne serve cli_test.go`},
		{[]string{"serve", "--port", "80"}, exitUsage, "--listen HOST:PORT"},
		{[]string{"import"}, exitUsage, "import wants FILE, but got 0 of 1 arguments"},
		{[]string{"serve", file(t, "empty.yaml", "\n")}, exitFailed, "empty.yaml:1:1: error: the document is empty"},
		{[]string{"serve", "--nonsense"}, exitUsage, "unknown flag: --nonsense"},
		{[]string{"version", "extra"}, exitUsage, "version takes no arguments, but got \"extra\""},
		{[]string{"serve", "no-such-file.yaml", "--listen", "localhost:0"}, exitFailed, "no-such-file.yaml"},
		{[]string{"serve", "--listen", "0.0.0.0:0", "--data-dir", "x"}, exitFailed, "--insecure-any-credentials"},
		{[]string{"serve", "--log-level", "loud"}, exitUsage, "debug, info, warn or error"},
		{[]string{"serve", "--listen", "localhost:0", "--control", "localhost:0", "--data", "localhost:0"}, exitUsage, "--listen (command line) is for both planes"},
		{[]string{"serve", "--cache-memory", "many"}, exitUsage, `"many" for "--cache-memory" flag: write a whole number`},
		{[]string{"serve", "--shutdown-grace", "5"}, exitUsage, `"5" for "--shutdown-grace" flag: write a duration, as 20s`},
		{[]string{"serve", "--config", file(t, "c.yaml", "cache-memory: many\n")}, exitUsage, `setting cache-memory: "many": write a whole number`},
		{[]string{"serve", "--config", file(t, "c.yaml", "listn: x\n")}, exitUsage, "c.yaml:1: there is no setting listn"},
		{[]string{"serve", "--config", file(t, "c.yaml", "region: eu-west-1\nconfig: x\n")}, exitUsage, "c.yaml:2: there is no setting config"},
		{[]string{"serve", "--config", file(t, "c.yaml", "listen: [a, b]\n")}, exitUsage, "c.yaml:1: listen takes one value"},
		{[]string{"help", "nonsense"}, exitUsage, `unknown command "nonsense"`},
		{[]string{"render"}, exitUsage, "give -t FILE"},
		{[]string{"render", "-t", "-", "-b", "-"}, exitUsage, "only one file can be standard input"},
	} {
		code, _, stderr := run("", c.args...)
		if code != c.code || !strings.Contains(stderr, c.want) {
			t.Errorf("%v: exit %d, %s; want exit %d with %q", c.args, code, stderr, c.code, c.want)
		}
	}
}

func TestVersion(t *testing.T) {
	code, stdout, _ := run("", "version")
	if code != 0 || !strings.HasPrefix(stdout, "poterne ") {
		t.Errorf("exit %d, %q", code, stdout)
	}
	for _, flag := range []string{"--version", "-v"} {
		if code, again, stderr := run("", flag); code != 0 || again != stdout {
			t.Errorf("%s: exit %d, %q, %s; version prints %q", flag, code, again, stderr, stdout)
		}
	}
}

func TestRender(t *testing.T) {
	event := file(t, "event.json", `{"method":"POST","path":"/pets/1","pathParameters":{"id":"1"},"query":{"q":["a","b"]},
		"headers":{"X-Id":"h"},"body":{"name":"Rex"},"stageVariables":{"env":"dev"},"context":{"stage":"prod","identity":{"sourceIp":"::1"}}}`)
	template := file(t, "t.vtl", `$input.json('$.name') $input.params('id') $input.params('q') $input.params('X-Id') $stageVariables.env $context.stage $context.httpMethod $context.path $context.identity.sourceIp`)
	code, stdout, stderr := run("", "render", "-t", template, "-e", event)
	if want := `"Rex" 1 b h dev prod POST /pets/1 ::1`; code != 0 || stdout != want {
		t.Errorf("exit %d, %q, %s; want %q", code, stdout, stderr, want)
	}
	code, stdout, stderr = run(`{"name":"Rex"}`, "render", "-t", file(t, "t.vtl", `hello $input.path('$.name')`), "-b", "-")
	if code != 0 || stdout != "hello Rex" {
		t.Errorf("body from standard input: exit %d, %q, %s", code, stdout, stderr)
	}
	code, stdout, stderr = run(`#set($x = 1)$x`, "render", "-t", "-")
	if code != 0 || stdout != "1" {
		t.Errorf("template from standard input: exit %d, %q, %s", code, stdout, stderr)
	}
}

func TestRenderShowsWhereATemplateFails(t *testing.T) {
	template := file(t, "bad.vtl", "{\n  \"a\": 1,\n  #if($x\n}")
	code, stdout, stderr := run("", "render", "-t", template)
	if code != exitFailed || stdout != "" || !strings.Contains(stderr, "bad.vtl:") || !strings.Contains(stderr, "^") || !strings.HasPrefix(stderr, "parse error: ") {
		t.Errorf("exit %d, %q, %s", code, stdout, stderr)
	}
	code, _, stderr = run("", "render", "-t", template, "-e", file(t, "e.json", `{"bdy":1}`))
	if code != exitFailed || !strings.Contains(stderr, `unknown member "bdy"`) {
		t.Errorf("a misspelt event: exit %d, %s", code, stderr)
	}
}

func TestRenderLines(t *testing.T) {
	in := `{"id":"1","template":"a$input.path('$.x')","body":"{\"x\":2}"}` + "\n\n" + `{"id":2,"template":"#if("}` + "\n"
	code, stdout, _ := run(in, "render", "--jsonl")
	lines := strings.Split(stdout, "\n")
	if code != 0 || len(lines) != 3 || lines[0] != `{"id":"1","output":"a2"}` || !strings.HasPrefix(lines[1], `{"id":2,"error":"parse: `) {
		t.Errorf("exit %d, %q", code, stdout)
	}
}

// TestListsOfTheEnvironment: values may have commas of their own.
func TestListsOfTheEnvironment(t *testing.T) {
	var c server.Config
	flags := pflag.NewFlagSet("serve", pflag.ContinueOnError)
	bindSettings(flags, &c)
	flags.String("config", "", "")
	if _, err := resolve(flags, []string{
		"POTERNE_VPC_LINK=a=10.0.0.1:80,10.0.0.2:80,arn:b=10.0.0.3",
		"POTERNE_VPC_ENDPOINT=vpce-1=vpc-1,10.0.0.0/8,vpce-2=vpc-2,192.0.2.0/24,198.51.100.0/24",
		"POTERNE_ALLOW_HOST=a.test,b.test",
	}); err != nil {
		t.Fatal(err)
	}
	for what, lists := range map[string][2][]string{
		"vpc-link":     {c.VPCLinks, {"a=10.0.0.1:80,10.0.0.2:80", "arn:b=10.0.0.3"}},
		"vpc-endpoint": {c.VPCEndpoints, {"vpce-1=vpc-1,10.0.0.0/8", "vpce-2=vpc-2,192.0.2.0/24,198.51.100.0/24"}},
		"allow-host":   {c.AllowHosts, {"a.test", "b.test"}},
	} {
		if !slices.Equal(lists[0], lists[1]) {
			t.Errorf("%s: %q, want %q", what, lists[0], lists[1])
		}
	}
}

func TestConfigTellsSources(t *testing.T) {
	config := file(t, "poterne.yaml", "region: eu-west-1\nallow-host: [a.test, b.test]\nlisten: localhost:1\n")
	t.Setenv("POTERNE_LISTEN", "localhost:2")
	t.Setenv("POTERNE_ACCOUNT", "123456789012")
	code, stdout, stderr := run("", "config", "--config", config, "--account", "210987654321")
	if code != 0 {
		t.Fatalf("exit %d, %s", code, stderr)
	}
	for _, want := range []string{
		"account 210987654321 command line",
		"listen localhost:2 environment POTERNE_LISTEN",
		"region eu-west-1 configuration file",
		"allow-host [a.test,b.test] configuration file",
		"allow-self false default",
	} {
		if !strings.Contains(strings.Join(strings.Fields(stdout), " "), want) {
			t.Errorf("no %q in\n%s", want, stdout)
		}
	}
	code, _, stderr = run("", "config", "--config", file(t, "bad.yaml", "regoin: x\n"))
	if code != exitUsage || !strings.Contains(stderr, "regoin") {
		t.Errorf("a misspelt key: exit %d, %s", code, stderr)
	}
}

// To the server 0 means the default, which nobody who writes it means.
func TestSettingsOfZeroAreRefused(t *testing.T) {
	for flag, values := range map[string][]string{
		"--shutdown-grace": {"0", "0s", "-1s"}, "--function-timeout": {"0"}, "--function-concurrency": {"0", "-1"}, "--cache-memory": {"0"},
	} {
		for _, value := range values {
			if code, _, stderr := run("", "config", flag+"="+value); code != exitUsage || !strings.Contains(stderr, "write a value above 0, as ") {
				t.Errorf("%s %s: exit %d, %s", flag, value, code, stderr)
			}
		}
		if code, _, stderr := run("", "config", "--config", file(t, "zero.yaml", flag[2:]+": 0\n")); code != exitUsage || !strings.Contains(stderr, flag[2:]) {
			t.Errorf("%s in a file: exit %d, %s", flag, code, stderr)
		}
	}
}
