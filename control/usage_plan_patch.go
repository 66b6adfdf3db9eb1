package control

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/poterne/poterne/apigw"
)

// usagePlanPatches is the table of UpdateUsagePlan (control plane §3.5); the
// texts in its list are AWS's, apidId and all.
var usagePlanPatches = patchTable[apigw.UsagePlan]{familyA, []patchRule[apigw.UsagePlan]{
	{path: "/name", ops: replace,
		apply: setText(func(p *apigw.UsagePlan) **string { return &p.Name })},
	{path: "/description", ops: replace,
		apply: setOptional(func(p *apigw.UsagePlan) **string { return &p.Description })},
	{path: "/apiStages", ops: add | remove, apply: patchApiStages},
	{path: "/quota", ops: remove, apply: removeQuota},
	{path: "/throttle", ops: remove, apply: removeThrottle},
	{path: "/productCode", ops: add | replace | remove, apply: patchProductCode},
	{path: "/throttle/burstLimit", ops: add | replace, apply: patchPlanBurst},
	{path: "/throttle/rateLimit", ops: add | replace, apply: patchPlanRate},
	{path: "/quota/limit", ops: add | replace,
		apply: patchQuota(func(q *apigw.QuotaSettings) **int { return &q.Limit })},
	{path: "/quota/offset", ops: add | replace,
		apply: patchQuota(func(q *apigw.QuotaSettings) **int { return &q.Offset })},
	{path: "/quota/period", ops: add | replace, apply: patchQuotaPeriod},
	{path: "/apiStages/*/throttle/**", ops: remove, apply: removeMethodThrottle,
		shown: "/apiStages/<apidId:stageName>/throttle/<resourcePath>/<httpMethod>"},
	{path: "/apiStages/*/throttle", ops: add | replace | remove, apply: patchStageThrottle,
		shown: "/apiStages/<apidId:stageName>/throttle"},
	{path: "/apiStages/*/throttle/**/burstLimit", ops: add | replace, apply: patchMethodBurst,
		shown: "/apiStages/<apidId:stageName>/throttle/<resourcePath>/<httpMethod>/burstLimit"},
	{path: "/apiStages/*/throttle/**/rateLimit", ops: add | replace, apply: patchMethodRate,
		shown: "/apiStages/<apidId:stageName>/throttle/<resourcePath>/<httpMethod>/rateLimit"},
}}

func (t *tx) updateUsagePlan(in *apigw.UpdateUsagePlanInput) (*apigw.UsagePlan, error) {
	plan, err := t.usagePlan(in.UsagePlanId)
	if err != nil {
		return nil, err
	}
	before := slices.Clone(plan.ApiStages)
	if err := usagePlanPatches.apply(plan, in.PatchOperations); err != nil {
		return nil, err
	}
	if err := t.checkAddedStages(before, plan.ApiStages); err != nil {
		return nil, err
	}
	if err := t.checkPlan(plan); err != nil {
		return nil, err
	}
	return shownPlan(plan), t.saveUsagePlan(plan)
}

// checkAddedStages wants the stages that a patch adds to exist, and the APIs
// before them (serverless-add-api-key#29, boto3#825).
func (t *tx) checkAddedStages(before, after []apigw.ApiStage) error {
	for _, s := range after {
		ref := stageRef(s)
		if slices.ContainsFunc(before, func(b apigw.ApiStage) bool { return stageRef(b) == ref }) {
			continue
		}
		if _, err := t.restApi(*s.ApiId); err != nil {
			return err
		}
		there, err := t.has(t.stageKey(*s.ApiId, *s.Stage))
		if err != nil {
			return err
		}
		if !there {
			return apigw.NotFound("API Stage not found: %s", ref)
		}
	}
	return nil
}

// patchApiStages: the stage is the value (AF-149).
func patchApiStages(plan *apigw.UsagePlan, p *patch) error {
	s, ok := splitStageRef(p.text())
	if !ok {
		return apigw.BadRequest("Invalid API Stage specified")
	}
	at := findStage(plan, p.text())
	switch {
	case p.op == add && at >= 0:
		return apigw.Conflict("API Stage %s is already associated with usageplan %s", p.text(), *plan.Id)
	case p.op == add:
		plan.ApiStages = append(plan.ApiStages, s)
	case at < 0:
		return errPlanStage(plan, s)
	default:
		plan.ApiStages = slices.Delete(slices.Clone(plan.ApiStages), at, at+1)
	}
	return nil
}

func errPlanStage(plan *apigw.UsagePlan, s apigw.ApiStage) error {
	return apigw.NotFound("Invalid API Stage {api: %s, stage: %s} specified for usageplan %s", *s.ApiId, *s.Stage, *plan.Id)
}

func removeQuota(plan *apigw.UsagePlan, _ *patch) error {
	plan.Quota = nil
	return nil
}

func removeThrottle(plan *apigw.UsagePlan, _ *patch) error {
	plan.Throttle = nil
	return nil
}

