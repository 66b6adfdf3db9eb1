package control

import (
	"slices"
	"strconv"

	"github.com/poterne/poterne/apigw"
)

const badAddressType = "ipAddressType must be either ipv4 or dualstack."

var (
	endpointTypes = []string{apigw.EndpointTypeRegional, apigw.EndpointTypeEdge, apigw.EndpointTypePrivate}
	addressTypes  = []string{apigw.IpAddressTypeIpv4, apigw.IpAddressTypeDualstack}
	keySources    = []string{apigw.ApiKeySourceTypeHeader, apigw.ApiKeySourceTypeAuthorizer}
	accessModes   = []string{apigw.EndpointAccessModeBasic, apigw.EndpointAccessModeStrict}
)

var securityPolicies = []string{
	apigw.SecurityPolicyTLS10,
	apigw.SecurityPolicyTLS12,
	apigw.SecurityPolicySecurityPolicyTls1313202509,
	apigw.SecurityPolicySecurityPolicyTls1313FIPS202509,
	apigw.SecurityPolicySecurityPolicyTls1312PFSPQ202509,
	apigw.SecurityPolicySecurityPolicyTls1312FIPSPQ202509,
	apigw.SecurityPolicySecurityPolicyTls1312FIPSPFSPQ202509,
	apigw.SecurityPolicySecurityPolicyTls1312PQ202509,
	apigw.SecurityPolicySecurityPolicyTls1312202106,
	apigw.SecurityPolicySecurityPolicyTls132025Edge,
	apigw.SecurityPolicySecurityPolicyTls12PFS2025Edge,
	apigw.SecurityPolicySecurityPolicyTls122018Edge,
}

// Control plane §3.4.1 has the oddities.
var restApiPatches = patchTable[apigw.RestApi]{familyB, []patchRule[apigw.RestApi]{
	{path: "/name", ops: replace,
		apply: setText(func(a *apigw.RestApi) **string { return &a.Name })},
	{path: "/description", ops: add | replace | remove,
		apply: patchDescription},
	{path: "/apiKeySource", ops: replace,
		apply: setOneOf(func(a *apigw.RestApi) **string { return &a.ApiKeySource }, keySources, "Invalid apiKeySource specified. Valid options are HEADER,AUTHORIZER")},
	{path: "/binaryMediaTypes/*", ops: add | replace | remove,
		apply: patchBinaryMediaType},
	{path: "/minimumCompressionSize", ops: replace,
		apply: patchCompression},
	{path: "/disableExecuteApiEndpoint", ops: replace,
		apply: setBool(func(a *apigw.RestApi) **bool { return &a.DisableExecuteApiEndpoint })},
	{path: "/endpointConfiguration/types/*", ops: replace, wrongOp: anyOp, // AF-028
		apply: patchEndpointType},
	{path: "/endpointConfiguration/vpcEndpointIds", ops: add | remove,
		apply: setElement(func(a *apigw.RestApi) *[]string { return &a.EndpointConfiguration.VpcEndpointIds })},
	{path: "/endpointConfiguration/ipAddressType", ops: replace,
		apply: patchAddressType},
	{path: "/endpointAccessMode", ops: replace,
		apply: setOneOf(func(a *apigw.RestApi) **string { return &a.EndpointAccessMode }, accessModes, "Invalid endpointAccessMode specified. Valid options are BASIC,STRICT")},
	{path: "/securityPolicy", ops: replace,
		apply: setOneOf(func(a *apigw.RestApi) **string { return &a.SecurityPolicy }, securityPolicies, "Invalid securityPolicy specified")},
	{path: "/policy", ops: replace,
		apply: setOptional(func(a *apigw.RestApi) **string { return &a.Policy })},
}}

func patchDescription(a *apigw.RestApi, p *patch) error {
	a.Description = optional(p.text())
	if p.op == remove { // AF-032; a value is ignored
		a.Description = nil
	}
	return nil
}

// patchBinaryMediaType: a set of path elements; what replaces one goes to the
// end (AF-030).
func patchBinaryMediaType(a *apigw.RestApi, p *patch) error {
	rest := without(a.BinaryMediaTypes, p.key())
	switch p.op {
	case add:
		rest = append(rest, p.key())
	case replace:
		rest = append(rest, p.text())
	}
	a.BinaryMediaTypes = omitEmpty(rest)
	return nil
}

func patchCompression(a *apigw.RestApi, p *patch) error {
	a.MinimumCompressionSize = nil // "" and none switch it off (AF-022)
	if p.text() == "" {
		return nil
	}
	size, err := strconv.Atoi(p.text())
	if err != nil {
		size = -1 // refused
	}
	a.MinimumCompressionSize = &size
	return checkCompression(nil, a)
}

// patchEndpointType: the last segment is an index or a type (AF-029) and says
// nothing, for there is one type. PRIVATE comes with dualstack (AF-027).
func patchEndpointType(a *apigw.RestApi, p *patch) error {
	if !slices.Contains(endpointTypes, p.text()) {
		return apigw.BadRequest("Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE")
	}
	a.EndpointConfiguration.Types = []string{p.text()}
	if p.text() == apigw.EndpointTypePrivate {
		a.EndpointConfiguration.IpAddressType = new(apigw.IpAddressTypeDualstack)
	}
	return nil
}

func patchAddressType(a *apigw.RestApi, p *patch) error {
	if !slices.Contains(addressTypes, p.text()) {
		return apigw.BadRequest(badAddressType)
	}
	a.EndpointConfiguration.IpAddressType = new(p.text())
	return checkEndpointTypes(nil, a)
}
