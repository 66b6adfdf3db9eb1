// Package vtl runs the mapping templates of API Gateway: Apache Velocity 1.7
// in the set-up that AWS's recorded renderings show (templates §1). Undefined
// references read as the empty string, #macro registers nothing, #parse,
// #include and #evaluate are text, and a loop ends silently after 1,000 turns.
//
// A template is parsed once, by [Parse], into an immutable program; the way is
// lex.go → parse.go (a tree with byte offsets) → compile.go (variables to
// slots, text merged, methods to ids) → exec.go. What a template can see of
// the world beside its own variables is declared by a [Library] and given to a
// render by an [Env]: the engine knows neither $input nor $context.
//
// Every render runs within [Limits]; nothing in a template can reach Go values
// by reflection, since there is none: methods are rows of tables
// (methods_*.go).
package vtl

import "github.com/poterne/poterne/template/jsonv"

// Value is a value of a template.
type Value = jsonv.Value

// Library declares the variables that the embedder gives to templates.
type Library struct {
	// Roots are the names of the variables ("input", "util").
	Roots []string
	// Bind, which may be nil, is asked at parse time what a reference that
	// begins with a root means: $input.path('$.a') is root 0 with the path
	// [path('$.a')]. It answers with a function for the first steps of the
	// path and their number; 0 leaves the reference to the value of the root.
	// A root that the template itself assigns is never bound.
	Bind func(root int, path []Step) (steps int, fn Bound)
}

// Step is one member of a reference: a property or a method call.
type Step struct {
	Name string
	Call bool
	Args []Literal // of a call
}

// Literal is an argument of a call as far as it is known at parse time.
type Literal struct {
	Value Value
	Known bool
}

// Bound is what a reference to the embedder was bound to. args are those of
// the last step that was bound. A null result is an undefined reference.
type Bound func(r *Run, args []Value) (Value, error)

// Host is a foreign value with members: what [Env.Root] returns for a root
// that is no plain value.
type Host interface {
	jsonv.Foreign
	// Property returns the value of $host.name; null where there is none.
	Property(r *Run, name string) (Value, error)
	// Call returns the value of $host.name(args); null where there is none.
	Call(r *Run, name string, args []Value) (Value, error)
}

// Env is what one render sees of the embedder.
type Env interface {
	// Root returns the value of Library.Roots[i]; it is asked on first use.
	Root(i int) Value
	// Arena holds the values that the template makes; they live as long as
	// the arena's.
	Arena() *jsonv.Arena
}
