package integration

import (
	"errors"
	"fmt"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/egress"
	"github.com/poterne/poterne/gateway/mapping"
	"github.com/poterne/poterne/wire/httpmsg"
)

// function is AWS_PROXY, and AWS where the uri is that of a Lambda function:
// the body is the event, and the answer is Lambda's (data plane §11.3, §11.4).
type function struct {
	aws    *egress.AWS
	uri    *mapping.URI
	fixed  *functionURI // the uri, where it is the same for every request
	signer signer
}

// A functionURI is the uri of an Integration that invokes a function.
type functionURI struct{ region, function string }

var (
	errNotFunction = errors.New("the uri is not arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/FUNCTION/invocations")
	errNotPost     = errors.New("a Lambda function is invoked by POST alone: integrationHttpMethod is another") // AF-252
)

// isFunctionURI reports whether uri invokes a Lambda function, whatever stage
// variables are still in it.
func isFunctionURI(uri string) bool {
	service, path, _ := strings.Cut(afterColons(uri, 4), ":")
	return service == "lambda" && strings.HasPrefix(path, "path/") && strings.Contains(path, "/functions/")
}

// afterColons is what follows the nth colon of s.
func afterColons(s string, n int) string {
	for range n {
		_, s, _ = strings.Cut(s, ":")
	}
	return s
}

func newFunction(def *apigw.Integration, deps Deps) (Integration, error) {
	if def.HttpMethod == nil || *def.HttpMethod != "POST" {
		return nil, errNotPost
	}
	f := &function{aws: deps.AWS, uri: mapping.ParseURI(*def.Uri), signer: newSigner(def)}
	if f.uri.IsStatic() {
		fixed, err := parseFunctionURI(*def.Uri)
		if err != nil {
			return nil, err
		}
		f.fixed = &fixed
	}
	return f, nil
}

func parseFunctionURI(uri string) (functionURI, error) {
	region, function, ok := egress.ParseFunctionURI(uri)
	if !ok {
		return functionURI{}, fmt.Errorf("%w: %q", errNotFunction, uri)
	}
	return functionURI{region, function}, nil
}

// Invoke runs the function. What Lambda answers is c.Response, and c.Lambda
// says that it is Lambda's.
func (f *function) Invoke(c *Call) error {
	uri, err := f.target(c)
	if err != nil {
		return &ConfigurationError{Reason: "Invalid endpoint address", Err: err}
	}
	identity, err := f.signer.identity(c)
	if err != nil {
		return err
	}
	c.Lambda, c.Function = true, uri.function
	call := egress.LambdaCall{
		Function: uri.function, Region: uri.region, Event: c.Body, Identity: identity,
		RequestId: c.RequestId, Trace: c.Trace, ApiId: c.ApiId, Timeout: c.Timeout, StreamIdle: c.StreamIdle,
	}
	call.Async = isEvent(&c.Header)
	if c.ContentType != "" && !c.Header.Has("Content-Type") {
		c.Header.Add("Content-Type", c.ContentType)
	}
	c.Request.Header, c.Header = c.Header, c.Request.Header
	if c.Sending != nil {
		call.Sending = func(_ *httpmsg.Request, uri string) {
			c.URI = uri
			c.Sending(c)
		}
	}
	err = signingError(f.aws.InvokeLambda(&call, &c.Request, c.Response), identity)
	if errors.Is(err, ErrNetwork) {
		return &ConfigurationError{Reason: "network error", Line: LineNetwork, Err: err} // 500, where other endpoints are 504 (§10.5)
	}
	return err
}

func (f *function) target(c *Call) (functionURI, error) {
	if f.fixed != nil {
		return *f.fixed, nil
	}
	return parseFunctionURI(string(f.uri.Append(nil, c.Scope.StageVariables, c.Path)))
}

// NotEnforced implements Reporter.
func (f *function) NotEnforced() []string {
	if f.fixed != nil && f.aws.HasLocal(f.fixed.function) {
		return nil
	}
	return f.signer.notEnforced(f.aws, "lambda")
}

// isEvent reports whether the call is asynchronous: a mapped header says so
// (AF-258).
func isEvent(h *httpmsg.Header) bool {
	value, _ := h.Get(egress.InvocationTypeHeader)
	return value == "Event"
}
