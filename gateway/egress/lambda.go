package egress

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/poterne/poterne/lambda"
	"github.com/poterne/poterne/wire/httpmsg"
	"github.com/poterne/poterne/wire/sigv4"
)

// A LambdaInvoker invokes Lambda functions: *AWS is one.
type LambdaInvoker interface {
	// InvokeLambda runs a function and fills resp as Lambda's Invoke answers:
	// status 200 (202 of an asynchronous call), X-Amz-Function-Error if the
	// function failed, its result or error as the body. Another status is a
	// refusal of Lambda's own. req is where the call is put together: what
	// headers it has are sent along. Errors are ErrTimeout, ErrNetwork and
	// ErrRequest.
	InvokeLambda(call *LambdaCall, req *httpmsg.Request, resp *httpmsg.Response) error
}

// A LambdaCall is one invocation of a Lambda function.
type LambdaCall struct {
	Function  string // its ARN or name, with or without a qualifier, as it was configured
	Region    string // of the endpoint; "": that of the ARN
	Event     []byte // JSON; valid until the call returns
	Async     bool   // answered at once, 202 without a result
	RequestId string
	Trace     string // X-Amzn-Trace-Id
	ApiId     string
	Identity  Identity
	Timeout   time.Duration // 0: 29 s

	// StreamIdle, when positive, asks for the result as it is made
	// (InvokeWithResponseStream): resp.Stream is the function's own bytes, and a
	// read of it may take so long.
	StreamIdle time.Duration

	// Sending, when not nil, sees the request right before it goes out, with
	// its address as text.
	Sending func(req *httpmsg.Request, uri string)
}

// A Function is a local function; *lambda.Function is one.
type Function interface {
	Invoke(ctx context.Context, requestId, trace string, event []byte) (lambda.Result, error)
	InvokeStream(ctx context.Context, requestId, trace string, event []byte) (lambda.Result, error)
	Enqueue(requestId, trace string, event []byte) error
}

// Headers of Lambda's API.
const (
	FunctionErrorHeader  = "X-Amz-Function-Error"
	InvocationTypeHeader = "X-Amz-Invocation-Type"
	AWSRequestIdHeader   = "x-amzn-RequestId"
)

// InvokeLambda implements LambdaInvoker. A local function of the name serves
// before any endpoint.
func (a *AWS) InvokeLambda(call *LambdaCall, req *httpmsg.Request, resp *httpmsg.Response) error {
	name := ParseFunction(call.Function)
	local := a.local(&name)
	if local == nil || call.Sending != nil {
		assembleLambda(call, req)
	}
	if local != nil {
		if call.Sending != nil {
			call.Sending(req, call.uri("lambda."+call.region(&name)+"."+dnsSuffix(name.Partition)))
		}
		return a.invokeLocal(local, call, resp)
	}
	target, err := a.Prepare(req, AWSCall{
		Service: "lambda", Region: call.region(&name), Partition: name.Partition, Identity: call.Identity, Timeout: call.Timeout,
	})
	if err != nil {
		return err
	}
	if call.Sending != nil {
		putFirst(&req.Header, loggedFirst)
		call.Sending(req, call.uri(req.Host))
	}
	target.StreamIdle = call.StreamIdle
	if err := a.Do(req, resp, target); err != nil || call.StreamIdle == 0 {
		return err
	}
	return readEvents(resp)
}

func (call *LambdaCall) region(name *FunctionName) string {
	if call.Region != "" {
		return call.Region
	}
	return name.Region
}

// uri is the address as AWS's logs show it: the ARN as it is written (AF-186).
func (call *LambdaCall) uri(host string) string {
	api := call.api()
	return "https://" + host + api.before + call.Function + api.after
}

// A lambdaAPI is a path of Lambda's API around the function's name.
type lambdaAPI struct{ before, after string }

var (
	invokeAPI = lambdaAPI{"/2015-03-31/functions/", "/invocations"}
	streamAPI = lambdaAPI{"/2021-11-15/functions/", "/response-streaming-invocations"}
)

func (call *LambdaCall) api() lambdaAPI {
	if call.StreamIdle > 0 {
		return streamAPI
	}
	return invokeAPI
}

// assembleLambda fills req but for its address and signature (AF-186).
func assembleLambda(call *LambdaCall, req *httpmsg.Request) {
	req.Method = "POST"
	api := call.api()
	req.Path = api.before + sigv4.Encode(call.Function, "") + api.after
	req.RawQuery = ""
	h := &req.Header
	h.Set("x-amzn-lambda-integration-tag", call.RequestId)
	if call.Async {
		h.Set(InvocationTypeHeader, "Event")
	} else if !h.Has(InvocationTypeHeader) {
		h.Set(InvocationTypeHeader, "RequestResponse")
	}
	if !h.Has("Content-Type") {
		h.Add("Content-Type", "application/json")
	}
	h.Set("x-amzn-apigateway-api-id", call.ApiId)
	if !h.Has("Accept") {
		h.Add("Accept", "application/json")
	}
	if !h.Has("User-Agent") {
		h.Add("User-Agent", "AmazonAPIGateway_"+call.ApiId)
	}
	h.Set("X-Amzn-Trace-Id", call.Trace)
	req.SetBody(call.Event)
}

