package gateway

// methodResponse ends a successful invocation: models filter nothing at run
// time (data plane §13.4), so what is left is what every response has.
func methodResponse(inv *Invocation) error {
	r := inv.resp
	if inv.defaultsType() && !r.Header.Has("Content-Type") {
		r.Header.Add("Content-Type", jsonType)
	}
	if inv.method.kind.Traced {
		r.Header.Set(traceHeader, inv.answerTrace())
	}
	inv.noteResponse()
	return nil
}

// defaultsType reports whether a response without a Content-Type gets one. A
// test of a Lambda proxy shows that none of the steps before the wire does
// (field report: TestInvokeMethod answers with X-Amzn-Trace-Id alone).
func (inv *Invocation) defaultsType() bool { return inv.mode != modeTest || !inv.method.kind.Event }

// noteResponse notes what the client gets.
func (inv *Invocation) noteResponse() {
	if inv.listener == nil {
		return
	}
	inv.note(noteMethodBody, string(inv.resp.Body))
	if inv.method.kind.Proxy {
		inv.note(noteMethodHeaders, headerText(&inv.resp.Header))
		return
	}
	inv.note(noteMethodHeaders, headerText(&inv.resp.Header, traceHeader)) // in AWS's order
}

// brand adds the ids that every live response carries (AF-195).
func (inv *Invocation) brand() {
	r := inv.resp
	r.Header.Add(requestIdHeader, inv.context.RequestID)
	r.Header.Add(extendedIdHeader, inv.context.ExtendedRequestID)
}
