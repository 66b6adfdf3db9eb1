package control

import (
	"fmt"
	"math"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/store"
)

// Quotas bound what one region holds. A zero is AWS's own quota (control plane
// §2.30).
type Quotas struct {
	RegionalApis             int
	EdgeApis                 int
	PrivateApis              int
	ResourcesPerApi          int
	StagesPerApi             int
	AuthorizersPerApi        int
	PolicyBytes              int
	TemplateBytes            int
	DocumentBytes            int // of an imported document
	IntegrationTimeoutMillis int
	TagsPerResource          int
	StageVariables           int
	DocumentationPartsPerApi int
	VpcLinks                 int
	ClientCertificates       int
	PublicDomainNames        int
	PrivateDomainNames       int
	AccessAssociations       int
	ApiKeys                  int
	UsagePlans               int
	PlansPerKey              int
	MethodThrottles          int // of a usage plan's stage
}

// quotaTable says of each quota how settings name it, what AWS allows, and
// whether AWS raises it for who asks.
var quotaTable = []struct {
	name     string
	standard int
	raisable bool
	of       func(*Quotas) *int
}{
	{"regional-apis", 600, true, func(q *Quotas) *int { return &q.RegionalApis }},
	{"edge-apis", 120, true, func(q *Quotas) *int { return &q.EdgeApis }},
	{"private-apis", 600, true, func(q *Quotas) *int { return &q.PrivateApis }},
	{"resources-per-api", 300, true, func(q *Quotas) *int { return &q.ResourcesPerApi }},
	{"stages-per-api", 10, true, func(q *Quotas) *int { return &q.StagesPerApi }},
	{"authorizers-per-api", 10, true, func(q *Quotas) *int { return &q.AuthorizersPerApi }},
	{"policy-bytes", 8192, true, func(q *Quotas) *int { return &q.PolicyBytes }},
	{"template-bytes", 300 << 10, false, func(q *Quotas) *int { return &q.TemplateBytes }},
	{"document-bytes", 6 << 20, false, func(q *Quotas) *int { return &q.DocumentBytes }},
	{"integration-timeout-millis", 29_000, true, func(q *Quotas) *int { return &q.IntegrationTimeoutMillis }},
	{"tags-per-resource", 50, false, func(q *Quotas) *int { return &q.TagsPerResource }},
	{"stage-variables", 100, false, func(q *Quotas) *int { return &q.StageVariables }},
	{"documentation-parts-per-api", 2000, true, func(q *Quotas) *int { return &q.DocumentationPartsPerApi }},
	{"vpc-links", 20, true, func(q *Quotas) *int { return &q.VpcLinks }},
	{"client-certificates", 60, true, func(q *Quotas) *int { return &q.ClientCertificates }},
	{"public-domain-names", 120, true, func(q *Quotas) *int { return &q.PublicDomainNames }},
	{"private-domain-names", 50, true, func(q *Quotas) *int { return &q.PrivateDomainNames }},
	{"access-associations", 100, true, func(q *Quotas) *int { return &q.AccessAssociations }},
	{"api-keys", 10_000, false, func(q *Quotas) *int { return &q.ApiKeys }},
	{"usage-plans", 300, true, func(q *Quotas) *int { return &q.UsagePlans }},
	{"plans-per-key", 10, true, func(q *Quotas) *int { return &q.PlansPerKey }},
	{"method-throttles", 20, true, func(q *Quotas) *int { return &q.MethodThrottles }},
}

// Set sets the quota that settings call name ("resources-per-api").
func (q *Quotas) Set(name string, limit int) error {
	names := make([]string, 0, len(quotaTable))
	for _, row := range quotaTable {
		if row.name != name {
			names = append(names, row.name)
			continue
		}
		if limit < 1 {
			return fmt.Errorf("quota %s: %d is no quota, which is 1 or more", name, limit)
		}
		*row.of(q) = limit
		return nil
	}
	return fmt.Errorf("there is no quota %q; there are %s", name, strings.Join(names, ", "))
}

// orDefault is q with AWS's quota in the place of each that is zero.
func (q Quotas) orDefault() Quotas {
	for _, row := range quotaTable {
		if limit := row.of(&q); *limit == 0 {
			*limit = row.standard
		}
	}
	return q
}

// raised is q without a bound where AWS would raise it: an author's own file
// is served, and told what it would have to ask AWS for (Beyond).
func (q Quotas) raised() Quotas {
	for _, row := range quotaTable {
		if row.raisable {
			*row.of(&q) = math.MaxInt
		}
	}
	return q
}

// Beyond says what of def is more than AWS allows unless it is asked to raise a
// quota.
func Beyond(def *apigw.Definition) []string {
	q := Quotas{}.orDefault()
	var beyond []string
	for _, count := range []struct {
		what      string
		has, most int
	}{
		{"resources", len(def.Resources), q.ResourcesPerApi},
		{"authorizers", len(def.Authorizers), q.AuthorizersPerApi},
		{"bytes of resource policy", len(deref(def.RestApi.Policy)), q.PolicyBytes},
		{"milliseconds for an integration", longestTimeout(def), q.IntegrationTimeoutMillis},
	} {
		if count.has > count.most {
			beyond = append(beyond, fmt.Sprintf("%d %s, and AWS's quota is %d unless it is raised", count.has, count.what, count.most))
		}
	}
	return beyond
}

// longestTimeout is of the integrations that do not stream, whose limit is
// another.
func longestTimeout(def *apigw.Definition) (longest int) {
	for _, resource := range def.Resources {
		for _, method := range resource.ResourceMethods {
			if i := method.MethodIntegration; i != nil && deref(i.ResponseTransferMode) != apigw.ResponseTransferModeStream {
				longest = max(longest, deref(i.TimeoutInMillis))
			}
		}
	}
	return longest
}

// restApis is the quota of APIs of an endpoint type.
func (q *Quotas) restApis(endpointType string) int {
	switch endpointType {
	case apigw.EndpointTypeEdge:
		return q.EdgeApis
	case apigw.EndpointTypePrivate:
		return q.PrivateApis
	}
	return q.RegionalApis
}

// checkRoom wants fewer documents under prefix than quota, for one more of the
// kind what in where.
func (t *tx) checkRoom(prefix store.Key, quota int, what, where string) error {
	count, err := t.count(prefix)
	if err == nil && count >= quota {
		err = errQuota(what, where)
	}
	return err
}

// errQuota is AWS's answer at a quota: things of the kind what in where.
func errQuota(what, where string) error {
	return &apigw.Error{
		Code:       apigw.LimitExceededException,
		Message:    fmt.Sprintf("Maximum number of %s for %s has been reached. Please contact AWS if you need additional %s.", what, where, what),
		RetryAfter: 1,
	}
}
