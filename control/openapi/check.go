package openapi

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/internal/lazyregexp"
)

// The checks of this file are those of PutMethod, PutIntegration and
// PutIntegrationResponse with AWS's texts (§2.3, §2.5.2, §2.6). As there, the
// first that fails is the answer.

var parameterName = lazyregexp.New(`^[a-zA-Z0-9:._$-]+$`)

// checkMethod refuses names that AWS refuses.
func (im *importer) checkMethod(o *operation) {
	seen := map[string]string{}
	for _, key := range sortedKeys(o.method.RequestParameters) {
		location, name, _ := strings.Cut(strings.TrimPrefix(key, "method.request."), ".")
		if !parameterName.MatchString(name) {
			im.refuseMethod(o, invalidMapping("Parameter name should match the following regular expression: "+parameterName.String()))
			return
		}
		if other := seen[name]; other != "" && other != location {
			im.refuseMethod(o, "Parameter names must be unique across querystring, header and path")
			return
		}
		seen[name] = location
	}
}

func invalidMapping(errors ...string) string {
	return "Invalid mapping expression specified: Validation Result: warnings : [], errors : [" + strings.Join(errors, ", ") + "]"
}

// A refusal is why something is refused, in AWS's words, and what to do about
// it; the zero refusal is none.
type refusal struct{ message, nextStep string }

// report makes a finding of a refusal: "Unable to put integration on 'GET' for
// resource at path '/': …".
func (im *importer) report(rule, what string, o *operation, at position, r refusal) {
	f := Finding{Rule: rule, Severity: SeverityError, NextStep: cmp.Or(r.nextStep, ruleNamed(rule).nextStep)}
	f.Message = fmt.Sprintf("Unable to put %s on '%s' for resource at path '%s': %s", what, o.verb, o.path, r.message)
	im.found.addFinding(at, f)
}

// integrationChecks are the rules of PutIntegration in its order. A check is
// why an Integration is refused, "" if it is not.
var integrationChecks = []struct {
	check    func(*operation, *apigw.Integration) string
	nextStep string
}{
	{checkType, "set type to http, http_proxy, aws, aws_proxy or mock"},
	{checkHTTPMethod, "set httpMethod to the verb of the call to the back end"},
	{checkURI, "give a uri with http:// or https:// and a host; for AWS types an ARN with :path/ or :action/"},
	{checkProxyTarget, "use type aws for services other than Lambda"},
	{checkFunctionARN, "put the function's own ARN between /functions/ and /invocations"},
	{checkCredentials, "give the ARN of the role to assume as credentials"},
	{checkTimeout, "change timeoutInMillis"},
	{checkRequestParameters, "map declared parameters (method.request.header.X), context.X, stageVariables.X, method.request.body.X or 'text' to integration.request.header.X, .querystring.X or .path.X"},
	{checkRequestTemplates, "name each template by a content type, such as application/json"},
	{checkCacheKeys, "declare the parameter in the operation's parameters"},
	{checkConnection, "give the id of the VPC link as connectionId"},
	{checkEnumerations, "use one of the values that the message lists"},
	{checkTLS, "take tlsConfig out"},
	{checkTransferMode, "take responseTransferMode out, or let it agree with type and uri"},
}

func refuseIntegration(o *operation, in *apigw.Integration) refusal {
	for _, c := range integrationChecks {
		if message := c.check(o, in); message != "" {
			return refusal{message, c.nextStep}
		}
	}
	return refusal{}
}

var integrationTypes = []string{"HTTP", "MOCK", "AWS_PROXY", "HTTP_PROXY", "AWS"}

func checkType(_ *operation, in *apigw.Integration) string {
	return refuseValue("integration type", pointer(deref(in.Type)), integrationTypes)
}

var httpMethods = []string{"GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY"}

func checkHTTPMethod(_ *operation, in *apigw.Integration) string {
	switch {
	case *in.Type == "MOCK":
		return ""
	case in.HttpMethod == nil:
		return "Enumeration value for HttpMethod must be non-empty" // before the uri: AF-067
	case !slices.Contains(httpMethods, *in.HttpMethod):
		return "Invalid HttpMethod specified. Valid options are " + strings.Join(httpMethods, ",")
	}
	return ""
}

func isHTTP(in *apigw.Integration) bool { return *in.Type == "HTTP" || *in.Type == "HTTP_PROXY" }

