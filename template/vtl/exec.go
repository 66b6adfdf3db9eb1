package vtl

import (
	"errors"
	"fmt"

	"github.com/poterne/poterne/template/javatext"
	"github.com/poterne/poterne/template/jsonv"
)

// Run is the state of one render, as bound functions and hosts see it.
type Run struct {
	t       *Template
	env     Env
	arena   *jsonv.Arena
	out     []byte
	slots   []Value
	loaded  uint64  // roots that are in their slots
	args    []Value // arguments of the calls that are being made
	loops   []*loopScope
	scope   *loopScope // of the innermost loop that runs
	breakTo *loopScope // the loop that a #break names; nil: the nearest
	depth   int        // of #define blocks
	hints   []int32    // where each property was found last: see walk
	limits  Limits
	fuel    int // steps until the clock is read
	steps   int // left after that
	built   int // bytes left
	max     int // length that out must not exceed
	maxOut  int // the same outside of strings
	regex   javatext.Budget

	patterns    [4]*javatext.Regex
	nextPattern int

	late error // of a block that was rendered where no error can be returned
}

// Env returns what the render was given.
func (r *Run) Env() Env { return r.env }

// Arena returns the arena of the render's values.
func (r *Run) Arena() *jsonv.Arena { return r.arena }

func (r *Run) start(dst []byte, env Env, limits Limits) {
	r.env, r.arena = env, env.Arena()
	r.out = dst
	r.limits = limits
	r.steps, r.built = limits.Steps, limits.Built
	r.fuel = 0
	r.refuel()
	r.maxOut = len(dst) + limits.Output
	r.max = r.maxOut
	r.regex = javatext.Budget{Steps: limits.RegexSteps, Bytes: limits.Built}
	for _, root := range r.t.program.assignedRoots {
		r.load(root)
	}
}

// load fills the slot of a root.
func (r *Run) load(root int32) {
	r.loaded |= 1 << root
	r.slots[root] = r.env.Root(int(root))
}

// finish takes the output and lets go of everything else.
func (r *Run) finish() []byte {
	out := r.out
	clear(r.slots)
	clear(r.args[:cap(r.args)])
	for _, s := range r.loops[:cap(r.loops)] {
		if s != nil {
			s.reset()
		}
	}
	if r.t.program.keepScopes {
		r.loops = nil
	}
	*r = Run{t: r.t, slots: r.slots, hints: r.hints, args: r.args[:0], loops: r.loops[:0], patterns: r.patterns}
	return out
}

// signal is how a run of instructions ended.
type signal uint8

const (
	done signal = iota
	broken
	stopped
)

// run executes instructions [pc, end).
func (r *Run) run(pc, end int32) (signal, error) {
	code := r.t.program.code
	for pc < end {
		in := &code[pc]
		pc++
		err := r.tick()
		if err != nil {
			return stopped, r.wrap(in.off, "", err)
		}
		switch in.op {
		case opText:
			r.out = append(r.out, in.text...)
			err = r.checkOutput()
		case opPrint:
			r.out = append(r.out, in.text...)
			err = r.print(in.ref)
		case opSet:
			err = r.set(in)
		case opUnless:
			var yes bool
			if yes, err = r.truth(in.expr); !yes {
				pc = in.to
			}
		case opJump:
			pc = in.to
		case opForeach:
			var sig signal
			if sig, err = r.foreach(in, pc); sig != done && err == nil {
				return sig, nil
			}
			pc = in.to
		case opDefine:
			r.slots[in.slot] = r.newBlock(block{r: r, from: pc, to: in.to})
			pc = in.to
		case opBreak:
			if in.expr != nil {
				return r.breakFrom(in)
			}
			return broken, nil
		case opFail:
			return stopped, r.wrap(in.off, "", javaError(in.text))
		default:
			return stopped, nil
		}
		if err != nil {
			return stopped, r.wrap(in.off, "", err)
		}
	}
	return done, nil
}

// breakFrom is #break(scope): it ends that loop and those within it.
func (r *Run) breakFrom(in *instruction) (signal, error) {
	v, err := r.eval(in.expr)
	if err != nil {
		return stopped, err
	}
	scope, ok := foreignOf(v).(*loopScope)
	if !ok {
		return stopped, r.wrap(in.off, "#break", javaError("VelocityException: the argument is no $foreach"))
	}
	r.breakTo = scope
	return broken, nil
}

