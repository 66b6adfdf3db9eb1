package gateway

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/poterne/poterne/gateway/schema"
)

// A bodyModel is the Model that the body of a content type must fit.
type bodyModel struct {
	contentType string // or $default
	schema      *schema.Schema
	broken      *failure
}

// anyType is the key of the Model for content types that have none of their own.
const anyType = "$default"

// bodyModels compiles a Method's requestModels. A Model that is no JSON schema,
// which those of other content types may be, checks nothing.
func (c *compiler) bodyModels(models map[string]string) []bodyModel {
	var out []bodyModel
	for _, contentType := range slices.Sorted(maps.Keys(models)) {
		name := models[contentType]
		what := fmt.Sprintf("requestModels %q Model %q", contentType, name)
		m := bodyModel{contentType: contentType}
		var err error
		switch m.schema, err = c.schema(name); {
		case errors.Is(err, errNoSchema):
			c.report(NotEnforced, what, "its schema is no JSON, so bodies of this type are not checked")
			continue
		case err != nil:
			m.broken = c.broken(what, err)
		}
		out = append(out, m)
	}
	return out
}

// A compiledSchema is what became of a Model's schema.
type compiledSchema struct {
	schema *schema.Schema
	err    error
}

var (
	errNoModel  = errors.New("the API has no such Model")
	errNoSchema = errors.New("the Model has no JSON schema")
)

// schema compiles a Model, once.
func (c *compiler) schema(name string) (*schema.Schema, error) {
	if done, ok := c.schemas[name]; ok {
		return done.schema, done.err
	}
	var done compiledSchema
	text, contentType, ok := c.model(name)
	switch {
	case !ok:
		done.err = errNoModel
	case !strings.HasPrefix(strings.TrimSpace(text), "{") && !strings.Contains(strings.ToLower(contentType), "json"):
		done.err = errNoSchema
	default:
		done.schema, done.err = schema.Compile(text, c.modelByURL)
	}
	if c.schemas == nil {
		c.schemas = map[string]compiledSchema{}
	}
	c.schemas[name] = done
	return done.schema, done.err
}

func (c *compiler) model(name string) (schema, contentType string, ok bool) {
	for i := range c.def.Models {
		if m := &c.def.Models[i]; deref(m.Name) == name {
			return deref(m.Schema), deref(m.ContentType), true
		}
	}
	return "", "", false
}

// modelByURL finds the Model of this API behind the URL that Models refer to
// one another by (AF-092).
func (c *compiler) modelByURL(url string) (string, bool) {
	name, ok := strings.CutPrefix(url, "https://apigateway.amazonaws.com/restapis/"+deref(c.def.RestApi.Id)+"/models/")
	if !ok {
		return "", false
	}
	text, _, ok := c.model(name)
	return text, ok
}

// checkBody holds the body against the Model of its content type; a type
// without one is not checked (data plane §8.3).
func (inv *Invocation) checkBody(models []bodyModel) error {
	contentType := mediaType(inv.contentType)
	if contentType == "" {
		contentType = jsonType
	}
	m := modelFor(models, contentType)
	switch {
	case m == nil:
		return nil
	case m.broken != nil:
		return m.broken
	}
	findings, err := m.schema.Validate(inv.body)
	switch {
	case errors.Is(err, schema.ErrNotJSON):
		return invalidBody(contentType, "[Unknown error parsing request body]", err)
	case err != nil:
		return configuration("Model for content type " + contentType + ": " + err.Error())
	case findings != nil:
		return invalidBody(contentType, schema.Text(findings), nil)
	}
	return nil
}

func modelFor(models []bodyModel, contentType string) *bodyModel {
	var fallback *bodyModel
	for i := range models {
		switch m := &models[i]; {
		case strings.EqualFold(m.contentType, contentType):
			return m
		case m.contentType == anyType:
			fallback = m
		}
	}
	return fallback
}

// invalidBody is 400 Invalid request body; why is told by the log and by
// $context.error.validationErrorString alone.
func invalidBody(contentType, findings string, cause error) *failure {
	return &failure{kind: badRequestBody, validation: findings, note: noteModel, details: [2]string{contentType, findings}, cause: cause}
}