func isAWS(in *apigw.Integration) bool { return *in.Type == "AWS" || *in.Type == "AWS_PROXY" }

func checkURI(_ *operation, in *apigw.Integration) string {
	uri := deref(in.Uri)
	switch {
	case isHTTP(in) && uri == "" && deref(in.ConnectionType) == "VPC_LINK":
		return "Invalid integration URI specified"
	case isHTTP(in) && !isHTTPEndpoint(uri):
		return "Invalid HTTP endpoint specified for URI" // AF-069
	case isAWS(in) && !strings.HasPrefix(uri, "arn:"):
		return "Invalid ARN specified in the request" // AF-070
	case isAWS(in) && !awsPartition.MatchString(uri):
		return "Invalid AWS URI"
	case isAWS(in) && !integrationARN.MatchString(uri):
		return "AWS ARN for integration must contain path or action" // AF-070
	}
	return ""
}

var (
	stageVariable  = lazyregexp.New(`\$\{stageVariables\.[A-Za-z0-9_]+\}`)
	pathVariable   = lazyregexp.New(`\{([^{}/$]+)\}`)
	integrationARN = lazyregexp.New(`^arn:[^:]+:apigateway:[^:]*:[^:]+:(?:(?:path|action)/|\$\{stageVariables\.)`)
	awsPartition   = lazyregexp.New(`^arn:aws(-[a-z-]+)?:`)
	lambdaARN      = lazyregexp.New(`:lambda:path//?20(?:15-03-31|21-11-15)/functions/`)
	invokedARN     = lazyregexp.New(`:lambda:path//?[0-9-]+/functions/(arn:.*)/(?:response-streaming-)?invocations$`)
	functionARN    = lazyregexp.New(`^arn:[^:]+:lambda:[^:]*:[^:]*:function:[^:/]+(:[^:/]+)?$`)
)

