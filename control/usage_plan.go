package control

import (
	"maps"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
	"github.com/poterne/poterne/store"
)

// A UsagePlan is a document under its id; its keys are documents of their own
// (control plane §2.14).

const noPlan = "Invalid Usage Plan ID specified"

func (t *tx) planStoreKey(id string) store.Key { return t.key("usageplans", id) }

func (t *tx) usagePlan(id string) (*apigw.UsagePlan, error) {
	plan, err := load[apigw.UsagePlan](t, t.planStoreKey(id))
	if err == nil && plan == nil {
		err = apigw.NotFound(noPlan)
	}
	return plan, err
}

func (t *tx) saveUsagePlan(plan *apigw.UsagePlan) error {
	return t.save(t.planStoreKey(*plan.Id), plan)
}

func (t *tx) createUsagePlan(in *apigw.CreateUsagePlanInput) (*apigw.UsagePlan, error) {
	plan := &apigw.UsagePlan{
		Name:        &in.Name,
		Description: optional(deref(in.Description)),
		ApiStages:   append([]apigw.ApiStage{}, in.ApiStages...), // shown even when there are none (AF-147)
		Throttle:    in.Throttle,
		Quota:       in.Quota,
		Tags:        omitEmptyMap(in.Tags),
	}
	if err := t.checkNewPlan(plan); err != nil {
		return nil, err
	}
	id, err := t.newID("usageplan", t.planStoreKey)
	if err != nil {
		return nil, err
	}
	plan.Id = &id
	return plan, t.saveUsagePlan(plan)
}

func (t *tx) checkNewPlan(plan *apigw.UsagePlan) error {
	if err := t.checkPlan(plan); err != nil {
		return err
	}
	for _, s := range plan.ApiStages {
		if err := t.checkNewPlanStage(s); err != nil {
			return err
		}
	}
	if err := t.checkTags(plan.Tags); err != nil {
		return err
	}
	return t.checkRoom(t.key("usageplans"), t.deps.Quotas.UsagePlans, "Usage Plans", "this account")
}

// checkNewPlanStage: what CreateUsagePlan says of a stage that is not there
// has its placeholders left in (control plane §2.14).
func (t *tx) checkNewPlanStage(s apigw.ApiStage) error {
	if s.ApiId == nil {
		return t.errNoApi("null")
	}
	there, err := t.has(t.stageKey(*s.ApiId, deref(s.Stage)))
	if err != nil || there {
		return err
	}
	return apigw.BadRequest("%s", "Invalid API Stage {api: %s, stage: %s} specified for usageplan %s")
}

// checkPlan holds a plan against the rules that need no other document.
// A burst above the rate is fine (AF-147).
func (t *tx) checkPlan(plan *apigw.UsagePlan) error {
	if deref(plan.Name) == "" {
		return apigw.BadRequest("Usage Plan name cannot be empty")
	}
	if err := checkThrottle(plan.Throttle); err != nil {
		return err
	}
	for _, s := range plan.ApiStages {
		for _, method := range slices.Sorted(maps.Keys(s.Throttle)) {
			if err := checkThrottledMethod(method); err != nil {
				return err
			}
			if err := checkThrottle(s.Throttle[method]); err != nil {
				return err
			}
		}
		if len(s.Throttle) > t.deps.Quotas.MethodThrottles {
			return errQuota("method throttles", "this API stage")
		}
	}
	return checkQuota(plan.Quota)
}

// checkThrottledMethod wants "/pets/GET", "//GET" for the root: AWS says 404 of
// one that it does not find (cdk-preflight; aws-cdk, issue 15426).
func checkThrottledMethod(method string) error {
	path, verb := method, ""
	if at := strings.LastIndex(method, "/"); at >= 0 {
		path, verb = method[:at], method[at+1:]
	}
	if strings.HasPrefix(path, "/") && (verb == "*" || rule.Verbs.Has(verb)) {
		return nil
	}
	return apigw.NotFound("Invalid method {resourcePath: %s,method: %s} specified", path, verb)
}

func checkThrottle(throttle *apigw.ThrottleSettings) error {
	if throttle == nil || deref(throttle.BurstLimit) >= 0 && deref(throttle.RateLimit) >= 0 {
		return nil
	}
	return apigw.BadRequest("Usage Plan throttle limits must not be negative")
}

// quotaOffsets is how far into each period a quota can begin to count.
var quotaOffsets = map[string]int{
	apigw.QuotaPeriodTypeDay:   0,
	apigw.QuotaPeriodTypeWeek:  6,
	apigw.QuotaPeriodTypeMonth: 27,
}

