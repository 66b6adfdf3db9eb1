package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/store"
	"github.com/poterne/poterne/store/memstore"
)

var update = flag.Bool("update", false, "rewrite the expectations of the sessions")

// A file under testdata/*.session has sessions. A session begins with
//
//	== what it shows (setup)
//
// on an empty store, or on one where the calls of a setup were made. Then come
// calls, each with the answer on the next line: the output as JSON, or
// "Exception: message". In an input $m stands for the members that address the
// Method GET of res1 in api1, $r for those of the Resource, and "@name" is the
// document that was given before as
//
//	doc name
//	| its lines
//
// Comments begin with #. A line "later" moves the clock on by a minute; it
// stands otherwise.
//
// Wherever a call is refused, nothing in the store may have changed.
func TestSessions(t *testing.T) {
	files, err := filepath.Glob("testdata/*.session")
	if err != nil || len(files) == 0 {
		t.Fatalf("no sessions: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".session"), func(t *testing.T) { runSessions(t, file) })
	}
}

func runSessions(t *testing.T, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	var s *session
	var document string
	documents := map[string]string{}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		fmt.Fprintln(&got, line)
		switch {
		case strings.HasPrefix(line, "== "):
			s = newSession(t, setupOf(line))
		case strings.HasPrefix(line, "doc "):
			document = strings.TrimPrefix(line, "doc ")
			documents[document] = ""
		case strings.HasPrefix(line, "|"):
			documents[document] += strings.TrimPrefix(strings.TrimPrefix(line, "|"), " ") + "\n"
		case line == "later":
			s.now = s.now.Add(time.Minute)
		case strings.HasPrefix(line, "> "):
			s.documents = documents
			answer := s.call(line)
			fmt.Fprintln(&got, answer)
			if i+1 < len(lines) && isAnswer(lines[i+1]) {
				i++
				if lines[i] != answer && !*update {
					t.Errorf("%s:%d: %s\n got %s\nwant %s", file, i, line, answer, lines[i])
				}
			} else if !*update {
				t.Errorf("%s:%d: no answer is expected; got %s", file, i+1, answer)
			}
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// isAnswer says whether a line is the answer to the call before it.
func isAnswer(line string) bool {
	for _, other := range []string{"> ", "#", "doc ", "|", "== ", "later"} {
		if strings.HasPrefix(line, other) {
			return false
		}
	}
	return line != ""
}

func setupOf(heading string) string {
	_, setup, _ := strings.Cut(heading, "(")
	return strings.TrimSuffix(setup, ")")
}

// setups are calls made before a session's own, each on top of the one before.
var setups = []struct{ name, calls string }{
	{"api", `CreateRestApi {"name":"pets"}`},
	{"resource", `CreateResource {"restApiId":"api1","parentId":"root1","pathPart":"pets"}`},
	{"method", `PutMethod {$m,"authorizationType":"NONE"}`},
	{"integration", `PutIntegration {$m,"type":"MOCK"}`},
	{"response", `PutMethodResponse {$m,"statusCode":"200","responseParameters":{"method.response.header.X":false,"method.response.header.Content-Type":false}}`},
}

// A session is a Service on a store of its own, with ids that count and a
// clock that stands.
type session struct {
	t       *testing.T
	service *Service
	store   *memstore.Store
	now     time.Time

	documents map[string]string
}

var testTime = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func newSession(t *testing.T, setup string) *session {
	s := &session{t: t, store: memstore.New(), now: testTime}
	t.Cleanup(func() { s.store.Close() })
	ids := &countingIds{}
	s.service = New(Deps{Store: &twice{s.store, ids}, Now: func() time.Time { return s.now }, NewID: ids.next})
	for _, step := range setups {
		if setup == "" {
			return s
		}
		if answer := s.call("> " + step.calls); strings.Contains(answer, "Exception: ") {
			t.Fatalf("setup %s: %s", step.name, answer)
		}
		if step.name == setup {
			return s
		}
	}
	if setup != "" {
		t.Fatalf("unknown setup %q", setup)
	}
	return s
}

// countingIds are "api1", "res1", "deployment1" and so on.
type countingIds struct{ counts map[string]int }

func (c *countingIds) next(kind string) string {
	counts := maps.Clone(c.counts)
	if counts == nil {
		counts = map[string]int{}
	}
	counts[kind]++
	c.counts = counts
	return strings.NewReplacer("restapi", "api", "resource", "res").Replace(kind) + strconv.Itoa(counts[kind])
}

// twice is a store that runs every Update two times, as a Store may: what the
// first run leaves behind anywhere would show in the answers.
type twice struct {
	store.Store
	ids *countingIds
}

func (s *twice) Update(ctx context.Context, f func(store.Tx) error) (int64, error) {
	before, again := s.ids.counts, errors.New("run again")
	if _, err := s.Store.Update(ctx, func(tx store.Tx) error { return errors.Join(f(tx), again) }); !errors.Is(err, again) {
		return 0, err
	}
	s.ids.counts = before
	return s.Store.Update(ctx, f)
}

var shorthand = strings.NewReplacer(
	"{$m", `{"restApiId":"api1","resourceId":"res1","httpMethod":"GET"`,
	"{$r,", `{"restApiId":"api1","resourceId":"res1",`,
	"{$r}", `{"restApiId":"api1","resourceId":"res1"}`)

// call makes the call of a line "> Operation {input}".
func (s *session) call(line string) string {
	s.t.Helper()
	name, text, _ := strings.Cut(strings.TrimPrefix(line, "> "), " ")
	input, err := s.decodeInput(name, shorthand.Replace(text))
	if err != nil {
		s.t.Fatalf("%s: %v", line, err)
	}
	before := dump(s.t, s.store)
	out, err := s.service.Do(context.Background(), Caller{Region: "us-east-1", AccountId: NoAccount}, name, input)
	if err != nil {
		if after := dump(s.t, s.store); after != before {
			s.t.Errorf("%s: refused with %v, but the store was changed:\n%s\nwas\n%s", line, err, after, before)
		}
		var known *apigw.Error
		if !errors.As(err, &known) {
			s.t.Fatalf("%s: %v is no *apigw.Error", line, err)
		}
		return known.Code + ": " + strings.ReplaceAll(known.Message, "\n", "\\n")
	}
	return encodeOutput(s.t, out)
}

func encodeOutput(t *testing.T, out any) string {
	if out == nil {
		return "-"
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(out); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// decodeInput makes the input of an operation from JSON by the contract's
// member names, be they of the path, the query or the body.
func (s *session) decodeInput(operation, text string) (any, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &members); err != nil {
		return nil, fmt.Errorf("read input: %w", err)
	}
	for _, o := range apigw.Operations {
		if o.Name != operation {
			continue
		}
		input := reflect.New(o.Input.Type())
		for _, member := range o.Input.Members {
			value, ok := members[member.Name]
			delete(members, member.Name)
			if !ok {
				continue
			}
			field := input.Elem().Field(member.Index)
			if field.Type() == reflect.TypeFor[[]byte]() { // a document is a text here
				var document string
				if err := json.Unmarshal(value, &document); err != nil {
					return nil, err
				}
				if name, ok := strings.CutPrefix(document, "@"); ok {
					document = s.documents[name]
				}
				field.SetBytes([]byte(document))
				continue
			}
			if err := json.Unmarshal(value, field.Addr().Interface()); err != nil {
				return nil, fmt.Errorf("read %s: %w", member.Name, err)
			}
		}
		for name := range members {
			return nil, fmt.Errorf("%s has no member %s", operation, name)
		}
		return input.Interface(), nil
	}
	return nil, fmt.Errorf("no operation %s", operation)
}

// dump is the whole store as text.
func dump(t *testing.T, in *memstore.Store) string {
	var b strings.Builder
	err := in.View(context.Background(), func(tx store.Tx) error {
		for entry, err := range tx.Scan("", "", 0) {
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, "%s %s\n", entry.Key, entry.Value)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
