// Package rule is what API Gateway makes of the parts of a RestApi before it
// keeps them, whatever way they come: by an operation of their own or in an
// OpenAPI document. It fills in what was not given and refuses, in AWS's words,
// what AWS does not take.
//
// The rules for a kind of part are a table in AWS's order, in the file of the
// kind; the first that refuses is the answer. Package control holds one part
// after another against them, package openapi those of a document, to say where
// in it the refused one stands and what to do about it.
//
// What has to be looked up to be refused (that a Model of this name is there,
// that no Authorizer has that one yet) is not here but in control. Errors are
// *Refusal, or what Server.HasVpcLink returns.
//
// Sections are those of the control plane notes.
package rule

import (
	"errors"
	"math"

	"github.com/poterne/poterne/apigw"
)

// A Refusal is the answer to a part that AWS does not take. It unwraps to that
// answer.
type Refusal struct {
	Answer   *apigw.Error
	NextStep string // what who wrote the part can do about it; "" if the answer says it
}

// Error is the answer's text.
func (r *Refusal) Error() string { return r.Answer.Error() }

// Unwrap is the answer.
func (r *Refusal) Unwrap() error { return r.Answer }

// A Server is what the rules ask of the server that is to keep a part. The
// zero Server is AWS without any quota raised, and takes every account's roles
// and every VPC link.
type Server struct {
	LongestTimeout int // of an integration, in milliseconds; 0 is AWS's 29,000
	TemplateBytes  int // of a mapping template; 0 is AWS's 300 KB
	// Account is the one whose roles an Integration may assume; "" takes every
	// role.
	Account string
	// SharedPatterns lets IntegrationResponses of one Integration have the same
	// selection pattern.
	SharedPatterns bool
	// HasVpcLink says whether there is a VPC link with this id; nil takes every
	// id.
	HasVpcLink func(id string) (bool, error)
}

// AnyServer refuses nothing for which a quota would have to be raised: it is for
// who asks the server itself afterwards.
func AnyServer() Server {
	return Server{LongestTimeout: math.MaxInt, TemplateBytes: math.MaxInt, SharedPatterns: true}
}

// A Place is what the rules for an Integration and its responses look at
// beside them.
type Place struct {
	Method *apigw.Method // whose they are
	Path   string        // of its Resource
	Server Server

	// InDocument lets an IntegrationResponse map headers of a status that no
	// MethodResponse is for.
	InDocument bool
}

// A row of a table: why AWS refuses a T, nil if it does not, and what to do
// about that.
type row[T any] struct {
	check    func(T) error
	nextStep string
}

// refuse is what the first row of a table that refuses part says of it.
func refuse[T any](table []row[T], part T) error {
	for _, r := range table {
		err := r.check(part)
		if err == nil {
			continue
		}
		var answer *apigw.Error
		if errors.As(err, &answer) {
			return &Refusal{Answer: answer, NextStep: r.nextStep}
		}
		return err
	}
	return nil
}

func deref[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

func setDefault[T any](member **T, value T) {
	if *member == nil {
		*member = &value
	}
}
