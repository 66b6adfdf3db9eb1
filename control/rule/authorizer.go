package rule

import (
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/internal/lazyregexp"
)

// Authorizer refuses what CreateAuthorizer, UpdateAuthorizer and an import do
// not take (§2.9).
func Authorizer(a *apigw.Authorizer) error { return refuse(authorizerRules, a) }

var authorizerRules = []row[*apigw.Authorizer]{
	{AuthorizerUri, "give the ARN by which API Gateway invokes the function: arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{function's ARN}/invocations"},
	{checkAuthorizerName, ""},
	{checkIdentitySource, "give identitySource, or let the security scheme name a header"},
	{checkProviders, "give the ARNs of the user pools as providerARNs"},
	{checkResultTtl, "change authorizerResultTtlInSeconds"},
	{checkIdentityPattern, "write identityValidationExpression as java.util.regex reads it"},
}

func isPool(a *apigw.Authorizer) bool {
	return deref(a.Type) == apigw.AuthorizerTypeCognitoUserPools
}

// authorizerUri is loose, as AWS's own check is (AF-097).
var authorizerUri = lazyregexp.New(`^arn:[^:]+:apigateway:[^:]*:lambda:path/.+`)

// AuthorizerUri is the first of Authorizer's rules: CreateAuthorizer asks it
// before it looks for the RestApi (AF-097).
func AuthorizerUri(a *apigw.Authorizer) error {
	if isPool(a) || authorizerUri.MatchString(deref(a.AuthorizerUri)) {
		return nil
	}
	return apigw.BadRequest("Invalid Authorizer URI: %s. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.", deref(a.AuthorizerUri))
}

func checkAuthorizerName(a *apigw.Authorizer) error {
	if deref(a.Name) == "" {
		return apigw.BadRequest("Authorizer name must be non-empty")
	}
	return nil
}

var tokenSource = lazyregexp.New(`^method\.request\.header\.[a-zA-Z0-9._-]+$`)

// checkIdentitySource: one header, or for REQUEST a list of expressions. The
// texts are AWS's (cdk-preflight; Serverless Framework, issue 4428).
func checkIdentitySource(a *apigw.Authorizer) error {
	source := deref(a.IdentitySource)
	switch {
	case deref(a.Type) == apigw.AuthorizerTypeRequest:
		return checkRequestSources(a, source)
	case source == "":
		return apigw.BadRequest("IdentitySource cannot be empty")
	case !tokenSource.MatchString(source):
		return apigw.BadRequest("Invalid token source expression: %s. The source must be a method request header, matching 'method.request.header.[a-zA-Z0-9._-]+'.", source)
	}
	return nil
}

// checkRequestSources: only an authorizer that caches nothing can do without
// (CloudFormation's user guide, pull request 692).
func checkRequestSources(a *apigw.Authorizer, source string) error {
	if source == "" {
		if ttl := a.AuthorizerResultTtlInSeconds; ttl != nil && *ttl == 0 {
			return nil
		}
		return apigw.BadRequest("Invalid request input")
	}
	for expression := range strings.SplitSeq(source, ",") {
		if !isIdentityExpression(strings.TrimSpace(expression)) {
			return apigw.BadRequest("Invalid request identity source expression: %s. The sources must be separated by comma, and each source must be either a method request parameter, matching 'method.request.querystring|header.[a-zA-Z0-9._-]+', or a stage variable, matching 'stageVariables.[a-zA-Z0-9._-]+', or a context parameter, matching 'context.[a-zA-Z0-9._-]+'", source)
		}
	}
	return nil
}

func isIdentityExpression(expression string) bool {
	_, ok := parseRequestReference(expression)
	return ok || isVariable(expression)
}

var userPool = lazyregexp.New(`^arn:[^:]+:cognito-idp:[^:]+:\d{12}:userpool/\S+$`)

// checkProviders: a pool's authorizer always has one; that the pool is there
// nobody asks (AF-100).
func checkProviders(a *apigw.Authorizer) error {
	if !isPool(a) {
		return nil
	}
	if len(a.ProviderARNs) == 0 {
		return apigw.BadRequest("ProviderARNs cannot be empty")
	}
	for _, arn := range a.ProviderARNs {
		if !userPool.MatchString(arn) {
			return apigw.BadRequest("Invalid Cognito user pool ARN: %s", arn)
		}
	}
	return nil
}

func checkResultTtl(a *apigw.Authorizer) error {
	if ttl := deref(a.AuthorizerResultTtlInSeconds); ttl < 0 || ttl > 3600 {
		return apigw.BadRequest("Authorizer result TTL outside allowable range. TTL must be between 0 and 3600 seconds.")
	}
	return nil
}

func checkIdentityPattern(a *apigw.Authorizer) error {
	if !isPattern(a.IdentityValidationExpression) {
		return apigw.BadRequest("Invalid identity validation expression specified: %s", *a.IdentityValidationExpression)
	}
	return nil
}
