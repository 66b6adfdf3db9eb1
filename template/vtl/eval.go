package vtl

import (
	"github.com/poterne/poterne/template/jsonv"
)

var emptyString = jsonv.String("")

// reference returns the value of a reference; what is undefined, or null,
// reads as "".
func (r *Run) reference(n *refNode) (Value, error) {
	if n.isRunt {
		return jsonv.Null, nil
	}
	v, err := r.walk(n)
	if v.IsNull() {
		return emptyString, err
	}
	return v, err
}

// walk follows the steps of a reference up to the first null.
func (r *Run) walk(n *refNode) (v Value, err error) {
	switch {
	case n.loop != nameNone:
		v = r.scope.valueOf(n.loop)
	case n.bound != nil:
		v, err = r.callBound(n)
	default:
		v = r.variable(n)
	}
	for i := range n.steps {
		if err != nil || v.IsNull() {
			return v, err
		}
		s := &n.steps[i]
		if o := v.Object(); o != nil && s.kind == stepProperty && s.id != nameClass {
			r.fuel-- // the next tick looks at it
			v = o.GetNear(s.name, &r.hints[s.hint])
			continue
		}
		v, err = r.step(v, s)
	}
	return v, err
}

// variable returns the value of the root of a reference.
func (r *Run) variable(n *refNode) Value {
	if n.root >= 0 && r.loaded&(1<<n.root) == 0 {
		r.load(n.root)
	}
	return r.slots[n.slot]
}

func (r *Run) callBound(n *refNode) (Value, error) {
	base, err := r.pushArgs(n.boundArgs)
	if err != nil {
		return jsonv.Null, err
	}
	v, err := n.bound(r, r.args[base:])
	r.args = r.args[:base]
	if err != nil {
		return jsonv.Null, r.wrap(n.off, n.literal, err)
	}
	return v, nil
}

// pushArgs evaluates arguments onto the stack above base.
func (r *Run) pushArgs(list []*exprNode) (base int, err error) {
	base = len(r.args)
	for _, e := range list {
		v, err := r.eval(e)
		if err != nil {
			r.args = r.args[:base]
			return base, err
		}
		r.args = append(r.args, v)
	}
	return base, nil
}

// step follows one step from v, which is not null.
func (r *Run) step(v Value, s *stepNode) (Value, error) {
	if err := r.tick(); err != nil {
		return jsonv.Null, err
	}
	if s.kind == stepProperty {
		res, err := r.property(v, s)
		if err != nil {
			return jsonv.Null, r.wrap(s.off, s.name, err)
		}
		return res, nil
	}
	base, err := r.pushArgs(s.args)
	if err != nil {
		return jsonv.Null, err
	}
	var res Value
	if s.kind == stepMethod {
		res, err = r.call(v, s, r.args[base:])
	} else {
		res, err = r.index(v, r.args[base])
	}
	r.args = r.args[:base]
	if err != nil {
		return jsonv.Null, r.wrap(s.off, s.name, err)
	}
	return res, nil
}

// eval returns the value of an expression, null where Velocity has null.
func (r *Run) eval(e *exprNode) (Value, error) {
	switch e.kind {
	case exConstant:
		return e.value, nil
	case exReference:
		return r.reference(e.ref)
	}
	if err := r.tick(); err != nil {
		return jsonv.Null, err
	}
	switch e.kind {
	case exString:
		return r.interpolate(e)
	case exList:
		return r.list(e)
	case exMap:
		return r.mapValue(e)
	case exRange:
		return r.rangeValue(e)
	case exSum, exProduct:
		return r.arithmetic(e)
	}
	yes, err := r.truth(e)
	return jsonv.Bool(yes), err
}

// truth returns what #if makes of an expression: of references all is true but
// false and null; other values are false.
func (r *Run) truth(e *exprNode) (bool, error) {
	switch e.kind {
	case exConstant:
		return e.value.Bool(), nil
	case exReference:
		return r.truthOf(e.ref)
	case exNot:
		yes, err := r.truth(e.args[0])
		return !yes, err
	case exAnd, exOr:
		return r.junction(e)
	case exEquality:
		return r.equality(e)
	case exRelation:
		return r.relation(e)
	}
	return false, nil // a string, list, map, range or number is not even evaluated
}

