package http1

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

var update = flag.Bool("update", false, "rewrite expectations")

const caseFile = "testdata/requests.jsonl"

// A requestCase is one line of testdata/requests.jsonl: bytes to send and what
// must come of them. {{CUT}} in Send is a pause.
type requestCase struct {
	Name   string   `json:"name"`
	Group  string   `json:"group"`
	Send   string   `json:"send"`
	Status string   `json:"status"` // of the answers, in order, after all time-outs
	Seen   []string `json:"seen"`   // by the Handler: method, host, target, length of body
	Note   string   `json:"note,omitempty"`
}

func readCases(t testing.TB) (cases []requestCase) {
	b, err := os.ReadFile(caseFile)
	if err != nil {
		t.Fatal(err)
	}
	s := bufio.NewScanner(bytes.NewReader(b))
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var c requestCase
		if err := json.Unmarshal(s.Bytes(), &c); err != nil {
			t.Fatalf("%s: %v", s.Text(), err)
		}
		cases = append(cases, c)
	}
	return cases
}

func writeCases(t *testing.T, cases []requestCase) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	for _, c := range cases {
		if err := e.Encode(c); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(caseFile, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (c *requestCase) method() string {
	method, _, _ := strings.Cut(c.Send, " ")
	return method
}

// judge fails the test where the outcome is not the case's.
func (c *requestCase) judge(t *testing.T, said *talk, seen []string) {
	t.Helper()
	list, err := said.answers(c.method())
	if err != nil {
		t.Errorf("answers are not HTTP: %v in %q", err, said.text())
	}
	if *update {
		c.Status, c.Seen = statuses(list), seen
		return
	}
	if got := statuses(list); got != c.Status {
		t.Errorf("status %q, want %q", got, c.Status)
	}
	if !slices.Equal(seen, c.Seen) {
		t.Errorf("handler saw %q, want %q", seen, c.Seen)
	}
	if n := len(list); n > 0 && list[n-1].status >= 400 && list[n-1].header.Get("Connection") != "close" {
		t.Errorf("refused without Connection: close")
	}
}

// TestRequestCases plays every case on an in-memory connection with a fake
// clock: what is refused must be refused before any time passes.
func TestRequestCases(t *testing.T) {
	cases := readCases(t)
	for i := range cases {
		c := &cases[i]
		t.Run(c.Name, func(t *testing.T) {
			rec := &recorder{}
			inBubble(t, &Server{Handler: rec}, func(t *testing.T, l *pipeListener) {
				said := newTalk(l.dial())
				for _, part := range strings.Split(expand(c.Send), "{{CUT}}") {
					said.send(part)
					synctest.Wait()
				}
				list, _ := said.answers(c.method())
				if n := len(list); n > 0 && list[n-1].status >= 400 && !said.closed() {
					t.Error("refused, but not closed")
				}
				time.Sleep(2 * minute)
				if !said.closed() {
					t.Error("still open after two idle minutes")
				}
				c.judge(t, said, rec.take())
				said.conn.Close()
			})
		})
	}
	if *update {
		writeCases(t, cases)
	}
}

// TestRequestCasesOverTCP plays the same on sockets, all at once; cases that
// wait for a time-out are left to the fake clock. The client half-closes, so
// that the server ends when it is through.
func TestRequestCasesOverTCP(t *testing.T) {
	if *update {
		t.Skip("expectations are made by TestRequestCases")
	}
	eachWay(t, playRequestCases)
}

func playRequestCases(t *testing.T, b *Batcher) {
	cases := readCases(t)
	var wg sync.WaitGroup
	for i := range cases {
		c := &cases[i]
		if strings.Contains(c.Status, "408") {
			continue
		}
		wg.Go(func() {
			said, seen := overSocket(t, c, b)
			t.Run(c.Name, func(t *testing.T) { c.judge(t, said, seen) })
		})
	}
	wg.Wait()
}

func overSocket(t *testing.T, c *requestCase, b *Batcher) (*talk, []string) {
	rec := &recorder{}
	addr := overTCP(t, &Server{Handler: rec, Batcher: b})
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Error(err)
		return &talk{}, nil
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(minute)) // of a server that does not end
	said := newTalk(conn)
	for _, part := range strings.Split(expand(c.Send), "{{CUT}}") {
		conn.Write([]byte(part))
		if strings.Contains(part, "100-continue") {
			said.await("\r\n\r\n")
		}
	}
	conn.(*net.TCPConn).CloseWrite()
	<-said.done
	return said, rec.take()
}

// TestCasesRefuseWhatTheyMust keeps the case file honest: expectations that
// -update wrote must still be what the group's rule says.
func TestCasesRefuseWhatTheyMust(t *testing.T) {
	for _, c := range readCases(t) {
		refused := len(c.Seen) == 0 && c.Status != "" && c.Status[0] == '4' || c.Status == "505"
		switch {
		case strings.HasSuffix(c.Group, "!") && !refused:
			t.Errorf("%s must be refused, is answered %s", c.Name, c.Status)
		case c.Group == "ok" && !strings.HasSuffix(c.Status, "200"):
			t.Errorf("%s must be served, is answered %s", c.Name, c.Status)
		}
		for _, s := range c.Seen {
			if strings.Contains(s, "SMUGGLED") {
				t.Errorf("%s: a hidden request was served", c.Name)
			}
		}
		if strings.Contains(c.Status, "50") && c.Status != "505" {
			t.Errorf("%s: a client's mistake is answered %s", c.Name, c.Status)
		}
	}
}
