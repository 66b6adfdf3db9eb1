package gateway

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/cache"
	"github.com/poterne/poterne/gateway/mapping"
)

// A cacheParam is a request parameter that takes part in the key of a response:
// one of the client's with all its values, or what an integration's parameter
// is mapped from.
type cacheParam struct {
	location string // header, querystring or path of the method request; "" with expr
	name     string
	expr     *mapping.Expr
}

var errNoParameter = errors.New("it names no parameter of the method request, and none that is mapped")

// cacheParams compiles cacheKeyParameters.
func (c *compiler) cacheParams(def *apigw.Integration) []cacheParam {
	var out []cacheParam
	for _, key := range def.CacheKeyParameters {
		p, err := cacheParamOf(key, def.RequestParameters)
		if err != nil {
			c.report(Broken, "cacheKeyParameters "+key, err.Error()+": it does not take part in the key")
			continue
		}
		out = append(out, p)
	}
	return out
}

func cacheParamOf(key string, mapped map[string]string) (cacheParam, error) {
	if rest, ok := strings.CutPrefix(key, "method.request."); ok {
		location, name, _ := strings.Cut(rest, ".")
		switch location {
		case "header", "querystring", "path":
			return cacheParam{location: location, name: name}, nil
		}
	}
	source, ok := mapped[key]
	if !ok {
		return cacheParam{}, errNoParameter
	}
	expr, err := mapping.ParseExpr(mapping.RequestSide, source)
	return cacheParam{expr: expr}, err
}

// makeCacheKey names the response that the request asks for: all that entries
// may differ by (data plane §9.2). Identities are kept apart though AWS lets
// them share. It reports false where the key cannot be made; the request then
// fails where its body is mapped.
func (inv *Invocation) makeCacheKey() bool {
	m := inv.method
	if len(m.cacheParams) > 0 {
		inv.readParams() // which writes into inv.text as well
	}
	start := len(inv.text)
	canary := inv.branch.isCanary && !inv.branch.sharesCache
	binary := m.isBinary(cmp.Or(inv.accept, jsonType))
	inv.addKey(inv.branch.deploymentId, flagText(canary), flagText(binary))
	inv.addKey(cmp.Or(m.cacheNamespace, m.resourceId), inv.context.HTTPMethod)
	if m.acceptMatters() {
		inv.addKey(mediaType(inv.accept))
	}
	inv.addIdentity()
	for i := range m.cacheParams {
		if !inv.addParam(&m.cacheParams[i]) {
			return false
		}
	}
	stage := m.caching.stage
	inv.cacheKey = cache.Key{Stage: stage, Generation: inv.g.deps.Cache.Generation(stage), Text: view(inv.text[start:])}
	return true
}

// acceptMatters reports whether the client's Accept chooses among templates.
func (m *method) acceptMatters() bool {
	return slices.ContainsFunc(m.answers, func(a integrationAnswer) bool { return len(a.templates) > 1 })
}

// addKey writes each part with its length before it, so that no two lists of
// parts make one text.
func (inv *Invocation) addKey(parts ...string) {
	for _, part := range parts {
		inv.text = strconv.AppendInt(inv.text, int64(len(part)), 10)
		inv.text = append(inv.text, ':')
		inv.text = append(inv.text, part...)
	}
}

func flagText(set bool) string {
	if set {
		return "1"
	}
	return "0"
}

// addIdentity writes who was authorised, as far as anybody was.
func (inv *Invocation) addIdentity() {
	c := &inv.context
	subject, _ := c.Authorizer.Claims.Last("sub")
	inv.addKey(c.Authorizer.PrincipalID, subject, c.Identity.UserARN, c.Identity.Caller, c.Identity.CognitoIdentityID)
}

// addParam writes the values of a parameter, and how many there are.
func (inv *Invocation) addParam(p *cacheParam) bool {
	var list mapping.ParamList
	switch p.location {
	case "":
		return inv.addMapped(p.expr)
	case "path":
		value, _ := inv.rawPathParam(p.name)
		inv.addKey(value) // decoded, a/b and a%2Fb were the same
		return true
	case "header":
		list = inv.scope.Params.Header
	case "querystring":
		list = inv.scope.Params.Query
	}
	for i := range list {
		if list[i].Name == p.name {
			inv.addKey(list[i].Value)
		}
	}
	inv.text = append(inv.text, ';') // ends the values: a length begins with a digit
	return true
}

// addMapped writes what an integration's parameter comes to.
func (inv *Invocation) addMapped(expr *mapping.Expr) bool {
	if expr.NeedsBody() {
		inv.scope.SetBody(inv.body)
	}
	values, err := expr.Values(inv.values[:0], &inv.scope)
	if err != nil {
		return false
	}
	inv.values = values
	if name, ok := expr.PathParam(); ok {
		raw, _ := inv.rawPathParam(name)
		values = append(values[:0], raw)
	}
	inv.addKey(values...)
	inv.text = append(inv.text, ';')
	return true
}
