package schema

import (
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"unicode/utf8"
)

// A rule is a keyword at work.
type rule struct {
	keyword string
	kinds   kind // of the instances that it says something about
	asked   func(*subschema) bool
	holds   func(*run, *subschema, uint32) bool
	finding func(*run, *subschema, uint32) string
}

// rules in the order of their findings: by name, format last.
var rules = []rule{
	{"additionalItems", list, (*subschema).limitsItems, noOtherItems, sayOtherItems},
	{"additionalProperties", object, (*subschema).isClosed, noOtherMembers, sayOtherMembers},
	{"allOf", everything, func(s *subschema) bool { return s.allOf != nil }, fitsAll, sayNotAll},
	{"anyOf", everything, func(s *subschema) bool { return s.anyOf != nil }, fitsAny, sayNone},
	{"dependencies", object, func(s *subschema) bool { return s.dependencies != nil }, dependenciesHold, sayDependencies},
	{"enum", everything, func(s *subschema) bool { return s.enum != nil }, isListed, sayNotListed},
	{"maxItems", list, func(s *subschema) bool { return s.maxItems.set },
		func(r *run, s *subschema, at uint32) bool { return len(r.children(at)) <= s.maxItems.n },
		func(r *run, s *subschema, at uint32) string {
			return fmt.Sprintf("array is too long: must have at most %d elements but instance has %d elements", s.maxItems.n, len(r.children(at)))
		}},
	{"maxLength", text, func(s *subschema) bool { return s.maxLength.set },
		func(r *run, s *subschema, at uint32) bool { return r.length(at) <= s.maxLength.n },
		func(r *run, s *subschema, at uint32) string {
			return fmt.Sprintf(`string "%s" is too long (length: %d, maximum allowed: %d)`, clip(r.text(at)), r.length(at), s.maxLength.n)
		}},
	{"maxProperties", object, func(s *subschema) bool { return s.maxProperties.set },
		func(r *run, s *subschema, at uint32) bool { return len(r.children(at)) <= s.maxProperties.n },
		func(r *run, s *subschema, at uint32) string {
			return fmt.Sprintf("object has too many properties (found %d but schema requires at most %d)", len(r.children(at)), s.maxProperties.n)
		}},
	{"maximum", number, func(s *subschema) bool { return s.maximum.set }, belowMaximum, sayAbove},
	{"minItems", list, func(s *subschema) bool { return s.minItems.set },
		func(r *run, s *subschema, at uint32) bool { return len(r.children(at)) >= s.minItems.n },
		func(r *run, s *subschema, at uint32) string {
			return fmt.Sprintf("array is too short: must have at least %d elements but instance has %d elements", s.minItems.n, len(r.children(at)))
		}},
	{"minLength", text, func(s *subschema) bool { return s.minLength.set },
		func(r *run, s *subschema, at uint32) bool { return r.length(at) >= s.minLength.n },
		func(r *run, s *subschema, at uint32) string {
			return fmt.Sprintf(`string "%s" is too short (length: %d, required minimum: %d)`, clip(r.text(at)), r.length(at), s.minLength.n)
		}},
	{"minProperties", object, func(s *subschema) bool { return s.minProperties.set },
		func(r *run, s *subschema, at uint32) bool { return len(r.children(at)) >= s.minProperties.n },
		func(r *run, s *subschema, at uint32) string {
			return fmt.Sprintf("object has too few properties (found %d but schema requires at least %d)", len(r.children(at)), s.minProperties.n)
		}},
	{"minimum", number, func(s *subschema) bool { return s.minimum.set }, aboveMinimum, sayBelow},
	{"multipleOf", number, func(s *subschema) bool { return s.multipleOf.set },
		func(r *run, s *subschema, at uint32) bool {
			return r.spend(10) && amountOf(r.text(at)).isMultipleOf(s.multipleOf.amount)
		},
		func(r *run, s *subschema, at uint32) string {
			return fmt.Sprintf("remainder of division is not zero (%s / %s)", r.printed(at), s.multipleOf.text)
		}},
	{"not", everything, func(s *subschema) bool { return s.not != nil },
		func(r *run, s *subschema, at uint32) bool { return !r.fits(s.not, at) },
		func(*run, *subschema, uint32) string { return "instance matched a schema which it should not have" }},
	{"oneOf", everything, func(s *subschema) bool { return s.oneOf != nil },
		func(r *run, s *subschema, at uint32) bool { return r.count(s.oneOf, at) == 1 },
		func(r *run, s *subschema, at uint32) string {
			return fmt.Sprintf("instance failed to match exactly one schema (matched %d out of %d)", r.count(s.oneOf, at), len(s.oneOf))
		}},
	{"pattern", text, func(s *subschema) bool { return s.pattern != nil },
		func(r *run, s *subschema, at uint32) bool { return r.matches(s.pattern, r.text(at)) },
		func(r *run, s *subschema, at uint32) string {
			return `ECMA 262 regex "` + s.source + `" does not match input string "` + clip(r.text(at)) + `"`
		}},
	{"required", object, func(s *subschema) bool { return s.required != nil },
		func(r *run, s *subschema, at uint32) bool { return r.missing(s.required, at) == nil },
		func(r *run, s *subschema, at uint32) string {
			return "object has missing required properties (" + printNames(r.missing(s.required, at)) + ")"
		}},
	{"type", everything, func(s *subschema) bool { return s.types != 0 },
		func(r *run, s *subschema, at uint32) bool { return s.types&r.kind(at) != 0 },
		func(r *run, s *subschema, at uint32) string {
			return "instance type (" + r.kind(at).String() + ") does not match any allowed primitive type (allowed: " + printNames(s.typeNames) + ")"
		}},
	{"uniqueItems", list, func(s *subschema) bool { return s.unique }, itemsDiffer,
		func(*run, *subschema, uint32) string { return "array must not contain duplicate elements" }},
	{"format", text, func(s *subschema) bool { return s.format != nil },
		func(r *run, s *subschema, at uint32) bool { return r.spendOn(r.text(at)) && s.format.fits(r.text(at)) },
		func(r *run, s *subschema, at uint32) string { return s.format.finding(clip(r.text(at))) }},
}