// clockSteps is the number of steps from one look at the clock to the next.
const clockSteps = 1024

// tick counts a step.
func (r *Run) tick() error {
	if r.fuel--; r.fuel >= 0 {
		return nil
	}
	return r.checkBudget()
}

// checkBudget goes on to the next steps, unless there are none or the time is
// up.
func (r *Run) checkBudget() error {
	if r.refuel(); r.fuel < 0 {
		return spent("more than %d steps", r.limits.Steps)
	}
	if !r.limits.Deadline.IsZero() && r.limits.Now().After(r.limits.Deadline) {
		return spent("the time is up")
	}
	return nil
}

// refuel moves steps to fuel; fuel is negative afterwards if all are spent.
func (r *Run) refuel() {
	left := r.steps + r.fuel
	r.fuel = min(left, clockSteps)
	r.steps = left - r.fuel
}

// checkOutput bounds out.
func (r *Run) checkOutput() error {
	if len(r.out) > r.max {
		return r.tooLong()
	}
	return nil
}

// tooLong says which bytes out has too many of: in a string they are Built.
func (r *Run) tooLong() error {
	if r.max != r.maxOut {
		return r.overbuilt()
	}
	return spent("more than %d bytes of output", r.limits.Output)
}

func (r *Run) overbuilt() error {
	return spent("more than %d bytes of strings and lists", r.limits.Built)
}

// spent is the number of steps that were made.
func (r *Run) spent() int { return r.limits.Steps - r.steps - r.fuel }

// Work charges the steps of an operation over n bytes.
func (r *Run) Work(n int) error {
	r.fuel -= n >> 8
	return r.tick()
}

// Build charges n bytes that a template makes on the way.
func (r *Run) Build(n int) error {
	r.built -= n
	if r.built < 0 || n < 0 {
		return r.overbuilt()
	}
	return r.Work(n)
}

// budgetError says which of the Limits is spent.
type budgetError string

func (e budgetError) Error() string { return string(e) }

// Spent is the error of an embedder's function that has used up a budget of
// its own: the render ends with a LimitError.
func Spent(message string) error { return budgetError(message) }

func spent(format string, args ...any) error { return budgetError(fmt.Sprintf(format, args...)) }

// wrap gives an error its kind and its place, unless it has them. what is the
// member that failed.
func (r *Run) wrap(off int32, what string, err error) error {
	var located *Error
	var signal errSignal
	if errors.As(err, &located) || errors.As(err, &signal) {
		return err
	}
	kind := ExecError
	if isLimit(err) {
		kind = LimitError
	}
	message := err.Error()
	if what != "" {
		message = what + ": " + message
	}
	located = locate(kind, r.t.name, r.t.src, int(off), message)
	located.Cause = err
	return located
}

func isLimit(err error) bool {
	var budget budgetError
	var json *jsonv.LimitError
	return errors.As(err, &budget) || errors.As(err, &json) ||
		errors.Is(err, javatext.ErrBudget) || errors.Is(err, javatext.ErrTooLarge)
}

// print appends the value of a reference.
func (r *Run) print(n *refNode) error {
	if n.isRunt {
		return nil
	}
	v, err := r.walk(n)
	if err != nil {
		return err
	}
	if b, ok := foreignOf(v).(*block); ok && !n.isEscaped {
		return r.printBlock(b, n)
	}
	mark := len(r.out)
	r.out = append(r.out, n.prefix...)
	switch {
	case n.isEscaped:
		r.out = append(r.out, n.literal...)
	case v.Kind() == jsonv.KindString:
		r.out = append(r.out, v.Str()...)
	case !v.IsNull(): // what is undefined reads as ""
		return r.printValue(v, mark)
	}
	return r.checkOutput()
}

// printValue appends the text of v. Velocity writes nothing, from mark on, if
// a block in v has a #stop.
func (r *Run) printValue(v Value, mark int) (err error) {
	r.out, err = jsonv.Append(r.out, v, jsonv.Java, r.max)
	if r.late != nil {
		r.out = r.out[:mark]
		return r.takeLate()
	}
	if err != nil && !errors.Is(err, jsonv.ErrLong) {
		return err
	}
	return r.checkOutput()
}

