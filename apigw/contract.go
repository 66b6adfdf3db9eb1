// Package apigw is the waist of poterne: what its two planes share.
//
// The contract of Amazon API Gateway's REST API (124 operations and their
// shapes) is data, contract.json. From it come the Go shapes (shapes_gen.go)
// and the table of operations with the description of each shape
// (operations_gen.go), which drive the server's codec and the command line.
//
// What passes from the control plane to the data plane is a Definition (what a
// Deployment froze of one RestApi) and a Release (a Stage and the Definitions
// that it points at). They are plain values: the control plane and OpenAPI
// import produce them, and the gateway alone consumes them.
//
// In every shape an absent member is nil: a nil pointer, slice or map. An
// empty, non-nil map or slice is one that the caller gave as {} or [].
package apigw

import "reflect"

//go:generate go run ../internal/gen

// An Operation is a row of the contract: a verb and path with its shapes.
type Operation struct {
	Name   string   // "PutIntegration"
	Method string   // HTTP verb
	Path   string   // "/restapis/{restapi_id}": one {label} is one path segment
	Query  string   // the fixed query that tells two operations apart: "mode=import", or ""
	Status int      // status of success
	Input  *Shape   // always a structure
	Output *Shape   // nil: the answer has no body
	Errors []string // the exceptions that the operation models
}

// A Shape describes a type of the contract.
type Shape struct {
	Name    string
	Kind    Kind
	Enum    []string
	Pattern string   // regular expression that the whole text must match
	Of      *Shape   // of a list's members, or a map's values
	Members []Member // of a structure, in the contract's order
	Go      any      // of a structure: a nil pointer to the Go struct; Members[i].Index is its field
}

// Type is the Go struct of a structure. It is not in the table itself, which is
// data that the compiler lays out: nothing of it is made when a program starts.
func (s *Shape) Type() reflect.Type { return reflect.TypeOf(s.Go).Elem() }

// A Member is a member of a structure.
type Member struct {
	Name     string // the contract's name: "integrationHttpMethod"
	Wire     string // its name on the wire: "httpMethod"
	Shape    *Shape
	Index    int // of the field in the Go struct
	In       In
	Required bool
}

// Kind is the kind of a Shape.
type Kind uint8

// The kinds of shapes.
const (
	KindStructure Kind = iota
	KindList
	KindMap
	KindString
	KindBoolean
	KindInteger
	KindLong
	KindDouble
	KindTimestamp
	KindBlob
)

// In says where in a message a member travels.
type In uint8

// Places of members.
const (
	InBody        In = iota // a member of the JSON body
	InUri                   // a {label} of the path
	InQuerystring           // a query parameter; a map takes every one that is not otherwise bound
	InHeader                // a header
	InPayload               // the whole body, raw
)
