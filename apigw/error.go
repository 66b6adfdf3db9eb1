package apigw

import "fmt"

// An Error is an answer of the control plane other than success. Code is an
// exception's name and says the status; Message is text that clients match on.
type Error struct {
	Code    string
	Message string

	// RetryAfter is the Retry-After header in seconds, if positive.
	RetryAfter int
}

// Error is the code and the message.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Status is the HTTP status of e's code, 500 for an unknown one.
func (e *Error) Status() int {
	if status, ok := errorStatus[e.Code]; ok {
		return status
	}
	return 500
}

// Exceptions of the control plane. The first seven are modelled; the others
// come from the service framework (control plane §1.6).
const (
	BadRequestException         = "BadRequestException"
	ConflictException           = "ConflictException"
	LimitExceededException      = "LimitExceededException"
	NotFoundException           = "NotFoundException"
	ServiceUnavailableException = "ServiceUnavailableException"
	TooManyRequestsException    = "TooManyRequestsException"
	UnauthorizedException       = "UnauthorizedException"

	AccessDeniedException               = "AccessDeniedException"
	ExpiredTokenException               = "ExpiredTokenException"
	IncompleteSignatureException        = "IncompleteSignatureException"
	InternalFailureException            = "InternalFailure"
	InvalidSignatureException           = "InvalidSignatureException"
	MissingAuthenticationTokenException = "MissingAuthenticationTokenException"
	NotImplementedException             = "NotImplementedException"
	RequestEntityTooLargeException      = "RequestEntityTooLargeException"
	SerializationException              = "SerializationException"
	UnrecognizedClientException         = "UnrecognizedClientException"
	ValidationException                 = "ValidationException"
)

var errorStatus = map[string]int{
	BadRequestException:         400,
	ConflictException:           409,
	LimitExceededException:      429,
	NotFoundException:           404,
	ServiceUnavailableException: 503,
	TooManyRequestsException:    429,
	UnauthorizedException:       401,

	AccessDeniedException:               403,
	ExpiredTokenException:               403,
	IncompleteSignatureException:        403,
	InternalFailureException:            500,
	InvalidSignatureException:           403,
	MissingAuthenticationTokenException: 403,
	NotImplementedException:             501,
	RequestEntityTooLargeException:      413,
	SerializationException:              400,
	UnrecognizedClientException:         403,
	ValidationException:                 400,
}

// BadRequest is a BadRequestException.
func BadRequest(format string, args ...any) *Error {
	return newError(BadRequestException, format, args)
}

// NotFound is a NotFoundException.
func NotFound(format string, args ...any) *Error { return newError(NotFoundException, format, args) }

// Conflict is a ConflictException.
func Conflict(format string, args ...any) *Error { return newError(ConflictException, format, args) }

func newError(code, format string, args []any) *Error {
	if len(args) == 0 {
		return &Error{Code: code, Message: format}
	}
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}
