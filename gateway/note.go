package gateway

import (
	"strings"
	"time"

	"github.com/poterne/poterne/wire/httpmsg"
)

// A noteKind is a line of API Gateway's execution log.
type noteKind uint8

// The lines in the order in which they are written.
const (
	noNote noteKind = iota
	noteReplacedId
	noteDenied
	noteAuthorizing
	noteIdentity
	noteAuthorizerURI
	noteAuthorizerHeaders
	noteAuthorizerEvent
	noteAuthorizerResult
	noteAuthorizerValid
	noteAuthorizerDone
	noteUnauthorized
	noteAuthorizer
	noteUsagePlan
	noteNoKey
	noteThrottled
	noteQuota
	noteUsagePlanOk
	noteStarting
	noteMethod
	notePath
	noteQuery
	noteHeaders
	noteBody
	noteParameters
	noteModel
	noteTemplate
	noteEndpointURI
	noteEndpointHeaders
	noteEndpointBody
	noteSending
	noteReceived
	noteResponseHeaders
	noteResponseBody
	noteLambdaRefused
	noteFunctionError
	noteNoOutput
	noteSeveralDefaults
	noteMethodBody
	noteMethodHeaders
	noteMockStatus
	noteTimeout
	noteNetwork
	noteConfiguration
	noteInternal
	noteSuccess
	noteStatus
)

// A noteLine is how a note is written. In its text each %s stands for the next
// detail.
type noteLine struct {
	text  string
	class noteClass
}

// A noteClass says at which setting of a stage a line is written.
type noteClass uint8

const (
	classInfo  noteClass = iota // the sequence of a request
	classError                  // why it failed
	classData                   // bodies, headers and parameters: data trace
)

// noteLines has a row per line (data plane §21.1, §22.1, AF-184 to AF-187).
var noteLines = [...]noteLine{
	noteReplacedId:        {"UUID_REPLACED_INVALID_REQUEST_ID: %s", classInfo},
	noteDenied:            {"The client is not authorized to perform this operation: %s", classError},
	noteAuthorizing:       {"Starting authorizer: %s for request: %s", classInfo},
	noteIdentity:          {"Incoming identity: %s", classInfo},
	noteAuthorizerURI:     {"Endpoint request URI: %s", classInfo},
	noteAuthorizerHeaders: {"Endpoint request headers: %s", classData},
	noteAuthorizerEvent:   {"Endpoint request body after transformations: %s", classData},
	noteAuthorizerResult:  {"Authorizer result body before parsing: %s", classData},
	noteAuthorizerValid:   {"Using valid authorizer policy for principal: %s", classInfo},
	noteAuthorizerDone:    {"Successfully completed authorizer execution", classInfo},
	noteUnauthorized:      {"Unauthorized request: %s", classError},
	noteAuthorizer:        {"Execution failed due to configuration error: %s", classError},
	noteUsagePlan:         {"Verifying Usage Plan for request: %s. API Key: %s", classInfo},
	noteNoKey:             {"API Key %s not authorized because method %s", classError},
	noteThrottled:         {"%s throttle limit exceeded for %s", classError},
	noteQuota:             {"Key quota limit exceeded for %s", classError},
	noteUsagePlanOk:       {"Usage Plan check succeeded for API Key %s and API Stage %s", classInfo},
	noteStarting:          {"Starting execution for request: %s", classInfo},
	noteMethod:            {"HTTP Method: %s, Resource Path: %s", classInfo},
	notePath:              {"Method request path: %s", classData},
	noteQuery:             {"Method request query string: %s", classData},
	noteHeaders:           {"Method request headers: %s", classData},
	noteBody:              {"Method request body before transformations: %s", classData},
	noteParameters:        {"Missing required request parameters: %s", classError},
	noteModel:             {"Request body does not match model schema for content type %s: %s", classError},
	noteTemplate:          {"Execution failed due to configuration error: Unable to transform %s", classError},
	noteEndpointURI:       {"Endpoint request URI: %s", classInfo},
	noteEndpointHeaders:   {"Endpoint request headers: %s", classData},
	noteEndpointBody:      {"Endpoint request body after transformations: %s", classData},
	noteSending:           {"Sending request to %s", classInfo},
	noteReceived:          {"Received response. Status: %s, Integration latency: %s ms", classInfo},
	noteResponseHeaders:   {"Endpoint response headers: %s", classData},
	noteResponseBody:      {"Endpoint response body before transformations: %s", classData},
	noteLambdaRefused:     {"Lambda invocation failed with status: %s. Lambda request id: %s", classError},
	noteFunctionError:     {"Lambda execution failed with status 200 due to customer function error: %s. Lambda request id: %s", classError},
	noteNoOutput:          {"Configuration error: No match for output mapping and no default output mapping configured. Endpoint Response Status Code: %s", classError},
	noteSeveralDefaults:   {"Multiple default mappings: %s", classInfo},
	noteMethodBody:        {"Method response body after transformations: %s", classData},
	noteMethodHeaders:     {"Method response headers: %s", classData},
	noteMockStatus:        {"Unable to parse statusCode. It should be an integer that is defined in the request template.", classError},
	noteTimeout:           {"Execution failed due to a timeout error", classError},
	noteNetwork:           {"Execution failed due to a network error communicating with endpoint", classError},
	noteConfiguration:     {"Execution failed due to configuration error: %s", classError},
	noteInternal:          {"Execution failed due to an internal error: %s", classError},
	noteSuccess:           {"Successfully completed execution", classInfo},
	noteStatus:            {"Method completed with status: %s", classInfo},
}

