package control

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
	"github.com/poterne/poterne/store"
)

var mutations = flag.Int("mutations", 2000, "changed calls of TestMutatedCalls")

// TestMutatedCalls plays the sessions with calls changed here and there:
// whatever they are, each is answered by an output or an *apigw.Error,
// a refused one changes nothing (session.call sees to both), and what is stored
// stays whole.
func TestMutatedCalls(t *testing.T) {
	scripts := readScripts(t)
	random := rand.New(rand.NewPCG(1, 2))
	m := &mutator{random: random, words: wordsOf(scripts)}
	changed, refused := 0, 0
	for changed < *mutations {
		script := scripts[random.IntN(len(scripts))]
		s := newSession(t, script.setup)
		s.documents = script.documents
		for _, call := range script.calls {
			mutated := ""
			if random.IntN(3) == 0 {
				mutated = m.mutate(call)
			}
			if mutated == "" {
				s.call(call)
				continue
			}
			changed++
			if strings.Contains(s.call(mutated), "Exception: ") {
				refused++
			}
			if err := checkStore(s); err != nil {
				t.Fatalf("after %s: %v", mutated, err)
			}
		}
	}
	if refused < changed/4 || refused > changed*9/10 {
		t.Errorf("%d of %d changed calls were refused: the changes show little", refused, changed)
	}
}

// A script is a session's calls without their answers.
type script struct {
	setup     string
	calls     []string
	documents map[string]string
}

func readScripts(t *testing.T) (scripts []*script) {
	files, err := filepath.Glob("testdata/*.session")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		documents, document := map[string]string{}, ""
		for line := range strings.SplitSeq(string(text), "\n") {
			switch {
			case strings.HasPrefix(line, "== "):
				scripts = append(scripts, &script{setup: setupOf(line), documents: documents})
			case strings.HasPrefix(line, "> "):
				last := scripts[len(scripts)-1]
				last.calls = append(last.calls, line)
			case strings.HasPrefix(line, "doc "):
				document = strings.TrimPrefix(line, "doc ")
			case strings.HasPrefix(line, "|"):
				documents[document] += strings.TrimPrefix(strings.TrimPrefix(line, "|"), " ") + "\n"
			}
		}
	}
	return scripts
}

// wordsOf are texts to put into calls: what the calls have, and worse.
func wordsOf(scripts []*script) []string {
	words := []string{"", " ", "/", "~", "~1", "~01", "%2F", "..", "@", "{", "{}", "{+}", "$", "'", "\"", "\x00", "é\u2028", strings.Repeat("x", 5000), "0", "-1", "99999999999999999999", "true", "null", "[]", "(((", "#set($"}
	seen := map[string]bool{}
	for _, script := range scripts {
		for _, word := range strings.FieldsFunc(strings.Join(script.calls, " "), func(r rune) bool { return strings.ContainsRune(`",:[]{}`, r) }) {
			seen[word] = true
		}
	}
	return append(words, slices.Sorted(maps.Keys(seen))...)
}

// A mutator changes calls.
type mutator struct {
	random *rand.Rand
	words  []string
}

func (m *mutator) word() string { return m.words[m.random.IntN(len(m.words))] }

// mutate changes a call in one to three places, "" if it no longer is one.
func (m *mutator) mutate(call string) string {
	name, text, _ := strings.Cut(strings.TrimPrefix(call, "> "), " ")
	var input any
	if err := json.Unmarshal([]byte(shorthand.Replace(text)), &input); err != nil {
		return ""
	}
	for range 1 + m.random.IntN(3) {
		input = m.value(input, 0)
	}
	changed, err := json.Marshal(input)
	if err != nil {
		return ""
	}
	call = "> " + name + " " + string(changed)
	if _, err := (&session{}).decodeInput(name, string(changed)); err != nil {
		return "" // the codec refuses it before the control plane sees it
	}
	return call
}

// value changes something in v: a leaf, or a member of a composite.
func (m *mutator) value(v any, depth int) any {
	switch v := v.(type) {
	case map[string]any:
		return m.object(v, depth)
	case []any:
		return m.list(v, depth)
	case string:
		return m.text(v)
	case float64:
		return []float64{-1, 0, 1, 49, 30000, 1e9}[m.random.IntN(6)]
	case bool:
		return !v
	}
	return v
}

func (m *mutator) object(v map[string]any, depth int) any {
	if len(v) == 0 {
		return map[string]any{m.word(): m.word()}
	}
	keys := slices.Sorted(maps.Keys(v))
	key := keys[m.random.IntN(len(keys))]
	switch m.random.IntN(8) {
	case 0:
		delete(v, key)
	case 1:
		if depth > 0 { // a map's key, not a member's name
			v[m.word()] = v[key]
		}
	default:
		v[key] = m.value(v[key], depth+1)
	}
	return v
}

