package authorizer

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestKeysThatVerify: of a JWKS document only RSA keys for signatures count, and
// a weak one or one that cannot be read refuses all.
func TestKeysThatVerify(t *testing.T) {
	modulus := func(bytes int) string {
		return base64.RawURLEncoding.EncodeToString(slices.Repeat([]byte{0xff}, bytes))
	}
	key := func(members string) string {
		return fmt.Sprintf(`{"n": %q, "e": "AQAB", %s}`, modulus(256), members)
	}
	for _, c := range []struct {
		name string
		keys []string
		want string // the ids, or part of the error
	}{
		{"for signatures", []string{key(`"kty": "RSA", "kid": "a", "use": "sig", "alg": "RS256"`), key(`"kty": "RSA", "kid": "b"`)}, "a b"},
		{"for encryption", []string{key(`"kty": "RSA", "kid": "a"`), key(`"kty": "RSA", "kid": "b", "use": "enc"`)}, "a"},
		{"of another algorithm", []string{key(`"kty": "RSA", "kid": "a"`), key(`"kty": "RSA", "kid": "b", "alg": "RS512"`)}, "a"},
		{"of another kind", []string{key(`"kty": "RSA", "kid": "a"`), key(`"kty": "EC", "kid": "b"`)}, "a"},
		{"without an id", []string{key(`"kty": "RSA", "kid": "a"`), key(`"kty": "RSA"`), key(`"kty": "RSA", "use": "sig"`)}, "a"},
		{"none", nil, "no RSA key"},
		{"none that counts", []string{key(`"kty": "RSA", "kid": "b", "use": "enc"`)}, "no RSA key"},
		{"a weak one", []string{key(`"kty": "RSA", "kid": "a"`), fmt.Sprintf(`{"kty": "RSA", "kid": "w", "n": %q, "e": "AQAB"}`, modulus(255))}, `key "w"`},
		{"an exponent of 1", []string{fmt.Sprintf(`{"kty": "RSA", "kid": "w", "n": %q, "e": "AQ"}`, modulus(256))}, `key "w"`},
		{"no base64", []string{`{"kty": "RSA", "kid": "w", "n": "!", "e": "AQAB"}`}, `key "w"`},
	} {
		keys, err := readKeys([]byte(`{"keys": [` + strings.Join(c.keys, ",") + `]}`))
		var ids []string
		for id := range keys {
			ids = append(ids, id)
		}
		slices.Sort(ids)
		if got := strings.Join(ids, " ") + fmt.Sprint(err); !strings.Contains(got, c.want) || (err == nil) != (strings.Join(ids, " ") == c.want) {
			t.Errorf("%s: %q, %v; want %s", c.name, ids, err, c.want)
		}
	}
}
