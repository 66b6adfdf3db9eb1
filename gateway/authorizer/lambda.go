package authorizer

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/egress"
	"github.com/poterne/poterne/gateway/mapping"
	"github.com/poterne/poterne/iam"
	"github.com/poterne/poterne/template/javatext"
	"github.com/poterne/poterne/wire/httpmsg"
)

// function is CUSTOM: a Lambda function decides, asked with a token or with
// the whole request (data plane §5).
type function struct {
	def        *apigw.Authorizer
	token      bool // TOKEN; else REQUEST
	uri        *mapping.URI
	sources    []source
	validation *javatext.Regex // of a token, whole; nil: any
	ttl        time.Duration   // 0: results are not kept
	version    [sha256.Size]byte
	fixed      invokee // where the uri is the same for every call

	lambda  egress.LambdaInvoker
	cache   *Cache
	now     func() time.Time
	scratch sync.Pool // of *scratch
}

// An invokee is the function that a call asks.
type invokee struct{ region, name string }

// scratch is memory of one call.
type scratch struct {
	key    []byte
	values []string
}

const (
	defaultTTL      = 300 * time.Second
	functionTimeout = 29 * time.Second
)

func (f *function) takeScratch() *scratch {
	if room, ok := f.scratch.Get().(*scratch); ok {
		return room
	}
	return &scratch{}
}

func (f *function) giveScratch(room *scratch) {
	clear(room.values[:cap(room.values)]) // they are the request's
	f.scratch.Put(room)
}

func newFunction(_ *apigw.Method, def *apigw.Authorizer, deps Deps) (Authorizer, error) {
	return makeFunction(def, deps)
}

func makeFunction(def *apigw.Authorizer, deps Deps) (*function, error) {
	f := &function{def: def, lambda: deps.Lambda, cache: deps.Results, now: deps.Now, ttl: defaultTTL,
		token: deref(def.Type) == apigw.AuthorizerTypeToken, uri: mapping.ParseURI(deref(def.AuthorizerUri))}
	if def.AuthorizerResultTtlInSeconds != nil {
		f.ttl = time.Duration(*def.AuthorizerResultTtlInSeconds) * time.Second
	}
	var err error
	if f.sources, err = parseSources(deref(def.IdentitySource)); err != nil {
		return nil, err
	}
	if len(f.sources) == 0 {
		f.ttl = 0 // there is nothing to tell callers apart by
	}
	if f.token && len(f.sources) != 1 {
		return nil, errors.New("a TOKEN authorizer has one header as its identity source")
	}
	if expression := deref(def.IdentityValidationExpression); expression != "" && f.token {
		if f.validation, err = javatext.CompileRegex(expression); err != nil {
			return nil, fmt.Errorf("identityValidationExpression: %w", err)
		}
	}
	if f.uri.IsStatic() {
		var ok bool
		if f.fixed.region, f.fixed.name, ok = egress.ParseFunctionURI(deref(def.AuthorizerUri)); !ok {
			return nil, fmt.Errorf("the authorizerUri %q is not arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/FUNCTION/invocations", deref(def.AuthorizerUri))
		}
	}
	f.version = sha256.Sum256(configurationOf(def))
	return f, nil
}

// configurationOf is all that decides what a kept result stands for: with a
// change of it, kept results are not found any more.
func configurationOf(def *apigw.Authorizer) []byte {
	var b []byte
	for _, part := range []*string{def.Id, def.Type, def.AuthorizerUri, def.AuthorizerCredentials, def.IdentitySource, def.IdentityValidationExpression} {
		b = appendPart(b, deref(part))
	}
	return b
}

// Authorize finds a kept result or asks the function, and reads its policy for
// this Method: a kept policy is asked anew for each.
func (f *function) Authorize(r *Request) (Outcome, error) {
	out, _, err := f.authorize(r)
	return out, err
}

func (f *function) authorize(r *Request) (Outcome, *result, error) {
	room := f.takeScratch()
	defer f.giveScratch(room)
	token, err := f.identify(r, room)
	if err != nil {
		return Outcome{}, nil, err
	}
	r.note(LineIdentity, token)
	found, err := f.find(r, room, token)
	if err != nil {
		return Outcome{}, nil, err
	}
	r.note(LineValid, found.principal)
	a := &r.Scope.Context.Authorizer
	a.PrincipalID, a.Context = found.principal, found.context
	decision := found.policy.Evaluate(&iam.Request{Action: InvokeAction, Resource: r.ARN, Keys: r.Keys})
	r.note(LineDone, "")
	return Outcome{Decision: decision, UsageIdentifierKey: found.usageKey, Policy: found.document}, found, nil
}

