package egress

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// linkAddr is the address that stands for a link in a pool of connections: the
// port of the uri selects the link's listener.
func linkAddr(link, addr string) string {
	_, port, _ := net.SplitHostPort(addr)
	return net.JoinHostPort(link, port)
}

// dialLink connects to the first address of a link that answers.
func (d *dialer) dialLink(ctx context.Context, network, addr string) (net.Conn, error) {
	link, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("link %q: %w", addr, err)
	}
	var targets []netip.AddrPort
	var failed error
	for _, at := range d.config.Links[link] {
		host, n, err := linkTarget(at, port)
		if err != nil {
			return nil, err
		}
		found, err := d.targets(ctx, host, n)
		if err != nil {
			failed = err
			continue
		}
		targets = append(targets, found...)
	}
	if len(targets) == 0 && failed != nil {
		return nil, fmt.Errorf("VPC link %s: %w", link, failed)
	}
	return d.first(ctx, network, targets)
}

// linkTarget reads HOST:PORT, or HOST with the port of the uri.
func linkTarget(at, port string) (host string, n uint16, err error) {
	host = strings.Trim(at, "[]")
	if h, p, err := net.SplitHostPort(at); err == nil {
		host, port = h, p
	}
	if _, err := netip.ParseAddr(host); err != nil && strings.Contains(host, ":") {
		host = "" // neither an address nor a name with a port
	}
	wide, err := strconv.ParseUint(port, 10, 16)
	if err != nil || host == "" || wide == 0 {
		return "", 0, fmt.Errorf("VPC link to %q: write HOST:PORT, or HOST for the port of the uri", at)
	}
	return host, uint16(wide), nil
}

// ParseLinks reads settings of the form ID=HOST:PORT[,HOST:PORT…].
func ParseLinks(settings []string) (map[string][]string, error) {
	links := map[string][]string{}
	for _, setting := range settings {
		id, text, ok := strings.Cut(setting, "=")
		if !ok || id == "" {
			return nil, fmt.Errorf("VPC link %q: write ID=HOST:PORT", setting)
		}
		if links[id] != nil {
			return nil, fmt.Errorf("VPC link %s: there are two of that id", id)
		}
		for at := range strings.SplitSeq(text, ",") {
			if _, _, err := linkTarget(at, "1"); err != nil {
				return nil, err
			}
			links[id] = append(links[id], at)
		}
	}
	return links, nil
}
