package schema

import (
	"slices"
	"strings"
)

// Sample is a value that s describes, in the layout of Java's Jackson: "foo" and
// 42 in the places of its properties.
func (s *Schema) Sample() string {
	w := sampleWriter{root: s.root}
	w.sample(s.root, 0)
	return w.b.String()
}

// Bounds of a sample: a schema may contain itself.
const (
	maxSampleDepth = 16
	maxSampleBytes = 1 << 20
)

// A sampleWriter writes a value that a schema describes, in the layout of
// Java's Jackson.
type sampleWriter struct {
	b     strings.Builder
	root  *node
	level int // how deep it is, which Jackson's indentation of lists does not tell
}

// sampleValues are the samples of the simple types.
var sampleValues = map[string]string{
	"string":  `"foo"`,
	"integer": "42",
	"number":  "42.0",
	"boolean": "true",
	"null":    "null",
}

func (s *sampleWriter) sample(schema *node, indent int) {
	s.level++
	defer func() { s.level-- }()
	if s.level > maxSampleDepth || s.b.Len() > maxSampleBytes {
		s.b.WriteString("null")
		return
	}
	schema = s.resolve(schema)
	switch kind := schemaType(schema); kind {
	case "object":
		s.object(schema, indent)
	case "array":
		s.b.WriteString("[ ")
		if items := schema.member("items"); items.is(kindObject) {
			s.sample(items, indent)
			s.b.WriteByte(' ')
		}
		s.b.WriteByte(']')
	default:
		s.b.WriteString(sampleValues[kind])
	}
}

func (s *sampleWriter) object(schema *node, indent int) {
	properties := schema.member("properties")
	if properties == nil || len(properties.members) == 0 {
		s.b.WriteString("{ }")
		return
	}
	for i, member := range properties.members {
		s.b.WriteString([]string{"{\n", ",\n"}[min(i, 1)] + strings.Repeat("  ", indent+1))
		s.b.WriteString(quoteJSON(member.name) + " : ")
		s.sample(member.value, indent+1)
	}
	s.b.WriteString("\n" + strings.Repeat("  ", indent) + "}")
}

// resolve follows references into the schema's own definitions.
func (s *sampleWriter) resolve(schema *node) *node {
	for range maxSampleDepth {
		ref := schema.member("$ref")
		if !ref.is(kindText) {
			return schema
		}
		pointer, ok := strings.CutPrefix(ref.text, "#")
		if !ok {
			return nil
		}
		schema = s.root.at(pointer)
	}
	return nil
}

// schemaType is the first type that a schema names, or what its keywords mean.
func schemaType(schema *node) string {
	if !schema.is(kindObject) {
		return "null"
	}
	kind := schema.member("type")
	if kind.is(kindList) && len(kind.items) > 0 {
		kind = kind.items[0]
	}
	switch {
	case kind.is(kindText) && slices.Contains(schemaTypes, kind.text):
		return kind.text
	case schema.member("items") != nil:
		return "array"
	}
	return "object"
}
