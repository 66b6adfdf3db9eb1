package control

import (
	"net/url"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/openapi"
	"github.com/poterne/poterne/internal/lazyregexp"
)

// An integrationCheck is an Integration about to be stored, with what its
// rules look at.
type integrationCheck struct {
	*apigw.Integration
	tx     *tx
	ref    methodRef
	method *apigw.Method // whose Integration it is
}

// integrationChecks are what PutIntegration, UpdateIntegration and import hold
// an Integration against, in AWS's order (control plane §2.5.2, rules 4 to 25).
// Templates are not among them: AWS stores one that does not parse.
var integrationChecks = []func(*integrationCheck) error{
	checkIntegrationVerb,
	checkHTTPEndpoint,
	checkServiceArn,
	checkProxyTarget,
	checkFunctionArn,
	checkCredentialsArn,
	checkCredentials,
	checkTimeout,
	checkRequestMappings,
	checkRequestTemplates,
	checkCacheKeys,
	checkConnection,
	checkPassthrough,
	checkTLS,
	checkTransferMode,
}

func (c *integrationCheck) run() error {
	for _, check := range integrationChecks {
		if err := check(c); err != nil {
			return err
		}
	}
	return nil
}

func (c *integrationCheck) is(types ...string) bool { return slices.Contains(types, deref(c.Type)) }

func (c *integrationCheck) overHTTP() bool {
	return c.is(apigw.IntegrationTypeHTTP, apigw.IntegrationTypeHTTPProxy)
}

func (c *integrationCheck) overAWS() bool {
	return c.is(apigw.IntegrationTypeAWS, apigw.IntegrationTypeAWSProxy)
}

// checkIntegrationVerb comes before the uri (AF-067).
func checkIntegrationVerb(c *integrationCheck) error {
	if c.is(apigw.IntegrationTypeMock) {
		return nil
	}
	if deref(c.HttpMethod) == "" {
		return apigw.BadRequest("Enumeration value for HttpMethod must be non-empty")
	}
	return checkVerb(*c.HttpMethod)
}

// checkHTTPEndpoint: AF-069, AF-238.
func checkHTTPEndpoint(c *integrationCheck) error {
	switch {
	case !c.overHTTP() || isHTTPEndpoint(deref(c.Uri)):
		return nil
	case deref(c.Uri) == "" && deref(c.ConnectionType) == apigw.ConnectionTypeVPCLink:
		return apigw.BadRequest("Invalid integration URI specified")
	}
	return apigw.BadRequest("Invalid HTTP endpoint specified for URI")
}

// placeholder is what a request fills in: a stage variable or {a path variable}.
var placeholder = lazyregexp.New(`\$\{stageVariables\.[^}]*\}|\{[^{}/?#\s]+\}`)

// isHTTPEndpoint says whether uri is an http or https URL with a host; the
// scheme must be literal, everything else may hold placeholders.
func isHTTPEndpoint(uri string) bool {
	if strings.ContainsAny(uri, " \t\r\n\"<>") {
		return false
	}
	filled, err := url.Parse(placeholder.ReplaceAllString(uri, "1"))
	return err == nil && (filled.Scheme == "http" || filled.Scheme == "https") && filled.Hostname() != ""
}

// serviceArn is arn:{partition}:apigateway:{region}:{service}:path|action/…,
// where service may have a subdomain before it. A stage variable may stand for
// path or action and what follows (documented).
var (
	serviceArn   = lazyregexp.New(`^arn:[^:]+:apigateway:[^:]*:[^:]+:((path|action)/|\$\{stageVariables\.)`)
	awsPartition = lazyregexp.New(`^arn:aws(-[a-z-]+)?:`)
)

