package server

import (
	"strings"
	"testing"
)

func TestConfigIsSafeOrRefused(t *testing.T) {
	for _, c := range []struct {
		name    string
		config  Config
		refused string // part of the message; "" for accepted
	}{
		{"loopback by name", Config{Listen: "localhost:0"}, ""},
		{"loopback by address", Config{Listen: "127.0.0.1:0"}, ""},
		{"loopback by IPv6 address", Config{Listen: "[::1]:0"}, ""},
		{"every address", Config{Listen: ":4566"}, "--insecure-any-credentials"},
		{"every IPv4 address", Config{Listen: "0.0.0.0:4566"}, "--insecure-any-credentials"},
		{"a name that may be anywhere", Config{Listen: "gateway.example:4566"}, "--insecure-any-credentials"},
		{"every address, told so", Config{Listen: ":4566", InsecureAnyCredentials: true}, ""},
		{"every address, with identities", Config{Listen: ":4566", Identities: "identities.json"}, ""},
		{"control plane for all, with identities", Config{Control: ":0", Data: "localhost:0", Identities: "identities.json"}, ""},
		{"data plane for all, control plane on loopback", Config{Control: "localhost:0", Data: ":0"}, ""},
		{"control plane for all", Config{Control: ":0", Data: "localhost:0"}, "--insecure-any-credentials"},
		{"half a split", Config{Control: "localhost:0"}, "go together"},
		{"no port", Config{Listen: "localhost"}, "HOST:PORT"},
		{"nothing", Config{}, "no address"},
		{"quotas", Config{Listen: "localhost:0", Quotas: []string{"resources-per-api=2000", "stages-per-api=3"}}, ""},
		{"a quota that is none", Config{Listen: "localhost:0", Quotas: []string{"resources=2000"}}, "resources-per-api"},
		{"a quota without a number", Config{Listen: "localhost:0", Quotas: []string{"resources-per-api"}}, "NAME=N"},
		{"no io_uring", Config{Listen: "localhost:0", IOUring: "off"}, ""},
		{"io_uring, as nobody says it", Config{Listen: "localhost:0", IOUring: "yes"}, "auto or off"},
		{"account", Config{Listen: "localhost:0", Account: "12"}, "twelve digits"},
	} {
		c.config.setDefaults()
		err := c.config.validate()
		if c.refused == "" && err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if c.refused != "" && (err == nil || !strings.Contains(err.Error(), c.refused)) {
			t.Errorf("%s: %v, want a message with %q", c.name, err, c.refused)
		}
	}
}
