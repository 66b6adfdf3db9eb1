package gateway

import "github.com/poterne/poterne/gateway/mapping"

// appendAuthorizerEvent writes what the function of a REQUEST authorizer is
// asked with: what a Lambda proxy integration gets, without the body, and with
// {} for what is absent (data plane §5.2).
func (inv *Invocation) appendAuthorizerEvent(dst []byte) []byte {
	headers := inv.eventHeaders()
	w := eventWriter{dst: dst}
	w.open()
	w.text("type", "REQUEST")
	w.text("methodArn", inv.methodARN)
	w.text("resource", inv.context.ResourcePath)
	w.text("path", inv.eventPath())
	w.text("httpMethod", inv.context.HTTPMethod)
	w.present("headers", headers, (*eventWriter).lastValues)
	w.present("multiValueHeaders", headers, (*eventWriter).allValues)
	w.present("queryStringParameters", inv.scope.Params.Query, (*eventWriter).lastValues)
	w.present("multiValueQueryStringParameters", inv.scope.Params.Query, (*eventWriter).allValues)
	w.name("pathParameters")
	w.open()
	for _, p := range inv.pathParams {
		w.text(p.name, p.value)
	}
	w.close()
	w.present("stageVariables", inv.branch.variables, (*eventWriter).lastValues)
	inv.appendRequestContext(&w)
	w.close()
	return w.dst
}

// present writes a map that is {} where it is empty.
func (w *eventWriter) present(name string, list mapping.ParamList, write func(*eventWriter, string, mapping.ParamList)) {
	if len(list) > 0 {
		write(w, name, list)
		return
	}
	w.name(name)
	w.open()
	w.close()
}
