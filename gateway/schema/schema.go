// Package schema holds JSON values against Models as API Gateway does: JSON
// Schema draft 4, in the order and with the messages of the Java validator
// behind it (data plane §8.3). Schemas are compiled at deployment; a reference
// leads into the document or to another Model, and nothing is ever fetched. A
// validation counts what it does and ends with ErrBudget, never with a guess.
package schema

import (
	"errors"
	"strings"
	"unsafe"

	"github.com/poterne/poterne/template/javatext"
)

// Errors of Validate.
var (
	// ErrNotJSON: the body is no JSON, or deeper or larger than any that is
	// read.
	ErrNotJSON = errors.New("the body is not JSON")
	// ErrBudget: whether the body fits takes more steps than it may.
	ErrBudget = errors.New("the schema takes too many steps on this body")
	// ErrLoop: the schema refers to itself without going into the body.
	ErrLoop = errors.New("the schema refers to itself without end")
)

// A Schema is a compiled one. It is immutable.
type Schema struct{ root *subschema }

// Steps is what one Validate may do: a step is about 50 ns.
const Steps = 2_000_000

// maxFindings bounds the text of all findings of a body.
const maxFindings = 64 << 10

// Validate holds a body against the schema. It returns what does not fit, in
// the words of json-schema-validator; none if all does. The error is
// ErrNotJSON, ErrBudget or ErrLoop.
func (s *Schema) Validate(body []byte) ([]string, error) {
	doc, err := parse(unsafe.String(unsafe.SliceData(body), len(body))) // findings copy what they keep
	if err != nil {
		return nil, errors.Join(ErrNotJSON, err)
	}
	r := &run{document: doc, steps: Steps}
	r.report(s.root, 0)
	return r.findings, r.err
}

// A run is one validation.
type run struct {
	*document
	steps    int
	patterns *javatext.Budget
	depth    int
	known    map[visit]bool
	findings []string
	size     int // of findings
	err      error
}

// A visit is a subschema on a value. It has one outcome, so that it is made
// once, however many ways lead to it.
type visit struct {
	schema *subschema
	at     uint32
}

// maxNesting bounds visits inside visits. A body has maxDepth levels, so what
// goes deeper does not go into the body.
const maxNesting = 16 * maxDepth

// spend takes n steps; false ends the run.
func (r *run) spend(n int) bool {
	if r.steps -= n; r.steps < 0 && r.err == nil {
		r.err = ErrBudget
	}
	return r.err == nil
}

// spendOn takes a step, and more for a long text.
func (r *run) spendOn(text string) bool { return r.spend(1 + len(text)/64) }

func (r *run) enter() bool {
	if r.depth++; r.depth > maxNesting && r.err == nil {
		r.err = ErrLoop
	}
	return r.spend(1)
}

// fits reports whether a value fits, with nothing said about why not.
func (r *run) fits(s *subschema, at uint32) bool {
	if !s.compound {
		return r.rulesHold(s, at)
	}
	v := visit{s, at}
	if fit, ok := r.known[v]; ok {
		return r.spend(1) && fit
	}
	fit := r.enter() && r.rulesHold(s, at) && r.dependentsFit(s, at) && r.childrenFit(s, at)
	r.depth--
	r.learn(v, fit)
	return fit
}

func (r *run) learn(v visit, fit bool) {
	if r.known == nil {
		r.known = map[visit]bool{}
	}
	r.known[v] = fit
}

func (r *run) rulesHold(s *subschema, at uint32) bool {
	k := r.kind(at)
	for _, rule := range s.rules {
		if rule.kinds&k == 0 {
			continue
		}
		if !r.spend(1) || !rule.holds(r, s, at) {
			return false
		}
	}
	return r.err == nil
}

func (r *run) dependentsFit(s *subschema, at uint32) bool {
	fit := true
	r.eachDependent(s, at, func(dependent *subschema) {
		fit = fit && r.fits(dependent, at)
	})
	return fit
}

