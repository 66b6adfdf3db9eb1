package gateway

import (
	"cmp"
	"slices"
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
	noteExtendedId
	noteUsagePlan
	noteKeyNotNeeded
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
	noteRequestTemplate
	noteResponseTemplate
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
	noteEndpointId
	noteServedBy
	noteCache
	noteRequestBody
	noteLeftOut
	noteUnset
	noteMockRequest
	noteSelected
	noteResponseBodyBy
	noteCount
)

// A noteLine is how a note is written. In its text each %s stands for the next
// detail. The step is the one whose line it is, which need not be the one that
// learns of it; "" is the latter.
type noteLine struct {
	text  string
	class noteClass
	step  string
}

// A noteClass says at which setting of a stage a line is written.
type noteClass uint8

const (
	classInfo  noteClass = iota // the sequence of a request
	classError                  // why it failed
	classData                   // bodies, headers and parameters: data trace
	classOurs                   // no line of AWS's: what was decided and why, for traces alone
)

// noteLines has a row per line: AWS's (data plane §21.1, §22.1, AF-184 to
// AF-187), then ours.
var noteLines = [noteCount]noteLine{
	noteReplacedId:        {"UUID_REPLACED_INVALID_REQUEST_ID: %s", classInfo, stepRouting},
	noteDenied:            {"The client is not authorized to perform this operation: %s", classError, ""},
	noteAuthorizing:       {"Starting authorizer: %s for request: %s", classInfo, stepAuthorize},
	noteIdentity:          {"Incoming identity: %s", classInfo, stepAuthorize},
	noteAuthorizerURI:     {"Endpoint request URI: %s", classInfo, stepAuthorize},
	noteAuthorizerHeaders: {"Endpoint request headers: %s", classData, stepAuthorize},
	noteAuthorizerEvent:   {"Endpoint request body after transformations: %s", classData, stepAuthorize},
	noteAuthorizerResult:  {"Authorizer result body before parsing: %s", classData, stepAuthorize},
	noteAuthorizerValid:   {"Using valid authorizer policy for principal: %s", classInfo, stepAuthorize},
	noteAuthorizerDone:    {"Successfully completed authorizer execution", classInfo, stepAuthorize},
	noteUnauthorized:      {"Unauthorized request: %s", classError, stepAuthorize},
	noteAuthorizer:        {"Execution failed due to configuration error: %s", classError, stepAuthorize},
	noteExtendedId:        {"Extended Request Id: %s", classInfo, stepAPIKey},
	noteKeyNotNeeded:      {"API Key %s authorized because method %s does not require API Key. Request will not contribute to throttle or quota limits", classInfo, stepAPIKey},
	noteUsagePlan:         {"Verifying Usage Plan for request: %s. API Key: %s", classInfo, stepAPIKey},
	noteNoKey:             {"API Key %s not authorized because method %s", classError, stepAPIKey},
	noteThrottled:         {"%s throttle limit exceeded for %s", classError, ""},
	noteQuota:             {"Key quota limit exceeded for %s", classError, stepAPIKey},
	noteUsagePlanOk:       {"Usage Plan check succeeded for API Key %s and API Stage %s", classInfo, stepAPIKey},
	noteStarting:          {"Starting execution for request: %s", classInfo, stepMethodRequest},
	noteMethod:            {"HTTP Method: %s, Resource Path: %s", classInfo, stepMethodRequest},
	notePath:              {"Method request path: %s", classData, stepMethodRequest},
	noteQuery:             {"Method request query string: %s", classData, stepMethodRequest},
	noteHeaders:           {"Method request headers: %s", classData, stepMethodRequest},
	noteBody:              {"Method request body before transformations: %s", classData, stepMethodRequest},
	noteParameters:        {"Missing required request parameters: %s", classError, stepMethodRequest},
	noteModel:             {"Request body does not match model schema for content type %s: %s", classError, stepMethodRequest},
	noteRequestTemplate:   {"Execution failed due to configuration error: Unable to transform request: %s", classError, stepIntegrationRequest},
	noteResponseTemplate:  {"Execution failed due to configuration error: Unable to transform response: %s", classError, stepIntegrationResponse},
	noteEndpointURI:       {"Endpoint request URI: %s", classInfo, stepIntegrationRequest},
	noteEndpointHeaders:   {"Endpoint request headers: %s", classData, stepIntegrationRequest},
	noteEndpointBody:      {"Endpoint request body after transformations: %s", classData, stepIntegrationRequest},
	noteSending:           {"Sending request to %s", classInfo, stepIntegration},
	noteReceived:          {"Received response. Status: %s, Integration latency: %s ms", classInfo, stepIntegration},
	noteResponseHeaders:   {"Endpoint response headers: %s", classData, stepIntegrationResponse},
	noteResponseBody:      {"Endpoint response body before transformations: %s", classData, stepIntegrationResponse},
	noteLambdaRefused:     {"Lambda invocation failed with status: %s. Lambda request id: %s", classError, stepIntegrationResponse},
	noteFunctionError:     {"Lambda execution failed with status 200 due to customer function error: %s. Lambda request id: %s", classError, stepIntegrationResponse},
	noteNoOutput:          {"Execution failed due to configuration error: No match for output mapping and no default output mapping configured. Endpoint Response Status Code: %s", classError, stepIntegrationResponse},
	noteSeveralDefaults:   {"Multiple default mappings: %s", classInfo, stepIntegrationResponse},
	noteMethodBody:        {"Method response body after transformations: %s", classData, stepMethodResponse},
	noteMethodHeaders:     {"Method response headers: %s", classData, stepMethodResponse},
	noteMockStatus:        {"Execution failed due to configuration error: Unable to parse statusCode. It should be an integer that is defined in the request template.", classError, stepIntegration},
	noteTimeout:           {"Execution failed due to a timeout error", classError, stepIntegration},
	noteNetwork:           {"Execution failed due to a network error communicating with endpoint", classError, stepIntegration},
	noteConfiguration:     {"Execution failed due to configuration error: %s", classError, ""},
	noteInternal:          {"Execution failed due to an internal error: %s", classError, ""},
	noteSuccess:           {"Successfully completed execution", classInfo, stepMethodResponse},
	noteStatus:            {"Method completed with status: %s", classInfo, stepMethodResponse},
	noteEndpointId:        {"AWS Integration Endpoint RequestId : %s", classInfo, stepMethodResponse},

	noteServedBy:       {"Served by %s of deployment %s", classOurs, stepRouting},
	noteCache:          {"Response cache: %s", classOurs, "cache lookup"},
	noteRequestBody:    {"Body: %s", classOurs, stepIntegrationRequest},
	noteLeftOut:        {"%s has no value: left out", classOurs, ""},
	noteUnset:          {"Stage variable %s is not set: it is empty in the uri", classOurs, stepIntegrationRequest},
	noteMockRequest:    {"MOCK is given: %s", classOurs, stepIntegration},
	noteSelected:       {"Integration response %s: %s", classOurs, stepIntegrationResponse},
	noteResponseBodyBy: {"Body: %s", classOurs, stepIntegrationResponse},
}

