package egress

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"
)

// ParseProxy reads the address of an egress proxy: http://[USER:PASSWORD@]HOST[:PORT],
// or https.
func ParseProxy(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.Path != "" && u.Path != "/" {
		return nil, errors.New("an egress proxy is written http://HOST:PORT or https://HOST:PORT") // the text may hold a password
	}
	if u.Port() == "" {
		u.Host = net.JoinHostPort(u.Hostname(), map[string]string{"http": "80", "https": "443"}[u.Scheme])
	}
	return u, nil
}

// dialThroughProxy asks the proxy for a connection to addr.
func (d *dialer) dialThroughProxy(ctx context.Context, network, addr string) (net.Conn, error) {
	proxy := d.config.Proxy
	conn, err := d.config.Connect(ctx, network, proxy.Host)
	if err != nil {
		return nil, fmt.Errorf("egress proxy: %w", err)
	}
	if proxy.Scheme == "https" {
		secured := tls.Client(conn, &tls.Config{ServerName: proxy.Hostname(), MinVersion: tls.VersionTLS12, RootCAs: strictTLS(d.config.CAs).RootCAs})
		if err := secured.HandshakeContext(ctx); err != nil {
			_ = conn.Close()
			return nil, fmt.Errorf("egress proxy: %w", err)
		}
		conn = secured
	}
	if err := connect(ctx, conn, addr, proxy.User); err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("egress proxy: %w", err)
	}
	return conn, nil
}

// connect speaks CONNECT. What the proxy sends behind its answer would be the
// back end's, which has not been asked yet: such a connection is not used.
func connect(ctx context.Context, conn net.Conn, addr string, user *url.Userinfo) error {
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return err
		}
	}
	request := "CONNECT " + addr + " HTTP/1.1\r\nHost: " + addr + "\r\n"
	if user != nil {
		password, _ := user.Password()
		request += "Proxy-Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password)) + "\r\n"
	}
	if _, err := conn.Write([]byte(request + "\r\n")); err != nil {
		return err
	}
	in := bufio.NewReaderSize(conn, 4096)
	answer, err := http.ReadResponse(in, &http.Request{Method: http.MethodConnect})
	if err != nil {
		return err
	}
	_ = answer.Body.Close() // of CONNECT there is none
	switch {
	case answer.StatusCode != http.StatusOK:
		return fmt.Errorf("CONNECT %s was answered %s", addr, answer.Status)
	case in.Buffered() > 0:
		return errors.New("it sent more than its answer")
	}
	return conn.SetDeadline(time.Time{})
}
