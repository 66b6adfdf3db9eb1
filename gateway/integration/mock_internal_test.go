package integration

import (
	"testing"

	"github.com/poterne/poterne/gateway/mapping"
)

// What is read without JSON values is read with them alike.
func FuzzUsualStatus(f *testing.F) {
	for _, body := range []string{
		`{"statusCode": 200}`, " {\n\"statusCode\"\t:\r404 } \n", `{"statusCode":0404}`, `{"statusCode":2000}`, `{"statusCode":200,}`,
		`{"statusCode":200} x`, `{"statusCode":200.0}`, `{"statusCode":-20}`, `{"statuscode":200}`, `{"statusCode":"200"}`, `{statusCode: 200}`, "",
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		status, ok := usualStatus(body)
		if !ok {
			return
		}
		if want, valid := mockStatus(&mapping.Scope{}, []byte(body)); !valid || status != want {
			t.Fatalf("%q is read as %d; as JSON it is %d, %v", body, status, want, valid)
		}
	})
}