// eachDependent yields the schemas that an object has to fit because of a
// member that it has.
func (r *run) eachDependent(s *subschema, at uint32, yield func(*subschema)) {
	if r.kind(at) != object {
		return
	}
	for i := range s.dependencies {
		d := &s.dependencies[i]
		if _, ok := r.member(at, d.name); ok && d.schema != nil {
			yield(d.schema)
		}
	}
}

func (r *run) childrenFit(s *subschema, at uint32) bool {
	fit := true
	r.eachChild(s, at, func(child *subschema, kid uint32) bool {
		fit = r.fits(child, kid)
		return fit
	})
	return fit
}

// report is fits with findings. As in the original, what is inside a value is
// looked at only while nothing has been found anywhere, and members come by
// name.
func (r *run) report(s *subschema, at uint32) {
	if s.compound && r.known[visit{s, at}] {
		return
	}
	found := len(r.findings)
	if r.enter() {
		r.reportRules(s, at)
	}
	if len(r.findings) == 0 {
		r.eachChild(s, at, func(child *subschema, kid uint32) bool {
			r.report(child, kid)
			return r.err == nil
		})
	}
	r.depth--
	if s.compound && r.err == nil && len(r.findings) == found {
		r.learn(visit{s, at}, true)
	}
}

func (r *run) reportRules(s *subschema, at uint32) {
	k := r.kind(at)
	for _, rule := range s.rules {
		if rule.kinds&k == 0 || !r.spend(1) || rule.holds(r, s, at) || r.err != nil {
			continue
		}
		if finding := rule.finding(r, s, at); r.size+len(finding) <= maxFindings {
			r.size += len(finding)
			r.findings = append(r.findings, finding)
		}
	}
	r.eachDependent(s, at, func(dependent *subschema) { r.report(dependent, at) })
}

// eachChild yields the children of a value with the subschemas that they have
// to fit, until yield returns false or the budget is spent.
func (r *run) eachChild(s *subschema, at uint32, yield func(*subschema, uint32) bool) {
	if !s.nested {
		return
	}
	for i, kid := range r.children(at) {
		if !r.spend(1) {
			return
		}
		if r.kind(at) == list {
			if child := s.item(i); child != nil && !yield(child, kid) {
				return
			}
			continue
		}
		if !r.eachOfMember(s, kid, yield) {
			return
		}
	}
}

// eachOfMember yields the subschemas for a member: its property's, those of
// the patterns that its name matches, else the one for all others.
func (r *run) eachOfMember(s *subschema, kid uint32, yield func(*subschema, uint32) bool) bool {
	name := r.name(kid)
	own := s.properties[name]
	matched := own != nil
	if matched && !yield(own, kid) {
		return false
	}
	for i := range s.patternProperties {
		p := &s.patternProperties[i]
		if !r.matches(p.pattern, name) {
			continue
		}
		matched = true
		if !yield(p.schema, kid) {
			return false
		}
	}
	if !matched && s.additional != nil {
		return yield(s.additional, kid)
	}
	return r.err == nil
}

// matches: ECMA patterns are found anywhere in a text.
func (r *run) matches(p *javatext.Regex, s string) bool {
	if r.patterns == nil {
		r.patterns = javatext.NewBudget()
	}
	if !r.spendOn(s) {
		return false
	}
	ok, err := p.Find(s, r.patterns)
	if err != nil && r.err == nil {
		r.err = ErrBudget
	}
	return ok
}

// count is how many of the subschemas a value fits.
func (r *run) count(schemas []*subschema, at uint32) int {
	n := 0
	for _, s := range schemas {
		if r.fits(s, at) {
			n++
		}
	}
	return n
}

// Text is findings as logs and $context.error.validationErrorString show them.
func Text(findings []string) string { return "[" + strings.Join(findings, ", ") + "]" }
