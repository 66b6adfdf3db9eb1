package server

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/poterne/poterne/control"
	"github.com/poterne/poterne/gateway/throttle"
	"github.com/poterne/poterne/internal/lazyregexp"
)

// DefaultShutdownGrace is how long requests in flight may take to end.
const DefaultShutdownGrace = 20 * time.Second

// DefaultCacheMemory is how many MiB of responses all stages cache together.
const DefaultCacheMemory = 256

// Who speaks HTTP/1.1 with clients.
const (
	ownHTTP1 = "own"
	stdHTTP1 = "std"
)

// When the system calls of many connections are done as one.
const (
	autoIOUring = "auto"
	offIOUring  = "off"
)

// Config is what a Server is made of. The zero value of a field means its
// default where one is named.
type Config struct {
	Listen  string // both planes on one listener; empty when Control and Data are set
	Control string
	Data    string

	HTTP1          string   // whose HTTP/1.1: "own" (default) or "std", net/http's
	IOUring        string   // "auto" (default): system calls are batched where the kernel can; or "off"
	DataTLS        string   // the data plane over TLS as well
	ControlTLS     string   // CERT,KEY: the control plane over TLS
	Certificates   []string // ARN|DOMAIN=CERT,KEY
	CertificateDir string   // of NAME.crt and NAME.key
	Truststores    []string // URI=FILE: whom domains with mutual TLS trust

	DataDir string   // empty: state in memory
	Region  string   // default us-east-1
	Account string   // default 000000000000
	ApiId   string   // of the first API served from a file
	Quotas  []string // NAME=N, in the place of AWS's quotas

	AccessLog       string // stdout, off, an http or https address, or a file; default stdout
	OTLP            string // address of an OpenTelemetry collector, or off; default: OTEL_* of the environment
	AccountThrottle string // RATE,BURST of all requests of a region; empty: none

	CacheMemory int // MiB of responses that stages cache; default DefaultCacheMemory

	Identities             string // file of who may call; empty: any credentials are accepted
	AllowHosts             []string
	InsecureAnyCredentials bool
	UserPools              []string // ID=ISSUER_URL|JWKS_FILE
	VPCEndpoints           []string // ID=VPC,CIDR[,CIDR…]: who may call PRIVATE APIs
	Traces                 bool     // GET /_poterne/requests, also where others than this machine reach it
	AllowReset             bool     // POST /_poterne/reset clears the state
	AllowLinkLocal         bool
	AllowSelf              bool
	BackendCA              string // PEM file

	EgressProxy string   // URL: asked for connections that leave
	VPCLinks    []string // ID=HOST:PORT[,HOST:PORT…]
	AWSEndpoint string   // in the place of AWS, for every service
	AWSRoles    string   // auto, always or never: when an Integration's role is assumed

	Functions           []string      // NAME=COMMAND: local Lambda functions
	FunctionTimeout     time.Duration // of one invocation; default 30 s
	FunctionConcurrency int           // processes of one function; default 10

	LogLevel      string // default info
	LogFormat     string // text, json or auto
	ShutdownGrace time.Duration

	// What a process shares with others that run in it, and tests replace.
	Log    *slog.Logger
	Stdout io.Writer        // default os.Stdout
	Now    func() time.Time // nil: the machine's
}

func (c *Config) setDefaults() {
	if c.Region == "" {
		c.Region = "us-east-1"
	}
	if c.Account == "" {
		c.Account = "000000000000"
	}
	if c.CacheMemory == 0 {
		c.CacheMemory = DefaultCacheMemory
	}
	if c.ShutdownGrace == 0 {
		c.ShutdownGrace = DefaultShutdownGrace
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Stdout == nil {
		c.Stdout = os.Stdout
	}
}

func (c *Config) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}

var (
	accountPattern = lazyregexp.New(`^\d{12}$`)
	regionPattern  = lazyregexp.New(`^[a-z0-9][a-z0-9-]*$`)
)

