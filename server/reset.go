package server

import (
	"context"
	"fmt"
	"net/http"

	"github.com/poterne/poterne/control"
)

// reset makes the server hold nothing, for suites that begin each test so. What
// it answers, it has done: nothing of before is stored or served.
func (s *Server) reset(w http.ResponseWriter, r *http.Request) {
	if !s.config.AllowReset {
		writeError(w, http.StatusForbidden, "AccessDeniedException", "reset is off: start poterne serve with --allow-reset")
		return
	}
	if err := s.usage.reset(r.Context(), s.clear); err != nil {
		s.log.Error("the state could not be cleared", "error", err)
		writeError(w, http.StatusInternalServerError, "InternalFailureException", "the state could not be cleared; the log says why")
		return
	}
	s.log.Info("audit", "operation", "reset", "path", r.URL.EscapedPath(), "status", http.StatusOK)
	writeJSON(w, http.StatusOK, map[string]string{"status": "reset"})
}

// clear deletes every document and returns when the gateway has followed.
func (s *Server) clear(ctx context.Context) error {
	rev, err := s.store.Update(ctx, control.Clear)
	if err != nil {
		return fmt.Errorf("delete all documents: %w", err)
	}
	if s.traces != nil {
		s.traces.Clear()
	}
	return s.reached.Await(ctx, rev)
}
