package control

import (
	"bytes"
	"context"
	"testing"

	"github.com/poterne/poterne/store"
)

// A client certificate's private key is stored beside what the wire shows, and
// stays when its tags change.
func TestTagsLeaveThePrivateKey(t *testing.T) {
	s := newSession(t, "")
	s.call(`> GenerateClientCertificate {}`)
	stored := func() (c *clientCertificate) {
		t.Helper()
		key := s.service.newTx(testCaller, nil).clientCertificateKey("clientcertificate1")
		err := s.store.View(context.Background(), func(in store.Tx) (err error) {
			c, err = store.Load[clientCertificate](in, key)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	before := stored()
	s.call(`> TagResource {"resourceArn":"arn:aws:apigateway:us-east-1::/clientcertificates/clientcertificate1","tags":{"a":"b"}}`)
	after := stored()
	if after.Tags["a"] != "b" || len(before.PrivateKey) == 0 || !bytes.Equal(after.PrivateKey, before.PrivateKey) {
		t.Errorf("tags %v, the private key is the same: %v", after.Tags, bytes.Equal(after.PrivateKey, before.PrivateKey))
	}
}
