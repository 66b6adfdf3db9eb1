package lambda

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// An EventError is an event that is no JSON; the function is not run.
type EventError struct {
	Reason string // what is wrong
	Line   int    // from 1
	Column int    // from 1, in bytes
	event  []byte
}

// maxShown bounds what an error shows of an event, as Lambda does.
const maxShown = 500

// Error is Lambda's text, which is that of its JSON parser (field reports:
// srcecde/aws-tutorial-code 4, TaylorBriggs/stripe-lambda 1).
func (e *EventError) Error() string {
	shown, rest := e.event, ""
	if len(shown) > maxShown {
		shown, rest = shown[:maxShown], fmt.Sprintf("[truncated %d bytes]", len(e.event)-maxShown)
	}
	return fmt.Sprintf("Could not parse request body into json: Could not parse payload into json: %s\n at [Source: (byte[])\"%s\"%s; line: %d, column: %d]",
		e.Reason, shown, rest, e.Line, e.Column)
}

// checkEvent returns an *EventError if event is no JSON. No event at all is {}
// (AF-255).
func checkEvent(event []byte) error {
	if len(event) == 0 || json.Valid(event) {
		return nil
	}
	e := &EventError{event: event, Reason: "Unexpected end-of-input"}
	at := len(event)
	var syntax *json.SyntaxError
	if err := json.Unmarshal(event, new(any)); errors.As(err, &syntax) && syntax.Offset > 0 && !endsEarly(event, syntax) {
		at = int(syntax.Offset) - 1
		if token := wordAround(event, at); len(token) > 0 {
			e.Reason = fmt.Sprintf("Unrecognized token '%s': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')", token)
		} else {
			r, _ := utf8.DecodeRune(event[at:])
			e.Reason = fmt.Sprintf("Unexpected character ('%c' (code %d))", r, r)
		}
	}
	before := event[:at]
	e.Line = bytes.Count(before, []byte{'\n'}) + 1
	e.Column = at - bytes.LastIndexByte(before, '\n')
	return e
}

// endsEarly tells an event that breaks off from one with a wrong character.
func endsEarly(event []byte, err *json.SyntaxError) bool {
	return int(err.Offset) >= len(event) && err.Error() == "unexpected end of JSON input"
}

// wordAround is the word that event has at a place, or nothing.
func wordAround(event []byte, at int) []byte {
	isWord := func(c byte) bool {
		return c == '_' || c >= utf8.RuneSelf || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
	}
	start, end := at, at
	for start > 0 && isWord(event[start-1]) {
		start--
	}
	for end < len(event) && isWord(event[end]) {
		end++
	}
	return event[start:end]
}
