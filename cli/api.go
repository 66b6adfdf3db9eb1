package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/poterne/poterne/wire/sigv4"
	"github.com/spf13/pflag"
)

// An apiClient calls the AWS API of poterne, or of AWS.
type apiClient struct {
	endpoint, region string
	http             *http.Client
}

// bindAPI declares where the API is.
func (c *apiClient) bindAPI(f *pflag.FlagSet) {
	f.StringVar(&c.endpoint, "endpoint-url", cmp.Or(os.Getenv("AWS_ENDPOINT_URL_API_GATEWAY"), os.Getenv("AWS_ENDPOINT_URL"), "http://localhost:4566"),
		"the API to call; AWS's own is https://apigateway.REGION.amazonaws.com")
	f.StringVar(&c.region, "region", cmp.Or(os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION"), "us-east-1"), "region of the API")
	c.http = &http.Client{Timeout: time.Minute}
}

// An apiRequest is a call.
type apiRequest struct {
	method, path string // the path is escaped
	query        url.Values
	accept       string // "application/json" if it is empty
	body         []byte
}

// call makes a call and returns the body of its answer.
func (c *apiClient) call(ctx context.Context, r apiRequest) ([]byte, error) {
	target := strings.TrimRight(c.endpoint, "/") + r.path
	if len(r.query) > 0 {
		target += "?" + r.query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, r.method, target, bytes.NewReader(r.body))
	if err != nil {
		return nil, usageError{fmt.Errorf("--endpoint-url %s: %w", c.endpoint, err)}
	}
	request.Header.Set("Accept", cmp.Or(r.accept, "application/json"))
	request.Header.Set("Content-Type", "application/json")
	c.sign(request, r.body)
	response, err := c.http.Do(request)
	if err != nil {
		return nil, fmt.Errorf("%w; is poterne serve running there? --endpoint-url says where it is", err)
	}
	defer func() { _ = response.Body.Close() }() // it was read to its end, or the error says so
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", r.method, target, err)
	}
	if response.StatusCode >= 300 {
		return nil, apiError(response, body)
	}
	return body, nil
}

// callJSON is call where the answer is read into out.
func (c *apiClient) callJSON(ctx context.Context, r apiRequest, out any) error {
	body, err := c.call(ctx, r)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, out); err != nil {
		return fmt.Errorf("%s %s answered what is no JSON: %w", r.method, r.path, err)
	}
	return nil
}

// sign signs with the credentials of the environment. Those that poterne
// accepts on the loopback address are any.
func (c *apiClient) sign(r *http.Request, body []byte) {
	credentials := sigv4.Credentials{
		AccessKey:    cmp.Or(os.Getenv("AWS_ACCESS_KEY_ID"), "test"),
		Secret:       cmp.Or(os.Getenv("AWS_SECRET_ACCESS_KEY"), "test"),
		SessionToken: os.Getenv("AWS_SESSION_TOKEN"),
	}
	signed := &sigv4.Request{Method: r.Method, Path: r.URL.EscapedPath(), RawQuery: r.URL.RawQuery, Host: r.URL.Host, Header: r.Header.Values, Body: body}
	for _, h := range sigv4.Sign(signed, credentials, c.region, "apigateway", time.Now()) {
		r.Header.Set(h.Name, h.Value)
	}
}

// apiError is an answer of AWS's form: what kind of error, and why.
func apiError(r *http.Response, body []byte) error {
	var said struct {
		Message string `json:"message"`
		Type    string `json:"__type"`
	}
	_ = json.Unmarshal(body, &said) // then it is shown as it came
	code, _, _ := strings.Cut(cmp.Or(r.Header.Get("x-amzn-ErrorType"), said.Type, r.Status), ":")
	return fmt.Errorf("%s: %s", code, cmp.Or(said.Message, strings.TrimSpace(string(body))))
}
