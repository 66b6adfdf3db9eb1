package gateway

import "github.com/poterne/poterne/apigw"

// A responseType is a kind of answer that the gateway gives by itself: a row
// of data plane §17.1.
type responseType struct {
	name      string
	status    int
	errorType string // x-amzn-ErrorType
	message   string // "" prints null
	key       bodyKey
}

// A bodyKey is how the built-in body begins. The space is there in what fails
// after "Starting execution" (recorded as a length of 36, AF-199), and the
// capital in every ACCESS_DENIED (data plane §4.2).
type bodyKey string

const (
	tight   bodyKey = `{"message":`
	spaced  bodyKey = `{"message": `
	capital bodyKey = `{"Message":`
)

// A typeIndex is a row of responseTypes.
type typeIndex uint8

const (
	accessDenied typeIndex = iota
	apiConfigurationError
	authorizerConfigurationError
	authorizerFailure
	badRequestBody
	badRequestParameters
	expiredToken
	integrationFailure
	integrationTimeout
	invalidAPIKey
	invalidSignature
	missingAuthenticationToken
	quotaExceeded
	requestTooLarge
	resourceNotFound
	throttled
	unauthorized
	unsupportedMediaType
	wafFiltered
	forbidden // no type of the contract: the API or the stage is unknown
	incompleteSignature
	requestTimeout
	overloaded
	badRequest // nor these: what cannot be read as a request
	uriTooLong // or named (data plane §2.2)
	headersTooLong
	malformedProxy
	eventTooLarge
	eventRefused
	typeCount
)

var responseTypes = [typeCount]responseType{
	accessDenied:                 {apigw.GatewayResponseTypeAccessDenied, 403, "AccessDeniedException", "User is not authorized to access this resource", capital},
	apiConfigurationError:        {apigw.GatewayResponseTypeAPIConfigurationError, 500, "InternalServerErrorException", "Internal server error", spaced},
	authorizerConfigurationError: {apigw.GatewayResponseTypeAuthorizerConfigurationError, 500, "AuthorizerConfigurationException", "", tight},
	authorizerFailure:            {apigw.GatewayResponseTypeAuthorizerFailure, 500, "AuthorizerFailureException", "", tight},
	badRequestBody:               {apigw.GatewayResponseTypeBadRequestBody, 400, "BadRequestException", "Invalid request body", spaced},
	badRequestParameters:         {apigw.GatewayResponseTypeBadRequestParameters, 400, "BadRequestException", "Missing required request parameters: []", spaced},
	expiredToken:                 {apigw.GatewayResponseTypeExpiredToken, 403, "ExpiredTokenException", "The security token included in the request is expired", tight},
	integrationFailure:           {apigw.GatewayResponseTypeIntegrationFailure, 504, "InternalServerErrorException", "Network error communicating with endpoint", spaced},
	integrationTimeout:           {apigw.GatewayResponseTypeIntegrationTimeout, 504, "InternalServerErrorException", "Endpoint request timed out", spaced},
	invalidAPIKey:                {apigw.GatewayResponseTypeInvalidAPIKey, 403, "ForbiddenException", "Forbidden", tight},
	invalidSignature:             {apigw.GatewayResponseTypeInvalidSignature, 403, "InvalidSignatureException", "", tight},
	missingAuthenticationToken:   {apigw.GatewayResponseTypeMissingAuthenticationToken, 403, "MissingAuthenticationTokenException", "Missing Authentication Token", tight},
	quotaExceeded:                {apigw.GatewayResponseTypeQuotaExceeded, 429, "LimitExceededException", "Limit Exceeded", tight},
	requestTooLarge:              {apigw.GatewayResponseTypeRequestTooLarge, 413, "RequestTooLargeException", "Request Too Long", tight},
	resourceNotFound:             {apigw.GatewayResponseTypeResourceNotFound, 404, "ResourceNotFoundException", "Not Found", tight},
	throttled:                    {apigw.GatewayResponseTypeThrottled, 429, "TooManyRequestsException", "Too Many Requests", tight},
	unauthorized:                 {apigw.GatewayResponseTypeUnauthorized, 401, "UnauthorizedException", "Unauthorized", tight},
	unsupportedMediaType:         {apigw.GatewayResponseTypeUnsupportedMediaType, 415, "BadRequestException", "Unsupported Media Type", spaced},
	wafFiltered:                  {apigw.GatewayResponseTypeWAFFiltered, 403, "ForbiddenException", "Forbidden", tight},
	forbidden:                    {"", 403, "ForbiddenException", "Forbidden", tight},
	incompleteSignature:          {"", 403, "IncompleteSignatureException", "Missing Authentication Token", tight},
	requestTimeout:               {"", 408, "RequestTimeoutException", "Request Timeout", tight},
	overloaded:                   {"", 503, "ServiceUnavailableException", "Service Unavailable", tight},
	malformedProxy:               {"", 502, "InternalServerErrorException", "Internal server error", spaced},
	eventTooLarge:                {apigw.GatewayResponseTypeRequestTooLarge, 413, "RequestTooLargeException", "Request Too Long", tight},
	eventRefused:                 {"", 400, "BadRequestException", "Bad Request", spaced},
	badRequest:                   {"", 400, "BadRequestException", "Bad Request", tight},
	headersTooLong:               {"", 431, "RequestHeaderFieldsTooLargeException", "Request Header Fields Too Large", tight},
	uriTooLong:                   {"", 414, "RequestUriTooLongException", "Request URI too long", tight},
}

// A failure ends an invocation with a gateway response.
type failure struct {
	kind       typeIndex
	message    string // instead of the row's
	errorType  string // instead of the row's
	validation string // $context.error.validationErrorString
	note       noteKind
	details    [2]string
	cause      error // for the operator's log and traces alone

	place  string // what of the definition failed: `integration request template "application/json":4:1`
	change string // what to change; "": what advice says of the note or the type
}

// Error is for a programmer; a client sees the gateway response.
func (f *failure) Error() string {
	if f.note != noNote {
		n := note{kind: f.note, details: f.details}
		return n.text()
	}
	return f.text()
}

// text is the message that the client sees; "" stands for null.
func (f *failure) text() string {
	if f.message != "" {
		return f.message
	}
	return responseTypes[f.kind].message
}

// reason says why it failed, as exactly as is known.
func (f *failure) reason() string {
	if f.cause == nil {
		return f.Error()
	}
	return f.Error() + ": " + f.cause.Error()
}

// because is f with what is behind it, and what to change.
func (f *failure) because(cause error, change string) *failure {
	f.cause, f.change = cause, change
	return f
}

// configuration is a failure of what the API's author configured: 500, with
// the reason in the execution log alone (AF-187, AF-199).
func configuration(reason string) *failure {
	return &failure{kind: apiConfigurationError, note: noteConfiguration, details: [2]string{reason}}
}
