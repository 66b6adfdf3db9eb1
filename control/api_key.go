package control

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/store"
)

// An API key is a document under its id; an index finds it by the digest of
// its value (control plane §2.13).

// A storedKey is an ApiKey with the moment it was made, finer than the wire
// shows it: lists begin with the newest (AF-145).
type storedKey struct {
	apigw.ApiKey
	Made int64 `json:"made"` // nanoseconds of the epoch
}

// byAge sorts from the newest to the oldest.
func byAge(made int64, id string) string { return fmt.Sprintf("%019d %s", math.MaxInt64-made, id) }

const noKey = "Invalid API Key identifier specified"

func (t *tx) apiKeyKey(id string) store.Key { return t.key("apikeys", id) }

// valueKey is where the index has the key of a value.
func (t *tx) valueKey(value string) store.Key {
	digest := sha256.Sum256([]byte(value))
	return t.key("apikeyvalues", hex.EncodeToString(digest[:]))
}

// A keyIndex is the id of the key that has a value.
type keyIndex struct {
	Id string `json:"id"`
}

func (t *tx) storedKey(id string) (*storedKey, error) {
	key, err := load[storedKey](t, t.apiKeyKey(id))
	if err == nil && key == nil {
		err = apigw.NotFound(noKey)
	}
	return key, err
}

func (t *tx) createApiKey(in *apigw.CreateApiKeyInput) (*apigw.ApiKey, error) {
	key := &storedKey{Made: t.deps.Now().UnixNano(), ApiKey: apigw.ApiKey{
		Value:       optional(deref(in.Value)),
		Name:        optional(deref(in.Name)), // AF-141
		CustomerId:  optional(deref(in.CustomerId)),
		Description: optional(deref(in.Description)),
		Enabled:     new(deref(in.Enabled)),
		StageKeys:   []string{},
		Tags:        omitEmptyMap(in.Tags),
	}}
	if err := checkKeyValue(deref(key.Value)); err != nil {
		return nil, err
	}
	if err := t.checkApiKey(&key.ApiKey); err != nil {
		return nil, err
	}
	if err := t.addStageKeys(key, in.StageKeys); err != nil {
		return nil, err
	}
	if err := t.checkKeyQuota(1); err != nil {
		return nil, err
	}
	return &key.ApiKey, t.addApiKey(key)
}

// addStageKeys takes the stages that older clients give.
func (t *tx) addStageKeys(key *storedKey, stages []apigw.StageKey) error {
	for _, s := range stages {
		if _, err := t.stage(deref(s.RestApiId), deref(s.StageName)); err != nil {
			return err
		}
		key.StageKeys = append(key.StageKeys, deref(s.RestApiId)+"/"+deref(s.StageName))
	}
	return nil
}

// addApiKey gives a new key its id, its dates and, if it has none, its value.
func (t *tx) addApiKey(key *storedKey) error {
	if key.Value == nil {
		key.Value = new(t.deps.NewID("apikeyvalue"))
	}
	taken, err := t.has(t.valueKey(*key.Value))
	if err != nil {
		return err
	}
	if taken {
		return apigw.Conflict("API Key already exists")
	}
	id, err := t.newID("apikey", t.apiKeyKey)
	if err != nil {
		return err
	}
	key.Id = &id
	key.CreatedDate = apigw.NewTimestamp(t.deps.Now())
	if err := t.save(t.valueKey(*key.Value), &keyIndex{id}); err != nil {
		return err
	}
	return t.saveApiKey(key)
}

func (t *tx) saveApiKey(key *storedKey) error {
	key.LastUpdatedDate = apigw.NewTimestamp(t.deps.Now())
	return t.save(t.apiKeyKey(*key.Id), key)
}

// checkKeyQuota wants room for more keys.
func (t *tx) checkKeyQuota(more int) error {
	count, err := t.count(t.key("apikeys"))
	if err == nil && count+more > t.deps.Quotas.ApiKeys {
		err = errQuota("API Keys", "this account")
	}
	return err
}

// checkKeyValue: AF-143. No value at all asks for a generated one (AF-142).
func checkKeyValue(value string) error {
	switch n := utf8.RuneCountInString(value); {
	case n > 0 && n < 20:
		return errShortKey()
	case n > 128:
		return apigw.BadRequest("API Key value exceeds maximum size of 128 characters")
	}
	return nil
}

