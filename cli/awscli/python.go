package awscli

import (
	"strings"

	"github.com/poterne/poterne/cli/awscli/document"
)

// The AWS CLI is a Python program, and shows values as Python writes them.

// repr is v as Python's repr writes it.
func repr(v any) string {
	switch v := v.(type) {
	case string:
		return reprText(v)
	case []byte:
		return "b" + reprText(string(v))
	case []any:
		parts := make([]string, len(v))
		for i, element := range v {
			parts[i] = repr(element)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case *document.Object:
		parts := make([]string, 0, v.Len())
		for name, value := range v.All() {
			parts = append(parts, repr(name)+": "+repr(value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return str(v)
}

func reprText(s string) string {
	quote := "'"
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = `"`
	}
	return quote + strings.NewReplacer(`\`, `\\`, quote, `\`+quote, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(s) + quote
}

// str is v as Python's str writes it: texts as they are.
func str(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		return map[bool]string{true: "True", false: "False"}[v]
	case string:
		return v
	case []any, *document.Object, []byte:
		return repr(v)
	}
	return document.Scalar(v)
}

// class is the type of v as Python shows it.
func class(v any) string {
	name := "int"
	switch v.(type) {
	case nil:
		name = "NoneType"
	case bool:
		name = "bool"
	case float64:
		name = "float"
	case string:
		name = "str"
	case []byte:
		name = "bytes"
	case []any:
		name = "list"
	case *document.Object:
		name = "dict"
	}
	return "<class '" + name + "'>"
}
