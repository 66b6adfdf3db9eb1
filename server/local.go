package server

import (
	"encoding/json"
	"net/http"
	"strings"
)

// localPaths are those that local answers.
var localPaths = []string{"/_poterne/requests", "/_poterne/metrics", "/_poterne/livez", "/_poterne/readyz", "/_poterne/profile", "/_poterne/reset", "/_localstack/health"}

// local answers what is poterne's own and not AWS's.
func (s *Server) local() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_poterne/livez", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]string{"status": "alive"})
	})
	mux.HandleFunc("GET /_poterne/readyz", s.readyz)
	mux.Handle("GET /_poterne/metrics", s.metricsHandler())
	mux.HandleFunc("GET /_poterne/requests", s.requests)
	mux.HandleFunc("GET /_poterne/profile", s.profile)
	mux.HandleFunc("POST /_poterne/reset", s.reset)
	mux.HandleFunc("GET /_localstack/health", func(w http.ResponseWriter, _ *http.Request) {
		// The form that tools probe before they use an emulator.
		writeJSON(w, http.StatusOK, map[string]any{"services": map[string]string{"apigateway": "running"}, "edition": "poterne"})
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		writeError(w, http.StatusNotFound, "NotFoundException", "nothing is served at "+r.URL.Path+"; there are "+strings.Join(localPaths, ", "))
	})
	return mux
}

func (s *Server) readyz(w http.ResponseWriter, _ *http.Request) {
	if !s.ready.Load() {
		writeJSON(w, http.StatusServiceUnavailable, map[string]string{"status": "starting or stopping"})
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"status": "ready"})
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // the client is gone: nobody is left to tell
}

// writeError answers in the form of AWS's errors, which clients show.
func writeError(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("x-amzn-ErrorType", code)
	writeJSON(w, status, map[string]string{"message": message})
}
