package vtl

import (
	"errors"
	"testing"
	"unicode/utf8"
)

func FuzzParse(f *testing.F) {
	for _, src := range []string{
		"Hello $name!", "#set($x = 1 + 2 * 3)$x", "#foreach($i in [1..3])$i#if($foreach.hasNext),#end#end",
		`#define($b)$x#end$b`, `$m.get("a$b")["c"].d`, `#if($a == "x" && !$b)y#{else}z#end`,
		"#* block *# ## line\n#[[ raw $x ]]#", `\$a \\$b \#if ${a}b $!{c}`, `#set($m = {"a": [1, 2], 'b': {}})`,
		"#break #stop #macro(x)y#end #parse('z')", "$", "#", "${", "#if(", "$a.b(", `#set($x = "`, "$a[", "#foreach($i in", "1.5e3 -7..9",
	} {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		_, err := Parse("t", src, nil)
		if err == nil {
			return
		}
		var e *Error
		if !errors.As(err, &e) {
			t.Fatalf("%T %v", err, err)
		}
		checkPlace(t, e)
	})
}

// checkPlace checks that the caret of an error stands in its line.
func checkPlace(t *testing.T, e *Error) {
	t.Helper()
	if e.Line < 1 || e.Column < 1 || e.Caret < 0 || e.Caret > utf8.RuneCountInString(e.Snippet) {
		t.Errorf("line %d, column %d, caret %d of %q", e.Line, e.Column, e.Caret, e.Snippet)
	}
}
