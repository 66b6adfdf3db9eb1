package restjson

import (
	"cmp"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/poterne/poterne/apigw"
)

// maxViolations bounds how many violations a message spells out. The count
// that begins it counts them all.
const maxViolations = 100

// patterns are the contract's regular expressions, each over a whole text.
type patterns map[*apigw.Shape]*regexp.Regexp

func compilePatterns(operations []apigw.Operation) patterns {
	p := patterns{}
	seen := map[*apigw.Shape]bool{}
	for _, op := range operations {
		p.add(op.Input, seen)
	}
	return p
}

func (p patterns) add(s *apigw.Shape, seen map[*apigw.Shape]bool) {
	if s == nil || seen[s] {
		return
	}
	seen[s] = true
	if s.Pattern != "" {
		p[s] = regexp.MustCompile(`^(?:` + s.Pattern + `)$`)
	}
	p.add(s.Of, seen)
	for _, m := range s.Members {
		p.add(m.Shape, seen)
	}
}

// validate checks an input against the contract: required members, enums and
// patterns. All violations are in one ValidationException, those of the body
// first, each group in the contract's order whatever the request's (AF-007,
// AF-009, AF-024).
func (h *Handler) validate(op *apigw.Operation, input reflect.Value, absent map[string]bool) error {
	v := validation{patterns: h.patterns, absent: absent, prefix: inputAlias(op.Name) + "."}
	v.members(op.Input, input, nil, isBody)
	v.prefix = "" // members of path and query go by their bare name
	v.members(op.Input, input, nil, isHead)
	return v.err()
}

// inputAlias is how messages call an operation's input: putIntegrationInput.
func inputAlias(operation string) string {
	return strings.ToLower(operation[:1]) + operation[1:] + "Input"
}

func isBody(in apigw.In) bool { return in == apigw.InBody }
func isHead(in apigw.In) bool {
	return in == apigw.InUri || in == apigw.InQuerystring || in == apigw.InHeader
}

type validation struct {
	patterns patterns
	absent   map[string]bool
	prefix   string
	count    int
	texts    []string
}

func (v *validation) err() error {
	if v.count == 0 {
		return nil
	}
	noun := "error"
	if v.count > 1 {
		noun = "errors"
	}
	return &apigw.Error{
		Code:    apigw.ValidationException,
		Message: fmt.Sprintf("%d validation %s detected: %s", v.count, noun, strings.Join(v.texts, "; ")),
	}
}

func (v *validation) violate(value string, at *path, constraint string) {
	if v.count++; v.count <= maxViolations {
		v.texts = append(v.texts, fmt.Sprintf("Value %s at '%s%s' failed to satisfy constraint: %s", value, v.prefix, at, constraint))
	}
}

func (v *validation) members(shape *apigw.Shape, structure reflect.Value, at *path, which func(apigw.In) bool) {
	for i := range shape.Members {
		m := &shape.Members[i]
		if !which(m.In) {
			continue
		}
		to := &path{at, m.Name}
		if m.Required && v.absent[to.String()] {
			v.violate("null", to, "Member must not be null")
			continue
		}
		v.value(m.Shape, structure.Field(m.Index), to)
	}
}

func (v *validation) value(shape *apigw.Shape, field reflect.Value, at *path) {
	if field.Kind() == reflect.Pointer {
		if field.IsNil() {
			return
		}
		field = field.Elem()
	}
	switch shape.Kind {
	case apigw.KindStructure:
		v.members(shape, field, at, isBody)
	case apigw.KindList:
		v.list(shape, field, at)
	case apigw.KindString:
		if constraint := v.constraint(shape, field.String()); constraint != "" {
			v.violate("'"+field.String()+"'", at, constraint)
		}
	}
}

// list prints a list of scalars as one value (AF-013) and looks into
// structures.
func (v *validation) list(shape *apigw.Shape, list reflect.Value, at *path) {
	switch shape.Of.Kind {
	case apigw.KindStructure:
		for i := range list.Len() {
			v.value(shape.Of, list.Index(i), &path{&path{at, strconv.Itoa(i + 1)}, "member"})
		}
	case apigw.KindString:
		texts := make([]string, list.Len())
		constraint := ""
		for i := range texts {
			texts[i] = list.Index(i).String()
			constraint = cmp.Or(constraint, v.constraint(shape.Of, texts[i]))
		}
		if constraint != "" {
			v.violate("'["+strings.Join(texts, ", ")+"]'", at, "Member must satisfy constraint: ["+constraint+"]")
		}
	}
}

// constraint is what text fails to satisfy, "" if nothing.
func (v *validation) constraint(shape *apigw.Shape, text string) string {
	if len(shape.Enum) > 0 && !slices.Contains(shape.Enum, text) {
		return "Member must satisfy enum value set: [" + strings.Join(shape.PrintedEnum(), ", ") + "]"
	}
	if pattern, ok := v.patterns[shape]; ok && !pattern.MatchString(text) {
		return "Member must satisfy regular expression pattern: " + shape.Pattern
	}
	return ""
}