// A note is one line, before it is written.
type note struct {
	at      time.Time
	step    string
	kind    noteKind
	details [2]string
}

// notes collects the lines of one request for whoever asked for them, and why
// it failed.
type notes struct {
	lines   []note
	step    string        // under way
	failure *TraceFailure // nil: it did not
	now     func() time.Time
	limit   int // bytes of a detail that are kept; 0: all
}

// enter says that a step begins.
func (l *notes) enter(step string) { l.step = step }

// note keeps a line if anyone listens.
func (inv *Invocation) note(kind noteKind, details ...string) {
	if inv.listener != nil && kind != noNote {
		inv.keepNote(kind, details)
	}
}

// keepNote clones the views among details, as notes may outlive the request.
func (inv *Invocation) keepNote(kind noteKind, details []string) {
	n := note{at: inv.listener.now(), kind: kind, step: cmp.Or(noteLines[kind].step, inv.listener.step)}
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

// headerText writes headers as AWS's log does: {name=value, …}, the values of
// one name joined by commas (field report, elastic/integrations 4266), secrets
// masked, what is longer than AWS shows cut off.
func headerText(h *httpmsg.Header, first ...string) string {
	var b strings.Builder
	b.WriteByte('{')
	for _, name := range first {
		writeHeaderText(&b, h, name)
	}
	seen := slices.Clone(first)
	for name := range h.All() {
		if slices.ContainsFunc(seen, func(s string) bool { return strings.EqualFold(s, name) }) {
			continue
		}
		if b.Len() > maxHeaderText {
			break // cut off: a client chooses how many there are
		}
		seen = append(seen, name)
		writeHeaderText(&b, h, name)
	}
	b.WriteByte('}')
	return truncated(b.String())
}

func writeHeaderText(b *strings.Builder, h *httpmsg.Header, name string) {
	before := byte(0)
	for i := range h.Len() {
		f := h.At(i)
		switch {
		case !strings.EqualFold(f.Name, name):
			continue
		case before != 0:
			b.WriteByte(before)
		default:
			if b.Len() > 1 {
				b.WriteString(", ")
			}
			b.WriteString(f.Name)
			b.WriteByte('=')
		}
		before = ','
		b.WriteString(masked(f.Name, f.Value))
	}
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
