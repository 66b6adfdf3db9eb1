package mapping

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"

	"github.com/poterne/poterne/template/vtl"
)

// corpusCase is a line of testdata/corpus.jsonl: a template, what it sees, and
// what Velocity 1.7 with Jayway JsonPath and json-smart makes of it. basis says
// how sure that is of AWS; accept holds further answers where versions of
// those libraries differ.
type corpusCase struct {
	ID            string    `json:"id"`
	Topic         string    `json:"topic"`
	Basis         string    `json:"basis"`
	Template      string    `json:"template"`
	Expected      *string   `json:"expected"`
	ExpectedError string    `json:"expectedError"`
	Accept        []*string `json:"accept"`
}

func (c *corpusCase) passes(output, failure *string) bool {
	switch {
	case c.ExpectedError != "" && failure != nil:
		return true
	case c.Expected != nil && output != nil && *c.Expected == *output:
		return true
	}
	for _, a := range c.Accept {
		if a == nil && failure != nil || a != nil && output != nil && *a == *output {
			return true
		}
	}
	return false
}

func TestCorpus(t *testing.T) {
	file, err := os.Open("testdata/corpus.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c corpusCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		t.Run(c.Topic+"/"+c.ID, func(t *testing.T) { c.run(t, lines.Bytes()) })
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

func (c *corpusCase) run(t *testing.T, line []byte) {
	var got struct{ Output, Error *string }
	answer := RenderLine(nil, line, vtl.Limits{})
	if err := json.Unmarshal(answer, &got); err != nil {
		t.Fatalf("answer %s: %v", answer, err)
	}
	if c.passes(got.Output, got.Error) {
		return
	}
	want := "error " + c.ExpectedError
	if c.Expected != nil {
		want = *c.Expected
	}
	t.Errorf("%s (%s)\ntemplate %q\ngot  %s\nwant %q", c.ID, c.Basis, c.Template, answer, want)
}
