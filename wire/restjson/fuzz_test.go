package restjson_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/poterne/poterne/wire/restjson"
)

// Whatever comes in, the answer is a success or the client's fault, and every
// answer has a request id.
func FuzzHandler(f *testing.F) {
	files, err := filepath.Glob("testdata/decode/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for part := range strings.SplitSeq(string(data), "-- request: ") {
			_, rest, _ := strings.Cut(part, " --\n")
			head, body, _ := strings.Cut(rest, "\n\n")
			method, target, _ := strings.Cut(strings.SplitN(head, "\n", 2)[0], " ")
			path, query, _ := strings.Cut(target, "?")
			body, _, _ = strings.Cut(body, "\n-- answer")
			f.Add(method, path, query, "*/*", []byte(body))
		}
	}
	h := restjson.New(restjson.Config{Do: func(_ context.Context, c *restjson.Call) (any, error) { return emptyOutput(c), nil }})
	f.Fuzz(func(t *testing.T, method, path, query, accept string, body []byte) {
		r := httptest.NewRequest(http.MethodGet, "/", strings.NewReader(string(body)))
		r.Method = method
		unescaped, err := url.PathUnescape(path)
		if err != nil {
			unescaped = path
		}
		r.URL = &url.URL{Path: unescaped, RawPath: path, RawQuery: query}
		r.Header["Accept"] = []string{accept}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code >= 500 && w.Code != http.StatusNotImplemented || w.Header().Get("x-amzn-RequestId") == "" {
			t.Errorf("%s %s?%s: %d %s", method, path, query, w.Code, w.Body)
		}
	})
}
