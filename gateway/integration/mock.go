package integration

import (
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/mapping"
	"github.com/poterne/poterne/template/jsonv"
)

// mock answers with the statusCode of its own request and an empty body; what a
// client sees is made by the response template (data plane §11.5).
type mock struct{}

func newMock(*apigw.Integration, Deps) (Integration, error) { return mock{}, nil }

// Invoke reads {"statusCode": 200}, as permissively as AWS does: {statusCode:
// 200} serves (AF-078, AF-220), a quoted number does not. Any integer will do.
func (mock) Invoke(c *Call) error {
	status, ok := usualStatus(view(c.Body))
	if !ok {
		status, ok = mockStatus(c.Scope, c.Body)
	}
	if !ok {
		return &ConfigurationError{Reason: "Unable to parse statusCode", Line: LineMockStatus}
	}
	c.Response.Status = status
	return nil
}

// usualStatus reads what nearly all MOCK integrations are given, statusCode
// alone, without making JSON values of it. It knows no more than that.
func usualStatus(body string) (status int, ok bool) {
	for _, token := range [...]string{"{", `"statusCode"`, ":"} {
		if body, ok = strings.CutPrefix(trimBlanks(body), token); !ok {
			return 0, false
		}
	}
	body = trimBlanks(body)
	digits := 0
	for digits < len(body) && '0' <= body[digits] && body[digits] <= '9' {
		status = 10*status + int(body[digits]-'0')
		digits++
	}
	if digits != len("200") || body[0] == '0' {
		return 0, false
	}
	body, ok = strings.CutPrefix(trimBlanks(body[digits:]), "}")
	return status, ok && trimBlanks(body) == ""
}

// trimBlanks cuts what JSON takes for white space off the beginning.
func trimBlanks(s string) string {
	for s != "" && (s[0] == ' ' || s[0] == '\n' || s[0] == '\r' || s[0] == '\t') {
		s = s[1:]
	}
	return s
}

func mockStatus(s *mapping.Scope, body []byte) (int, bool) {
	if len(body) == 0 {
		return 0, false
	}
	doc, err := s.Arena().Parse(view(body), jsonv.Limits{})
	if err != nil || doc.Object() == nil {
		return 0, false
	}
	status, _ := doc.Object().Get("statusCode")
	if status.Kind() != jsonv.KindInt {
		return 0, false
	}
	return int(status.Int64()), true
}
