package test

import (
	"bytes"
	"cmp"
	"context"
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

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/smithy-go"
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
// Times read TIME, certificates PEM, ids without a name ID, and members that are not set are left out.
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
			(&story{t: t, file: file, client: sdkClient(start(t, "--data-dir", t.TempDir())), called: called, kept: map[string]string{}, notYet: notImplemented(t)}).run()
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

// sdkClient is a client of s that never asks twice.
func sdkClient(s *server) *apigateway.Client {
	return apigateway.New(apigateway.Options{
		Region:       "us-east-1",
		BaseEndpoint: aws.String(s.url),
		Retryer:      aws.NopRetryer{},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
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
	client *apigateway.Client
	called map[string]bool
	notYet map[string]bool
	kept   map[string]string // <name> to value

	line int
	last map[string]any // the last answer
}

func (s *story) run() {
	text, err := os.ReadFile(s.file)
	if err != nil {
		s.t.Fatal(err)
	}
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
	if want != got && !*update {
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
	in, out, err := s.invoke(line)
	s.last = nil
	if err != nil {
		return errorLine(err)
	}
	s.last = plainStruct(out)
	if operation := line[:3]; operation == "Cre" || operation == "Put" {
		s.checkEcho(in, out)
	}
	return encode(s.last)
}

// callAgain makes a call whose answer is the last one once more.
func (s *story) callAgain(line string) {
	_, out, err := s.invoke(line)
	if err != nil {
		s.t.Errorf("%s:%d: %s", s.file, s.line+1, errorLine(err))
		return
	}
	got := plainStruct(out)
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

// callLoosely makes a call that succeeds, or fails as the contract has it.
func (s *story) callLoosely(line string) {
	operation, _, _ := strings.Cut(line, " ")
	_, out, err := s.invoke(line)
	var refused smithy.APIError
	switch {
	case s.notYet[operation]:
		if !errors.As(err, &refused) || refused.ErrorCode() != "NotImplementedException" {
			s.t.Errorf("%s:%d: %s is on the list of what is not implemented, and answers %v", s.file, s.line+1, operation, err)
		}
	case err == nil:
		s.last = plainStruct(out)
	case !errors.As(err, &refused) || refused.ErrorFault() == smithy.FaultUnknown:
		s.t.Errorf("%s:%d: %v is no error of the contract", s.file, s.line+1, err)
	}
}

// invoke calls the operation of line with its input. The SDK's input and
// output come back beside the error.
func (s *story) invoke(line string) (in, out reflect.Value, err error) {
	operation, text, _ := strings.Cut(line, " ")
	s.called[operation] = true
	method := reflect.ValueOf(s.client).MethodByName(operation)
	if !method.IsValid() {
		s.t.Fatalf("%s:%d: the SDK has no operation %s", s.file, s.line+1, operation)
	}
	in = reflect.New(method.Type().In(1).Elem())
	if err := decodeInput([]byte(cmp.Or(s.filled(text), "{}")), in); err != nil {
		s.t.Fatalf("%s:%d: %v", s.file, s.line+1, err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	results := method.Call([]reflect.Value{reflect.ValueOf(ctx), in})
	if failed, ok := results[1].Interface().(error); ok {
		return in.Elem(), out, failed
	}
	return in.Elem(), results[0].Elem(), nil
}

// decodeInput reads an input by the SDK's member names; a blob is a text.
func decodeInput(text []byte, in reflect.Value) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	body := in.Elem().FieldByName("Body")
	if !body.IsValid() || body.Type() != reflect.TypeFor[[]byte]() {
		return decoder.Decode(in.Interface())
	}
	var members map[string]any
	if err := decoder.Decode(&members); err != nil {
		return err
	}
	if document, ok := members["Body"].(string); ok {
		members["Body"] = []byte(document)
	}
	again, err := json.Marshal(members)
	if err != nil {
		return err
	}
	return json.Unmarshal(again, in.Interface())
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
	return otherId.ReplaceAllString(text, `"$1":"ID"`)
}

// otherId is an id that the story does not use.
var otherId = regexp.MustCompile(`"(\w*Id)":"[a-z0-9]{6,10}"`)

// checkEcho: what was set is in the answer under the same name.
func (s *story) checkEcho(in, out reflect.Value) {
	for i := range in.NumField() {
		name := in.Type().Field(i).Name
		answer := out.FieldByName(name)
		if !answer.IsValid() || answer.Type() != in.Field(i).Type() || in.Field(i).IsZero() || changesInStore[name] {
			continue
		}
		set, got := plain(in.Field(i)), plain(answer)
		if !covers(got, set) {
			s.t.Errorf("%s:%d: %s was set to %s and answers %s", s.file, s.line+1, name, encode(set), encode(got))
		}
	}
}

// changesInStore are members that come back in another form.
var changesInStore = map[string]bool{
	"Policy":     true, // normalised, its quotes escaped once more
	"HttpMethod": true, // of PutIntegration: the answer's is the Integration's own
}

// covers says whether got has everything of set, where an empty text or map may
// be absent.
func covers(got, set any) bool {
	switch set := set.(type) {
	case map[string]any:
		g, _ := got.(map[string]any)
		for k, v := range set {
			if !covers(g[k], v) {
				return false
			}
		}
		return true
	case []any:
		g, _ := got.([]any)
		if len(g) != len(set) {
			return false
		}
		for i := range set {
			if !covers(g[i], set[i]) {
				return false
			}
		}
		return true
	case string:
		return set == "" && got == nil || got == set
	}
	return reflect.DeepEqual(got, set)
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

// errorLine is an error of the service. AF-004: whether the model has it or
// not, an SDK reads its code and its message.
func errorLine(err error) string {
	var refused smithy.APIError
	if !errors.As(err, &refused) {
		return "! no answer: " + err.Error()
	}
	return "! " + refused.ErrorCode() + ": " + strings.ReplaceAll(refused.ErrorMessage(), "\n", "\\n")
}

var certificate = regexp.MustCompile(`(?s)-----BEGIN CERTIFICATE-----.*-----END CERTIFICATE-----\n?`)

// plainStruct is a structure of the SDK by its members' names, without those
// that are not set.
func plainStruct(v reflect.Value) map[string]any {
	members := map[string]any{}
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if !field.IsExported() || field.Name == "ResultMetadata" || v.Field(i).IsZero() {
			continue
		}
		members[field.Name] = plain(v.Field(i))
	}
	return members
}

func plain(v reflect.Value) any {
	switch x := v.Interface().(type) {
	case time.Time:
		return "TIME"
	case []byte:
		return string(x)
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return plain(v.Elem())
	case reflect.Struct:
		return plainStruct(v)
	case reflect.Map:
		entries := map[string]any{}
		for _, key := range v.MapKeys() {
			entries[key.String()] = plain(v.MapIndex(key))
		}
		return entries
	case reflect.Slice:
		items := []any{}
		for i := range v.Len() {
			items = append(items, plain(v.Index(i)))
		}
		return items
	case reflect.String:
		return certificate.ReplaceAllString(v.String(), "PEM")
	}
	return v.Interface()
}
