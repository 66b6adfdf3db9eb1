package vtl

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/poterne/poterne/template/javatext"
	"github.com/poterne/poterne/template/jsonv"
)

// stringMethods are those of java.lang.String. Indexes count UTF-16 units.
var stringMethods = []methodRow{
	{signature{"length", 0}, func(r *Run, v Value, _ []Value) (Value, error) {
		return jsonv.Int(int32(javatext.Length(v.Str()))), r.Work(len(v.Str()))
	}},
	{signature{"isEmpty", 0}, func(_ *Run, v Value, _ []Value) (Value, error) { return jsonv.Bool(v.Str() == ""), nil }},
	{signature{"charAt", 1}, charAt},
	{signature{"codePointAt", 1}, codePointAt(0)},
	{signature{"codePointBefore", 1}, codePointAt(-1)},
	{signature{"codePointCount", 2}, codePointCount},
	{signature{"regionMatches", 4}, regionMatches},
	{signature{"regionMatches", 5}, regionMatches},
	{signature{"substring", 1}, substring},
	{signature{"substring", 2}, substring},
	{signature{"subSequence", 2}, substring},
	{signature{"indexOf", 1}, indexOf},
	{signature{"indexOf", 2}, indexOf},
	{signature{"lastIndexOf", 1}, lastIndexOf},
	{signature{"lastIndexOf", 2}, lastIndexOf},
	{signature{"startsWith", 1}, test(strings.HasPrefix)},
	{signature{"startsWith", 2}, startsWithFrom},
	{signature{"endsWith", 1}, test(strings.HasSuffix)},
	{signature{"contains", 1}, test(strings.Contains)},
	{signature{"contentEquals", 1}, test(func(a, b string) bool { return a == b })},
	{signature{"equalsIgnoreCase", 1}, equalsIgnoreCase},
	{signature{"compareTo", 1}, compareToString},
	{signature{"compareToIgnoreCase", 1}, compare(func(a, b string) int {
		fold := func(s string) string { // character by character: "ß" stays one
			return strings.Map(func(r rune) rune { return unicode.ToLower(unicode.ToUpper(r)) }, s)
		}
		return javatext.CompareTo(fold(a), fold(b))
	})},
	{signature{"matches", 1}, matches},
	{signature{"replace", 2}, replace},
	{signature{"replaceAll", 2}, replaceAll},
	{signature{"replaceFirst", 2}, replaceFirst},
	{signature{"split", 1}, split},
	{signature{"split", 2}, split},
	{signature{"toUpperCase", 0}, change(javatext.ToUpperCase)},
	{signature{"toLowerCase", 0}, change(javatext.ToLowerCase)},
	{signature{"trim", 0}, change(javatext.Trim)},
	{signature{"strip", 0}, change(func(s string) string { return strings.TrimFunc(s, javatext.IsWhitespace) })},
	{signature{"stripLeading", 0}, change(func(s string) string { return strings.TrimLeftFunc(s, javatext.IsWhitespace) })},
	{signature{"stripTrailing", 0}, change(func(s string) string { return strings.TrimRightFunc(s, javatext.IsWhitespace) })},
	{signature{"isBlank", 0}, func(r *Run, v Value, _ []Value) (Value, error) {
		return jsonv.Bool(strings.TrimFunc(v.Str(), javatext.IsWhitespace) == ""), r.Work(len(v.Str()))
	}},
	{signature{"intern", 0}, func(_ *Run, v Value, _ []Value) (Value, error) { return v, nil }},
	{signature{"concat", 1}, concat},
	{signature{"repeat", 1}, repeat},
}

// stringStatics are static methods of String, called on any string.
var stringStatics = []methodRow{
	{signature{"valueOf", 1}, valueOf},
	{signature{"join", 2}, join},
}

func stringIndex(i, size int) error {
	return javaError(fmt.Sprintf("StringIndexOutOfBoundsException: index %d, length %d", i, size))
}

