package sigv4

import (
	"crypto/subtle"
	"slices"
	"strings"
	"time"
)

// Skew is how far a signer's clock may be off.
const Skew = 5 * time.Minute

// A Service is what a verifier accepts signatures for.
type Service struct {
	Name    string   // "apigateway"
	Regions []string // empty: any
	// UnsignedPayload accepts requests whose body is not signed, as AWS does
	// over TLS.
	UnsignedPayload bool
}

const mismatch = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."

// Verify checks that c, which Parse made of r, was made with secret for
// service, and not too long ago.
func (c *Claim) Verify(r *Request, secret string, service Service, now time.Time) error {
	if err := c.CheckScope(service); err != nil {
		return err
	}
	if err := c.checkTime(now.UTC()); err != nil {
		return err
	}
	if err := c.checkHeaders(r); err != nil {
		return err
	}
	payload, err := c.payloadHash(r, service)
	if err != nil {
		return err
	}
	unsigned := "" // the one parameter that a signature does not cover is itself
	if c.Presigned {
		unsigned = "X-Amz-Signature"
	}
	q := parseQuery(r.RawQuery).canonical(unsigned)
	for _, path := range slices.Compact([]string{r.Path, normalized(r.Path)}) {
		want := signature(secret, c.Time, c.Scope, canonicalRequest(r, Encode(path, "/"), q, payload, c.SignedHeaders))
		if subtle.ConstantTimeCompare([]byte(want), []byte(c.Signature)) == 1 {
			return nil
		}
	}
	canonical := canonicalRequest(r, Encode(r.Path, "/"), q, payload, c.SignedHeaders)
	return &Error{Code: CodeInvalid, Message: mismatch, Canonical: canonical, ToSign: stringToSign(c.Time, c.Scope, canonical)}
}

// CheckScope checks that c is for service, of one of its regions, of the day
// that it was made. The error is an *Error.
func (c *Claim) CheckScope(service Service) error {
	if c.Scope.Service != service.Name {
		return invalid("Credential should be scoped to correct service: '%s'. ", service.Name)
	}
	if len(service.Regions) > 0 && !slices.Contains(service.Regions, c.Scope.Region) {
		return invalid("Credential should be scoped to a valid region, not '%s'. ", c.Scope.Region)
	}
	if day := c.Time.Format("20060102"); day != c.Scope.Date {
		return invalid("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '%s' != '%s', from '%s'.", c.Scope.Date, day, c.Time.Format(timeFormat))
	}
	return nil
}

func (c *Claim) checkTime(now time.Time) error {
	format := func(t time.Time) string { return t.Format(timeFormat) }
	earliest, what := c.Time.Add(Skew), "5 min."
	if c.Presigned {
		earliest = c.Time.Add(c.Expires)
	}
	switch {
	case c.Time.After(now.Add(Skew)):
		return invalid("Signature not yet current: %s is still later than %s (%s + 5 min.)", format(c.Time), format(now.Add(Skew)), format(now))
	case now.After(earliest) && c.Presigned:
		return invalid("Signature expired: %s is now earlier than %s", format(earliest), format(now))
	case now.After(earliest):
		return invalid("Signature expired: %s is now earlier than %s (%s - %s)", format(c.Time), format(now.Add(-Skew)), format(now), what)
	}
	return nil
}

// checkHeaders demands that what decides about the request is signed: Host,
// and every X-Amz- header that is there.
func (c *Claim) checkHeaders(r *Request) error {
	if !slices.IsSorted(c.SignedHeaders) || len(slices.Compact(slices.Clone(c.SignedHeaders))) != len(c.SignedHeaders) {
		return incomplete("SignedHeaders must be sorted and without repetition")
	}
	for _, name := range c.SignedHeaders {
		if name == "" || name != strings.ToLower(name) {
			return incomplete("SignedHeaders must be names in lower case")
		}
	}
	if !slices.Contains(c.SignedHeaders, "host") {
		return invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
	}
	for _, name := range []string{"X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Target"} {
		values := r.Header(name)
		if len(values) > 1 {
			return incomplete("The header '%s' must not be repeated", name)
		}
		if len(values) == 1 && !slices.Contains(c.SignedHeaders, strings.ToLower(name)) && !c.Presigned {
			return invalid("'%s' must be a 'SignedHeader' in the AWS Authorization.", name)
		}
	}
	return nil
}

// payloadHash is the hash that was signed; a hash that is named must be that
// of the body.
func (c *Claim) payloadHash(r *Request, service Service) (string, error) {
	actual := hashOf(r.Body)
	named, ok := r.header("X-Amz-Content-Sha256")
	switch {
	case !ok || named == actual:
		return actual, nil
	case named == UnsignedPayload && service.UnsignedPayload:
		return named, nil
	}
	return "", invalid(mismatch)
}
