package gateway

import (
	"fmt"
	"slices"
)

// The notes of this file are no lines of AWS's log. They say what was decided
// and why, and are made for a listener alone.

// noteRoute says which Method serves the request.
func (inv *Invocation) noteRoute() {
	sent, hasId := inv.req.Header.Get(requestIdHeader)
	if hasId && sent != inv.context.RequestID {
		inv.note(noteReplacedId, inv.context.RequestID)
	}
	deployment := inv.branch.deploymentId
	if inv.branch.isCanary {
		deployment += " (canary)"
	}
	inv.note(noteServedBy, verbNames[inv.method.verb]+" "+inv.method.resourcePath, deployment)
}

// noteTemplate says what makes a body.
func (inv *Invocation) noteTemplate(kind noteKind, t *bodyTemplate) {
	switch {
	case inv.listener == nil:
	case t == nil:
		inv.note(kind, "no template fits, so it passes through")
	case t.template == nil && t.broken == nil:
		inv.note(kind, fmt.Sprintf("the template %q is empty, so it passes through", t.contentType))
	default:
		inv.note(kind, fmt.Sprintf("template %q", t.contentType))
	}
}

// noteSelected says why an integration response was taken.
func (inv *Invocation) noteSelected(a *integrationAnswer, text string) {
	switch {
	case inv.listener == nil:
	case a.isDefault:
		inv.note(noteSelected, a.text, fmt.Sprintf("the default, as no selectionPattern fits %q", text))
	default:
		inv.note(noteSelected, a.text, fmt.Sprintf("its selectionPattern %q fits %q", a.pattern, text))
	}
}

// noteLeftOut says that a mapping has no value.
func (inv *Invocation) noteLeftOut(prefix, name string) {
	if inv.listener != nil {
		inv.note(noteLeftOut, prefix+name)
	}
}

// noteUnset names the stage variables of the uri that the stage does not set.
func (inv *Invocation) noteUnset() {
	for _, name := range inv.unset() {
		inv.note(noteUnset, name)
	}
}

func (inv *Invocation) unset() []string {
	if inv.method == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(inv.method.uriVariables), func(name string) bool {
		_, ok := inv.scope.StageVariables.Last(name)
		return ok
	})
}

// noteEnd ends the log of a request that met a Method.
func (inv *Invocation) noteEnd() {
	if inv.method == nil {
		return
	}
	inv.note(noteStatus, statusText(inv.resp.Status))
	if id := inv.context.AWSEndpointRequestID; id != "" && inv.mode == modeLive {
		inv.note(noteEndpointId, id)
	}
}
