package integration

import (
	"fmt"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/egress"
	"github.com/poterne/poterne/gateway/mapping"
)

// A vpcLink says over which VPC link an Integration's calls go (data plane
// §11.6). What a link reaches is the server's configuration: the uri gives
// scheme, Host, port and path alone. A declared integrationTarget, of links
// that lead to more than one, comes before the link.
type vpcLink struct {
	egress *egress.Client
	id     *mapping.URI // stage variables may stand in it
	target *mapping.URI // nil: none
	fixed  string       // where it is the same for every request
}

func newVpcLink(def *apigw.Integration, client *egress.Client) (*vpcLink, error) {
	if def.ConnectionType == nil || *def.ConnectionType != apigw.ConnectionTypeVPCLink {
		return nil, nil
	}
	l := &vpcLink{egress: client, id: mapping.ParseURI(text(def.ConnectionId))}
	if target := text(def.IntegrationTarget); target != "" {
		l.target = mapping.ParseURI(target)
	}
	if !l.id.IsStatic() || l.target != nil && !l.target.IsStatic() {
		return l, nil
	}
	var err error
	l.fixed, err = l.resolve(nil)
	return l, err
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// of is the link of a call, "" for none.
func (l *vpcLink) of(c *Call) (string, error) {
	if l == nil || l.fixed != "" {
		return l.static(), nil
	}
	return l.resolve(c.Scope.StageVariables)
}

func (l *vpcLink) static() string {
	if l == nil {
		return ""
	}
	return l.fixed
}

func (l *vpcLink) resolve(variables mapping.ParamList) (string, error) {
	if l.target != nil {
		if target := string(l.target.Append(nil, variables, nil)); l.egress.HasLink(target) {
			return target, nil
		}
	}
	id := string(l.id.Append(nil, variables, nil))
	if !l.egress.HasLink(id) {
		return "", fmt.Errorf("%w: say what %q reaches, --vpc-link %s=HOST:PORT", ErrNoLink, id, id)
	}
	return id, nil
}
