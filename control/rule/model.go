package rule

import (
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/internal/lazyregexp"
)

var alphanumeric = lazyregexp.New(`^[a-zA-Z0-9]+$`)

// ModelName refuses what is no name of a Model (§2.10).
func ModelName(name string) error {
	if name == "" {
		return apigw.BadRequest("Model name must be non-empty")
	}
	if !alphanumeric.MatchString(name) {
		return apigw.BadRequest("Model name must be alphanumeric: %s", name)
	}
	return nil
}

// ModelURL is how a schema refers to a Model of an API, less the Model's name
// (AF-092).
func ModelURL(restApiId string) string {
	return "https://apigateway.amazonaws.com/restapis/" + restApiId + "/models/"
}

// ForeignReference is what is found about a reference from a Model's schema to
// what is no Model of the API.
const ForeignReference = "Model reference must be in canonical form"

// UnknownModel is what is found about a reference to a Model that is not there.
func UnknownModel(name string) string { return "Invalid model name specified: " + name }

// ErrModel is the envelope that AWS puts around what it finds in a Model.
func ErrModel(findings ...string) error {
	return apigw.BadRequest("Invalid model specified: Validation Result: warnings : [], errors : [%s]", strings.Join(findings, ", "))
}
