// Package openapi reads and writes a RestApi as an OpenAPI 3.0 or Swagger 2.0
// document with API Gateway's x-amazon-apigateway-* extensions.
//
// Import makes an apigw.Definition of a document, in JSON or YAML. What it
// accepts, the Put operations of the control plane would accept, for package
// rule has the rules of both; what they would refuse comes back as an *Error
// that has each refusal twice: with file, line, column and next step for whoever
// wrote the document, and in the form in which AWS answers ImportRestApi and
// PutRestApi. What AWS drops is a warning.
//
// Ids are the caller's. A Definition that comes from Import refers by path and
// by name: Resource.ParentId is the path of the parent, Method.AuthorizerId
// and Method.RequestValidatorId are names, and references between models carry
// Options.RestApiId.
//
// Export is the way back, and Lint tells what a reader of the document should
// know beyond errors and warnings.
//
// How a document is read: json.go or yaml.go makes a tree of nodes that know
// their place, within budgets of bytes, nodes and depth; import.go walks it;
// what differs between the versions is in swagger2.go and openapi3.go. Nothing
// outside the document is ever looked up.
//
// Sections are those of the control plane notes: §4 is import and export, §2
// the resources.
package openapi

import (
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
)

// Options are what an import needs beside the document.
type Options struct {
	File                       string      // name in positions; "" for a document that is no file
	RestApiId                  string      // written in references between models
	BasePath                   BasePath    // what becomes of basePath or servers
	IgnoreDocumentation        bool        // ignore=documentation: make no documentation parts
	FailOnWarnings             bool        // warnings refuse the document
	EndpointConfigurationTypes []string    // EDGE, REGIONAL or PRIVATE
	Server                     rule.Server // what the document is held against
	MaxBytes                   int         // of the document; 0 means AWS's 6 MB
	Variables                  Variables
	Named                      bool // the RestApi has a name: a title may be missing
	Newer                      bool // read OpenAPI 3.1 and later as 3.0; AWS refuses it

	// Existing is the API that the document is merged into, or nil: the
	// document may refer to its models, validators and authorizers by name.
	Existing *apigw.Definition
}

// Variables are the values of ${AWS::AccountId}, ${AWS::Region} and
// ${AWS::Partition} in the document's texts. An empty one is left as it is.
type Variables struct{ AccountId, Region, Partition string }

// BasePath is the import parameter "basepath" (§4.7).
type BasePath string

// What becomes of the base path of a document.
const (
	BasePathIgnore  BasePath = "ignore"  // dropped; also ""
	BasePathPrepend BasePath = "prepend" // its segments become parents of every path
	BasePathSplit   BasePath = "split"   // the first segment is dropped, the others are prepended
)

// Format is a version of the format.
type Format string

// The formats, by the name that GetExport knows them under.
const (
	OpenAPI30 Format = "oas30"
	Swagger20 Format = "swagger"
)

// A Document is what an import made of a document.
type Document struct {
	Format     Format
	Title      string
	Version    string // info.version; "" without one
	Definition apigw.Definition

	DocumentationParts   []apigw.DocumentationPart
	DocumentationVersion string // of x-amazon-apigateway-documentation; "" without one

	Warnings []Finding // what was dropped, in the order of the document
	Notes    []Finding // what AWS says nothing about and Lint reports

	Serve Serve // the x-poterne-* extensions

	file   string
	places map[place]Position
}

// A place is a path and, for a method, its verb.
type place struct{ path, verb string }

// Serve is what a document says to `poterne serve FILE`. Import takes nothing
// else from it.
type Serve struct {
	With      []string          // x-poterne-serve-with: documents to serve beside this one, relative to it
	StageName string            // x-poterne-stage.name, "local" without one
	Variables map[string]string // x-poterne-stage.variables
}

// WarningTexts are the warnings as AWS returns them in RestApi.warnings; nil
// when there are none.
func (d *Document) WarningTexts() []string { return messages(d.Warnings) }

// Position is where the document defines path, or the method verb of it if
// verb is not empty. An unknown one is the document's beginning.
func (d *Document) Position(path, verb string) Position {
	if at, ok := d.places[place{path, verb}]; ok {
		return at
	}
	return Position{File: d.file, Line: 1, Column: 1}
}

// replacer puts values for ${AWS::…} in a text (§4.3).
func (v Variables) replacer() func(string) string {
	var pairs []string
	for _, p := range [][2]string{{"AccountId", v.AccountId}, {"Region", v.Region}, {"Partition", v.Partition}} {
		if p[1] != "" {
			pairs = append(pairs, "${AWS::"+p[0]+"}", p[1])
		}
	}
	r := strings.NewReplacer(pairs...)
	return func(s string) string {
		if !strings.Contains(s, "${AWS::") {
			return s
		}
		return r.Replace(s)
	}
}