func charAt(r *Run, v Value, args []Value) (Value, error) {
	i, ok := intArg(args[0])
	if !ok {
		return jsonv.Null, errNoMethod
	}
	c, ok := javatext.CharAt(v.Str(), i)
	if !ok {
		return jsonv.Null, stringIndex(i, javatext.Length(v.Str()))
	}
	return charValue(c), r.Work(len(v.Str()))
}

// codePointAt is codePointAt and, with step -1, codePointBefore.
func codePointAt(step int) method {
	return func(r *Run, v Value, args []Value) (Value, error) {
		i, ok := intArg(args[0])
		if !ok {
			return jsonv.Null, errNoMethod
		}
		unit, ok := javatext.CharAt(v.Str(), i+step)
		if !ok {
			return jsonv.Null, stringIndex(i, javatext.Length(v.Str()))
		}
		pair := javatext.AppendRune(nil, rune(unit))
		if other, ok := javatext.CharAt(v.Str(), i+step+1+2*step); ok && step == 0 {
			pair = jsonv.AppendUTF16(pair, other)
		} else if ok {
			pair = jsonv.AppendUTF16(javatext.AppendRune(nil, rune(other)), unit)
		}
		code, size := utf8.DecodeRune(pair)
		if size < 4 {
			code = rune(unit)
		}
		return jsonv.Int(code), r.Work(len(v.Str()))
	}
}

func codePointCount(r *Run, v Value, args []Value) (Value, error) {
	from, ok := intArg(args[0])
	to, ok2 := intArg(args[1])
	if !ok || !ok2 {
		return jsonv.Null, errNoMethod
	}
	sub, ok := javatext.Substring(v.Str(), from, to)
	if !ok {
		return jsonv.Null, stringIndex(from, javatext.Length(v.Str()))
	}
	n := 0
	for sub != "" {
		_, size := utf8.DecodeRuneInString(sub)
		if size == 1 && sub[0] >= utf8.RuneSelf {
			size = min(3, len(sub)) // a surrogate half
		}
		sub = sub[size:]
		n++
	}
	return jsonv.Int(int32(n)), r.Work(len(v.Str()))
}

// regionMatches is regionMatches([ignoreCase,] offset, other, offset, length).
func regionMatches(r *Run, v Value, args []Value) (Value, error) {
	fold := false
	if len(args) == 5 {
		if args[0].Kind() != jsonv.KindBool {
			return jsonv.Null, errNoMethod
		}
		fold = args[0].Bool()
		args = args[1:]
	}
	fit, hasNull := fits("isii", args)
	switch {
	case !fit:
		return jsonv.Null, errNoMethod
	case hasNull:
		return jsonv.Null, errNullPointer
	}
	n := int(args[3].Int64())
	if n < 0 { // Java compares nothing
		a, b := int(args[0].Int64()), int(args[2].Int64())
		return jsonv.Bool(a >= 0 && b >= 0 && a <= javatext.Length(v.Str())-n && b <= javatext.Length(args[1].Str())-n), nil
	}
	a, ok := javatext.Substring(v.Str(), int(args[0].Int64()), int(args[0].Int64())+n)
	b, ok2 := javatext.Substring(args[1].Str(), int(args[2].Int64()), int(args[2].Int64())+n)
	if fold {
		return jsonv.Bool(ok && ok2 && javatext.EqualsIgnoreCase(a, b)), r.Work(len(v.Str()))
	}
	return jsonv.Bool(ok && ok2 && a == b), r.Work(len(v.Str()))
}

func compareToString(r *Run, v Value, args []Value) (Value, error) {
	if args[0].Kind() != jsonv.KindString && !args[0].IsNull() {
		return jsonv.Null, errClassCast
	}
	return compare(javatext.CompareTo)(r, v, args)
}

