package egress

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// strictTLS trusts the system's authorities and extra.
func strictTLS(extra []*x509.Certificate) *tls.Config {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if len(extra) == 0 {
		return config
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool() // a machine without a store trusts extra alone
	}
	for _, cert := range extra {
		pool.AddCert(cert)
	}
	config.RootCAs = pool
	return config
}

// lenientTLS is insecureSkipVerification: who issued the certificate does not
// matter, its names and dates do (data plane §10.5). It keeps a configuration
// per host, since a handshake with an IP address does not tell the name that is
// to be checked.
type lenientTLS struct {
	now   func() time.Time
	mu    sync.Mutex
	hosts map[string]*tls.Config
}

// maxLenientHosts bounds what hosts chosen by clients can make it keep.
const maxLenientHosts = 1024

func (l *lenientTLS) forAddr(addr string) *tls.Config {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		host = addr
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if config := l.hosts[host]; config != nil {
		return config
	}
	if l.hosts == nil || len(l.hosts) >= maxLenientHosts {
		l.hosts = map[string]*tls.Config{}
	}
	config := &tls.Config{
		ServerName:         host,
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: true,
		VerifyConnection: func(state tls.ConnectionState) error {
			return checkLeaf(state.PeerCertificates, host, l.now())
		},
	}
	l.hosts[host] = config
	return config
}

var errNoCertificate = errors.New("the endpoint presented no certificate")

func checkLeaf(chain []*x509.Certificate, host string, now time.Time) error {
	if len(chain) == 0 {
		return errNoCertificate
	}
	leaf := chain[0]
	if now.Before(leaf.NotBefore) || now.After(leaf.NotAfter) {
		return fmt.Errorf("the endpoint's certificate is valid from %s to %s", leaf.NotBefore.Format(time.RFC3339), leaf.NotAfter.Format(time.RFC3339))
	}
	if err := leaf.VerifyHostname(host); err != nil {
		return fmt.Errorf("the endpoint's certificate: %w", err)
	}
	return nil
}
