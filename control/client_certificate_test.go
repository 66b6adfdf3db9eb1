package control

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"testing"
	"time"
)

// Control plane §2.21: a self-signed RSA certificate for a year, whose private
// key the wire never shows.
func TestClientCertificateIsAKeyPair(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	made, err := newClientCertificate(now)
	if err != nil {
		t.Fatal(err)
	}
	block, rest := pem.Decode([]byte(*made.PemEncodedCertificate))
	if block == nil || len(rest) > 0 {
		t.Fatalf("not one PEM block: %q", *made.PemEncodedCertificate)
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if err := certificate.CheckSignature(certificate.SignatureAlgorithm, certificate.RawTBSCertificate, certificate.Signature); err != nil {
		t.Errorf("not signed by itself: %v", err)
	}
	if days := certificate.NotAfter.Sub(now).Hours() / 24; days != 365 || !made.ExpirationDate.Equal(certificate.NotAfter) {
		t.Errorf("good for %v days, expirationDate %v", days, made.ExpirationDate)
	}
	key, err := x509.ParsePKCS8PrivateKey(made.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	if pair, ok := key.(*rsa.PrivateKey); !ok || !pair.PublicKey.Equal(certificate.PublicKey) {
		t.Errorf("the private key (%T) is not the certificate's", key)
	}
}
