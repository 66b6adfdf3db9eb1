package vtl

import (
	"errors"

	"github.com/poterne/poterne/template/jsonv"
)

// loopScope is $foreach of one running loop.
type loopScope struct {
	self   Value // the scope as a value
	parent *loopScope
	// replaced is what $foreach was before an outermost loop.
	replaced Value
	index    int
	more     bool
	extra    *jsonv.Object // what the template sets in it
}

func (s *loopScope) reset() { *s = loopScope{self: s.self} }

// AppendString prints the scope, a map of what was set in it.
func (s *loopScope) AppendString(dst []byte) []byte { return jsonv.AppendString(dst, s.self) }

// Item is that map, the only item.
func (s *loopScope) Item(i int) (item Value, before string, ok bool) {
	switch {
	case s.extra == nil:
		return jsonv.Null, "{}", false
	case i == 0:
		return jsonv.FromObject(s.extra), "", true
	}
	return jsonv.Null, "", false
}

// object is the map that a scope is.
func (s *loopScope) object() *jsonv.Object {
	if s.extra == nil {
		s.extra = jsonv.NewObject()
	}
	return s.extra
}

// get returns what was set in the scope, or in a loop around it.
func (s *loopScope) get(key Value) Value {
	for ; s != nil; s = s.parent {
		if s.extra == nil {
			continue
		}
		if v, ok := s.extra.GetKey(key); ok {
			return v
		}
	}
	return jsonv.Null
}

func (s *loopScope) property(id nameID, name string) Value {
	switch id {
	case nameHasNext:
		return jsonv.Bool(s.more)
	case nameCount:
		return jsonv.Int(int32(s.index + 1))
	case nameIndex:
		return jsonv.Int(int32(s.index))
	case nameFirst:
		return jsonv.Bool(s.index == 0)
	case nameLast:
		return jsonv.Bool(!s.more)
	case nameParent:
		return s.parent.value()
	case nameTopmost:
		top := s
		for top.parent != nil {
			top = top.parent
		}
		return top.value()
	}
	return s.get(jsonv.String(name))
}

// valueOf is property of the innermost loop, which may be none.
func (s *loopScope) valueOf(id nameID) Value {
	if s == nil {
		return jsonv.Null
	}
	return s.property(id, "")
}

func (s *loopScope) value() Value {
	if s == nil {
		return jsonv.Null
	}
	return s.self
}

// pushLoop returns a scope for a loop that begins; before is what $foreach is.
func (r *Run) pushLoop(before Value) *loopScope {
	n := len(r.loops)
	if n < cap(r.loops) && r.loops[:n+1][n] != nil && !r.t.program.keepScopes {
		r.loops = r.loops[:n+1]
		r.loops[n].reset()
	} else {
		s := &loopScope{}
		s.self = jsonv.FromForeign(s)
		r.loops = append(r.loops, s)
	}
	s := r.loops[n]
	if parent, ok := foreignOf(before).(*loopScope); ok {
		s.parent = parent
	} else {
		s.replaced = before
	}
	return s
}

// sequence is what a loop runs over: item i of a list, map or view.
type sequence struct {
	list   *jsonv.Array
	object *jsonv.Object
	part   viewPart
	cursor *iterator
	size   int // when the loop began
}

var errConcurrent = errors.New("ConcurrentModificationException")

// sequenceOf returns what #foreach makes of a value; false for what it does
// not run over.
func sequenceOf(v Value) (sequence, bool) {
	switch v.Kind() {
	case jsonv.KindArray:
		return sequence{list: v.Array(), size: v.Array().Len()}, true
	case jsonv.KindObject:
		return sequence{object: v.Object(), part: viewValues, size: v.Object().Len()}, true
	case jsonv.KindForeign:
		switch f := v.Foreign().(type) {
		case *mapView:
			return sequence{object: f.of, part: f.part, size: f.of.Len()}, true
		case *iterator:
			return sequence{cursor: f}, true
		}
	}
	return sequence{}, false
}

// more reports whether there is an item i. A list that has grown or shrunk has
// one more as Java's iterator sees it, and fails in next.
func (q *sequence) more(i int) bool {
	switch {
	case q.cursor != nil:
		return q.cursor.more()
	case q.list != nil:
		return i != q.list.Len()
	}
	return i < q.size
}

