package server

import (
	"github.com/poterne/poterne/wire/httpmsg"
)

// spellings are names of headers as AWS writes them, by the name that net/http
// makes of them.
var spellings = map[string]string{
	"X-Amzn-Errortype": "x-amzn-ErrorType",
	"X-Amzn-Requestid": "x-amzn-RequestId",
	"X-Amz-Apigw-Id":   "x-amz-apigw-id",
}

// spelled is h with the names of its answers' headers as AWS writes them.
func spelled(h httpmsg.Handler) httpmsg.Handler {
	return httpmsg.HandlerFunc(func(r *httpmsg.Request, w *httpmsg.Response) {
		h.Handle(r, w)
		var fields []httpmsg.Field
		for i := range w.Header.Len() {
			f := w.Header.At(i)
			if name, ok := spellings[f.Name]; ok {
				f.Name = name
			}
			fields = append(fields, f)
		}
		w.Header.Reset()
		for _, f := range fields {
			w.Header.Add(f.Name, f.Value)
		}
	})
}
