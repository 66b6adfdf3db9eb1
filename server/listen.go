package server

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/poterne/poterne/wire/http1"
	"github.com/poterne/poterne/wire/httpmsg"
)

// bodyBudget bounds the request and response bodies that one process holds at
// once.
const bodyBudget = 512 << 20

// A door is an address with its listeners (localhost is two) and its server.
type door struct {
	role      role
	addr      string // HOST:PORT with the port that was chosen
	listeners []net.Listener
	server    *http1.Server

	tls     *tls.Config  // nil: cleartext
	std     *http.Server // of the HTTP/2 connections in handed, or of all
	serving *servedStd   // its Handler
	handed  *handedConns // nil: std, if it is there, serves the listeners itself
}

// role says which planes a door serves.
type role int

const (
	bothPlanes role = iota
	controlRole
	dataRole
	secureRole // the data plane over TLS
)

// roleFlags are the flags that give the addresses of doors.
var roleFlags = map[role]string{bothPlanes: "--listen", controlRole: "--control", dataRole: "--data", secureRole: "--data-tls"}

func (s *Server) listen(ctx context.Context, budget *http1.Budget) error {
	add := func(r role, addr string, h httpmsg.Handler, config *tls.Config) error {
		listeners, chosen, err := listenOn(ctx, addr)
		if err != nil {
			return listenError(r, addr, err)
		}
		d := &door{role: r, addr: chosen, listeners: listeners,
			server: &http1.Server{Handler: h, Budget: budget, Log: s.log, Refuse: refuse, Batcher: s.batcher}}
		if s.config.HTTP1 == stdHTTP1 {
			d.openStd(h, budget)
		}
		if config != nil {
			d.secure(config, h, budget)
		}
		s.doors = append(s.doors, d)
		if r == bothPlanes || r == controlRole {
			s.noteControl(d)
		}
		return nil
	}
	if s.config.DataTLS != "" {
		config, err := s.secureConfig()
		if err != nil {
			return err
		}
		if err := add(secureRole, s.config.DataTLS, s.gateway, config); err != nil {
			return err
		}
	}
	if s.config.Control == "" {
		return add(bothPlanes, s.config.Listen, s.planes.shared(), nil)
	}
	config, err := s.config.controlTLS()
	if err != nil {
		return err
	}
	if err := add(controlRole, s.config.Control, s.planes.controlOnly(), config); err != nil {
		return err
	}
	return add(dataRole, s.config.Data, s.gateway, nil)
}

// noteControl keeps where the control plane is, which calls of back ends are
// compared with.
func (s *Server) noteControl(d *door) {
	s.controlPort = d.addr[strings.LastIndexByte(d.addr, ':'):]
	for _, l := range d.listeners {
		if tcp, ok := l.Addr().(*net.TCPAddr); ok {
			s.controlAddrs = append(s.controlAddrs, tcp.AddrPort())
		}
	}
}

// listenOn listens on addr; on both loopback addresses, with one port, for
// localhost.
func listenOn(ctx context.Context, addr string) (listeners []net.Listener, chosen string, err error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, "", err
	}
	if host == "localhost" {
		listeners, err = listenLocalhost(ctx, port)
	} else {
		listeners = make([]net.Listener, 1)
		listeners[0], err = listenTCP(ctx, host, port)
	}
	if err != nil {
		return nil, "", err
	}
	return listeners, net.JoinHostPort(host, portOf(listeners[0])), nil
}

// listenLocalhost listens on the one loopback address on a machine without
// IPv6. A port that is somebody else's on the other address is no port to have:
// clients of localhost try that address first.
func listenLocalhost(ctx context.Context, port string) ([]net.Listener, error) {
	four, err := listenTCP(ctx, "127.0.0.1", port)
	if err != nil {
		return nil, err
	}
	six, err := listenTCP(ctx, "::1", portOf(four))
	switch {
	case err == nil:
		return []net.Listener{four, six}, nil
	case !errors.Is(err, syscall.EADDRINUSE):
		return []net.Listener{four}, nil
	}
	_ = four.Close()
	if port == "0" {
		return listenLocalhost(ctx, port)
	}
	return nil, err
}

func listenTCP(ctx context.Context, host, port string) (net.Listener, error) {
	// The doors have deadlines of their own for whatever a connection does, so
	// the kernel need not ask whether somebody is still there.
	config := net.ListenConfig{KeepAlive: -1}
	config.SetMultipathTCP(false) // with it each new connection costs 3 % more
	return config.Listen(ctx, "tcp", net.JoinHostPort(host, port))
}

func portOf(l net.Listener) string { return strconv.Itoa(l.Addr().(*net.TCPAddr).Port) }

func listenError(r role, addr string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("listen on %s: the port is in use; stop what listens there, or choose another with %s", addr, roleFlags[r])
	}
	return fmt.Errorf("listen on %s: %w", addr, err)
}