// truthOf is truth of a reference. Velocity asks what is no Boolean for its
// text: blocks in it run, for what they do, and fail.
func (r *Run) truthOf(n *refNode) (bool, error) {
	if n.isRunt {
		return false, nil
	}
	v, err := r.walk(n) // what is undefined reads as "", which is true
	if err == nil && r.t.program.blocks && v.Kind() > jsonv.KindString {
		if _, err = r.toString(v); err != nil {
			err = r.wrap(n.off, n.literal, err)
		}
	}
	return v.Kind() != jsonv.KindBool || v.Bool(), err
}

// junction runs a chain of && or of ||.
func (r *Run) junction(e *exprNode) (bool, error) {
	for _, a := range e.args {
		yes, err := r.truth(a)
		if err != nil || yes == (e.kind == exOr) {
			return yes, err
		}
	}
	return e.kind == exAnd, nil
}

// equality runs a chain of == and !=; the result of one is an operand of the
// next.
func (r *Run) equality(e *exprNode) (bool, error) {
	return r.chain(e, (*Run).equals)
}

func (r *Run) equals(op kind, a, b Value) (bool, error) {
	same, err := r.looselyEqual(a, b)
	return same == (op == tEqual), err
}

// looselyEqual is Velocity's ==: numbers by value, values of one class by
// equals, others by their texts.
func (r *Run) looselyEqual(a, b Value) (bool, error) {
	switch {
	case a.Kind() == jsonv.KindString && b.Kind() == jsonv.KindString:
		return a.Str() == b.Str(), r.read(min(len(a.Str()), len(b.Str())))
	case a.IsNumber() && b.IsNumber():
		c, err := compareNumbers(a, b)
		return c == 0, err
	case a.IsNull() || b.IsNull():
		return a.IsNull() && b.IsNull(), nil
	case sameClass(a, b):
		return r.same(a, b)
	case isJavaArray(a) || isJavaArray(b): // whose text is its address
		return false, nil
	}
	x, err := r.text(a)
	if err != nil {
		return false, err
	}
	y, err := r.text(b)
	return x == y, err
}

// same is a.equals(b), paid for by what there is to look at. It looks into
// entries and sets.
func (r *Run) same(a, b Value) (bool, error) {
	switch x := foreignOf(a).(type) {
	case *mapEntry:
		y, ok := foreignOf(b).(*mapEntry)
		if !ok {
			return false, nil
		}
		if equal, err := r.sameJSON(x.key, y.key); !equal || err != nil {
			return false, err
		}
		return r.sameJSON(x.value(), y.value())
	case *mapView:
		y, ok := foreignOf(b).(*mapView)
		if !ok {
			return false, nil
		}
		return r.sameViews(x, y)
	}
	return r.sameJSON(a, b)
}

// sameJSON is same of values that are no views of others.
func (r *Run) sameJSON(a, b Value) (bool, error) {
	equal, cost := jsonv.Compare(a, b)
	return equal, r.Work(cost << 5)
}
func isJavaArray(v Value) bool { return v.Array() != nil && v.Array().IsJavaArray() }

// relation runs a chain of <, <=, > and >=, false for all but numbers.
func (r *Run) relation(e *exprNode) (bool, error) {
	return r.chain(e, (*Run).relates)
}

func (r *Run) relates(op kind, a, b Value) (bool, error) {
	if !a.IsNumber() || !b.IsNumber() {
		return false, nil
	}
	c, err := compareNumbers(a, b)
	switch op {
	case tLess:
		return c < 0, err
	case tLessEqual:
		return c <= 0, err
	case tGreater:
		return c > 0, err
	}
	return c >= 0, err
}

func (r *Run) chain(e *exprNode, apply func(r *Run, op kind, a, b Value) (bool, error)) (yes bool, err error) {
	a, err := r.eval(e.args[0])
	for i, op := range e.ops {
		if err != nil {
			return false, err
		}
		b, err := r.eval(e.args[i+1])
		if err != nil {
			return false, err
		}
		if yes, err = apply(r, op, a, b); err != nil {
			return false, r.wrap(e.off, "comparison", err)
		}
		a = jsonv.Bool(yes)
	}
	return yes, err
}

