package control

import (
	"slices"
	"strings"

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
	before := domain.EndpointConfiguration.Types
	if err := domainNamePatches.apply(domain, in.PatchOperations); err != nil {
		return nil, err
	}
	if !slices.Equal(before, domain.EndpointConfiguration.Types) {
		if err := t.moveDomain(domain, in.PatchOperations); err != nil {
			return nil, err
		}
	}
	if err := checkPatchedDomain(domain); err != nil {
		return nil, err
	}
	return domain, t.save(t.domainKey(domainRef(in.DomainName, in.DomainNameId)), domain)
}

// moveDomain is what a change of endpoint types brings along: each type needs
// a certificate of its own, has names of its own, and a private domain is
// another kind of thing (control plane §3.4.5b).
func (t *tx) moveDomain(d *apigw.DomainName, ops []apigw.PatchOperation) error {
	types := d.EndpointConfiguration.Types
	edge, regional := slices.Contains(types, apigw.EndpointTypeEdge), slices.Contains(types, apigw.EndpointTypeRegional)
	if isPrivate(d) || d.DomainNameId != nil ||
		edge && d.CertificateArn == nil && d.CertificateName == nil ||
		regional && d.RegionalCertificateArn == nil && d.RegionalCertificateName == nil {
		return apigw.BadRequest("%s Invalid request input", pathOfTypes(ops))
	}
	if !edge {
		d.DistributionDomainName, d.DistributionHostedZoneId, d.CertificateUploadDate = nil, nil, nil
	} else if d.DistributionDomainName == nil {
		if err := t.setEndpointNames(d, apigw.EndpointTypeEdge); err != nil {
			return err
		}
	}
	if !regional {
		d.RegionalDomainName, d.RegionalHostedZoneId = nil, nil
	} else if d.RegionalDomainName == nil {
		return t.setEndpointNames(d, apigw.EndpointTypeRegional)
	}
	return nil
}

// pathOfTypes is the path of the first op on the endpoint types.
func pathOfTypes(ops []apigw.PatchOperation) string {
	for _, op := range ops {
		if path := deref(op.Path); strings.HasPrefix(path, "/endpointConfiguration/types") {
			return path
		}
	}
	return ""
}

// checkPatchedDomain is what spans several members.
func checkPatchedDomain(d *apigw.DomainName) error {
	if d.MutualTlsAuthentication != nil {
		if !slices.Contains(d.EndpointConfiguration.Types, apigw.EndpointTypeRegional) {
			return errMutualTLS()
		}
		if d.EndpointAccessMode != nil { // field reports
			return apigw.BadRequest("/endpointAccessMode Invalid request input")
		}
		if err := checkMutualTLS(d.MutualTlsAuthentication.TruststoreUri, d.SecurityPolicy); err != nil {
			return err
		}
	}
	return checkAccessMode(d.SecurityPolicy, d.EndpointAccessMode)
}
