package jsonpath_test

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/poterne/poterne/template/jsonpath"
	"github.com/poterne/poterne/template/jsonv"
)

var update = flag.Bool("update", false, "rewrite the answers in testdata")

// TestPaths runs testdata: a head that names the source, a document, and lines
// of a quoted path, "=>" and what current Jayway finds: JSON, missing, or an
// error. A line that ends in "(2.0.0: ..)" says what that version finds
// instead.
func TestPaths(t *testing.T) {
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
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var doc jsonv.Value
	var out strings.Builder
	lines := bufio.NewScanner(strings.NewReader(string(text)))
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		switch {
		case strings.HasPrefix(line, "{"):
			if doc, err = jsonv.Parse(line); err != nil {
				t.Fatal(err)
			}
		case strings.HasPrefix(line, `"`):
			line = checkLine(t, fmt.Sprintf("%s:%d", file, n), doc, line)
		}
		out.WriteString(line + "\n")
	}
	if *update {
		if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// checkLine compares, and returns the line as it should be.
func checkLine(t *testing.T, place string, doc jsonv.Value, line string) string {
	t.Helper()
	quoted, err := strconv.QuotedPrefix(line)
	if err != nil {
		t.Fatalf("%s: %v", place, err)
	}
	path, _ := strconv.Unquote(quoted)
	want, old, versions := strings.Cut(strings.TrimPrefix(line[len(quoted):], " => "), "  (2.0.0: ")
	got := answer(path, doc)
	if got != want && !*update {
		t.Errorf("%s: %s\ngot  %s\nwant %s", place, path, got, want)
	}
	line = quoted + " => " + got
	if versions {
		line += "  (2.0.0: " + old
	}
	return line
}

func answer(path string, doc jsonv.Value) string {
	p, err := jsonpath.Compile(path)
	if err != nil {
		return "error: " + strings.ReplaceAll(err.Error(), "\n", " ")
	}
	v, found, err := p.Eval(doc, nil)
	switch {
	case err != nil:
		return "error: " + strings.ReplaceAll(err.Error(), "\n", " ")
	case !found:
		return "missing"
	}
	text, _ := jsonv.AppendJSON(nil, v)
	return string(text)
}
