package http1

import (
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/poterne/poterne/wire/httpmsg"
)

func TestSmoke(t *testing.T) {
	s := &Server{Handler: httpmsg.HandlerFunc(func(req *httpmsg.Request, resp *httpmsg.Response) {
		b, err := req.Body()
		if err != nil {
			t.Log(err)
			return
		}
		resp.Status = 200
		resp.Header.Add("X-Path", req.Path)
		resp.Body = b
		if req.Path == "/stream" {
			resp.Stream = io.NopCloser(strings.NewReader("hello stream"))
		}
	})}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- s.Serve(l) }()
	c := &Client{}
	for i := range 20 {
		var req httpmsg.Request
		var resp httpmsg.Response
		req.Method, req.Path, req.Host = "POST", "/x", "h"
		if i%3 == 0 {
			req.Path = "/stream"
		}
		req.SetBody(bytes.Repeat([]byte("a"), i*i*i*1000))
		if err := c.Do(&req, &resp, Call{Origin: Origin{Addr: l.Addr().String()}, Deadline: time.Now().Add(3 * time.Second)}); err != nil {
			t.Fatal(err)
		}
		want := i * i * i * 1000
		if i%3 == 0 {
			want = 12
		}
		if resp.Status != 200 || len(resp.Body) != want {
			t.Fatal(resp.Status, len(resp.Body), want)
		}
		resp.Reset()
	}
	t.Log(s.Conns())
	c.Close()
	if err := s.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Log(<-done)
}