// checkServiceArn: AF-070; of a partition that is none field reports have the
// text (aws-apigateway-importer, issue 63).
func checkServiceArn(c *integrationCheck) error {
	if !c.overAWS() {
		return nil
	}
	uri := deref(c.Uri)
	if !strings.HasPrefix(uri, "arn:") || strings.Count(uri, ":") < 5 {
		return apigw.BadRequest("Invalid ARN specified in the request")
	}
	if !awsPartition.MatchString(uri) {
		return apigw.BadRequest("Invalid AWS URI")
	}
	if !serviceArn.MatchString(uri) {
		return apigw.BadRequest("AWS ARN for integration must contain path or action")
	}
	return nil
}

var (
	lambdaArn    = lazyregexp.New(`^arn:[^:]+:apigateway:[^:]*:lambda:path//?(2015-03-31|2021-11-15)/functions/`)
	streamingArn = lazyregexp.New(`^arn:[^:]+:apigateway:[^:]*:lambda:path//?2021-11-15/functions/.*/response-streaming-invocations$`)
)

// checkProxyTarget: AF-071; the double slash is AF-072.
func checkProxyTarget(c *integrationCheck) error {
	if c.is(apigw.IntegrationTypeAWSProxy) && !lambdaArn.MatchString(deref(c.Uri)) {
		return apigw.BadRequest("Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.")
	}
	return nil
}

// checkFunctionArn wants what is invoked to be a function, if it is an ARN.
func checkFunctionArn(c *integrationCheck) error {
	if c.overAWS() && openapi.InvokesNoFunction(deref(c.Uri)) {
		return apigw.BadRequest("Invalid function ARN or invalid uri")
	}
	return nil
}

// checkCredentialsArn: whatever the type (cdk-preflight; aws-sdk-java, issue 860).
func checkCredentialsArn(c *integrationCheck) error {
	if c.Credentials != nil && !strings.HasPrefix(*c.Credentials, "arn:") {
		return apigw.BadRequest("Invalid ARN specified in the request")
	}
	return nil
}

var roleAccount = lazyregexp.New(`^arn:[^:]+:iam::(\d{12}):`)

// checkCredentials: a Lambda function needs none (AF-072). A server that
// stands for no account in particular takes the roles of every account.
func checkCredentials(c *integrationCheck) error {
	if !c.overAWS() {
		return nil
	}
	if deref(c.Credentials) == "" {
		if c.is(apigw.IntegrationTypeAWS) && !lambdaArn.MatchString(deref(c.Uri)) {
			return apigw.BadRequest("Role ARN must be specified for AWS integrations")
		}
		return nil
	}
	account := roleAccount.FindStringSubmatch(*c.Credentials)
	if account != nil && c.tx.deps.AccountId != NoAccount && account[1] != c.tx.deps.AccountId {
		return &apigw.Error{Code: apigw.AccessDeniedException, Message: "Cross-account pass role is not allowed."}
	}
	return nil
}

// streamTimeout is the longest timeoutInMillis of a STREAM integration
// (control plane §7.5).
const streamTimeout = 900_000

func checkTimeout(c *integrationCheck) error {
	longest := c.tx.deps.Quotas.IntegrationTimeoutMillis
	if deref(c.ResponseTransferMode) == apigw.ResponseTransferModeStream {
		longest = max(longest, streamTimeout)
	}
	if t := deref(c.TimeoutInMillis); t < 50 || t > longest {
		return apigw.BadRequest("Timeout should be between 50 ms and %d ms", longest)
	}
	return nil
}

// checkRequestMappings: rules 14 to 16.
func checkRequestMappings(c *integrationCheck) error {
	for _, key := range sortedKeys(c.RequestParameters) {
		if _, ok := parseParameter(key, "integration.request", "header", "querystring", "path"); !ok {
			return errMapping(notAnExpression(key))
		}
		if err := c.checkRequestMapping(c.RequestParameters[key]); err != nil {
			return err
		}
	}
	return nil
}

func (c *integrationCheck) checkRequestMapping(expression string) error {
	if isStatic(expression) || isVariable(expression) || isBody(expression, "method.request") {
		return nil
	}
	ref, ok := parseParameter(expression, "method.request", "header", "querystring", "path", "multivalueheader", "multivaluequerystring")
	if !ok {
		return errMapping(notAnExpression(expression))
	}
	return c.checkDeclared(expression, ref)
}

