package mapping

import (
	"strings"
	"testing"

	"github.com/poterne/poterne/template/jsonv"
)

func TestScopeOfEventRefusesWhatItDoesNotKnow(t *testing.T) {
	for event, want := range map[string]string{
		`[1]`:             "an event is a JSON object",
		`{"headres": {}}`: `unknown member "headres"`,
	} {
		v, err := jsonv.Parse(event)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ScopeOfEvent(v); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", event, err, want)
		}
	}
}

func TestScopeOfEventBody(t *testing.T) {
	for event, want := range map[string]string{
		`{}`:                   "{}",
		`{"body": null}`:       "{}",
		`{"body": "a text"}`:   "a text",
		`{"body": {"a": [1]}}`: `{"a":[1]}`,
	} {
		v, _ := jsonv.Parse(event)
		s, err := ScopeOfEvent(v)
		if err != nil || s.Body() != want {
			t.Errorf("%s: %q, %v; want %q", event, s.Body(), err, want)
		}
	}
}
