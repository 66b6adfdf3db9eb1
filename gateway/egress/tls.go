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

// tlsConfigs keeps a configuration for each meaning: pools of connections tell
// them apart by their pointers.
type tlsConfigs struct {
	strict *tls.Config
	now    func() time.Time

	mu    sync.Mutex
	named map[tlsMeaning]*tls.Config
}

// A tlsMeaning is what a handshake is to show and to check.
type tlsMeaning struct {
	name        string // of the server; "": that of the address
	skipCA      bool
	certificate *tls.Certificate
}

// maxNamed bounds what hosts chosen by clients can make it keep.
const maxNamed = 1024

// of is the configuration of a call, nil without TLS.
func (t *tlsConfigs) of(call *Call) *tls.Config {
	if !call.TLS {
		return nil
	}
	m := tlsMeaning{skipCA: call.SkipCA, certificate: call.Certificate}
	if call.SkipCA || call.Link != "" {
		m.name = hostOf(call.Addr)
	}
	if m == (tlsMeaning{}) {
		return t.strict
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if config := t.named[m]; config != nil {
		return config
	}
	if t.named == nil || len(t.named) >= maxNamed {
		t.named = map[tlsMeaning]*tls.Config{}
	}
	t.named[m] = t.make(m)
	return t.named[m]
}

func hostOf(addr string) string {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return addr
	}
	return host
}

// make follows insecureSkipVerification: who issued the certificate does not
// matter then, its names and dates do (data plane §10.5). A handshake with an
// IP address does not tell the name that is to be checked, so it is kept here.
func (t *tlsConfigs) make(m tlsMeaning) *tls.Config {
	config := t.strict.Clone()
	config.ServerName = m.name
	if m.certificate != nil {
		config.Certificates = []tls.Certificate{*m.certificate}
	}
	if m.skipCA {
		config.InsecureSkipVerify = true
		config.VerifyConnection = func(state tls.ConnectionState) error {
			return checkLeaf(state.PeerCertificates, m.name, t.now())
		}
	}
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
