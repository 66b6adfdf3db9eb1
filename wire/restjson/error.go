package restjson

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/poterne/poterne/apigw"
)

// known is err as a client may see it. The text of an error that is not
// AWS's own is logged and does not leave.
func (h *Handler) known(r *http.Request, id string, err error) *apigw.Error {
	var known *apigw.Error
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return &apigw.Error{Code: apigw.ServiceUnavailableException, Message: "The request was not completed in time.", RetryAfter: 1}
	}
	h.config.Log.ErrorContext(r.Context(), "operation failed", "requestId", id, "path", r.URL.EscapedPath(), "error", err)
	return internalFailure()
}

func internalFailure() *apigw.Error {
	return &apigw.Error{Code: apigw.InternalFailureException, Message: "The request could not be completed because of an internal failure."}
}

// unknownRoute: AWS's front end takes what it does not know for a call
// without credentials (control plane §1.1).
func unknownRoute(path string) *apigw.Error {
	if path == "/v2" || strings.HasPrefix(path, "/v2/") {
		return &apigw.Error{
			Code:    apigw.NotImplementedException,
			Message: "This server has the REST APIs of API Gateway (apigateway, /restapis); HTTP and WebSocket APIs (apigatewayv2, /v2) are not implemented",
		}
	}
	return &apigw.Error{Code: apigw.MissingAuthenticationTokenException, Message: "Missing Authentication Token"}
}

func tooLarge(bound int64) *apigw.Error {
	return &apigw.Error{
		Code:    apigw.RequestEntityTooLargeException,
		Message: fmt.Sprintf("The request body is larger than the %d bytes that this operation takes", bound),
	}
}

func serialization(format string, args ...any) *apigw.Error {
	return &apigw.Error{Code: apigw.SerializationException, Message: fmt.Sprintf(format, args...)}
}

// errorAnswer is e on the wire (control plane §1.6, AF-003).
func errorAnswer(e *apigw.Error) *answer {
	a := &answer{status: e.Status(), header: http.Header{}, body: encodeMessage(e.Message)}
	a.header.Set("Content-Type", "application/json")
	a.header.Set("x-amzn-ErrorType", e.Code)
	if e.RetryAfter > 0 {
		a.header.Set("Retry-After", strconv.Itoa(e.RetryAfter))
	}
	return a
}

func encodeMessage(text string) []byte {
	b, err := marshal(struct {
		Message string `json:"message"`
	}{text})
	if err != nil { // a string always encodes
		return []byte(`{"message":null}`)
	}
	return b
}

// apigwId is the x-amz-apigw-id of a request: sixteen characters that end in
// "=", made of the request's id so that one finds the other.
func apigwId(requestId string) string {
	sum := sha256.Sum256([]byte(requestId))
	return base64.URLEncoding.EncodeToString(sum[:11])
}
