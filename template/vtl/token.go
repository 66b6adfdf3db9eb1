package vtl

// kind is the kind of a token, by the names of Velocity's own grammar.
type kind uint8

const (
	tEOF kind = iota
	tIndexOpen
	tIndexClose
	tBracketOpen
	tBracketClose
	tComma
	tDoubleDot
	tColon
	tCurlyOpen  // of a map
	tCurlyClose // of a map
	tParenOpen
	tParenClose       // of a directive, with the rest of a blank line
	tCallClose        // of a method call
	tEscapedDirective // \#if
	tSet              // #set( with the blanks before it
	tLineComment      // ## and what follows it, with the line's end
	tDoubleEscape
	tEscape
	tText
	tBlockComment
	tTextBlock // #[[ .. ]]#
	tSpace
	tString
	tTrue
	tFalse
	tMinus
	tPlus
	tMultiply
	tDivide
	tModulus
	tAnd
	tOr
	tLess
	tLessEqual
	tGreater
	tGreaterEqual
	tEqual
	tNotEqual
	tNot
	tAssign
	tEnd
	tIf
	tElseIf
	tElse
	tInteger
	tFloat
	tWord          // of a directive, with its #
	tBracketedWord // #{word}
	tIdentifier    // of a reference, with its $ when it is the first
	tDot
	tEmptyIndex // $[ or $., which begin no reference
	tRefOpen    // { of ${
	tRefClose   // } of ${..}
)

// kindNames are for messages.
var kindNames = [...]string{
	tEOF: "the end of the template", tIndexOpen: `"["`, tIndexClose: `"]"`,
	tBracketOpen: `"["`, tBracketClose: `"]"`, tComma: `","`, tDoubleDot: `".."`,
	tColon: `":"`, tCurlyOpen: `"{"`, tCurlyClose: `"}"`, tParenOpen: `"("`,
	tParenClose: `")"`, tCallClose: `")"`, tEscapedDirective: "an escaped directive",
	tSet: "#set(", tLineComment: "a comment", tDoubleEscape: `"\\"`, tEscape: `"\"`,
	tText: "text", tBlockComment: "a comment", tTextBlock: "#[[..]]#", tSpace: "white space",
	tString: "a string", tTrue: "true", tFalse: "false", tMinus: `"-"`, tPlus: `"+"`,
	tMultiply: `"*"`, tDivide: `"/"`, tModulus: `"%"`, tAnd: `"&&"`, tOr: `"||"`,
	tLess: `"<"`, tLessEqual: `"<="`, tGreater: `">"`, tGreaterEqual: `">="`,
	tEqual: `"=="`, tNotEqual: `"!="`, tNot: `"!"`, tAssign: `"="`, tEnd: "#end",
	tIf: "#if", tElseIf: "#elseif", tElse: "#else", tInteger: "an integer", tFloat: "a number",
	tWord: "a word", tBracketedWord: "a word", tIdentifier: "an identifier", tDot: `"."`, tEmptyIndex: "text",
	tRefOpen: `"{"`, tRefClose: `"}"`,
}

// token is a piece of the template: src[start:end]. The image of a token can
// begin with what led to it ("$!" before an identifier, "#" before a word).
type token struct {
	kind       kind
	start, end int
	// special is what prints of a "$" or "#" before this token that led
	// nowhere, as in "$5".
	special string
}

// mode is the lexical state: which tokens are looked for.
type mode uint8

const (
	modeText      mode = iota // outside of everything
	modeReference             // behind $
	modeModifier              // behind $a.
	modeIndex                 // inside $a[ ]
	modeArguments             // inside $a.b( )
	modeWord                  // behind #
	modeDirective             // inside #if( ), #set( ), #foreach( )
)
