package jsonv

import (
	"errors"
	"strings"
	"testing"
)

// TestPermissive pins what json-smart's permissive mode makes of bodies that
// are no JSON (data plane §15.8, appendix A).
func TestPermissive(t *testing.T) {
	for _, c := range []struct{ in, json string }{
		{`{a:1}`, `{"a":1}`},
		{`{'a':'b'}`, `{"a":"b"}`},
		{`{"a":1,}`, `{"a":1}`},
		{`{"a":1} x`, `{"a":1}`},
		{`{"a":1,"a":2}`, `{"a":2}`},
		{`{"a":1,"b":0,"a":2}`, `{"a":2,"b":0}`},
		{`not json`, `"not json"`},
		{`a{b`, `"a{b"`},
		{`true{`, `"true{"`},
		{`1 2`, `"1 2"`},
		{`+1`, `"+1"`},
		{`.5`, `".5"`},
		{`tru`, `"tru"`},
		{`01`, `1`},
		{`-0`, `0`},
		{`-`, `0`},
		{`null`, `null`},
		{"\"a\nb\"", `"a\nb"`},
		{`"\x41"`, `"A"`},
		{`"\ud83d\ude00"`, `"😀"`},
		{`["a/b",null,true]`, `["a/b",null,true]`},
		{`12345678901234567890`, `12345678901234567890`},
		{`2147483648`, `2147483648`},
		{`"` + "\u2028\u007f" + `"`, `"\u2028\u007F"`},
	} {
		v, err := Parse(c.in)
		if err != nil {
			t.Errorf("Parse(%s): %v", c.in, err)
			continue
		}
		if got, _ := AppendJSON(nil, v); string(got) != c.json {
			t.Errorf("Parse(%s) = %s, want %s", c.in, got, c.json)
		}
	}
}

// TestSyntaxErrors pins the texts of json-smart's ParseException; those of
// "{a" and "[a" are AWS's own (templates §1).
func TestSyntaxErrors(t *testing.T) {
	for in, want := range map[string]string{
		`{a`: "Unexpected End Of File position 1: null",
		`[a`: "Unexpected End Of File position 1: EOF",
	} {
		if _, err := Parse(in); err == nil || err.Error() != want {
			t.Errorf("Parse(%s): %v, want %s", in, err, want)
		}
	}
}

func TestLimits(t *testing.T) {
	deep := strings.Repeat("[", 100_000)
	if _, err := Parse(deep); err == nil || err.Error() != "JSON exceeds the limit of 400 depth" {
		t.Errorf("deep list: %v", err)
	}
	if _, err := new(Arena).Parse("[1,2,3]", Limits{Values: 3}); err == nil {
		t.Error("four values passed a limit of three")
	}
}

func TestJavaClasses(t *testing.T) {
	for in, want := range map[string]Kind{
		"1": KindInt, "-2147483648": KindInt, "2147483648": KindLong,
		"9223372036854775807": KindLong, "9223372036854775808": KindBigInt,
		"1.5": KindDouble, "1e3": KindDouble, "1.234567890123456789": KindDecimal,
		"NaN": KindDouble,
	} {
		if v, err := Parse(in); err != nil || v.Kind() != want {
			t.Errorf("Parse(%s) has kind %v (%v), want %v", in, v.Kind(), err, want)
		}
	}
}

// TestPrinting pins Java's toString beside JSON (data plane §15.8).
func TestPrinting(t *testing.T) {
	v, err := Parse(`{"a":1,"b":[{"c":"x/y"}],"d":null,"e":{"f":"g"}}`)
	if err != nil {
		t.Fatal(err)
	}
	if got := ToString(v); got != `{a=1, b=[{"c":"x\/y"}], d=null, e={f=g}}` {
		t.Errorf("toString: %s", got)
	}
	list := NewArray(ArrayList, Int(1), String("a"), Null)
	if got := ToString(FromArray(list)); got != "[1, a, null]" {
		t.Errorf("toString: %s", got)
	}
}

func TestListWithinItself(t *testing.T) {
	a, b := NewArray(ArrayList), NewArray(ArrayList)
	a.Append(FromArray(b))
	b.Append(FromArray(a))
	if _, err := Append(nil, FromArray(a), Java, 1<<20); !errors.Is(err, ErrDeep) {
		t.Errorf("printing a cycle: %v", err)
	}
}

// TestSharedItems prints a list of 2^40 items that is made of 40 lists.
func TestSharedItems(t *testing.T) {
	v := Int(1)
	for range 40 {
		v = FromArray(NewArray(ArrayList, v, v))
	}
	out, err := Append(nil, v, Java, 1<<16)
	if !errors.Is(err, ErrLong) || len(out) > 1<<17 {
		t.Errorf("%d bytes, %v", len(out), err)
	}
}

func TestParseAllocations(t *testing.T) {
	body := "[" + strings.Repeat(`{"a":1,"b":"x","c":[true]},`, 1000) + "1]"
	var a Arena
	if n := testing.AllocsPerRun(10, func() {
		if _, err := a.Parse(body, Limits{}); err != nil {
			t.Fatal(err)
		}
		a.Reset()
	}); n > 0 {
		t.Errorf("%v allocations on a warm arena, want 0", n)
	}
}
