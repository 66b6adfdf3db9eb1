package jsonv

import "fmt"

// A SyntaxError says where text is not even permissive JSON; its text is that
// of json-smart's ParseException.
type SyntaxError struct {
	Position int // in UTF-16 units, as Java counts
	text     string
}

func (e *SyntaxError) Error() string { return e.text }

// A LimitError says that text is nested too deeply or holds too many values.
type LimitError struct {
	What string // "depth" or "values"
	Max  int
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("JSON exceeds the limit of %d %s", e.Max, e.What)
}

func unexpectedChar(pos int, c rune) error {
	return &SyntaxError{pos, fmt.Sprintf("Unexpected character (%c) at position %d.", c, pos)}
}

func unexpectedToken(pos int, token string) error {
	return &SyntaxError{pos, fmt.Sprintf("Unexpected token %s at position %d.", token, pos)}
}

func unexpectedEOF(pos int, what string) error {
	return &SyntaxError{pos, fmt.Sprintf("Unexpected End Of File position %d: %s", pos, what)}
}

func unexpectedUnicode(pos int, c rune) error {
	return &SyntaxError{pos, fmt.Sprintf("Unexpected unicode escape sequence %c at position %d.", c, pos)}
}
