package openapi

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
)

// The checks of this file are those of PutMethod, PutIntegration and
// PutIntegrationResponse with AWS's texts (§2.3, §2.5.2, §2.6). As there, the
// first that fails is the answer.

var parameterName = regexp.MustCompile(`^[a-zA-Z0-9._$-]+$`)

// checkMethod refuses names that AWS refuses.
func (im *importer) checkMethod(o *operation) {
	seen := map[string]string{}
	for _, key := range sortedKeys(o.method.RequestParameters) {
		location, name, _ := strings.Cut(strings.TrimPrefix(key, "method.request."), ".")
		if !parameterName.MatchString(name) {
			im.refuseMethod(o, invalidMapping("Parameter name should match the following regular expression: ^[a-zA-Z0-9._$-]+$"))
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

// An integrationCheck is why an Integration is refused; "" if it is not.
type integrationCheck func(*operation, *apigw.Integration) string

var integrationChecks = []integrationCheck{
	checkType, checkHTTPMethod, checkURI, checkProxyTarget, checkCredentials, checkTimeout, checkRequestParameters,
	checkRequestTemplates, checkCacheKeys, checkConnection, checkEnumerations, checkTransferMode,
}

func refuseIntegration(o *operation, in *apigw.Integration) string {
	for _, check := range integrationChecks {
		if refusal := check(o, in); refusal != "" {
			return refusal
		}
	}
	return ""
}

var integrationTypes = []string{"HTTP", "MOCK", "AWS_PROXY", "HTTP_PROXY", "AWS"}

func checkType(_ *operation, in *apigw.Integration) string {
	if slices.Contains(integrationTypes, deref(in.Type)) {
		return ""
	}
	return "Enumeration value for type must be one of: [" + strings.Join(integrationTypes, ", ") + "]"
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
	case isAWS(in) && !integrationARN.MatchString(uri):
		return "AWS ARN for integration must contain path or action" // AF-070
	}
	return ""
}

var (
	stageVariable  = regexp.MustCompile(`\$\{stageVariables\.[A-Za-z0-9_]+\}`)
	pathVariable   = regexp.MustCompile(`\{([^{}/$]+)\}`)
	integrationARN = regexp.MustCompile(`^arn:[^:]+:apigateway:[^:]*:[^:]+:(?:path|action)/`)
	lambdaARN      = regexp.MustCompile(`:lambda:path//?20(?:15-03-31|21-11-15)/functions/`)
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

// checkCredentials wants a role, except for a function (AF-072).
func checkCredentials(_ *operation, in *apigw.Integration) string {
	if *in.Type == "AWS" && in.Credentials == nil && !isLambdaInvocation(*in.Uri) {
		return "Role ARN must be specified for AWS integrations"
	}
	return ""
}

func checkTimeout(_ *operation, in *apigw.Integration) string {
	if *in.TimeoutInMillis < 50 || *in.TimeoutInMillis > defaultTimeout {
		return "Timeout should be between 50 ms and 29000 ms"
	}
	return ""
}

var integrationParameter = regexp.MustCompile(`^integration\.request\.(?:header|querystring|path)\..+$`)

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
	requestSource = regexp.MustCompile(`(?s)^(?:method\.request\.(?:querystring|header|path|multivaluequerystring|multivalueheader)\..+|` +
		`method\.request\.body(?:[.\[].*)?|context\..+|stageVariables\..+|'.*')$`)
	responseSource = regexp.MustCompile(`(?s)^(?:integration\.response\.(?:header|multivalueheader)\..+|` +
		`integration\.response\.body(?:[.\[].*)?|context\..+|stageVariables\..+|'.*')$`)
	requestParameter = regexp.MustCompile(`^method\.request\.(?:multivalue)?(querystring|header|path)\.(.+)$`)
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

var contentType = regexp.MustCompile(`^[^\s/;]+/[^\s/]+`)

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
		return "Connection ID must be specified for VPC_LINK connection type"
	}
	return ""
}

// enumerations are the members that have few values, with the text of a
// refusal before the list.
var enumerations = []struct {
	member func(*apigw.Integration) *string
	values []string
	name   string
}{
	{func(in *apigw.Integration) *string { return in.PassthroughBehavior }, []string{"WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"}, "passthroughBehavior"},
	{func(in *apigw.Integration) *string { return in.ContentHandling }, []string{"CONVERT_TO_BINARY", "CONVERT_TO_TEXT"}, "contentHandling"},
	{func(in *apigw.Integration) *string { return in.ConnectionType }, []string{"INTERNET", "VPC_LINK"}, "connectionType"},
	{func(in *apigw.Integration) *string { return in.ResponseTransferMode }, []string{"BUFFERED", "STREAM"}, "responseTransferMode"},
}

func checkEnumerations(_ *operation, in *apigw.Integration) string {
	for _, e := range enumerations {
		if v := e.member(in); v != nil && !slices.Contains(e.values, *v) {
			return "Enumeration value for " + e.name + " must be one of: [" + strings.Join(e.values, ", ") + "]"
		}
	}
	if in.TlsConfig != nil && !isHTTP(in) {
		return "TlsConfig is only supported for HTTP and HTTP_PROXY integrations"
	}
	return ""
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

const responseHeader = "method.response.header."

// refuseIntegrationResponse is why PutIntegrationResponse would not take a
// response (§2.6).
func refuseIntegrationResponse(o *operation, in *apigw.Integration, r *apigw.IntegrationResponse) string {
	code := *r.StatusCode
	if !statusCode.MatchString(code) {
		return "Invalid response status code specified: " + code
	}
	if refusal := refuseTemplates(r.ResponseTemplates); refusal != "" {
		return refusal
	}
	if h := r.ContentHandling; h != nil && *h != "CONVERT_TO_BINARY" && *h != "CONVERT_TO_TEXT" {
		return "Enumeration value for contentHandling must be one of: [CONVERT_TO_BINARY, CONVERT_TO_TEXT]"
	}
	for other, earlier := range in.IntegrationResponses {
		if pattern := deref(r.SelectionPattern); other != code && deref(earlier.SelectionPattern) == pattern {
			if pattern == "" {
				pattern = "default"
			}
			return "Integration response with selection pattern " + pattern + " already exists"
		}
	}
	return refuseResponseParameters(o, code, r)
}

func refuseResponseParameters(o *operation, code string, r *apigw.IntegrationResponse) string {
	declared := o.method.MethodResponses[code]
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
