package gateway

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"strings"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/mapping"
)

// DomainTLS is what a custom domain name asks of TLS (data plane §20.4).
type DomainTLS struct {
	CertificateARNs []string
	MinVersion      uint16
	MutualTLS       bool
	TruststoreURI   string
}

// DomainTLS is that of a Host, which has no port; false for a Host that is no
// custom domain name.
func (g *Gateway) DomainTLS(host string) (DomainTLS, bool) {
	d := g.live.Load().domains.find(host)
	if d == nil {
		return DomainTLS{}, false
	}
	return d.tls, true
}

func domainTLS(def *apigw.DomainName) DomainTLS {
	t := DomainTLS{MinVersion: minVersion(deref(def.SecurityPolicy)), MutualTLS: def.MutualTlsAuthentication != nil}
	for _, arn := range []*string{def.CertificateArn, def.RegionalCertificateArn} {
		if arn != nil {
			t.CertificateARNs = append(t.CertificateARNs, *arn)
		}
	}
	if t.MutualTLS {
		t.TruststoreURI = deref(def.MutualTlsAuthentication.TruststoreUri)
	}
	return t
}

// minVersion is the oldest TLS of a securityPolicy.
func minVersion(policy string) uint16 {
	switch {
	case policy == "TLS_1_0":
		return tls.VersionTLS10
	case strings.HasPrefix(policy, "SecurityPolicy_TLS13_1_3"):
		return tls.VersionTLS13
	}
	return tls.VersionTLS12
}

// describeClient fills $context.identity.clientCert of a client that mutual TLS
// has verified.
func (inv *Invocation) describeClient() {
	state := inv.req.TLS
	if state == nil || len(state.VerifiedChains) == 0 {
		return
	}
	inv.context.Identity.ClientCert = clientCert(state.PeerCertificates[0])
}

// certDate is how AWS writes the dates of a client's certificate.
const certDate = "Jan _2 15:04:05 2006 GMT"

func clientCert(c *x509.Certificate) *mapping.ClientCert {
	date := func(t time.Time) string { return t.UTC().Format(certDate) }
	return &mapping.ClientCert{
		PEM:       string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})),
		SubjectDN: c.Subject.String(), IssuerDN: c.Issuer.String(), SerialNumber: serialText(c),
		NotBefore: date(c.NotBefore), NotAfter: date(c.NotAfter),
	}
}

// serialText is a serial number as bytes in hexadecimal, a1:b2:….
func serialText(c *x509.Certificate) string {
	digits := hex.EncodeToString(c.SerialNumber.Bytes())
	var parts []string
	for i := 0; i < len(digits); i += 2 {
		parts = append(parts, digits[i:i+2])
	}
	return strings.Join(parts, ":")
}

// truststoreReports says where mutual TLS lets nobody in.
func (g *Gateway) truststoreReports(d *apigw.DomainName) []Report {
	t := domainTLS(d)
	if !t.MutualTLS || g.deps.Truststores[t.TruststoreURI] {
		return nil
	}
	return []Report{{Domain: deref(d.DomainName), Severity: Refused,
		Text: "mutual TLS: nobody gets in without --data-tls and --truststore " + t.TruststoreURI + "=FILE"}}
}
