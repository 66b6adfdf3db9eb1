package control

import (
	"maps"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
)

// A patchTable says which paths of a T an Update operation knows, which ops
// each of them takes and what they do: control plane §3.5, a rule a row. The
// first row that fits a path and its op is taken.
type patchTable[T any] struct {
	errors patchErrors
	rules  []patchRule[T]
}

// A patchRule is a row of a patchTable.
type patchRule[T any] struct {
	path  string   // "/requestTemplates/*": a * stands for one segment, ** for two and more, {verb} for a verb or *
	ops   patchOps // add | replace | remove
	apply func(*T, *patch) error

	// wrongOp is the answer to an op that the row does not take, where it is
	// not the family's.
	wrongOp string
	// shown is how AWS prints path in its list of paths, where that differs;
	// unlisted leaves it out of the list.
	shown string
}

const unlisted = "-"

// patchOps is a set of ops.
type patchOps uint8

const (
	add patchOps = 1 << iota
	replace
	remove
	copyOp
)

var opNames = map[string]patchOps{"add": add, "replace": replace, "remove": remove, "copy": copyOp}

// A patch is one operation of a request, its path split.
type patch struct {
	op    patchOps // 0 for move, test and what the contract does not know
	name  string   // the op as sent
	path  string   // as sent; "null" when it was not
	value *string
	from  string

	raw  []string // the path's segments as sent, ~1 and ~0 kept
	keys []string // what the * of the rule's path stand for, unescaped
}

// text is the value, "" when there is none.
func (p *patch) text() string { return deref(p.value) }

// key is what the first * of the rule's path stands for.
func (p *patch) key() string { return p.keys[0] }

// apply runs ops in order on doc, which is the caller's own copy: at an error
// it is half changed and must be dropped (control plane §3.2). What spans
// several members is checked by the caller afterwards.
func (t patchTable[T]) apply(doc *T, ops []apigw.PatchOperation) error {
	for i := range ops {
		p := newPatch(&ops[i])
		rule, err := t.find(p)
		if err != nil {
			return err
		}
		if err := rule.apply(doc, p); err != nil {
			return err
		}
	}
	return nil
}

func newPatch(o *apigw.PatchOperation) *patch {
	p := &patch{op: opNames[deref(o.Op)], name: deref(o.Op), path: "null", value: o.Value, from: deref(o.From)}
	if o.Path == nil {
		return p
	}
	p.path = *o.Path
	if rest, ok := strings.CutPrefix(p.path, "/"); ok {
		p.raw = strings.Split(rest, "/")
	}
	return p
}

// find is the row for p, or the error of the table's family.
func (t patchTable[T]) find(p *patch) (*patchRule[T], error) {
	var fits *patchRule[T]
	for i := range t.rules {
		rule := &t.rules[i]
		keys, ok := matchPath(rule.path, p.raw)
		switch {
		case ok && rule.ops&p.op != 0:
			p.keys = keys
			return rule, nil
		case ok && fits == nil:
			fits = rule
		}
	}
	if fits != nil {
		return nil, t.wrongOp(fits, p)
	}
	return nil, t.errors.unknownPath(p, t.listed(p.op))
}

func (t patchTable[T]) wrongOp(rule *patchRule[T], p *patch) error {
	if rule.wrongOp != "" {
		return apigw.BadRequest(rule.wrongOp)
	}
	return t.errors.wrongOp(p, rule.ops, t.listed(p.op))
}

// listed is the paths that take op, as AWS prints them.
func (t patchTable[T]) listed(op patchOps) []string {
	var paths []string
	for _, rule := range t.rules {
		switch {
		case rule.ops&op == 0 || rule.shown == unlisted:
		case rule.shown != "":
			paths = append(paths, rule.shown)
		default:
			paths = append(paths, rule.path)
		}
	}
	return paths
}

// matchPath matches a rule's path with a request's segments, and gives what
// its * stand for. A * stands for one segment that is not empty.
func matchPath(pattern string, segments []string) (keys []string, ok bool) {
	parts := strings.Split(pattern[1:], "/")
	segments = joinLong(parts, segments)
	if len(parts) != len(segments) {
		return nil, false
	}
	for i, part := range parts {
		switch {
		case (part == "*" || part == "**") && segments[i] != "":
			keys = append(keys, unescapePointer(segments[i]))
		case part == "{verb}" && (segments[i] == "*" || rule.Verbs.Has(segments[i])):
			keys = append(keys, segments[i])
		case part != segments[i]:
			return nil, false
		}
	}
	return keys, true
}

// joinLong makes one segment of those that the ** of parts stands for: a path
// and a verb, the path with ~1 or, as Terraform sends it, with slashes.
func joinLong(parts, segments []string) []string {
	at := slices.Index(parts, "**")
	over := len(segments) - len(parts)
	switch {
	case at < 0:
		return segments
	case over < 1:
		return nil
	}
	long := strings.Join(segments[at:at+over+1], "/")
	return slices.Concat(segments[:at], []string{long}, segments[at+over+1:])
}

// unescapePointer reads a segment of a JSON pointer: ~1 first, then ~0.
func unescapePointer(segment string) string {
	return strings.ReplaceAll(strings.ReplaceAll(segment, "~1", "/"), "~0", "~")
}

