package awscli

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/cli/awscli/document"
)

// parseShorthand reads the AWS CLI's shorthand syntax:
//
//	name=value,list=a,b,other={inner=value},more=[a,b],quoted='it''s'
//
// Every value is a text, a list or an object; fit gives them the kinds of the
// contract.
func parseShorthand(text string) (*document.Object, error) {
	s := &shorthand{text: text}
	o := &document.Object{}
	name, value, err := s.pair()
	if err != nil {
		return nil, err
	}
	o.Set(name, value)
	for last := s.at; s.at < len(s.text); last = s.at {
		if err := s.separator(','); err != nil {
			return nil, err
		}
		if name, value, err = s.pair(); err != nil {
			return nil, err
		}
		if o.Has(name) {
			return nil, s.fault(last+1, `Second instance of key "%s" encountered for input:`+"\n%s\nThis is often because there is a preceding \",\" instead of a space.", name)
		}
		o.Set(name, value)
	}
	return o, nil
}

type shorthand struct {
	text string
	at   int
}

// shorthandError is a fault of syntax, which a list in commas may back out of.
type shorthandError struct{ text string }

func (e *shorthandError) Error() string { return e.text }

// fault makes an error of format, whose last verb takes the text with a mark
// under the byte at.
func (s *shorthand) fault(at int, format string, args ...any) error {
	return &shorthandError{fmt.Sprintf(format, append(args, s.marked(at))...)}
}

func (s *shorthand) marked(at int) string {
	before, after := s.text, ""
	column := utf8.RuneCountInString(s.text[:min(at, len(s.text))])
	if line := strings.LastIndexByte(s.text[:min(at, len(s.text))], '\n'); line >= 0 {
		column = utf8.RuneCountInString(s.text[line+1 : at])
	}
	if at < len(s.text) {
		if line := strings.IndexByte(s.text[at:], '\n'); line >= 0 {
			before, after = s.text[:at+line], s.text[at+line:]
		}
	}
	return before + "\n" + strings.Repeat(" ", column) + "^" + after
}

func (s *shorthand) expected(what, received string) error {
	return s.fault(s.at, "Expected: '%s', received: '%s' for input:\n%s", what, received)
}

// current is the byte at hand, 0 at the end.
func (s *shorthand) current() byte {
	if s.at < len(s.text) {
		return s.text[s.at]
	}
	return 0
}

func (s *shorthand) blanks() {
	for s.at < len(s.text) && strings.IndexByte(" \t\n\r\v\f", s.text[s.at]) >= 0 {
		s.at++
	}
}

func (s *shorthand) expect(c byte) error {
	if s.at >= len(s.text) {
		return s.expected(string(c), "EOF")
	}
	if s.text[s.at] != c {
		r, _ := utf8.DecodeRuneInString(s.text[s.at:])
		return s.expected(string(c), string(r))
	}
	s.at++
	return nil
}

// separator is c with blanks around it.
func (s *shorthand) separator(c byte) error {
	s.blanks()
	err := s.expect(c)
	if err == nil {
		s.blanks()
	}
	return err
}

func (s *shorthand) pair() (string, any, error) {
	name := s.name()
	if err := s.separator('='); err != nil {
		return "", nil, err
	}
	value, err := s.values()
	return name, value, err
}

func (s *shorthand) name() string {
	start := s.at
	for s.at < len(s.text) && (isAlphanumeric(s.text[s.at]) || strings.IndexByte("-_.#/:", s.text[s.at]) >= 0) {
		s.at++
	}
	return s.text[start:s.at]
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

func (s *shorthand) values() (any, error) {
	switch s.current() {
	case 0:
		return "", nil
	case '[':
		return s.list()
	case '{':
		return s.object()
	}
	return s.commaValues()
}

// commaValues is one value, or several with commas between them up to one that
// turns out to be the next name.
func (s *shorthand) commaValues() (any, error) {
	first, err := s.first()
	if err != nil {
		return nil, err
	}
	s.blanks()
	if s.current() != ',' {
		return first, nil
	}
	if err := s.separator(','); err != nil {
		return nil, err
	}
	list := []any{first}
	for {
		value, ended, err := s.another()
		if err != nil {
			if s.at >= len(s.text) {
				return nil, err
			}
			s.at = strings.LastIndexByte(s.text[:s.at+1], ',')
			break
		}
		list = append(list, value)
		if ended {
			break
		}
	}
	if len(list) == 1 {
		return first, nil
	}
	return list, nil
}

// another is a further value; it has ended the text, or a comma follows.
func (s *shorthand) another() (value string, ended bool, err error) {
	if value, err = s.second(); err != nil {
		return "", false, err
	}
	if s.blanks(); s.at >= len(s.text) {
		return value, true, nil
	}
	return value, false, s.separator(',')
}

func (s *shorthand) list() (any, error) {
	if err := s.separator('['); err != nil {
		return nil, err
	}
	list := []any{}
	for s.current() != ']' {
		value, err := s.explicit()
		if err != nil {
			return nil, err
		}
		list = append(list, value)
		if err := s.between(']'); err != nil {
			return nil, err
		}
	}
	return list, s.expect(']')
}

// between is the comma after an element, unless the end follows.
func (s *shorthand) between(end byte) error {
	if s.blanks(); s.current() == end {
		return nil
	}
	if err := s.expect(','); err != nil {
		return err
	}
	s.blanks()
	return nil
}

func (s *shorthand) object() (any, error) {
	if err := s.separator('{'); err != nil {
		return nil, err
	}
	o := &document.Object{}
	for s.current() != '}' {
		name := s.name()
		if err := s.separator('='); err != nil {
			return nil, err
		}
		value, err := s.explicit()
		if err != nil {
			return nil, err
		}
		if err := s.between('}'); err != nil {
			return nil, err
		}
		o.Set(name, value)
	}
	return o, s.expect('}')
}

func (s *shorthand) explicit() (any, error) {
	switch s.current() {
	case '[':
		return s.list()
	case '{':
		return s.object()
	}
	return s.first()
}

// first is a value that may hold =, second one that may not.
func (s *shorthand) first() (string, error) {
	if c := s.current(); c == '\'' || c == '"' {
		return s.quoted(c)
	}
	return s.bare(startsValue, inFirst), nil
}

func (s *shorthand) second() (string, error) {
	if c := s.current(); c == '\'' || c == '"' {
		return s.quoted(c)
	}
	start := s.at
	value := s.bare(startsValue, inSecond)
	if s.at == start {
		return "", s.expected("<second>", "<none>")
	}
	return value, nil
}

// bare takes runes that are in the classes, with \, for a comma.
func (s *shorthand) bare(starts, follows func(rune) bool) string {
	start := s.at
	for s.at < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[s.at:])
		switch {
		case strings.HasPrefix(s.text[s.at:], `\,`):
			s.at += 2
			continue
		case s.at == start && !starts(r), s.at > start && !follows(r):
		default:
			s.at += size
			continue
		}
		break
	}
	return strings.TrimRight(strings.ReplaceAll(s.text[start:s.at], `\,`, ","), " \t\n\r\v\f")
}

