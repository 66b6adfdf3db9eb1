package mapping

import (
	"github.com/poterne/poterne/template/jsonv"
)

// contextTable has a row for each variable of $context (data plane §16.1 and
// §16.2). To add a variable, add a row: templates, expressions, gateway
// responses and access logs follow.
var contextTable = []contextRow{
	{"accountId", everyone, func(c *Context) jsonv.Value { return text(c.AccountID) }},
	{"apiId", everyone, func(c *Context) jsonv.Value { return text(c.APIID) }},
	{"deploymentId", everyone, func(c *Context) jsonv.Value { return text(c.DeploymentID) }},
	{"domainName", everyone, func(c *Context) jsonv.Value { return text(c.DomainName) }},
	{"domainPrefix", everyone, func(c *Context) jsonv.Value { return text(c.DomainPrefix) }},
	{"extendedRequestId", everyone, func(c *Context) jsonv.Value { return text(c.ExtendedRequestID) }},
	{"requestId", everyone, func(c *Context) jsonv.Value { return text(c.RequestID) }},
	{"httpMethod", everyone, func(c *Context) jsonv.Value { return text(c.HTTPMethod) }},
	{"path", everyone, func(c *Context) jsonv.Value { return text(c.Path) }},
	{"resourcePath", everyone, func(c *Context) jsonv.Value { return text(c.ResourcePath) }},
	{"resourceId", everyone, func(c *Context) jsonv.Value { return text(c.ResourceID) }},
	{"protocol", everyone, func(c *Context) jsonv.Value { return text(c.Protocol) }},
	{"stage", everyone, func(c *Context) jsonv.Value { return text(c.Stage) }},
	{"requestTime", everyone, func(c *Context) jsonv.Value { return text(c.RequestTime) }},
	{"requestTimeEpoch", everyone, func(c *Context) jsonv.Value { return count(c.RequestTimeEpoch) }},
	{"awsEndpointRequestId", everyone, func(c *Context) jsonv.Value { return text(c.AWSEndpointRequestID) }},
	{"wafResponseCode", everyone, func(c *Context) jsonv.Value { return text(c.WAFResponseCode) }},
	{"webaclArn", everyone, func(c *Context) jsonv.Value { return text(c.WebACLARN) }},
	{"isCanaryRequest", everyone, func(c *Context) jsonv.Value { return text(canaryText[c.Canary]) }},

	{"identity.accountId", everyone, func(c *Context) jsonv.Value { return text(c.Identity.AccountID) }},
	{"identity.accessKey", everyone, func(c *Context) jsonv.Value { return text(c.Identity.AccessKey) }},
	{"identity.apiKey", everyone, func(c *Context) jsonv.Value { return text(c.Identity.APIKey) }},
	{"identity.apiKeyId", everyone, func(c *Context) jsonv.Value { return text(c.Identity.APIKeyID) }},
	{"identity.caller", everyone, func(c *Context) jsonv.Value { return text(c.Identity.Caller) }},
	{"identity.cognitoAuthenticationProvider", everyone, func(c *Context) jsonv.Value { return text(c.Identity.CognitoAuthenticationProvider) }},
	{"identity.cognitoAuthenticationType", everyone, func(c *Context) jsonv.Value { return text(c.Identity.CognitoAuthenticationType) }},
	{"identity.cognitoIdentityId", everyone, func(c *Context) jsonv.Value { return text(c.Identity.CognitoIdentityID) }},
	{"identity.cognitoIdentityPoolId", everyone, func(c *Context) jsonv.Value { return text(c.Identity.CognitoIdentityPoolID) }},
	{"identity.principalOrgId", everyone, func(c *Context) jsonv.Value { return text(c.Identity.PrincipalOrgID) }},
	{"identity.sourceIp", everyone, func(c *Context) jsonv.Value { return text(c.Identity.SourceIP) }},
	{"identity.user", everyone, func(c *Context) jsonv.Value { return text(c.Identity.User) }},
	{"identity.userAgent", everyone, func(c *Context) jsonv.Value { return text(c.Identity.UserAgent) }},
	{"identity.userArn", everyone, func(c *Context) jsonv.Value { return text(c.Identity.UserARN) }},
	{"identity.vpcId", everyone, func(c *Context) jsonv.Value { return text(c.Identity.VPCID) }},
	{"identity.vpceId", everyone, func(c *Context) jsonv.Value { return text(c.Identity.VPCEndpointID) }},
	{"identity.clientCert.clientCertPem", everyone, func(c *Context) jsonv.Value { return text(c.Identity.cert().PEM) }},
	{"identity.clientCert.subjectDN", everyone, func(c *Context) jsonv.Value { return text(c.Identity.cert().SubjectDN) }},
	{"identity.clientCert.issuerDN", everyone, func(c *Context) jsonv.Value { return text(c.Identity.cert().IssuerDN) }},
	{"identity.clientCert.serialNumber", everyone, func(c *Context) jsonv.Value { return text(c.Identity.cert().SerialNumber) }},
	{"identity.clientCert.validity.notBefore", everyone, func(c *Context) jsonv.Value { return text(c.Identity.cert().NotBefore) }},
	{"identity.clientCert.validity.notAfter", everyone, func(c *Context) jsonv.Value { return text(c.Identity.cert().NotAfter) }},

	{"authorizer.principalId", everyone, func(c *Context) jsonv.Value { return text(c.Authorizer.PrincipalID) }},

	{"error.message", failures, func(c *Context) jsonv.Value { return text(c.Error.Message) }},
	{"error.messageString", failures, messageString},
	{"error.responseType", failures, func(c *Context) jsonv.Value { return text(c.Error.ResponseType) }},
	{"error.validationErrorString", failures, func(c *Context) jsonv.Value { return text(c.Error.ValidationErrors) }},

	{"status", AccessLogs, func(c *Context) jsonv.Value { return count(int64(c.Status)) }},
	{"responseLatency", AccessLogs, func(c *Context) jsonv.Value { return jsonv.Integer(c.ResponseLatency) }},
	{"responseLength", AccessLogs, func(c *Context) jsonv.Value { return jsonv.Integer(c.ResponseLength) }},
	{"xrayTraceId", AccessLogs, func(c *Context) jsonv.Value { return text(c.XRayTraceID) }},
	{"integrationStatus", AccessLogs, func(c *Context) jsonv.Value { return count(int64(c.Integration.IntegrationStatus)) }},
	{"integrationLatency", AccessLogs, func(c *Context) jsonv.Value { return latency(c.Integration.Latency, c.Integration.Status) }},
	{"integrationErrorMessage", AccessLogs, func(c *Context) jsonv.Value { return text(c.Integration.Error) }},
	{"integration.integrationStatus", AccessLogs, func(c *Context) jsonv.Value { return count(int64(c.Integration.IntegrationStatus)) }},
	{"integration.status", AccessLogs, func(c *Context) jsonv.Value { return count(int64(c.Integration.Status)) }},
	{"integration.latency", AccessLogs, func(c *Context) jsonv.Value { return latency(c.Integration.Latency, c.Integration.Status) }},
	{"integration.requestId", AccessLogs, func(c *Context) jsonv.Value { return text(c.Integration.RequestID) }},
	{"integration.error", AccessLogs, func(c *Context) jsonv.Value { return text(c.Integration.Error) }},
	{"integration.responseTransferMode", AccessLogs, func(c *Context) jsonv.Value { return text(c.Integration.ResponseTransferMode) }},
	{"integration.timeToAllHeaders", AccessLogs, func(c *Context) jsonv.Value { return count(c.Integration.TimeToAllHeaders) }},
	{"integration.timeToFirstContent", AccessLogs, func(c *Context) jsonv.Value { return count(c.Integration.TimeToFirstContent) }},
	{"authenticate.error", AccessLogs, func(c *Context) jsonv.Value { return text(c.Authenticate.Error) }},
	{"authenticate.latency", AccessLogs, func(c *Context) jsonv.Value { return latency(c.Authenticate.Latency, c.Authenticate.Status) }},
	{"authenticate.status", AccessLogs, func(c *Context) jsonv.Value { return count(int64(c.Authenticate.Status)) }},
	{"authorize.error", AccessLogs, func(c *Context) jsonv.Value { return text(c.Authorize.Error) }},
	{"authorize.latency", AccessLogs, func(c *Context) jsonv.Value { return latency(c.Authorize.Latency, c.Authorize.Status) }},
	{"authorize.status", AccessLogs, func(c *Context) jsonv.Value { return count(int64(c.Authorize.Status)) }},
	{"authorizer.error", AccessLogs, func(c *Context) jsonv.Value { return text(c.Authorizer.Phase.Error) }},
	{"authorizer.latency", AccessLogs, func(c *Context) jsonv.Value { return latency(c.Authorizer.Phase.Latency, c.Authorizer.Phase.Status) }},
	{"authorizer.status", AccessLogs, func(c *Context) jsonv.Value { return count(int64(c.Authorizer.Phase.Status)) }},
	{"authorizer.integrationLatency", AccessLogs, func(c *Context) jsonv.Value {
		return latency(c.Authorizer.IntegrationLatency, c.Authorizer.IntegrationStatus)
	}},
	{"authorizer.integrationStatus", AccessLogs, func(c *Context) jsonv.Value { return count(int64(c.Authorizer.IntegrationStatus)) }},
	{"authorizer.requestId", AccessLogs, func(c *Context) jsonv.Value { return text(c.Authorizer.RequestID) }},
	{"waf.error", AccessLogs, func(c *Context) jsonv.Value { return text(c.WAF.Error) }},
	{"waf.latency", AccessLogs, func(c *Context) jsonv.Value { return latency(c.WAF.Latency, c.WAF.Status) }},
	{"waf.status", AccessLogs, func(c *Context) jsonv.Value { return count(int64(c.WAF.Status)) }},
	{"customDomain.basePathMatched", AccessLogs, func(c *Context) jsonv.Value { return text(c.BasePathMatched) }},
	{"customDomain.routingRuleIdMatched", AccessLogs, func(c *Context) jsonv.Value { return text(c.RoutingRuleID) }},
	{"tlsVersion", AccessLogs, func(c *Context) jsonv.Value { return text(c.TLSVersion) }},
	{"cipherSuite", AccessLogs, func(c *Context) jsonv.Value { return text(c.CipherSuite) }},
	{"endpointType", AccessLogs, func(c *Context) jsonv.Value { return text(c.EndpointType) }},
}

var canaryText = [...]string{NoCanary: "", CanaryMissed: "false", CanaryRequest: "true"}

// text is a variable that is unknown while empty.
func text(s string) jsonv.Value {
	if s == "" {
		return jsonv.Null
	}
	return jsonv.String(s)
}

// count is a number that is unknown while 0.
func count(n int64) jsonv.Value {
	if n == 0 {
		return jsonv.Null
	}
	return jsonv.Long(n)
}

// latency is a number that is known once its phase has a status.
func latency(ms int64, status int) jsonv.Value {
	if status == 0 {
		return jsonv.Null
	}
	return jsonv.Long(ms)
}

// messageString is the message as a JSON string, or null.
func messageString(c *Context) jsonv.Value {
	switch {
	case c.Error.NullMessage:
		return jsonv.String("null")
	case c.Error.Message == "":
		return jsonv.Null
	}
	quoted, _ := jsonv.AppendJSON(nil, jsonv.String(c.Error.Message))
	return jsonv.String(string(quoted))
}

var noCert = &ClientCert{}

func (id *Identity) cert() *ClientCert {
	if id.ClientCert == nil {
		return noCert
	}
	return id.ClientCert
}
