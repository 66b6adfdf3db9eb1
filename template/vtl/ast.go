package vtl

// statement is a node of the parsed template that prints or acts.
type statement interface{ offset() int }

// at is the byte offset of a node.
type at int

func (a at) offset() int { return int(a) }

type (
	textStatement struct {
		at
		text string
	}
	// printStatement prints a reference.
	printStatement struct {
		at
		ref *reference
	}
	setStatement struct {
		at
		target *reference
		value  *expression
	}
	ifStatement struct {
		at
		branches  []branch
		otherwise []statement
	}
	foreachStatement struct {
		at
		variable string
		list     *expression
		body     []statement
	}
	defineStatement struct {
		at
		variable string
		body     []statement
	}
	breakStatement struct {
		at
		scope *expression // of the loop to end; nil: the nearest
	}
	stopStatement struct{ at }
	// failStatement is a directive that fails when it is run.
	failStatement struct {
		at
		message string
	}
)

// branch is an #if or #elseif.
type branch struct {
	cond *expression
	body []statement
}

// reference is $a.b('c')[0].
type reference struct {
	at
	root   string
	steps  []step
	prefix string // printed before the value: extra "$", halved backslashes
	// literal is printed instead of a value: the reference is escaped, or
	// looks like one and is none.
	literal string
	// nullText is printed where a block has no value: the reference as
	// written, or nothing for $!a.
	nullText string
	isText   bool // print literal
	// isEscaped prints literal too, but evaluates the reference first.
	isEscaped bool
	isRunt    bool // a name without "$": null as a value
}

// printsText reports whether r prints as text whatever its value.
func (r *reference) printsText() bool { return r.isText || r.isEscaped && len(r.steps) == 0 }

// readsLoop reports whether r, a reference to $foreach, needs no more than the
// loop that it stands in: one property, and none that leads to another loop.
func (r *reference) readsLoop() bool {
	if len(r.steps) != 1 || r.steps[0].kind != stepProperty {
		return false
	}
	return r.steps[0].name != "parent" && r.steps[0].name != "topmost"
}

type stepKind uint8

const (
	stepProperty stepKind = iota
	stepMethod
	stepIndex
)

// step is .b, .b(..) or [..].
type step struct {
	at
	kind stepKind
	name string
	args []*expression // of an index: one
}

type expressionKind uint8

const (
	exConstant expressionKind = iota
	exString                  // with references or directives in it
	exReference
	exList
	exMap // args are key, value, key, value
	exRange
	exNot
	exAnd
	exOr
	exEquality // chains of operators of one precedence, left to right
	exRelation
	exSum
	exProduct
)

// expression is a node with a value.
type expression struct {
	at
	kind  expressionKind
	value Value       // exConstant
	ref   *reference  // exReference
	body  []statement // exString
	keep  bool        // exString: the output is not shortened by one
	args  []*expression
	ops   []kind // between args of a chain
	// source and raw are for the text that "a" + null makes: see concat.
	source string
	raw    string
}
