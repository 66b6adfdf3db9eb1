package control

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/store"
)

// What an API key uses of a plan is counted by the gateway and added to
// documents by the day; what UpdateUsage grants are documents of their own, so
// that neither writes what the other does (control plane §2.16).

// A usageDocument is a number of requests.
type usageDocument struct {
	Requests int64 `json:"requests"`
}

// usageHistory is for how many days usage is kept and shown.
const usageHistory = 90

// noQuota is the remaining quota that GetUsage shows of a plan without one.
const noQuota = -1

// Meter is the gateway as it counts.
type Meter interface {
	// SaveUsage adds what was counted to what is stored.
	SaveUsage(ctx context.Context) error
}

func (t *tx) usageKey(day apigw.Day, plan, key string) store.Key {
	return t.key("usage", day.String(), plan, key)
}

func (t *tx) grantKey(day apigw.Day, plan, key string) store.Key {
	return t.key("usagegrants", day.String(), plan, key)
}

// addUsage adds to the number of requests at key.
func (t *tx) addUsage(key store.Key, requests int64) error {
	document, err := load[usageDocument](t, key)
	if err != nil {
		return err
	}
	if document == nil {
		document = &usageDocument{}
	}
	document.Requests += requests
	return t.save(key, document)
}

// AddUsage stores what a gateway counted, all of it or nothing.
func (s *Service) AddUsage(ctx context.Context, counts []apigw.UsageCount) error {
	_, err := s.deps.Store.Update(ctx, func(in store.Tx) error {
		for _, u := range counts {
			t := s.newTx(Caller{Region: u.Region, AccountId: s.deps.AccountId}, in)
			if err := t.addUsage(t.usageKey(u.Day, u.UsagePlanId, u.KeyId), u.Requests); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

// Usage is what was stored of the latest apigw.MaxPeriod days: what a gateway
// has to know of the past.
func (s *Service) Usage(in store.Tx) ([]apigw.UsageCount, error) {
	since := apigw.DayOf(s.deps.Now()) - apigw.MaxPeriod
	var counts []apigw.UsageCount
	for region, err := range Regions(in) {
		if err != nil {
			return nil, err
		}
		t := s.newTx(Caller{Region: region, AccountId: s.deps.AccountId}, in)
		for u, err := range t.usageSince(since) {
			if err != nil {
				return nil, err
			}
			counts = append(counts, u)
		}
	}
	return counts, nil
}

// PruneUsage deletes what is older than GetUsage shows.
func (s *Service) PruneUsage(ctx context.Context) error {
	oldest := apigw.DayOf(s.deps.Now()) - usageHistory
	_, err := s.deps.Store.Update(ctx, func(in store.Tx) error {
		for region, err := range Regions(in) {
			if err != nil {
				return err
			}
			t := s.newTx(Caller{Region: region, AccountId: s.deps.AccountId}, in)
			for _, kind := range []string{"usage", "usagegrants"} {
				if err := t.deleteDaysBefore(kind, oldest); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return err
}

func (t *tx) deleteDaysBefore(kind string, oldest apigw.Day) error {
	var old []store.Key
	for entry, err := range t.Scan(t.key(kind), "", 0) {
		if err != nil {
			return err
		}
		if entry.Key.Segments()[2] >= oldest.String() {
			break
		}
		old = append(old, entry.Key)
	}
	for _, key := range old {
		if err := t.Delete(key); err != nil {
			return err
		}
	}
	return nil
}

// usageSince gives what was counted from a day on, by day, plan and key.
func (t *tx) usageSince(since apigw.Day) func(func(apigw.UsageCount, error) bool) {
	return func(yield func(apigw.UsageCount, error) bool) {
		for entry, err := range t.Scan(t.key("usage"), t.key("usage", since.String()), 0) {
			if err != nil {
				yield(apigw.UsageCount{}, err)
				return
			}
			if !yield(t.usageCount(entry)) {
				return
			}
		}
	}
}

func (t *tx) usageCount(entry store.Entry) (apigw.UsageCount, error) {
	ids := entry.Key.Segments()[2:]
	day, err := apigw.ParseDay(ids[0])
	if err != nil {
		return apigw.UsageCount{}, err
	}
	document, err := store.Decode[usageDocument](entry)
	if err != nil {
		return apigw.UsageCount{}, err
	}
	return apigw.UsageCount{Region: t.caller.Region, Day: day, UsagePlanId: ids[1], KeyId: ids[2], Requests: document.Requests}, nil
}

// grants are what UpdateUsage granted a key, by the day, in the time that is
// kept.
func (t *tx) grants(plan, key string) ([]apigw.UsageGrant, error) {
	today := apigw.DayOf(t.deps.Now())
	var grants []apigw.UsageGrant
	for day := today - usageHistory; day <= today; day++ {
		document, err := load[usageDocument](t, t.grantKey(day, plan, key))
		if err != nil {
			return nil, err
		}
		if document != nil {
			grants = append(grants, apigw.UsageGrant{Day: day, Requests: document.Requests})
		}
	}
	return grants, nil
}

// A dateRange is of whole days, both included.
type dateRange struct{ first, last apigw.Day }

// usageRange checks the range of a GetUsage.
func usageRange(in *apigw.GetUsageInput) (r dateRange, err error) {
	if r.first, err = apigw.ParseDay(in.StartDate); err != nil {
		return r, apigw.BadRequest("Invalid startDate specified. Valid format: YYYY-MM-DD")
	}
	if r.last, err = apigw.ParseDay(in.EndDate); err != nil {
		return r, apigw.BadRequest("Invalid endDate specified. Valid format: YYYY-MM-DD")
	}
	if r.last < r.first {
		return r, apigw.BadRequest("Usage end date must be after start date")
	}
	if r.last-r.first > usageHistory {
		return r, apigw.BadRequest("Invalid date range specified. The range must not exceed %d days", usageHistory)
	}
	return r, nil
}

// getUsage first has the gateway save what it counted, so that what it answers
// is what the gateway holds callers to.
func (s *Service) getUsage(ctx context.Context, c Caller, in *apigw.GetUsageInput) (usage *apigw.Usage, err error) {
	if err := s.saveUsage(ctx); err != nil {
		return nil, err
	}
	err = s.view(ctx, c, func(t *tx) error {
		usage, err = t.getUsage(in)
		return err
	})
	return usage, err
}

func (s *Service) saveUsage(ctx context.Context) error {
	if s.deps.Meter == nil {
		return nil
	}
	return s.deps.Meter.SaveUsage(ctx)
}

func (t *tx) getUsage(in *apigw.GetUsageInput) (*apigw.Usage, error) {
	plan, err := t.usagePlan(in.UsagePlanId)
	if err != nil {
		return nil, err
	}
	days, err := usageRange(in)
	if err != nil {
		return nil, err
	}
	keys, err := t.usageKeys(in)
	if err != nil {
		return nil, err
	}
	page, position, err := paginate(keys, func(id string) string { return id }, in.Position, in.Limit)
	if err != nil {
		return nil, err
	}
	usage := &apigw.Usage{UsagePlanId: plan.Id, StartDate: &in.StartDate, EndDate: &in.EndDate, Position: position, Items: map[string][][]int64{}}
	for _, key := range page {
		if usage.Items[key], err = t.dailyUsage(plan, key, days); err != nil {
			return nil, err
		}
	}
	return usage, nil
}

// usageKeys are the keys of the plan that the call is about, by id.
func (t *tx) usageKeys(in *apigw.GetUsageInput) ([]string, error) {
	if in.KeyId != nil {
		if _, err := t.storedKey(*in.KeyId); err != nil {
			return nil, err
		}
		return []string{*in.KeyId}, nil
	}
	keys := map[string]bool{}
	for member, err := range scan[planMember](t, t.key("usageplankeys", in.UsagePlanId)) {
		if err != nil {
			return nil, err
		}
		keys[member.Key] = true
	}
	return slices.Sorted(maps.Keys(keys)), nil
}

// dailyUsage is a pair of what was used and what remained for each day.
// Remaining goes down through a period.
func (t *tx) dailyUsage(plan *apigw.UsagePlan, key string, days dateRange) ([][]int64, error) {
	remaining, err := t.remaining(plan, key)
	if err != nil {
		return nil, err
	}
	period := days.first
	if plan.Quota != nil {
		period = plan.Quota.PeriodStart(days.first)
	}
	var used, spent int64
	pairs := make([][]int64, 0, days.last-days.first+1)
	for day := period; day <= days.last; day++ {
		document, err := load[usageDocument](t, t.usageKey(day, *plan.Id, key))
		if err != nil {
			return nil, err
		}
		if used = 0; document != nil {
			used = document.Requests
		}
		if plan.Quota != nil && plan.Quota.PeriodStart(day) == day {
			spent = 0
		}
		if spent += used; day >= days.first {
			pairs = append(pairs, []int64{used, remaining(day, spent)})
		}
	}
	return pairs, nil
}

// remaining says what of a key's quota is left on a day, once so much of it
// was spent in the day's period.
func (t *tx) remaining(plan *apigw.UsagePlan, key string) (func(apigw.Day, int64) int64, error) {
	if plan.Quota == nil {
		return func(apigw.Day, int64) int64 { return noQuota }, nil
	}
	member, err := load[planMember](t, t.memberStoreKey(*plan.Id, key))
	if err != nil {
		return nil, err
	}
	if member == nil {
		member = &planMember{}
	}
	grants, err := t.grants(*plan.Id, key)
	if err != nil {
		return nil, err
	}
	return func(day apigw.Day, spent int64) int64 {
		return max(0, plan.Quota.Allowance(member.joined(), grants, day)-spent)
	}, nil
}

// A usageState is what UpdateUsage changes.
type usageState struct{ remaining int64 }

var usagePatches = patchTable[usageState]{familyA, []patchRule[usageState]{
	{path: "/remaining", ops: replace, apply: patchRemaining},
}}

func patchRemaining(u *usageState, p *patch) error {
	n, err := strconv.ParseInt(p.text(), 10, 64)
	if err != nil || n < 0 || n > 1<<53 {
		return apigw.BadRequest("Invalid value specified for remaining. It must be a whole number that is not negative")
	}
	u.remaining = n
	return nil
}

func (s *Service) updateUsage(ctx context.Context, c Caller, in *apigw.UpdateUsageInput) (usage *apigw.Usage, err error) {
	if err := s.saveUsage(ctx); err != nil {
		return nil, err
	}
	err = s.update(ctx, c, func(t *tx) error {
		usage, err = t.updateUsage(in)
		return err
	})
	return usage, err
}

// updateUsage grants what lacks to the remaining quota of today's period that
// the call asks for, or takes away what is beyond it.
func (t *tx) updateUsage(in *apigw.UpdateUsageInput) (*apigw.Usage, error) {
	plan, err := t.usagePlan(in.UsagePlanId)
	if err != nil {
		return nil, err
	}
	if _, err := t.memberOf(in.UsagePlanId, in.KeyId); err != nil {
		return nil, err
	}
	state := usageState{remaining: -1}
	if err := usagePatches.apply(&state, in.PatchOperations); err != nil {
		return nil, err
	}
	if plan.Quota == nil {
		return nil, apigw.BadRequest("Usage Plan %s has no quota", *plan.Id)
	}
	today := apigw.DayOf(t.deps.Now())
	if state.remaining >= 0 {
		if err := t.grantTo(plan, in.KeyId, state.remaining); err != nil {
			return nil, err
		}
	}
	date := today.String()
	return t.getUsage(&apigw.GetUsageInput{UsagePlanId: in.UsagePlanId, KeyId: &in.KeyId, StartDate: date, EndDate: date})
}

func (t *tx) grantTo(plan *apigw.UsagePlan, key string, remaining int64) error {
	today := apigw.DayOf(t.deps.Now())
	member, err := load[planMember](t, t.memberStoreKey(*plan.Id, key))
	if err != nil {
		return err
	}
	grants, err := t.grants(*plan.Id, key)
	if err != nil {
		return err
	}
	left := plan.Quota.Allowance(member.joined(), grants, today)
	for day := plan.Quota.PeriodStart(today); day <= today; day++ {
		document, err := load[usageDocument](t, t.usageKey(day, *plan.Id, key))
		if err != nil {
			return err
		}
		if document != nil {
			left -= document.Requests
		}
	}
	return t.addUsage(t.grantKey(today, *plan.Id, key), remaining-left)
}