func errShortKey() error {
	return apigw.BadRequest("API Key value should be at least 20 characters")
}

// checkApiKey: AF-144. Lengths are in characters.
func (t *tx) checkApiKey(key *apigw.ApiKey) error {
	if utf8.RuneCountInString(deref(key.Name)) > 1024 {
		return apigw.BadRequest("Invalid API Key name, can be at most 1024 characters.")
	}
	if utf8.RuneCountInString(deref(key.Description)) > 125_000 {
		return apigw.BadRequest("Invalid API Key description specified.")
	}
	return t.checkTags(key.Tags)
}

func (t *tx) getApiKey(in *apigw.GetApiKeyInput) (*apigw.ApiKey, error) {
	key, err := t.storedKey(in.ApiKey)
	if err != nil {
		return nil, err
	}
	keepEmpty(&key.Tags)
	return shownKey(key, deref(in.IncludeValue)), nil
}

// shownKey is without its value where nobody asks for it (AF-142).
func shownKey(key *storedKey, withValue bool) *apigw.ApiKey {
	shown := key.ApiKey
	if !withValue {
		shown.Value = nil
	}
	return &shown
}

func (t *tx) getApiKeys(in *apigw.GetApiKeysInput) (*apigw.ApiKeys, error) {
	keys, err := collect(scan[storedKey](t, t.key("apikeys")))
	if err != nil {
		return nil, err
	}
	keys = slices.DeleteFunc(keys, func(k *storedKey) bool {
		return !strings.HasPrefix(deref(k.Name), deref(in.NameQuery)) || in.CustomerId != nil && deref(k.CustomerId) != *in.CustomerId
	})
	age := func(k *storedKey) string { return byAge(k.Made, *k.Id) }
	slices.SortFunc(keys, func(a, b *storedKey) int { return strings.Compare(age(a), age(b)) })
	page, position, err := paginate(keys, age, in.Position, in.Limit)
	if err != nil {
		return nil, err
	}
	answer := &apigw.ApiKeys{Position: position, Items: []apigw.ApiKey{}}
	for _, key := range page {
		answer.Items = append(answer.Items, *shownKey(key, deref(in.IncludeValues)))
	}
	return answer, nil
}

var apiKeyPatches = patchTable[storedKey]{familyA, []patchRule[storedKey]{
	{path: "/description", ops: replace,
		apply: setOptional(func(k *storedKey) **string { return &k.Description })},
	{path: "/enabled", ops: replace,
		apply: setBool(func(k *storedKey) **bool { return &k.Enabled })},
	{path: "/name", ops: replace,
		apply: setOptional(func(k *storedKey) **string { return &k.Name })},
	{path: "/customerId", ops: replace,
		apply: setOptional(func(k *storedKey) **string { return &k.CustomerId })},
	{path: "/stages", ops: add | remove, shown: unlisted, apply: patchStageKeys},
}}

func patchStageKeys(k *storedKey, p *patch) error {
	k.StageKeys = without(k.StageKeys, p.text())
	if p.op == add {
		k.StageKeys = append(k.StageKeys, p.text())
	}
	return nil
}

// updateApiKey: AF-146.
func (t *tx) updateApiKey(in *apigw.UpdateApiKeyInput) (*apigw.ApiKey, error) {
	key, err := t.storedKey(in.ApiKey)
	if err != nil {
		return nil, err
	}
	if err := apiKeyPatches.apply(key, in.PatchOperations); err != nil {
		return nil, err
	}
	if err := t.checkApiKey(&key.ApiKey); err != nil {
		return nil, err
	}
	if err := t.saveApiKey(key); err != nil {
		return nil, err
	}
	keepEmpty(&key.Tags)
	return shownKey(key, false), nil
}

// deleteApiKey takes the key out of its plans (AF-151).
func (t *tx) deleteApiKey(in *apigw.DeleteApiKeyInput) error {
	key, err := t.storedKey(in.ApiKey)
	if err != nil {
		return err
	}
	plans, err := t.plansOf(in.ApiKey)
	if err != nil {
		return err
	}
	for _, plan := range plans {
		if err := t.removeMember(plan, in.ApiKey); err != nil {
			return err
		}
	}
	if err := t.Delete(t.valueKey(*key.Value)); err != nil {
		return err
	}
	return t.Delete(t.apiKeyKey(in.ApiKey))
}
