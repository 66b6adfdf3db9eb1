package rule

import (
	"maps"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
)

// DefaultTimeout is the time in milliseconds that an Integration has if none is
// given (AF-064).
const DefaultTimeout = 29_000

// CompleteIntegration fills in what AWS returns for members that were not given
// (AF-064, AF-065), and drops what a MOCK does not keep (AF-066). It leaves the
// cacheNamespace alone, which is the id of the Resource.
func CompleteIntegration(i *apigw.Integration) {
	setDefault(&i.PassthroughBehavior, "WHEN_NO_MATCH")
	setDefault(&i.TimeoutInMillis, DefaultTimeout)
	if i.CacheKeyParameters == nil {
		i.CacheKeyParameters = []string{}
	}
	switch deref(i.Type) {
	case apigw.IntegrationTypeHTTP, apigw.IntegrationTypeHTTPProxy:
		setDefault(&i.ConnectionType, apigw.ConnectionTypeInternet)
	case apigw.IntegrationTypeMock:
		i.Uri, i.HttpMethod = nil, nil
	}
}

// Integration refuses what PutIntegration, UpdateIntegration and an import do
// not take (§2.5.2, rules 4 to 25).
func Integration(i *apigw.Integration, at Place) error {
	return refuse(integrationRules, integration{i, at})
}

type integration struct {
	*apigw.Integration
	Place
}

var integrationRules = []row[integration]{
	{checkType, "set type to http, http_proxy, aws, aws_proxy or mock"},
	{checkVerb, "set httpMethod to the verb of the call to the back end"},
	{checkHTTPEndpoint, nameBackend},
	{checkServiceArn, nameBackend},
	{checkProxyTarget, "use type aws for services other than Lambda"},
	{checkFunctionArn, "put the function's own ARN between /functions/ and /invocations"},
	{checkCredentialsArn, nameRole},
	{checkCredentials, nameRole},
	{checkTimeout, "change timeoutInMillis"},
	{checkRequestMappings, "map declared parameters (method.request.header.X), context.X, stageVariables.X, method.request.body.X or 'text' to integration.request.header.X, .querystring.X or .path.X"},
	{func(i integration) error { return i.Server.checkTemplates(i.RequestTemplates) }, nameTemplates},
	{checkCacheKeys, "declare the parameter in the operation's parameters"},
	{checkConnection, "give the id of the VPC link as connectionId"},
	{func(i integration) error { return passthroughBehaviors.checkGiven(i.PassthroughBehavior) }, listedValue},
	{func(i integration) error { return ContentHandlings.checkGiven(i.ContentHandling) }, listedValue},
	{func(i integration) error { return ConnectionTypes.checkGiven(i.ConnectionType) }, listedValue},
	{func(i integration) error { return TransferModes.checkGiven(i.ResponseTransferMode) }, listedValue},
	{checkTLS, "take tlsConfig out"},
	{checkTransferMode, "take responseTransferMode out, or let it agree with type and uri"},
}

// What to do about more than one rule.
const (
	nameBackend   = "give a uri with http:// or https:// and a host; for AWS types an ARN with :path/ or :action/"
	nameRole      = "give the ARN of the role to assume as credentials"
	listedValue   = "use one of the values that the message lists"
	nameTemplates = "name each template by a content type, such as application/json"
)

func (i integration) is(types ...string) bool { return slices.Contains(types, deref(i.Type)) }

func (i integration) overHTTP() bool {
	return i.is(apigw.IntegrationTypeHTTP, apigw.IntegrationTypeHTTPProxy)
}

func (i integration) overAWS() bool {
	return i.is(apigw.IntegrationTypeAWS, apigw.IntegrationTypeAWSProxy)
}

func (i integration) streams() bool {
	return deref(i.ResponseTransferMode) == apigw.ResponseTransferModeStream
}

// checkType is for documents: an operation's type has passed the contract.
func checkType(i integration) error { return integrationTypes.Check(deref(i.Type)) }

// checkVerb comes before the uri (AF-067).
func checkVerb(i integration) error {
	if i.is(apigw.IntegrationTypeMock) {
		return nil
	}
	if deref(i.HttpMethod) == "" {
		return apigw.BadRequest("Enumeration value for HttpMethod must be non-empty")
	}
	return Verbs.Check(*i.HttpMethod)
}

