package control

import (
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/template/jsonv"
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
		return nil, errTooLong("The template of model "+in.ModelName, t.deps.Quotas.TemplateBytes)
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
	root  jsonv.Value
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

func (s *sampleWriter) sample(schema jsonv.Value, indent int) {
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
		if items, ok := schema.Object().Get("items"); ok && items.Object() != nil {
			s.sample(items, indent)
			s.b.WriteByte(' ')
		}
		s.b.WriteByte(']')
	default:
		s.b.WriteString(sampleValues[kind])
	}
}

func (s *sampleWriter) object(schema jsonv.Value, indent int) {
	properties, _ := schema.Object().Get("properties")
	if properties.Object() == nil || properties.Object().Len() == 0 {
		s.b.WriteString("{ }")
		return
	}
	for i, member := range properties.Object().Members() {
		s.b.WriteString([]string{"{\n", ",\n"}[min(i, 1)] + strings.Repeat("  ", indent+1))
		name, _ := jsonv.AppendJSON(nil, jsonv.String(member.Key))
		s.b.Write(name)
		s.b.WriteString(" : ")
		s.sample(member.Value, indent+1)
	}
	s.b.WriteString("\n" + strings.Repeat("  ", indent) + "}")
}

// resolve follows references into the schema's own definitions.
func (s *sampleWriter) resolve(schema jsonv.Value) jsonv.Value {
	for range maxSampleDepth {
		ref := jsonv.Null
		if schema.Object() != nil {
			ref, _ = schema.Object().Get("$ref")
		}
		path, ok := strings.CutPrefix(ref.Str(), "#/")
		if !ok {
			return schema
		}
		schema = s.root
		for segment := range strings.SplitSeq(path, "/") {
			if schema.Object() == nil {
				return jsonv.Null
			}
			schema, _ = schema.Object().Get(unescapePointer(segment))
		}
	}
	return jsonv.Null
}

// schemaType is the first type that a schema names, or what its keywords mean.
func schemaType(schema jsonv.Value) string {
	if schema.Object() == nil {
		return "null"
	}
	kind, _ := schema.Object().Get("type")
	if kind.Array() != nil && kind.Array().Len() > 0 {
		kind = kind.Array().At(0)
	}
	if sampleValues[kind.Str()] != "" || kind.Str() == "object" || kind.Str() == "array" {
		return kind.Str()
	}
	if _, ok := schema.Object().Get("items"); ok {
		return "array"
	}
	return "object"
}
