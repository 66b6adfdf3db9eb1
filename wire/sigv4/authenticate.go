package sigv4

import (
	"crypto/subtle"
	"time"
)

// A Key is what belongs to an access key.
type Key struct {
	Secret       string
	SessionToken string    // of temporary credentials
	Expires      time.Time // of temporary credentials; zero: never
}

const (
	unknownToken = "The security token included in the request is invalid."
	expiredToken = "The security token included in the request is expired"
)

// Authenticate finds out who signed r: it parses the claim, looks the access
// key up with find, and verifies token and signature. Errors are *Error.
func Authenticate(r *Request, find func(accessKey string) (Key, bool), service Service, now time.Time) (*Claim, error) {
	claim, err := Parse(r)
	if err != nil {
		return nil, err
	}
	key, ok := find(claim.AccessKey)
	if !ok || subtle.ConstantTimeCompare([]byte(key.SessionToken), []byte(claim.SessionToken)) != 1 {
		return nil, &Error{Code: CodeUnrecognized, Message: unknownToken}
	}
	if err := claim.Verify(r, key.Secret, service, now); err != nil {
		return nil, err
	}
	// Only who has the secret learns that the credentials are too old.
	if !key.Expires.IsZero() && now.After(key.Expires) {
		return nil, &Error{Code: CodeExpired, Message: expiredToken}
	}
	return claim, nil
}
