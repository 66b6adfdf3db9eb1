package vtl

import (
	"github.com/poterne/poterne/template/javatext"
	"github.com/poterne/poterne/template/jsonv"
)

// pattern returns the compiled pattern of a regex method, from the few that
// the render used last.
func (r *Run) pattern(source string) (*javatext.Regex, error) {
	for i := range r.patterns {
		if re := r.patterns[i]; re != nil && re.String() == source {
			return re, nil
		}
	}
	if err := r.Work(len(source) << 4); err != nil {
		return nil, err
	}
	re, err := javatext.CompileRegex(source)
	if err != nil {
		return nil, err
	}
	r.patterns[r.nextPattern] = re
	r.nextPattern = (r.nextPattern + 1) % len(r.patterns)
	return re, nil
}

func matches(r *Run, v Value, args []Value) (Value, error) {
	a, err := stringsArg(args)
	if err != nil {
		return jsonv.Null, err
	}
	re, err := r.pattern(a[0])
	if err != nil {
		return jsonv.Null, err
	}
	yes, err := re.Matches(v.Str(), &r.regex)
	return jsonv.Bool(yes), err
}

func replaceAll(r *Run, v Value, args []Value) (Value, error) {
	return r.replaceRegex(v, args, (*javatext.Regex).ReplaceAll)
}

func replaceFirst(r *Run, v Value, args []Value) (Value, error) {
	return r.replaceRegex(v, args, (*javatext.Regex).ReplaceFirst)
}

func (r *Run) replaceRegex(v Value, args []Value, do func(*javatext.Regex, string, string, *javatext.Budget) (string, error)) (Value, error) {
	a, err := stringsArg(args)
	if err != nil {
		return jsonv.Null, err
	}
	re, err := r.pattern(a[0])
	if err != nil {
		return jsonv.Null, err
	}
	r.regex.Bytes = r.built
	s, err := do(re, v.Str(), a[1], &r.regex)
	if err != nil {
		return jsonv.Null, err
	}
	return jsonv.String(s), r.Build(len(s))
}

// split is String.split(regex) and String.split(regex, limit).
func split(r *Run, v Value, args []Value) (Value, error) {
	source, ok := stringArg(args[0])
	limit, ok2 := 0, true
	if len(args) == 2 {
		limit, ok2 = intArg(args[1])
	}
	switch {
	case args[0].IsNull() && ok2:
		return jsonv.Null, errNullPointer
	case !ok || !ok2:
		return jsonv.Null, errNoMethod
	}
	re, err := r.pattern(source)
	if err != nil {
		return jsonv.Null, err
	}
	r.regex.Bytes = r.built
	parts, err := re.Split(v.Str(), limit, &r.regex)
	if err != nil {
		return jsonv.Null, err
	}
	if err := r.Build(len(v.Str()) + 24*len(parts)); err != nil {
		return jsonv.Null, err
	}
	list := r.arena.NewArray(jsonv.StringArray, len(parts))
	for i, p := range parts {
		list.Set(i, jsonv.String(p))
	}
	return jsonv.FromArray(list), nil
}
