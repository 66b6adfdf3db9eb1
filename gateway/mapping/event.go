package mapping

import (
	"fmt"
	"slices"

	"github.com/poterne/poterne/template/jsonv"
)

// eventMembers are the members of an event, for the message about another.
var eventMembers = []string{"body", "context", "headers", "method", "path", "pathParameters", "query", "stageVariables"}

// ScopeOfEvent makes a Scope of a request that is written down as JSON, for
// people who try a template:
//
//	{"method": "GET", "path": "/pets/1", "pathParameters": {"id": "1"},
//	 "query": {"q": "a"}, "headers": {"Accept": "*/*"}, "body": {"any": "JSON, or text"},
//	 "stageVariables": {"env": "dev"}, "context": {"stage": "dev", "identity": {"sourceIp": "::1"}}}
//
// Every member may be missing. context is $context as templates see it; method
// and path stand for its httpMethod and path unless it has those. A list of
// values under a query or header name repeats the name.
func ScopeOfEvent(event jsonv.Value) (*Scope, error) {
	o := event.Object()
	if o == nil {
		return nil, fmt.Errorf("an event is a JSON object with some of the members %v", eventMembers)
	}
	for _, m := range o.Members() {
		if !slices.Contains(eventMembers, m.Key) {
			return nil, fmt.Errorf("unknown member %q of the event; it may have %v", m.Key, eventMembers)
		}
	}
	s := &Scope{Context: &Context{}}
	s.SetBody(eventBody(o))
	s.Params = Params{Path: repeatedMember(o, "pathParameters"), Query: repeatedMember(o, "query"), Header: repeatedMember(o, "headers")}
	s.StageVariables = paramsMember(o, "stageVariables")
	context := objectMember(o, "context")
	for member, name := range map[string]string{"method": "httpMethod", "path": "path"} {
		v, given := o.Get(member)
		if _, has := context.Get(name); given && !has {
			context.Put(name, v)
		}
	}
	s.useContext(context)
	return s, nil
}

// eventBody is the body's text: a text as it is, other JSON as JSON.
func eventBody(o *jsonv.Object) []byte {
	v, ok := o.Get("body")
	switch {
	case !ok || v.IsNull():
		return nil
	case v.Kind() == jsonv.KindString:
		return []byte(v.Str())
	}
	body, _ := jsonv.AppendJSON(nil, v) // what was parsed within its limits prints within them
	return body
}

func repeatedMember(o *jsonv.Object, name string) (list ParamList) {
	for _, m := range objectMember(o, name).Members() {
		values := m.Value.Array()
		if values == nil {
			list = append(list, Param{m.Key, jsonv.ToString(m.Value)})
			continue
		}
		for _, v := range values.Items() {
			list = append(list, Param{m.Key, jsonv.ToString(v)})
		}
	}
	return list
}
