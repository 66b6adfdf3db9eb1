// Package server is poterne's composition root: it makes the store, the
// control plane and the gateway of a Config, listens, and keeps the gateway at
// the store's latest revision. It is the only package that sees both planes.
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/netip"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control"
	"github.com/poterne/poterne/gateway"
	"github.com/poterne/poterne/gateway/egress"
	"github.com/poterne/poterne/store"
	"github.com/poterne/poterne/store/memstore"
	"github.com/poterne/poterne/store/sqlstore"
	"github.com/poterne/poterne/wire/http1"
	"github.com/poterne/poterne/wire/httpmsg"
	"github.com/poterne/poterne/wire/restjson"
)

// A Server is a poterne at work. New makes one that listens; Run serves until
// its context ends.
type Server struct {
	config       Config
	log          *slog.Logger
	identities   identities
	certificates certificates
	store        store.Store
	control      *control.Service
	gateway      *gateway.Gateway
	aws          *egress.AWS
	calls        *egress.Client // to back ends
	sinks        *egress.Client // to where access logs and spans go, until the last of them
	batcher      *http1.Batcher // of doors and calls; nil: each does its system calls by itself
	planes       *doors
	doors        []*door
	controlAddrs []netip.AddrPort // of the listeners that serve the control plane
	controlPort  string           // theirs, as ":4566"
	ready        atomic.Bool

	functions functions

	backlog   *backlog
	stop      context.CancelFunc // ends what runs beside the doors
	patience  context.Context    // ends with Hurry, and with it the grace of a drain
	hurry     context.CancelFunc
	reached   *revision       // how far the gateway has followed the store
	usage     *usageKeeper    // what API keys use
	accessLog *accessLog      // nil: access logs are off
	spans     *spanExporter   // nil: no OpenTelemetry
	traces    *gateway.Traces // nil: requests are not traced
	saveUsage func()          // stores what was counted, for the last time
	running   sync.WaitGroup
	closing   sync.Once
	closed    error // what closing came to
}

// New opens the state, publishes what it holds and listens. What it returns
// answers once Run is called; until then connections wait.
func New(ctx context.Context, c Config) (*Server, error) {
	c.setDefaults()
	if err := c.validate(); err != nil {
		return nil, err
	}
	s := &Server{config: c, log: c.Log, identities: identities{file: c.Identities}}
	s.patience, s.hurry = context.WithCancel(context.WithoutCancel(ctx))
	if c.traced() {
		s.traces = new(gateway.Traces)
	}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Server) open(ctx context.Context) (err error) {
	if err := s.identities.read(); err != nil {
		return err
	}
	if s.store, err = openStore(ctx, s.config); err != nil {
		return err
	}
	s.warnOfOthers(s.config.DataDir)
	s.batcher = s.newBatcher()
	budget := http1.NewBudget(bodyBudget)
	if s.gateway, err = s.newGateway(budget); err != nil {
		return err
	}
	links, err := egress.ParseLinks(s.config.VPCLinks)
	if err != nil {
		return fmt.Errorf("--vpc-link: %w", err)
	}
	quotas, err := s.config.quotas()
	if err != nil {
		return err
	}
	s.usage = &usageKeeper{counter: s.gateway, now: s.config.now, log: s.log}
	s.reached = newRevision()
	s.control = control.New(control.Deps{Store: s.store, Now: s.config.now, Log: s.log, Quotas: quotas,
		AccountId: s.config.Account, Live: s.reached, Endpoint: s.endpoint, Tester: s.gateway, AuthorizerTester: s.gateway, Flusher: s.gateway, Meter: s.usage, VpcLinks: slices.Collect(maps.Keys(links))})
	s.usage.control = s.control
	if err := s.usage.restore(ctx, s.store); err != nil {
		return err
	}
	if err := s.follow(ctx, newReloader(s.store, s.control, s.gateway, s.reached, s.log)); err != nil {
		return err
	}
	s.keepUsage(ctx)
	s.planes = s.handlers()
	return s.listen(ctx, budget)
}

// newBatcher is nil where there can be none, or is to be none.
func (s *Server) newBatcher() *http1.Batcher {
	if s.config.IOUring == offIOUring {
		return nil
	}
	b, err := http1.NewBatcher()
	if err != nil {
		s.log.Debug("system calls are done one by one", "reason", err)
		return nil
	}
	return b
}

func openStore(ctx context.Context, c Config) (store.Store, error) {
	if c.DataDir == "" {
		return memstore.New(), nil
	}
	s, err := sqlstore.Open(ctx, c.DataDir)
	if err != nil {
		return nil, fmt.Errorf("open state in %s: %w", c.DataDir, err)
	}
	return s, nil
}

// warnOfOthers tells where others than the owner may replace what is in dir.
func (s *Server) warnOfOthers(dir string) {
	const writeOfOthers = 0o022
	info, err := os.Stat(dir)
	if dir == "" || err != nil || runtime.GOOS == "windows" || info.Mode().Perm()&writeOfOthers == 0 {
		return
	}
	s.log.Warn("other users of this machine may write to the data directory, and replace the state: chmod go-w "+dir, "mode", info.Mode().Perm().String())
}

// follow starts the reloader and waits until the gateway knows of all that is
// stored: what is not compiled by then is when it is asked for.
func (s *Server) follow(ctx context.Context, r *reloader) error {
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stop, s.backlog = stop, r.backlog
	s.running.Go(func() { r.run(background) })
	return r.reached.Await(ctx, 0)
}

// keepUsage starts storing what the gateway counts.
func (s *Server) keepUsage(ctx context.Context) {
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.usage.run(background)
	}()
	s.saveUsage = func() { stop(); <-done }
}

// Settled returns when all that was stored at the start is compiled, or the
// error of ctx.
func (s *Server) Settled(ctx context.Context) error { return s.backlog.settled(ctx) }

// controlHandler answers the operations of the AWS API.
func (s *Server) controlHandler() *restjson.Handler {
	return restjson.New(restjson.Config{Log: s.log, Authenticate: s.admit,
		Do: func(ctx context.Context, call *restjson.Call) (any, error) {
			caller := s.caller(ctx, call)
			out, err := s.control.Do(ctx, caller, call.Operation.Name, call.Input)
			s.audit(call, caller.Arn, err)
			return out, err
		}})
}

// audit leaves a line for each mutation; it holds no bodies.
func (s *Server) audit(call *restjson.Call, principal string, err error) {
	if call.Operation.Method == http.MethodGet {
		return
	}
	status := call.Operation.Status
	var refused *apigw.Error
	if errors.As(err, &refused) {
		status = refused.Status()
	} else if err != nil {
		status = http.StatusInternalServerError
	}
	s.log.Info("audit", "operation", call.Operation.Name, "principal", principal,
		"arn", resourceArn(s.scopeRegion(call), call.HTTP.URL.EscapedPath()), "requestId", call.RequestId, "status", status)
}

// handlers makes the doors' view of the planes.
func (s *Server) handlers() *doors {
	operations := s.controlHandler()
	guarded := func(h http.Handler) httpmsg.Handler {
		return spelled(http1.ToStd(guard{hosts: s.config.AllowHosts, next: h}))
	}
	signed := guarded
	if s.config.Identities != "" { // no page can sign
		signed = func(h http.Handler) httpmsg.Handler { return spelled(http1.ToStd(h)) }
	}
	return &doors{data: s.gateway, operations: operations, planes: map[plane]httpmsg.Handler{
		controlPlane: signed(operations),
		localPlane:   guarded(s.local()),
		otherService: signed(s.otherServices()),
	}}
}
