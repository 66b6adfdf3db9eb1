package gateway

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/authorizer"
	"github.com/poterne/poterne/iam"
	"github.com/poterne/poterne/internal/txtartest"
	"github.com/poterne/poterne/wire/httpmsg"
	"github.com/poterne/poterne/wire/sigv4"
)

// caseCallers say who may call in a case: an identities file, and VPC
// endpoints by id.
type caseCallers struct {
	Identities   json.RawMessage // of package iam
	AnySignature bool
	Endpoints    map[string][]netip.Prefix
	Pools        []string // ids of user pools whose tokens Test-Token makes
}

func (c *caseCallers) apply(t *testing.T, deps *Deps) {
	deps.AnySignature = c.AnySignature
	for id, from := range c.Endpoints {
		deps.VPCEndpoints = append(deps.VPCEndpoints, VPCEndpoint{ID: id, VPC: "vpc-" + strings.TrimPrefix(id, "vpce-"), From: from})
	}
	deps.UserPools = map[string]authorizer.PoolSource{}
	for _, id := range c.Pools {
		deps.UserPools[id] = authorizer.PoolSource{Keys: poolKeySet}
	}
	if c.Identities == nil {
		return
	}
	all, err := iam.ParseIdentities(string(c.Identities))
	if err != nil {
		t.Fatal(err)
	}
	deps.Identities = func() *iam.Identities { return all }
}

// signCase carries out what a case says of its request in headers of its own:
//
//	Test-From: 10.0.0.1               the client's address
//	Test-Sign: KEY SECRET [NAME=VALUE…]      a signature in a header
//	Test-Presign: KEY SECRET [NAME=VALUE…]   one in the query
//	Test-Then: HEADER=VALUE           what is changed after that
//	Test-Token: [PREFIX] {CLAIMS}     Authorization with a token of a user pool
//
// The names are token, region, service, at (a time) and expires (a duration).
func signCase(t *testing.T, r *httpmsg.Request) {
	take := func(name string) (string, bool) {
		value, ok := r.Header.Get(name)
		r.Header.Delete(name)
		return value, ok
	}
	if from, ok := take("Test-From"); ok {
		r.Remote = netip.AddrPortFrom(netip.MustParseAddr(from), 54321)
	}
	if text, ok := take("Test-Token"); ok {
		prefix, claims, _ := strings.Cut(text, "{")
		r.Header.Add("Authorization", prefix+caseToken(t, "{"+claims))
	}
	then, changes := take("Test-Then")
	if how, ok := take("Test-Sign"); ok {
		s := readSigner(t, how)
		for _, h := range sigv4.Sign(signable(r), s.credentials, s.region, s.service, s.at) {
			r.Header.Add(h.Name, h.Value)
		}
	}
	if how, ok := take("Test-Presign"); ok {
		s := readSigner(t, how)
		r.RawQuery = sigv4.Presign(signable(r), s.credentials, s.region, s.service, s.at, s.expires)
	}
	if changes {
		name, value, _ := strings.Cut(then, "=")
		r.Header.Set(name, value)
	}
}

// poolKey signs the tokens of user pools.
var poolKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// poolKeySet is the JWKS document of every user pool.
func poolKeySet() ([]byte, error) {
	number := func(n *big.Int) string { return base64.RawURLEncoding.EncodeToString(n.Bytes()) }
	return json.Marshal(map[string]any{"keys": []any{map[string]string{
		"kty": "RSA", "kid": "k1", "use": "sig", "alg": "RS256", "n": number(poolKey().N), "e": number(big.NewInt(int64(poolKey().E))),
	}}})
}

// caseToken is a token of these claims.
func caseToken(t *testing.T, text string) string {
	claims := jwt.MapClaims{}
	if err := json.Unmarshal([]byte(text), &claims); err != nil {
		t.Fatalf("claims %s: %v", text, err)
	}
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
	token.Header["kid"] = "k1"
	signed, err := token.SignedString(poolKey())
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func signable(r *httpmsg.Request) *sigv4.Request {
	body, _ := r.Body()
	return &sigv4.Request{Method: r.Method, Path: r.Path, RawQuery: r.RawQuery, Host: r.Host, Body: body,
		Header: func(string) []string { return nil }}
}

type caseSigner struct {
	credentials     sigv4.Credentials
	region, service string
	at              time.Time
	expires         time.Duration
}

func readSigner(t *testing.T, text string) caseSigner {
	words := strings.Fields(text)
	s := caseSigner{credentials: sigv4.Credentials{AccessKey: words[0], Secret: words[1]}, region: "eu-west-1", service: "execute-api",
		at: caseNow, expires: time.Minute}
	for _, word := range words[2:] {
		name, value, _ := strings.Cut(word, "=")
		var err error
		switch name {
		case "token":
			s.credentials.SessionToken = value
		case "region":
			s.region = value
		case "service":
			s.service = value
		case "at":
			s.at, err = time.Parse(time.RFC3339, value)
		case "expires":
			s.expires, err = time.ParseDuration(value)
		default:
			t.Fatalf("signer %q: what is %s?", text, name)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// invokeAuthorizer runs "AUTHORIZER id" with a TestInvokeAuthorizerInput.
func (r *runner) invokeAuthorizer(t *testing.T, c *txtartest.Case, i int, id, body string) {
	var in apigw.TestInvokeAuthorizerInput
	if strings.TrimSpace(body) != "" {
		if err := json.Unmarshal([]byte(body), &in); err != nil {
			t.Fatalf("invoke: %v", err)
		}
	}
	in.RestApiId, in.AuthorizerId = caseApi, id
	for j := range r.def.Authorizers {
		def := &r.def.Authorizers[j]
		if *def.Id != id {
			continue
		}
		r.answerWith(t, c, i)
		out, err := r.g.TestInvokeAuthorizer(t.Context(), caseRegion, def, &in)
		if err != nil {
			t.Fatal(err)
		}
		if j, ok := r.of(c, i, "log"); ok {
			c.Expect(t, j, r.stable(*out.Log))
		}
		out.Log = nil
		text, _ := json.MarshalIndent(out, "", "  ")
		if j, ok := r.of(c, i, "result"); ok {
			c.Expect(t, j, r.stable(string(text)))
		}
		r.expectBackend(t, c, i)
		return
	}
	t.Fatalf("no authorizer %s", id)
}
