package schema

import (
	"slices"
	"strings"
	"testing"
)

func parsed(t *testing.T, text string) *Schema {
	t.Helper()
	s, err := Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return s
}

func TestOnlyObjectsAreSchemas(t *testing.T) {
	for _, text := range []string{"", "[]", "1", "{", `{"a":1}}`, `{"a":01}`, "null", `{"a":"\x"}`} {
		if _, err := Parse(text); err == nil {
			t.Errorf("%s is taken", text)
		}
	}
}

// Members keep their order, numbers their spelling; of two members of a name
// the last one counts, in the place of the first.
func TestWhatIsShownIsWhatWasSent(t *testing.T) {
	got, err := parsed(t, `{"b":1.50,"a":[1e3,{"é<":"\u00e9"}],"b":-0}`).Indented()
	if want := "{\n  \"b\": -0,\n  \"a\": [\n    1e3,\n    {\n      \"é<\": \"é\"\n    }\n  ]\n}"; err != nil || got != want {
		t.Errorf("%v %s", err, got)
	}
}

func TestPointers(t *testing.T) {
	s := parsed(t, `{"definitions":{"a/b":{"~":{}},"~1":{}}}`)
	for pointer, want := range map[string]bool{
		"": true, "/definitions": true, "/definitions/a~1b": true, "/definitions/a~1b/~0": true, "/definitions/~01": true,
		"definitions": false, "/definitions/": false, "/definitions/c/d": false, "/": false,
	} {
		if got := s.Has(pointer); got != want {
			t.Errorf("%q: %v", pointer, got)
		}
	}
}

// Models refer to one another, and to some that are not there.
func TestFlatten(t *testing.T) {
	models := map[string]string{
		"A": `{"properties":{"b":{"$ref":"url/B"}}}`,
		"B": `{"items":[{"$ref":"url/A"},{"$ref":"url/Gone"},{"$ref":"other/C"}]}`,
	}
	s := parsed(t, `{"$ref":"url/A","definitions":{"Own":{}}}`)
	if got := s.Models("url/"); !slices.Equal(got, []string{"A"}) {
		t.Errorf("it refers to %q", got)
	}
	err := s.Flatten("url/", func(name string) (*Schema, error) {
		if text, ok := models[name]; ok {
			return parsed(t, text), nil
		}
		return nil, nil
	})
	got, _ := s.Indented()
	want := `{"$ref":"#/definitions/A","definitions":{"Own":{},"A":{"properties":{"b":{"$ref":"#/definitions/B"}}},"B":{"items":[{"$ref":"#/definitions/A"},{"$ref":"#/definitions/Gone"},{"$ref":"other/C"}]}}}`
	if flat := strings.NewReplacer("\n", "", " ", "").Replace(got); err != nil || flat != want {
		t.Errorf("%v\n got %s\nwant %s", err, flat, want)
	}
}

// A schema that is in itself has a sample that ends.
func TestSampleOfALoop(t *testing.T) {
	s := parsed(t, `{"type":"object","properties":{"me":{"$ref":"#"},"name":{"type":"string"}}}`)
	if sample := s.Sample(); !strings.Contains(sample, `"me" : null`) || !strings.Contains(sample, `"name" : "foo"`) {
		t.Errorf("%s", sample)
	}
}