const badPeriod = "Invalid Usage Plan quota period specified. Must be one of [DAY, WEEK, MONTH]"

// checkQuota also fills in the offset (AF-147); the texts are AWS's
// (cdk-preflight).
func checkQuota(quota *apigw.QuotaSettings) error {
	if quota == nil {
		return nil
	}
	setDefault(&quota.Offset, 0)
	if deref(quota.Limit) <= 0 {
		return apigw.BadRequest("Usage Plan quota limit must be a non-negative numeric")
	}
	if quota.Period == nil {
		return apigw.BadRequest(badPeriod)
	}
	if most := quotaOffsets[*quota.Period]; *quota.Offset < 0 || *quota.Offset > most {
		return apigw.BadRequest("Usage Plan quota offset must be between 0 and %d inclusive in the %s period", most, *quota.Period)
	}
	return nil
}

// shownPlan is a plan as Get and Update show it (AF-006).
func shownPlan(plan *apigw.UsagePlan) *apigw.UsagePlan {
	shown := *plan
	keepEmpty(&shown.Tags)
	return &shown
}

func (t *tx) getUsagePlan(in *apigw.GetUsagePlanInput) (*apigw.UsagePlan, error) {
	plan, err := t.usagePlan(in.UsagePlanId)
	if err != nil {
		return nil, err
	}
	return shownPlan(plan), nil
}

// getUsagePlans lists by id, the plans of one key if the call names it.
func (t *tx) getUsagePlans(in *apigw.GetUsagePlansInput) (*apigw.UsagePlans, error) {
	plans, err := values(scan[apigw.UsagePlan](t, t.key("usageplans")))
	if err != nil {
		return nil, err
	}
	if in.KeyId != nil {
		of, err := t.plansOf(*in.KeyId)
		if err != nil {
			return nil, err
		}
		plans = slices.DeleteFunc(plans, func(p apigw.UsagePlan) bool { return !slices.Contains(of, *p.Id) })
	}
	page, position, err := paginate(plans, func(p apigw.UsagePlan) string { return *p.Id }, in.Position, in.Limit)
	return &apigw.UsagePlans{Items: append([]apigw.UsagePlan{}, page...), Position: position}, err
}

// deleteUsagePlan takes the plan's keys along; stages must be detached before.
func (t *tx) deleteUsagePlan(in *apigw.DeleteUsagePlanInput) error {
	plan, err := t.usagePlan(in.UsagePlanId)
	if err != nil {
		return err
	}
	if len(plan.ApiStages) > 0 {
		return apigw.BadRequest("Cannot delete Usage Plan %s because there are API Stages associated with it, including %s", *plan.Id, stageRef(plan.ApiStages[0]))
	}
	members, err := collect(scan[planMember](t, t.key("usageplankeys", in.UsagePlanId)))
	if err != nil {
		return err
	}
	for _, member := range members {
		if err := t.removeMember(in.UsagePlanId, member.Key); err != nil {
			return err
		}
	}
	return t.Delete(t.planStoreKey(in.UsagePlanId))
}

// stageRef is how patches name a stage: "api:stage".
func stageRef(s apigw.ApiStage) string { return deref(s.ApiId) + ":" + deref(s.Stage) }

// findStage is the index of the stage in the plan, -1 if it is not there.
func findStage(plan *apigw.UsagePlan, ref string) int {
	return slices.IndexFunc(plan.ApiStages, func(s apigw.ApiStage) bool { return stageRef(s) == ref })
}

// detachStages takes an API's stage out of all plans, or with "" all stages of
// the API, when they are deleted (AF-152).
func (t *tx) detachStages(api, stage string) error {
	plans, err := collect(scan[apigw.UsagePlan](t, t.key("usageplans")))
	if err != nil {
		return err
	}
	for _, plan := range plans {
		rest := slices.DeleteFunc(slices.Clone(plan.ApiStages), func(s apigw.ApiStage) bool {
			return deref(s.ApiId) == api && (stage == "" || deref(s.Stage) == stage)
		})
		if len(rest) == len(plan.ApiStages) {
			continue
		}
		plan.ApiStages = rest
		if err := t.saveUsagePlan(plan); err != nil {
			return err
		}
	}
	return nil
}

// splitStageRef takes "api:stage" apart.
func splitStageRef(ref string) (s apigw.ApiStage, ok bool) {
	api, stage, ok := strings.Cut(ref, ":")
	return apigw.ApiStage{ApiId: &api, Stage: &stage}, ok
}
