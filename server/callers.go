package server

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"

	"github.com/poterne/poterne/gateway"
	"github.com/poterne/poterne/gateway/authorizer"
)

// callers tells the gateway who may call. Without identities a signature is
// not verified where none but this machine can call; elsewhere nobody is known.
func (s *Server) callers(deps *gateway.Deps) (err error) {
	if s.config.Identities != "" {
		deps.Identities = s.identities.current
	}
	deps.AnySignature, deps.AccountId = s.config.dataOnLoopback(), s.config.Account
	if deps.UserPools, err = parseUserPools(s.config.UserPools); err != nil {
		return err
	}
	deps.Truststores = map[string]bool{}
	for _, setting := range s.config.Truststores {
		uri, _, _ := strings.Cut(setting, "=")
		deps.Truststores[uri] = true
	}
	deps.VPCEndpoints, err = parseVPCEndpoints(s.config.VPCEndpoints)
	return err
}

// dataOnLoopback reports whether none but this machine can call the APIs.
func (c *Config) dataOnLoopback() bool {
	addr := c.Data
	if addr == "" {
		addr = c.Listen
	}
	for _, addr := range []string{addr, c.DataTLS} {
		host, _, err := net.SplitHostPort(addr)
		if addr != "" && (err != nil || !loopbackHost(host)) {
			return false
		}
	}
	return true
}

// parseVPCEndpoints reads ID=VPC,CIDR[,CIDR…].
func parseVPCEndpoints(settings []string) ([]gateway.VPCEndpoint, error) {
	var all []gateway.VPCEndpoint
	for _, setting := range settings {
		id, rest, _ := strings.Cut(setting, "=")
		parts := strings.Split(rest, ",")
		if !strings.HasPrefix(id, "vpce-") || len(parts) < 2 || !strings.HasPrefix(parts[0], "vpc-") {
			return nil, fmt.Errorf("--vpc-endpoint %s: write vpce-ID=vpc-ID,CIDR, as vpce-0a1b=vpc-2c3d,10.0.0.0/16", setting)
		}
		e := gateway.VPCEndpoint{ID: id, VPC: parts[0]}
		for _, text := range parts[1:] {
			prefix, err := netip.ParsePrefix(text)
			if err != nil {
				return nil, fmt.Errorf("--vpc-endpoint %s: %q is no range of addresses; write 10.0.0.0/16", setting, text)
			}
			e.From = append(e.From, prefix.Masked())
		}
		all = append(all, e)
	}
	return all, nil
}

// parseUserPools reads ID=ISSUER_URL|JWKS_FILE. A file must be readable now,
// and is read again at SIGHUP.
func parseUserPools(settings []string) (map[string]authorizer.PoolSource, error) {
	pools := map[string]authorizer.PoolSource{}
	for _, setting := range settings {
		id, where, ok := strings.Cut(setting, "=")
		if !ok || id == "" || where == "" {
			return nil, fmt.Errorf("--user-pool %s: write ID=ISSUER_URL, or ID=JWKS_FILE, as eu-west-1_a1B2c3=https://issuer.example/pool", setting)
		}
		if strings.HasPrefix(where, "http://") || strings.HasPrefix(where, "https://") {
			pools[id] = authorizer.PoolSource{Issuer: where}
			continue
		}
		if _, err := os.Stat(where); err != nil {
			return nil, fmt.Errorf("--user-pool %s: %w", setting, err)
		}
		pools[id] = authorizer.PoolSource{Keys: func() ([]byte, error) { return os.ReadFile(where) }}
	}
	return pools, nil
}
