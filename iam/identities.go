package iam

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// A Secret is a text that does not print.
type Secret string

const redacted = "[secret]"

// String is what %v and %s print.
func (Secret) String() string { return redacted }

// GoString is what %#v prints.
func (Secret) GoString() string { return redacted }

// LogValue is what slog writes.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText is what encoders write.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// An Identity is a user, a role's session or the root of an account, with what
// it may do.
type Identity struct {
	Principal
	Id       string            // unique: "AIDA…", "AROA…:session"; of a root its account
	Name     string            // of the user; "" of a session or a root
	Org      string            // "o-…" of its organisation; "" for none
	OrgPaths []string          // "o-…/r-…/ou-…/" where its account is in there
	Tags     map[string]string // by name in lower case
	Cognito  Cognito
	policies []*Policy
	session  sessionFacts // of the access key that it signs with
}

// Cognito is what a Cognito identity pool says of who got credentials of it;
// empty for others.
type Cognito struct {
	IdentityPoolId, IdentityId                 string
	AuthenticationType, AuthenticationProvider string
}

// An AccessKey is what an identity signs with.
type AccessKey struct {
	Id       string
	Secret   Secret
	Token    Secret    // of temporary credentials, which are no good without it
	Expires  time.Time // zero: never
	Identity *Identity
}

// Decide is what the identity's own policies say of r. The root of an account
// may do everything in it.
func (id *Identity) Decide(r *Request) Decision {
	if id.IsRoot() {
		return Allow
	}
	return Evaluate(r, id.policies...)
}

// IsRoot reports whether id is the root of its account.
func (id *Identity) IsRoot() bool { return strings.HasSuffix(id.ARN, ":root") }

// Root is the root of an account.
func Root(account string) *Identity {
	return &Identity{Principal: Principal{ARN: "arn:aws:iam::" + account + ":root", Account: account}, Id: account}
}

// Identities are all who may sign, by access key. They are immutable.
type Identities struct{ keys map[string]*AccessKey }

// Find is the access key of that id.
func (all *Identities) Find(accessKey string) (*AccessKey, bool) {
	if all == nil {
		return nil, false
	}
	key, ok := all.keys[accessKey]
	return key, ok
}

// Len is the number of access keys.
func (all *Identities) Len() int { return len(all.keys) }

