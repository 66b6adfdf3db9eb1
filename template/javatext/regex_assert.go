package javatext

import "unicode"

// holds reports whether the assertion of in is true at pos.
func (m *machine) holds(in *inst, pos int) bool {
	switch in.assert {
	case assertBegin:
		return pos == 0
	case assertEnd:
		return pos == len(m.s)
	case assertFinal:
		return pos == len(m.s) || m.atLineEnd(pos) && m.behindLineEnd(pos) == len(m.s)
	case assertFinalUnix:
		return pos == len(m.s) || pos == len(m.s)-1 && m.s[pos] == '\n'
	case assertLine:
		return pos < len(m.s) && (pos == 0 || m.afterLineEnd(pos))
	case assertLineUnix:
		return pos < len(m.s) && (pos == 0 || m.s[pos-1] == '\n')
	case assertLineEnd:
		return pos == len(m.s) || m.atLineEnd(pos)
	case assertLineEndUnix:
		return pos == len(m.s) || m.s[pos] == '\n'
	case assertContinue:
		return pos == m.last
	case assertWord, assertWordU:
		return m.wordAround(pos, in.set)
	default:
		return !m.wordAround(pos, in.set)
	}
}

func isTerminator(r rune) bool {
	return r == '\n' || r == '\r' || r == 0x85 || r|1 == 0x2029
}

// atLineEnd reports whether a line end begins at pos; \r\n is one.
func (m *machine) atLineEnd(pos int) bool {
	if pos >= len(m.s) {
		return false
	}
	r, _ := m.next(pos)
	return isTerminator(r) && !m.insideCRLF(pos)
}

func (m *machine) afterLineEnd(pos int) bool {
	r, _ := m.prev(pos)
	return isTerminator(r) && !m.insideCRLF(pos)
}

func (m *machine) insideCRLF(pos int) bool {
	return pos > 0 && pos < len(m.s) && m.s[pos-1] == '\r' && m.s[pos] == '\n'
}

// behindLineEnd returns the place after the line end at pos.
func (m *machine) behindLineEnd(pos int) int {
	_, n := m.next(pos)
	if m.insideCRLF(pos + n) {
		n++
	}
	return pos + n
}

// wordAround reports whether a word begins or ends at pos. Java counts a
// combining mark after a letter or digit as part of the word. Words are made
// of what the set has, or without one of letters, digits and _.
func (m *machine) wordAround(pos int, words *class) bool {
	left, right := false, false
	if pos > 0 {
		r, n := m.prev(pos)
		left = isWord(r, words) || unicode.Is(unicode.Mn, r) && m.hasBase(pos-n)
	}
	if pos < len(m.s) {
		r, _ := m.next(pos)
		right = isWord(r, words) || unicode.Is(unicode.Mn, r) && m.hasBase(pos)
	}
	return left != right
}

func isWord(r rune, words *class) bool {
	switch {
	case r == '_' || isLetter(r) || isDigit(r):
		return true
	case r < 0x80:
		return false
	case words != nil:
		return words.has(r)
	}
	return unicode.In(r, unicode.L, unicode.Nd)
}

// hasBase reports whether the marks that end at pos follow a letter or digit.
func (m *machine) hasBase(pos int) bool {
	for {
		m.steps -= 4 // the tables of Unicode are slow to ask
		r, _ := m.next(pos)
		if unicode.In(r, unicode.L, unicode.Nd) {
			return true
		}
		if !unicode.Is(unicode.Mn, r) || pos == 0 {
			return false
		}
		_, n := m.prev(pos)
		pos -= n
	}
}