// checkDeclared wants a parameter of the Method, or a variable of its
// Resource's path.
func (c *integrationCheck) checkDeclared(expression string, ref parameterRef) error {
	if _, declared := c.method.RequestParameters[ref.declared()]; declared {
		return nil
	}
	if ref.location == "path" {
		resource, err := c.tx.resource(c.ref.api, c.ref.resource)
		if err != nil {
			return err
		}
		if slices.Contains(pathVariables(deref(resource.Path)), ref.name) {
			return nil
		}
	}
	return errMapping(undeclared(expression))
}

// pathVariables are the names of the {variable} and {variable+} parts of path.
func pathVariables(path string) (names []string) {
	for part := range strings.SplitSeq(path, "/") {
		if isPathVariable(part) {
			names = append(names, strings.TrimSuffix(part[1:len(part)-1], "+"))
		}
	}
	return names
}

func checkRequestTemplates(c *integrationCheck) error {
	if err := checkContentTypes(c.RequestTemplates); err != nil {
		return err
	}
	return c.tx.checkTemplateSizes(c.RequestTemplates)
}

// checkCacheKeys: rule 18; the answer names no parameter.
func checkCacheKeys(c *integrationCheck) error {
	for _, key := range c.CacheKeyParameters {
		_, ofMethod := c.method.RequestParameters[key]
		_, ofIntegration := c.RequestParameters[key]
		if !ofMethod && !ofIntegration {
			return apigw.BadRequest("Invalid cache key parameter specified")
		}
	}
	return nil
}

// checkConnection: a connectionId with a stage variable is not looked up
// (AF-065).
func checkConnection(c *integrationCheck) error {
	if deref(c.ConnectionType) != apigw.ConnectionTypeVPCLink {
		return nil
	}
	id := deref(c.ConnectionId)
	if id == "" {
		return apigw.BadRequest("ConnectionId should be set to the vpcLinkId or stage variable on connection type VPC_LINK")
	}
	if strings.Contains(id, "${stageVariables.") || slices.Contains(c.tx.deps.VpcLinks, id) {
		return nil
	}
	exists, err := c.tx.has(c.tx.key("vpclinks", id))
	if err != nil || exists {
		return err
	}
	return apigw.BadRequest("VPC link %s not found", id)
}

var passthroughBehaviors = []string{"WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"}

func checkPassthrough(c *integrationCheck) error {
	if !slices.Contains(passthroughBehaviors, deref(c.PassthroughBehavior)) {
		return apigw.BadRequest("Invalid passthroughBehavior specified. Valid options are %s", strings.Join(passthroughBehaviors, ","))
	}
	return nil
}

func checkTLS(c *integrationCheck) error {
	if c.TlsConfig != nil && !c.overHTTP() {
		return apigw.BadRequest("TLS configuration is only supported for integrations of type HTTP and HTTP_PROXY")
	}
	return nil
}

// checkTransferMode: rules 23 and 24.
func checkTransferMode(c *integrationCheck) error {
	streams := deref(c.ResponseTransferMode) == apigw.ResponseTransferModeStream
	if streams && !c.is(apigw.IntegrationTypeHTTPProxy, apigw.IntegrationTypeAWSProxy) {
		return apigw.BadRequest("Invalid ResponseTransferMode. ResponseTransferMode STREAM is only supported for HTTP_PROXY and AWS_PROXY integrations.")
	}
	if !c.is(apigw.IntegrationTypeAWSProxy) || streams == streamingArn.MatchString(deref(c.Uri)) {
		return nil
	}
	if streams {
		return apigw.BadRequest("Invalid ResponseTransferMode. Cannot use ResponseTransferMode STREAM for Lambda functions invoked by Invoke for AWS_PROXY integrations.")
	}
	return apigw.BadRequest("Invalid ResponseTransferMode. Cannot use ResponseTransferMode BUFFERED for Lambda functions invoked by InvokeWithResponseStream for AWS_PROXY integrations.")
}
