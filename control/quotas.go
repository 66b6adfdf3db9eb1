package control

import (
	"fmt"

	"github.com/poterne/poterne/apigw"
)

// Quotas bound what one region holds. AWS's are DefaultQuotas (control plane
// §2.30).
type Quotas struct {
	RestApis                 map[string]int // by endpoint type
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
}

// DefaultQuotas are AWS's.
func DefaultQuotas() Quotas {
	return Quotas{
		RestApis: map[string]int{
			apigw.EndpointTypeRegional: 600,
			apigw.EndpointTypeEdge:     120,
			apigw.EndpointTypePrivate:  600,
		},
		ResourcesPerApi:          300,
		StagesPerApi:             10,
		AuthorizersPerApi:        10,
		PolicyBytes:              8192,
		TemplateBytes:            300 << 10,
		DocumentBytes:            6 << 20,
		IntegrationTimeoutMillis: 29_000,
		TagsPerResource:          50,
		StageVariables:           100,
		DocumentationPartsPerApi: 2000,
		VpcLinks:                 20,
		ClientCertificates:       60,
		PublicDomainNames:        120,
		PrivateDomainNames:       50,
		AccessAssociations:       100,
		ApiKeys:                  10_000,
		UsagePlans:               300,
		PlansPerKey:              10,
	}
}

// orDefault is q with AWS's quota in the place of each that is zero.
func (q Quotas) orDefault() Quotas {
	d := DefaultQuotas()
	if q.RestApis == nil {
		q.RestApis = d.RestApis
	}
	for _, quota := range []struct {
		set      *int
		standard int
	}{
		{&q.ResourcesPerApi, d.ResourcesPerApi},
		{&q.StagesPerApi, d.StagesPerApi},
		{&q.AuthorizersPerApi, d.AuthorizersPerApi},
		{&q.PolicyBytes, d.PolicyBytes},
		{&q.TemplateBytes, d.TemplateBytes},
		{&q.DocumentBytes, d.DocumentBytes},
		{&q.IntegrationTimeoutMillis, d.IntegrationTimeoutMillis},
		{&q.TagsPerResource, d.TagsPerResource},
		{&q.StageVariables, d.StageVariables},
		{&q.DocumentationPartsPerApi, d.DocumentationPartsPerApi},
		{&q.VpcLinks, d.VpcLinks},
		{&q.ClientCertificates, d.ClientCertificates},
		{&q.PublicDomainNames, d.PublicDomainNames},
		{&q.PrivateDomainNames, d.PrivateDomainNames},
		{&q.AccessAssociations, d.AccessAssociations},
		{&q.ApiKeys, d.ApiKeys},
		{&q.UsagePlans, d.UsagePlans},
		{&q.PlansPerKey, d.PlansPerKey},
	} {
		if *quota.set == 0 {
			*quota.set = quota.standard
		}
	}
	return q
}

// errQuota is AWS's answer at a quota: things of the kind what in where.
func errQuota(what, where string) error {
	return &apigw.Error{
		Code:       apigw.LimitExceededException,
		Message:    fmt.Sprintf("Maximum number of %s for %s has been reached. Please contact AWS if you need additional %s.", what, where, what),
		RetryAfter: 1,
	}
}

// errTooLong is the answer to a text of more than limit bytes.
func errTooLong(text string, limit int) error {
	return &apigw.Error{
		Code:       apigw.LimitExceededException,
		Message:    fmt.Sprintf("%s exceeds the maximum size of %d bytes", text, limit),
		RetryAfter: 1,
	}
}

// checkTemplateSizes: a mapping template has at most 300 KB.
func (t *tx) checkTemplateSizes(templates apigw.Templates) error {
	for _, contentType := range sortedKeys(templates) {
		if len(deref(templates[contentType])) > t.deps.Quotas.TemplateBytes {
			return errTooLong("The mapping template for content type "+contentType, t.deps.Quotas.TemplateBytes)
		}
	}
	return nil
}
