package vtl

// opcode is what an instruction does.
type opcode uint8

const (
	opText    opcode = iota // append text
	opPrint                 // append text and the value of ref
	opSet                   // assign expr to slot, or to a member of ref
	opUnless                // go on at to unless expr is true
	opJump                  // go on at to
	opForeach               // run the instructions up to to for each of expr
	opDefine                // make a block of the instructions up to to
	opBreak
	opStop
	opFail // with text
)

// instruction is one step of a program. Bodies stand right behind the
// instruction that owns them.
type instruction struct {
	op   opcode
	off  int32
	slot int32
	to   int32
	text string
	ref  *refNode
	last *stepNode // of opSet: the member to assign; nil: the slot
	expr *exprNode
}

// refNode is a compiled reference.
type refNode struct {
	off       int32
	slot      int32
	root      int32  // index in Library.Roots, or -1
	loop      nameID // the property of the running loop that this is; then steps are those behind it
	bound     Bound  // does the first steps, or nil
	boundArgs []*exprNode
	steps     []stepNode // behind the bound ones
	prefix    string     // printed before the value
	literal   string     // the reference as text
	nullText  string     // printed for a block without a value
	isText    bool       // print literal
	isEscaped bool       // print literal when it is evaluated
	isRunt    bool       // null as a value
}

// stepNode is a compiled .b, .b(..) or [..].
type stepNode struct {
	kind stepKind
	// get and is are the methods getB() and isB() of a property; get is b()
	// of a call with arguments.
	get, is nameID
	id      nameID
	off     int32
	hint    int32 // index in Run.hints
	name    string
	args    []*exprNode
}

// exprNode is a compiled expression.
type exprNode struct {
	kind     expressionKind
	keep     bool
	off      int32
	from, to int32 // instructions of an exString
	value    Value
	ref      *refNode
	args     []*exprNode
	ops      []kind
	source   string
	raw      string
}

// program is what a template compiles to. It is immutable.
type program struct {
	code  []instruction
	hints int32 // number of steps in all
	main  int32 // the template ends here; bodies of strings stand behind
	slots []string

	// The variables that #foreach sets, -1 where the template has none of them.
	foreach, count, hasNext int32
	// assignedRoots are the Library's roots that the template sets itself.
	assignedRoots []int32
	// keepScopes: the template may keep a $foreach after its loop.
	keepScopes bool
	// blocks: the template has a #define.
	blocks bool
}
