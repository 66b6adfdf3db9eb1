package gateway

// methodResponse ends a successful invocation: models filter nothing at run
// time (data plane §13.4), so what is left is what every response has.
func methodResponse(inv *Invocation) error {
	r := inv.resp
	if !r.Header.Has("Content-Type") {
		r.Header.Add("Content-Type", jsonType)
	}
	if inv.method.kind.Traced {
		r.Header.Set(traceHeader, inv.traceText())
	}
	if inv.listener != nil {
		inv.note(noteMethodBody, string(r.Body))
		inv.note(noteMethodHeaders, headerText(&r.Header))
	}
	return nil
}

// brand adds the ids that every live response carries (AF-195).
func (inv *Invocation) brand() {
	r := inv.resp
	r.Header.Add(requestIdHeader, inv.context.RequestID)
	r.Header.Add(extendedIdHeader, inv.context.ExtendedRequestID)
}
