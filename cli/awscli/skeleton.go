package awscli

import (
	"slices"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/cli/awscli/document"
)

// A skeleton is a sample of a shape: for input, empty texts and the first value
// of an enum; for output, the names of members.
type skeleton struct {
	named bool
	blob  any
	stack []string
}

func (s *skeleton) of(shape *apigw.Shape, name string) any {
	s.stack = append(s.stack, shape.Name)
	defer func() { s.stack = s.stack[:len(s.stack)-1] }()
	switch shape.Kind {
	case apigw.KindStructure:
		return s.structure(shape)
	case apigw.KindList:
		element := ""
		if s.named {
			element = shape.Of.Name
		}
		return []any{s.of(shape.Of, element)}
	case apigw.KindMap:
		return document.Make("KeyName", s.of(shape.Of, ""))
	case apigw.KindInteger, apigw.KindLong:
		return int64(0)
	case apigw.KindDouble:
		return 0.0
	case apigw.KindBoolean:
		return true
	case apigw.KindTimestamp:
		return "1970-01-01T00:00:00"
	case apigw.KindBlob:
		return s.blob
	}
	return s.text(shape, name)
}

func (s *skeleton) text(shape *apigw.Shape, name string) string {
	switch {
	case s.named:
		return name
	case len(shape.Enum) > 0:
		return shape.Enum[0]
	}
	return ""
}

func (s *skeleton) structure(shape *apigw.Shape) any {
	o := &document.Object{}
	if s.recursive(shape.Name) {
		return o
	}
	for i := range shape.Members {
		m := &shape.Members[i]
		o.Set(m.Name, s.of(m.Shape, m.Name))
	}
	return o
}

func (s *skeleton) recursive(name string) bool {
	at := slices.Index(s.stack, name)
	return at >= 0 && slices.Contains(s.stack[at+1:], name)
}
