package mapping

import (
	"errors"

	"github.com/poterne/poterne/template/jsonv"
	"github.com/poterne/poterne/template/vtl"
)

// RenderLine renders one template that is given as a line of JSON and answers
// with a line of JSON (without its newline), for scripts and for comparing
// engines. The members of the request are id, template, body, headers, query,
// path, stageVariables, context (maps of strings; context as templates see
// it) and wantContext. The answer has id and output, or id and error: "parse: ",
// "exec: " or "limit: " and a text. With wantContext it has overrides too.
func RenderLine(dst, line []byte, limits vtl.Limits) []byte {
	request, err := jsonv.Parse(string(line))
	if err != nil || request.Object() == nil {
		return answer(dst, jsonv.Null, "error", "parse: the request is no JSON object")
	}
	o := request.Object()
	id, _ := o.Get("id")
	t, err := ParseTemplate("template", stringMember(o, "template"))
	if err != nil {
		return answer(dst, id, "error", describe(err))
	}
	s := Scope{Context: &Context{}}
	s.SetBody([]byte(stringMember(o, "body")))
	s.Params = Params{Path: paramsMember(o, "path"), Query: paramsMember(o, "query"), Header: paramsMember(o, "headers"), InOrder: true}
	s.StageVariables = paramsMember(o, "stageVariables")
	s.useContext(objectMember(o, "context"))
	out, err := t.Render(nil, &s, limits)
	if err != nil {
		return answer(dst, id, "error", describe(err))
	}
	dst = answer(dst, id, "output", string(out))
	if want, _ := o.Get("wantContext"); want.Bool() {
		dst = append(dst[:len(dst)-1], `,"overrides":{"requestOverride":`...)
		request, _ := s.context.Get("requestOverride")
		dst, _ = jsonv.AppendJSON(dst, request)
		dst = append(dst, `,"responseOverride":`...)
		response, _ := s.context.Get("responseOverride")
		dst, _ = jsonv.AppendJSON(dst, response)
		dst = append(dst, "}}"...)
	}
	return dst
}

func answer(dst []byte, id jsonv.Value, member, text string) []byte {
	dst, _ = jsonv.AppendJSON(dst, jsonv.FromObject(jsonv.NewObject(
		jsonv.Member{Key: "id", Value: id}, jsonv.Member{Key: member, Value: jsonv.String(text)})))
	return dst
}

func describe(err error) string {
	var e *vtl.Error
	if errors.As(err, &e) {
		return e.Kind.String() + ": " + e.Error()
	}
	return "exec: " + err.Error()
}

func stringMember(o *jsonv.Object, name string) string {
	v, _ := o.Get(name)
	return v.Str()
}

func objectMember(o *jsonv.Object, name string) *jsonv.Object {
	v, _ := o.Get(name)
	if v.Object() == nil {
		return jsonv.NewObject()
	}
	return v.Object()
}

func paramsMember(o *jsonv.Object, name string) ParamList {
	var list ParamList
	for _, m := range objectMember(o, name).Members() {
		list = append(list, Param{m.Key, jsonv.ToString(m.Value)})
	}
	return list
}

// useContext takes $context from a JSON object instead of s.Context.
func (s *Scope) useContext(given *jsonv.Object) {
	s.context = s.Arena().NewObject(jsonv.HashMap, given.Len())
	s.copyInto(s.context, given)
	s.Overrides.request = s.innerMap(s.context, "requestOverride")
	for _, part := range [...]string{"header", "path", "querystring"} {
		s.innerMap(s.Overrides.request, part)
	}
	s.Overrides.response = s.innerMap(s.context, "responseOverride")
	s.innerMap(s.Overrides.response, "header")
}

// copyInto copies members, the maps among them as maps that print as nothing.
func (s *Scope) copyInto(dst, src *jsonv.Object) {
	for _, m := range src.Members() {
		if inner := m.Value.Object(); inner != nil {
			s.copyInto(s.innerMap(dst, m.Key), inner)
			continue
		}
		dst.Put(m.Key, m.Value)
	}
}
