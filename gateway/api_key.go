package gateway

import (
	"crypto/sha256"
	"strings"
	"unsafe"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/throttle"
	"github.com/poterne/poterne/wire/httpmsg"
)

const apiKeyHeader = "X-API-Key"

// maxKeyLength is that of an API key's value; nothing longer is looked up.
const maxKeyLength = 128

// checkAPIKey lets through who has a key of a usage plan for the stage, and
// holds the key to the plan's limits (data plane §7). Keys are known by their
// digest alone, so the time of a look-up says nothing of how much of a key was
// guessed.
func checkAPIKey(inv *Invocation) error {
	site := inv.snapshot.sites[inv.region()]
	name := stageName{inv.context.APIID, inv.context.Stage}
	value := inv.apiKey()
	inv.noteUsagePlan(value)
	if value == "" {
		return inv.errNoKey(value, "API Key was not provided")
	}
	key, ok := site.key(digestOf(value))
	if !ok {
		return inv.errNoKey(value, "API Key not found")
	}
	inv.context.Identity.APIKey, inv.context.Identity.APIKeyID = value, key.id
	if !key.enabled {
		return inv.errNoKey(value, "API Key is disabled")
	}
	plan, member := site.access(key.id, name)
	if plan == nil {
		return inv.errNoKey(value, "No Usage Plan found for key and API Stage")
	}
	return inv.spend(plan, member, name)
}

// apiKey is the value that the request is made with: of the header, or of what
// a Lambda authorizer answered; never of the one in the place of the other.
func (inv *Invocation) apiKey() string {
	value := inv.usageIdentifierKey
	if !inv.method.deployment.keyFromAuthorizer {
		value = lastHeader(&inv.req.Header, apiKeyHeader)
	}
	if len(value) > maxKeyLength {
		return value[:maxKeyLength+1] // no key is as long as that either
	}
	return value
}

// lastHeader is the value of a header in any case; the last of several counts
// (data plane §3.3).
func lastHeader(h *httpmsg.Header, name string) string {
	for i := h.Len() - 1; i >= 0; i-- {
		if f := h.At(i); len(f.Name) == len(name) && strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

func digestOf(value string) apigw.KeyDigest {
	return sha256.Sum256(unsafe.Slice(unsafe.StringData(value), len(value)))
}

// spend takes a token of the key's throttle and a request of its quota. The
// plan's limit for the Method stands in the place of the one for all; what is
// throttled uses no quota.
func (inv *Invocation) spend(plan *livePlan, member *liveMember, name stageName) error {
	limit, bucket := plan.limit, member.bucket
	if own, v, ok := plan.methodLimit(name, inv.method.method, requestVerb(inv.context.HTTPMethod)); ok {
		limit = &own
		bucket = inv.g.buckets.get(bucketKey{
			region: inv.region(), plan: deref(plan.def.Plan.Id), key: inv.context.Identity.APIKeyID,
			api: name.api, stage: name.stage, path: inv.method.resourcePath, verb: v,
		})
	}
	if limit != nil && !bucket.Take(*limit, inv.ticks()) {
		return inv.errThrottled("Key", *limit)
	}
	if !plan.take(member, apigw.DayOf(inv.start)) {
		return inv.errQuota(plan)
	}
	if inv.listener != nil {
		inv.note(noteUsagePlanOk, mask(inv.context.Identity.APIKey), name.api+"/"+name.stage)
	}
	return nil
}

// ticks is the time of the request on the clock of token buckets, which never
// goes back.
func (inv *Invocation) ticks() int64 { return int64(inv.start.Sub(inv.g.epoch)) }

func (inv *Invocation) noteUsagePlan(key string) {
	if inv.listener != nil {
		inv.note(noteExtendedId, inv.context.ExtendedRequestID)
		inv.note(noteUsagePlan, inv.context.RequestID, mask(key)+" API Stage: "+inv.context.APIID+"/"+inv.context.Stage)
	}
}

// noteNoPlan writes what the log has of a Method without apiKeyRequired in the
// place of the check (data plane §21.1).
func (inv *Invocation) noteNoPlan() {
	if inv.mode != modeLive || inv.method.apiKeyRequired {
		return
	}
	key := inv.apiKey()
	inv.noteUsagePlan(key)
	inv.note(noteKeyNotNeeded, mask(key), "'"+inv.context.HTTPMethod+" "+inv.context.ResourcePath+"'")
	inv.note(noteUsagePlanOk, mask(key), inv.context.APIID+"/"+inv.context.Stage)
}

var errInvalidKey = &failure{kind: invalidAPIKey}

// errNoKey is 403, whatever is wrong with the key: the log alone says it.
func (inv *Invocation) errNoKey(key, why string) error {
	if inv.listener == nil {
		return errInvalidKey
	}
	return &failure{kind: invalidAPIKey, note: noteNoKey, details: [2]string{mask(key), "'" + inv.context.HTTPMethod + " " + inv.context.ResourcePath +
		"' requires API Key and API Key is not associated with a usage plan for API Stage " + inv.context.APIID + "/" + inv.context.Stage + ": " + why}}
}

var errTooManyRequests = &failure{kind: throttled}

// errThrottled is 429; whose is "Key", "Method" or "Account".
func (inv *Invocation) errThrottled(whose string, limit throttle.Limit) error {
	if inv.listener == nil {
		return errTooManyRequests
	}
	return &failure{kind: throttled, note: noteThrottled, details: [2]string{whose, inv.throttleText(limit)}}
}

var errQuotaExceeded = &failure{kind: quotaExceeded}

func (inv *Invocation) errQuota(plan *livePlan) error {
	if inv.listener == nil {
		return errQuotaExceeded
	}
	return &failure{kind: quotaExceeded, note: noteQuota, details: [2]string{inv.quotaText(plan.quota)}}
}