// streamTimeout is the longest timeoutInMillis of a STREAM integration (§7.5).
const streamTimeout = 900_000

func checkTimeout(i integration) error {
	longest := i.Server.LongestTimeout
	if longest == 0 {
		longest = DefaultTimeout
	}
	if i.streams() {
		longest = max(longest, streamTimeout)
	}
	if t := deref(i.TimeoutInMillis); t < 50 || t > longest {
		return apigw.BadRequest("Timeout should be between 50 ms and %d ms", longest)
	}
	return nil
}

// checkRequestMappings: rules 14 to 16.
func checkRequestMappings(i integration) error {
	for _, key := range slices.Sorted(maps.Keys(i.RequestParameters)) {
		if _, ok := parseReference(key, "integration.request", "header", "querystring", "path"); !ok {
			return errMapping(notAnExpression(key))
		}
		if err := i.checkRequestMapping(i.RequestParameters[key]); err != nil {
			return err
		}
	}
	return nil
}

func (i integration) checkRequestMapping(expression string) error {
	if isStatic(expression) || isVariable(expression) || isBody(expression, "method.request") {
		return nil
	}
	ref, ok := parseRequestReference(expression)
	switch {
	case !ok:
		return errMapping(notAnExpression(expression))
	case !i.declares(ref):
		return errMapping(undeclared(expression))
	}
	return nil
}

// declares says whether the Method declares a parameter, or its Resource's path
// has it as a variable.
func (i integration) declares(ref reference) bool {
	_, declared := i.Method.RequestParameters[ref.declared()]
	return declared || ref.location == "path" && slices.Contains(PathVariables(i.Path), ref.name)
}

// checkCacheKeys: rule 18; the answer names no parameter.
func checkCacheKeys(i integration) error {
	for _, key := range i.CacheKeyParameters {
		_, ofMethod := i.Method.RequestParameters[key]
		_, ofIntegration := i.RequestParameters[key]
		if !ofMethod && !ofIntegration {
			return apigw.BadRequest("Invalid cache key parameter specified")
		}
	}
	return nil
}

// checkConnection: a connectionId with a stage variable is not looked up
// (AF-065).
func checkConnection(i integration) error {
	if deref(i.ConnectionType) != apigw.ConnectionTypeVPCLink {
		return nil
	}
	id := deref(i.ConnectionId)
	if id == "" {
		return apigw.BadRequest("ConnectionId should be set to the vpcLinkId or stage variable on connection type VPC_LINK")
	}
	if i.Server.HasVpcLink == nil || strings.Contains(id, "${stageVariables.") {
		return nil
	}
	exists, err := i.Server.HasVpcLink(id)
	if err != nil || exists {
		return err
	}
	return apigw.BadRequest("VPC link %s not found", id)
}

func checkTLS(i integration) error {
	if i.TlsConfig != nil && !i.overHTTP() {
		return apigw.BadRequest("TLS configuration is only supported for integrations of type HTTP and HTTP_PROXY")
	}
	return nil
}

// checkTransferMode: rules 23 and 24.
func checkTransferMode(i integration) error {
	if i.streams() && !i.is(apigw.IntegrationTypeHTTPProxy, apigw.IntegrationTypeAWSProxy) {
		return apigw.BadRequest("Invalid ResponseTransferMode. ResponseTransferMode STREAM is only supported for HTTP_PROXY and AWS_PROXY integrations.")
	}
	if !i.is(apigw.IntegrationTypeAWSProxy) || i.streams() == streamingArn.MatchString(deref(i.Uri)) {
		return nil
	}
	if i.streams() {
		return apigw.BadRequest("Invalid ResponseTransferMode. Cannot use ResponseTransferMode STREAM for Lambda functions invoked by Invoke for AWS_PROXY integrations.")
	}
	return apigw.BadRequest("Invalid ResponseTransferMode. Cannot use ResponseTransferMode BUFFERED for Lambda functions invoked by InvokeWithResponseStream for AWS_PROXY integrations.")
}
