package gateway

// methodResponse ends a successful invocation: models filter nothing at run
// time (data plane §13.4), so what is left is what every response has.
func methodResponse(inv *Invocation) error {
	r := inv.resp
	if !r.Header.Has("Content-Type") {
		r.Header.Add("Content-Type", jsonType)
	}
	if inv.method.kind.Traced {
		r.Header.Set(traceHeader, inv.answerTrace())
	}
	inv.noteResponse()
	return nil
}

// noteResponse notes what the client gets.
func (inv *Invocation) noteResponse() {
	if inv.listener == nil {
		return
	}
	inv.note(noteMethodBody, string(inv.resp.Body))
	inv.note(noteMethodHeaders, headerText(&inv.resp.Header))
}

// brand adds the ids that every live response carries (AF-195).
func (inv *Invocation) brand() {
	r := inv.resp
	r.Header.Add(requestIdHeader, inv.context.RequestID)
	r.Header.Add(extendedIdHeader, inv.context.ExtendedRequestID)
}