// patchErrors is a family of AWS's answers to a path or op that a resource
// does not take (control plane §3.3).
type patchErrors struct {
	unknownPath func(p *patch, listed []string) error
	wrongOp     func(p *patch, ops patchOps, listed []string) error
}

// familyA prints the paths that the op has; two spaces after "path" (AF-042).
var familyA = patchErrors{
	unknownPath: familyAError,
	wrongOp:     func(p *patch, _ patchOps, listed []string) error { return familyAError(p, listed) },
}

func familyAError(p *patch, listed []string) error {
	if len(listed) == 0 { // AF-042, AF-090: of an op that no path takes
		return apigw.BadRequest("Invalid patch path  '%s' specified for op '%s'. Please choose supported operations", p.path, p.name)
	}
	return apigw.BadRequest("Invalid patch path  '%s' specified for op '%s'. Must be one of: [%s]", p.path, p.name, strings.Join(listed, ", "))
}

// familyB names the path, or the ops that it takes (AF-022, AF-028, AF-055).
var familyB = patchErrors{
	unknownPath: func(p *patch, _ []string) error { return errPatchPath(p) },
	wrongOp: func(_ *patch, ops patchOps, _ []string) error {
		if ops == replace {
			return apigw.BadRequest(replaceOnly)
		}
		return apigw.BadRequest(anyOp)
	},
}

const (
	replaceOnly = "Invalid patch operation specified. Must be one of: [replace]"
	anyOp       = "Invalid patch operation specified. Must be 'add'|'remove'|'replace'"
)

func errPatchPath(p *patch) error { return apigw.BadRequest("Invalid patch path %s", p.path) }

// What a replace or remove of a map's missing entry answers (AF-062, AF-109).
const (
	noParameter   = "Invalid parameter name specified"
	noContentType = "Content-Type specified was not found"
)

// setText sets a member to the value, and clears it when there is none.
func setText[T any](field func(*T) **string) func(*T, *patch) error {
	return func(doc *T, p *patch) error {
		*field(doc) = p.value
		return nil
	}
}

// setOptional sets a member to the value, and clears it for "" or none.
func setOptional[T any](field func(*T) **string) func(*T, *patch) error {
	return func(doc *T, p *patch) error {
		*field(doc) = optional(p.text())
		return nil
	}
}

// setOneOf sets a member to one of values, and clears it for "" or none;
// another value is a BadRequestException with message.
func setOneOf[T any](field func(*T) **string, values []string, message string) func(*T, *patch) error {
	return func(doc *T, p *patch) error {
		if p.text() != "" && !slices.Contains(values, p.text()) {
			return apigw.BadRequest(message)
		}
		*field(doc) = optional(p.text())
		return nil
	}
}

// setEnumeration is setOneOf with AWS's words for the values of e.
func setEnumeration[T any](field func(*T) **string, e rule.Enumeration) func(*T, *patch) error {
	return func(doc *T, p *patch) error {
		*field(doc) = optional(p.text())
		if *field(doc) == nil {
			return nil
		}
		return e.Check(p.text())
	}
}

// setBool sets a flag: every value but true means false (AF-056).
func setBool[T any](field func(*T) **bool) func(*T, *patch) error {
	return func(doc *T, p *patch) error {
		*field(doc) = new(isTrue(p))
		return nil
	}
}

func isTrue(p *patch) bool { return strings.EqualFold(p.text(), "true") }

// setEntry changes one entry of a map, named by the path's last segment: add
// puts it, replace and remove want it there (NotFoundException with missing).
// The map goes away with its last entry (AF-058).
func setEntry[T any, M ~map[string]V, V any](field func(*T) *M, value func(*patch) V, missing string) func(*T, *patch) error {
	set := putEntry(field, value, missing)
	return func(doc *T, p *patch) error {
		if _, there := (*field(doc))[p.key()]; !there && p.op == replace {
			return apigw.NotFound(missing)
		}
		return set(doc, p)
	}
}

// putEntry is setEntry where replace, as add, puts an entry that is not there.
func putEntry[T any, M ~map[string]V, V any](field func(*T) *M, value func(*patch) V, missing string) func(*T, *patch) error {
	return func(doc *T, p *patch) error {
		entries, key := field(doc), p.key()
		if _, there := (*entries)[key]; !there && p.op == remove {
			return apigw.NotFound(missing)
		}
		changed := maps.Clone(*entries)
		if p.op == remove {
			delete(changed, key)
		} else {
			if changed == nil {
				changed = M{}
			}
			changed[key] = value(p)
		}
		if len(changed) == 0 {
			changed = nil
		}
		*entries = changed
		return nil
	}
}

// templateValue is a template's text; "" and none are the null template that
// passes a body through (AF-080).
func templateValue(p *patch) *string { return optional(p.text()) }

// setElement adds the value to a set or removes it (control plane §3.4.7).
func setElement[T any](field func(*T) *[]string) func(*T, *patch) error {
	return func(doc *T, p *patch) error {
		elements := field(doc)
		rest := without(*elements, p.text())
		if p.op != remove {
			rest = append(rest, p.text())
		}
		*elements = omitEmpty(rest)
		return nil
	}
}

// without is a copy of list less element.
func without(list []string, element string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(e string) bool { return e == element })
}

func omitEmpty(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return list
}

// optional is text, or nil for "".
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func deref[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
