package server

import (
	"net/http"
	"runtime/pprof"
	"strconv"
	"time"
)

// How long a profile lasts: what is asked for without ?seconds=, and at most.
const (
	usualProfile   = 10
	longestProfile = 120
)

// profile answers where the process spends its time during the next seconds,
// as `go tool pprof` reads it. It slows everybody down a little and tells of
// what is served, so it is had where requests are traced, one at a time.
func (s *Server) profile(w http.ResponseWriter, r *http.Request) {
	if s.traces == nil {
		writeError(w, http.StatusForbidden, "AccessDeniedException",
			"no profile is taken where other machines reach poterne, or with --identities: start poterne serve with --traces")
		return
	}
	seconds, ok := profileSeconds(r.URL.Query().Get("seconds"))
	if !ok {
		writeError(w, http.StatusBadRequest, "BadRequestException", "seconds is a whole number from 1 to "+strconv.Itoa(longestProfile))
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	if err := pprof.StartCPUProfile(w); err != nil {
		w.Header().Del("Content-Type")
		writeError(w, http.StatusConflict, "ConflictException", "another profile is being taken: ask again when it has ended")
		return
	}
	defer pprof.StopCPUProfile() // which writes it
	select {
	case <-time.After(time.Duration(seconds) * time.Second):
	case <-r.Context().Done():
	case <-s.patience.Done(): // the server is cut
	}
}

func profileSeconds(text string) (seconds int, ok bool) {
	if text == "" {
		return usualProfile, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= 1 && n <= longestProfile
}
