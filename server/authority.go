package server

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// An authority is a certificate authority of this machine's own, for the names
// that no certificate is given for. Its key never leaves the directory.
type authority struct {
	file string // of its certificate: what clients are told to trust
	now  func() time.Time
	ca   tls.Certificate
	root *x509.Certificate

	mu     sync.Mutex
	issued map[string]*tls.Certificate
}

const (
	authorityYears = 10
	leafDays       = 90
	// maxIssued bounds what is kept: names come from clients.
	maxIssued = 1000
)

// openAuthority reads the authority in dir, or makes it there.
func openAuthority(dir string, now func() time.Time) (*authority, error) {
	a := &authority{file: filepath.Join(dir, "ca.pem"), now: now, issued: map[string]*tls.Certificate{}}
	key := filepath.Join(dir, "ca-key.pem")
	if _, err := os.Stat(a.file); errors.Is(err, os.ErrNotExist) {
		if err := makeAuthority(a.file, key, now()); err != nil {
			return nil, fmt.Errorf("make a local certificate authority: %w", err)
		}
	}
	var err error
	if a.ca, err = tls.LoadX509KeyPair(a.file, key); err != nil {
		return nil, fmt.Errorf("read the local certificate authority: %w", err)
	}
	a.root, err = x509.ParseCertificate(a.ca.Certificate[0])
	return a, err
}

func makeAuthority(file, keyFile string, now time.Time) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "poterne local CA", Organization: []string{"poterne"}},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(authorityYears, 0, 0),
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, BasicConstraintsValid: true, IsCA: true, MaxPathLenZero: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	// The key first: a certificate says that there is one.
	if err := os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600); err != nil {
		return err
	}
	return os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644)
}

func serial() *big.Int {
	n, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)) // never fails
	return n
}

// certificateFor is a certificate for host; for localhost where a client names
// none.
func (a *authority) certificateFor(host string) (*tls.Certificate, error) {
	if host == "" {
		host = "localhost"
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if kept := a.issued[host]; kept != nil && a.now().Before(kept.Leaf.NotAfter.Add(-24*time.Hour)) {
		return kept, nil
	}
	made, err := a.issue(host)
	if err != nil {
		return nil, fmt.Errorf("issue a certificate for %q: %w", host, err)
	}
	if len(a.issued) >= maxIssued {
		clear(a.issued)
	}
	a.issued[host] = made
	return made, nil
}

func (a *authority) issue(host string) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: host},
		NotBefore: a.now().Add(-time.Hour), NotAfter: a.now().AddDate(0, 0, leafDays),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames: []string{host},
	}
	if len(host) > 64 {
		template.Subject.CommonName = "" // a longer one is none (RFC 5280)
	}
	if host == "localhost" {
		template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.root, &key.PublicKey, a.ca.PrivateKey)
	if err != nil {
		return nil, err
	}
	leaf, err := x509.ParseCertificate(der)
	return &tls.Certificate{Certificate: [][]byte{der, a.ca.Certificate[0]}, PrivateKey: key, Leaf: leaf}, err
}
