// Package control is poterne's control plane: the operations of the API
// Gateway REST API on documents in a store.
//
// An operation is a line in operations.go and a function on a transaction in
// the file of its resource kind (integration_response.go is a small whole one
// to read first). Service.Do finds the line, opens the transaction and answers
// with a shape of the contract; the functions compose, which is how an import
// or a CreateDeployment is one transaction. Inputs have passed the contract's
// own constraints (required members, enums, patterns); what is checked then is
// the service's, in AWS's order and words: a part of a RestApi by itself in
// package rule, for a document is held against the same rules, its place among
// others here.
//
// Documents are the contract's shapes under the keys of keys.go. A Method is
// one document with its Integration and responses inside.
//
// The control plane does not know the data plane. What it asks of a running
// gateway are the small interfaces in Deps; what it gives are apigw.Releases.
package control

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/openapi"
	"github.com/poterne/poterne/store"
)

// NoAccount is the account of a server that stands for none in particular.
const NoAccount = "000000000000"

// Deps is what a Service works with. Store is required, everything else has a
// default.
type Deps struct {
	Store     store.Store
	Now       func() time.Time         // time.Now
	NewID     func(kind string) string // NewID
	Log       *slog.Logger             // discards
	AccountId string                   // twelve digits; NoAccount
	Quotas    Quotas                   // AWS's

	// Endpoint is where a stage is served; AWS's default endpoint.
	Endpoint func(region, api, stage string) string

	Live   Live   // nil: answers wait for no gateway
	Tester Tester // nil: TestInvokeMethod is refused

	AuthorizerTester AuthorizerTester // nil: TestInvokeAuthorizer is refused

	Flusher Flusher // nil: nothing is kept that could be flushed
	Meter   Meter   // nil: usage is what is stored

	// VpcLinks are ids of VPC links that exist outside the store.
	VpcLinks []string
	// SharedPatterns lets integration responses of one Integration have the
	// same selectionPattern, which AWS answers with a ConflictException.
	SharedPatterns bool
}

// Live is the gateway as it follows the store.
type Live interface {
	// Await returns when the gateway serves what was committed at rev, or the
	// error of ctx.
	Await(ctx context.Context, rev int64) error
}

// Tester invokes a Method that need not be deployed.
type Tester interface {
	// TestInvokeMethod runs in against def, which has the Resource of the
	// Method alone, with its path, and that Method alone.
	TestInvokeMethod(ctx context.Context, def *apigw.Definition, in *apigw.TestInvokeMethodInput) (*apigw.TestInvokeMethodResponse, error)
}

// AuthorizerTester asks an Authorizer that need not be deployed.
type AuthorizerTester interface {
	TestInvokeAuthorizer(ctx context.Context, region string, authorizer *apigw.Authorizer, in *apigw.TestInvokeAuthorizerInput) (*apigw.TestInvokeAuthorizerResponse, error)
}

// Flusher is the gateway as it keeps what was answered.
type Flusher interface {
	// FlushAuthorizers forgets what Lambda authorizers answered in a stage.
	FlushAuthorizers(restApiId, stage string)
	// FlushStageCache forgets the responses of a stage.
	FlushStageCache(restApiId, stage string)
}

// liveWithin bounds how long an answer waits for the gateway.
const liveWithin = 2 * time.Second

// A Service runs operations. It has no state of its own and is safe for
// concurrent use.
type Service struct {
	deps Deps
}

// New makes a Service with the defaults filled in.
func New(deps Deps) *Service {
	if deps.Now == nil {
		deps.Now = time.Now
	}
	if deps.NewID == nil {
		deps.NewID = NewID
	}
	if deps.Log == nil {
		deps.Log = slog.New(slog.DiscardHandler)
	}
	if deps.Endpoint == nil {
		deps.Endpoint = func(region, api, stage string) string {
			return "https://" + api + ".execute-api." + region + ".amazonaws.com/" + stage
		}
	}
	if deps.AccountId == "" {
		deps.AccountId = NoAccount
	}
	deps.Quotas = deps.Quotas.orDefault()
	return &Service{deps: deps}
}

// A Caller is who calls, and where.
type Caller struct {
	Region    string // "us-east-1": of the signature's scope; keys are under it
	AccountId string
	Arn       string // of the identity
	RequestId string
}

