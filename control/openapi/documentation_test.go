package openapi

import (
	"errors"
	"testing"
)

// ImportDocumentationParts looks at documentation alone: the rest of the
// document may be anything that can be read.
func TestImportDocumentation(t *testing.T) {
	parts, version, err := ImportDocumentation([]byte(`{"openapi": "3.0.1", "x-amazon-apigateway-documentation": {"version": "2", "documentationParts": [
		{"location": {"type": "METHOD", "method": "GET"}, "properties": {"description": "m"}},
		{"location": {"type": "API"}, "properties": {"description": "a"}}]},
		"paths": {"/a": {"get": {"x-amazon-apigateway-integration": {"type": "nonsense"}}}}}`), Options{})
	if err != nil || version != "2" || len(parts) != 2 {
		t.Fatalf("%v, version %q, %d parts", err, version, len(parts))
	}
	if p := parts[0]; *p.Location.Path != "/" || *p.Location.Method != "GET" || *p.Properties != `{"description":"m"}` { // AF-110, AF-114
		t.Errorf("the first part is %+v %s", *p.Location, *p.Properties)
	}
}

func TestImportDocumentationRefuses(t *testing.T) {
	for document, unreadable := range map[string]bool{
		`{"openapi": `: true, // AF-115
		`{"openapi": "3.0.1", "x-amazon-apigateway-documentation": {"documentationParts": [{"location": {"type": "X"}, "properties": {}}]}}`: false,
	} {
		_, _, err := ImportDocumentation([]byte(document), Options{})
		var refused *Error
		if !errors.As(err, &refused) || refused.Unreadable != unreadable {
			t.Errorf("%s: %v", document, err)
		}
	}
}