// ParseIdentities reads an identities file:
//
//	{"identities": [{
//	  "arn": "arn:aws:iam::123456789012:user/alice",
//	  "id": "AIDACKCEVSQ6C2EXAMPLE",
//	  "organization": "o-a1b2c3d4e5",
//	  "organizationPaths": ["o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"],
//	  "tags": {"team": "blue"},
//	  "cognito": {"identityPoolId": "…", "identityId": "…", "authenticationType": "authenticated", "authenticationProvider": "…"},
//	  "accessKeys": [{"id": "AKIAIOSFODNN7EXAMPLE", "secret": "…", "sessionToken": "…",
//	    "issued": "2026-12-30T23:00:00Z", "mfa": "2026-12-30T22:59:00Z", "expires": "2026-12-31T00:00:00Z"}],
//	  "policies": [{"Version": "2012-10-17", "Statement": […]}]
//	}]}
//
// An identity needs an ARN (of a user, an assumed role's session or an
// account's root) and an access key; without policies it may do nothing. An id
// that is not given is made of the ARN. The error is an *Error.
func ParseIdentities(text string) (*Identities, error) {
	d, root, err := readDocument(text)
	if err != nil {
		return nil, err
	}
	if err := d.only(root, "identities"); err != nil {
		return nil, err
	}
	list := root.get("identities")
	if list == nil || list.kind != array {
		return nil, d.at(root, `write {"identities": [ … ]}`)
	}
	all := &Identities{keys: map[string]*AccessKey{}}
	for _, n := range list.list {
		if err := d.identity(all, n); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (d *document) identity(all *Identities, n *node) error {
	if err := d.only(n, "arn", "id", "organization", "organizationPaths", "tags", "cognito", "accessKeys", "policies"); err != nil {
		return err
	}
	text, err := d.texts(n, "arn", "id", "organization")
	if err != nil {
		return err
	}
	id := &Identity{Principal: Principal{ARN: text["arn"]}, Org: text["organization"], Tags: map[string]string{}}
	if !id.readARN() {
		return d.at(n, "arn must be one of a user, an assumed role's session or a root, such as arn:aws:iam::123456789012:user/alice")
	}
	id.Id = cmp.Or(text["id"], id.madeId())
	if err := d.tags(id, n.get("tags")); err != nil {
		return err
	}
	if id.OrgPaths, err = d.textList(n.get("organizationPaths")); err != nil {
		return err
	}
	if err := d.cognito(id, n.get("cognito")); err != nil {
		return err
	}
	if err := d.policies(id, n.get("policies")); err != nil {
		return err
	}
	keys := n.get("accessKeys")
	if keys == nil || len(keys.elements()) == 0 {
		return d.at(n, "no accessKeys")
	}
	for _, key := range keys.elements() {
		if err := d.accessKey(all, id, key); err != nil {
			return err
		}
	}
	return nil
}

// readARN fills in what the ARN says.
func (id *Identity) readARN() bool {
	parts := strings.SplitN(id.ARN, ":", arnParts)
	if len(parts) != arnParts || parts[0] != "arn" || !isAccount(parts[4]) {
		return false
	}
	id.Account = parts[4]
	kind, name, _ := strings.Cut(parts[5], "/")
	switch {
	case parts[2] == "iam" && parts[5] == "root":
		return true
	case parts[2] == "iam" && kind == "user" && name != "":
		id.Name = name[strings.LastIndexByte(name, '/')+1:]
		return true
	case parts[2] == "sts" && kind == "assumed-role":
		role, session, ok := strings.Cut(name, "/")
		return ok && role != "" && session != ""
	}
	return false
}

// madeId is an id in AWS's form that is always the same for an ARN.
func (id *Identity) madeId() string {
	made := func(prefix, of string) string {
		sum := sha256.Sum256([]byte(of))
		return prefix + base32.StdEncoding.EncodeToString(sum[:])[:17]
	}
	switch id.PrincipalType() {
	case "Account":
		return id.Account
	case "AssumedRole":
		return made("AROA", roleOf(id.ARN)) + ":" + id.ARN[strings.LastIndexByte(id.ARN, '/')+1:]
	}
	return made("AIDA", id.ARN)
}

func (d *document) tags(id *Identity, n *node) error {
	if n == nil {
		return nil
	}
	for _, m := range n.members {
		value, ok := m.value.text()
		if !ok {
			return d.at(m.value, "a tag's value is a text")
		}
		id.Tags[strings.ToLower(m.name)] = value
	}
	return nil
}

func (d *document) policies(id *Identity, n *node) error {
	if n == nil {
		return nil
	}
	for _, element := range n.elements() {
		policy, err := d.policy(element, IdentityPolicy)
		if err != nil {
			return err
		}
		id.policies = append(id.policies, policy)
	}
	return nil
}

func (d *document) cognito(id *Identity, n *node) error {
	if n == nil {
		return nil
	}
	names := []string{"identityPoolId", "identityId", "authenticationType", "authenticationProvider"}
	if err := d.only(n, names...); err != nil {
		return err
	}
	text, err := d.texts(n, names...)
	id.Cognito = Cognito{text[names[0]], text[names[1]], text[names[2]], text[names[3]]}
	return err
}

// accessKey reads a key, whose identity is id with what is particular to the
// key.
func (d *document) accessKey(all *Identities, id *Identity, n *node) error {
	if err := d.only(n, "id", "secret", "sessionToken", "issued", "mfa", "expires"); err != nil {
		return err
	}
	text, err := d.texts(n, "id", "secret", "sessionToken")
	if err != nil {
		return err
	}
	signer := *id
	key := &AccessKey{Id: text["id"], Secret: Secret(text["secret"]), Token: Secret(text["sessionToken"]), Identity: &signer}
	switch {
	case key.Id == "" || key.Secret == "":
		return d.at(n, "an access key has an id and a secret")
	case all.keys[key.Id] != nil:
		return d.at(n, fmt.Sprintf("the access key %s stands here twice", key.Id))
	}
	signer.session.temporary = key.Token != ""
	for _, date := range []struct {
		name string
		to   *time.Time
	}{{"expires", &key.Expires}, {"issued", &signer.session.issued}, {"mfa", &signer.session.mfa}} {
		if *date.to, err = d.date(n.get(date.name)); err != nil {
			return err
		}
	}
	all.keys[key.Id] = key
	return nil
}

// date reads a date; zero for none.
func (d *document) date(n *node) (time.Time, error) {
	if n == nil {
		return time.Time{}, nil
	}
	text, _ := n.text()
	date, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return date, d.at(n, "no date: write 2026-12-31T00:00:00Z")
	}
	return date, nil
}

// textList reads a text or a list of texts; none for nil.
func (d *document) textList(n *node) (list []string, err error) {
	if n == nil {
		return nil, nil
	}
	for _, element := range n.elements() {
		text, ok := element.value.(string)
		if !ok {
			return nil, d.at(element, "must be a text")
		}
		list = append(list, text)
	}
	return list, nil
}

// texts reads members that are texts; those that are not there are "".
func (d *document) texts(n *node, names ...string) (map[string]string, error) {
	if n.kind != object {
		return nil, d.at(n, "must be an object")
	}
	found := map[string]string{}
	for _, name := range names {
		value := n.get(name)
		if value == nil {
			continue
		}
		text, ok := value.value.(string)
		if !ok {
			return nil, d.at(value, "must be a text")
		}
		found[name] = text
	}
	return found, nil
}