// loggedFirst are the headers that AWS's log of an invocation begins with
// (AF-186).
var loggedFirst = []string{
	"x-amzn-lambda-integration-tag", "Authorization", "X-Amz-Date", "x-amzn-apigateway-api-id", "Accept", "User-Agent", "X-Amz-Security-Token",
}

// putFirst moves the headers of those names to the front, in their order.
func putFirst(h *httpmsg.Header, names []string) {
	var ordered httpmsg.Header
	for _, name := range names {
		if value, ok := h.Get(name); ok {
			ordered.Add(name, value)
			h.Delete(name)
		}
	}
	for name, value := range h.All() {
		ordered.Add(name, value)
	}
	*h = ordered
}

// ParseFunctionURI reads arn:aws:apigateway:REGION:lambda:path/DATE/functions/F/invocations,
// by which API Gateway names a function; a double slash before the date is
// AF-072.
func ParseFunctionURI(uri string) (region, function string, ok bool) {
	parts := strings.SplitN(uri, ":", 5)
	if len(parts) != 5 {
		return "", "", false
	}
	_, name, ok := strings.Cut(parts[4], "/functions/")
	function, ok2 := cutSuffixes(name, "/invocations", "/response-streaming-invocations")
	ok = ok && ok2 && function != "" && !strings.ContainsAny(function, "/?#{} \t\r\n") && ParseFunction(function).Name != ""
	return parts[3], function, ok
}

func cutSuffixes(s string, suffixes ...string) (string, bool) {
	for _, suffix := range suffixes {
		if cut, ok := strings.CutSuffix(s, suffix); ok {
			return cut, true
		}
	}
	return s, false
}

// A FunctionName is what names a function, taken apart.
type FunctionName struct{ Partition, Region, Account, Name, Qualifier string }

// ParseFunction takes apart an ARN (arn:aws:lambda:REGION:ACCOUNT:function:NAME,
// with or without :QUALIFIER), the same from ACCOUNT on, or NAME alone.
func ParseFunction(text string) FunctionName {
	f := FunctionName{Partition: "aws"}
	if parts := strings.SplitN(text, ":", 6); len(parts) == 6 && parts[0] == "arn" {
		f.Partition, f.Region, f.Account = parts[1], parts[3], parts[4]
		text = parts[5]
	} else if account, rest, ok := strings.Cut(text, ":function:"); ok {
		f.Account, text = account, rest
	}
	text = strings.TrimPrefix(text, "function:")
	f.Name, f.Qualifier, _ = strings.Cut(text, ":")
	return f
}

// local is the local function of that name, one with the qualifier first.
func (a *AWS) local(name *FunctionName) Function {
	if name.Qualifier != "" {
		if f := a.config.Functions[name.Name+":"+name.Qualifier]; f != nil {
			return f
		}
	}
	return a.config.Functions[name.Name]
}

// HasLocal reports whether a local function serves calls of function.
func (a *AWS) HasLocal(function string) bool {
	name := ParseFunction(function)
	return a.local(&name) != nil
}

// invokeLocal runs f and answers as Lambda would.
func (a *AWS) invokeLocal(f Function, call *LambdaCall, resp *httpmsg.Response) error {
	resp.Reset()
	resp.Header.Add("Content-Type", "application/json")
	resp.Header.Add(AWSRequestIdHeader, call.RequestId)
	if call.Async {
		// The event outlives the call.
		err := f.Enqueue(strings.Clone(call.RequestId), strings.Clone(call.Trace), slices.Clone(call.Event))
		resp.Status = 202
		if err != nil {
			return answerLocal(resp, lambda.Result{}, err)
		}
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), orDefault(call.Timeout))
	defer cancel()
	invoke := f.Invoke
	if call.StreamIdle > 0 {
		invoke = f.InvokeStream
	}
	result, err := invoke(ctx, call.RequestId, call.Trace, call.Event)
	return answerLocal(resp, result, err)
}

func answerLocal(resp *httpmsg.Response, result lambda.Result, err error) error {
	switch {
	case errors.Is(err, lambda.ErrThrottled):
		resp.Status = 429
		resp.Header.Add("x-amzn-ErrorType", "TooManyRequestsException")
		resp.Body = []byte(`{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}`)
		return nil
	case errors.Is(err, lambda.ErrTooLarge):
		resp.Status = 413
		resp.Header.Add("x-amzn-ErrorType", "RequestTooLargeException")
		resp.Body = []byte(`{"Type":"User","message":"` + err.Error() + `"}`)
		return nil
	case errors.As(err, new(*lambda.EventError)):
		resp.Status = 400
		resp.Header.Add("x-amzn-ErrorType", "InvalidRequestContentException")
		message, err := json.Marshal(err.Error())
		resp.Body = slices.Concat([]byte(`{"Type":"User","message":`), message, []byte("}"))
		return err
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%w: %w", ErrTimeout, err)
	case err != nil:
		return fmt.Errorf("%w: %w", ErrNetwork, err)
	}
	resp.Status = 200
	resp.Header.Add("X-Amz-Executed-Version", "$LATEST")
	if result.Failed {
		resp.Header.Add(FunctionErrorHeader, "Unhandled")
	}
	resp.Body, resp.Stream = result.Payload, result.Stream
	return nil
}

func orDefault(timeout time.Duration) time.Duration {
	if timeout == 0 {
		return defaultTimeout
	}
	return timeout
}
