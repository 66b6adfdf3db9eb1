package server

import (
	"context"
	"strings"
	"testing"

	"github.com/poterne/poterne/store"
)

func TestResetClearsWhatIsStoredAndServed(t *testing.T) {
	for name, dir := range map[string]string{"in memory": "", "on disk": t.TempDir()} {
		t.Run(name, func(t *testing.T) {
			s := start(t, Config{DataDir: dir, AllowReset: true}, document(t, "keyed.yaml", keyed))
			o := operator{t, "http://" + s.dataAddr()}
			o.plan(10)
			o.call("POST", "/domainnames", `{"domainName":"api.example.com","regionalCertificateArn":"arn:aws:acm:us-east-1:000000000000:certificate/a","endpointConfiguration":{"types":["REGIONAL"]}}`)
			o.call("POST", "/domainnames/api.example.com/basepathmappings", `{"restApiId":"keyed","stage":"v1"}`)
			for range 5 {
				o.get()
			}
			if got := o.get(); got != 200 {
				t.Fatalf("%d before the reset", got)
			}
			o.call("POST", "/_poterne/reset", "")
			for _, host := range []string{"localhost", "api.example.com", "keyed.execute-api.localhost"} {
				if status, body := request(t, "GET", o.base+"/v1/who", "", "Host", host, "x-api-key", keyValue); status != 403 && status != 404 {
					t.Errorf("%s is answered %d %s after the reset", host, status, body)
				}
			}
			if err := s.usage.SaveUsage(t.Context()); err != nil {
				t.Error(err)
			}
			if left := allDocuments(t, s.store); left != "" {
				t.Errorf("left are %s", left)
			}
			// The same ids are free again, and nothing of the old ones counts.
			o.call("POST", "/restapis", `{"name":"again","tags":{"_custom_id_":"keyed"}}`)
		})
	}
}

func allDocuments(t *testing.T, in store.Store) string {
	var keys []string
	err := in.View(context.Background(), func(tx store.Tx) error {
		for entry, err := range tx.Scan("", "", 0) {
			if err != nil {
				return err
			}
			keys = append(keys, string(entry.Key))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(keys, "\n")
}

func TestResetIsOffUnlessAllowed(t *testing.T) {
	s := start(t, Config{}, document(t, "hello.yaml", hello))
	status, body := request(t, "POST", "http://"+s.dataAddr()+"/_poterne/reset", "")
	if status != 403 || !strings.Contains(body, "--allow-reset") {
		t.Errorf("%d %s", status, body)
	}
	if status, _ := request(t, "GET", "http://"+s.dataAddr()+"/hello", ""); status != 200 {
		t.Errorf("and yet the API answers %d", status)
	}
	if _, err := New(t.Context(), Config{Listen: "localhost:0", AllowReset: true, Identities: "who.json"}); err == nil || !strings.Contains(err.Error(), "--allow-reset") {
		t.Errorf("with --identities: %v", err)
	}
}