// isHTTPEndpoint is whether a uri is an HTTP URL with a host. The scheme must
// be written out; variables may stand anywhere else (AF-238).
func isHTTPEndpoint(uri string) bool {
	uri = stageVariable.ReplaceAllString(uri, "v")
	uri = pathVariable.ReplaceAllString(uri, "v")
	u, err := url.Parse(uri)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// isLambdaInvocation is whether a uri invokes a function. The check is as
// loose as AWS's (AF-072, AF-097).
func isLambdaInvocation(uri string) bool {
	return strings.HasPrefix(uri, "arn:") && strings.Contains(uri, ":lambda:path/")
}

func checkProxyTarget(_ *operation, in *apigw.Integration) string {
	if *in.Type == "AWS_PROXY" && !lambdaARN.MatchString(*in.Uri) {
		return "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations." // AF-071
	}
	return ""
}

// checkFunctionARN wants what is invoked to be a function, if it is an ARN.
func checkFunctionARN(_ *operation, in *apigw.Integration) string {
	if !strings.HasPrefix(*in.Type, "AWS") {
		return ""
	}
	if InvokesNoFunction(*in.Uri) {
		return "Invalid function ARN or invalid uri"
	}
	return ""
}

// InvokesNoFunction reports whether the uri of an AWS integration invokes an ARN
// of another kind, as of one who wraps an invocation's ARN into another (the text
// as it came from imports). A mere name is let pass.
func InvokesNoFunction(uri string) bool {
	invoked := invokedARN.FindStringSubmatch(uri)
	return invoked != nil && !functionARN.MatchString(invoked[1])
}

// checkCredentials wants a role, except for a function (AF-072), and that what
// is given is an ARN (cdk-preflight).
func checkCredentials(_ *operation, in *apigw.Integration) string {
	if in.Credentials != nil && !strings.HasPrefix(*in.Credentials, "arn:") {
		return "Invalid ARN specified in the request"
	}
	if *in.Type == "AWS" && in.Credentials == nil && !isLambdaInvocation(*in.Uri) {
		return "Role ARN must be specified for AWS integrations"
	}
	return ""
}

// streamTimeout is the longest timeoutInMillis of a STREAM integration
// (control plane §7.5).
const streamTimeout = 900_000

func checkTimeout(o *operation, in *apigw.Integration) string {
	longest := o.longestTimeout
	if deref(in.ResponseTransferMode) == "STREAM" {
		longest = max(longest, streamTimeout)
	}
	if t := *in.TimeoutInMillis; t < 50 || t > longest {
		return fmt.Sprintf("Timeout should be between 50 ms and %d ms", longest)
	}
	return ""
}

var integrationParameter = lazyregexp.New(`^integration\.request\.(?:header|querystring|path)\..+$`)

func checkRequestParameters(o *operation, in *apigw.Integration) string {
	for _, key := range sortedKeys(in.RequestParameters) {
		value := in.RequestParameters[key]
		switch {
		case !integrationParameter.MatchString(key):
			return invalidMapping("Invalid mapping expression specified: " + key)
		case !requestSource.MatchString(value):
			return invalidMapping("Invalid mapping expression specified: " + value)
		case !declares(o, value):
			return invalidMapping("Invalid mapping expression parameter specified: " + value)
		}
	}
	return ""
}

var (
	requestSource = lazyregexp.New(`(?s)^(?:method\.request\.(?:querystring|header|path|multivaluequerystring|multivalueheader)\..+|` +
		`method\.request\.body(?:[.\[].*)?|context\..+|stageVariables\..+|'.*')$`)
	responseSource = lazyregexp.New(`(?s)^(?:integration\.response\.(?:header|multivalueheader)\..+|` +
		`integration\.response\.body(?:[.\[].*)?|context\..+|stageVariables\..+|'.*')$`)
	requestParameter = lazyregexp.New(`^method\.request\.(?:multivalue)?(querystring|header|path)\.(.+)$`)
)

// declares is whether the parameter that a mapping expression reads, if it
// reads one, is declared on the method.
func declares(o *operation, source string) bool {
	m := requestParameter.FindStringSubmatch(source)
	if m == nil {
		return true
	}
	_, plain := o.method.RequestParameters["method.request."+m[1]+"."+m[2]]
	_, same := o.method.RequestParameters[source]
	return plain || same
}

var contentType = lazyregexp.New(`^[^\s/;]+/[^\s/]+`)

func checkRequestTemplates(_ *operation, in *apigw.Integration) string {
	return refuseTemplates(in.RequestTemplates)
}

func refuseTemplates(t apigw.Templates) string {
	for _, key := range sortedKeys(t) {
		if !contentType.MatchString(key) {
			return "Validation Result: warnings : [], errors : [Invalid content type specified: " + key + "]" // AF-081
		}
	}
	return ""
}

func checkCacheKeys(o *operation, in *apigw.Integration) string {
	for _, key := range in.CacheKeyParameters {
		_, declared := o.method.RequestParameters[key]
		_, mapped := in.RequestParameters[key]
		if !declared && !mapped {
			return "Invalid cache key parameter specified"
		}
	}
	return ""
}

func checkConnection(_ *operation, in *apigw.Integration) string {
	if deref(in.ConnectionType) == "VPC_LINK" && in.ConnectionId == nil {
		return "ConnectionId should be set to the vpcLinkId or stage variable on connection type VPC_LINK"
	}
	return ""
}

// enumerations are the members that have few values.
var enumerations = []struct {
	name   string
	member func(*apigw.Integration) *string
	values []string
}{
	{"passthroughBehavior", func(in *apigw.Integration) *string { return in.PassthroughBehavior }, []string{"WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"}},
	{"contentHandling", func(in *apigw.Integration) *string { return in.ContentHandling }, contentHandlings},
	{"connectionType", func(in *apigw.Integration) *string { return in.ConnectionType }, []string{"INTERNET", "VPC_LINK"}},
	{"responseTransferMode", func(in *apigw.Integration) *string { return in.ResponseTransferMode }, []string{"BUFFERED", "STREAM"}},
}

var contentHandlings = []string{"CONVERT_TO_BINARY", "CONVERT_TO_TEXT"}

func checkEnumerations(_ *operation, in *apigw.Integration) string {
	for _, e := range enumerations {
		if refusal := refuseValue(e.name, e.member(in), e.values); refusal != "" {
			return refusal
		}
	}
	return ""
}

func checkTLS(_ *operation, in *apigw.Integration) string {
	if in.TlsConfig != nil && !isHTTP(in) {
		return "TLS configuration is only supported for integrations of type HTTP and HTTP_PROXY"
	}
	return ""
}

func refuseValue(name string, value *string, values []string) string {
	if value == nil || slices.Contains(values, *value) {
		return ""
	}
	return "Invalid " + name + " specified. Valid options are " + strings.Join(values, ",")
}

const streamingLambda = "/response-streaming-invocations"

func checkTransferMode(_ *operation, in *apigw.Integration) string {
	stream := deref(in.ResponseTransferMode) == "STREAM"
	streaming := strings.HasSuffix(deref(in.Uri), streamingLambda)
	switch {
	case stream && *in.Type != "HTTP_PROXY" && *in.Type != "AWS_PROXY":
		return "Invalid ResponseTransferMode. ResponseTransferMode STREAM is only supported for HTTP_PROXY and AWS_PROXY integrations."
	case *in.Type == "AWS_PROXY" && streaming && !stream:
		return "Invalid ResponseTransferMode. Cannot use ResponseTransferMode BUFFERED for Lambda functions invoked by InvokeWithResponseStream for AWS_PROXY integrations."
	case *in.Type == "AWS_PROXY" && stream && !streaming:
		return "Invalid ResponseTransferMode. Cannot use ResponseTransferMode STREAM for Lambda functions invoked by Invoke for AWS_PROXY integrations."
	}
	return ""
}

// responseChecks are the rules of PutIntegrationResponse in its order.
var responseChecks = []struct {
	check    func(*operation, *apigw.Integration, *apigw.IntegrationResponse) string
	nextStep string
}{
	{checkStatus, "give a statusCode from 100 to 599"},
	{checkResponseTemplates, "name each template by a content type, such as application/json"},
	{checkContentHandling, "use one of the values that the message lists"},
	{checkSelectionPattern, "write the pattern as java.util.regex reads it"},
	{checkSelectionPatterns, "give each response a selection pattern of its own"},
	{checkResponseParameters, "declare the header in the operation's response of that status, and map integration.response.header.X, integration.response.body.X, context.X, stageVariables.X or 'text' to it"},
}

func refuseIntegrationResponse(o *operation, in *apigw.Integration, r *apigw.IntegrationResponse) refusal {
	for _, c := range responseChecks {
		if message := c.check(o, in, r); message != "" {
			return refusal{message, c.nextStep}
		}
	}
	return refusal{}
}

func checkStatus(_ *operation, _ *apigw.Integration, r *apigw.IntegrationResponse) string {
	if statusCode.MatchString(*r.StatusCode) {
		return ""
	}
	return "Invalid response status code specified: " + cmp.Or(*r.StatusCode, "null")
}

func checkResponseTemplates(_ *operation, _ *apigw.Integration, r *apigw.IntegrationResponse) string {
	return refuseTemplates(r.ResponseTemplates)
}

func checkContentHandling(_ *operation, _ *apigw.Integration, r *apigw.IntegrationResponse) string {
	return refuseValue("contentHandling", r.ContentHandling, contentHandlings)
}

func checkSelectionPattern(_ *operation, _ *apigw.Integration, r *apigw.IntegrationResponse) string {
	if isPattern(r.SelectionPattern) {
		return ""
	}
	return "Invalid regex pattern specified"
}

// checkSelectionPatterns: no two responses have the same pattern; none and an
// empty one are the same.
func checkSelectionPatterns(_ *operation, in *apigw.Integration, r *apigw.IntegrationResponse) string {
	pattern := deref(r.SelectionPattern)
	for code, earlier := range in.IntegrationResponses {
		if code != *r.StatusCode && deref(earlier.SelectionPattern) == pattern {
			return "Integration response with selection pattern " + cmp.Or(pattern, "default") + " already exists"
		}
	}
	return ""
}

const responseHeader = "method.response.header."

func checkResponseParameters(o *operation, _ *apigw.Integration, r *apigw.IntegrationResponse) string {
	declared := o.method.MethodResponses[*r.StatusCode]
	for _, key := range sortedKeys(r.ResponseParameters) {
		value := r.ResponseParameters[key]
		if declared == nil {
			return invalidMapping("Invalid mapping identifier specified", "No method response exists for method.")
		}
		if _, ok := declared.ResponseParameters[key]; !ok || !strings.HasPrefix(key, responseHeader) {
			return invalidMapping("Invalid mapping expression parameter specified: " + key)
		}
		if !responseSource.MatchString(value) {
			return invalidMapping("Invalid mapping expression specified: " + value)
		}
	}
	return ""
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
