package server

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

func TestProfile(t *testing.T) {
	s := start(t, Config{})
	url := "http://" + s.dataAddr() + "/_poterne/profile"
	statuses := map[int]int{}
	var both sync.WaitGroup
	var mu sync.Mutex
	for range 2 {
		both.Go(func() {
			status, body := request(t, "GET", url+"?seconds=1", "")
			if status == 200 && !strings.HasPrefix(body, "\x1f\x8b") {
				t.Errorf("no gzip: %.80q", body)
			}
			mu.Lock()
			statuses[status]++
			mu.Unlock()
		})
	}
	both.Wait()
	if statuses[200] == 0 || statuses[200]+statuses[409] != 2 {
		t.Errorf("two at a time: %v", statuses)
	}
	for _, seconds := range []string{"0", "121", "-1", "ten", "1.5"} {
		if status, body := request(t, "GET", url+"?seconds="+seconds, ""); status != 400 || !strings.Contains(body, "from 1 to 120") {
			t.Errorf("%s: %d %s", seconds, status, body)
		}
	}
}

func TestProfileIsRefused(t *testing.T) {
	w := httptest.NewRecorder()
	new(Server).profile(w, nil)
	if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "--traces") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
