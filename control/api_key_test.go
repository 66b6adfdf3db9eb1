package control

import (
	"context"
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

// 10,000 keys in one file are one import, within its time.
func TestImportOfManyKeys(t *testing.T) {
	s := newSession(t, "")
	body := []byte("Key\n")
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
