package rule

import (
	"slices"

	"github.com/poterne/poterne/apigw"
)

// SecurityPolicy is the policy that api has, where it was given none too
// (get-rest-apis and exports of 2025 and 2026; cdk-real-drift, issue 678, for
// PRIVATE).
func SecurityPolicy(api *apigw.RestApi) string {
	switch {
	case deref(api.SecurityPolicy) != "":
		return *api.SecurityPolicy
	case api.EndpointConfiguration != nil && slices.Contains(api.EndpointConfiguration.Types, apigw.EndpointTypePrivate):
		return apigw.SecurityPolicyTLS12
	}
	return apigw.SecurityPolicyTLS10
}

// EndpointTypes refuses more than one type, which no RestApi has (§2.1).
func EndpointTypes(types []string) error {
	if len(types) > 1 {
		return apigw.BadRequest("Cannot create an api with multiple Endpoint Types.")
	}
	return nil
}

// CompressionSize refuses what is no minimumCompressionSize.
func CompressionSize(size *int) error {
	if size == nil || *size >= 0 && *size <= 10_485_760 {
		return nil
	}
	return apigw.BadRequest("Invalid minimum compression size, must be between 0 and 10485760")
}
