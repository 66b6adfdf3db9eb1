package control

import (
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
)

// getModelTemplate makes a sample mapping template of a Model's schema, with
// sample values in the places of its properties (control plane §2.10).
func (t *tx) getModelTemplate(in *apigw.GetModelTemplateInput) (*apigw.Template, error) {
	model, err := t.model(in.RestApiId, in.ModelName)
	if err != nil {
		return nil, err
	}
	flat, err := t.flatSchema(in.RestApiId, model)
	if err != nil {
		return nil, err
	}
	schema, err := parseSchema(flat)
	if err != nil || !isJSONModel(model) {
		return nil, apigw.BadRequest("A template can be made of a model with a JSON schema only: %s", in.ModelName)
	}
	var s sampleWriter
	s.root = schema
	s.b.WriteString("#set($inputRoot = $input.path('$'))\n")
	s.sample(schema, 0)
	if s.b.Len() > t.deps.Quotas.TemplateBytes {
		return nil, rule.TooLong("The template of model "+in.ModelName, t.deps.Quotas.TemplateBytes)
	}
	return &apigw.Template{Value: new(s.b.String())}, nil
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
	root  *jsonNode
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

func (s *sampleWriter) sample(schema *jsonNode, indent int) {
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
		if items := schema.member("items"); items.is(jsonObject) {
			s.sample(items, indent)
			s.b.WriteByte(' ')
		}
		s.b.WriteByte(']')
	default:
		s.b.WriteString(sampleValues[kind])
	}
}

func (s *sampleWriter) object(schema *jsonNode, indent int) {
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
func (s *sampleWriter) resolve(schema *jsonNode) *jsonNode {
	for range maxSampleDepth {
		ref := schema.member("$ref")
		if !ref.is(jsonText) {
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
func schemaType(schema *jsonNode) string {
	if !schema.is(jsonObject) {
		return "null"
	}
	kind := schema.member("type")
	if kind.is(jsonList) && len(kind.items) > 0 {
		kind = kind.items[0]
	}
	switch {
	case kind.is(jsonText) && slices.Contains(schemaTypes, kind.text):
		return kind.text
	case schema.member("items") != nil:
		return "array"
	}
	return "object"
}
