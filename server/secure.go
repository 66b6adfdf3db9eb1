package server

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/poterne/poterne/wire/http1"
	"github.com/poterne/poterne/wire/httpmsg"
)

// secure makes d serve TLS: HTTP/1.1 by our own codec, HTTP/2 by net/http, both
// in front of the same handler.
func (d *door) secure(config *tls.Config, handler httpmsg.Handler, budget *http1.Budget) {
	d.tls = config
	if d.std != nil {
		return // net/http serves both
	}
	d.handed = &handedConns{conns: make(chan net.Conn), closed: make(chan struct{}), addr: d.listeners[0].Addr()}
	d.openStd(handler, budget)
	d.server.HandOver = d.handed.put
}

// openStd puts net/http in front of handler: the second door.
func (d *door) openStd(handler httpmsg.Handler, budget *http1.Budget) {
	d.serving = &servedStd{Handler: http1.FromStd(handler, http1.Limits{}, budget)}
	d.std = &http.Server{
		Handler: d.serving, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute,
		ErrorLog: slog.NewLogLogger(d.server.Log.Handler(), slog.LevelWarn),
		HTTP2:    &http.HTTP2Config{MaxConcurrentStreams: 100, MaxReadFrameSize: 16 << 10, WriteByteTimeout: 30 * time.Second},
	}
}

// A servedStd can be waited for, as http.Server.Close does not.
type servedStd struct {
	http.Handler
	serving sync.RWMutex // read-locked by every request
}

// ServeHTTP serves one request.
func (h *servedStd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.serving.RLock()
	defer h.serving.RUnlock()
	h.Handler.ServeHTTP(w, r)
}

// wait returns when no request is served, or when ctx ends.
func (h *servedStd) wait(ctx context.Context) {
	none := make(chan struct{})
	go func() {
		defer close(none)
		h.serving.Lock()
		defer h.serving.Unlock()
	}()
	select {
	case <-none:
	case <-ctx.Done():
	}
}

// handedConns is a listener of the connections on which HTTP/2 was chosen.
type handedConns struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
	addr   net.Addr
}

func (l *handedConns) put(c *tls.Conn) {
	select {
	case l.conns <- c:
	case <-l.closed:
		_ = c.Close()
	}
}

// Accept waits for the next connection.
func (l *handedConns) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept.
func (l *handedConns) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr is that of the socket behind.
func (l *handedConns) Addr() net.Addr { return l.addr }

// secureConfig is what the data plane's TLS listener presents.
func (s *Server) secureConfig() (*tls.Config, error) {
	dir, err := s.authorityDir()
	if err != nil {
		return nil, err
	}
	s.certificates.config, s.certificates.domains = &s.config, s.gateway.DomainTLS
	if s.certificates.authority, err = openAuthority(dir, s.config.now); err != nil {
		return nil, err
	}
	if err := s.certificates.read(); err != nil {
		return nil, err
	}
	return &tls.Config{GetConfigForClient: s.certificates.forClient, MinVersion: tls.VersionTLS12, NextProtos: alpn}, nil
}

// authorityDir is where the local authority lives: with the state, or where
// this user's programs keep such things.
func (s *Server) authorityDir() (string, error) {
	if s.config.DataDir != "" {
		return s.config.DataDir, nil
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("find a place for the local certificate authority: %w; give --data-dir", err)
	}
	return filepath.Join(dir, "poterne"), nil
}

// controlTLS is what the control plane's listener presents; nil: cleartext.
func (c *Config) controlTLS() (*tls.Config, error) {
	if c.ControlTLS == "" {
		return nil, nil
	}
	pair, err := readPair(c.ControlTLS)
	if err != nil {
		return nil, fmt.Errorf("--control-tls: %w", err)
	}
	return &tls.Config{Certificates: []tls.Certificate{*pair}, MinVersion: tls.VersionTLS12, NextProtos: alpn}, nil
}

func (c *Config) controlScheme() string {
	if c.ControlTLS != "" {
		return "https"
	}
	return "http"
}
