package rule

import (
	"net/url"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/internal/lazyregexp"
)

// What an Integration may name as its back end, and the role that it assumes.

var (
	// placeholder is what a request fills in: a stage variable or {a path
	// variable}.
	placeholder = lazyregexp.New(`\$\{stageVariables\.[^}]*\}|\{[^{}/?#\s]+\}`)

	awsPartition = lazyregexp.New(`^arn:aws(-[a-z-]+)?:`)
	// serviceArn is arn:{partition}:apigateway:{region}:{service}:path|action/…,
	// where service may have a subdomain before it. A stage variable may stand
	// for path or action and what follows (documented).
	serviceArn = lazyregexp.New(`^arn:[^:]+:apigateway:[^:]*:[^:]+:((path|action)/|\$\{stageVariables\.)`)

	// lambdaArn has a double slash where others have one: AF-072.
	lambdaArn    = lazyregexp.New(`^arn:[^:]+:apigateway:[^:]*:lambda:path//?(2015-03-31|2021-11-15)/functions/`)
	streamingArn = lazyregexp.New(`^arn:[^:]+:apigateway:[^:]*:lambda:path//?2021-11-15/functions/.*/response-streaming-invocations$`)
	invokedArn   = lazyregexp.New(`:lambda:path//?[0-9-]+/functions/(arn:.*)/(?:response-streaming-)?invocations$`)
	functionArn  = lazyregexp.New(`^arn:[^:]+:lambda:[^:]*:[^:]*:function:[^:/]+(:[^:/]+)?$`)

	roleAccount = lazyregexp.New(`^arn:[^:]+:iam::(\d{12}):`)
)

// checkHTTPEndpoint: AF-069.
func checkHTTPEndpoint(i integration) error {
	switch {
	case !i.overHTTP() || isHTTPEndpoint(deref(i.Uri)):
		return nil
	case deref(i.Uri) == "" && deref(i.ConnectionType) == apigw.ConnectionTypeVPCLink:
		return apigw.BadRequest("Invalid integration URI specified")
	}
	return apigw.BadRequest("Invalid HTTP endpoint specified for URI")
}

// isHTTPEndpoint says whether uri is an http or https URL with a host; the
// scheme must be literal, everything else may hold placeholders (AF-238).
func isHTTPEndpoint(uri string) bool {
	if strings.ContainsAny(uri, " \t\r\n\"<>") {
		return false
	}
	filled, err := url.Parse(placeholder.ReplaceAllString(uri, "1"))
	return err == nil && (filled.Scheme == "http" || filled.Scheme == "https") && filled.Hostname() != ""
}

// checkServiceArn: AF-070; of a partition that is none field reports have the
// text (aws-apigateway-importer, issue 63).
func checkServiceArn(i integration) error {
	uri := deref(i.Uri)
	switch {
	case !i.overAWS():
		return nil
	case !strings.HasPrefix(uri, "arn:") || strings.Count(uri, ":") < 5:
		return apigw.BadRequest("Invalid ARN specified in the request")
	case !awsPartition.MatchString(uri):
		return apigw.BadRequest("Invalid AWS URI")
	case !serviceArn.MatchString(uri):
		return apigw.BadRequest("AWS ARN for integration must contain path or action")
	}
	return nil
}

// checkProxyTarget: AF-071.
func checkProxyTarget(i integration) error {
	if i.is(apigw.IntegrationTypeAWSProxy) && !InvokesFunction(deref(i.Uri)) {
		return apigw.BadRequest("Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.")
	}
	return nil
}

// InvokesFunction says whether the uri of an AWS integration invokes a Lambda
// function.
func InvokesFunction(uri string) bool { return lambdaArn.MatchString(uri) }

// checkFunctionArn wants what is invoked to be a function, if it is an ARN: not
// so if an invocation's ARN was wrapped into another (the text as it came from
// imports). A mere name is let pass.
func checkFunctionArn(i integration) error {
	invoked := invokedArn.FindStringSubmatch(deref(i.Uri))
	if !i.overAWS() || invoked == nil || functionArn.MatchString(invoked[1]) {
		return nil
	}
	return apigw.BadRequest("Invalid function ARN or invalid uri")
}

// checkCredentialsArn: whatever the type (cdk-preflight; aws-sdk-java, issue 860).
func checkCredentialsArn(i integration) error {
	if i.Credentials != nil && !strings.HasPrefix(*i.Credentials, "arn:") {
		return apigw.BadRequest("Invalid ARN specified in the request")
	}
	return nil
}

// checkCredentials: a Lambda function needs none (AF-072).
func checkCredentials(i integration) error {
	if !i.overAWS() {
		return nil
	}
	role := deref(i.Credentials)
	if role == "" {
		if i.is(apigw.IntegrationTypeAWS) && !InvokesFunction(deref(i.Uri)) {
			return apigw.BadRequest("Role ARN must be specified for AWS integrations")
		}
		return nil
	}
	account := roleAccount.FindStringSubmatch(role)
	if account != nil && i.Server.Account != "" && account[1] != i.Server.Account {
		return &apigw.Error{Code: apigw.AccessDeniedException, Message: "Cross-account pass role is not allowed."}
	}
	return nil
}
