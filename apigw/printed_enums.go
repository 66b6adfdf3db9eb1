package apigw

// PrintedEnum is the enum of s in the order in which AWS's messages print it.
// Where that order was recorded it is a Java hash order (control plane §1.7,
// AF-010, AF-013, AF-068, AF-107, AF-112); elsewhere it is the contract's.
func (s *Shape) PrintedEnum() []string {
	if printed, ok := printedEnums[s.Name]; ok {
		return printed
	}
	return s.Enum
}

var printedEnums = map[string][]string{
	"Op":              {"add", "remove", "move", "test", "replace", "copy"},
	"IntegrationType": {"HTTP", "MOCK", "AWS_PROXY", "HTTP_PROXY", "AWS"},
	"EndpointType":    {"PRIVATE", "EDGE", "REGIONAL"},
	"IpAddressType":   {"ipv4", "dualstack"},
	"DocumentationPartType": {
		"RESPONSE_BODY", "RESPONSE", "METHOD", "MODEL", "AUTHORIZER", "RESPONSE_HEADER", "RESOURCE",
		"PATH_PARAMETER", "REQUEST_BODY", "QUERY_PARAMETER", "API", "REQUEST_HEADER",
	},
	"GatewayResponseType": {
		"REQUEST_TOO_LARGE", "RESOURCE_NOT_FOUND", "AUTHORIZER_CONFIGURATION_ERROR", "MISSING_AUTHENTICATION_TOKEN",
		"BAD_REQUEST_BODY", "INVALID_SIGNATURE", "INVALID_API_KEY", "BAD_REQUEST_PARAMETERS", "AUTHORIZER_FAILURE",
		"UNAUTHORIZED", "INTEGRATION_TIMEOUT", "ACCESS_DENIED", "DEFAULT_4XX", "DEFAULT_5XX", "WAF_FILTERED",
		"QUOTA_EXCEEDED", "THROTTLED", "API_CONFIGURATION_ERROR", "UNSUPPORTED_MEDIA_TYPE", "INTEGRATION_FAILURE",
		"EXPIRED_TOKEN",
	},
}
