package awscli

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/cli/awscli/document"
)

// A call is a request before it has a host and a signature.
type call struct {
	method string
	path   string // percent-encoded, with its query
	header http.Header
	body   []byte
}

// newCall writes params where the contract binds them.
func newCall(op *apigw.Operation, params *document.Object) *call {
	c := &call{method: op.Method, header: http.Header{"Accept": {"application/json"}}}
	path, body := op.Path, &document.Object{}
	query := strings.Split(op.Query, "&")
	if op.Query == "" {
		query = nil
	}
	for name, value := range params.All() {
		m := memberOf(op.Input, name)
		switch m.In {
		case apigw.InUri:
			path = strings.ReplaceAll(path, "{"+m.Wire+"}", percent(plainText(value)))
		case apigw.InQuerystring:
			query = append(query, queryOf(m, value)...)
		case apigw.InHeader:
			c.header.Set(m.Wire, plainText(value))
		case apigw.InPayload:
			c.body, _ = value.([]byte)
			if text, ok := value.(string); ok {
				c.body = []byte(text)
			}
		default:
			body.Set(m.Wire, onWire(m.Shape, value))
		}
	}
	if body.Len() > 0 {
		c.body = []byte(document.Line(body))
		c.header.Set("Content-Type", "application/json")
	} else if c.body == nil && hasBody(op.Input) {
		c.body = []byte("{}")
		c.header.Set("Content-Type", "application/json")
	}
	if c.path = path; query != nil {
		c.path += "?" + strings.Join(query, "&")
	}
	return c
}

// hasBody: an operation with members of the body sends one, if an empty one.
func hasBody(s *apigw.Shape) bool {
	for i := range s.Members {
		if s.Members[i].In == apigw.InBody {
			return true
		}
	}
	return false
}

func queryOf(m *apigw.Member, value any) (pairs []string) {
	add := func(name string, value any) { pairs = append(pairs, percent(name)+"="+percent(plainText(value))) }
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			add(m.Wire, element)
		}
	case *document.Object:
		for name, element := range value.All() {
			add(name, element)
		}
	default:
		add(m.Wire, value)
	}
	return pairs
}

// plainText is a value in a path, a query or a header.
func plainText(v any) string {
	if b, ok := v.(bool); ok {
		return document.Scalar(b)
	}
	return str(v)
}

// percent encodes all but RFC 3986's unreserved characters.
func percent(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}

// onWire gives members their names on the wire.
func onWire(shape *apigw.Shape, value any) any {
	switch value := value.(type) {
	case *document.Object:
		o := &document.Object{}
		for name, element := range value.All() {
			if shape.Kind == apigw.KindMap {
				o.Set(name, onWire(shape.Of, element))
			} else if m := memberOf(shape, name); m != nil {
				o.Set(m.Wire, onWire(m.Shape, element))
			}
		}
		return o
	case []any:
		list := make([]any, len(value))
		for i, element := range value {
			list[i] = onWire(shape.Of, element)
		}
		return list
	}
	return value
}
