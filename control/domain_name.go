package control

import (
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/internal/lazyregexp"
	"github.com/poterne/poterne/store"
)

// A DomainName is a document under its name; a private one, of which there may
// be several of a name, under name+id (control plane §2.17, §7.3).

const (
	noDomain         = "Invalid domain name identifier specified"
	cloudFrontZone   = "Z2FDTNDATAQYW2" // of every distribution (documented)
	regionalZone     = "Z1UJRXOUMOOFQ8" // us-east-1's; what the zone is used for is not served here
	defaultTLSPolicy = apigw.SecurityPolicyTLS12
)

// domainPattern is a name that DNS can have, or a wildcard of one.
var domainPattern = lazyregexp.New(`^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)

// domainRef is the name of a DomainName's document.
func domainRef(name string, id *string) string {
	if deref(id) == "" {
		return name
	}
	return name + "+" + *id
}

func (t *tx) domainKey(ref string) store.Key { return t.key("domainnames", ref) }

func (t *tx) domainName(name string, id *string) (*apigw.DomainName, error) {
	domain, err := load[apigw.DomainName](t, t.domainKey(domainRef(name, id)))
	if err == nil && domain == nil {
		err = apigw.NotFound(noDomain)
	}
	return domain, err
}

// createDomainName writes the name in lower case, and that is its name from
// then on: one in upper case is not found (CDK, issue 8428).
func (t *tx) createDomainName(in *apigw.CreateDomainNameInput) (*apigw.DomainName, error) {
	in.DomainName = strings.ToLower(in.DomainName)
	kind, err := domainEndpoint(in.EndpointConfiguration)
	if err != nil {
		return nil, err
	}
	for _, check := range newDomainChecks {
		if err := check(t, in, kind); err != nil {
			return nil, err
		}
	}
	domain, err := t.newDomain(in, kind)
	if err != nil {
		return nil, err
	}
	return domain, t.save(t.domainKey(domainRef(in.DomainName, domain.DomainNameId)), domain)
}

// domainEndpoint is the one endpoint type of a domain, EDGE by default.
func domainEndpoint(c *apigw.EndpointConfiguration) (string, error) {
	if c == nil || len(c.Types) == 0 {
		return apigw.EndpointTypeEdge, nil
	}
	if len(c.Types) > 1 {
		return "", apigw.BadRequest("Cannot create a domain name with multiple Endpoint Types.")
	}
	return c.Types[0], nil
}

// newDomainChecks are in order; kind is the domain's one endpoint type.
var newDomainChecks = []func(t *tx, in *apigw.CreateDomainNameInput, kind string) error{
	checkDomainText,
	checkDomainTags,
	checkDomainIsNew,
	checkCertificates,
	checkNewMutualTLS,
	checkNewAccessMode,
	checkDomainQuota,
}

func checkDomainText(_ *tx, in *apigw.CreateDomainNameInput, _ string) error {
	switch {
	case in.DomainName == "":
		return apigw.BadRequest("No Domain Name specified")
	case strings.HasSuffix(in.DomainName, "."):
		return apigw.BadRequest("Trailing period should be omitted from domain name")
	case !domainPattern.MatchString(in.DomainName) || len(in.DomainName) > 253:
		return apigw.BadRequest("Invalid domain name specified: %s. A domain name has letters, digits and hyphens between its dots, and may begin with *.", in.DomainName)
	}
	return nil
}

func checkDomainTags(t *tx, in *apigw.CreateDomainNameInput, _ string) error {
	return t.checkTags(in.Tags)
}

// checkDomainIsNew: of private domains there may be several of a name.
func checkDomainIsNew(t *tx, in *apigw.CreateDomainNameInput, kind string) error {
	if kind == apigw.EndpointTypePrivate {
		return nil
	}
	exists, err := t.has(t.domainKey(in.DomainName))
	if err != nil || !exists {
		return err
	}
	return apigw.BadRequest("The domain name you provided already exists.")
}

func checkNewMutualTLS(_ *tx, in *apigw.CreateDomainNameInput, kind string) error {
	if in.MutualTlsAuthentication == nil {
		return nil
	}
	if kind != apigw.EndpointTypeRegional {
		return errMutualTLS()
	}
	return checkMutualTLS(in.MutualTlsAuthentication.TruststoreUri, in.SecurityPolicy)
}

func checkNewAccessMode(_ *tx, in *apigw.CreateDomainNameInput, _ string) error {
	return checkAccessMode(in.SecurityPolicy, in.EndpointAccessMode)
}

// checkCertificates: a domain is made with the certificate of its own endpoint
// type, of the Region where that is used; the texts are AWS's (cdk-preflight).
func checkCertificates(t *tx, in *apigw.CreateDomainNameInput, kind string) error {
	edge := in.CertificateArn != nil || in.CertificateBody != nil || in.CertificateName != nil
	regional := in.RegionalCertificateArn != nil || in.RegionalCertificateName != nil
	switch kind {
	case apigw.EndpointTypeEdge:
		if regional {
			return apigw.BadRequest("Cannot import certificates for REGIONAL while EDGE is active.")
		}
		if !edge {
			return apigw.BadRequest("A certificate was not provided for the endpoint type EDGE.")
		}
		return checkCertificateRegion(in.CertificateArn, edgeRegion)
	case apigw.EndpointTypeRegional:
		if edge {
			return apigw.BadRequest("Cannot import certificates for EDGE while REGIONAL is active.")
		}
		return checkCertificateRegion(in.RegionalCertificateArn, t.caller.Region)
	}
	return nil
}

// edgeRegion is where CloudFront has its certificates.
const edgeRegion = "us-east-1"

func checkCertificateRegion(arn *string, region string) error {
	parts := strings.Split(deref(arn), ":")
	if len(parts) < 6 || parts[2] != "acm" || parts[3] == region {
		return nil
	}
	return apigw.BadRequest("Invalid certificate ARN: %s. Certificate must be in '%s'.", *arn, region)
}

func errMutualTLS() error {
	return apigw.BadRequest("Mutual TLS authentication is only supported for REGIONAL domain names.")
}

// checkMutualTLS: cdk-preflight.
func checkMutualTLS(truststore, policy *string) error {
	if deref(truststore) != "" && deref(policy) == apigw.SecurityPolicyTLS10 {
		return apigw.BadRequest("Mutual TLS authentication is only supported with TLS 1.2.")
	}
	return nil
}

// checkAccessMode: the policies of 2025 want an access mode (control plane
// §7.4).
func checkAccessMode(policy, mode *string) error {
	if isEnhanced(policy) && deref(mode) == "" {
		return apigw.BadRequest("Endpoint access mode is required for the specified security policy")
	}
	return nil
}

func isEnhanced(policy *string) bool { return strings.HasPrefix(deref(policy), "SecurityPolicy_") }

func checkDomainQuota(t *tx, _ *apigw.CreateDomainNameInput, kind string) error {
	var public, private int
	for domain, err := range scan[apigw.DomainName](t, t.key("domainnames")) {
		if err != nil {
			return err
		}
		if isPrivate(domain) {
			private++
		} else {
			public++
		}
	}
	if kind == apigw.EndpointTypePrivate && private >= t.deps.Quotas.PrivateDomainNames ||
		kind != apigw.EndpointTypePrivate && public >= t.deps.Quotas.PublicDomainNames {
		return errQuota("domain names", "this account")
	}
	return nil
}

func isPrivate(domain *apigw.DomainName) bool {
	return slices.Contains(domain.EndpointConfiguration.Types, apigw.EndpointTypePrivate)
}

// newDomain is what is stored for in. Certificates are the server's
// configuration; a domain is served, or not, as soon as it is made.
func (t *tx) newDomain(in *apigw.CreateDomainNameInput, kind string) (*apigw.DomainName, error) {
	domain := &apigw.DomainName{
		DomainName: &in.DomainName, CertificateName: in.CertificateName, CertificateArn: in.CertificateArn,
		RegionalCertificateName: in.RegionalCertificateName, RegionalCertificateArn: in.RegionalCertificateArn,
		EndpointConfiguration: &apigw.EndpointConfiguration{Types: []string{kind}, IpAddressType: new(apigw.IpAddressTypeIpv4)},
		DomainNameStatus:      new(apigw.DomainNameStatusAvailable), SecurityPolicy: in.SecurityPolicy, EndpointAccessMode: in.EndpointAccessMode,
		OwnershipVerificationCertificateArn: in.OwnershipVerificationCertificateArn, Policy: in.Policy, RoutingMode: in.RoutingMode,
		Tags: omitEmptyMap(in.Tags)}
	if in.EndpointConfiguration != nil && in.EndpointConfiguration.IpAddressType != nil {
		domain.EndpointConfiguration.IpAddressType = in.EndpointConfiguration.IpAddressType
	} else if kind == apigw.EndpointTypePrivate {
		domain.EndpointConfiguration.IpAddressType = new(apigw.IpAddressTypeDualstack)
	}
	setDefault(&domain.SecurityPolicy, defaultTLSPolicy)
	setDefault(&domain.RoutingMode, apigw.RoutingModeBasePathMappingOnly)
	if tls := in.MutualTlsAuthentication; tls != nil && deref(tls.TruststoreUri) != "" {
		domain.MutualTlsAuthentication = &apigw.MutualTlsAuthentication{TruststoreUri: tls.TruststoreUri, TruststoreVersion: tls.TruststoreVersion}
	}
	if err := t.setEndpointNames(domain, kind); err != nil {
		return nil, err
	}
	domain.DomainNameArn = new(t.domainArn(domain))
	return domain, nil
}

// setEndpointNames gives a domain the names under which AWS would reach it as
// a domain of the kind.
func (t *tx) setEndpointNames(domain *apigw.DomainName, kind string) error {
	id, err := t.newID("domainname", func(id string) store.Key { return t.domainKey(domainRef(*domain.DomainName, &id)) })
	if err != nil {
		return err
	}
	switch kind {
	case apigw.EndpointTypeRegional:
		domain.RegionalDomainName = new("d-" + id + ".execute-api." + t.caller.Region + ".amazonaws.com")
		domain.RegionalHostedZoneId = new(regionalZone)
	case apigw.EndpointTypeEdge:
		domain.DistributionDomainName = new("d" + id + ".cloudfront.net")
		domain.DistributionHostedZoneId = new(cloudFrontZone)
		domain.CertificateUploadDate = apigw.NewTimestamp(t.deps.Now())
	case apigw.EndpointTypePrivate:
		domain.DomainNameId = &id
		domain.CertificateUploadDate = apigw.NewTimestamp(t.deps.Now())
	}
	return nil
}

// domainArn has an account for a private domain alone (control plane §1.10).
func (t *tx) domainArn(domain *apigw.DomainName) string {
	account := ""
	if domain.DomainNameId != nil {
		account = t.deps.AccountId
	}
	return strings.Join([]string{"arn", apigw.Partition(t.caller.Region), "apigateway", t.caller.Region, account,
		"/domainnames/" + domainRef(*domain.DomainName, domain.DomainNameId)}, ":")
}

func (t *tx) getDomainName(in *apigw.GetDomainNameInput) (*apigw.DomainName, error) {
	return t.domainName(in.DomainName, in.DomainNameId)
}

func (t *tx) getDomainNames(in *apigw.GetDomainNamesInput) (*apigw.DomainNames, error) {
	if deref(in.ResourceOwner) == apigw.ResourceOwnerOtherAccounts {
		return &apigw.DomainNames{Items: []apigw.DomainName{}}, nil // one account per server
	}
	items, position, err := listDocuments(t, t.key("domainnames"),
		func(d *apigw.DomainName) string { return domainRef(*d.DomainName, d.DomainNameId) }, in.Position, in.Limit)
	return &apigw.DomainNames{Items: items, Position: position}, err
}

// deleteDomainName takes its mappings and associations along (control plane
// §2.29).
func (t *tx) deleteDomainName(in *apigw.DeleteDomainNameInput) error {
	domain, err := t.domainName(in.DomainName, in.DomainNameId)
	if err != nil {
		return err
	}
	ref := domainRef(in.DomainName, in.DomainNameId)
	if err := t.deleteAll(t.key("basepathmappings", ref)); err != nil {
		return err
	}
	if err := t.deleteAssociations(*domain.DomainNameArn); err != nil {
		return err
	}
	return t.Delete(t.domainKey(ref))
}
