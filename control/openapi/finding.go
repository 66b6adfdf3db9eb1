package openapi

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
)

// A Finding is one thing that is wrong with a document, or worth knowing.
type Finding struct {
	Rule     string // name of a row of Rules
	Severity Severity
	Position Position
	Message  string // AWS's own words where they are known
	NextStep string // what to do about it
}

// Severity says what becomes of a document that has a finding.
type Severity string

// The severities, the gravest first.
const (
	SeverityError   Severity = "error"   // refused
	SeverityWarning Severity = "warning" // accepted, but something of it is dropped
	SeverityNote    Severity = "note"    // accepted as it is, and may surprise
)

// Position is a place in a document. Line and Column count from 1, Column in
// characters.
type Position struct {
	File         string
	Line, Column int
}

// String is file:line:column, as compilers write it.
func (p Position) String() string {
	if p.File == "" {
		return fmt.Sprintf("%d:%d", p.Line, p.Column)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// String is one line: position, severity, message, rule and next step.
func (f Finding) String() string {
	s := fmt.Sprintf("%s: %s: %s [%s]", f.Position, f.Severity, f.Message, f.Rule)
	if f.NextStep == "" {
		return s
	}
	return s + "; " + f.NextStep
}

// An Error is a refused document.
type Error struct {
	// Unreadable is set if the document is no OpenAPI at all: AWS says no
	// more about those than that (AF-156).
	Unreadable bool
	Errors     []Finding // empty if it is warnings that refuse
	Warnings   []Finding
	More       int // findings that were not kept, because there are so many
}

// Error has a line for each finding, errors first.
func (e *Error) Error() string {
	lines := make([]string, 0, len(e.Errors)+len(e.Warnings))
	for _, f := range e.Errors {
		lines = append(lines, f.String())
	}
	for _, f := range e.Warnings {
		lines = append(lines, f.String())
	}
	if e.More > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", e.More))
	}
	return strings.Join(lines, "\n")
}

// BadRequest is the answer of AWS: one text with a line for each error, then
// one for each warning (§4.8; the heading of the warnings that follow errors
// is from field reports).
func (e *Error) BadRequest() *apigw.Error {
	if e.Unreadable {
		return apigw.BadRequest("Invalid OpenAPI input.")
	}
	if i := slices.IndexFunc(e.Errors, func(f Finding) bool { return f.Rule == malformedRule }); i >= 0 {
		return apigw.BadRequest("%s", e.Errors[i].Message) // AWS reads no further
	}
	if len(e.Errors) == 0 {
		return apigw.BadRequest("%s", "Warnings found during import:"+items(e.Warnings))
	}
	text := "Errors found during import:" + items(e.Errors)
	if len(e.Warnings) > 0 {
		text += "\nAdditionally, these warnings were found:" + items(e.Warnings)
	}
	return apigw.BadRequest("%s", text)
}

func items(findings []Finding) string {
	var b strings.Builder
	for _, f := range findings {
		b.WriteString("\n\t" + f.Message)
	}
	return b.String()
}

func messages(findings []Finding) []string {
	var texts []string
	for _, f := range findings {
		texts = append(texts, f.Message)
	}
	return texts
}

// maxFindings bounds what one document can make an answer say.
const (
	maxFindings = 200
	maxMessage  = 2000 // bytes
)

// findings collects what an import has to say.
type findings struct {
	file   string
	list   []Finding
	errors int // found, kept or not
	more   int // not kept
}

// add appends a finding of a rule, with the severity and next step of its row.
func (fs *findings) add(name string, at position, format string, args ...any) {
	r := ruleNamed(name)
	fs.addFinding(at, Finding{Rule: name, Severity: r.Severity, NextStep: r.NextStep, Message: fmt.Sprintf(format, args...)})
}

// refuse appends what the control plane would answer to a part, after what
// could not be done because of it ("Unable to create authorizer 'x': ").
func (fs *findings) refuse(name string, at position, unable string, err error) {
	r := ruleNamed(name)
	f := Finding{Rule: name, Severity: r.Severity, NextStep: r.NextStep, Message: unable + err.Error()}
	var answer *apigw.Error
	if errors.As(err, &answer) {
		f.Message = unable + answer.Message
	}
	var refusal *rule.Refusal
	if errors.As(err, &refusal) && refusal.NextStep != "" {
		f.NextStep = refusal.NextStep
	}
	fs.addFinding(at, f)
}

// addFinding appends a finding once. When there are too many, only the first
// error still finds room, for the document must not pass as free of errors.
func (fs *findings) addFinding(at position, f Finding) {
	if len(f.Message) > maxMessage {
		f.Message = strings.ToValidUTF8(f.Message[:maxMessage], "") + "…"
	}
	f.Position = Position{File: fs.file, Line: max(int(at.line), 1), Column: max(int(at.column), 1)}
	isFirstError := f.Severity == SeverityError && fs.errors == 0
	if f.Severity == SeverityError {
		fs.errors++
	}
	switch {
	case slices.Contains(fs.list, f):
	case isFirstError || len(fs.list) < maxFindings:
		fs.list = append(fs.list, f)
	default:
		fs.more++
	}
}

// byPlace sorts the findings from an index on by where in the document they are.
func (fs *findings) byPlace(from int) {
	slices.SortStableFunc(fs.list[from:], func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Position.Line, b.Position.Line), cmp.Compare(a.Position.Column, b.Position.Column))
	})
}

// of are the findings of a severity, in the order in which they were found.
func (fs *findings) of(s Severity) []Finding {
	var list []Finding
	for _, f := range fs.list {
		if f.Severity == s {
			list = append(list, f)
		}
	}
	return list
}
