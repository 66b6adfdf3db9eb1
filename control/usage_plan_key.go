package control

import (
	"slices"
	"strings"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/store"
)

// That a key belongs to a plan is a document under the ids of both, and one
// that finds the plans of a key; name and value are read from the key (control
// plane §2.15).

const apiKeyType = "API_KEY"

// A planMember says since when a key is in a plan.
type planMember struct {
	Key   string `json:"key"`
	Added int64  `json:"added"` // nanoseconds of the epoch
}

// joined is the day since when the key is in the plan.
func (m *planMember) joined() apigw.Day { return apigw.DayOf(time.Unix(0, m.Added)) }

func (t *tx) memberStoreKey(plan, key string) store.Key { return t.key("usageplankeys", plan, key) }

// plansOf are the ids of the plans that a key is in.
func (t *tx) plansOf(key string) ([]string, error) {
	var plans []string
	for entry, err := range t.Scan(t.key("keyplans", key), "", 0) {
		if err != nil {
			return nil, err
		}
		plans = append(plans, entry.Key.Segments()[3])
	}
	return plans, nil
}

func (t *tx) addMember(plan, key string) error {
	member := &planMember{Key: key, Added: t.deps.Now().UnixNano()}
	if err := t.save(t.key("keyplans", key, plan), struct{}{}); err != nil {
		return err
	}
	return t.save(t.memberStoreKey(plan, key), member)
}

func (t *tx) removeMember(plan, key string) error {
	if err := t.Delete(t.key("keyplans", key, plan)); err != nil {
		return err
	}
	return t.Delete(t.memberStoreKey(plan, key))
}

func (t *tx) createUsagePlanKey(in *apigw.CreateUsagePlanKeyInput) (*apigw.UsagePlanKey, error) {
	plan, err := t.usagePlan(in.UsagePlanId)
	if err != nil {
		return nil, err
	}
	key, err := t.storedKey(in.KeyId)
	if err != nil {
		return nil, err
	}
	if in.KeyType != apiKeyType {
		return nil, apigw.BadRequest("Invalid key type specified. Valid value: %s", apiKeyType)
	}
	there, err := t.has(t.memberStoreKey(in.UsagePlanId, in.KeyId))
	if err != nil {
		return nil, err
	}
	if there {
		return nil, apigw.Conflict("Usage Plan Key already exists")
	}
	if err := t.checkOnePlanPerStage(plan, in.KeyId); err != nil {
		return nil, err
	}
	return planKey(key), t.addMember(in.UsagePlanId, in.KeyId)
}

// checkOnePlanPerStage: of the plans of a key, one at most has a given stage,
// and there are ten of them at most.
func (t *tx) checkOnePlanPerStage(plan *apigw.UsagePlan, key string) error {
	others, err := t.plansOf(key)
	if err != nil {
		return err
	}
	if len(others) >= t.deps.Quotas.PlansPerKey {
		return errQuota("Usage Plans", "this API Key")
	}
	for _, id := range others {
		other, err := t.usagePlan(id)
		if err != nil {
			return err
		}
		shares := func(s apigw.ApiStage) bool { return findStage(other, stageRef(s)) >= 0 }
		if slices.ContainsFunc(plan.ApiStages, shares) {
			return apigw.Conflict("API Key %s cannot be added to Usage Plan %s because the API Key is already associated with another Usage Plan containing the same API stage", key, *plan.Id)
		}
	}
	return nil
}

// planKey shows the value, unlike a key by itself (AF-150).
func planKey(key *storedKey) *apigw.UsagePlanKey {
	return &apigw.UsagePlanKey{Id: key.Id, Name: key.Name, Type: new(apiKeyType), Value: key.Value}
}

func (t *tx) memberOf(plan, key string) (*storedKey, error) {
	there, err := t.has(t.memberStoreKey(plan, key))
	if err != nil {
		return nil, err
	}
	if !there {
		return nil, apigw.NotFound("Invalid Usage Plan Key identifier specified")
	}
	return t.storedKey(key)
}

func (t *tx) getUsagePlanKey(in *apigw.GetUsagePlanKeyInput) (*apigw.UsagePlanKey, error) {
	if _, err := t.usagePlan(in.UsagePlanId); err != nil {
		return nil, err
	}
	key, err := t.memberOf(in.UsagePlanId, in.KeyId)
	if err != nil {
		return nil, err
	}
	return planKey(key), nil
}

// getUsagePlanKeys begins with the newest; of a plan that is not there it has
// none, which is no error (AF-150).
func (t *tx) getUsagePlanKeys(in *apigw.GetUsagePlanKeysInput) (*apigw.UsagePlanKeys, error) {
	members, err := collect(scan[planMember](t, t.key("usageplankeys", in.UsagePlanId)))
	if err != nil {
		return nil, err
	}
	names := map[string]*storedKey{}
	for _, member := range members {
		if names[member.Key], err = t.storedKey(member.Key); err != nil {
			return nil, err
		}
	}
	members = slices.DeleteFunc(members, func(m *planMember) bool {
		return !strings.HasPrefix(deref(names[m.Key].Name), deref(in.NameQuery))
	})
	age := func(m *planMember) string { return byAge(m.Added, m.Key) }
	slices.SortFunc(members, func(a, b *planMember) int { return strings.Compare(age(a), age(b)) })
	page, position, err := paginate(members, age, in.Position, in.Limit)
	if err != nil {
		return nil, err
	}
	answer := &apigw.UsagePlanKeys{Position: position, Items: []apigw.UsagePlanKey{}}
	for _, member := range page {
		answer.Items = append(answer.Items, *planKey(names[member.Key]))
	}
	return answer, nil
}

func (t *tx) deleteUsagePlanKey(in *apigw.DeleteUsagePlanKeyInput) error {
	if _, err := t.usagePlan(in.UsagePlanId); err != nil {
		return err
	}
	if _, err := t.memberOf(in.UsagePlanId, in.KeyId); err != nil {
		return err
	}
	return t.removeMember(in.UsagePlanId, in.KeyId)
}