func substring(r *Run, v Value, args []Value) (Value, error) {
	s := v.Str()
	from, ok := intArg(args[0])
	to, ok2 := javatext.Length(s), true
	if len(args) == 2 {
		to, ok2 = intArg(args[1])
	}
	if !ok || !ok2 {
		return jsonv.Null, errNoMethod
	}
	sub, ok := javatext.Substring(s, from, to)
	if !ok {
		return jsonv.Null, javaError(fmt.Sprintf("StringIndexOutOfBoundsException: begin %d, end %d, length %d", from, to, javatext.Length(s)))
	}
	return jsonv.String(sub), r.Work(len(s))
}

// needle reads the first argument of indexOf: a string, or a character as an
// int.
func needle(v Value) (string, error) {
	if c, ok := intArg(v); ok {
		return string(rune(c)), nil
	}
	if s, ok := stringArg(v); ok {
		return s, nil
	}
	return "", errNoMethod
}

func indexOf(r *Run, v Value, args []Value) (Value, error) {
	sub, err := needle(args[0])
	if err != nil {
		return jsonv.Null, err
	}
	from := 0
	if len(args) == 2 {
		var ok bool
		if from, ok = intArg(args[1]); !ok {
			return jsonv.Null, errNoMethod
		}
	}
	return jsonv.Int(int32(javatext.IndexOf(v.Str(), sub, from))), r.Work(len(v.Str()))
}

func lastIndexOf(r *Run, v Value, args []Value) (Value, error) {
	sub, err := needle(args[0])
	if err != nil {
		return jsonv.Null, err
	}
	from := javatext.Length(v.Str())
	if len(args) == 2 {
		var ok bool
		if from, ok = intArg(args[1]); !ok {
			return jsonv.Null, errNoMethod
		}
	}
	return jsonv.Int(int32(javatext.LastIndexOf(v.Str(), sub, from))), r.Work(len(v.Str()))
}

// test makes a method of a predicate of two strings.
func test(is func(s, arg string) bool) method {
	return func(r *Run, v Value, args []Value) (Value, error) {
		a, err := stringsArg(args)
		if err != nil {
			return jsonv.Null, err
		}
		return jsonv.Bool(is(v.Str(), a[0])), r.Work(len(v.Str()))
	}
}

func startsWithFrom(_ *Run, v Value, args []Value) (Value, error) {
	prefix, ok := stringArg(args[0])
	from, ok2 := intArg(args[1])
	if !ok || !ok2 {
		return jsonv.Null, errNoMethod
	}
	rest, ok := javatext.Substring(v.Str(), from, javatext.Length(v.Str()))
	return jsonv.Bool(ok && strings.HasPrefix(rest, prefix)), nil
}

func equalsIgnoreCase(r *Run, v Value, args []Value) (Value, error) {
	if args[0].IsNull() {
		return jsonv.Bool(false), nil
	}
	return test(javatext.EqualsIgnoreCase)(r, v, args)
}

func compare(by func(a, b string) int) method {
	return func(r *Run, v Value, args []Value) (Value, error) {
		a, err := stringsArg(args)
		if err != nil {
			return jsonv.Null, err
		}
		return jsonv.Int(int32(by(v.Str(), a[0]))), r.Work(len(v.Str()))
	}
}

// change makes a method of a function from string to string.
func change(by func(string) string) method {
	return func(r *Run, v Value, _ []Value) (Value, error) {
		if err := r.Build(len(v.Str())); err != nil {
			return jsonv.Null, err
		}
		return jsonv.String(by(v.Str())), nil
	}
}

func concat(r *Run, v Value, args []Value) (Value, error) {
	a, err := stringsArg(args)
	if err != nil {
		return jsonv.Null, err
	}
	if err := r.Build(len(v.Str()) + len(a[0])); err != nil {
		return jsonv.Null, err
	}
	return r.arena.Concat(v.Str(), a[0]), nil
}

