package control

import (
	"iter"
	"slices"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
)

// checkNewRestApi is in AWS's order (AF-020 to AF-026).
func (t *tx) checkNewRestApi(in *apigw.CreateRestApiInput, api *apigw.RestApi) error {
	if in.Description != nil && *in.Description == "" {
		return apigw.BadRequest("Description cannot be an empty string")
	}
	if in.CloneFrom != nil {
		exists, err := t.has(t.apiKey(*in.CloneFrom))
		if err != nil {
			return err
		}
		if !exists {
			return apigw.BadRequest("Invalid API identifier specified")
		}
	}
	if err := t.checkTags(in.Tags); err != nil {
		return err
	}
	return t.checkRestApi(api)
}

// apiChecks are what a RestApi is held against whenever it is stored, in AWS's
// order (control plane §2.1, §7.4).
var apiChecks = []func(*tx, *apigw.RestApi) error{
	checkEndpointTypes,
	checkCompression,
	checkApiName,
	checkSecurityPolicy,
	normalisePolicy,
}

func (t *tx) checkRestApi(api *apigw.RestApi) error {
	for _, check := range apiChecks {
		if err := check(t, api); err != nil {
			return err
		}
	}
	return nil
}

func checkEndpointTypes(_ *tx, api *apigw.RestApi) error {
	endpoint := api.EndpointConfiguration
	if len(endpoint.Types) == 0 {
		return apigw.BadRequest("REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.")
	}
	if err := rule.EndpointTypes(endpoint.Types); err != nil {
		return err
	}
	private := isPrivateApi(api)
	if private && *endpoint.IpAddressType == apigw.IpAddressTypeIpv4 {
		return apigw.BadRequest("Only dualstack ipAddressType is supported for Private APIs.")
	}
	if !private && len(endpoint.VpcEndpointIds) > 0 {
		return apigw.BadRequest("VPCEndpoints can only be specified with PRIVATE apis.")
	}
	return nil
}

func isPrivateApi(api *apigw.RestApi) bool {
	return api.EndpointConfiguration != nil && slices.Contains(api.EndpointConfiguration.Types, apigw.EndpointTypePrivate)
}

func checkCompression(_ *tx, api *apigw.RestApi) error {
	return rule.CompressionSize(api.MinimumCompressionSize)
}

func checkApiName(_ *tx, api *apigw.RestApi) error {
	switch {
	case deref(api.Name) == "":
		return apigw.BadRequest("Name cannot be empty")
	case len(*api.Name) > 1024:
		return apigw.BadRequest("Invalid API name, can be at most 1024 characters.")
	}
	return nil
}

func checkSecurityPolicy(_ *tx, api *apigw.RestApi) error {
	if !isEnhanced(api.SecurityPolicy) && api.EndpointAccessMode != nil {
		return apigw.BadRequest("Endpoint access mode is not supported for the specified security policy")
	}
	return checkAccessMode(api.SecurityPolicy, api.EndpointAccessMode)
}

// isApiId says whether id can be the first label of a host name.
func isApiId(id string) bool {
	for _, c := range id {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return id != "" && len(id) <= 63 && id[0] != '-' && id[len(id)-1] != '-'
}

// checkApiQuota counts the region's APIs of a kind only when there are as many
// of any kind and region as may be.
func (t *tx) checkApiQuota(kind string) error {
	quota := t.deps.Quotas.restApis(kind)
	everywhere, err := countUpTo(Apis(t.Tx), quota)
	if err != nil || everywhere < quota {
		return err
	}
	count := 0
	for api, err := range t.restApis("") {
		if err != nil {
			return err
		}
		if slices.Contains(api.EndpointConfiguration.Types, kind) {
			count++
		}
	}
	if count >= quota {
		return errQuota("APIs", "this account")
	}
	return nil
}

// countUpTo counts a sequence, but no further than limit.
func countUpTo[T any](sequence iter.Seq2[T, error], limit int) (n int, err error) {
	for _, err := range sequence {
		if err != nil {
			return 0, err
		}
		if n++; n >= limit {
			break
		}
	}
	return n, nil
}
