// Package sigv4 verifies and makes AWS Signature Version 4 signatures: in the
// Authorization header, or in the query of a presigned URL.
//
// Parse reads what a request claims: key, scope, signed headers, signature. It
// needs no secret, so that a server can find region and service of any
// request. Verify recomputes the signature with the secret that belongs to the
// key. Authenticate does both with a look-up of keys. Errors are *Error, whose
// Code and Message are what AWS answers.
//
// The package is a library of its own: standard library only.
package sigv4

import (
	"fmt"
	"strings"
	"time"
)

const (
	algorithm  = "AWS4-HMAC-SHA256"
	terminator = "aws4_request"
	timeFormat = "20060102T150405Z"

	// UnsignedPayload is the payload hash of a request whose body is not
	// signed.
	UnsignedPayload = "UNSIGNED-PAYLOAD"
	emptyHash       = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
)

// A Request is the part of an HTTP request that a signature covers, as it was
// received: nothing decoded, nothing normalised.
type Request struct {
	Method   string
	Path     string // percent-encoded
	RawQuery string
	Host     string
	// Header returns the values of a header, named in any case, in order.
	Header func(name string) []string
	Body   []byte
}

func (r *Request) header(name string) (value string, ok bool) {
	values := r.Header(name)
	if len(values) == 0 {
		return "", false
	}
	return values[0], true
}

// A Scope is what a signature is good for.
type Scope struct {
	Date    string // yyyymmdd
	Region  string
	Service string
}

func (s Scope) String() string {
	return s.Date + "/" + s.Region + "/" + s.Service + "/" + terminator
}

// A Claim is what a request says of its signature.
type Claim struct {
	AccessKey     string
	Scope         Scope
	SignedHeaders []string // in lower case, as sent
	Signature     string   // hex
	Time          time.Time
	SessionToken  string
	Presigned     bool
	Expires       time.Duration // of a presigned URL
}

// An Error is a refusal in AWS's terms.
type Error struct {
	Code, Message string
	// Canonical and ToSign are what should have been signed, of a signature
	// that is another: some services print them.
	Canonical, ToSign string
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Codes of Error; all are answered with status 403.
const (
	CodeMissing      = "MissingAuthenticationTokenException"
	CodeIncomplete   = "IncompleteSignatureException"
	CodeInvalid      = "InvalidSignatureException"
	CodeUnrecognized = "UnrecognizedClientException"
	CodeExpired      = "ExpiredTokenException"
)

func incomplete(format string, args ...any) error {
	return &Error{Code: CodeIncomplete, Message: fmt.Sprintf(format, args...)}
}

func invalid(format string, args ...any) error {
	return &Error{Code: CodeInvalid, Message: fmt.Sprintf(format, args...)}
}

// parseCredential reads KEY/20260101/us-east-1/apigateway/aws4_request; a key
// may itself hold slashes.
func parseCredential(credential string) (key string, scope Scope, ok bool) {
	parts := strings.Split(credential, "/")
	n := len(parts)
	if n < 5 || parts[n-1] != terminator {
		return "", Scope{}, false
	}
	key = strings.Join(parts[:n-4], "/")
	return key, Scope{parts[n-4], parts[n-3], parts[n-2]}, key != ""
}