func (m *mutator) list(v []any, depth int) any {
	if len(v) == 0 {
		return v
	}
	at := m.random.IntN(len(v))
	switch m.random.IntN(4) {
	case 0:
		return append(v, v[at])
	case 1:
		return slices.Delete(v, at, at+1)
	}
	v[at] = m.value(v[at], depth+1)
	return v
}

func (m *mutator) text(v string) string {
	switch at := m.random.IntN(len(v) + 1); m.random.IntN(5) {
	case 0:
		return m.word()
	case 1:
		return v[:at] + m.word() + v[at:]
	case 2:
		return strings.ToValidUTF8(v[:at], "")
	case 3:
		return v + "/" + m.word()
	}
	return v
}

// checkStore says what is not whole in a session's store.
func checkStore(s *session) error {
	return s.store.View(context.Background(), func(in store.Tx) error {
		t := s.service.newTx(testCaller, in)
		var broken []error
		for api, err := range t.restApis("") {
			if err != nil {
				return err
			}
			broken = append(broken, checkTree(t, *api.Id), checkMethods(t, *api.Id), checkStages(t, *api.Id))
			if len(api.EndpointConfiguration.Types) != 1 || deref(api.Name) == "" {
				broken = append(broken, fmt.Errorf("API %s is %+v", *api.Id, *api))
			}
		}
		return errors.Join(broken...)
	})
}

func checkTree(t *tx, api string) error {
	tree, err := t.tree(api)
	if err != nil {
		return err
	}
	paths := map[string]bool{}
	for _, resource := range tree.sorted() {
		if paths[*resource.Path] {
			return fmt.Errorf("two resources at %s", *resource.Path)
		}
		paths[*resource.Path] = true
		if resource.ParentId == nil {
			continue
		}
		parent := tree.byId[*resource.ParentId]
		if parent == nil || childPath(parent, *resource.PathPart) != *resource.Path {
			return fmt.Errorf("resource %s at %s is not below its parent", *resource.Id, *resource.Path)
		}
	}
	if len(paths) > 0 && !paths["/"] {
		return errors.New("no root")
	}
	return nil
}

func checkMethods(t *tx, api string) error {
	methods, err := t.allMethods(api)
	if err != nil {
		return err
	}
	for resource, byVerb := range methods {
		if _, err := t.resource(api, resource); err != nil {
			return fmt.Errorf("methods of resource %s: %w", resource, err)
		}
		for verb, method := range byVerb {
			if *method.HttpMethod != verb || !rule.Verbs.Has(verb) || method.ApiKeyRequired == nil {
				return fmt.Errorf("method %s: %+v", verb, *method)
			}
			if err := checkIntegrationIsWhole(method.MethodIntegration); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkIntegrationIsWhole(i *apigw.Integration) error {
	if i == nil {
		return nil
	}
	if i.Type == nil || i.PassthroughBehavior == nil || i.TimeoutInMillis == nil || i.CacheKeyParameters == nil || i.CacheNamespace == nil {
		return fmt.Errorf("integration without defaults: %+v", *i)
	}
	patterns := map[string]bool{}
	for status, response := range i.IntegrationResponses {
		if deref(response.StatusCode) != status || patterns[deref(response.SelectionPattern)] {
			return fmt.Errorf("integration response %s: %+v", status, *response)
		}
		patterns[deref(response.SelectionPattern)] = true
	}
	return nil
}

func checkStages(t *tx, api string) error {
	for stage, err := range scan[apigw.Stage](t, t.key("restapis", api, "stages")) {
		if err != nil {
			return err
		}
		if _, err := t.frozen(api, deref(stage.DeploymentId)); err != nil {
			return fmt.Errorf("stage %s: %w", *stage.StageName, err)
		}
	}
	return nil
}

// FuzzPatch: any patch of an Integration or its response is answered, and a
// refused one leaves the store alone.
func FuzzPatch(f *testing.F) {
	for _, seed := range [][3]string{
		{"replace", "/responseParameters/method.response.header.X", "'*'"},
		{"add", "/responseTemplates/application~1json", "{}"},
		{"remove", "/responseTemplates/~01~1", ""},
		{"copy", "//", "x"},
		{"replace", "", ""},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, op, path, value string) {
		s := newSession(t, "response")
		s.call(`> PutIntegrationResponse {$m,"statusCode":"200","responseParameters":{"method.response.header.X":"'a'"}}`)
		ops, err := json.Marshal([]map[string]string{{"op": op, "path": path, "value": value}})
		if err != nil {
			t.Fatal(err)
		}
		for _, target := range []string{`UpdateIntegration {$m`, `UpdateMethod {$m`, `UpdateIntegrationResponse {$m,"statusCode":"200"`, `UpdateMethodResponse {$m,"statusCode":"200"`, `UpdateRestApi {"restApiId":"api1"`, `UpdateResource {$r`} {
			s.call("> " + target + `,"patchOperations":` + string(ops) + "}")
			if err := checkStore(s); err != nil {
				t.Fatalf("after %s %s: %v", target, ops, err)
			}
		}
	})
}
