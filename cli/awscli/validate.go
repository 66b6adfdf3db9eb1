package awscli

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/cli/awscli/document"
)

// A validator collects what of the parameters does not fit the contract.
type validator struct{ found []string }

func validate(shape *apigw.Shape, params *document.Object) error {
	var v validator
	v.structure(shape, params, "")
	if v.found == nil {
		return nil
	}
	return usage("Parameter validation failed:\n%s", strings.Join(v.found, "\n"))
}

func (v *validator) add(format string, args ...any) {
	v.found = append(v.found, fmt.Sprintf(format, args...))
}

// pythonTypes are the types that a kind takes.
var pythonTypes = map[apigw.Kind][]string{
	apigw.KindStructure: {"dict"},
	apigw.KindMap:       {"dict"},
	apigw.KindList:      {"list", "tuple"},
	apigw.KindString:    {"str"},
	apigw.KindBoolean:   {"bool"},
	apigw.KindInteger:   {"int"},
	apigw.KindLong:      {"int"},
	apigw.KindDouble:    {"float", "decimal.Decimal", "int"},
	apigw.KindBlob:      {"bytes", "bytearray", "file-like object"},
}

func (v *validator) value(shape *apigw.Shape, value any, at string) {
	if !fits(shape.Kind, value) {
		v.wrongType(shape.Kind, value, at)
		return
	}
	switch shape.Kind {
	case apigw.KindStructure:
		o, _ := value.(*document.Object)
		v.structure(shape, o, at)
	case apigw.KindMap:
		o, _ := value.(*document.Object)
		for name, element := range o.All() {
			v.value(shape.Of, element, at+"."+name)
		}
	case apigw.KindList:
		list, _ := value.([]any)
		for i, element := range list {
			v.value(shape.Of, element, fmt.Sprintf("%s[%d]", at, i))
		}
	}
}

func fits(kind apigw.Kind, value any) (ok bool) {
	switch kind {
	case apigw.KindStructure, apigw.KindMap:
		_, ok = value.(*document.Object)
	case apigw.KindList:
		_, ok = value.([]any)
	case apigw.KindBoolean:
		_, ok = value.(bool)
	case apigw.KindInteger, apigw.KindLong:
		return isInteger(value)
	case apigw.KindDouble:
		_, ok = value.(float64)
		return ok || isInteger(value)
	case apigw.KindBlob:
		_, bytes := value.([]byte)
		_, ok = value.(string)
		return ok || bytes
	default:
		_, ok = value.(string)
	}
	return ok
}

// isInteger: in Python a boolean is one.
func isInteger(value any) bool {
	switch value.(type) {
	case int64, bool:
		return true
	}
	return false
}

func (v *validator) wrongType(kind apigw.Kind, value any, at string) {
	valid := make([]string, len(pythonTypes[kind]))
	for i, name := range pythonTypes[kind] {
		if valid[i] = name; name != "file-like object" {
			valid[i] = "<class '" + name + "'>"
		}
	}
	v.add("Invalid type for parameter %s, value: %s, type: %s, valid types: %s",
		nameOf(at), str(value), class(value), strings.Join(valid, ", "))
}

func nameOf(at string) string {
	if at == "" {
		return "input"
	}
	return strings.TrimPrefix(at, ".")
}

func (v *validator) structure(shape *apigw.Shape, o *document.Object, at string) {
	names := make([]string, len(shape.Members))
	for i := range shape.Members {
		m := &shape.Members[i]
		if names[i] = m.Name; m.Required && !o.Has(m.Name) {
			v.add("Missing required parameter in %s: \"%s\"", nameOf(at), m.Name)
		}
	}
	var known []*apigw.Member
	for name := range o.All() {
		m := memberOf(shape, name)
		if m == nil {
			v.add("Unknown parameter in %s: \"%s\", must be one of: %s", nameOf(at), name, strings.Join(names, ", "))
			continue
		}
		known = append(known, m)
	}
	for _, m := range known {
		v.value(m.Shape, o.Get(m.Name), at+"."+m.Name)
	}
}

// decodeBlobs replaces the base64 texts of blobs by what they hold.
func decodeBlobs(shape *apigw.Shape, params *document.Object) error {
	for i := range shape.Members {
		m := &shape.Members[i]
		text, ok := params.Get(m.Name).(string)
		if m.Shape.Kind != apigw.KindBlob || !ok {
			continue
		}
		bytes, ok := leniently(text)
		if !ok {
			return general("Invalid base64: \"%s\"", text)
		}
		params.Set(m.Name, bytes)
	}
	return nil
}

// leniently decodes base64 as Python does: what is not of its alphabet is
// passed over, and the padding ends it.
func leniently(text string) ([]byte, bool) {
	var kept []byte
	padding := 0
	for i := 0; i < len(text) && (padding == 0 || (len(kept)+padding)%4 != 0); i++ {
		switch c := text[i]; {
		case isAlphanumeric(c) || c == '+' || c == '/':
			kept, padding = append(kept, c), 0
		case c == '=' && len(kept)%4 >= 2:
			padding++
		}
	}
	if len(kept)%4 != 0 && (len(kept)+padding)%4 != 0 || len(kept)%4 == 1 {
		return nil, false
	}
	bytes, err := base64.RawStdEncoding.DecodeString(string(kept))
	return bytes, err == nil
}
