package mapping

import (
	"testing"

	"github.com/poterne/poterne/template/vtl"
)

// TestOverrideReplaced: a map that a template puts in the place of
// $context.requestOverride counts, and what is no map overrides nothing
// (velocity-1.7: the value of the variable is what it holds at the end).
func TestOverrideReplaced(t *testing.T) {
	for source, want := range map[string]string{
		`#set($context.requestOverride.header.a = "1")`:                                                 "a=1;",
		`#set($context.requestOverride = {"header": {"b": 2}})`:                                         "b=2;",
		`#set($context.requestOverride.header.a = "1")#set($context.requestOverride = {})`:              "",
		`#set($context.requestOverride = "no map")`:                                                     "",
		`#set($h = $context.requestOverride.header)#set($h.c = true)#set($context.stage = "elsewhere")`: "c=true;",
	} {
		template, err := ParseTemplate("test", source)
		if err != nil {
			t.Fatal(err)
		}
		s := Scope{Context: &Context{}}
		if _, err := template.Render(nil, &s, vtl.Limits{}); err != nil {
			t.Fatal(err)
		}
		got := ""
		for name, values := range s.Overrides.RequestHeaders() {
			got += name + "=" + values[0] + ";"
		}
		if got != want {
			t.Errorf("%s: %q, want %q", source, got, want)
		}
	}
}
