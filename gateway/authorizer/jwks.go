package authorizer

import (
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"time"
)

// A PoolSource says where a user pool's tokens come from. The zero value is
// AWS.
type PoolSource struct {
	Issuer string                 // "": https://cognito-idp.{region}.amazonaws.com/{pool}
	Keys   func() ([]byte, error) // a JWKS document; nil: the Issuer's
}

// A Fetcher gets a document over HTTP; *egress.Client is one.
type Fetcher interface {
	Get(url string) ([]byte, error)
}

// Pools know the keys of user pools. They outlive deployments, and are safe
// for concurrent use.
type Pools struct {
	sources map[string]PoolSource // by the pool's id
	fetch   Fetcher
	now     func() time.Time

	mu    sync.Mutex
	pools map[string]*pool // by issuer
}

// NewPools makes Pools; a pool that sources do not name is AWS's.
func NewPools(sources map[string]PoolSource, fetch Fetcher, now func() time.Time) *Pools {
	return &Pools{sources: sources, fetch: fetch, now: now, pools: map[string]*pool{}}
}

// of is the pool of a provider's ARN, arn:aws:cognito-idp:REGION:ACCOUNT:userpool/ID.
func (p *Pools) of(arn string) (*pool, error) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[2] != "cognito-idp" || !strings.HasPrefix(parts[5], "userpool/") {
		return nil, fmt.Errorf("%q is no ARN of a user pool", arn)
	}
	id := strings.TrimPrefix(parts[5], "userpool/")
	source := p.sources[id]
	issuer := strings.TrimSuffix(source.Issuer, "/")
	if issuer == "" {
		issuer = "https://cognito-idp." + parts[3] + ".amazonaws.com/" + id
	}
	read := source.Keys
	switch {
	case read != nil:
	case source.Issuer != "":
		read = func() ([]byte, error) { return p.discover(issuer) }
	default:
		read = func() ([]byte, error) { return p.fetch.Get(issuer + cognitoKeys) }
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	known := p.pools[issuer]
	if known == nil {
		known = &pool{issuer: issuer, read: read, now: p.now}
		p.pools[issuer] = known
	}
	return known, nil
}

// cognitoKeys is where Cognito has its keys.
const cognitoKeys = "/.well-known/jwks.json"

// discover finds the keys of an issuer where its discovery document says
// (OpenID Connect Discovery 1.0 §4), or else where Cognito has them.
func (p *Pools) discover(issuer string) ([]byte, error) {
	document, err := p.fetch.Get(issuer + "/.well-known/openid-configuration")
	if err != nil {
		return p.fetch.Get(issuer + cognitoKeys)
	}
	var found struct {
		Issuer string `json:"issuer"`
		Keys   string `json:"jwks_uri"`
	}
	if err := json.Unmarshal(document, &found); err != nil {
		return nil, fmt.Errorf("read the discovery document of %s: %w", issuer, err)
	}
	if strings.TrimSuffix(found.Issuer, "/") != issuer || found.Keys == "" {
		return nil, fmt.Errorf("the discovery document of %s names %q as the issuer and %q as its keys", issuer, found.Issuer, found.Keys)
	}
	return p.fetch.Get(found.Keys)
}

// Forget has the keys of all pools read anew when they are asked for.
func (p *Pools) Forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, known := range p.pools {
		known.forget()
	}
}

// A pool is a user pool's issuer and its keys.
type pool struct {
	issuer string
	read   func() ([]byte, error)
	now    func() time.Time

	mu        sync.Mutex
	keys      map[string]*rsa.PublicKey // by kid
	at        time.Time                 // of the last reading, or of the last try
	err       error                     // why there are no keys
	forgotten bool                      // the keys count for nothing until they were read anew
	reading   chan struct{}             // closed when the reading under way is done; nil: there is none
}

const (
	// rereadAfter is how often an unknown key may have the keys read again.
	rereadAfter = 5 * time.Minute
	// retryAfter is how often keys that could not be read are tried again.
	retryAfter = 5 * time.Second
	// keysLast is how long keys are used before they are read again.
	keysLast = 2 * time.Hour
)

var errUnknownKey = errors.New("the token is signed with a key that the user pool does not have")

// key is the pool's key of that id. While keys are read, those that are known
// serve, and whoever asks for another waits. The error is errUnknownKey, or why
// the keys cannot be read.
func (p *pool) key(kid string) (*rsa.PublicKey, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.reading != nil && (p.keys[kid] == nil || p.forgotten) {
		done := p.reading
		p.mu.Unlock()
		<-done
		p.mu.Lock()
	}
	if p.reading == nil && p.isDue(kid) {
		p.reread()
	}
	switch key := p.keys[kid]; {
	case key != nil:
		return key, nil
	case p.keys == nil:
		return nil, p.err
	}
	return nil, errUnknownKey
}

// isDue reports whether the keys are to be read for one of that id.
func (p *pool) isDue(kid string) bool {
	age := p.now().Sub(p.at)
	return p.at.IsZero() || p.keys == nil && age >= retryAfter || p.keys[kid] == nil && age >= rereadAfter || age >= keysLast
}

// reread reads the keys, with p.mu open meanwhile.
func (p *pool) reread() {
	p.at, p.reading = p.now(), make(chan struct{})
	p.mu.Unlock()
	var keys map[string]*rsa.PublicKey
	err := errUnknownKey // of a reading that panics
	defer func() { p.settle(keys, err) }()
	var document []byte
	if document, err = p.read(); err == nil {
		keys, err = readKeys(document)
	}
}

// settle ends a reading with p.mu held. It keeps the keys that there are if the
// reading failed.
func (p *pool) settle(keys map[string]*rsa.PublicKey, err error) {
	p.mu.Lock()
	if err == nil {
		p.keys = keys
	}
	p.err, p.forgotten = err, false
	close(p.reading)
	p.reading = nil
}

func (p *pool) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at, p.forgotten = time.Time{}, true
}

// minKeyBits is what RS256 demands of a key (RFC 7518 §3.3).
const minKeyBits = 2048

// readKeys reads the RSA keys for signatures of a JWKS document (RFC 7517).
func readKeys(document []byte) (map[string]*rsa.PublicKey, error) {
	var set struct {
		Keys []struct{ Kty, Kid, Use, Alg, N, E string }
	}
	if err := json.Unmarshal(document, &set); err != nil {
		return nil, fmt.Errorf("read JWKS: %w", err)
	}
	keys := map[string]*rsa.PublicKey{}
	for _, k := range set.Keys {
		if k.Kty != "RSA" || k.Kid == "" || k.Use != "" && k.Use != "sig" || k.Alg != "" && k.Alg != "RS256" {
			continue
		}
		n, err1 := base64.RawURLEncoding.DecodeString(strings.TrimRight(k.N, "="))
		e, err2 := base64.RawURLEncoding.DecodeString(strings.TrimRight(k.E, "="))
		key := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
		if err := errors.Join(err1, err2); err != nil {
			return nil, fmt.Errorf("read JWKS key %q: %w", k.Kid, err)
		}
		if key.N.BitLen() < minKeyBits || key.E < 3 || len(e) > 4 {
			return nil, fmt.Errorf("read JWKS key %q: not a key of at least %d bits", k.Kid, minKeyBits)
		}
		keys[k.Kid] = key
	}
	if len(keys) == 0 {
		return nil, errors.New("read JWKS: it has no RSA key for signatures")
	}
	return keys, nil
}
