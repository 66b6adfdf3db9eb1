package server

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"
)

// Data plane §20.4: what a truststore may hold.
func TestTruststoreLimits(t *testing.T) {
	trusted := newIssuer(t, "trusted").pem
	_, err := readTruststore(document(t, "full.pem", strings.Repeat(string(trusted), maxTrusted)))
	if err != nil {
		t.Errorf("%d certificates: %v", maxTrusted, err)
	}
	for name, c := range map[string]struct{ text, want string }{
		"too many":      {strings.Repeat(string(trusted), maxTrusted+1), "more than 1000 certificates"},
		"too large":     {string(trusted) + strings.Repeat("\n", maxTruststore), "a truststore 1048576 at most"},
		"none":          {"-----BEGIN NONSENSE-----\n-----END NONSENSE-----\n", "no certificate in PEM form"},
		"no DER":        {"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "certificate 1: "},
		"a weak key":    {weakRSA(t), "an RSA key of 1024 bits, 2048 are needed"},
		"a weak curve":  {weakECDSA(t), "an ECDSA key of 224 bits, 256 are needed"},
		"a second weak": {string(trusted) + weakRSA(t), "certificate 2: "},
	} {
		if _, err := readTruststore(document(t, "truststore.pem", c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// TestClientChains: four certificates from the client's to a trusted one at
// most (security abuse case 38).
func TestClientChains(t *testing.T) {
	root := newIssuer(t, "root")
	for length, accepted := range map[int]bool{2: true, 4: true, 5: false} {
		chain := []*x509.Certificate{root.cert}
		for range length - 1 {
			chain = append(chain, newIssuer(t, "one").cert)
		}
		err := verifyClient(tls.ConnectionState{VerifiedChains: [][]*x509.Certificate{chain}})
		if (err == nil) != accepted {
			t.Errorf("a chain of %d: %v", length, err)
		}
	}
	if verifyClient(tls.ConnectionState{}) == nil {
		t.Error("no chain was accepted")
	}
	weak, _ := pem.Decode([]byte(weakRSA(t)))
	certificate, err := x509.ParseCertificate(weak.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if verifyClient(tls.ConnectionState{VerifiedChains: [][]*x509.Certificate{{certificate, root.cert}}}) == nil {
		t.Error("a client's weak key was accepted")
	}
}

func weakRSA(t *testing.T) string {
	t.Helper()
	t.Setenv("GODEBUG", "rsa1024min=0")
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	return selfSigned(t, key.Public(), key)
}

func weakECDSA(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return selfSigned(t, key.Public(), key)
}

func selfSigned(t *testing.T, public crypto.PublicKey, key any) string {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "weak"}, NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, key)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	_ = pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: der})
	return b.String()
}
