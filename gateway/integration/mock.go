package integration

import (
	"sync/atomic"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/mapping"
	"github.com/poterne/poterne/template/jsonv"
)

// mock answers with the statusCode of its own request and an empty body; what a
// client sees is made by the response template (data plane §11.5).
type mock struct {
	first atomic.Pointer[mockRequest]
}

// A mockRequest is the first request that was read. Most MOCK integrations have
// a constant for a template: it is the only one.
type mockRequest struct {
	body   string
	status int
}

func newMock(*apigw.Integration, Deps) (Integration, error) { return &mock{}, nil }

// Invoke reads {"statusCode": 200}, as permissively as AWS does: {statusCode:
// 200} serves (AF-078, AF-220), a quoted number does not. Any integer will do.
func (m *mock) Invoke(c *Call) error {
	first := m.first.Load()
	if first != nil && first.body == view(c.Body) {
		c.Response.Status = first.status
		return nil
	}
	status, ok := mockStatus(c.Scope, c.Body)
	if !ok {
		return &ConfigurationError{Reason: "Unable to parse statusCode", Line: LineMockStatus}
	}
	if first == nil && len(c.Body) <= longestConstant {
		m.first.Store(&mockRequest{string(c.Body), status})
	}
	c.Response.Status = status
	return nil
}

// longestConstant is what is kept of a request.
const longestConstant = 256

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