// text returns the toString of v as a Go string, charged where it is made.
func (r *Run) text(v Value) (string, error) {
	if v.Kind() == jsonv.KindString {
		return v.Str(), nil
	}
	s, err := r.toString(v)
	return s.Str(), err
}

// toString returns the String that v.toString() is.
func (r *Run) toString(v Value) (Value, error) {
	if v.Kind() == jsonv.KindString {
		return v, nil
	}
	mark := len(r.out)
	out, err := jsonv.Append(r.out, v, jsonv.Java, mark+max(r.built, 0))
	r.out = out[:mark]
	if r.late != nil {
		return Value{}, r.takeLate()
	}
	if err != nil && !errors.Is(err, jsonv.ErrLong) {
		return Value{}, err
	}
	return r.newString(out[mark:])
}

// takeLate is the error, or signal, of a block whose text was wanted.
func (r *Run) takeLate() error {
	err := r.late
	r.late = nil
	return err
}

// newString copies b into the arena.
func (r *Run) newString(b []byte) (Value, error) {
	if err := r.Build(len(b)); err != nil {
		return Value{}, err
	}
	return r.arena.String(b), nil
}

// set runs a #set. A null value changes nothing.
func (r *Run) set(in *instruction) error {
	v, err := r.eval(in.expr)
	if err != nil || v.IsNull() {
		return err
	}
	if in.last == nil {
		r.slots[in.slot] = v
		return nil
	}
	object, err := r.walk(in.ref)
	if err != nil || object.IsNull() {
		return err
	}
	return r.assign(object, in.last, v)
}

// assign sets a member of object; what cannot be set stays as it is.
func (r *Run) assign(object Value, s *stepNode, v Value) error {
	if err := r.Build(64); err != nil {
		return err
	}
	switch s.kind {
	case stepProperty:
		if m := object.Object(); m != nil {
			m.Put(s.name, v)
		} else if scope, ok := foreignOf(object).(*loopScope); ok {
			scope.object().Put(s.name, v)
		}
	case stepIndex:
		key, err := r.eval(s.args[0])
		if err != nil {
			return err
		}
		return r.assignIndex(object, key, s, v)
	}
	return nil
}

// assignIndex is set(index, value) of a list, put(key, value) of a map.
func (r *Run) assignIndex(object, key Value, s *stepNode, v Value) error {
	key, err := r.fromEnd(object, key)
	if err == nil {
		err = r.key(key)
	}
	if err != nil {
		return r.wrap(s.off, "set", err)
	}
	switch f := foreignOf(object).(type) {
	case *loopScope:
		f.object().PutKey(key, v)
		return nil
	case javaClass:
		if err := f.index(key); err != nil {
			return r.wrap(s.off, "set", err)
		}
		return nil
	}
	if m := object.Object(); m != nil {
		m.PutKey(key, v)
		return nil
	}
	list := object.Array()
	if list == nil || key.Kind() != jsonv.KindInt {
		return nil
	}
	i := key.Int64()
	if i < 0 || i >= int64(list.Len()) {
		return r.wrap(s.off, "set", outOfBounds(i, list.Len()))
	}
	list.Set(int(i), v)
	return nil
}

// Text returns v printed in the format, as a String of the render.
func (r *Run) Text(v Value, format jsonv.Format) (Value, error) {
	if format == jsonv.Java {
		return r.toString(v)
	}
	mark := len(r.out)
	out, err := jsonv.Append(r.out, v, format, mark+max(r.built, 0))
	r.out = out[:mark]
	if err != nil && !errors.Is(err, jsonv.ErrLong) {
		return Value{}, err
	}
	return r.newString(out[mark:])
}

// Make returns the String that write appends; about is how long it will be at
// least.
func (r *Run) Make(about int, write func(dst []byte) []byte) (Value, error) {
	if err := r.Work(about); err != nil {
		return Value{}, err
	}
	mark := len(r.out)
	out := write(r.out)
	r.out = out[:mark]
	return r.newString(out[mark:])
}