// identify reads the identity sources: the key of the result into room, and of
// a TOKEN authorizer its token. Who lacks one is refused without asking (data
// plane §5.1).
func (f *function) identify(r *Request, room *scratch) (token string, err error) {
	c := r.Scope.Context
	key := appendPart(appendPart(room.key[:0], c.APIID), c.Stage)
	key = append(key, f.version[:]...)
	for i := range f.sources {
		values, ok := f.sources[i].read(r, room.values[:0])
		room.values = values
		if !ok {
			return "", unauthorized("an identity source is missing")
		}
		if f.token {
			values = values[len(values)-1:] // the function sees no other
		}
		key = binary.AppendUvarint(key, uint64(len(values)))
		for _, value := range values {
			key = appendPart(key, value)
		}
		token = values[len(values)-1]
	}
	room.key = key
	if f.validation != nil {
		ok, err := f.validation.Matches(token, javatext.NewBudget())
		if err != nil {
			return "", misconfigured("identityValidationExpression", err)
		}
		if !ok {
			return "", unauthorized("the token does not match the identityValidationExpression")
		}
	}
	return token, nil
}

// find is a kept result, or the function's answer.
func (f *function) find(r *Request, room *scratch, token string) (*result, error) {
	ask := f.fixed
	if ask.name == "" {
		var ok bool
		if ask.region, ask.name, ok = egress.ParseFunctionURI(string(f.uri.Append(nil, r.Scope.StageVariables, nil))); !ok {
			return nil, misconfigured("the authorizerUri is none of a Lambda function", nil)
		}
	}
	keeps := f.ttl > 0 && f.cache != nil
	room.key = appendPart(room.key, ask.name)
	if keeps {
		if kept := f.cache.get(room.key, r.Now); kept != nil {
			return kept, nil
		}
	}
	answer, err := f.ask(r, ask, token)
	if err != nil {
		return nil, err
	}
	if keeps {
		f.cache.put(room.key, answer, r.Now.Add(f.ttl))
	}
	return answer, nil
}

func (f *function) event(r *Request, token string) []byte {
	if f.token {
		return tokenEvent(token, r.ARN)
	}
	return r.Event(nil)
}

// ask invokes the function.
func (f *function) ask(r *Request, who invokee, token string) (*result, error) {
	c := r.Scope.Context
	event := f.event(r, token)
	call := egress.LambdaCall{
		Function: who.name, Region: who.region, Event: event, RequestId: c.RequestID, Trace: r.Trace, ApiId: c.APIID,
		Timeout: functionTimeout, Identity: egress.Identity{Role: deref(f.def.AuthorizerCredentials)},
	}
	if r.Log != nil {
		call.Sending = func(req *httpmsg.Request, uri string) {
			r.Log.Line(LineURI, uri)
			r.Log.Headers(&req.Header)
			r.Log.Line(LineEvent, string(event))
		}
	}
	var req httpmsg.Request
	var resp httpmsg.Response
	defer resp.Reset()
	req.Header.Add("X-Amz-Source-Arn", "arn:"+apigw.Partition(r.Region)+":execute-api:"+r.Region+":"+c.AccountID+":"+c.APIID+"/authorizers/"+deref(f.def.Id))
	start := f.now()
	err := f.lambda.InvokeLambda(&call, &req, &resp)
	a := &c.Authorizer
	a.IntegrationLatency, a.IntegrationStatus = f.now().Sub(start).Milliseconds(), resp.Status
	if id, ok := resp.Header.Get(egress.AWSRequestIdHeader); ok {
		a.RequestID = strings.Clone(id)
	}
	if err != nil {
		return nil, misconfigured("Authorizer error", err)
	}
	if r.Log != nil {
		r.Log.Line(LineResult, string(resp.Body))
	}
	return readAnswer(&resp)
}

// readAnswer reads what Lambda's Invoke answered (data plane §5.4).
func readAnswer(resp *httpmsg.Response) (*result, error) {
	switch failed, isFailed := resp.Header.Get(egress.FunctionErrorHeader); {
	case resp.Status == 403 || resp.Status == 404:
		return nil, misconfigured("Invalid permissions on Lambda function", nil)
	case resp.Status != 200:
		return nil, misconfigured(fmt.Sprintf("Lambda invocation failed with status: %d", resp.Status), nil)
	case isFailed && errorMessage(resp.Body) == "Unauthorized":
		return nil, unauthorized("the function threw Unauthorized")
	case isFailed:
		return nil, misconfigured("Authorizer error", errors.New(strings.Clone(failed)+" "+string(resp.Body)))
	}
	return readResult(resp.Body)
}
