package mapping

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"testing"

	"github.com/poterne/poterne/template/vtl"
)

// fuzzLimits keep an input short; what they bound has tests of its own.
var fuzzLimits = vtl.Limits{Steps: 20_000, Output: 100_000, Built: 1 << 20, RegexSteps: 100_000}

// FuzzRender renders a template twice in the memory of one scope, as two
// requests that follow one another do: the second must not see the first.
func FuzzRender(f *testing.F) {
	seedFromCorpus(f)
	f.Fuzz(func(t *testing.T, template, body string) {
		tmpl, err := ParseTemplate("t", template)
		if err != nil {
			return
		}
		var s Scope
		first, firstErr := fuzzRender(t, tmpl, &s, body)
		s.Reset()
		second, secondErr := fuzzRender(t, tmpl, &s, body)
		if first != second || (firstErr == nil) != (secondErr == nil) {
			t.Errorf("first %q, %v\nthen %q, %v", first, firstErr, second, secondErr)
		}
	})
}

func fuzzRender(t *testing.T, tmpl *Template, s *Scope, body string) (string, error) {
	t.Helper()
	s.Context = &benchContext
	s.Params.Header = append(s.Params.Header[:0], Param{"Accept", "*/*"})
	s.SetBody([]byte(body))
	out, err := tmpl.Render(nil, s, fuzzLimits)
	if err == nil {
		return string(out), nil
	}
	var e *vtl.Error
	if !errors.As(err, &e) {
		t.Fatalf("%T %v", err, err)
	}
	if e.Line < 1 || e.Caret < 0 || e.Caret > len([]rune(e.Snippet)) {
		t.Errorf("line %d, caret %d of %q", e.Line, e.Caret, e.Snippet)
	}
	return string(out), err
}

// seedFromCorpus adds every seventh case of the corpus.
func seedFromCorpus(f *testing.F) {
	f.Helper()
	file, err := os.Open("testdata/corpus.jsonl")
	if err != nil {
		f.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for n := 0; lines.Scan(); n++ {
		var c struct{ Template, Body string }
		if n%7 != 0 || json.Unmarshal(lines.Bytes(), &c) != nil {
			continue
		}
		f.Add(c.Template, c.Body)
	}
}
