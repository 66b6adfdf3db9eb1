package gateway

import (
	"net/netip"
	"strings"
)

// A VPCEndpoint is an interface endpoint of a VPC: the only way to a PRIVATE
// API. Here it is a range of addresses from which clients come.
type VPCEndpoint struct {
	ID   string // "vpce-0123…"
	VPC  string // "vpc-0123…"
	From []netip.Prefix
}

// reaches reports whether a request may come to a stage: to a private API by a
// VPC endpoint alone, of which $context.identity then tells (data plane §20.5).
func (inv *Invocation) reaches(s *liveStage) bool {
	if !s.door.private {
		return true
	}
	e := inv.g.endpoint(inv.req.Remote.Addr().Unmap(), inv.req.Host)
	if e == nil {
		return false
	}
	inv.context.Identity.VPCID, inv.context.Identity.VPCEndpointID = e.VPC, e.ID
	return true
}

// Limits of requests to PRIVATE APIs, which are below those of the others (data
// plane §2.2).
const (
	privateURL     = 8192 // bytes of path and query
	privateHeaders = 8000 // bytes of all values of headers
)

// fitsPrivate refuses what is too long for a PRIVATE API.
func (inv *Invocation) fitsPrivate(s *liveStage) error {
	if !s.door.private {
		return nil
	}
	if len(inv.req.Path)+len("?")+len(inv.req.RawQuery) > privateURL {
		return &failure{kind: uriTooLong}
	}
	size := 0
	for _, value := range inv.req.Header.All() {
		size += len(value)
	}
	if size > privateHeaders {
		return &failure{kind: headersTooLong}
	}
	return nil
}

// endpoint is the one that the Host names, {api}-{endpoint}.execute-api.… or
// {endpoint}….vpce.…, if the client may come by it, else the first that it may
// come by. The address decides: a name alone opens nothing.
func (g *Gateway) endpoint(from netip.Addr, host string) *VPCEndpoint {
	var first *VPCEndpoint
	for i := range g.deps.VPCEndpoints {
		e := &g.deps.VPCEndpoints[i]
		if !e.admits(from) {
			continue
		}
		if strings.Contains(host, e.ID) {
			return e
		}
		if first == nil {
			first = e
		}
	}
	return first
}

func (e *VPCEndpoint) admits(from netip.Addr) bool {
	for _, prefix := range e.From {
		if prefix.Contains(from) {
			return true
		}
	}
	return false
}