// validate refuses what cannot be served, or not safely.
func (c *Config) validate() error {
	for _, check := range []func() error{c.checkListeners, c.checkLimits, c.checkCallers} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (c *Config) checkListeners() error {
	switch {
	case (c.Control == "") != (c.Data == ""):
		return errors.New("--control and --data go together: one listener serves both planes, or each has its own")
	case c.HTTP1 != "" && c.HTTP1 != ownHTTP1 && c.HTTP1 != stdHTTP1:
		return fmt.Errorf("--http1 %q: use own or std", c.HTTP1)
	case c.IOUring != "" && c.IOUring != autoIOUring && c.IOUring != offIOUring:
		return fmt.Errorf("--io-uring %q: use auto or off", c.IOUring)
	case c.ControlTLS != "" && c.Control == "":
		return errors.New("--control-tls goes with --control: a listener for both planes is for this machine alone")
	case c.DataTLS == "" && len(c.Certificates)+len(c.CertificateDir)+len(c.Truststores) > 0:
		return errors.New("--certificate, --certificates and --truststore are for the listener of --data-tls: give its address too")
	case c.controlListen() == "":
		return errors.New("no address to listen on: give --listen, or --control and --data")
	}
	return c.checkAddresses()
}

func (c *Config) checkAddresses() error {
	for _, setting := range []struct{ flag, addr string }{
		{"--listen", c.Listen}, {"--control", c.Control}, {"--data", c.Data}, {"--data-tls", c.DataTLS},
	} {
		if setting.addr == "" {
			continue
		}
		if _, _, err := net.SplitHostPort(setting.addr); err != nil {
			return fmt.Errorf("%s %q: %w; write HOST:PORT", setting.flag, setting.addr, err)
		}
	}
	return nil
}

// controlListen is the address on which the control plane is to be served.
func (c *Config) controlListen() string { return cmp.Or(c.Control, c.Listen) }

func (c *Config) checkLimits() error {
	if !accountPattern.MatchString(c.Account) {
		return fmt.Errorf("account %q: an account id is twelve digits", c.Account)
	}
	if !regionPattern.MatchString(c.Region) {
		return fmt.Errorf("region %q: a region is written in small letters, digits and hyphens, as us-east-1", c.Region)
	}
	if _, err := c.quotas(); err != nil {
		return err
	}
	if _, err := c.accountLimit(); err != nil {
		return err
	}
	if c.CacheMemory < 1 {
		return fmt.Errorf("--cache-memory %d: write a number of MiB above 0", c.CacheMemory)
	}
	return nil
}

// checkCallers refuses a control plane that other machines reach and that takes
// any credentials.
func (c *Config) checkCallers() error {
	if c.AllowReset && c.Identities != "" {
		return errors.New("--allow-reset lets whoever reaches the control plane clear the state, and --identities says who may call: give one of them")
	}
	addr := c.controlListen()
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return err // checkAddresses says which
	}
	if !loopbackHost(host) && c.Identities == "" && !c.InsecureAnyCredentials {
		return fmt.Errorf("listen address %q can be reached from other machines, and the control plane accepts any credentials: listen on localhost, name who may call with --identities, or say --insecure-any-credentials", addr)
	}
	return nil
}

// loopbackHost reports whether host is an address of this machine alone.
func loopbackHost(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

// accountLimit reads AccountThrottle; nil is none.
func (c *Config) accountLimit() (*throttle.Limit, error) {
	if c.AccountThrottle == "" {
		return nil, nil
	}
	rate, burst, _ := strings.Cut(c.AccountThrottle, ",")
	var limit throttle.Limit
	var errRate, errBurst error
	limit.Rate, errRate = strconv.ParseFloat(rate, 64)
	limit.Burst, errBurst = strconv.Atoi(burst)
	if errRate != nil || errBurst != nil || !(limit.Rate >= 0) || limit.Burst < 0 {
		return nil, fmt.Errorf("--account-throttle %s: write RATE,BURST, as 10000,5000", c.AccountThrottle)
	}
	return &limit, nil
}

// quotas reads Quotas.
func (c *Config) quotas() (control.Quotas, error) {
	var q control.Quotas
	for _, setting := range c.Quotas {
		name, text, _ := strings.Cut(setting, "=")
		limit, err := strconv.Atoi(text)
		if err != nil {
			return q, fmt.Errorf("--quota %s: write NAME=N, as resources-per-api=2000", setting)
		}
		if err := q.Set(name, limit); err != nil {
			return q, fmt.Errorf("--quota %s: %w", setting, err)
		}
	}
	return q, nil
}
