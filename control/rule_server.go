package control

import (
	"slices"

	"github.com/poterne/poterne/control/rule"
)

// ApplyRules is what a document for Apply is to be read with.
func (s *Service) ApplyRules() rule.Server {
	unbound := s.deps
	unbound.Quotas = s.deps.Quotas.raised()
	return unbound.ruleServer()
}

// ruleServer is what the rules for a RestApi's parts ask of this server, as far
// as it can be said without the store. A server that stands for no account in
// particular takes the roles of every account.
func (d *Deps) ruleServer() rule.Server {
	server := rule.Server{
		LongestTimeout: d.Quotas.IntegrationTimeoutMillis,
		TemplateBytes:  d.Quotas.TemplateBytes,
		SharedPatterns: d.SharedPatterns,
	}
	if d.AccountId != NoAccount {
		server.Account = d.AccountId
	}
	return server
}

// ruleServer is that of Deps with what the store knows.
func (t *tx) ruleServer() rule.Server {
	server := t.deps.ruleServer()
	server.HasVpcLink = t.hasVpcLink
	return server
}

func (t *tx) hasVpcLink(id string) (bool, error) {
	if slices.Contains(t.deps.VpcLinks, id) {
		return true, nil
	}
	return t.has(t.key("vpclinks", id))
}
