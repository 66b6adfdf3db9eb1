package restjson_test

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/poterne/poterne/wire/restjson"
)

var update = flag.Bool("update", false, "rewrite the answers of the case files")

// A case file has pairs of sections, a request as it is on the wire and what
// comes of it: under testdata/decode the operation and its input, or the error
// that the client sees; under testdata/hal the answer in HAL.
func TestCases(t *testing.T) {
	for dir, run := range map[string]func(*testing.T, *http.Request) string{"decode": decodeAnswer, "hal": halAnswer} {
		files, err := filepath.Glob(filepath.Join("testdata", dir, "*.txtar"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no cases in %s: %v", dir, err)
		}
		for _, file := range files {
			t.Run(dir+"/"+strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { runFile(t, file, run) })
		}
	}
}

func runFile(t *testing.T, file string, run func(*testing.T, *http.Request) string) {
	sections := readSections(t, file)
	for i := range sections {
		title, ok := strings.CutPrefix(sections[i].name, "request: ")
		if !ok {
			continue
		}
		if i+1 == len(sections) || sections[i+1].name != "answer" {
			t.Fatalf("%s: no answer after %s", file, sections[i].name)
		}
		t.Run(title, func(t *testing.T) {
			got := run(t, readRequest(t, sections[i].text))
			if want := &sections[i+1].text; got != *want && !*update {
				t.Errorf("answer is\n%s\nwant\n%s", got, *want)
			} else {
				*want = got
			}
		})
	}
	if *update {
		writeSections(t, file, sections)
	}
}

type section struct{ name, text string }

func readSections(t *testing.T, file string) []section {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	sections := []section{{}}
	for line := range strings.Lines(string(data)) {
		if name, ok := strings.CutPrefix(strings.TrimSuffix(line, " --\n"), "-- "); ok && strings.HasSuffix(line, " --\n") {
			sections = append(sections, section{name: name})
			continue
		}
		sections[len(sections)-1].text += line
	}
	return sections
}

func writeSections(t *testing.T, file string, sections []section) {
	t.Helper()
	var b strings.Builder
	b.WriteString(sections[0].text)
	for _, s := range sections[1:] {
		fmt.Fprintf(&b, "-- %s --\n%s", s.name, s.text)
	}
	if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// readRequest reads "PUT /path", headers, an empty line and the body without
// its last newline.
func readRequest(t *testing.T, text string) *http.Request {
	t.Helper()
	head, body, _ := strings.Cut(text, "\n\n")
	lines := bufio.NewScanner(strings.NewReader(head))
	lines.Scan()
	method, target, _ := strings.Cut(lines.Text(), " ")
	r := httptest.NewRequest(method, target, strings.NewReader(strings.TrimSuffix(body, "\n")))
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		r.Header.Add(name, value)
	}
	return r
}

// decodeAnswer is the operation with its input, member by member, or the
// error on the wire.
func decodeAnswer(t *testing.T, r *http.Request) string {
	var got string
	w := serve(func(_ context.Context, c *restjson.Call) (any, error) {
		got = c.Operation.Name + "\n" + dump(t, c.Input)
		return emptyOutput(c), nil
	}, r)
	if w.Code >= 400 {
		got = fmt.Sprintf("%d %s\n%s\n", w.Code, w.Header().Get("x-amzn-ErrorType"), w.Body)
	}
	return got
}

func emptyOutput(c *restjson.Call) any {
	if c.Operation.Output == nil {
		return nil
	}
	return reflect.New(c.Operation.Output.Type()).Interface()
}

func dump(t *testing.T, input any) string {
	var b strings.Builder
	v := reflect.ValueOf(input).Elem()
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			continue
		}
		value := v.Field(i).Interface()
		if raw, ok := value.([]byte); ok {
			value = string(raw)
		}
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s = %s\n", v.Type().Field(i).Name, text)
	}
	return b.String()
}

// halAnswer has the request's body as the operation's output, read from plain
// JSON, and is its HAL.
func halAnswer(t *testing.T, r *http.Request) string {
	out := r.Header.Get("X-Output")
	r.Header.Del("X-Output")
	w := serve(func(_ context.Context, c *restjson.Call) (any, error) {
		v := emptyOutput(c)
		if err := json.Unmarshal([]byte(out), v); err != nil {
			t.Errorf("output of the case: %v", err)
		}
		return v, nil
	}, r)
	var pretty any
	if err := json.Unmarshal(w.Body.Bytes(), &pretty); err != nil {
		t.Fatalf("%s: %v", w.Body, err)
	}
	return fmt.Sprintf("%d %s\n%s\n", w.Code, w.Header().Get("Content-Type"), indent(t, w.Body.Bytes()))
}

func indent(t *testing.T, text []byte) string {
	var b strings.Builder
	d := json.NewEncoder(&b)
	d.SetEscapeHTML(false)
	d.SetIndent("", "  ")
	if err := d.Encode(json.RawMessage(text)); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
