package schema

import (
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// A format is a row of the formats that are checked; others mean nothing.
// finding has the value at %q-like places written by say.
type format struct {
	name    string
	fits    func(string) bool
	finding func(value string) string
}

func notA(what string) func(string) string {
	return func(v string) string { return `string "` + v + `" is not a valid ` + what }
}

// formats are those of draft 4 and the extra ones that the validator behind
// API Gateway registers with them.
var formats = []format{
	{"date-time", isDateTime, func(v string) string {
		return `string "` + v + `" is invalid against requested date format(s) [yyyy-MM-dd'T'HH:mm:ssZ, yyyy-MM-dd'T'HH:mm:ss.[0-9]{1,12}Z]`
	}},
	{"email", isEmail, notA("email address")},
	{"hostname", isHostname, notA("hostname")},
	{"ipv4", isIPv4, notA("IPv4 address")},
	{"ipv6", isIPv6, notA("IPv6 address")},
	{"regex", isPattern, notA("ECMA 262 regular expression")},
	{"uri", isURI, notA("URI")},
	{"uuid", isUUID, func(v string) string { return `input string "` + v + `" is not a valid UUID` }},
	{"md5", isHex(32), notHex(32)},
	{"sha1", isHex(40), notHex(40)},
	{"sha256", isHex(64), notHex(64)},
	{"sha512", isHex(128), notHex(128)},
}

func formatOf(name string) *format {
	for i := range formats {
		if formats[i].name == name {
			return &formats[i]
		}
	}
	return nil
}

// isDateTime: RFC 3339 with upper-case letters; the offset may lack its colon.
func isDateTime(s string) bool {
	for _, layout := range []string{"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05Z0700"} {
		if _, err := time.Parse(layout, s); err == nil {
			return !strings.ContainsRune(s, ',') && fractionDigits(s) <= 12
		}
	}
	return false
}

func fractionDigits(s string) int {
	_, rest, _ := strings.Cut(s, ".")
	return len(rest) - len(strings.TrimLeft(rest, "0123456789"))
}

// isEmail: a local part, plain or quoted, and a domain (RFC 5322).
func isEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if at <= 0 || at == len(s)-1 {
		return false
	}
	local, domain := s[:at], s[at+1:]
	if len(local) > 1 && local[0] == '"' && local[len(local)-1] == '"' {
		local = "quoted"
	}
	return isDotAtom(local, `()<>,;:\"[]@`) && isMailDomain(domain)
}

func isMailDomain(s string) bool {
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		return len(s) > 2
	}
	for i := range len(s) {
		if c := s[i]; !isLetter(c) && !isDigit(c) && c != '-' && c != '.' {
			return false
		}
	}
	return isDotAtom(s, "")
}

// isDotAtom: words with single dots between them, without blanks and what is
// in forbidden.
func isDotAtom(s, forbidden string) bool {
	if s == "" || s[0] == '.' || s[len(s)-1] == '.' || strings.Contains(s, "..") {
		return false
	}
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c == 0x7f || strings.IndexByte(forbidden, c) >= 0 {
			return false
		}
	}
	return true
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// isHostname: RFC 1034 with underscores, one label being enough; the last one
// does not begin with a digit.
func isHostname(s string) bool {
	s = strings.TrimSuffix(s, ".")
	labels := strings.Split(s, ".")
	if len(s) > 253 || len(labels) > 127 {
		return false
	}
	for _, label := range labels {
		if !isLabel(label) {
			return false
		}
	}
	return !isDigit(labels[len(labels)-1][0])
}

func isLabel(s string) bool {
	if s == "" || len(s) > 63 || strings.IndexByte("-_", s[0]) >= 0 || strings.IndexByte("-_", s[len(s)-1]) >= 0 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !isLetter(c) && !isDigit(c) && c != '-' && c != '_' && c < 0x80 {
			return false
		}
	}
	return true
}

func isIPv4(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is4()
}

func isIPv6(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is6() && a.Zone() == ""
}

func isPattern(s string) bool {
	_, err := compilePattern(s)
	return err == nil
}

// isURI: a URI reference as java.net.URI takes it.
func isURI(s string) bool {
	if i := strings.IndexAny(s, ":/?#"); i >= 0 && s[i] == ':' && !isScheme(s[:i], s[i+1:]) {
		return false
	}
	if strings.Count(s, "#") > 1 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c == 0x7f || strings.IndexByte("<>\"{}|\\^`", c) >= 0 {
			return false
		}
		if c == '%' && !isEscape(s[i:]) {
			return false
		}
	}
	return true
}

func isScheme(scheme, rest string) bool {
	if scheme == "" || rest == "" || !isLetter(scheme[0]) {
		return false
	}
	for i := range len(scheme) {
		if c := scheme[i]; !isLetter(c) && !isDigit(c) && c != '+' && c != '-' && c != '.' {
			return false
		}
	}
	return true
}

func isEscape(s string) bool { return len(s) >= 3 && isHex(2)(s[1:3]) }

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for _, i := range []int{8, 13, 18, 23} {
		if s[i] != '-' {
			return false
		}
	}
	return isHex(32)(strings.ReplaceAll(s, "-", ""))
}

func isHex(length int) func(string) bool {
	return func(s string) bool {
		if len(s) != length {
			return false
		}
		for i := range len(s) {
			if c := s[i]; !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'f') {
				return false
			}
		}
		return true
	}
}

func notHex(length int) func(string) string {
	return func(v string) string {
		if len(v) != length {
			return "input string has bad length (" + strconv.Itoa(len(v)) + ", expected " + strconv.Itoa(length) + ")"
		}
		return "input string has illegal characters"
	}
}
