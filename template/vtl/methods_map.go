package vtl

import (
	"github.com/poterne/poterne/template/jsonv"
)

// mapMethods are those of java.util.Map.
var mapMethods = []methodRow{
	{signature{"get", 1}, func(_ *Run, v Value, args []Value) (Value, error) {
		res, _ := v.Object().GetKey(args[0])
		return res, nil
	}},
	{signature{"getOrDefault", 2}, func(_ *Run, v Value, args []Value) (Value, error) {
		if res, ok := v.Object().GetKey(args[0]); ok {
			return res, nil
		}
		return args[1], nil
	}},
	{signature{"put", 2}, mapPut},
	{signature{"putIfAbsent", 2}, func(r *Run, v Value, args []Value) (Value, error) {
		if old, _ := v.Object().GetKey(args[0]); !old.IsNull() {
			return old, nil
		}
		return mapPut(r, v, args)
	}},
	{signature{"putAll", 1}, putAll},
	{signature{"replace", 2}, func(r *Run, v Value, args []Value) (Value, error) {
		if _, ok := v.Object().GetKey(args[0]); !ok {
			return jsonv.Null, nil
		}
		return mapPut(r, v, args)
	}},
	{signature{"remove", 1}, func(r *Run, v Value, args []Value) (Value, error) {
		old, _ := v.Object().RemoveKey(args[0])
		return old, r.Work(v.Object().Len() * 24)
	}},
	{signature{"remove", 2}, func(r *Run, v Value, args []Value) (Value, error) {
		old, ok := v.Object().GetKey(args[0])
		if equal, err := r.same(old, args[1]); !ok || !equal || err != nil {
			return jsonv.Bool(false), err
		}
		v.Object().RemoveKey(args[0])
		return jsonv.Bool(true), r.Work(v.Object().Len() * 24)
	}},
	{signature{"replace", 3}, func(r *Run, v Value, args []Value) (Value, error) {
		old, ok := v.Object().GetKey(args[0])
		if equal, err := r.same(old, args[1]); !ok || !equal || err != nil {
			return jsonv.Bool(false), err
		}
		v.Object().PutKey(args[0], args[2])
		return jsonv.Bool(true), nil
	}},
	{signature{"clone", 0}, func(r *Run, v Value, _ []Value) (Value, error) {
		if err := r.Build(64 + 64*v.Object().Len()); err != nil {
			return jsonv.Null, err
		}
		m := r.arena.NewObject(v.Object().Flavor(), v.Object().Len())
		for i := range v.Object().Len() {
			m.PutKey(v.Object().Key(i), v.Object().At(i).Value)
		}
		return jsonv.FromObject(m), nil
	}},
	{signature{"containsKey", 1}, func(_ *Run, v Value, args []Value) (Value, error) {
		_, ok := v.Object().GetKey(args[0])
		return jsonv.Bool(ok), nil
	}},
	{signature{"containsValue", 1}, func(r *Run, v Value, args []Value) (Value, error) {
		i, err := r.find(viewOf(r, v, viewValues), args[0], 1)
		return jsonv.Bool(i >= 0), err
	}},
	{signature{"keySet", 0}, view(viewKeys)},
	{signature{"values", 0}, view(viewValues)},
	{signature{"entrySet", 0}, view(viewEntries)},
	{signature{"size", 0}, func(_ *Run, v Value, _ []Value) (Value, error) {
		return jsonv.Int(int32(v.Object().Len())), nil
	}},
	{signature{"isEmpty", 0}, func(_ *Run, v Value, _ []Value) (Value, error) {
		return jsonv.Bool(v.Object().Len() == 0), nil
	}},
	{signature{"clear", 0}, func(_ *Run, v Value, _ []Value) (Value, error) {
		v.Object().Clear()
		return nothing, nil
	}},
}

func viewOf(r *Run, v Value, part viewPart) Value {
	return r.newView(mapView{of: v.Object(), part: part, r: r})
}

func view(part viewPart) method {
	return func(r *Run, v Value, _ []Value) (Value, error) { return viewOf(r, v, part), nil }
}

func mapPut(r *Run, v Value, args []Value) (Value, error) {
	if err := r.Build(64); err != nil {
		return jsonv.Null, err
	}
	old, _ := v.Object().PutKey(args[0], args[1])
	return old, nil
}

func putAll(r *Run, v Value, args []Value) (Value, error) {
	from := args[0].Object()
	if args[0].IsNull() {
		return jsonv.Null, errNullPointer
	}
	if from == nil {
		return jsonv.Null, errNoMethod
	}
	if err := r.Build(64 * from.Len()); err != nil {
		return jsonv.Null, err
	}
	for i := range from.Len() {
		v.Object().PutKey(from.Key(i), from.At(i).Value)
	}
	return nothing, nil
}
