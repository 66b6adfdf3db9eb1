package server

import (
	"net/http"

	"github.com/poterne/poterne/wire/httpmsg"
)

// refusals are the bodies of what a door refuses by itself, before any plane
// sees the request. Only the 413 is known from AWS, where it is plain text and
// no gateway response changes it (data plane §2.2).
var refusals = map[int]struct{ contentType, body string }{
	http.StatusBadRequest:                  {"application/json", `{"message":"Bad Request"}`},
	http.StatusRequestTimeout:              {"application/json", `{"message":"Request Timeout"}`},
	http.StatusRequestEntityTooLarge:       {"text/plain", "HTTP content length exceeded 10485760 bytes."},
	http.StatusRequestURITooLong:           {"application/json", `{"message":"Request URI too long"}`},
	http.StatusExpectationFailed:           {"application/json", `{"message":"Expectation Failed"}`},
	http.StatusRequestHeaderFieldsTooLarge: {"application/json", `{"message":"Request Header Fields Too Large"}`},
	http.StatusInternalServerError:         {"application/json", `{"message": "Internal server error"}`},
	http.StatusServiceUnavailable:          {"application/json", `{"message":"Service Unavailable"}`},
	http.StatusHTTPVersionNotSupported:     {"application/json", `{"message":"HTTP Version Not Supported"}`},
}

// refuse fills an answer that a door gives by itself.
func refuse(resp *httpmsg.Response) {
	r, ok := refusals[resp.Status]
	if !ok {
		return
	}
	resp.Header.Set("Content-Type", r.contentType)
	resp.Body = append(resp.Body[:0], r.body...)
	if resp.Status == http.StatusServiceUnavailable {
		resp.Header.Set("Retry-After", "1")
	}
}
