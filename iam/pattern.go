package iam

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A pattern is a text with wildcards and policy variables, compiled: runes,
// with negative ones for what stands for something else.
type pattern struct {
	runes     []rune
	variables []variable
	fold      bool // upper and lower case are the same
}

const (
	anyRun   rune = -1 // "*"
	anyOne   rune = -2 // "?"
	firstVar rune = -3 // minus the variable's index
)

// A variable is ${key} or ${key, 'default'}.
type variable struct {
	key      string
	fallback string
	hasValue bool // a fallback was given
}

// A dialect says what of a pattern is special.
type dialect struct {
	wildcards bool
	variables bool
	fold      bool
}

func compilePattern(text string, d dialect) pattern {
	p := pattern{fold: d.fold, runes: make([]rune, 0, len(text))}
	for len(text) > 0 {
		if d.variables && strings.HasPrefix(text, "${") {
			if n := p.variable(text); n > 0 {
				text = text[n:]
				continue
			}
		}
		c, n := utf8.DecodeRuneInString(text)
		text = text[n:]
		switch {
		case c == '*' && d.wildcards:
			c = anyRun
		case c == '?' && d.wildcards:
			c = anyOne
		case d.fold:
			c = unicode.ToLower(c)
		}
		p.runes = append(p.runes, c)
	}
	return p
}

// variable compiles the ${…} that text begins with and returns its length; 0
// for what is none. ${*}, ${?} and ${$} are those characters themselves.
func (p *pattern) variable(text string) int {
	end := strings.IndexByte(text, '}')
	if end < 0 {
		return 0
	}
	inside := text[2:end]
	switch inside {
	case "*", "?", "$":
		p.runes = append(p.runes, rune(inside[0]))
		return end + 1
	}
	key, fallback, hasValue := strings.Cut(inside, ",")
	v := variable{key: strings.ToLower(strings.TrimSpace(key)), hasValue: hasValue}
	if v.key == "" {
		return 0
	}
	v.fallback = strings.Trim(strings.TrimSpace(fallback), "'")
	p.runes = append(p.runes, firstVar-rune(len(p.variables)))
	p.variables = append(p.variables, v)
	return end + 1
}

// matches reports whether all of s fits p. A variable whose key the request
// does not have, or has several values of, makes the pattern fit nothing.
func (p *pattern) matches(s string, keys Keys) bool {
	if len(p.variables) == 0 {
		return glob(p.runes, s, p.fold)
	}
	runes, ok := p.expanded(keys)
	return ok && glob(runes, s, p.fold)
}

// expanded puts values for variables. A value's characters stand for
// themselves: a "*" in it is no wildcard.
func (p *pattern) expanded(keys Keys) ([]rune, bool) {
	out := make([]rune, 0, len(p.runes)+32)
	for _, c := range p.runes {
		if c > firstVar {
			out = append(out, c)
			continue
		}
		value, ok := p.variables[firstVar-c].value(keys)
		if !ok {
			return nil, false
		}
		for _, c := range value {
			if p.fold {
				c = unicode.ToLower(c)
			}
			out = append(out, c)
		}
	}
	return out, true
}

func (v *variable) value(keys Keys) (string, bool) {
	switch values := keys.values(v.key); len(values) {
	case 0:
		return v.fallback, v.hasValue
	case 1:
		return values[0], true
	}
	return "", false
}

// glob matches with at most one step back per rune of s and "*" of the
// pattern.
func glob(runes []rune, s string, fold bool) bool {
	at, star, resume := 0, -1, 0
	for i := 0; i < len(s); {
		c, n := utf8.DecodeRuneInString(s[i:])
		if fold {
			c = unicode.ToLower(c)
		}
		switch {
		case at < len(runes) && runes[at] == anyRun:
			star, resume = at, i
			at++
		case at < len(runes) && (runes[at] == c || runes[at] == anyOne):
			at++
			i += n
		case star >= 0:
			_, skip := utf8.DecodeRuneInString(s[resume:])
			resume += skip
			at, i = star+1, resume
		default:
			return false
		}
	}
	for at < len(runes) && runes[at] == anyRun {
		at++
	}
	return at == len(runes)
}

// An arnPattern is an ARN whose six parts are matched one by one: a wildcard
// does not reach beyond its part.
type arnPattern struct {
	parts [arnParts]pattern
	all   bool // "*" alone
}

const arnParts = 6

func compileARN(text string, variables bool) (arnPattern, bool) {
	if text == "*" {
		return arnPattern{all: true}, true
	}
	parts := splitARN(text)
	if len(parts) != arnParts || parts[0] != "arn" {
		return arnPattern{}, false
	}
	var p arnPattern
	for i, part := range parts {
		p.parts[i] = compilePattern(part, dialect{wildcards: true, variables: variables})
	}
	return p, true
}

// splitARN cuts at the first five colons that are not inside of ${…}.
func splitARN(text string) []string {
	var parts []string
	start, depth := 0, 0
	for i := range len(text) {
		switch {
		case strings.HasPrefix(text[i:], "${"):
			depth++
		case text[i] == '}' && depth > 0:
			depth--
		case text[i] == ':' && depth == 0 && len(parts) < arnParts-1:
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	return append(parts, text[start:])
}

func (p *arnPattern) matches(s string, keys Keys) bool {
	if p.all {
		return true
	}
	for i := range p.parts {
		part, rest := s, ""
		if i < arnParts-1 {
			var ok bool
			if part, rest, ok = strings.Cut(s, ":"); !ok {
				return false
			}
		}
		if !p.parts[i].matches(part, keys) {
			return false
		}
		s = rest
	}
	return true
}
