package lambda

import (
	"strings"
	"testing"
)

func TestEventsAreJSON(t *testing.T) {
	for event, want := range map[string]string{
		"":                       "",
		"null":                   "",
		`{"a": [1]}`:             "",
		"token=abc":              "Unrecognized token 'token': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at [Source: (byte[])\"token=abc\"; line: 1, column: 2]",
		"{\n \"a\": \"b\"c\"}":   "Unrecognized token 'c'",
		`{"a":`:                  "Unexpected end-of-input\n at [Source: (byte[])\"{\"a\":\"; line: 1, column: 6]",
		`{"a": <}`:               "Unexpected character ('<' (code 60))\n at [Source: (byte[])\"{\"a\": <}\"; line: 1, column: 7]",
		strings.Repeat("-", 600): "[truncated 100 bytes]",
	} {
		err := checkEvent([]byte(event))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%.20s: %v, want %s", event, err, want)
		}
	}
}