func patchProductCode(plan *apigw.UsagePlan, p *patch) error {
	plan.ProductCode = nil
	if p.op != remove {
		plan.ProductCode = optional(p.text())
	}
	return nil
}

// setBurst and setRate change a throttle, which they make if there is none.
func setBurst(throttle **apigw.ThrottleSettings, p *patch) error {
	limit, err := wholeNumber(p, 0, math.MaxInt32)
	if err == nil {
		changedThrottle(throttle).BurstLimit = &limit
	}
	return err
}

func setRate(throttle **apigw.ThrottleSettings, p *patch) error {
	limit, err := strconv.ParseFloat(p.text(), 64)
	if err != nil || math.IsInf(limit, 0) || !(limit >= 0) {
		return apigw.BadRequest("Invalid value %s specified for %s. Must be a number that is not negative", p.text(), p.path)
	}
	changedThrottle(throttle).RateLimit = new(apigw.Double(limit))
	return nil
}

func changedThrottle(throttle **apigw.ThrottleSettings) *apigw.ThrottleSettings {
	changed := apigw.ThrottleSettings{}
	if *throttle != nil {
		changed = **throttle
	}
	*throttle = &changed
	return &changed
}

func patchPlanBurst(plan *apigw.UsagePlan, p *patch) error { return setBurst(&plan.Throttle, p) }
func patchPlanRate(plan *apigw.UsagePlan, p *patch) error  { return setRate(&plan.Throttle, p) }

func changedQuota(plan *apigw.UsagePlan) *apigw.QuotaSettings {
	changed := apigw.QuotaSettings{}
	if plan.Quota != nil {
		changed = *plan.Quota
	}
	plan.Quota = &changed
	return &changed
}

func patchQuota(field func(*apigw.QuotaSettings) **int) func(*apigw.UsagePlan, *patch) error {
	return func(plan *apigw.UsagePlan, p *patch) error {
		n, err := wholeNumber(p, 0, math.MaxInt32)
		if err == nil {
			*field(changedQuota(plan)) = &n
		}
		return err
	}
}

func patchQuotaPeriod(plan *apigw.UsagePlan, p *patch) error {
	if _, known := quotaOffsets[p.text()]; !known {
		return apigw.BadRequest(badPeriod)
	}
	changedQuota(plan).Period = p.value
	return nil
}

// planStage is the plan's own stage that p's path names, with its throttles
// made the caller's to change.
func planStage(plan *apigw.UsagePlan, p *patch) (*apigw.ApiStage, error) {
	named, ok := splitStageRef(p.key())
	if !ok {
		return nil, apigw.BadRequest("Invalid API Stage specified")
	}
	at := findStage(plan, p.key())
	if at < 0 {
		return nil, errPlanStage(plan, named)
	}
	plan.ApiStages = slices.Clone(plan.ApiStages)
	plan.ApiStages[at].Throttle = maps.Clone(plan.ApiStages[at].Throttle)
	return &plan.ApiStages[at], nil
}

// patchStageThrottle sets the whole map, which is JSON.
func patchStageThrottle(plan *apigw.UsagePlan, p *patch) error {
	s, err := planStage(plan, p)
	if err != nil {
		return err
	}
	s.Throttle = nil
	if p.op == remove {
		return nil
	}
	var throttles map[string]*apigw.ThrottleSettings
	if err := json.Unmarshal([]byte(p.text()), &throttles); err != nil {
		return apigw.BadRequest("Invalid throttle specified for %s: a JSON object of burstLimit and rateLimit by method is expected", p.path)
	}
	maps.DeleteFunc(throttles, func(_ string, throttle *apigw.ThrottleSettings) bool { return throttle == nil })
	s.Throttle = omitEmptyMap(throttles)
	return nil
}

// methodName is the key of a method's throttle: "/pets/GET", and "//GET" for
// the root.
func methodName(p *patch) string { return p.keys[1] }

func removeMethodThrottle(plan *apigw.UsagePlan, p *patch) error {
	s, err := planStage(plan, p)
	if err != nil {
		return err
	}
	if s.Throttle[methodName(p)] == nil {
		return apigw.NotFound("Invalid method throttle specified: %s", methodName(p))
	}
	delete(s.Throttle, methodName(p))
	s.Throttle = omitEmptyMap(s.Throttle)
	return nil
}

func patchMethodBurst(plan *apigw.UsagePlan, p *patch) error {
	return patchMethodThrottle(plan, p, setBurst)
}

func patchMethodRate(plan *apigw.UsagePlan, p *patch) error {
	return patchMethodThrottle(plan, p, setRate)
}

func patchMethodThrottle(plan *apigw.UsagePlan, p *patch, set func(**apigw.ThrottleSettings, *patch) error) error {
	s, err := planStage(plan, p)
	if err != nil {
		return err
	}
	throttle := s.Throttle[methodName(p)]
	if err := set(&throttle, p); err != nil {
		return err
	}
	keepEmpty(&s.Throttle)
	s.Throttle[methodName(p)] = throttle
	return nil
}
