package awscli

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/poterne/poterne/cli/awscli/document"
)

// bundleVariable names a file of certificates to trust.
const bundleVariable = "AWS_CA_BUNDLE"

// lateClient is an HTTP client that is made when it is first used.
type lateClient struct {
	make   func() (*http.Client, error)
	once   sync.Once
	client *http.Client
	err    error
}

// Do sends a request.
func (c *lateClient) Do(r *http.Request) (*http.Response, error) {
	c.once.Do(func() { c.client, c.err = c.make() })
	if c.err != nil {
		return nil, c.err
	}
	return c.client.Do(r)
}

// newClient makes the HTTP client that the options ask for. Certificates are
// read for an endpoint that has some.
func newClient(given values, p profile, endpoint string) (*http.Client, error) {
	connect, err := timeout(given, "cli-connect-timeout")
	if err != nil {
		return nil, err
	}
	read, err := timeout(given, "cli-read-timeout")
	if err != nil {
		return nil, err
	}
	var trust *tls.Config
	if strings.HasPrefix(strings.ToLower(endpoint), "https:") {
		if trust, err = trusted(given, p); err != nil {
			return nil, err
		}
	}
	return &http.Client{
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: connect}).DialContext,
			ResponseHeaderTimeout: read,
			TLSClientConfig:       trust,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}

func timeout(given values, name string) (time.Duration, error) {
	text := given.text(name)
	if text == "" {
		return 60 * time.Second, nil
	}
	seconds, err := integer(text)
	if err != nil {
		return 0, err
	}
	n, _ := seconds.(int64)
	return time.Duration(n) * time.Second, nil
}

func trusted(given values, p profile) (*tls.Config, error) {
	c := &tls.Config{InsecureSkipVerify: given.on("no-verify-ssl")} //nolint:gosec // --no-verify-ssl asks for it
	name := given.text("ca-bundle")
	if name == "" {
		name = os.Getenv(bundleVariable)
	}
	if name == "" {
		name = p["ca_bundle"]
	}
	if name == "" {
		return c, nil
	}
	pem, err := os.ReadFile(name)
	if err != nil {
		return nil, general("Could not find a suitable TLS CA certificate bundle, invalid path: %s", name)
	}
	c.RootCAs = x509.NewCertPool()
	if !c.RootCAs.AppendCertsFromPEM(pem) {
		return nil, general("%s holds no certificate in PEM", name)
	}
	return c, nil
}

// send sends c until it is answered, again where the AWS CLI does: after a fault
// of the network or of the service, or when the service is throttled.
func (s *session) send(ctx context.Context, c *call, log io.Writer) (*answer, int, error) {
	for attempt := 1; ; attempt++ {
		a, err := s.once(ctx, c, log)
		if attempt >= s.attempts || ctx.Err() != nil || !isTransient(a, err) {
			return a, attempt - 1, err
		}
		pause := time.Duration(rand.Float64() * float64(time.Second<<(attempt-1))) //nolint:gosec // spreads retries, hides nothing
		select {
		case <-time.After(min(pause, 20*time.Second)):
		case <-ctx.Done():
		}
	}
}

func isTransient(a *answer, err error) bool {
	if err != nil {
		var f *fault
		return errors.As(err, &f) && f.exit == exitGeneral && !strings.HasPrefix(f.text, "SSL")
	}
	switch a.status {
	case http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	code, _ := a.fault()
	return strings.HasPrefix(code, "Throttl") || code == "TooManyRequestsException"
}

func (s *session) once(ctx context.Context, c *call, log io.Writer) (*answer, error) {
	r, err := http.NewRequestWithContext(ctx, c.method, s.endpoint+c.path, bytes.NewReader(c.body))
	if err != nil {
		return nil, general("Invalid endpoint: %s", s.endpoint)
	}
	r.Header = c.header.Clone()
	r.Header.Set("User-Agent", "poterne-cli")
	if err := s.sign(ctx, r, c.body); err != nil {
		return nil, err
	}
	fmt.Fprintf(log, "%s %s\n%s\n", r.Method, r.URL, c.body)
	response, err := s.client.Do(r)
	if err != nil {
		return nil, unreachable(r.URL.String(), err)
	}
	body, err := io.ReadAll(response.Body)
	_ = response.Body.Close() // all of it was read, or nothing more will be
	if err != nil {
		return nil, general("Connection was closed before we received a valid response from endpoint URL: \"%s\".", r.URL)
	}
	fmt.Fprintf(log, "%s %v\n%s\n", response.Status, response.Header, body)
	return &answer{response.StatusCode, response.Header, body}, nil
}

func (s *session) sign(ctx context.Context, r *http.Request, body []byte) error {
	if s.credentials == nil {
		return nil
	}
	credentials, err := s.credentials.Retrieve(ctx)
	if err != nil {
		return configuration(`Unable to locate credentials. You can configure credentials by running "aws configure".`)
	}
	hash := sha256.Sum256(body)
	return signer.NewSigner().SignHTTP(ctx, credentials, r, hex.EncodeToString(hash[:]), "apigateway", s.region, time.Now())
}

func unreachable(url string, err error) error {
	var authority x509.UnknownAuthorityError
	var network net.Error
	switch {
	case errors.As(err, &authority), strings.Contains(err.Error(), "x509:"):
		return general("SSL validation failed for %s %v", url, err)
	case errors.As(err, &network) && network.Timeout() && strings.Contains(err.Error(), "awaiting response headers"):
		return general("Read timeout on endpoint URL: \"%s\"", url)
	case errors.As(err, &network) && network.Timeout():
		return general("Connect timeout on endpoint URL: \"%s\"", url)
	}
	return general("Could not connect to the endpoint URL: \"%s\"", url)
}

// fault is the code and the message of an answer that is an error.
func (a *answer) fault() (code, message string) {
	o, ok := (*document.Object)(nil), false
	if body, err := document.Parse(a.body); err == nil {
		o, ok = body.(*document.Object)
	}
	if !ok {
		o = &document.Object{}
	}
	for _, name := range []string{"message", "Message"} {
		if text, ok := o.Get(name).(string); ok && message == "" {
			message = text
		}
	}
	code = strconv.Itoa(a.status)
	for _, name := range []string{"__type", "Code", "code"} {
		if text, ok := o.Get(name).(string); ok {
			code = text[strings.LastIndexByte(text, '#')+1:]
		}
	}
	if header := a.header.Get("X-Amzn-Errortype"); header != "" {
		code, _, _ = strings.Cut(header, ":")
	}
	return code, message
}
