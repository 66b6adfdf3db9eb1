package authorizer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/mapping"
	"github.com/poterne/poterne/iam"
	"github.com/poterne/poterne/template/javatext"
)

// userPools is COGNITO_USER_POOLS: a token of one of its pools (data plane §6).
type userPools struct {
	source   source
	audience *javatext.Regex // identityValidationExpression; nil: any
	pools    []*pool
	scopes   []string // of the Method; with any, an access token is asked for
}

func newUserPools(m *apigw.Method, def *apigw.Authorizer, deps Deps) (Authorizer, error) {
	u := &userPools{scopes: m.AuthorizationScopes}
	sources, err := parseSources(deref(def.IdentitySource))
	if err != nil || len(sources) != 1 {
		return nil, errors.Join(errors.New("an authorizer of user pools has one header as its identity source"), err)
	}
	u.source = sources[0]
	if expression := deref(def.IdentityValidationExpression); expression != "" {
		if u.audience, err = javatext.CompileRegex(expression); err != nil {
			return nil, fmt.Errorf("identityValidationExpression: %w", err)
		}
	}
	for _, arn := range def.ProviderARNs {
		known, err := deps.Pools.of(arn)
		if err != nil {
			return nil, err
		}
		u.pools = append(u.pools, known)
	}
	if len(u.pools) == 0 {
		return nil, errors.New("an authorizer of user pools names none in providerARNs")
	}
	return u, nil
}

// claims are those of a token that decide, and all of them.
type claims struct {
	Iss      string       `json:"iss"`
	Aud      audience     `json:"aud"`
	Exp      *numericDate `json:"exp"`
	Nbf      *numericDate `json:"nbf"`
	TokenUse string       `json:"token_use"`
	Scope    string       `json:"scope"`
	all      mapping.ParamList
}

// Authorize reads the token, verifies its signature, and holds its claims to
// what the Method asks.
func (u *userPools) Authorize(r *Request) (Outcome, error) {
	var room [4]string
	values, ok := u.source.read(r, room[:0])
	if !ok {
		return Outcome{}, unauthorized("no token")
	}
	token := values[len(values)-1]
	r.note(LineIdentity, token)
	if len(token) > len(bearer) && strings.EqualFold(token[:len(bearer)], bearer) {
		token = token[len(bearer):]
	}
	found, err := u.verify(token)
	if err != nil {
		return Outcome{}, err
	}
	if err := u.check(found, r.Now); err != nil {
		return Outcome{}, err
	}
	r.Scope.Context.Authorizer.Claims = found.all
	r.note(LineDone, "")
	return Outcome{Decision: iam.Allow}, nil
}

const bearer = "Bearer "

// algorithms are all that a token may be signed with.
var algorithms = []string{jwt.SigningMethodRS256.Alg()}

// verify checks the signature with a key of the pool that the token names as
// its issuer; keys come from there alone, whatever the token's header says.
func (u *userPools) verify(token string) (*claims, error) {
	parser := jwt.NewParser(jwt.WithValidMethods(algorithms), jwt.WithoutClaimsValidation(), jwt.WithStrictDecoding())
	found := &claims{}
	_, err := parser.ParseWithClaims(token, found, func(t *jwt.Token) (any, error) {
		if _, critical := t.Header["crit"]; critical {
			return nil, errors.New("the token has critical extensions")
		}
		kid, _ := t.Header["kid"].(string)
		i := slices.IndexFunc(u.pools, func(p *pool) bool { return p.issuer == strings.TrimSuffix(found.Iss, "/") })
		if i < 0 || kid == "" {
			return nil, errors.New("the token is of none of the user pools")
		}
		key, err := u.pools[i].key(kid)
		if err != nil && !errors.Is(err, errUnknownKey) {
			return nil, misconfigured("the keys of the user pool cannot be read", err)
		}
		return key, err
	})
	var refusal *Refusal
	switch {
	case errors.As(err, &refusal):
		return nil, refusal
	case err != nil:
		return nil, &Refusal{Kind: Unauthorized, Reason: "invalid token", Err: err}
	}
	return found, nil
}

