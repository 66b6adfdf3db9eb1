package egress

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"time"
)

// errRefusedAddress is in the chain of errors about addresses that may not be
// called.
var errRefusedAddress = errors.New("address refused")

// A dialer connects where the rules allow it.
type dialer struct {
	config *Config
	self   bool // may reach poterne's own listener
}

// An addressRule refuses addresses; why ends "calls to … are refused: ".
type addressRule struct {
	refuses func(*dialer, netip.AddrPort) bool
	why     string
}

var addressRules = []addressRule{
	{(*dialer).isLinkLocal, "it is where clouds keep credentials; --allow-link-local lets calls through"},
	{(*dialer).isSelf, "it is poterne's own control listener; --allow-self lets calls through"},
	{(*dialer).isNowhere, "it is no address of one machine"},
}

func (d *dialer) isLinkLocal(a netip.AddrPort) bool {
	ip := embedded(a.Addr())
	return !d.config.AllowLinkLocal && (ip.IsLinkLocalUnicast() || slices.ContainsFunc(metadata, func(p netip.Prefix) bool { return p.Contains(ip) }))
}

// embedded is the IPv4 address that a translating network (NAT64) reaches
// under ip, or ip.
func embedded(ip netip.Addr) netip.Addr {
	if !nat64.Contains(ip) {
		return ip
	}
	b := ip.As16()
	return netip.AddrFrom4([4]byte(b[12:]))
}

var nat64 = netip.MustParsePrefix("64:ff9b::/96")

// metadata are where clouds keep credentials at addresses that are not
// link-local.
var metadata = []netip.Prefix{
	netip.MustParsePrefix("fd00:ec2::/32"),      // EC2's metadata, and EKS's agent of Pod identities
	netip.MustParsePrefix("fd20:ce::254/128"),   // Google's metadata over IPv6
	netip.MustParsePrefix("100.100.100.200/32"), // Alibaba's metadata
	netip.MustParsePrefix("192.0.0.192/32"),     // Oracle's metadata, the older one
	netip.MustParsePrefix("168.63.129.16/32"),   // Azure's WireServer
}

func (d *dialer) isSelf(a netip.AddrPort) bool {
	return !d.self && d.config.Self != nil && d.config.Self(netip.AddrPortFrom(embedded(a.Addr()), a.Port()))
}

func (d *dialer) isNowhere(a netip.AddrPort) bool {
	ip := a.Addr()
	return ip.IsMulticast() || ip == netip.AddrFrom4([4]byte{255, 255, 255, 255})
}

// dial resolves addr and connects to the first address that answers; one that
// is refused ends the call, whatever else the name resolves to.
func (d *dialer) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	host, portText, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("address %q: %w", addr, err)
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("port %q: %w", portText, err)
	}
	targets, err := d.targets(ctx, host, uint16(port))
	switch {
	case errors.Is(err, errRefusedAddress):
		return nil, err
	case d.config.Proxy != nil && !allLoopback(targets):
		return d.dialThroughProxy(ctx, network, addr)
	case err != nil:
		return nil, err
	}
	return d.first(ctx, network, targets)
}

// targets are the addresses of host, if every one of them may be called.
func (d *dialer) targets(ctx context.Context, host string, port uint16) ([]netip.AddrPort, error) {
	ips, err := d.resolve(ctx, host)
	if err != nil {
		return nil, err
	}
	targets := make([]netip.AddrPort, len(ips))
	for i, ip := range ips {
		targets[i] = netip.AddrPortFrom(canonical(ip), port)
		if err := d.check(targets[i]); err != nil {
			return nil, err
		}
	}
	return targets, nil
}

func allLoopback(targets []netip.AddrPort) bool {
	for _, t := range targets {
		if !t.Addr().IsLoopback() {
			return false
		}
	}
	return len(targets) > 0
}

func (d *dialer) resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{ip}, nil
	}
	if d.config.Proxy != nil { // who may know names that nobody here does
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, lookupBeforeProxy)
		defer cancel()
	}
	ips, err := d.config.Resolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, fmt.Errorf("resolve %s: %w", host, err)
	}
	return ips, nil
}

// lookupBeforeProxy bounds how long a name may keep a call from its proxy.
const lookupBeforeProxy = 2 * time.Second

// canonical unwraps IPv4 in IPv6, and reads the unspecified address as the
// loopback that systems take it for.
func canonical(ip netip.Addr) netip.Addr {
	ip = ip.Unmap()
	switch ip {
	case netip.IPv4Unspecified():
		return netip.AddrFrom4([4]byte{127, 0, 0, 1})
	case netip.IPv6Unspecified():
		return netip.IPv6Loopback()
	}
	return ip
}

func (d *dialer) check(a netip.AddrPort) error {
	for _, rule := range addressRules {
		if rule.refuses(d, a) {
			return fmt.Errorf("%w: calls to %s are refused: %s", errRefusedAddress, a, rule.why)
		}
	}
	return nil
}

// first tries the addresses in turn. Each gets an equal share of the time that
// is left, so that one that swallows packets does not cost the others theirs.
func (d *dialer) first(ctx context.Context, network string, targets []netip.AddrPort) (net.Conn, error) {
	err := errors.New("the name has no address")
	for i, target := range targets {
		var conn net.Conn
		conn, err = d.try(ctx, network, target, len(targets)-i)
		if err == nil {
			return conn, nil
		}
		if ctx.Err() != nil {
			break
		}
	}
	return nil, err
}

func (d *dialer) try(ctx context.Context, network string, target netip.AddrPort, left int) (net.Conn, error) {
	if deadline, ok := ctx.Deadline(); ok && left > 1 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(deadline)/time.Duration(left))
		defer cancel()
	}
	return d.config.Connect(ctx, network, target.String())
}
