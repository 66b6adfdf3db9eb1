package control

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/store/memstore"
)

// AF-145, AF-150: lists of keys begin with the newest, also of those that were
// made in the same second.
func TestKeysAreListedNewestFirst(t *testing.T) {
	at, ids := testTime, &countingIds{}
	db := memstore.New()
	t.Cleanup(func() { db.Close() })
	s := New(Deps{Store: db, NewID: ids.next, Now: func() time.Time { at = at.Add(time.Millisecond); return at }})
	do := func(operation string, in any) any {
		t.Helper()
		out, err := s.Do(context.Background(), testCaller, operation, in)
		if err != nil {
			t.Fatalf("%s: %v", operation, err)
		}
		return out
	}
	do("CreateUsagePlan", &apigw.CreateUsagePlanInput{Name: "p"})
	for range 3 {
		key := do("CreateApiKey", &apigw.CreateApiKeyInput{}).(*apigw.ApiKey)
		do("CreateUsagePlanKey", &apigw.CreateUsagePlanKeyInput{UsagePlanId: "usageplan1", KeyId: *key.Id, KeyType: "API_KEY"})
	}
	first := do("GetApiKeys", &apigw.GetApiKeysInput{Limit: new(2)}).(*apigw.ApiKeys)
	rest := do("GetApiKeys", &apigw.GetApiKeysInput{Position: first.Position}).(*apigw.ApiKeys)
	if *first.Items[0].Id != "apikey3" || *first.Items[1].Id != "apikey2" || *rest.Items[0].Id != "apikey1" || rest.Position != nil {
		t.Errorf("keys: %s then %s", encodeOutput(t, first), encodeOutput(t, rest))
	}
	members := do("GetUsagePlanKeys", &apigw.GetUsagePlanKeysInput{UsagePlanId: "usageplan1"}).(*apigw.UsagePlanKeys)
	if *members.Items[0].Id != "apikey3" || *members.Items[2].Id != "apikey1" {
		t.Errorf("members: %s", encodeOutput(t, members))
	}
}

// AF-144: lengths are counted in characters, on creation and on update.
func TestLongTextsOfAKey(t *testing.T) {
	const tooLongName, tooLongDescription = "Invalid API Key name, can be at most 1024 characters.", "Invalid API Key description specified."
	s := newSession(t, "")
	do := func(operation string, in any) error {
		_, err := s.service.Do(context.Background(), testCaller, operation, in)
		return err
	}
	name, description := strings.Repeat("ü", 1024), strings.Repeat("ü", 125_000)
	if err := do("CreateApiKey", &apigw.CreateApiKeyInput{Name: &name, Description: &description}); err != nil {
		t.Fatalf("the longest texts: %v", err)
	}
	for _, c := range []struct {
		operation string
		in        any
		want      string
	}{
		{"CreateApiKey", &apigw.CreateApiKeyInput{Name: new(name + "x")}, tooLongName},
		{"CreateApiKey", &apigw.CreateApiKeyInput{Description: new(description + "x")}, tooLongDescription},
		{"UpdateApiKey", replaceOf("/name", name+"x"), tooLongName},
		{"UpdateApiKey", replaceOf("/description", description+"x"), tooLongDescription},
	} {
		if err := asError(t, do(c.operation, c.in)); err.Code != apigw.BadRequestException || err.Message != c.want {
			t.Errorf("%s: %s: %s, want %s", c.operation, err.Code, err.Message, c.want)
		}
	}
}

func replaceOf(path, value string) *apigw.UpdateApiKeyInput {
	return &apigw.UpdateApiKeyInput{ApiKey: "apikey1", PatchOperations: []apigw.PatchOperation{{Op: new("replace"), Path: &path, Value: &value}}}
}

// 10,000 keys in one file are one import, within its time.
func TestImportOfManyKeys(t *testing.T) {
	s := newSession(t, "")
	body := []byte("Key,Name\n")
	for i := range 10_000 {
		body = append(body, []byte("k0000000000000000000000000000"+string(rune('a'+i%26))+string(rune('a'+i/26%26))+string(rune('a'+i/676))+"\n")...)
	}
	out, err := s.service.Do(context.Background(), testCaller, "ImportApiKeys", &apigw.ImportApiKeysInput{Body: body, Format: "csv"})
	if err != nil || len(out.(*apigw.ApiKeyIds).Ids) != 10_000 {
		t.Fatalf("import: %v", err)
	}
	if _, err := s.service.Do(context.Background(), testCaller, "CreateApiKey", &apigw.CreateApiKeyInput{}); asError(t, err).Code != apigw.LimitExceededException {
		t.Errorf("a key beyond the quota: %v", err)
	}
}
