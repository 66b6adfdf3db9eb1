package rule

import "github.com/poterne/poterne/apigw"

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