// controlAddr is where the AWS API is served.
func (s *Server) controlAddr() string { return s.addrOf(controlRole) }

// dataAddr is where the APIs are served.
func (s *Server) dataAddr() string { return s.addrOf(dataRole) }

// endpoint is where a stage is served, in the form that needs no name service.
func (s *Server) endpoint(_, api, stage string) string {
	return "http://" + s.dataAddr() + "/_aws/execute-api/" + api + "/" + stage
}

func (s *Server) addrOf(r role) string {
	for _, d := range s.doors {
		if d.role == r || d.role == bothPlanes {
			return d.addr
		}
	}
	return ""
}

// Run serves until ctx ends, then lets requests in flight end and closes.
func (s *Server) Run(ctx context.Context) error {
	failed := make(chan error, 1)
	for _, d := range s.doors {
		if d.handed != nil {
			s.running.Go(func() { _ = d.std.Serve(d.handed) }) // ends with its listener
		}
		for _, l := range d.listeners {
			s.running.Go(func() {
				if err := d.serve(l); err != nil && !errors.Is(err, http1.ErrServerClosed) && !errors.Is(err, http.ErrServerClosed) {
					select {
					case failed <- fmt.Errorf("serve %s: %w", d.addr, err):
					default: // one reason to stop is enough
					}
				}
			})
		}
	}
	s.ready.Store(true)
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	return errors.Join(err, s.drain(), s.Close())
}

func (d *door) serve(l net.Listener) error {
	switch {
	case d.std != nil && d.handed == nil && d.tls != nil:
		return d.std.Serve(tls.NewListener(l, d.tls))
	case d.std != nil && d.handed == nil:
		return d.std.Serve(l)
	case d.tls != nil:
		return d.server.ServeTLS(l, d.tls)
	}
	return d.server.Serve(l)
}

// shutdown stops accepting and lets requests in flight end.
func (d *door) shutdown(ctx context.Context) error {
	if d.std == nil {
		return d.server.Shutdown(ctx)
	}
	std := make(chan error, 1)
	go func() { std <- d.std.Shutdown(ctx) }()
	return cmp.Or(d.server.Shutdown(ctx), <-std) // the one reason or the other
}

// drain ends the doors, all at once: nothing new is accepted, what is in flight
// may end.
func (s *Server) drain() error {
	s.ready.Store(false)
	ctx, cancel := context.WithTimeout(s.patience, s.config.ShutdownGrace)
	defer cancel()
	start := time.Now()
	failures := make([]error, len(s.doors))
	var draining sync.WaitGroup
	for i, d := range s.doors {
		draining.Go(func() {
			if err := d.shutdown(ctx); err != nil {
				failures[i] = fmt.Errorf("requests on %s did not end within %s: %w", d.addr, time.Since(start).Round(time.Millisecond), err)
			}
		})
	}
	draining.Wait()
	return errors.Join(failures...)
}

// Hurry ends the grace in which requests in flight may end when Run does.
func (s *Server) Hurry() { s.hurry() }

// Close ends what runs and closes the state. It is safe on a Server that was
// never run, and on one that was closed.
func (s *Server) Close() error {
	s.closing.Do(func() { s.closed = s.close() })
	return s.closed
}

func (s *Server) close() error {
	s.hurry()
	err := s.cut()
	if s.saveUsage != nil {
		s.saveUsage()
	}
	if s.stop != nil {
		s.stop()
	}
	if s.store != nil {
		err = errors.Join(err, s.store.Close())
	}
	s.running.Wait()
	if s.accessLog != nil {
		err = errors.Join(err, s.accessLog.Close())
	}
	if s.spans != nil {
		s.spans.lines.close()
	}
	if s.sinks != nil {
		s.sinks.Close()
	}
	s.batcher.Close()
	return err
}

// cutWithin is how long requests that were cut may take to notice it and to be
// logged.
const cutWithin = 5 * time.Second

// cut closes what is left of the doors and of the calls that were made for
// their requests, and waits for these to end.
func (s *Server) cut() error {
	for _, d := range s.doors {
		d.close()
	}
	if s.calls != nil {
		s.calls.Close()
	}
	err := s.functions.Close()
	ctx, cancel := context.WithTimeout(context.Background(), cutWithin)
	defer cancel()
	for _, d := range s.doors {
		d.wait(ctx)
	}
	return err
}

// close closes the door's listeners and connections, whatever they are at.
func (d *door) close() {
	if d.handed != nil {
		_ = d.handed.Close()
	}
	if d.std != nil {
		_ = d.std.Close()
	}
	_ = d.server.Close() // the listeners of a drained door are closed already
	for _, l := range d.listeners {
		_ = l.Close()
	}
}

// wait returns when no request of a closed door is served any more, or when ctx
// ends: then one is left that nothing can stop, and nobody waits for.
func (d *door) wait(ctx context.Context) {
	_ = d.server.Shutdown(ctx)
	if d.std != nil {
		d.serving.wait(ctx)
	}
}
