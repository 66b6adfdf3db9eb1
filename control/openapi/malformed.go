package openapi

import "strconv"

// A want finds the first value of a node that is not of the kind that is
// wanted there, nil if there is none. null is of every kind.
type want func(*node) *node

// malformedIntegration finds what of an integration has the wrong kind. AWS
// does not read a document that has such a thing, and says no more than where
// (serverless-application-model issue 79 and others who wrote {"Fn::Sub": …}
// for a uri). Mapped parameters are the exception (AF-163).
var malformedIntegration = wantMembers(map[string]want{
	"type":                 wantScalar,
	"httpMethod":           wantScalar,
	"uri":                  wantScalar,
	"credentials":          wantScalar,
	"connectionType":       wantScalar,
	"connectionId":         wantScalar,
	"integrationTarget":    wantScalar,
	"passthroughBehavior":  wantScalar,
	"contentHandling":      wantScalar,
	"responseTransferMode": wantScalar,
	"timeoutInMillis":      wantInteger,
	"cacheNamespace":       wantScalar,
	"cacheKeyParameters":   wantScalars,
	"requestParameters":    wantObject,
	"requestTemplates":     wantEach(wantScalar),
	"tlsConfig":            wantObject,
	"responses": wantEach(wantMembers(map[string]want{
		"statusCode":         wantScalar,
		"contentHandling":    wantScalar,
		"responseParameters": wantObject,
		"responseTemplates":  wantEach(wantScalar),
	})),
})

// wantMembers wants an object; its other members may be anything.
func wantMembers(members map[string]want) want {
	return wantFields(func(f field) *node {
		if check := members[f.name]; check != nil {
			return check(f.value)
		}
		return nil
	})
}

// wantEach wants an object all of whose members are alike.
func wantEach(check want) want {
	return wantFields(func(f field) *node { return check(f.value) })
}

func wantFields(check func(field) *node) want {
	return func(n *node) *node {
		if bad := wantObject(n); bad != nil {
			return bad
		}
		for _, f := range n.members() {
			if bad := check(f); bad != nil {
				return bad
			}
		}
		return nil
	}
}

func wantObject(n *node) *node { return unless(n.absent() || n.kind == kindObject, n) }

func wantScalar(n *node) *node { return unless(n.absent() || n.isScalar(), n) }

func wantInteger(n *node) *node {
	_, err := strconv.Atoi(n.scalar())
	return unless(n.absent() || err == nil, n)
}

func wantScalars(n *node) *node {
	if !n.absent() && n.kind != kindList {
		return n
	}
	for _, item := range n.elements() {
		if bad := wantScalar(item); bad != nil {
			return bad
		}
	}
	return nil
}

func unless(good bool, n *node) *node {
	if good {
		return nil
	}
	return n
}
