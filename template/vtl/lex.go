package vtl

import (
	"strings"
	"unicode/utf8"
)

// lexer cuts a template into tokens. Velocity's lexer is a machine of modes on
// a stack, and its oddities come from there: a "$" or "#" does not begin a
// token, it switches the mode and what follows is glued to it; a mode ends at
// the first character that fits nothing in it. The functions below are those
// modes; in each the longest match wins, as in a JavaCC lexer.
type lexer struct {
	src    string
	pos    int
	mode   mode
	lparen int // parentheses opened in this mode
	rparen int // and closed; never reset on push, as in Velocity
	stack  []frame
	inSet  bool
	glued  int // start of the token while "$" or "#" wait for more; -1: none
	// skipped says that a comment dropped characters, and with them what was
	// glued to it.
	skipped bool
}

// frame is a mode to return to.
type frame struct {
	mode           mode
	lparen, rparen int
}

func (l *lexer) push(m mode) {
	l.stack = append(l.stack, frame{l.mode, l.lparen, l.rparen})
	l.lparen = 0
	l.mode = m
}

func (l *lexer) pop() bool {
	if len(l.stack) == 0 {
		l.lparen = 0
		l.mode = modeText
		return false
	}
	f := l.stack[len(l.stack)-1]
	l.stack = l.stack[:len(l.stack)-1]
	l.mode, l.lparen, l.rparen = f.mode, f.lparen, f.rparen
	return true
}

// next returns the next token, or false where the text fits no token.
func (l *lexer) next() (token, bool) {
	special := ""
	l.glued = -1
	for {
		start := l.pos
		if l.glued >= 0 {
			start = l.glued
		}
		if l.pos >= len(l.src) {
			return token{tEOF, len(l.src), len(l.src), special}, l.glued < 0
		}
		k, n := l.match()
		switch k {
		case mNone:
			return token{start: l.pos}, false
		case mMore:
			l.glued = start
			l.pos += n
		case mTerminator:
			_, size := utf8.DecodeRuneInString(l.src[l.pos:])
			special += specialText(l.src[start : l.pos+size])
			l.glued = -1
			l.pop()
		default:
			opening := l.pos
			l.pos += n
			switch kind(k) {
			case tDot:
				start = l.pos - 1 // what was glued to a dot is lost
			case tLineComment:
				special += commentPrefix(l.src[start : opening+2])
			case tBlockComment:
				if !l.skipped {
					special += commentPrefix(l.src[start:l.pos])
				}
			}
			return token{kind(k), start, l.pos, special}, true
		}
	}
}

// What match answers beside kinds of tokens.
const (
	mNone       = -1
	mMore       = -2 // glue: n characters belong to the token to come
	mTerminator = -3 // the mode ends here; nothing is consumed
)

// match finds the longest token at pos and does what goes with it. n is its
// length.
func (l *lexer) match() (k, n int) {
	switch l.mode {
	case modeText:
		k, n = l.matchText()
	case modeReference, modeModifier:
		k, n = l.matchReference()
	case modeIndex:
		k, n = l.matchOperand()
	case modeArguments:
		k, n = l.matchArguments()
	case modeWord:
		k, n = l.matchWord()
	default:
		k, n = l.matchDirective()
	}
	if n := l.emptyIndex(); n > 0 {
		return int(tEmptyIndex), n
	}
	if more := glue(l.src[l.pos:]); more > n {
		return l.matchGlue()
	}
	l.act(k)
	if k >= 0 && kind(k) == tLineComment {
		return l.comment(tLineComment, n, newline)
	}
	return k, n
}

// emptyIndex returns the length of "$[" and its like, which are text outside
// of directives.
func (l *lexer) emptyIndex() int {
	if l.mode != modeText && l.mode != modeReference {
		return 0
	}
	for _, s := range [...]string{"$[", "$.", "$![", `$\![`} {
		if strings.HasPrefix(l.src[l.pos:], s) {
			return len(s)
		}
	}
	return 0
}

