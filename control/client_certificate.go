package control

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/store"
)

// A ClientCertificate is a key pair of the server's own making that its stages
// show to back ends (control plane §2.21).

const (
	noClientCertificate   = "Invalid Client Certificate identifier specified"
	clientCertificateDays = 365
)

// A clientCertificate is the certificate with what the wire does not show.
type clientCertificate struct {
	apigw.ClientCertificate
	PrivateKey []byte `json:"privateKey"` // PKCS #8, DER
}

func (t *tx) clientCertificateKey(id string) store.Key { return t.key("clientcertificates", id) }

func (t *tx) clientCertificate(id string) (*clientCertificate, error) {
	certificate, err := load[clientCertificate](t, t.clientCertificateKey(id))
	if err == nil && certificate == nil {
		err = apigw.NotFound(noClientCertificate)
	}
	return certificate, err
}

func (t *tx) generateClientCertificate(in *apigw.GenerateClientCertificateInput) (*apigw.ClientCertificate, error) {
	if err := t.checkTags(in.Tags); err != nil {
		return nil, err
	}
	if err := t.checkRoom(t.key("clientcertificates"), t.deps.Quotas.ClientCertificates, "client certificates", "this account"); err != nil {
		return nil, err
	}
	id, err := t.newID("clientcertificate", t.clientCertificateKey)
	if err != nil {
		return nil, err
	}
	made, err := newClientCertificate(t.deps.Now())
	if err != nil {
		return nil, err
	}
	made.ClientCertificateId, made.Description, made.Tags = &id, optional(deref(in.Description)), omitEmptyMap(in.Tags)
	return &made.ClientCertificate, t.save(t.clientCertificateKey(id), made)
}

// newClientCertificate makes an RSA key of 2048 bits and a certificate that it
// signs itself, good for a year, as AWS's are (documented).
func newClientCertificate(now time.Time) (*clientCertificate, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("make client key: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 64))
	if err != nil {
		return nil, fmt.Errorf("make serial number: %w", err)
	}
	expires := now.AddDate(0, 0, clientCertificateDays)
	name := pkix.Name{CommonName: "ApiGateway", Organization: []string{"poterne"}}
	template := &x509.Certificate{SerialNumber: serial, Subject: name, NotBefore: now.Add(-time.Minute), NotAfter: expires,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		BasicConstraintsValid: true, IsCA: true} // its own issuer: a back end trusts it by itself
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("make client certificate: %w", err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("write client key: %w", err)
	}
	text := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	return &clientCertificate{PrivateKey: private, ClientCertificate: apigw.ClientCertificate{
		PemEncodedCertificate: &text, CreatedDate: apigw.NewTimestamp(now), ExpirationDate: apigw.NewTimestamp(expires)}}, nil
}

func (t *tx) getClientCertificate(in *apigw.GetClientCertificateInput) (*apigw.ClientCertificate, error) {
	certificate, err := t.clientCertificate(in.ClientCertificateId)
	if err != nil {
		return nil, err
	}
	return &certificate.ClientCertificate, nil
}

func (t *tx) getClientCertificates(in *apigw.GetClientCertificatesInput) (*apigw.ClientCertificates, error) {
	items, position, err := listDocuments(t, t.key("clientcertificates"),
		func(c *apigw.ClientCertificate) string { return *c.ClientCertificateId }, in.Position, in.Limit)
	return &apigw.ClientCertificates{Items: items, Position: position}, err
}

var clientCertificatePatches = patchTable[apigw.ClientCertificate]{familyA, []patchRule[apigw.ClientCertificate]{
	{path: "/description", ops: replace,
		apply: setOptional(func(c *apigw.ClientCertificate) **string { return &c.Description })},
}}

func (t *tx) updateClientCertificate(in *apigw.UpdateClientCertificateInput) (*apigw.ClientCertificate, error) {
	certificate, err := t.clientCertificate(in.ClientCertificateId)
	if err != nil {
		return nil, err
	}
	if err := clientCertificatePatches.apply(&certificate.ClientCertificate, in.PatchOperations); err != nil {
		return nil, err
	}
	return &certificate.ClientCertificate, t.save(t.clientCertificateKey(in.ClientCertificateId), certificate)
}

func (t *tx) deleteClientCertificate(in *apigw.DeleteClientCertificateInput) error {
	if _, err := t.clientCertificate(in.ClientCertificateId); err != nil {
		return err
	}
	for api, err := range t.restApis("") {
		if err != nil {
			return err
		}
		for stage, err := range scan[apigw.Stage](t, t.key("restapis", *api.Id, "stages")) {
			if err != nil {
				return err
			}
			if deref(stage.ClientCertificateId) == in.ClientCertificateId {
				return apigw.BadRequest("Cannot delete client certificate '%s', is referenced in stage: %s:%s", in.ClientCertificateId, *api.Id, *stage.StageName)
			}
		}
	}
	return t.Delete(t.clientCertificateKey(in.ClientCertificateId))
}