// A note is one line, before it is written.
type note struct {
	at      time.Time
	kind    noteKind
	details [2]string
}

// notes collects the lines of one request for whoever asked for them.
type notes struct {
	lines []note
	now   func() time.Time
	limit int // bytes of a detail that are kept; 0: all
}

// note keeps a line if anyone listens. Views among details are cloned, as
// notes may outlive the request.
func (inv *Invocation) note(kind noteKind, details ...string) {
	if inv.listener == nil || kind == noNote {
		return
	}
	n := note{at: inv.listener.now(), kind: kind}
	for i := range min(len(details), len(n.details)) {
		n.details[i] = strings.Clone(inv.listener.cut(details[i]))
	}
	inv.listener.lines = append(inv.listener.lines, n)
}

func (l *notes) cut(detail string) string {
	if l.limit > 0 && len(detail) > l.limit {
		return detail[:l.limit]
	}
	return detail
}

// text is the line without its date.
func (n *note) text() string {
	var b strings.Builder
	rest := noteLines[n.kind].text
	for _, detail := range n.details {
		before, after, ok := strings.Cut(rest, "%s")
		if !ok {
			break
		}
		b.WriteString(before)
		b.WriteString(detail)
		rest = after
	}
	b.WriteString(rest)
	return b.String()
}

// secretHeaders are masked in every log but for their last six characters.
var secretHeaders = []string{"Authorization", "X-Api-Key", "Cookie", "X-Amz-Security-Token", "Proxy-Authorization"}

// headerText writes headers as AWS's log does: {name=value, …}, secrets
// masked, what is longer than AWS shows cut off.
func headerText(h *httpmsg.Header) string {
	var b strings.Builder
	b.WriteByte('{')
	for i := range h.Len() {
		f := h.At(i)
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(f.Name)
		b.WriteByte('=')
		b.WriteString(masked(f.Name, f.Value))
	}
	b.WriteByte('}')
	return truncated(b.String())
}

const maxHeaderText = 998 // AF-186 shows lines that end about there

func truncated(text string) string {
	if len(text) <= maxHeaderText {
		return text
	}
	return text[:maxHeaderText] + " [TRUNCATED]"
}

func masked(name, value string) string {
	for _, secret := range secretHeaders {
		if strings.EqualFold(secret, name) {
			return mask(value)
		}
	}
	return value
}

// mask keeps the last six characters, and of a short value none.
func mask(value string) string {
	const shown = 6
	if len(value) <= 2*shown {
		return strings.Repeat("*", len(value))
	}
	return strings.Repeat("*", len(value)-shown) + value[len(value)-shown:]
}
