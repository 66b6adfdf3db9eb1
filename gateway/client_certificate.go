package gateway

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/poterne/poterne/apigw"
)

// A clientCertificate is a certificate that a stage shows to its back ends
// (data plane §20.6); broken is why it cannot be shown.
type clientCertificate struct {
	source apigw.SiteCertificate
	tls    *tls.Certificate
	broken error
}

// clientCertificates makes those of a site. One that old has as well is kept:
// pools of connections know it by its pointer.
func clientCertificates(site *apigw.Site, old *liveSite) map[string]*clientCertificate {
	all := map[string]*clientCertificate{}
	for id, source := range site.ClientCertificates {
		if old != nil && old.certificates[id].is(source) {
			all[id] = old.certificates[id]
			continue
		}
		c := &clientCertificate{source: source}
		c.tls, c.broken = readCertificate(source)
		all[id] = c
	}
	return all
}

func (c *clientCertificate) is(source apigw.SiteCertificate) bool {
	return c != nil && c.source.PEM == source.PEM && bytes.Equal(c.source.Key, source.Key)
}

func readCertificate(source apigw.SiteCertificate) (*tls.Certificate, error) {
	block, _ := pem.Decode([]byte(source.PEM))
	if block == nil {
		return nil, errors.New("it is not in PEM form")
	}
	key, err := x509.ParsePKCS8PrivateKey(source.Key)
	if err != nil {
		return nil, fmt.Errorf("its key: %w", err)
	}
	return &tls.Certificate{Certificate: [][]byte{block.Bytes}, PrivateKey: key}, nil
}

// presentCertificate gives the call the stage's client certificate, which HTTP
// back ends alone see. Without it the call is not made.
func (inv *Invocation) presentCertificate() error {
	if inv.certificate == "" || inv.method.kind.ToAWS || !inv.method.kind.Remote {
		return nil
	}
	for _, site := range inv.snapshot.sites {
		if c := site.certificates[inv.certificate]; c != nil && c.broken == nil {
			inv.call.Certificate = c.tls
			return nil
		}
	}
	return configuration("the client certificate " + inv.certificate + " cannot be presented")
}
