package rule

import (
	"strings"

	"github.com/poterne/poterne/apigw"
)

// NoRequestValidator is said of a requestValidatorId that is none (AF-051).
const NoRequestValidator = "Invalid Request Validator identifier specified"

// RequestValidatorName refuses a name that is blank (§2.11).
func RequestValidatorName(name string) error {
	if strings.TrimSpace(name) == "" {
		return apigw.BadRequest("Request Validator name cannot be blank")
	}
	return nil
}
