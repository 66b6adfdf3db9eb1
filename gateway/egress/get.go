package egress

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	"github.com/poterne/poterne/wire/httpmsg"
)

// Bounds of what Get fetches.
const (
	getTimeout = 5 * time.Second
	getMaxBody = 1 << 20
)

// Get fetches a small document. Errors are those of Do; an answer other than
// 200 is an ErrNetwork.
func (c *Client) Get(address string) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.Join(ErrRequest, fmt.Errorf("%q is no http or https address", address))
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	req := httpmsg.Request{Method: "GET", Path: u.EscapedPath(), RawQuery: u.RawQuery, Host: u.Host, Proto: "HTTP/1.1"}
	if req.Path == "" {
		req.Path = "/"
	}
	req.Header.Add("Accept", "application/json")
	var resp httpmsg.Response
	defer resp.Reset()
	call := Call{Addr: net.JoinHostPort(u.Hostname(), port), TLS: u.Scheme == "https", Timeout: getTimeout, MaxBody: getMaxBody}
	if err := c.Do(&req, &resp, call); err != nil {
		return nil, err
	}
	if resp.Status != 200 {
		return nil, fmt.Errorf("%w: GET %s answered %d", ErrNetwork, address, resp.Status)
	}
	return bytes.Clone(resp.Body), nil
}