// act changes the mode as a token demands.
func (l *lexer) act(k int) {
	if k < 0 {
		return
	}
	switch kind(k) {
	case tIndexOpen:
		l.push(modeIndex)
	case tIndexClose, tEnd, tElse, tRefClose:
		l.pop()
	case tParenOpen:
		l.lparen++
		if l.mode == modeModifier {
			l.mode = modeArguments
		}
	case tParenClose:
		l.closeParen()
	case tCallClose:
		l.mode = modeReference
	case tSet:
		l.push(modeDirective)
		l.inSet = true
		l.lparen++
	case tIf, tElseIf:
		l.mode = modeDirective
	case tString:
		if l.mode == modeDirective && !l.inSet && l.lparen == 0 {
			l.pop()
		}
	case tInteger:
		if l.lparen == 0 && !l.inSet && l.mode != modeArguments && l.mode != modeIndex {
			l.pop()
		}
	case tFloat:
		if l.lparen == 0 && !l.inSet && l.mode != modeArguments {
			l.pop()
		}
	case tDot:
		l.mode = modeModifier
	case tLineComment:
		if l.mode == modeReference {
			l.pop()
		}
	}
}

// closeParen leaves the mode whose parenthesis closes, or the nearest one
// below that has one open.
func (l *lexer) closeParen() {
	for {
		switch {
		case l.lparen > 0 && l.lparen == l.rparen+1:
			l.pop()
			return
		case l.lparen > 0:
			l.rparen++
			return
		}
		if !l.pop() {
			return
		}
	}
}

// comment reads on behind the opening of a comment or text block, up to what
// closes it. The lexer still sees "$" and "#" in there and waits for more
// behind them: where the template ends right there, that is an error.
func (l *lexer) comment(k kind, opening int, closing func(string) int) (int, int) {
	rest := l.src[l.pos:]
	waits := k != tLineComment
	l.skipped = false
	for i := opening; i < len(rest); {
		if n := closing(rest[i:]); n > 0 {
			return int(k), i + n
		}
		if n := glue(rest[i:]); n > 0 {
			i += n
			waits = true
			continue
		}
		l.skipped = true
		waits = k == tTextBlock
		i++
	}
	if waits {
		l.pos = len(l.src)
		return mNone, 0
	}
	return int(k), len(rest)
}

// commentPrefix is what Velocity prints of a comment.
func commentPrefix(image string) string {
	i := strings.Index(image, "##")
	if i < 0 {
		i = strings.Index(image, "#*")
	}
	return image[:i]
}

func closesComment(s string) int { return lengthIf(strings.HasPrefix(s, "*#"), 2) }

func closesTextBlock(s string) int { return lengthIf(strings.HasPrefix(s, "]]#"), 3) }

func lengthIf(is bool, n int) int {
	if is {
		return n
	}
	return 0
}

// glue returns the length of a "$", "$!", "#" or comment opening with the
// backslashes before it, 0 for none.
func glue(rest string) int {
	i := backslashes(rest)
	if i < len(rest) && rest[i] == '$' {
		j := i + 1 + backslashes(rest[i+1:])
		if j < len(rest) && rest[j] == '!' {
			return j + 1
		}
		return i + 1
	}
	if rest[0] != '#' {
		return 0
	}
	switch {
	case strings.HasPrefix(rest, "#[["):
		return 3
	case strings.HasPrefix(rest, "#**") && len(rest) > 3 && rest[3] != '#':
		_, size := utf8.DecodeRuneInString(rest[3:])
		return 3 + size
	case strings.HasPrefix(rest, "#*"):
		return 2
	}
	return 1
}

// matchGlue consumes what glue found.
func (l *lexer) matchGlue() (k, n int) {
	rest := l.src[l.pos:]
	n = glue(rest)
	switch {
	case rest[0] != '#':
		if l.mode == modeReference {
			l.pop()
		}
		l.push(modeReference)
		return mMore, n
	case strings.HasPrefix(rest, "#[["):
		return l.comment(tTextBlock, 3, closesTextBlock)
	case strings.HasPrefix(rest, "#*"):
		return l.comment(tBlockComment, min(n, 3), closesComment) // of "#**x" the x was only looked at
	}
	if l.mode == modeReference || l.mode == modeModifier {
		l.pop()
	}
	l.push(modeWord)
	return mMore, n
}

