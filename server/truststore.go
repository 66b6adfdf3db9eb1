package server

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
)

// Limits of mutual TLS (data plane §20.4).
const (
	maxTruststore    = 1 << 20 // bytes
	maxTrusted       = 1000    // certificates of a truststore
	maxClientChain   = 4       // certificates from a client's to a trusted one
	minTrustedRSA    = 2048    // bits
	minTrustedECDSA  = 256
	truststoreFormat = "CERTIFICATE"
)

// readTruststore reads the certificates that clients are verified against.
func readTruststore(file string) (*x509.CertPool, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if len(data) > maxTruststore {
		return nil, fmt.Errorf("%s has %d bytes, a truststore %d at most", file, len(data), maxTruststore)
	}
	pool, n := x509.NewCertPool(), 0
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != truststoreFormat {
			continue
		}
		if n++; n > maxTrusted {
			return nil, fmt.Errorf("%s has more than %d certificates", file, maxTrusted)
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err == nil {
			err = checkStrength(certificate)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: certificate %d: %w", file, n, err)
		}
		pool.AddCert(certificate)
	}
	if n == 0 {
		return nil, errors.New("no certificate in PEM form")
	}
	return pool, nil
}

// weakHashes are those of signatures that are not taken.
var weakHashes = map[x509.SignatureAlgorithm]bool{
	x509.MD2WithRSA: true, x509.MD5WithRSA: true, x509.SHA1WithRSA: true, x509.DSAWithSHA1: true, x509.ECDSAWithSHA1: true,
}

func checkStrength(c *x509.Certificate) error {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		if key.N.BitLen() < minTrustedRSA {
			return fmt.Errorf("an RSA key of %d bits, %d are needed", key.N.BitLen(), minTrustedRSA)
		}
	case *ecdsa.PublicKey:
		if bits := key.Curve.Params().BitSize; bits < minTrustedECDSA {
			return fmt.Errorf("an ECDSA key of %d bits, %d are needed", bits, minTrustedECDSA)
		}
	}
	if weakHashes[c.SignatureAlgorithm] {
		return fmt.Errorf("signed with %v, SHA-256 or stronger is needed", c.SignatureAlgorithm)
	}
	return nil
}

// verifyClient holds a client, whose chain was verified, to the limits too.
func verifyClient(state tls.ConnectionState) error {
	err := errors.New("no verified chain")
	for _, chain := range state.VerifiedChains {
		if err = checkChain(chain); err == nil {
			return nil
		}
	}
	return err
}

func checkChain(chain []*x509.Certificate) error {
	if len(chain) > maxClientChain {
		return fmt.Errorf("a chain of %d certificates, %d are taken", len(chain), maxClientChain)
	}
	for _, c := range chain {
		if err := checkStrength(c); err != nil {
			return fmt.Errorf("%s: %w", c.Subject, err)
		}
	}
	return nil
}