// clip bounds what a message repeats of a body.
func clip(s string) string {
	if len(s) <= maxPrinted {
		return s
	}
	return strings.ToValidUTF8(s[:maxPrinted], "") + "…"
}

// length counts code points.
func (r *run) length(at uint32) int {
	if !r.spendOn(r.text(at)) {
		return 0
	}
	return utf8.RuneCountInString(r.text(at))
}

func (s *subschema) limitsItems() bool { return s.full && s.everyItem == nil && s.items != nil }

func noOtherItems(r *run, s *subschema, at uint32) bool { return len(r.children(at)) <= len(s.items) }

func sayOtherItems(r *run, s *subschema, at uint32) string {
	return fmt.Sprintf("schema only allows %d elements in array but instance has %d elements", len(s.items), len(r.children(at)))
}

func (s *subschema) isClosed() bool { return s.closed }

func noOtherMembers(r *run, s *subschema, at uint32) bool { return r.others(s, at, 1) == nil }

func sayOtherMembers(r *run, s *subschema, at uint32) string {
	return "object instance has properties which are not allowed by the schema: " + printNames(r.others(s, at, maxValues))
}

// others are members that no property and no pattern names, at most so many.
func (r *run) others(s *subschema, at uint32, most int) []string {
	var names []string
	size := 0
	for _, kid := range r.children(at) {
		name := r.name(kid)
		if !r.spend(1) || len(names) == most || size > maxPrinted {
			break
		}
		if s.properties[name] == nil && !r.matchesAny(s.patternProperties, name) {
			names = append(names, name)
			size += len(name)
		}
	}
	return names
}

func (r *run) matchesAny(patterns []patternProperty, name string) bool {
	return slices.ContainsFunc(patterns, func(p patternProperty) bool { return r.matches(p.pattern, name) })
}

func fitsAll(r *run, s *subschema, at uint32) bool {
	for _, sub := range s.allOf {
		if !r.fits(sub, at) {
			return false
		}
	}
	return true
}

func sayNotAll(r *run, s *subschema, at uint32) string {
	return fmt.Sprintf("instance failed to match all required schemas (matched only %d out of %d)", r.count(s.allOf, at), len(s.allOf))
}

func fitsAny(r *run, s *subschema, at uint32) bool {
	return slices.ContainsFunc(s.anyOf, func(sub *subschema) bool { return r.fits(sub, at) })
}

func sayNone(_ *run, s *subschema, _ uint32) string {
	return fmt.Sprintf("instance failed to match at least one required schema among %d", len(s.anyOf))
}

// missing are the names of which there is no member.
func (r *run) missing(names []string, at uint32) []string {
	var missing []string
	for _, name := range names {
		if !r.spend(1) {
			return nil
		}
		if _, ok := r.member(at, name); !ok {
			missing = append(missing, name)
		}
	}
	return missing
}

// dependenciesHold: those on names. Dependent schemas are part of fits and
// report, since what does not fit them is told in their own words.
func dependenciesHold(r *run, s *subschema, at uint32) bool {
	for i := range s.dependencies {
		d := &s.dependencies[i]
		if _, ok := r.member(at, d.name); ok && r.missing(d.required, at) != nil {
			return false
		}
	}
	return true
}