func (l *lexer) matchText() (k, n int) {
	rest := l.src[l.pos:]
	if n := setOpening(rest); n > 0 {
		return int(tSet), n
	}
	if rest[0] == '\\' {
		return matchEscape(rest)
	}
	if strings.HasPrefix(rest, "##") {
		return int(tLineComment), 2
	}
	if n := strings.IndexAny(rest, "$#\\"); n >= 0 {
		return orNone(tText, n)
	}
	return int(tText), len(rest)
}

// orNone is k when n is not 0.
func orNone(k kind, n int) (int, int) {
	if n == 0 {
		return mNone, 0
	}
	return int(k), n
}

// matchEscape reads what begins with a backslash: \#word with an odd number of
// backslashes, or a pair, or a single one.
func matchEscape(rest string) (k, n int) {
	i := backslashes(rest)
	if i%2 == 1 && i < len(rest) && rest[i] == '#' {
		if w := word(rest[i+1:]); w > 0 {
			return int(tEscapedDirective), i + 1 + w
		}
		if w := bracketedWord(rest[i+1:]); w > 0 {
			return int(tEscapedDirective), i + 1 + w
		}
	}
	if i >= 2 {
		return int(tDoubleEscape), 2
	}
	return int(tEscape), 1
}

// setOpening returns the length of blanks, #set or #{set}, blanks and "(".
func setOpening(s string) int {
	i := blanks(s)
	switch {
	case strings.HasPrefix(s[i:], "#set"):
		i += len("#set")
	case strings.HasPrefix(s[i:], "#{set}"):
		i += len("#{set}")
	default:
		return 0
	}
	i += blanks(s[i:])
	if i < len(s) && s[i] == '(' {
		return i + 1
	}
	return 0
}

// matchReference reads on in $a.b: a name, ".", "[", "(" behind a name, or the
// end.
func (l *lexer) matchReference() (k, n int) {
	rest := l.src[l.pos:]
	if n := setOpening(rest); n > 0 {
		return int(tSet), n
	}
	if n := identifier(rest); n > 0 {
		return int(constantOr(rest[:n], tIdentifier)), n
	}
	switch c := rest[0]; {
	case c == '.' && len(rest) > 1 && isAlpha(rest[1]):
		return int(tDot), 1
	case c == '[':
		return int(tIndexOpen), 1
	case c == '{':
		return int(tRefOpen), 1
	case c == '}':
		return int(tRefClose), 1
	case c == '(' && l.mode == modeModifier:
		return int(tParenOpen), 1
	case l.mode == modeReference && strings.HasPrefix(rest, "##"):
		return int(tLineComment), 2
	case glue(rest) > 0:
		return mNone, 0
	}
	return mTerminator, 0
}

// constantOr tells true and false from other words.
func constantOr(s string, k kind) kind {
	switch s {
	case "true":
		return tTrue
	case "false":
		return tFalse
	}
	return k
}

// matchOperand reads what index, arguments and directives have in common:
// space, strings, numbers, true and false.
func (l *lexer) matchOperand() (k, n int) {
	rest := l.src[l.pos:]
	switch c := rest[0]; {
	case c == ' ' || c == '\t' || c == '\n' || c == '\r':
		return int(tSpace), spaces(rest)
	case c == '"' || c == '\'':
		return orNone(tString, stringLiteral(rest))
	case c == ']' && l.mode == modeIndex:
		return int(tIndexClose), 1
	case c == 't' || c == 'f':
		for _, w := range [...]string{"true", "false"} {
			if strings.HasPrefix(rest, w) {
				return int(constantOr(w, tTrue)), len(w)
			}
		}
	}
	return number(rest)
}

