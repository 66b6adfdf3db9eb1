package vtl_test

import (
	"bufio"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/poterne/poterne/template/jsonv"
	"github.com/poterne/poterne/template/vtl"
)

// TestRules runs testdata: lines of a quoted template, "=>" and the quoted
// output, or "parse error" or "exec error". Each file has the rules of one
// subject; its head names their source.
func TestRules(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no case files", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) { runFile(t, file) })
	}
}

func runFile(t *testing.T, file string) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "# ") {
			continue
		}
		quoted, err := strconv.QuotedPrefix(line)
		if err != nil {
			t.Fatalf("%s:%d: %v", file, n, err)
		}
		template, _ := strconv.Unquote(quoted)
		want := strings.TrimPrefix(line[len(quoted):], " => ")
		if text, err := strconv.Unquote(want); err == nil {
			want = strconv.Quote(text)
		}
		if got := rendered(template); got != want {
			t.Errorf("%s:%d: template %q\ngot  %s\nwant %s", file, n, template, got, want)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

// noWorld is an Env without variables of its own.
type noWorld struct{ arena jsonv.Arena }

func (*noWorld) Root(int) vtl.Value    { return jsonv.Null }
func (w *noWorld) Arena() *jsonv.Arena { return &w.arena }

// rendered is the quoted output, or the kind of the error.
func rendered(source string) string {
	out, err := render(source, vtl.Limits{})
	var e *vtl.Error
	switch {
	case errors.As(err, &e):
		return e.Kind.String() + " error"
	case err != nil:
		return err.Error()
	}
	return strconv.Quote(string(out))
}

func render(source string, limits vtl.Limits) ([]byte, error) {
	template, err := vtl.Parse("test", source, nil)
	if err != nil {
		return nil, err
	}
	return template.Render(nil, &noWorld{}, limits)
}

// TestContainsItself: what a template puts into itself prints within bounds.
func TestContainsItself(t *testing.T) {
	for _, source := range []string{
		`#set($m = {"a": 1})#foreach($e in $m.entrySet())#set($x = $e.setValue($e))#end$m`,
		`#set($m = {"a": 1})#set($m.v = $m.values())$m`,
		`#set($l = [])#set($k = [$l])#set($x = $l.add($k))$l`,
	} {
		if got := rendered(source); got != "exec error" && got != "limit error" {
			t.Errorf("%s: %.80s", source, got)
		}
	}
}

// TestLoopTurns: a #foreach ends after 1,000 turns, silently or, by the switch
// FailLongLoop, with an error (data plane §15.1).
func TestLoopTurns(t *testing.T) {
	const source = `#foreach($i in [1..1001])#if($i > 999)$i #end#end.`
	if out, err := render(source, vtl.Limits{}); string(out) != "1000 ." || err != nil {
		t.Errorf("silently: %q, %v", out, err)
	}
	_, err := render(source, vtl.Limits{FailLongLoop: true})
	var e *vtl.Error
	if !errors.As(err, &e) || e.Kind != vtl.LimitError {
		t.Errorf("FailLongLoop: %v", err)
	}
}
