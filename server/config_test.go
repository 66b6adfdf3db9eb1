package server

import (
	"bytes"
	"log/slog"
	"net"
	"os"
	"runtime"
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
		{"a region", Config{Listen: "localhost:0", Region: "us-gov-west-1"}, ""},
		{"a region that is no word", Config{Listen: "localhost:0", Region: "us east"}, "as us-east-1"},
		{"a certificate for nobody", Config{Listen: "localhost:0", Certificates: []string{"a.test=c,k"}}, "--data-tls"},
		{"certificates for nobody", Config{Listen: "localhost:0", CertificateDir: "d"}, "--data-tls"},
		{"a truststore for nobody", Config{Listen: "localhost:0", Truststores: []string{"s3://b/k=f"}}, "--data-tls"},
		{"TLS without a port", Config{Listen: "localhost:0", DataTLS: "localhost"}, "--data-tls \"localhost\": "},
		{"data without a port", Config{Control: "localhost:0", Data: "localhost"}, "--data \"localhost\": "},
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

func TestADataDirectoryOfOthersIsTold(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there are no modes")
	}
	for mode, told := range map[os.FileMode]bool{0o700: false, 0o755: false, 0o770: true, 0o757: true} {
		dir := t.TempDir()
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		s, err := New(t.Context(), Config{Listen: "localhost:0", DataDir: dir, Log: slog.New(slog.NewTextHandler(&log, nil))})
		if err != nil {
			t.Fatal(err)
		}
		_ = s.Close()
		if strings.Contains(log.String(), "chmod go-w "+dir) != told {
			t.Errorf("%v: %s", mode, &log)
		}
	}
}

// Clients try a name's IPv6 address first: a port that is another server's there
// would have localhost lead to that one.
func TestAPortOfSomebodyElseIsRefused(t *testing.T) {
	for _, host := range []string{"127.0.0.1", "::1"} {
		other, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
		if err != nil {
			t.Logf("%s: %v", host, err)
			continue
		}
		defer other.Close()
		s, err := New(t.Context(), Config{Listen: "localhost:" + portOf(other)})
		if err == nil {
			s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "the port is in use; stop what listens there, or choose another with --listen") {
			t.Errorf("%s is taken: %v", host, err)
		}
	}
}
