//go:build poterne_poison

package http1

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/poterne/poterne/wire/httpmsg"
)

// TestKeptViewShows: with the tag, what a handler keeps without cloning is
// overwritten once it has returned; what it clones is not.
func TestKeptViewShows(t *testing.T) {
	var kept, cloned []string
	var body []byte
	s := handle(func(req *httpmsg.Request, resp *httpmsg.Response) {
		b, err := req.Body()
		if err != nil {
			return
		}
		a, _ := req.Header.Get("X-A")
		kept = append(kept, req.Path, a, req.Host)
		for _, v := range kept {
			cloned = append(cloned, strings.Clone(v))
		}
		body = b
		resp.Status = 200
	})
	for _, frame := range []string{"Content-Length: 5\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"} {
		kept, cloned = nil, nil
		inBubble(t, &Server{Handler: s.Handler}, func(t *testing.T, l *pipeListener) {
			said := newTalk(l.dial())
			defer said.conn.Close()
			said.send("POST /path HTTP/1.1\r\nHost: host\r\nX-A: value\r\n" + frame)
			synctest.Wait()
			only(t, said, "POST", 200)
			for _, v := range kept {
				if strings.Trim(v, "\xDB") != "" {
					t.Errorf("kept %q and nothing shows", v)
				}
			}
			if strings.Trim(string(body), "\xDB") != "" {
				t.Errorf("kept body %q and nothing shows", body)
			}
			if got := strings.Join(cloned, " "); got != "/path value host" {
				t.Errorf("clones %q", got)
			}
		})
	}
}

// TestKeptAnswerShows: the same for what Client.Do returned, after Reset.
func TestKeptAnswerShows(t *testing.T) {
	b := newBackEnd(way{says: ok200 + "X-A: value\r\nContent-Length: 3\r\n\r\nok\n", then: keeps})
	c := &Client{}
	defer c.Close()
	var resp httpmsg.Response
	if err := c.Do(goodRequest(), &resp, Call{Origin: Origin{Addr: b.listen(t)}}); err != nil {
		t.Fatal(err)
	}
	length, _ := resp.Header.Get("Content-Length")
	body := resp.Body
	if length != "3" || string(body) != "ok\n" {
		t.Fatalf("before Reset: %q %q", length, body)
	}
	resp.Reset()
	if length != "\xDB" || string(body) != "\xDB\xDB\xDB" {
		t.Errorf("kept %q %q and nothing shows", length, body)
	}
}
