package authorizer

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/mapping"
)

const (
	poolARN = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_abc"
	issuer  = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc"
)

var testKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func encoded(v any) string {
	text, _ := json.Marshal(v)
	return base64.RawURLEncoding.EncodeToString(text)
}

func jwksOf(kids ...string) []byte {
	var keys []map[string]string
	for _, kid := range kids {
		keys = append(keys, map[string]string{"kty": "RSA", "kid": kid, "use": "sig", "alg": "RS256",
			"n": base64.RawURLEncoding.EncodeToString(testKey().N.Bytes()),
			"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(testKey().E)).Bytes())})
	}
	text, _ := json.Marshal(map[string]any{"keys": keys})
	return text
}

type set map[string]any

// with is s changed; a nil value takes a member away.
func (s set) with(changes set) set {
	out := set{}
	for name, value := range s {
		out[name] = value
	}
	for name, value := range changes {
		if out[name] = value; value == nil {
			delete(out, name)
		}
	}
	return out
}

var (
	rs256    = set{"alg": "RS256", "kid": "k1", "typ": "JWT"}
	idClaims = set{"iss": issuer, "aud": "client1", "exp": noon.Unix() + 60, "iat": noon.Unix(), "token_use": "id", "sub": "s-1",
		"email_verified": true, "cognito:groups": []string{"a", "b"}, "auth_time": noon.Unix()}
	accessClaims = idClaims.with(set{"token_use": "access", "aud": nil, "scope": "openid shop/read"})
)

func signToken(header, claims set) string {
	text := encoded(header) + "." + encoded(claims)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(nil, testKey(), crypto.SHA256, sum[:])
	if err != nil {
		panic(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// hmacToken is signed with the public key as a shared secret: the confusion of
// RS and HS.
func hmacToken(claims set) string {
	text := encoded(rs256.with(set{"alg": "HS256"})) + "." + encoded(claims)
	h := hmac.New(sha256.New, testKey().N.Bytes())
	h.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

func poolAuthorizer(t *testing.T, source PoolSource, validation string, scopes ...string) Authorizer {
	t.Helper()
	a, err := New(&apigw.Method{AuthorizationType: ptr("COGNITO_USER_POOLS"), AuthorizationScopes: scopes}, &apigw.Authorizer{
		Id: ptr("pool01"), Type: ptr(apigw.AuthorizerTypeCognitoUserPools), IdentitySource: ptr("method.request.header.Authorization"),
		ProviderARNs: []string{poolARN}, IdentityValidationExpression: &validation,
	}, Deps{Pools: NewPools(map[string]PoolSource{"eu-west-1_abc": source}, nil, func() time.Time { return noon })})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func fileOf(document []byte) PoolSource {
	return PoolSource{Keys: func() ([]byte, error) { return document, nil }}
}

// Data plane §6; security abuse case 33.
func TestTokens(t *testing.T) {
	good := signToken(rs256, idClaims)
	parts := strings.Split(good, ".")
	for _, c := range []struct {
		name, token string
		scopes      []string
		validation  string
		message     string // of the refusal; "-": accepted, "": Unauthorized
	}{
		{name: "an ID token", token: good, message: "-"},
		{name: "with Bearer", token: "Bearer " + good, message: "-"},
		{name: "with bearer", token: "bearer " + good, message: "-"},
		{name: "an access token where no scope is asked", token: signToken(rs256, accessClaims)},
		{name: "an access token with the scope", token: signToken(rs256, accessClaims), scopes: []string{"x", "shop/read"}, message: "-"},
		{name: "an access token without the scope", token: signToken(rs256, accessClaims), scopes: []string{"shop/write", "shop"}},
		{name: "an ID token where a scope is asked", token: signToken(rs256, idClaims.with(set{"scope": "shop/read"})), scopes: []string{"shop/read"}},
		{name: "no token_use", token: signToken(rs256, idClaims.with(set{"token_use": nil}))},
		{name: "expired", token: signToken(rs256, idClaims.with(set{"exp": noon.Unix()})), message: "The incoming token has expired"},
		{name: "expired and forged", token: strings.Split(signToken(rs256, idClaims.with(set{"exp": 1})), ".")[0] + "." + encoded(idClaims.with(set{"exp": 1})) + ".AAAA"},
		{name: "no exp", token: signToken(rs256, idClaims.with(set{"exp": nil}))},
		{name: "exp is a text", token: signToken(rs256, idClaims.with(set{"exp": "soon"}))},
		{name: "not valid yet", token: signToken(rs256, idClaims.with(set{"nbf": noon.Unix() + 1}))},
		{name: "another issuer", token: signToken(rs256, idClaims.with(set{"iss": "https://evil.example/eu-west-1_abc"}))},
		{name: "another pool", token: signToken(rs256, idClaims.with(set{"iss": issuer + "d"}))},
		{name: "no issuer", token: signToken(rs256, idClaims.with(set{"iss": nil}))},
		{name: "alg none", token: encoded(set{"alg": "none", "kid": "k1"}) + "." + parts[1] + "."},
		{name: "alg None", token: encoded(set{"alg": "None", "kid": "k1"}) + "." + parts[1] + "." + parts[2]},
		{name: "HS256 with the public key", token: hmacToken(idClaims)},
		{name: "RS384 announced", token: encoded(rs256.with(set{"alg": "RS384"})) + "." + parts[1] + "." + parts[2]},
		{name: "an unknown kid", token: signToken(rs256.with(set{"kid": "k2"}), idClaims)},
		{name: "a kid that is a path", token: signToken(rs256.with(set{"kid": "../../etc/passwd"}), idClaims)},
		{name: "no kid", token: signToken(rs256.with(set{"kid": nil}), idClaims)},
		{name: "a kid that is a list", token: signToken(rs256.with(set{"kid": []string{"k1"}}), idClaims)},
		{name: "crit", token: signToken(rs256.with(set{"crit": []string{"x"}}), idClaims)},
		{name: "jku of its own", token: signToken(rs256.with(set{"jku": "https://evil.example/jwks.json", "kid": "evil"}), idClaims)},
		{name: "other claims under the signature", token: parts[0] + "." + encoded(idClaims.with(set{"sub": "s-2"})) + "." + parts[2]},
		{name: "another header under the signature", token: encoded(rs256.with(set{"typ": "x"})) + "." + parts[1] + "." + parts[2]},
		{name: "no signature", token: parts[0] + "." + parts[1] + "."},
		{name: "two parts", token: parts[0] + "." + parts[1]},
		{name: "padding", token: good + "="},
		{name: "empty", token: ""},
		{name: "nonsense", token: "Bearer"},
		{name: "aud matches", token: good, validation: "client[0-9]", message: "-"},
		{name: "aud does not match whole", token: good, validation: "client"},
		{name: "one of several aud", token: signToken(rs256, idClaims.with(set{"aud": []string{"x", "client1"}})), validation: "client1", message: "-"},
		{name: "no aud", token: signToken(rs256, idClaims.with(set{"aud": nil})), validation: "client1"},
		{name: "an access token has no aud", token: signToken(rs256, accessClaims), validation: "client1", scopes: []string{"openid"}, message: "-"},
	} {
		a := poolAuthorizer(t, fileOf(jwksOf("k1")), c.validation, c.scopes...)
		r := asked("api", "dev", noon, header("authorization", c.token))
		_, err := a.Authorize(r)
		var refusal *Refusal
		switch {
		case c.message == "-" && err != nil, c.message != "-" && !errors.As(err, &refusal):
			t.Errorf("%s: %v", c.name, err)
		case c.message != "-" && (refusal.Kind != Unauthorized || refusal.Message != c.message || len(r.Scope.Context.Authorizer.Claims) > 0):
			t.Errorf("%s: %+v", c.name, refusal)
		}
	}
}

func TestClaimsAreTexts(t *testing.T) {
	r := asked("api", "dev", noon, header("Authorization", signToken(rs256, idClaims.with(set{"address": set{"city": "x"}, "n": 1.50, "none": nil}))))
	if _, err := poolAuthorizer(t, fileOf(jwksOf("k1")), "").Authorize(r); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, p := range r.Scope.Context.Authorizer.Claims {
		got[p.Name] = p.Value
	}
	for name, want := range map[string]string{
		"exp": "Tue Mar 03 12:01:00 UTC 2026", "iat": "Tue Mar 03 12:00:00 UTC 2026", "auth_time": fmt.Sprint(noon.Unix()),
		"email_verified": "true", "cognito:groups": "a,b", "sub": "s-1", "address": `{"city":"x"}`, "n": "1.5", "none": "",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
	if v, ok := r.Scope.Context.Lookup("authorizer.claims.sub", mapping.Templates); !ok || v.Str() != "s-1" {
		t.Errorf("$context.authorizer.claims.sub is %v %v", v, ok)
	}
}

func TestKeysAreReadWhenTheyAreNeeded(t *testing.T) {
	now, reads, document := noon, 0, []byte(nil)
	pools := NewPools(map[string]PoolSource{"eu-west-1_abc": {Keys: func() ([]byte, error) {
		reads++
		if document == nil {
			return nil, errors.New("down")
		}
		return document, nil
	}}}, nil, func() time.Time { return now })
	pool, err := pools.of(poolARN)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(after time.Duration, kid string, wantReads int, want bool) {
		t.Helper()
		now = now.Add(after)
		if key, err := pool.key(kid); (key != nil) != want || reads != wantReads || (err == nil) != want {
			t.Errorf("%s: %v %v after %d readings, want %d", kid, key != nil, err, reads, wantReads)
		}
	}
	ask(0, "k1", 1, false)
	ask(time.Second, "k1", 1, false) // down: not asked at each call
	document = jwksOf("k1")
	ask(5*time.Second, "k1", 2, true)
	ask(time.Minute, "k2", 2, false) // an unknown key does not make us ask
	document = jwksOf("k2")
	ask(5*time.Minute, "k2", 3, true) // but once in five minutes
	ask(0, "k1", 3, false)
	document = nil
	ask(3*time.Hour, "k2", 4, true) // old keys are better than none
	document = jwksOf("k3")
	pools.Forget()
	ask(0, "k3", 5, true)
}

// TestKnownKeysServeWhileOthersAreRead: an issuer that does not answer holds up
// those alone whose key is not known.
func TestKnownKeysServeWhileOthersAreRead(t *testing.T) {
	now, document := noon, jwksOf("k1")
	asked, answer := make(chan struct{}, 1), make(chan struct{})
	pool := &pool{now: func() time.Time { return now }, read: func() ([]byte, error) { return document, nil }}
	if _, err := pool.key("k1"); err != nil {
		t.Fatal(err)
	}
	now = now.Add(rereadAfter)
	pool.read = func() ([]byte, error) {
		asked <- struct{}{}
		<-answer
		return jwksOf("k1", "k2"), nil
	}
	others := make(chan error, 2)
	go func() { _, err := pool.key("k2"); others <- err }()
	<-asked
	if key, err := pool.key("k1"); key == nil || err != nil {
		t.Errorf("the known key: %v", err)
	}
	go func() { _, err := pool.key("k2"); others <- err }()
	close(answer)
	for range 2 {
		if err := <-others; err != nil {
			t.Errorf("the new key: %v", err)
		}
	}
}

// documents is a Fetcher of what is at each address.
type documents map[string]string

func (d documents) Get(url string) ([]byte, error) {
	if text, ok := d[url]; ok {
		return []byte(text), nil
	}
	return nil, errors.New("404 " + url)
}

// TestIssuersAreDiscovered: the keys of an issuer that was configured are where
// its discovery document says, if it is the issuer's own.
func TestIssuersAreDiscovered(t *testing.T) {
	const at = "https://issuer.example/pool"
	for name, c := range map[string]struct {
		source PoolSource
		found  documents
		want   bool
	}{
		"by its document":     {PoolSource{Issuer: at + "/"}, documents{at + "/.well-known/openid-configuration": `{"issuer": "` + at + `", "jwks_uri": "https://keys.example/1"}`, "https://keys.example/1": string(jwksOf("k1"))}, true},
		"without one":         {PoolSource{Issuer: at}, documents{at + cognitoKeys: string(jwksOf("k1"))}, true},
		"of another issuer":   {PoolSource{Issuer: at}, documents{at + "/.well-known/openid-configuration": `{"issuer": "https://evil.example", "jwks_uri": "https://keys.example/1"}`, "https://keys.example/1": string(jwksOf("k1")), at + cognitoKeys: string(jwksOf("k1"))}, false},
		"that names no keys":  {PoolSource{Issuer: at}, documents{at + "/.well-known/openid-configuration": `{"issuer": "` + at + `"}`}, false},
		"that is no JSON":     {PoolSource{Issuer: at}, documents{at + "/.well-known/openid-configuration": "<html>"}, false},
		"keys that are gone":  {PoolSource{Issuer: at}, documents{at + "/.well-known/openid-configuration": `{"issuer": "` + at + `", "jwks_uri": "https://keys.example/2"}`}, false},
		"AWS, not discovered": {PoolSource{}, documents{issuer + "/.well-known/openid-configuration": "<html>", issuer + cognitoKeys: string(jwksOf("k1"))}, true},
	} {
		pool, err := NewPools(map[string]PoolSource{"eu-west-1_abc": c.source}, c.found, func() time.Time { return noon }).of(poolARN)
		if err != nil {
			t.Fatal(err)
		}
		if key, err := pool.key("k1"); (key != nil) != c.want || (err == nil) != c.want {
			t.Errorf("%s: %v, %v", name, key != nil, err)
		}
	}
}

func TestUnreadableKeysAreNobodysFault(t *testing.T) {
	small := strings.Replace(string(jwksOf("k1")), base64.RawURLEncoding.EncodeToString(testKey().N.Bytes()), "AQAB", 1)
	for name, document := range map[string]string{"no JSON": "<html>", "no keys": `{"keys": []}`, "a small key": small} {
		_, err := poolAuthorizer(t, fileOf([]byte(document)), "").Authorize(asked("api", "dev", noon, header("Authorization", signToken(rs256, idClaims))))
		var refusal *Refusal
		if !errors.As(err, &refusal) || refusal.Kind != Misconfigured {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzToken(f *testing.F) {
	f.Add(signToken(rs256, idClaims))
	f.Add(hmacToken(idClaims))
	f.Add("a.b.c")
	good := signToken(rs256, idClaims)
	f.Fuzz(func(t *testing.T, token string) {
		a := poolAuthorizer(t, fileOf(jwksOf("k1")), "")
		if _, err := a.Authorize(asked("api", "dev", noon, header("Authorization", token))); err == nil && strings.TrimPrefix(token, "Bearer ") != good {
			if !strings.EqualFold(token[:min(7, len(token))], bearer) {
				t.Errorf("accepted %q", token)
			}
		}
	})
}
