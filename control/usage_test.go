package control

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/store"
)

// usageSession has a key in a plan with a quota of 10 a week, since the Sunday
// on which the clock stands.
func usageSession(t *testing.T) *session {
	s := newSession(t, "")
	for _, call := range []string{
		`CreateApiKey {"name":"ann","value":"alpha-alpha-alpha-alpha","enabled":true}`,
		`CreateUsagePlan {"name":"gold","quota":{"limit":10,"period":"WEEK"}}`,
		`CreateUsagePlanKey {"usagePlanId":"usageplan1","keyId":"apikey1","keyType":"API_KEY"}`,
	} {
		s.call("> " + call)
	}
	return s
}

func (s *session) use(day apigw.Day, requests int64) {
	s.t.Helper()
	count := apigw.UsageCount{Region: "us-east-1", UsagePlanId: "usageplan1", KeyId: "apikey1", Day: day, Requests: requests}
	if err := s.service.AddUsage(context.Background(), []apigw.UsageCount{count, count}); err != nil {
		s.t.Fatal(err)
	}
}

func TestUsageIsWhatTheGatewayCounted(t *testing.T) {
	s := usageSession(t)
	today := apigw.DayOf(testTime)
	s.use(today-1, 3) // a Saturday: of the week before
	s.use(today, 1)
	s.use(today+1, 2)
	const days = `{"usagePlanId":"usageplan1","startDate":"2026-02-28","endDate":"2026-03-03"}`
	want := `{"usagePlanId":"usageplan1","startDate":"2026-02-28","endDate":"2026-03-03","values":{"apikey1":[[6,4],[2,8],[4,4],[0,4]]}}`
	if got := s.call("> GetUsage " + days); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	s.call(`> UpdateUsage {"usagePlanId":"usageplan1","keyId":"apikey1","patchOperations":[{"op":"replace","path":"/remaining","value":"100"}]}`)
	want = `{"usagePlanId":"usageplan1","startDate":"2026-02-28","endDate":"2026-03-03","values":{"apikey1":[[6,4],[2,100],[4,96],[0,96]]}}`
	if got := s.call("> GetUsage " + days); got != want {
		t.Errorf("once 100 were granted: got  %s\nwant %s", got, want)
	}
}

func TestOldUsageIsForgotten(t *testing.T) {
	s := usageSession(t)
	today := apigw.DayOf(testTime)
	s.use(today-usageHistory-1, 1)
	s.use(today-usageHistory, 1)
	s.use(today-apigw.MaxPeriod-1, 1)
	s.use(today, 1)
	if err := s.service.PruneUsage(context.Background()); err != nil {
		t.Fatal(err)
	}
	var stored []string
	var live []apigw.UsageCount
	err := s.store.View(context.Background(), func(tx store.Tx) (err error) {
		for entry, err := range tx.Scan(store.NewKey("us-east-1", "usage"), "", 0) {
			if err != nil {
				return err
			}
			stored = append(stored, entry.Key.Segments()[2])
		}
		live, err = s.service.Usage(tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"2025-12-01", "2026-01-28", "2026-03-01"}; !slices.Equal(stored, want) {
		t.Errorf("stored are %v, want %v", stored, want)
	}
	if len(live) != 1 || live[0].Day != today || live[0].Requests != 2 {
		t.Errorf("a gateway would begin with %+v, want today's alone", live)
	}
}

// A Site that is read change by change is the Site that is read whole, and the
// one before stays what it was.
func TestSiteAfterChangesIsTheSite(t *testing.T) {
	s := newSession(t, "")
	site := s.site(s.service.Site)
	for _, call := range []string{
		`CreateApiKey {"value":"alpha-alpha-alpha-alpha","enabled":true}`,
		`CreateApiKey {"value":"bravo-bravo-bravo-bravo"}`,
		`CreateUsagePlan {"name":"gold","quota":{"limit":10,"period":"WEEK"}}`,
		`CreateUsagePlan {"name":"iron"}`,
		`CreateUsagePlanKey {"usagePlanId":"usageplan1","keyId":"apikey1","keyType":"API_KEY"}`,
		`CreateUsagePlanKey {"usagePlanId":"usageplan2","keyId":"apikey2","keyType":"API_KEY"}`,
		`UpdateUsage {"usagePlanId":"usageplan1","keyId":"apikey1","patchOperations":[{"op":"replace","path":"/remaining","value":"50"}]}`,
		`UpdateUsagePlan {"usagePlanId":"usageplan1","patchOperations":[{"op":"replace","path":"/quota/limit","value":"5"}]}`,
		`UpdateApiKey {"apiKey":"apikey1","patchOperations":[{"op":"replace","path":"/enabled","value":"false"}]}`,
		`DeleteUsagePlanKey {"usagePlanId":"usageplan1","keyId":"apikey1"}`,
		`CreateUsagePlanKey {"usagePlanId":"usageplan1","keyId":"apikey1","keyType":"API_KEY"}`,
		`DeleteApiKey {"apiKey":"apikey2"}`,
		`DeleteUsagePlan {"usagePlanId":"usageplan1"}`,
	} {
		was, kept := s.siteKeys(), asText(t, site)
		if answer := s.call("> " + call); strings.Contains(answer, "Exception: ") {
			t.Fatalf("%s: %s", call, answer)
		}
		changed := slices.Concat(was, s.siteKeys())
		next := s.site(func(tx store.Tx, _ string) (*apigw.Site, error) { return s.service.SiteAfter(tx, site, changed) })
		if got, want := asText(t, next), asText(t, s.site(s.service.Site)); got != want {
			t.Fatalf("after %s:\n%s\nread whole it is\n%s", call, got, want)
		}
		if now := asText(t, site); now != kept {
			t.Fatalf("%s changed the Site before it:\n%s\nwas\n%s", call, now, kept)
		}
		site = next
	}
}

func (s *session) site(read func(store.Tx, string) (*apigw.Site, error)) (site *apigw.Site) {
	s.t.Helper()
	err := s.store.View(context.Background(), func(tx store.Tx) (err error) { site, err = read(tx, "us-east-1"); return err })
	if err != nil {
		s.t.Fatal(err)
	}
	return site
}

// siteKeys are the keys of what makes a Site.
func (s *session) siteKeys() (keys []store.Key) {
	for line := range strings.Lines(dump(s.t, s.store)) {
		key, _, _ := strings.Cut(line, " ")
		if _, ok := ChangedSite(store.Key(key)); ok {
			keys = append(keys, store.Key(key))
		}
	}
	return keys
}

func asText(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
