package server

import (
	"fmt"
	"net"
	"net/netip"
	"strings"

	"github.com/poterne/poterne/gateway"
)

// callers tells the gateway who may call. Without identities a signature is
// not verified where none but this machine can call; elsewhere nobody is known.
func (s *Server) callers(deps *gateway.Deps) (err error) {
	if s.config.Identities != "" {
		deps.Identities = s.identities.current
	}
	deps.AnySignature = s.config.dataOnLoopback()
	deps.VPCEndpoints, err = parseVPCEndpoints(s.config.VPCEndpoints)
	return err
}

// dataOnLoopback reports whether none but this machine can call the APIs.
func (c *Config) dataOnLoopback() bool {
	addr := c.Data
	if addr == "" {
		addr = c.Listen
	}
	host, _, err := net.SplitHostPort(addr)
	return err == nil && loopbackHost(host)
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
