package mapping

import (
	"strings"

	"github.com/poterne/poterne/template/jsonv"
	"github.com/poterne/poterne/template/vtl"
)

// listedContext are the variables that $context.keySet() names even when they
// are not known, and those of $context.identity, in the order in which they are
// put: it shows where a HashMap keeps two in one bucket (AF-212).
var listedContext = []string{
	"resourceId", "resourcePath", "httpMethod", "extendedRequestId", "requestTime", "path", "accountId", "protocol",
	"stage", "domainPrefix", "requestTimeEpoch", "requestId",
	"identity.cognitoIdentityPoolId", "identity.accountId", "identity.cognitoIdentityId", "identity.caller",
	"identity.sourceIp", "identity.principalOrgId", "identity.accessKey", "identity.cognitoAuthenticationType",
	"identity.cognitoAuthenticationProvider", "identity.userArn", "identity.userAgent", "identity.user",
	"domainName", "deploymentId", "apiId",
}

// contextMap is $context as a map: made when a template first treats it as
// one, and from then on what templates read and change. Its keys come in the
// order of a HashMap, and the maps inside it print as nothing (AF-212, AF-213).
func (s *Scope) contextMap() *jsonv.Object {
	if s.context != nil {
		return s.context
	}
	s.context = s.Arena().NewObject(jsonv.HashMap, 24)
	for _, name := range listedContext {
		s.putContext(name, contextRows[name].get(s.Context))
	}
	for i := range contextTable {
		row := &contextTable[i]
		if row.forWho&Templates == 0 {
			continue
		}
		if v := row.get(s.Context); !v.IsNull() {
			s.putContext(row.name, v)
		}
	}
	s.putAuthorizer()
	s.context.Put("requestOverride", jsonv.FromObject(s.requestOverride()))
	s.context.Put("responseOverride", jsonv.FromObject(s.responseOverride()))
	return s.context
}

// putContext puts a variable of a dotted name, making the maps on the way.
func (s *Scope) putContext(name string, v jsonv.Value) {
	m := s.context
	for {
		head, rest, dotted := strings.Cut(name, ".")
		if !dotted {
			m.Put(name, v)
			return
		}
		m, name = s.innerMap(m, head), rest
	}
}

// innerMap returns the map under a name, a new one if there is none.
func (s *Scope) innerMap(m *jsonv.Object, name string) *jsonv.Object {
	if v, ok := m.Get(name); ok && v.Object() != nil {
		return v.Object()
	}
	inner := s.Arena().NewObject(jsonv.SilentMap, 4)
	m.Put(name, jsonv.FromObject(inner))
	return inner
}

func (s *Scope) putAuthorizer() {
	a := &s.Context.Authorizer
	if !a.present() {
		return
	}
	m := s.innerMap(s.context, "authorizer")
	for _, p := range a.Context {
		m.Put(p.Name, jsonv.String(p.Value))
	}
	if len(a.Claims) == 0 {
		return
	}
	claims := s.innerMap(m, "claims")
	for _, p := range a.Claims {
		claims.Put(p.Name, jsonv.String(p.Value))
	}
}

// requestOverride is $context.requestOverride.
func (s *Scope) requestOverride() *jsonv.Object {
	if s.Overrides.request == nil {
		s.Overrides.request = s.Arena().NewObject(jsonv.SilentMap, 4)
		for _, part := range [...]string{"header", "path", "querystring"} {
			s.innerMap(s.Overrides.request, part)
		}
	}
	return s.Overrides.request
}

// responseOverride is $context.responseOverride.
func (s *Scope) responseOverride() *jsonv.Object {
	if s.Overrides.response == nil {
		s.Overrides.response = s.Arena().NewObject(jsonv.SilentMap, 4)
		s.innerMap(s.Overrides.response, "header")
	}
	return s.Overrides.response
}

// longestContext is the length of the longest name that bindContext looks up.
var longestContext = func() (n int) {
	for i := range contextTable {
		n = max(n, len(contextTable[i].name))
	}
	return n
}()

// bindContext binds $context.a.b to a row of the table, or to an override map.
func bindContext(path []vtl.Step) (steps int, fn vtl.Bound) {
	if path[0].Call {
		return 0, nil
	}
	switch path[0].Name {
	case "requestOverride":
		return 1, overrideMap(path[0].Name, (*Scope).requestOverride)
	case "responseOverride":
		return 1, overrideMap(path[0].Name, (*Scope).responseOverride)
	}
	name := ""
	for i, step := range path {
		if step.Call || len(name) > longestContext {
			break
		}
		name += step.Name
		if row := contextRows[name]; row != nil && row.forWho&Templates != 0 {
			return i + 1, rowReader(row, i+1)
		}
		name += "."
	}
	return 0, nil
}

// overrideMap reads an override map, unless the template has replaced it.
func overrideMap(name string, get func(*Scope) *jsonv.Object) vtl.Bound {
	return func(r *vtl.Run, _ []jsonv.Value) (jsonv.Value, error) {
		s := scopeOf(r)
		if s.context != nil {
			v, _ := s.context.Get(name)
			return v, nil
		}
		return jsonv.FromObject(get(s)), nil
	}
}

// rowReader reads a row, from the map once there is one: the template may have
// changed it.
func rowReader(row *contextRow, depth int) vtl.Bound {
	names := strings.Split(row.name, ".")[:depth]
	return func(r *vtl.Run, _ []jsonv.Value) (jsonv.Value, error) {
		s := scopeOf(r)
		if s.context == nil {
			return row.get(s.Context), nil
		}
		v := jsonv.FromObject(s.context)
		for _, name := range names {
			if v.Object() == nil {
				return jsonv.Null, nil
			}
			v, _ = v.Object().Get(name)
		}
		return v, nil
	}
}