// interpolate renders the body of a string.
func (r *Run) interpolate(e *exprNode) (Value, error) {
	mark, oldMax := len(r.out), r.max
	r.max = mark + max(r.built, 0)
	if !e.keep {
		r.max++ // for what is cut off below
	}
	sig, err := r.run(e.from, e.to)
	r.max = oldMax
	text := r.out[mark:]
	r.out = r.out[:mark]
	if err != nil {
		return jsonv.Null, r.wrap(e.off, "string", err)
	}
	if sig != done {
		return jsonv.Null, errSignal{sig}
	}
	if !e.keep && len(text) > 0 {
		text = text[:len(text)-1]
	}
	return r.newString(text)
}

// errSignal carries a #break or #stop out of a string.
type errSignal struct{ sig signal }

func (errSignal) Error() string { return "#break or #stop in a string" }

func (r *Run) list(e *exprNode) (Value, error) {
	if err := r.Build(64 + 24*len(e.args)); err != nil {
		return jsonv.Null, err
	}
	list := r.arena.NewArray(jsonv.ArrayList, len(e.args))
	for i, a := range e.args {
		v, err := r.eval(a)
		if err != nil {
			return jsonv.Null, err
		}
		list.Set(i, v)
	}
	return jsonv.FromArray(list), nil
}

func (r *Run) mapValue(e *exprNode) (Value, error) {
	if err := r.Build(64 + 24*len(e.args)); err != nil {
		return jsonv.Null, err
	}
	m := r.arena.NewObject(jsonv.LinkedHashMap, len(e.args)/2)
	for i := 0; i < len(e.args); i += 2 {
		k, err := r.eval(e.args[i])
		if err != nil {
			return jsonv.Null, err
		}
		v, err := r.eval(e.args[i+1])
		if err != nil {
			return jsonv.Null, err
		}
		if err := r.key(k); err != nil {
			return jsonv.Null, err
		}
		m.PutKey(k, v)
	}
	return jsonv.FromObject(m), nil
}

// rangeValue makes the list of a range; its size is charged before it is made.
func (r *Run) rangeValue(e *exprNode) (Value, error) {
	from, err := r.eval(e.args[0])
	if err != nil {
		return jsonv.Null, err
	}
	to, err := r.eval(e.args[1])
	if err != nil || !from.IsNumber() || !to.IsNumber() {
		return jsonv.Null, err
	}
	a, b := int64(toInt(from)), int64(toInt(to))
	size, delta := b-a+1, int64(1)
	if b < a {
		size, delta = a-b+1, -1
	}
	if err := r.Build(int(size) * 24); err != nil {
		return jsonv.Null, r.wrap(e.off, "range", err)
	}
	list := r.arena.NewArray(jsonv.ArrayList, int(size))
	for i := range int(size) {
		list.Set(i, jsonv.Int(int32(a+int64(i)*delta)))
	}
	return jsonv.FromArray(list), nil
}

// arithmetic runs a chain of operators of one precedence.
func (r *Run) arithmetic(e *exprNode) (Value, error) {
	a, err := r.eval(e.args[0])
	if err != nil {
		return jsonv.Null, err
	}
	for i, op := range e.ops {
		b, err := r.eval(e.args[i+1])
		if err != nil {
			return jsonv.Null, err
		}
		if op == tPlus && (a.Kind() == jsonv.KindString || b.Kind() == jsonv.KindString) {
			a, err = r.concat(e, i, a, b)
		} else {
			a, err = calculate(op, a, b)
		}
		if err != nil {
			return jsonv.Null, r.wrap(e.off, "arithmetic", err)
		}
		if err := r.tick(); err != nil {
			return jsonv.Null, err
		}
	}
	return a, nil
}

// concat is + with a String. A null operand reads as its source: of a
// parenthesis what is in it, of an operator what is on its right.
func (r *Run) concat(e *exprNode, i int, a, b Value) (Value, error) {
	if a.IsNull() && i > 0 {
		a = jsonv.String(e.args[i].raw)
	} else if a.IsNull() {
		a = jsonv.String(e.args[0].source)
	} else if b.IsNull() {
		b = jsonv.String(e.args[i+1].source)
	}
	if isSpentBlock(a) || isSpentBlock(b) {
		return jsonv.Null, errNullPointer
	}
	x, err := r.text(a)
	if err != nil {
		return jsonv.Null, err
	}
	y, err := r.text(b)
	if err != nil {
		return jsonv.Null, err
	}
	if err := r.Build(len(x) + len(y)); err != nil {
		return jsonv.Null, err
	}
	return r.arena.Concat(x, y), nil
}
