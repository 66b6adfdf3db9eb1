package jsonpath

import (
	"strconv"

	"github.com/poterne/poterne/template/jsonv"
)

func unescapeAll(s string) string {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			out = append(out, s[i])
			continue
		}
		i++
		switch s[i] {
		case 'r':
			out = append(out, '\r')
		case 'f':
			out = append(out, '\f')
		case 't':
			out = append(out, '\t')
		case 'n':
			out = append(out, '\n')
		case 'b':
			out = append(out, '\b')
		case 'u':
			out, i = appendUnicode(out, s, i)
		default:
			out = append(out, s[i])
		}
	}
	return string(out)
}

// appendUnicode resolves \uXXXX, whose u is at i, and returns the place of its
// last byte. One that is cut short is a syntax error.
func appendUnicode(out []byte, s string, i int) ([]byte, int) {
	if i+4 >= len(s) {
		panic(invalid{err: &SyntaxError{Desc: "Unable to parse unicode value: " + s[i+1:]}, fatal: true})
	}
	unit, err := strconv.ParseUint(s[i+1:i+5], 16, 16)
	if err != nil {
		panic(invalid{err: &SyntaxError{Desc: "Unable to parse unicode value: " + s[i+1:i+5]}, fatal: true})
	}
	return jsonv.AppendUTF16(out, uint16(unit)), i + 4
}
