package server

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/poterne/poterne/gateway"
)

// certificates are what TLS listeners present and whom they trust, as the
// files had them when they were last read.
type certificates struct {
	config    *Config
	domains   func(host string) (gateway.DomainTLS, bool)
	authority *authority
	live      atomic.Pointer[keptCertificates]
}

type keptCertificates struct {
	byName map[string]*tls.Certificate // by ARN, or by domain in lower case
	trust  map[string]*x509.CertPool   // by the truststore's URI
}

// read reads the files anew. What cannot be read changes nothing.
func (c *certificates) read() error {
	kept := &keptCertificates{byName: map[string]*tls.Certificate{}, trust: map[string]*x509.CertPool{}}
	if err := kept.readDir(c.config.CertificateDir); err != nil {
		return err
	}
	for _, setting := range c.config.Certificates {
		i := strings.LastIndexByte(setting, '=')
		if i < 1 {
			return fmt.Errorf("--certificate %s: write ARN=CERT,KEY or DOMAIN=CERT,KEY", setting)
		}
		pair, err := readPair(setting[i+1:])
		if err != nil {
			return fmt.Errorf("--certificate %s: %w", setting, err)
		}
		kept.byName[strings.ToLower(setting[:i])] = pair
	}
	for _, setting := range c.config.Truststores {
		uri, file, ok := strings.Cut(setting, "=")
		if !ok {
			return fmt.Errorf("--truststore %s: write URI=FILE, as s3://bucket/truststore.pem=ca.pem", setting)
		}
		pool, err := readTruststore(file)
		if err != nil {
			return fmt.Errorf("--truststore %s: %w", setting, err)
		}
		kept.trust[uri] = pool
	}
	c.live.Store(kept)
	return nil
}

// readDir reads NAME.crt with NAME.key for each domain name NAME; the first
// label of a wildcard is written "_".
func (k *keptCertificates) readDir(dir string) error {
	if dir == "" {
		return nil
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.crt"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("--certificates %s: there is no NAME.crt with its NAME.key", dir)
	}
	for _, file := range files {
		base := strings.TrimSuffix(file, ".crt")
		pair, err := readPair(file + "," + base + ".key")
		if err != nil {
			return fmt.Errorf("--certificates: %w", err)
		}
		name := strings.ToLower(filepath.Base(base))
		if rest, ok := strings.CutPrefix(name, "_."); ok {
			name = "*." + rest
		}
		k.byName[name] = pair
	}
	return nil
}

// readPair reads CERT,KEY.
func readPair(files string) (*tls.Certificate, error) {
	certificate, key, ok := strings.Cut(files, ",")
	if !ok {
		return nil, fmt.Errorf("%q: write CERT,KEY", files)
	}
	pair, err := tls.LoadX509KeyPair(certificate, key)
	return &pair, err
}

// errNoTruststore: mutual TLS without whom to trust lets nobody in.
var errNoTruststore = errors.New("the domain's truststore is not declared: --truststore URI=FILE")

// forClient is the configuration for the name that a client asks for. A domain
// with mutual TLS verifies the client in the handshake, and takes up no session
// that was begun under another name.
func (c *certificates) forClient(hello *tls.ClientHelloInfo) (*tls.Config, error) {
	host := strings.ToLower(hello.ServerName)
	domain, isDomain := c.domains(host)
	kept := c.live.Load()
	certificate, err := c.find(kept, host, domain.CertificateARNs)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{Certificates: []tls.Certificate{*certificate}, NextProtos: alpn, MinVersion: tls.VersionTLS12}
	if !isDomain {
		return config, nil
	}
	config.MinVersion = domain.MinVersion
	if !domain.MutualTLS {
		return config, nil
	}
	config.ClientCAs = kept.trust[domain.TruststoreURI]
	if config.ClientCAs == nil {
		return nil, errNoTruststore
	}
	config.ClientAuth, config.SessionTicketsDisabled = tls.RequireAndVerifyClientCert, true
	config.VerifyConnection = verifyClient
	return config, nil
}

var alpn = []string{"h2", "http/1.1"}

// find is the certificate of a name: the one given for it or for its wildcard,
// then the domain's own by ARN, else one of the local authority.
func (c *certificates) find(kept *keptCertificates, host string, arns []string) (*tls.Certificate, error) {
	_, parent, _ := strings.Cut(host, ".")
	names := append([]string{host, "*." + parent}, arns...)
	for _, name := range names {
		if found := kept.byName[strings.ToLower(name)]; found != nil && name != "" {
			return found, nil
		}
	}
	return c.authority.certificateFor(host)
}