func (l *lexer) matchArguments() (k, n int) {
	rest := l.src[l.pos:]
	if n := setOpening(rest); n > 0 {
		return int(tSet), n
	}
	if n := identifier(rest); n > 0 {
		return int(constantOr(rest[:n], tIdentifier)), n
	}
	if rest[0] == ')' {
		return int(tCallClose), 1
	}
	if rest[0] == '.' && len(rest) > 1 && isAlpha(rest[1]) {
		return int(tDot), 1
	}
	if k, n := l.matchOperand(); k != mNone {
		return k, n
	}
	return punctuation(rest)
}

// punctuation reads what lists, maps and ranges consist of.
func punctuation(rest string) (k, n int) {
	if strings.HasPrefix(rest, "..") {
		return int(tDoubleDot), 2
	}
	switch rest[0] {
	case '[':
		return int(tBracketOpen), 1
	case ']':
		return int(tBracketClose), 1
	case ',':
		return int(tComma), 1
	case ':':
		return int(tColon), 1
	case '{':
		return int(tCurlyOpen), 1
	case '}':
		return int(tCurlyClose), 1
	}
	return mNone, 0
}

// directiveWords are the tokens of modeWord beside plain words.
var directiveWords = map[string]kind{
	"end": tEnd, "if": tIf, "elseif": tElseIf, "else": tElse,
	"{end}": tEnd, "{if}": tIf, "{elseif}": tElseIf, "{else}": tElse,
}

func (l *lexer) matchWord() (k, n int) {
	rest := l.src[l.pos:]
	if strings.HasPrefix(rest, "##") {
		return int(tLineComment), 2
	}
	plain := tWord
	n = word(rest)
	if n == 0 {
		plain, n = tBracketedWord, bracketedWord(rest)
	}
	if n > 0 {
		k, ok := directiveWords[rest[:n]]
		switch {
		case !ok:
			return int(plain), n
		case k == tEnd || k == tElse:
			return int(k), n + restOfLine(rest[n:])
		}
		return int(k), n
	}
	if k, n := number(rest); k != mNone {
		return k, n
	}
	if glue(rest) > 0 {
		return mNone, 0
	}
	return mTerminator, 0
}

// operators of modeDirective, the longest of a beginning first.
var operators = []struct {
	text string
	kind kind
}{
	{"&&", tAnd}, {"||", tOr}, {"<=", tLessEqual}, {"<", tLess}, {">=", tGreaterEqual},
	{">", tGreater}, {"==", tEqual}, {"!=", tNotEqual}, {"!", tNot}, {"=", tAssign},
	{"-", tMinus}, {"+", tPlus}, {"*", tMultiply}, {"/", tDivide}, {"%", tModulus},
}

// wordOperators are operators spelt as words.
var wordOperators = map[string]kind{
	"and": tAnd, "or": tOr, "lt": tLess, "le": tLessEqual, "gt": tGreater,
	"ge": tGreaterEqual, "eq": tEqual, "ne": tNotEqual, "not": tNot,
	"true": tTrue, "false": tFalse,
}

func (l *lexer) matchDirective() (k, n int) {
	rest := l.src[l.pos:]
	if n := word(rest); n > 0 {
		if k, ok := wordOperators[rest[:n]]; ok {
			return int(k), n
		}
		return int(tWord), n
	}
	if strings.HasPrefix(rest, "##") {
		return int(tLineComment), 2
	}
	if n := bracketedWord(rest); n > 0 {
		return int(tBracketedWord), n
	}
	switch rest[0] {
	case '(':
		return int(tParenOpen), 1
	case ')':
		return int(tParenClose), 1 + restOfLine(rest[1:])
	}
	if k, n := l.matchOperand(); k != mNone {
		return k, n
	}
	if k, n := punctuation(rest); k != mNone {
		return k, n
	}
	for _, op := range operators {
		if strings.HasPrefix(rest, op.text) {
			return int(op.kind), len(op.text)
		}
	}
	return mNone, 0
}