// The classes of runes that the AWS CLI's grammar has.
func startsValue(r rune) bool {
	return r == '!' || '#' <= r && r <= '&' || '(' <= r && r <= '+' || '-' <= r && r <= '<' ||
		'>' <= r && r <= 'Z' || '\\' <= r && r <= 'z' || '|' <= r && r <= '\uffff'
}

func inFirst(r rune) bool {
	return strings.ContainsRune(" \t\n\r\v\f", r) || r == '!' || '#' <= r && r <= '&' || '(' <= r && r <= '+' ||
		'-' <= r && r <= '\\' || '^' <= r && r <= '|' || '~' <= r && r <= '\uffff'
}

func inSecond(r rune) bool {
	return strings.ContainsRune(" \t\n\r\v\f", r) || r == '!' || '#' <= r && r <= '&' || '(' <= r && r <= '+' ||
		'-' <= r && r <= '<' || '>' <= r && r <= '\uffff'
}

func (s *shorthand) quoted(quote byte) (string, error) {
	for end := s.at + 1; end < len(s.text); end++ {
		switch {
		case s.text[end] == '\\' && end+1 < len(s.text) && (s.text[end+1] == '\\' || s.text[end+1] == quote):
			end++
		case s.text[end] == quote:
			inner := s.text[s.at+1 : end]
			s.at = end + 1
			return strings.ReplaceAll(strings.ReplaceAll(inner, `\`+string(quote), string(quote)), `\\`, `\`), nil
		}
	}
	name := map[byte]string{'\'': "singled quoted", '"': "double quoted"}[quote]
	return "", s.expected("<"+name+">", "<none>")
}

// fit gives values of shorthand, which are texts, the kinds of the contract: a
// single value for a list becomes one of one.
func fit(v any, shape *apigw.Shape) (any, error) {
	text, isText := v.(string)
	switch shape.Kind {
	case apigw.KindStructure:
		return v, fitMembers(v, shape)
	case apigw.KindMap:
		return v, fitValues(v, shape)
	case apigw.KindList:
		return fitList(v, shape)
	case apigw.KindInteger, apigw.KindLong:
		if isText {
			return integer(text)
		}
	case apigw.KindDouble:
		if isText {
			return float(text)
		}
	case apigw.KindBoolean:
		switch strings.ToLower(text) {
		case "true":
			return true, nil
		case "false":
			return false, nil
		}
	}
	return v, nil
}

func fitMembers(v any, shape *apigw.Shape) error {
	o, ok := v.(*document.Object)
	if !ok {
		return nil
	}
	for i := range shape.Members {
		m := &shape.Members[i]
		if !o.Has(m.Name) {
			continue
		}
		fitted, err := fit(o.Get(m.Name), m.Shape)
		if err != nil {
			return err
		}
		o.Set(m.Name, fitted)
	}
	return nil
}

func fitValues(v any, shape *apigw.Shape) error {
	o, ok := v.(*document.Object)
	if !ok {
		return nil
	}
	for _, name := range o.Keys() {
		fitted, err := fit(o.Get(name), shape.Of)
		if err != nil {
			return err
		}
		o.Set(name, fitted)
	}
	return nil
}

func fitList(v any, shape *apigw.Shape) (any, error) {
	list, ok := v.([]any)
	if !ok {
		return []any{v}, nil
	}
	for i := range list {
		fitted, err := fit(list[i], shape.Of)
		if err != nil {
			return nil, err
		}
		list[i] = fitted
	}
	return list, nil
}

func integer(text string) (any, error) {
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil {
		return nil, general("invalid literal for int() with base 10: %s", repr(text))
	}
	return n, nil
}

func float(text string) (any, error) {
	f, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil {
		return nil, general("could not convert string to float: %s", repr(text))
	}
	return f, nil
}
