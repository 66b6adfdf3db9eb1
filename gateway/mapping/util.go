package mapping

import (
	"errors"

	"github.com/poterne/poterne/template/javatext"
	"github.com/poterne/poterne/template/jsonv"
	"github.com/poterne/poterne/template/vtl"
)

// utilObject is $util where it is used as a value.
type utilObject struct{}

// AppendString prints nothing: what AWS prints is not recorded.
func (utilObject) AppendString(dst []byte) []byte { return dst }

// Property finds nothing: $util has functions alone.
func (utilObject) Property(*vtl.Run, string) (jsonv.Value, error) { return jsonv.Null, nil }

// Call runs a function of $util.
func (utilObject) Call(r *vtl.Run, name string, args []jsonv.Value) (jsonv.Value, error) {
	fn := utilFunctions[function{name, len(args)}]
	if fn == nil {
		return jsonv.Null, nil
	}
	return fn(r, args)
}

// utilFunctions are the functions of $util (data plane §15.9).
var utilFunctions = map[function]vtl.Bound{
	{"escapeJavaScript", 1}: escapeJavaScript,
	{"parseJson", 1}:        parseJSON,
	{"urlEncode", 1}:        ofString(func(s string) (string, error) { return javatext.URLEncode(s), nil }),
	{"urlDecode", 1}:        ofString(javatext.URLDecode),
	{"base64Encode", 1}:     ofText(ofString(func(s string) (string, error) { return javatext.Base64Encode(s), nil })),
	{"base64Decode", 1}: ofString(func(s string) (string, error) {
		b, err := javatext.Base64Decode(s)
		return javatext.DecodeUTF8(b), err
	}),
}

// errNull is what functions of a String make of the bare word null, the one
// way to give them one.
var errNull = errors.New("NullPointerException")

// ofString makes a function of one that takes a String; other arguments make
// the call undefined.
func ofString(by func(string) (string, error)) vtl.Bound {
	return func(r *vtl.Run, args []jsonv.Value) (jsonv.Value, error) {
		switch args[0].Kind() {
		case jsonv.KindString:
		case jsonv.KindNull:
			return jsonv.Null, errNull
		default:
			return jsonv.Null, nil
		}
		in := args[0].Str()
		if err := r.Build(len(in)); err != nil { // most answers are about as long
			return jsonv.Null, err
		}
		out, err := by(in)
		if err != nil {
			return jsonv.Null, err
		}
		return jsonv.String(out), r.Build(max(len(out)-len(in), 0))
	}
}

// ofText makes a function of a String take any value as its text. base64Encode
// does: of a map it encodes {k=v} (field report, qiita d860aa1f39f5e623ebe6).
func ofText(of vtl.Bound) vtl.Bound {
	return func(r *vtl.Run, args []jsonv.Value) (jsonv.Value, error) {
		if k := args[0].Kind(); k == jsonv.KindString || k == jsonv.KindNull {
			return of(r, args)
		}
		text, err := r.Text(args[0], jsonv.Java)
		if err != nil {
			return jsonv.Null, err
		}
		return of(r, []jsonv.Value{text})
	}
}

// escapeJavaScript takes any value as its text.
func escapeJavaScript(r *vtl.Run, args []jsonv.Value) (jsonv.Value, error) {
	if args[0].IsNull() {
		return jsonv.Null, nil
	}
	v, err := r.Text(args[0], jsonv.Java)
	if err != nil {
		return jsonv.Null, err
	}
	if javatext.IsPlainScript(v.Str()) {
		return v, r.Work(len(v.Str()))
	}
	return r.Make(len(v.Str()), func(dst []byte) []byte {
		return javatext.AppendEscapeJavaScript(dst, v.Str())
	})
}

// parseJSON reads permissively, as the body is read.
func parseJSON(r *vtl.Run, args []jsonv.Value) (jsonv.Value, error) {
	switch args[0].Kind() {
	case jsonv.KindString:
	case jsonv.KindNull:
		return jsonv.Null, errNull
	default:
		return jsonv.Null, nil
	}
	text := args[0].Str()
	if err := r.Build(len(text)); err != nil {
		return jsonv.Null, err
	}
	before := r.Arena().Size()
	v, err := r.Arena().Parse(text, jsonv.Limits{})
	if err != nil {
		return jsonv.Null, err
	}
	return v, r.Build(r.Arena().Size() - before)
}
