package test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the expectations of the stories")

// A file under testdata/*.story is told by aws-sdk-go-v2 to a poterne that it
// has for itself. A line is
//
//	> Operation {input}    a call by the SDK's member names; the next line is
//	                       the answer as the SDK decoded it, or "! Code: message"
//	keep name Member       the member of the last answer is <name> from here on
//	~ Operation {input}    a call that answers as the last one did, but for tags
//	                       that are empty
//	? Operation {input}    a call whose answer is not the same each time; it is
//	                       one of the contract's
//	# comment
//
// Times read TIME, the day of the call TODAY, certificates PEM, execution logs LOG,
// archives ZIP, ids without a name ID; members that are not set are
// left out.
//
// Whatever a Create or a Put of a ">" sets and the answer has a member for comes back as
// it was set.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.story")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	called := map[string]bool{}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".story"), func(t *testing.T) {
			s := start(t, "--data-dir", t.TempDir())
			(&story{t: t, file: file, teller: sdkTeller{sdkClient(s)}, called: called, notYet: notImplemented(t), same: exactly}).run()
		})
	}
	t.Run("every operation of the contract is called", func(t *testing.T) {
		for _, operation := range contractOperations(t) {
			if !called[operation] {
				t.Errorf("no story calls %s", operation)
			}
		}
	})
}

func contractOperations(t *testing.T) []string {
	data, err := os.ReadFile("../apigw/contract.json")
	if err != nil {
		t.Fatal(err)
	}
	var contract struct{ Operations []struct{ Name string } }
	if err := json.Unmarshal(data, &contract); err != nil || len(contract.Operations) == 0 {
		t.Fatalf("read the contract: %v", err)
	}
	var names []string
	for _, o := range contract.Operations {
		names = append(names, o.Name)
	}
	return names
}

// notImplemented are the operations that the control plane answers with a
// NotImplementedException, by its own list; none when there is no list left.
func notImplemented(t *testing.T) map[string]bool {
	list, err := os.ReadFile("../control/testdata/not_implemented")
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, name := range strings.Fields(string(list)) {
		names[name] = true
	}
	return names
}

// A story is a file as it is told.
type story struct {
	t      *testing.T
	file   string
	teller teller
	called map[string]bool
	notYet map[string]bool
	same   func(got, want string) bool

	kept map[string]string // <name> to value
	line int
	last map[string]any // the last answer
}

// A teller makes the calls of a story. Inputs and answers are by the SDK's
// member names.
type teller interface {
	// tell gives the answer, or why the call was refused as "Code: message".
	// An error is a fault of the test or of the answer's form.
	tell(operation string, input []byte) (answer map[string]any, refused string, err error)
}

func exactly(got, want string) bool { return got == want }

func (s *story) run() {
	text, err := os.ReadFile(s.file)
	if err != nil {
		s.t.Fatal(err)
	}
	s.kept = map[string]string{}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	var told strings.Builder
	for s.line = 0; s.line < len(lines); s.line++ {
		line := lines[s.line]
		fmt.Fprintln(&told, line)
		kind, rest, _ := strings.Cut(line, " ")
		switch kind {
		case ">":
			want, kept := "", s.line+1
			if kept < len(lines) && isStoryAnswer(lines[kept]) {
				want, kept = lines[kept], kept+1
			}
			answer := s.call(rest)
			for ; kept < len(lines) && strings.HasPrefix(lines[kept], "keep "); kept++ {
				s.keep(strings.TrimPrefix(lines[kept], "keep "))
			}
			answer = s.named(answer)
			fmt.Fprintln(&told, answer)
			s.expect(want, answer)
			if want != "" {
				s.line++
			}
		case "~":
			s.callAgain(rest)
		case "?":
			s.callLoosely(rest)
		}
	}
	if *update {
		if err := os.WriteFile(s.file, []byte(told.String()), 0o644); err != nil {
			s.t.Fatal(err)
		}
	}
}

func isStoryAnswer(line string) bool {
	return strings.HasPrefix(line, "{") || strings.HasPrefix(line, "! ")
}

func (s *story) expect(want, got string) {
	if !*update && !s.same(got, want) {
		s.t.Errorf("%s:%d\n got %s\nwant %s", s.file, s.line+1, got, want)
	}
}