// check holds verified claims to what the Method asks.
func (u *userPools) check(c *claims, now time.Time) error {
	switch {
	case c.Exp == nil:
		return unauthorized("the token has no exp")
	case !now.Before(c.Exp.Time):
		return &Refusal{Kind: Unauthorized, Message: "The incoming token has expired", Reason: "expired"}
	case c.Nbf != nil && now.Before(c.Nbf.Time):
		return unauthorized("the token is not valid yet")
	case len(u.scopes) == 0 && c.TokenUse != "id":
		return unauthorized("a method without scopes takes ID tokens alone")
	case len(u.scopes) > 0 && c.TokenUse != "access":
		return unauthorized("a method with scopes takes access tokens alone")
	case len(u.scopes) > 0 && !slices.ContainsFunc(strings.Fields(c.Scope), func(s string) bool { return slices.Contains(u.scopes, s) }):
		return unauthorized("the token has none of the method's scopes")
	}
	if u.audience == nil || c.TokenUse != "id" {
		return nil
	}
	for _, aud := range c.Aud {
		if ok, err := u.audience.Matches(aud, javatext.NewBudget()); err == nil && ok {
			return nil
		}
	}
	return unauthorized("the token's aud does not match the identityValidationExpression")
}

// UnmarshalJSON reads all claims, in order, as texts too.
func (c *claims) UnmarshalJSON(b []byte) error {
	type decisive claims
	if err := json.Unmarshal(b, (*decisive)(c)); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		var value any
		if err := d.Decode(&value); err != nil {
			return err
		}
		if text, ok := claimText(name, value); ok {
			c.all = append(c.all, mapping.Param{Name: name, Value: text})
		}
	}
	return nil
}

// claimDate is how AWS writes exp and iat.
const claimDate = "Mon Jan 02 15:04:05 MST 2006"

// claimText is a claim as $context has it: lists joined by commas, dates
// written out, the rest as it is.
func claimText(name string, value any) (string, bool) {
	switch v := value.(type) {
	case json.Number:
		if seconds, err := v.Int64(); err == nil && (name == "exp" || name == "iat") {
			return time.Unix(seconds, 0).UTC().Format(claimDate), true
		}
	case []any:
		var parts []string
		for _, element := range v {
			text, ok := scalarText(element)
			if !ok {
				return jsonText(value), true
			}
			parts = append(parts, text)
		}
		return strings.Join(parts, ","), true
	case map[string]any:
		return jsonText(value), true
	}
	return scalarText(value)
}

func jsonText(value any) string {
	text, _ := json.Marshal(value) // what was read can be written
	return string(text)
}

// audience is one text or several.
type audience []string

// UnmarshalJSON reads a text or a list of them.
func (a *audience) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(a))
}

// A numericDate is seconds since 1970, with or without a fraction.
type numericDate struct{ time.Time }

// UnmarshalJSON reads a number.
func (d *numericDate) UnmarshalJSON(b []byte) error {
	seconds, err := strconv.ParseFloat(string(b), 64)
	if err != nil || seconds < 0 || seconds > 1<<40 {
		return fmt.Errorf("%s is no date", b)
	}
	d.Time = time.Unix(int64(seconds), 0)
	return nil
}

// These make claims a jwt.Claims; what they say is checked by check.

func (c *claims) GetExpirationTime() (*jwt.NumericDate, error) { return nil, nil }
func (c *claims) GetIssuedAt() (*jwt.NumericDate, error)       { return nil, nil }
func (c *claims) GetNotBefore() (*jwt.NumericDate, error)      { return nil, nil }
func (c *claims) GetIssuer() (string, error)                   { return c.Iss, nil }
func (c *claims) GetSubject() (string, error)                  { return "", nil }
func (c *claims) GetAudience() (jwt.ClaimStrings, error)       { return jwt.ClaimStrings(c.Aud), nil }
