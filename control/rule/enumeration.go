package rule

import (
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
)

// An Enumeration is a member that has few values.
type Enumeration struct {
	refusal string // of another value, with these in the place of %s
	values  []string
}

// The enumerations whose values AWS lists when it refuses one.
var (
	Verbs                = Enumeration{"Invalid HttpMethod specified. Valid options are %s", []string{"GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY"}} // AF-049
	ContentHandlings     = Enumeration{"Invalid contentHandling specified. Valid options are %s", []string{apigw.ContentHandlingStrategyConvertToBinary, apigw.ContentHandlingStrategyConvertToText}}
	ConnectionTypes      = Enumeration{"Invalid connectionType specified. Valid options are %s", []string{apigw.ConnectionTypeInternet, apigw.ConnectionTypeVPCLink}}
	TransferModes        = Enumeration{"Invalid ResponseTransferMode. Valid options are %s", []string{apigw.ResponseTransferModeBuffered, apigw.ResponseTransferModeStream}}
	passthroughBehaviors = Enumeration{"Invalid passthroughBehavior specified. Valid options are %s", []string{"WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"}}
	integrationTypes     = Enumeration{"Invalid integration type specified. Valid options are %s", []string{apigw.IntegrationTypeHTTP, apigw.IntegrationTypeMock, apigw.IntegrationTypeAWSProxy, apigw.IntegrationTypeHTTPProxy, apigw.IntegrationTypeAWS}}
)

// Has says whether value is one of e.
func (e Enumeration) Has(value string) bool { return slices.Contains(e.values, value) }

// Check refuses what is not one of e.
func (e Enumeration) Check(value string) error {
	if e.Has(value) {
		return nil
	}
	return apigw.BadRequest(e.refusal, strings.Join(e.values, ","))
}

// checkGiven is Check for a member that need not be there.
func (e Enumeration) checkGiven(value *string) error {
	if value == nil {
		return nil
	}
	return e.Check(*value)
}
