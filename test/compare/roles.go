//go:build linux

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
)

// play is this program as one of the processes that it starts.
func play(role, addr string) error {
	switch role {
	case "backend":
		return serveBackend(addr)
	case "reverseproxy":
		return serveReverseProxy(addr)
	}
	return fmt.Errorf("no role %q", role)
}

func serveReverseProxy(addr string) error {
	to, err := url.Parse("http://" + backendAddr)
	if err != nil {
		return err
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.Transport = &http.Transport{MaxIdleConnsPerHost: 256}
	proxy.ErrorLog = log.New(io.Discard, "", 0) // wrk breaks off what is under way when its time is over
	return http.ListenAndServe(addr, proxy)
}

// serveBackend answers /b/N with N bytes of JSON and /b/json with an order of
// 1 KB, from memory, with as little work as a careful origin can do.
func serveBackend(addr string) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	answers := map[string][]byte{"json": answer(order(1024))}
	for _, n := range []int{100, 10240, 102400} {
		answers[strconv.Itoa(n)] = answer(filler(n))
	}
	for {
		conn, err := l.Accept()
		if err != nil {
			return err
		}
		go answerAll(conn, answers)
	}
}

func answerAll(conn net.Conn, answers map[string][]byte) {
	defer conn.Close()
	in := bufio.NewReaderSize(conn, 16<<10)
	for {
		name, length, err := readHead(in)
		if err != nil {
			return
		}
		if _, err := in.Discard(length); err != nil {
			return
		}
		body, ok := answers[name]
		if !ok {
			body = []byte("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
		}
		if _, err := conn.Write(body); err != nil {
			return
		}
	}
}

// readHead reads a request's head: the last segment of its path and the length
// of its body.
func readHead(in *bufio.Reader) (name string, length int, err error) {
	for first := true; ; first = false {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return "", 0, err
		}
		line = bytes.TrimRight(line, "\r\n")
		switch {
		case first:
			parts := strings.SplitN(string(line), " ", 3)
			if len(parts) != 3 {
				return "", 0, io.ErrUnexpectedEOF
			}
			name = parts[1][strings.LastIndexByte(parts[1], '/')+1:]
		case len(line) == 0:
			return name, length, nil
		case len(line) > 15 && strings.EqualFold(string(line[:15]), "Content-Length:"):
			if length, err = strconv.Atoi(strings.TrimSpace(string(line[15:]))); err != nil {
				return "", 0, err
			}
		}
	}
}

func answer(body string) []byte {
	return fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}

func filler(n int) string {
	const start, end = `{"id":"0123456789","name":"backend","values":[1,2,3,4,5],"ok":true,"pad":"`, `"}`
	return start + strings.Repeat("x", n-len(start)-len(end)) + end
}

// order is JSON of about n bytes.
func order(n int) string {
	var b strings.Builder
	b.WriteString(`{"id":"0123456789","customer":"M. O'Neill","items":[`)
	for i := 0; b.Len() < n-50; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"sku":"part-%04d","n":%d,"note":"blue"}`, i, i)
	}
	b.WriteString(`]}`)
	return b.String()
}
