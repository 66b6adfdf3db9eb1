package javatext

import (
	"errors"
	"fmt"
	"strings"
)

// ReplaceAll is String.replaceAll: $1, ${name} and \ in the replacement mean
// what they mean in Java. The replacement is read at each match, so its
// errors (with Java's texts) come only when something matches. Other errors
// are [ErrBudget] and [ErrTooLarge].
func (re *Regex) ReplaceAll(s, replacement string, b *Budget) (string, error) {
	return re.replace(s, replacement, b, -1)
}

// ReplaceFirst is String.replaceFirst; see [Regex.ReplaceAll].
func (re *Regex) ReplaceFirst(s, replacement string, b *Budget) (string, error) {
	return re.replace(s, replacement, b, 1)
}

func (re *Regex) replace(s, replacement string, b *Budget, times int) (string, error) {
	r := re.newRunner(s, b)
	var out result
	done := 0
	for ; times != 0; times-- {
		ok, err := r.find()
		if err != nil {
			return "", err
		}
		if !ok {
			break
		}
		if done == 0 && out.text.Len() == 0 {
			out.left = r.budget.Bytes
			out.text.Grow(min(len(s), r.budget.Bytes))
		}
		out.add(r.m.s[done:r.m.groups[0]])
		done = r.m.groups[1]
		if err := r.expand(&out, replacement); err != nil {
			return "", err
		}
		if out.left < 0 {
			return "", ErrTooLarge
		}
	}
	if done == 0 && out.text.Len() == 0 {
		return s, nil
	}
	out.add(r.m.s[done:])
	if r.budget.Bytes = out.left; out.left < 0 {
		return "", ErrTooLarge
	}
	return joinPairs(out.text.String()), nil
}

// A result is what a replacement makes, as far as there are bytes left for it:
// what is too large is noticed before it is there.
type result struct {
	text strings.Builder
	left int // negative: it is too large, and text is not whole
}

func (o *result) add(s string) {
	if o.left -= len(s); o.left >= 0 {
		o.text.WriteString(s)
	}
}

// expand adds the replacement with the groups of the last match.
func (r *runner) expand(out *result, repl string) error {
	for repl != "" {
		i := strings.IndexAny(repl, `\$`)
		if i < 0 {
			break
		}
		out.add(repl[:i])
		mark := repl[i]
		repl = repl[i+1:]
		if mark == '\\' {
			if repl == "" {
				return errors.New("character to be escaped is missing")
			}
			_, n := decode(repl)
			out.add(repl[:n])
			repl = repl[n:]
			continue
		}
		group, n, err := r.groupReference(repl)
		if err != nil {
			return err
		}
		out.add(r.group(group))
		repl = repl[n:]
	}
	out.add(repl)
	return nil
}

// groupReference reads what follows a $ and returns the group's number.
func (r *runner) groupReference(repl string) (group, n int, err error) {
	switch {
	case repl == "":
		return 0, 0, errors.New("Illegal group reference: group index is missing")
	case repl[0] == '{':
		return r.namedReference(repl)
	case !isDigit(rune(repl[0])):
		return 0, 0, errors.New("Illegal group reference")
	}
	group, n = int(repl[0]-'0'), 1
	if group >= r.re.groups {
		return 0, 0, fmt.Errorf("No group %d", group)
	}
	for n < len(repl) && isDigit(rune(repl[n])) {
		longer := group*10 + int(repl[n]-'0')
		if longer >= r.re.groups {
			break
		}
		group = longer
		n++
	}
	return group, n, nil
}

func (r *runner) namedReference(repl string) (group, n int, err error) {
	n = 1
	for n < len(repl) && (isLetter(rune(repl[n])) || isDigit(rune(repl[n]))) {
		n++
	}
	name := repl[1:n]
	switch {
	case name == "":
		return 0, 0, errors.New("named capturing group has 0 length name")
	case n == len(repl) || repl[n] != '}':
		return 0, 0, errors.New("named capturing group is missing trailing '}'")
	case isDigit(rune(name[0])):
		return 0, 0, fmt.Errorf("capturing group name {%s} starts with digit character", name)
	}
	group, ok := r.re.names[name]
	if !ok {
		return 0, 0, fmt.Errorf("No group with name {%s}", name)
	}
	return group, n + 1, nil
}

// Split is String.split(regex, limit): 0 drops trailing empty strings, a
// negative limit keeps them, a positive one bounds the number of pieces. An
// empty match at the start gives no empty piece. The errors are [ErrBudget]
// and [ErrTooLarge].
func (re *Regex) Split(s string, limit int, b *Budget) ([]string, error) {
	r := re.newRunner(s, b)
	var pieces []string
	done := 0
	for limit <= 0 || len(pieces) < limit-1 {
		ok, err := r.find()
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		from, to := r.m.groups[0], r.m.groups[1]
		if done == 0 && from == 0 && to == 0 {
			continue
		}
		if r.budget.Bytes -= pieceBytes + from - done; r.budget.Bytes < 0 {
			return nil, ErrTooLarge
		}
		pieces = append(pieces, joinPairs(r.m.s[done:from]))
		done = to
	}
	if done == 0 {
		return []string{s}, nil
	}
	pieces = append(pieces, joinPairs(r.m.s[done:]))
	for limit == 0 && len(pieces) > 0 && pieces[len(pieces)-1] == "" {
		pieces = pieces[:len(pieces)-1]
	}
	return pieces, nil
}

// pieceBytes is what a piece costs besides its text.
const pieceBytes = 16