func repeat(r *Run, v Value, args []Value) (Value, error) {
	n, ok := intArg(args[0])
	switch {
	case !ok:
		return jsonv.Null, errNoMethod
	case n < 0:
		return jsonv.Null, javaError("IllegalArgumentException: count is negative")
	}
	if size := len(v.Str()); size > 0 && n > r.built/size {
		return jsonv.Null, r.Build(r.built + 1)
	}
	if err := r.Build(n * len(v.Str())); err != nil {
		return jsonv.Null, err
	}
	return jsonv.String(strings.Repeat(v.Str(), n)), nil
}

// replace is literal, of strings or of characters. The result is charged
// before it is made.
func replace(r *Run, v Value, args []Value) (Value, error) {
	from, isChar := charOf(args[0])
	if to, isChar2 := charOf(args[1]); isChar && isChar2 {
		args = []Value{jsonv.String(string(from.AppendString(nil))), jsonv.String(string(to.AppendString(nil)))}
	}
	a, err := stringsArg(args)
	if err != nil {
		return jsonv.Null, err
	}
	s := v.Str()
	if err := r.Work(len(s)); err != nil {
		return jsonv.Null, err
	}
	grown := len(s) + strings.Count(s, a[0])*(len(a[1])-len(a[0]))
	if err := r.Build(grown); err != nil {
		return jsonv.Null, err
	}
	return jsonv.String(strings.ReplaceAll(s, a[0], a[1])), nil
}

func valueOf(r *Run, _ Value, args []Value) (Value, error) { return r.toString(args[0]) }

// join is String.join(separator, list).
func join(r *Run, _ Value, args []Value) (Value, error) {
	sep, ok := stringArg(args[0])
	q, ok2 := sequenceOf(args[1])
	if args[1].IsNull() { // a list or an array of strings? Velocity takes none
		return jsonv.Null, nil
	}
	if !ok && !args[0].IsNull() || !ok2 || q.cursor != nil || args[1].Object() != nil {
		return jsonv.Null, errNoMethod
	}
	if !ok {
		return jsonv.Null, errNullPointer
	}
	var parts []Value
	for i := 0; q.more(i); i++ {
		item, err := q.next(r, i)
		if err != nil {
			return jsonv.Null, err
		}
		parts = append(parts, item)
	}
	return r.joined(sep, parts)
}

func (r *Run) joined(sep string, items []Value) (Value, error) {
	var parts []string
	size := 0
	for _, item := range items {
		s, ok := stringArg(item)
		switch {
		case item.IsNull():
			s = "null"
		case !ok:
			return jsonv.Null, errClassCast
		}
		parts = append(parts, s)
		if size += len(s) + len(sep); size > r.built {
			return jsonv.Null, r.Build(size)
		}
	}
	if err := r.Build(size); err != nil {
		return jsonv.Null, err
	}
	return jsonv.String(strings.Join(parts, sep)), nil
}

// variadic is for the methods that take any number of arguments: String's
// format, formatted and join. Every other method that is in no table is
// undefined.
func (r *Run) variadic(v Value, s *stepNode, args []Value) (Value, error) {
	if v.Kind() != jsonv.KindString {
		if c, ok := foreignOf(v).(javaClass); ok {
			return r.callStatic(c, s, args)
		}
		return jsonv.Null, nil
	}
	switch {
	case s.name == "formatted":
		return r.format(v.Str(), args)
	case len(args) == 0:
	case s.name == "format" && args[0].Kind() == jsonv.KindString:
		return r.format(args[0].Str(), args[1:])
	case args[0].IsNull() && s.name == "format":
		return jsonv.Null, errNullPointer
	case s.name != "join" || slices.ContainsFunc(args, isNoString):
	case args[0].IsNull():
		return jsonv.Null, errNullPointer
	default:
		return r.joined(args[0].Str(), args[1:])
	}
	return jsonv.Null, nil
}