func sayDependencies(r *run, s *subschema, at uint32) string {
	var found []string
	for i := range s.dependencies {
		d := &s.dependencies[i]
		if _, ok := r.member(at, d.name); !ok {
			continue
		}
		if missing := r.missing(d.required, at); missing != nil {
			found = append(found, fmt.Sprintf(`property "%s" of object has missing property dependencies (schema requires %s; missing: %s)`,
				d.name, printNames(d.required), printNames(missing)))
		}
	}
	return strings.Join(found, ", ")
}

func aboveMinimum(r *run, s *subschema, at uint32) bool {
	c := amountOf(r.text(at)).compare(s.minimum.amount)
	return c > 0 || c == 0 && !s.minimum.exclusive
}

func sayBelow(r *run, s *subschema, at uint32) string {
	if amountOf(r.text(at)) == s.minimum.amount {
		return "numeric instance is not strictly greater than the required minimum " + s.minimum.text
	}
	return "numeric instance is lower than the required minimum (minimum: " + s.minimum.text + ", found: " + r.printed(at) + ")"
}

func belowMaximum(r *run, s *subschema, at uint32) bool {
	c := amountOf(r.text(at)).compare(s.maximum.amount)
	return c < 0 || c == 0 && !s.maximum.exclusive
}

func sayAbove(r *run, s *subschema, at uint32) string {
	if amountOf(r.text(at)) == s.maximum.amount {
		return "numeric instance is not strictly lower than the required maximum " + s.maximum.text
	}
	return "numeric instance is greater than the required maximum (maximum: " + s.maximum.text + ", found: " + r.printed(at) + ")"
}

// isListed: numbers are equal whatever their form, objects whatever their
// order.
func isListed(r *run, s *subschema, at uint32) bool {
	h := hasher{r.document, r.steps}
	sum := h.hash(at)
	r.steps = h.steps
	if !r.spend(1) {
		return false
	}
	return slices.ContainsFunc(s.enum[sum], func(listed uint32) bool { return r.equal(at, s.where, listed) })
}

func sayNotListed(r *run, s *subschema, at uint32) string {
	return "instance value (" + r.printed(at) + ") not found in enum (possible values: " + s.where.printed(s.enumAt) + ")"
}

func itemsDiffer(r *run, _ *subschema, at uint32) bool {
	items := r.children(at)
	if len(items) < 2 {
		return true
	}
	seen := make(map[uint64][]uint32, len(items))
	h := hasher{r.document, r.steps}
	for _, item := range items {
		h.steps = r.steps
		sum := h.hash(item)
		r.steps = h.steps
		if !r.spend(1) {
			return false
		}
		if slices.ContainsFunc(seen[sum], func(other uint32) bool { return r.equal(item, r.document, other) }) {
			return false
		}
		seen[sum] = append(seen[sum], item)
	}
	return true
}

// equal compares a value of the body with one of d.
func (r *run) equal(at uint32, d *document, other uint32) bool {
	k := r.kind(at)
	if !r.spend(1) || k != d.kind(other) && k&d.kind(other)&number == 0 && (k&number == 0 || d.kind(other)&number == 0) {
		return false
	}
	switch {
	case k&number != 0:
		return amountOf(r.text(at)) == amountOf(d.text(other))
	case k&(list|object) == 0:
		return r.spendOn(r.text(at)) && r.text(at) == d.text(other)
	}
	a, b := r.children(at), d.children(other)
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if k == object && r.name(a[i]) != d.name(b[i]) || !r.equal(a[i], d, b[i]) {
			return false
		}
	}
	return true
}

// seed of hashes: a client must not know which values fall together.
var seed = maphash.MakeSeed()

// A hasher hashes values so that equal ones have equal hashes.
type hasher struct {
	*document
	steps int
}

func (h *hasher) hash(at uint32) uint64 {
	var m maphash.Hash
	m.SetSeed(seed)
	h.write(&m, at)
	return m.Sum64()
}

func (h *hasher) write(m *maphash.Hash, at uint32) {
	if h.steps--; h.steps < 0 {
		return
	}
	k := h.kind(at)
	switch {
	case k&number != 0:
		a := amountOf(h.text(at))
		_ = m.WriteByte(byte(number))
		maphash.WriteComparable(m, a)
		return
	case k&(list|object) == 0:
		h.steps -= len(h.text(at)) / 64
		_ = m.WriteByte(byte(k))
		_, _ = m.WriteString(h.text(at))
		return
	}
	maphash.WriteComparable(m, struct {
		kind kind
		n    int
	}{k, len(h.children(at))})
	for _, kid := range h.children(at) {
		if k == object {
			maphash.WriteComparable(m, h.name(kid))
		}
		h.write(m, kid)
	}
}
