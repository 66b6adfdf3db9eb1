package gateway

import (
	"errors"
	"strings"
	"testing"
	"testing/quick"
	"unicode/utf8"
)

// Every row of data plane §12.1: a request's payload (AF-268 to AF-271).
func TestRequestConversion(t *testing.T) {
	const raw, encoded = "\xff\x00A", "/wBB"
	cases := []struct {
		binary   bool
		handling handling
		in, out  string // out "!" is a failure
	}{
		{false, handlingNone, raw, "\uFFFD\x00A"},
		{false, handlingNone, encoded, encoded},
		{false, toText, raw, "\uFFFD\x00A"},
		{false, toBinary, encoded, raw},
		{false, toBinary, "not base64", "!"},
		{true, handlingNone, raw, raw},
		{true, toBinary, raw, raw},
		{true, toBinary, "not base64", "not base64"},
		{true, toText, raw, encoded},
		{true, toText, "text", "dGV4dA=="},
	}
	for _, c := range cases {
		checkConversion(t, c, requestConversion(c.binary, c.handling), c.in, c.out)
	}
}

// Every row of data plane §12.2: a response's payload (AF-273 to AF-275).
func TestResponseConversion(t *testing.T) {
	const raw, encoded = "\xff\x00A", "/wBB"
	cases := []struct {
		payload, accept bool
		handling        handling
		in, out         string
	}{
		{false, false, handlingNone, raw, "\uFFFD\x00A"},
		{false, false, handlingNone, encoded, encoded},
		{false, false, toBinary, encoded, raw},
		{false, false, toBinary, "not base64", "!"},
		{false, false, toText, raw, "\uFFFD\x00A"},
		{false, true, handlingNone, encoded, raw},
		{false, true, handlingNone, "not base64", "!"},
		{false, true, toBinary, encoded, raw},
		{false, true, toText, encoded, encoded},
		{true, false, handlingNone, raw, encoded},
		{true, false, toBinary, raw, raw},
		{true, false, toText, raw, encoded},
		{true, true, handlingNone, raw, raw},
		{true, true, toBinary, raw, raw},
		{true, true, toText, raw, encoded},
	}
	for _, c := range cases {
		checkConversion(t, c, responseConversion[exchangeOf(c.payload, c.accept)][c.handling], c.in, c.out)
	}
}

func checkConversion(t *testing.T, row any, c conversion, in, want string) {
	t.Helper()
	got, err := c.convert([]byte(in))
	switch {
	case want == "!" && !errors.Is(err, errNotBase64):
		t.Errorf("%+v: %q, %v; want it refused", row, got, err)
	case want != "!" && (err != nil || string(got) != want):
		t.Errorf("%+v: %q, %v; want %q", row, got, err, want)
	}
}

// Java replaces each maximal part of a broken sequence by one U+FFFD.
func TestValidText(t *testing.T) {
	for in, want := range map[string]string{
		"plain é €":       "plain é €",
		"\xff\xfe":        "\uFFFD\uFFFD",
		"a\xc3":           "a\uFFFD",
		"\xe2\x82":        "\uFFFD", // a euro sign cut off
		"\xe2\x82x":       "\uFFFDx",
		"\xf0\x9f\x98":    "\uFFFD",
		"\xf0\x9f\x98é":   "\uFFFDé",
		"\xc0\x80":        "\uFFFD\uFFFD",
		"\xed\xa0\x80":    "\uFFFD\uFFFD\uFFFD", // a surrogate is no character
		"\x89PNG\r\n\x1a": "\uFFFDPNG\r\n\x1a",
	} {
		if got := string(validText([]byte(in))); got != want {
			t.Errorf("%q reads %q, want %q", in, got, want)
		}
	}
	valid := func(b []byte) bool { return utf8.Valid(validText(b)) }
	if err := quick.Check(valid, nil); err != nil {
		t.Error(err)
	}
}

func TestMediaTypesMatch(t *testing.T) {
	cases := []struct {
		list, value string
		want        bool
	}{
		{"", "image/png", false},
		{"image/png", "image/png", true},
		{"image/png", "IMAGE/PNG; q=1", true},
		{"image/png", "image/png, text/html", true},
		{"image/png", "text/html, image/png", false}, // the first type counts (AF-250)
		{"image/png", "image/*", false},
		{"image/png", "*/*", false},
		{"image/*", "image/gif", true},
		{"image/*", "imagex/gif", false},
		{"image/*", "image", false},
		{"*/png", "image/png", false}, // a wildcard on the left is none
		{"*/*", "anything", true},
		{"a/b image/gif", "image/gif", true},
	}
	for _, c := range cases {
		if got := mediaTypes(strings.Fields(c.list)).match(c.value); got != c.want {
			t.Errorf("%q in [%s]: %v, want %v", c.value, c.list, got, c.want)
		}
	}
}