// Do runs the operation on in, a pointer to its input shape, and answers with
// a pointer to its output shape, or nil for one that answers without a body.
// Errors are *apigw.Error, or the error of ctx. What changed is committed, and
// live if there is a gateway, when Do returns.
func (s *Service) Do(ctx context.Context, c Caller, operation string, in any) (any, error) {
	run, ok := operations[operation]
	if !ok {
		return nil, &apigw.Error{Code: apigw.NotImplementedException, Message: operation + " is not implemented"}
	}
	out, err := run(ctx, s, c, in)
	if err != nil {
		return nil, s.answer(ctx, c, operation, err)
	}
	return out, nil
}

// answer is err as a client may see it: the text of a foreign error is logged
// and does not leave.
func (s *Service) answer(ctx context.Context, c Caller, operation string, err error) error {
	var known *apigw.Error
	if errors.As(err, &known) {
		return known
	}
	var document *openapi.Error
	if errors.As(err, &document) {
		return document.BadRequest()
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	s.deps.Log.ErrorContext(ctx, "operation failed", "operation", operation, "region", c.Region, "requestId", c.RequestId, "error", err)
	return &apigw.Error{Code: apigw.InternalFailureException, Message: "The request could not be completed because of an internal failure."}
}

// A tx is an operation at work: a store's transaction with who asks. The store
// may run an operation again, so a tx keeps nothing from one run to the next.
type tx struct {
	store.Tx
	deps   *Deps
	caller Caller
	trees  map[string]*tree // by RestApi id: what t.tree has read
}

func (s *Service) newTx(c Caller, in store.Tx) *tx {
	return &tx{Tx: in, deps: &s.deps, caller: c, trees: map[string]*tree{}}
}

func (s *Service) view(ctx context.Context, c Caller, f func(*tx) error) error {
	return s.deps.Store.View(ctx, func(in store.Tx) error { return f(s.newTx(c, in)) })
}

func (s *Service) update(ctx context.Context, c Caller, f func(*tx) error) error {
	rev, err := s.deps.Store.Update(ctx, func(in store.Tx) error { return f(s.newTx(c, in)) })
	if err != nil || s.deps.Live == nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, liveWithin)
	defer cancel()
	if err := s.deps.Live.Await(ctx, rev); err != nil {
		s.deps.Log.WarnContext(ctx, "acknowledged before it is live", "revision", rev, "region", c.Region, "requestId", c.RequestId, "error", err)
	}
	return nil
}

// A handler is an operation behind one signature.
type handler func(ctx context.Context, s *Service, c Caller, in any) (any, error)

// read makes a handler of a function that changes nothing.
func read[In, Out any](f func(*tx, *In) (*Out, error)) handler {
	return func(ctx context.Context, s *Service, c Caller, in any) (any, error) {
		input, err := inputOf[In](in)
		if err != nil {
			return nil, err
		}
		var out *Out
		err = s.view(ctx, c, func(t *tx) (err error) { out, err = f(t, input); return err })
		return out, err
	}
}

// write makes a handler of a function that changes something, all of it or
// nothing.
func write[In, Out any](f func(*tx, *In) (*Out, error)) handler {
	return func(ctx context.Context, s *Service, c Caller, in any) (any, error) {
		input, err := inputOf[In](in)
		if err != nil {
			return nil, err
		}
		var out *Out
		err = s.update(ctx, c, func(t *tx) (err error) { out, err = f(t, input); return err })
		return out, err
	}
}

// erase makes a handler of a function that answers without a body.
func erase[In any](f func(*tx, *In) error) handler {
	return func(ctx context.Context, s *Service, c Caller, in any) (any, error) {
		input, err := inputOf[In](in)
		if err != nil {
			return nil, err
		}
		return nil, s.update(ctx, c, func(t *tx) error { return f(t, input) })
	}
}

// outside makes a handler of a function that opens its own transactions,
// because it also waits for something that is not the store.
func outside[In, Out any](f func(*Service, context.Context, Caller, *In) (*Out, error)) handler {
	return func(ctx context.Context, s *Service, c Caller, in any) (any, error) {
		input, err := inputOf[In](in)
		if err != nil {
			return nil, err
		}
		return f(s, ctx, c, input)
	}
}

// outsideErase is outside for a function that answers without a body.
func outsideErase[In any](f func(*Service, context.Context, Caller, *In) error) handler {
	return func(ctx context.Context, s *Service, c Caller, in any) (any, error) {
		input, err := inputOf[In](in)
		if err != nil {
			return nil, err
		}
		return nil, f(s, ctx, c, input)
	}
}

func inputOf[In any](in any) (*In, error) {
	input, ok := in.(*In)
	if !ok || input == nil {
		return nil, fmt.Errorf("input is %T, want %T", in, input)
	}
	return input, nil
}