func (q *sequence) next(r *Run, i int) (Value, error) {
	switch {
	case q.cursor != nil:
		return q.cursor.next(r)
	case q.list != nil:
		if q.list.Len() != q.size {
			return jsonv.Null, errConcurrent
		}
		return q.list.At(i), nil
	}
	if q.object.Len() != q.size {
		return jsonv.Null, errConcurrent
	}
	return r.viewItem(q.object, q.part, i), nil
}

// foreach runs a loop; its body begins at pc.
func (r *Run) foreach(in *instruction, pc int32) (signal, error) {
	v, err := r.eval(in.expr)
	if err != nil {
		return stopped, err
	}
	q, ok := sequenceOf(v)
	p := r.t.program
	if !ok || !q.more(0) && in.slot != p.foreach {
		return done, nil
	}
	saved := [...]Value{r.slot(p.count), r.slot(p.hasNext), r.slot(in.slot)}
	scope, outer := r.pushLoop(r.slot(p.foreach)), r.scope
	r.scope = scope
	r.setSlot(p.foreach, scope.self)
	sig, err := r.turns(in, pc, &q, scope)
	r.loops = r.loops[:len(r.loops)-1]
	r.scope = outer
	for i, slot := range [...]int32{p.count, p.hasNext, in.slot} {
		r.setSlot(slot, saved[i])
	}
	if err == nil && p.foreach >= 0 {
		err = r.popScope(in)
	}
	return sig, err
}

// popScope takes $foreach back to what it was before the loop. Velocity looks
// at what the variable holds by now, which the template may have changed: what
// is no scope stays.
func (r *Run) popScope(in *instruction) error {
	v := r.slots[r.t.program.foreach]
	if v.IsNull() {
		return r.wrap(in.off, "#foreach", errNullPointer)
	}
	scope, ok := foreignOf(v).(*loopScope)
	switch {
	case !ok:
	case scope.parent != nil:
		r.slots[r.t.program.foreach] = scope.parent.self
	default:
		r.slots[r.t.program.foreach] = scope.replaced
	}
	return nil
}

func (r *Run) turns(in *instruction, pc int32, q *sequence, scope *loopScope) (signal, error) {
	p := r.t.program
	for i := 0; q.more(i); i++ {
		if i >= r.limits.LoopTurns {
			return r.loopTooLong(in)
		}
		v, err := q.next(r, i)
		if err != nil {
			return stopped, r.wrap(in.expr.off, "#foreach", err)
		}
		scope.index, scope.more = i, q.more(i+1)
		if p.count >= 0 {
			r.slots[p.count] = jsonv.Int(int32(i + 1))
		}
		if p.hasNext >= 0 {
			r.slots[p.hasNext] = jsonv.Bool(scope.more)
		}
		r.slots[in.slot] = v
		sig, err := r.run(pc, in.to)
		if sig, err = signalOf(sig, err); sig == stopped || err != nil {
			return stopped, err
		}
		if sig == broken {
			return r.afterBreak(scope), nil
		}
	}
	return done, nil
}

// afterBreak is how a #break goes on outside of the loop scope.
func (r *Run) afterBreak(scope *loopScope) signal {
	if r.breakTo != nil && r.breakTo != scope {
		return broken
	}
	r.breakTo = nil
	return done
}

// signalOf turns a #break or #stop that came out of a string into a signal.
func signalOf(sig signal, err error) (signal, error) {
	if err == nil { // the usual turn: errors.As would put s on the heap
		return sig, nil
	}
	var s errSignal
	if errors.As(err, &s) {
		return s.sig, nil
	}
	return sig, err
}

func (r *Run) loopTooLong(in *instruction) (signal, error) {
	if r.limits.FailLongLoop {
		return stopped, spent("more than %d turns of a #foreach", r.limits.LoopTurns)
	}
	return done, nil
}

// slot and setSlot leave out variables that the template does not have.
func (r *Run) slot(i int32) Value {
	if i < 0 {
		return jsonv.Null
	}
	return r.slots[i]
}

func (r *Run) setSlot(i int32, v Value) {
	if i >= 0 {
		r.slots[i] = v
	}
}
