package server

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"

	"github.com/poterne/poterne/gateway"
	"github.com/poterne/poterne/gateway/cache"
	"github.com/poterne/poterne/gateway/egress"
	"github.com/poterne/poterne/wire/http1"
	"github.com/poterne/poterne/wire/httpmsg"
)

// newGateway makes the data plane, with what it calls and what it tells.
func (s *Server) newGateway(budget *http1.Budget) (*gateway.Gateway, error) {
	config, err := s.egressConfig(budget)
	if err != nil {
		return nil, err
	}
	s.calls, s.sinks = egress.New(config), egress.New(config)
	if s.aws, err = s.newAWS(s.calls, config.Proxy); err != nil {
		return nil, err
	}
	limit, err := s.config.accountLimit()
	if err != nil {
		return nil, err
	}
	deps := gateway.Deps{Now: s.config.Now, Log: s.log, Egress: s.calls, AWS: s.aws, AccountLimit: limit,
		Cache: cache.NewLocal(uint64(s.config.CacheMemory) << 20), Traces: s.traces}
	if err := s.openSinks(&deps); err != nil {
		return nil, err
	}
	if err := s.callers(&deps); err != nil {
		return nil, err
	}
	return gateway.New(deps), nil
}

// egressConfig has the rules of the configuration for what may be called.
func (s *Server) egressConfig(budget *http1.Budget) (config egress.Config, err error) {
	config = egress.Config{AllowLinkLocal: s.config.AllowLinkLocal, Budget: budget, Batcher: s.batcher, Now: s.config.now}
	if !s.config.AllowSelf {
		config.Self, config.ToDataPlane = s.isControlAddr, s.toDataPlane
	}
	if s.config.BackendCA != "" {
		if config.CAs, err = readCertificates(s.config.BackendCA); err != nil {
			return config, err
		}
	}
	if config.Links, err = egress.ParseLinks(s.config.VPCLinks); err != nil {
		return config, fmt.Errorf("--vpc-link: %w", err)
	}
	if s.config.EgressProxy != "" {
		if config.Proxy, err = egress.ParseProxy(s.config.EgressProxy); err != nil {
			return config, fmt.Errorf("--egress-proxy: %w", err)
		}
	}
	return config, nil
}

// openSinks opens what access logs and spans go to, where they are on.
func (s *Server) openSinks(deps *gateway.Deps) (err error) {
	if s.accessLog, err = openAccessLog(s.config.AccessLog, s.config.Stdout, s.sinks, s.log); err != nil {
		return err
	}
	if s.accessLog != nil {
		deps.AccessLog = s.accessLog
	}
	if s.spans, err = openSpans(s.config.OTLP, os.Environ(), s.sinks, s.log); err != nil {
		return err
	}
	if s.spans != nil {
		deps.Tracer = s.spans
	}
	return nil
}

// isControlAddr reports whether addr is a listener that serves the control
// plane.
func (s *Server) isControlAddr(addr netip.AddrPort) bool {
	return slices.ContainsFunc(s.controlAddrs, func(own netip.AddrPort) bool { return reaches(addr, own) })
}

// reaches reports whether dialling addr would end at a listener on own, which
// may be one for every address of this machine.
func reaches(addr, own netip.AddrPort) bool {
	if addr.Port() != own.Port() {
		return false
	}
	to, at := addr.Addr().Unmap(), own.Addr().Unmap()
	return to == at || to.IsUnspecified() || at.IsUnspecified() && isOwnAddr(to)
}

func isOwnAddr(addr netip.Addr) bool {
	if addr.IsLoopback() {
		return true
	}
	own, err := net.InterfaceAddrs()
	if err != nil {
		return true // not known to be another's
	}
	for _, a := range own {
		if network, ok := a.(*net.IPNet); ok {
			if ip, ok := netip.AddrFromSlice(network.IP); ok && ip.Unmap() == addr {
				return true
			}
		}
	}
	return false
}

// toDataPlane reports whether a request to addr, if that is the shared listener,
// would be answered by the data plane: one served API may call another. Nearly
// no back end has the listener's port, and then nothing of it is looked at.
func (s *Server) toDataPlane(addr string, r *httpmsg.Request) bool {
	return s.config.Control == "" && strings.HasSuffix(addr, s.controlPort) && s.planes.planeOf(r) == dataPlane
}

func readCertificates(file string) ([]*x509.Certificate, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read --backend-ca: %w", err)
	}
	var found []*x509.Certificate
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("read --backend-ca %s: %w", file, err)
		}
		found = append(found, certificate)
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("read --backend-ca %s: no certificate in PEM form", file)
	}
	return found, nil
}
