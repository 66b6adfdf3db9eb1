package gateway

import (
	"errors"
	"strconv"

	"github.com/poterne/poterne/gateway/egress"
	"github.com/poterne/poterne/gateway/integration"
)

// invokeIntegration calls the endpoint, within the integration's time-out over
// everything from dial to the last byte.
func invokeIntegration(inv *Invocation) error {
	m, c := inv.method, &inv.call
	c.Response = &inv.back
	if m.kind.Proxy && !m.kind.Event {
		c.Response = inv.resp
	}
	if inv.listener != nil && !m.kind.Remote {
		inv.note(noteMockRequest, string(c.Body))
	}
	c.Timeout, c.StreamIdle = m.timeout, m.streamIdle
	err := inv.timed(m.integration, c)
	inv.context.Integration.Latency = inv.latency.Milliseconds()
	if err != nil {
		if m.kind.Proxy {
			inv.resp.Reset()
		}
		failed := integrationFailed(err)
		inv.context.Integration.Error = failed.Error()
		return failed
	}
	inv.context.Integration.ResponseTransferMode = "BUFFERED"
	inv.context.Integration.Status = c.Response.Status
	inv.context.Integration.IntegrationStatus = c.Response.Status
	if c.StreamIdle > 0 {
		inv.noteStream()
	}
	if m.kind.ToAWS {
		inv.context.AWSEndpointRequestID, _ = c.Response.Header.Get(egress.AWSRequestIdHeader)
		inv.context.Integration.RequestID = inv.context.AWSEndpointRequestID
	}
	inv.noteAnswer()
	return nil
}

// timed calls an integration and measures how long it takes, which what is no
// call of anything else does not.
func (inv *Invocation) timed(i integration.Integration, c *integration.Call) error {
	inv.called = true
	if !inv.method.kind.Remote {
		return i.Invoke(c)
	}
	before := inv.g.since(inv.start)
	inv.sentAt = inv.start.Add(before)
	if inv.g.isMachineTime {
		c.Began = inv.sentAt
	}
	err := i.Invoke(c)
	inv.latency = inv.g.since(inv.start) - before
	return err
}

// integrationFailed translates the errors of integrations (data plane §10.5).
func integrationFailed(err error) *failure {
	var wrong *integration.ConfigurationError
	switch {
	case errors.As(err, &wrong) && wrong.Line == integration.LineMockStatus:
		return &failure{kind: apiConfigurationError, note: noteMockStatus}
	case errors.As(err, &wrong) && wrong.Line == integration.LineNetwork:
		return &failure{kind: apiConfigurationError, note: noteNetwork, cause: wrong.Err}
	case errors.As(err, &wrong):
		return configuration(wrong.Reason).because(wrong.Err, wrong.Change)
	case errors.Is(err, integration.ErrTimeout):
		return &failure{kind: integrationTimeout, note: noteTimeout, cause: err}
	case errors.Is(err, integration.ErrNetwork):
		return &failure{kind: integrationFailure, note: noteNetwork, cause: err}
	}
	return &failure{kind: apiConfigurationError, note: noteInternal, details: [2]string{err.Error()}}
}

// sending notes what goes out. It is called with a listener only.
func (inv *Invocation) sending(c *integration.Call) {
	body, _ := c.Request.Body()
	inv.note(noteEndpointURI, c.URI)
	inv.note(noteEndpointHeaders, headerText(&c.Request.Header))
	inv.note(noteEndpointBody, string(body))
	inv.note(noteSending, c.URI)
}

// noteAnswer notes what came back. A MOCK shows nothing of it (AF-184).
func (inv *Invocation) noteAnswer() {
	if inv.listener == nil || !inv.method.kind.Remote {
		return
	}
	r := inv.call.Response
	inv.note(noteReceived, statusText(r.Status), strconv.FormatInt(inv.latency.Milliseconds(), 10))
	inv.note(noteResponseHeaders, headerText(&r.Header))
	inv.note(noteResponseBody, string(r.Body))
}
