package cli

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/poterne/poterne/gateway/mapping"
	"golang.org/x/term"
)

func emptySession() *session {
	return &session{scope: func() (*mapping.Scope, error) {
		return scopeOfEvent("event.json", []byte(`{"body":{"n":1,"l":[1,"b"],"d":1e3},"stageVariables":{"env":"dev"},"context":{"stage":"prod"}}`))
	}}
}

func TestSessionAnswers(t *testing.T) {
	s := emptySession()
	for _, c := range []struct{ line, want string }{
		{`$input.path('$.n')`, "1  (java.lang.Integer)\n"},
		{`$input.path('$.l')`, "[1,\"b\"]  (net.minidev.json.JSONArray)\n"},
		{`$input.path('$.d')`, "1000.0  (java.lang.Double)\n"},
		{`$stageVariables.env $context.stage`, "dev prod\n"},
		{`#set($x = [1, "a"])`, ""},
		{`$x`, "[1, a]  (java.util.ArrayList)\n"},
		{`#foreach($i in $x)`, ""},
		{`<$i>`, ""},
		{`#end`, "<1>\n<a>\n"},
		{`$x.get(7)`, "exec error: line:1:4: get: IndexOutOfBoundsException: Index 7 out of bounds for length 2\n | $x.get(7)\n | ...^\n"},
		{`#set($x = )`, "parse error: line:1:11: found \")\", want a value\n | #set($x = )\n | ..........^\n"},
		{`$x.size()`, "2  (java.lang.Integer)\n"},
		{`:reset`, ""},
		{`$x.size()`, "  (java.lang.String)\n"},
	} {
		if got := s.answer(c.line); got != c.want {
			t.Errorf("%s\ngot  %q\nwant %q", c.line, got, c.want)
		}
	}
}

func TestSessionCompletes(t *testing.T) {
	s := emptySession()
	s.answer(`#set($customer = 1)`)
	for _, c := range []struct{ line, want, choices string }{
		{"$inp", "$input", "input"},
		{"x $util.escapeJ", "x $util.escapeJavaScript(", "escapeJavaScript("},
		{"${util.base64", "${util.base64", "base64Decode( base64Encode("},
		{"$context.identity.sourceI", "$context.identity.sourceIp", "identity.sourceIp"},
		{"$stageVariables.", "$stageVariables.env", "env"},
		{"$input.par", "$input.params(", "params("},
		{"$!cus", "$!customer", "customer"},
		{"#fore", "#foreach(", "#foreach("},
		{"$nothing.", "$nothing.", ""},
		{"plain text", "plain text", ""},
	} {
		line, at, choices := s.complete(c.line, len(c.line))
		if line != c.want || at != len(line) || strings.Join(choices, " ") != c.choices {
			t.Errorf("%q became %q at %d, %v; want %q, %s", c.line, line, at, choices, c.want, c.choices)
		}
	}
}

// TestPrompt types at a terminal.
func TestPrompt(t *testing.T) {
	var screen bytes.Buffer
	keys := "#set($v = 4\t2)\r" + // Tab has nothing to complete here
		"$v\r" +
		"\x1b[A\x1b[A\r" + // twice up: the first line again
		"$util.base64\t\r" + "\x03"
	terminal := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{strings.NewReader(keys), &screen}, newLinePrompt)
	past := &history{}
	terminal.History = past
	if err := prompt(terminal, emptySession()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"42  (java.lang.Integer)", "base64Decode(  base64Encode("} {
		if !strings.Contains(screen.String(), want) {
			t.Errorf("no %q on the screen:\n%q", want, screen.String())
		}
	}
	want := []string{"#set($v = 42)", "$v", "#set($v = 42)", "$util.base64"}
	if strings.Join(past.lines, "\n") != strings.Join(want, "\n") {
		t.Errorf("history %q, want %q", past.lines, want)
	}
}

func TestHistoryIsKept(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	first := readHistory()
	first.Add("$a")
	first.Add("$a")
	first.Add("$b")
	if err := first.save(); err != nil {
		t.Fatal(err)
	}
	second := readHistory()
	if second.Len() != 2 || second.At(0) != "$b" || second.At(1) != "$a" {
		t.Errorf("history %q", second.lines)
	}
	if info, err := os.Stat(second.file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
}

func TestRenderCases(t *testing.T) {
	dir := t.TempDir()
	put := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("good.vtl", "a\n$input.path('$.x')")
	put("good.event.json", `{"body":{"x":"b"}}`)
	put("good.out", "a\nb")
	put("bad.vtl", "$context.requestId[")
	code, stdout, _ := run("", "render", "test", dir)
	if code != exitFailed || !strings.Contains(stdout, "no bad.err") || !strings.Contains(stdout, "1 of 2 cases differ") {
		t.Errorf("exit %d, %s", code, stdout)
	}
	if code, stdout, _ = run("", "render", "test", dir, "--update"); code != exitOK || stdout != "2 cases written\n" {
		t.Errorf("update: exit %d, %s", code, stdout)
	}
	if code, stdout, _ = run("", "render", "test", dir); code != exitOK || stdout != "2 cases agree\n" {
		t.Errorf("after the update: exit %d, %s", code, stdout)
	}
	put("good.out", "a\nc ")
	code, stdout, _ = run("", "render", "test", dir)
	if want := "good\n  line 2\n  - c· (no line end)\n  + b (no line end)\n1 of 2 cases differ\n"; code != exitFailed || !strings.HasSuffix(stdout, want) {
		t.Errorf("exit %d, %q; want %q at the end", code, stdout, want)
	}
	put("good.event.json", `{"bdy":1}`)
	if code, _, stderr := run("", "render", "test", dir); code != exitFailed || !strings.Contains(stderr, `good.event.json: unknown member "bdy"`) {
		t.Errorf("a misspelt event: exit %d, %s", code, stderr)
	}
	if code, _, stderr := run("", "render", "test", t.TempDir()); code != exitFailed || !strings.Contains(stderr, "has no case") {
		t.Errorf("an empty folder: exit %d, %s", code, stderr)
	}
}

func TestMembersAreThoseOfTheTables(t *testing.T) {
	for root, want := range map[string]string{
		"$input": "body", "$util": "parseJson(", "$context": "identity.userAgent",
	} {
		found := false
		for _, name := range mapping.Members(root) {
			found = found || name == want
		}
		if !found {
			t.Errorf("%s has no %s: %v", root, want, mapping.Members(root))
		}
	}
	if mapping.Members("$nothing") != nil {
		t.Error("an unknown root has members")
	}
}
