package control

import (
	"slices"

	"github.com/poterne/poterne/apigw"
)

// The paths of UpdateDomainName (control plane §3.5).
var domainNamePatches = patchTable[apigw.DomainName]{familyA, []patchRule[apigw.DomainName]{
	{path: "/certificateName", ops: add | replace | remove, apply: setOrRemove(func(d *apigw.DomainName) **string { return &d.CertificateName })},
	{path: "/certificateArn", ops: add | replace | remove, apply: setOrRemove(func(d *apigw.DomainName) **string { return &d.CertificateArn })},
	{path: "/regionalCertificateName", ops: add | replace | remove, apply: setOrRemove(func(d *apigw.DomainName) **string { return &d.RegionalCertificateName })},
	{path: "/regionalCertificateArn", ops: add | replace | remove, apply: setOrRemove(func(d *apigw.DomainName) **string { return &d.RegionalCertificateArn })},
	{path: "/endpointConfiguration/types", ops: add | remove, apply: patchDomainTypes},
	{path: "/endpointConfiguration/types/*", ops: replace, apply: patchDomainTypes, shown: unlisted},
	{path: "/endpointConfiguration/ipAddressType", ops: replace, apply: patchDomainAddressType},
	{path: "/endpointAccessMode", ops: replace, apply: setOneOf(func(d *apigw.DomainName) **string { return &d.EndpointAccessMode }, accessModes, "Invalid endpoint access mode specified")},
	{path: "/securityPolicy", ops: replace, apply: setOneOf(func(d *apigw.DomainName) **string { return &d.SecurityPolicy }, securityPolicies, "Invalid security policy specified")},
	{path: "/policy", ops: replace, apply: setOptional(func(d *apigw.DomainName) **string { return &d.Policy })},
	{path: "/managementPolicy", ops: replace, apply: setOptional(func(d *apigw.DomainName) **string { return &d.ManagementPolicy })},
	{path: "/routingMode", ops: replace, apply: setOneOf(func(d *apigw.DomainName) **string { return &d.RoutingMode }, routingModes, "Invalid routing mode specified")},
	{path: "/mutualTlsAuthentication/truststoreUri", ops: add | replace | remove, apply: patchTruststoreUri},
	{path: "/mutualTlsAuthentication/truststoreVersion", ops: add | replace | remove, apply: patchTruststoreVersion},
	{path: "/ownershipVerificationCertificateArn", ops: add | replace | remove, apply: setOrRemove(func(d *apigw.DomainName) **string { return &d.OwnershipVerificationCertificateArn })},
}}

var routingModes = []string{
	apigw.RoutingModeBasePathMappingOnly,
	apigw.RoutingModeRoutingRuleOnly,
	apigw.RoutingModeRoutingRuleThenBasePathMapping,
}

// setOrRemove sets a member to the value; remove and an empty value clear it.
func setOrRemove[T any](field func(*T) **string) func(*T, *patch) error {
	return func(doc *T, p *patch) error {
		*field(doc) = nil
		if p.op != remove {
			*field(doc) = optional(p.text())
		}
		return nil
	}
}

// patchDomainTypes moves a domain between edge and regional, or, on its way,
// lets it be both.
func patchDomainTypes(d *apigw.DomainName, p *patch) error {
	if !slices.Contains(endpointTypes, p.text()) {
		return apigw.BadRequest("%s Invalid request input", p.path)
	}
	types := without(d.EndpointConfiguration.Types, p.text())
	switch p.op {
	case add:
		types = append(types, p.text())
	case replace:
		types = []string{p.text()}
	}
	if len(types) == 0 {
		return apigw.BadRequest("%s Invalid request input", p.path)
	}
	d.EndpointConfiguration.Types = types
	return nil
}

func patchDomainAddressType(d *apigw.DomainName, p *patch) error {
	if p.text() != apigw.IpAddressTypeIpv4 && p.text() != apigw.IpAddressTypeDualstack {
		return apigw.BadRequest("%s Invalid request input", p.path)
	}
	d.EndpointConfiguration.IpAddressType = p.value
	return nil
}

// patchTruststoreUri: an empty one ends mutual TLS.
func patchTruststoreUri(d *apigw.DomainName, p *patch) error {
	if p.op == remove || p.text() == "" {
		d.MutualTlsAuthentication = nil
		return nil
	}
	if d.MutualTlsAuthentication == nil {
		d.MutualTlsAuthentication = &apigw.MutualTlsAuthentication{}
	}
	d.MutualTlsAuthentication.TruststoreUri = p.value
	return nil
}

func patchTruststoreVersion(d *apigw.DomainName, p *patch) error {
	if d.MutualTlsAuthentication == nil {
		return apigw.BadRequest("%s Invalid request input", p.path)
	}
	d.MutualTlsAuthentication.TruststoreVersion = nil
	if p.op != remove {
		d.MutualTlsAuthentication.TruststoreVersion = optional(p.text())
	}
	return nil
}

func (t *tx) updateDomainName(in *apigw.UpdateDomainNameInput) (*apigw.DomainName, error) {
	domain, err := t.domainName(in.DomainName, in.DomainNameId)
	if err != nil {
		return nil, err
	}
	if err := domainNamePatches.apply(domain, in.PatchOperations); err != nil {
		return nil, err
	}
	if err := checkPatchedDomain(domain); err != nil {
		return nil, err
	}
	return domain, t.save(t.domainKey(domainRef(in.DomainName, in.DomainNameId)), domain)
}

// checkPatchedDomain is what spans several members.
func checkPatchedDomain(d *apigw.DomainName) error {
	if d.MutualTlsAuthentication != nil {
		if !slices.Contains(d.EndpointConfiguration.Types, apigw.EndpointTypeRegional) {
			return apigw.BadRequest("Mutual TLS authentication is only supported for REGIONAL domain names.")
		}
		if d.EndpointAccessMode != nil { // field reports
			return apigw.BadRequest("/endpointAccessMode Invalid request input")
		}
	}
	return checkAccessMode(d.SecurityPolicy, d.EndpointAccessMode)
}
