package vtl

import (
	"strconv"
	"unicode"

	"github.com/poterne/poterne/template/javatext"
	"github.com/poterne/poterne/template/jsonv"
)

// javaChar is a java.lang.Character, which charAt returns: one UTF-16 unit. It
// is no String, so it has no length() and takes no part in "+".
type javaChar uint16

// AppendString prints the character.
func (c javaChar) AppendString(dst []byte) []byte { return jsonv.AppendUTF16(dst, uint16(c)) }

// AppendJSON prints it in a JSON array: json-smart takes it for a bean without
// members.
func (javaChar) AppendJSON(dst []byte) []byte { return append(dst, "{}"...) }

// asciiChars keeps the usual characters from being allocated.
var asciiChars = func() (list [128]Value) {
	for i := range list {
		list[i] = jsonv.FromForeign(javaChar(i))
	}
	return list
}()

func charValue(c uint16) Value {
	if int(c) < len(asciiChars) {
		return asciiChars[c]
	}
	return jsonv.FromForeign(javaChar(c))
}

// charOf returns the Character that v is.
func charOf(v Value) (javaChar, bool) {
	c, is := foreignOf(v).(javaChar)
	return c, is
}

// codeOf returns the character or code point that an argument stands for.
func codeOf(v Value) rune {
	if c, is := charOf(v); is {
		return rune(c)
	}
	return rune(v.Int64())
}

var charMethods = []methodRow{
	{signature{"charValue", 0}, func(_ *Run, v Value, _ []Value) (Value, error) { return v, nil }},
	{signature{"compareTo", 1}, overloads(
		overload{"h", func(v Value, args []Value) (Value, error) { return jsonv.Int(codeOf(v) - codeOf(args[0])), nil }},
		overload{"o", func(Value, []Value) (Value, error) { return jsonv.Null, errClassCast }},
	)},
}

// charStatics are static methods of Character.
var charStatics = []methodRow{
	{signature{"valueOf", 1}, typed("h", func(_ Value, args []Value) (Value, error) { return args[0], nil })},
	{signature{"toString", 1}, charOrCode(func(c rune) Value { return jsonv.String(string(javatext.AppendRune(nil, c))) })},
	{signature{"hashCode", 1}, typed("h", func(_ Value, args []Value) (Value, error) { return jsonv.Int(codeOf(args[0])), nil })},
	{signature{"compare", 2}, typed("hh", func(_ Value, args []Value) (Value, error) {
		return jsonv.Int(codeOf(args[0]) - codeOf(args[1])), nil
	})},
	{signature{"getNumericValue", 1}, charOrCode(func(c rune) Value { return jsonv.Int(numericValue(c)) })},
	{signature{"isDigit", 1}, charTest(unicode.IsDigit)},
	{signature{"isLetter", 1}, charTest(unicode.IsLetter)},
	{signature{"isLetterOrDigit", 1}, charTest(func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) })},
	{signature{"isUpperCase", 1}, charTest(func(c rune) bool { return unicode.IsUpper(c) || unicode.Is(unicode.Other_Uppercase, c) })},
	{signature{"isLowerCase", 1}, charTest(func(c rune) bool { return unicode.IsLower(c) || unicode.Is(unicode.Other_Lowercase, c) })},
	{signature{"isWhitespace", 1}, charTest(javatext.IsWhitespace)},
	{signature{"toUpperCase", 1}, charChange(unicode.ToUpper)},
	{signature{"toLowerCase", 1}, charChange(unicode.ToLower)},
}

// charOrCode is a static method of a char or of the int of a code point.
func charOrCode(of func(rune) Value) method {
	run := func(_ Value, args []Value) (Value, error) { return of(codeOf(args[0])), nil }
	return overloads(overload{"h", run}, overload{"i", run})
}

// numericValue is that of decimal digits and of Latin letters from 10.
func numericValue(c rune) int32 {
	if n, err := strconv.ParseInt(asciiDigits(string(c)), 36, 32); err == nil {
		return int32(n)
	}
	return -1
}

func charTest(is func(rune) bool) method {
	return charOrCode(func(c rune) Value { return jsonv.Bool(is(c)) })
}

// charChange answers with a char for a char and with an int for an int.
func charChange(to func(rune) rune) method {
	return overloads(
		overload{"h", func(_ Value, args []Value) (Value, error) { return charValue(uint16(to(codeOf(args[0])))), nil }},
		overload{"i", func(_ Value, args []Value) (Value, error) { return jsonv.Int(to(codeOf(args[0]))), nil }},
	)
}
