package cli

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/poterne/poterne/gateway"
)

// trace is what a poterne at the API's address noted of a request: more than
// AWS's log says. It is nil where there is none: at AWS, and where requests are
// not traced.
func (c *apiClient) trace(ctx context.Context, requestId string) *gateway.Trace {
	if requestId == "" {
		return nil
	}
	target := strings.TrimRight(c.endpoint, "/") + "/_poterne/requests?id=" + url.QueryEscape(requestId)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return nil
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil
	}
	defer func() { _ = response.Body.Close() }() // it was read as far as it is wanted
	var found struct{ Requests []gateway.Trace }
	if json.NewDecoder(response.Body).Decode(&found) != nil || len(found.Requests) != 1 {
		return nil
	}
	return &found.Requests[0]
}