func (s *story) keep(rest string) {
	name, member, _ := strings.Cut(rest, " ")
	value, ok := s.last[member].(string)
	if !ok || value == "" {
		s.t.Fatalf("%s:%d: the last answer has no %s", s.file, s.line+1, member)
	}
	s.kept["<"+name+">"] = value
}

// call makes a call and gives its answer as a line.
func (s *story) call(line string) string {
	answer, refused := s.tell(line)
	s.last = answer
	if refused != "" {
		return "! " + refused
	}
	return encode(answer)
}

// callAgain makes a call whose answer is the last one once more.
func (s *story) callAgain(line string) {
	got, refused := s.tell(line)
	if refused != "" {
		s.t.Errorf("%s:%d: %s", s.file, s.line+1, refused)
		return
	}
	if !reflect.DeepEqual(withoutEmptyTags(got), withoutEmptyTags(s.last)) {
		s.t.Errorf("%s:%d: another answer than before\n got %s\nwant %s", s.file, s.line+1, encode(got), encode(s.last))
	}
}

func withoutEmptyTags(answer map[string]any) map[string]any {
	if tags, ok := answer["Tags"].(map[string]any); ok && len(tags) == 0 {
		delete(answer, "Tags")
	}
	return answer
}

// callLoosely makes a call that succeeds, or is refused as the contract has it.
func (s *story) callLoosely(line string) {
	operation, _, _ := strings.Cut(line, " ")
	answer, refused := s.tell(line)
	code, _, _ := strings.Cut(refused, ":")
	switch {
	case s.notYet[operation]:
		if code != "NotImplementedException" {
			s.t.Errorf("%s:%d: %s is on the list of what is not implemented, and answers %q", s.file, s.line+1, operation, refused)
		}
	case refused == "":
		s.last = answer
	case !slices.Contains([]string{"BadRequestException", "NotFoundException", "ConflictException"}, code):
		s.t.Errorf("%s:%d: %s is no refusal of the contract", s.file, s.line+1, refused)
	}
}

func (s *story) tell(line string) (answer map[string]any, refused string) {
	operation, text, _ := strings.Cut(line, " ")
	s.called[operation] = true
	answer, refused, err := s.teller.tell(operation, []byte(cmp.Or(s.filled(text), "{}")))
	if err != nil {
		s.t.Errorf("%s:%d: %v", s.file, s.line+1, err)
	}
	return answer, refused
}

// filled is text with the values of the <names>, named the other way round.
func (s *story) filled(text string) string {
	for name, value := range s.kept {
		text = strings.ReplaceAll(text, name, value)
	}
	return text
}

func (s *story) named(text string) string {
	names := slices.SortedFunc(maps.Keys(s.kept), func(a, b string) int {
		return cmp.Or(len(s.kept[b])-len(s.kept[a]), strings.Compare(a, b)) // an id may be part of an ARN that has a name too
	})
	for _, name := range names {
		text = strings.ReplaceAll(text, s.kept[name], name)
	}
	text = strings.ReplaceAll(text, time.Now().UTC().Format(time.DateOnly), "TODAY")
	for _, vague := range vagueMembers {
		text = vague.member.ReplaceAllString(text, vague.reads)
	}
	return text
}

// vagueMembers are not the same each time.
var vagueMembers = []struct {
	member *regexp.Regexp
	reads  string
}{
	{regexp.MustCompile(`"(\w*Id)":"[a-z0-9]{6,10}"`), `"$1":"ID"`}, // that the story does not use
	{regexp.MustCompile(`"Ids":\["[a-z0-9]{6,10}"\]`), `"Ids":["ID"]`},
	{regexp.MustCompile(`"Log":"Execution log for request (?:[^"\\]|\\.)*Method completed with status: (\d+)\\n"`), `"Log":"LOG"`},
	{regexp.MustCompile(`"Latency":\d+,`), ``}, // 0 is left out
	{regexp.MustCompile(`_TODAY_\d\d-\d\dZ`), `_TIME`},
	{regexp.MustCompile(`"Body":"PK(?:[^"\\]|\\.)*"`), `"Body":"ZIP"`},
}

func encode(v any) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
