package http1

import "time"

// A dateText is the Date header of one second.
type dateText struct {
	second int64
	text   string
}

// dateAt returns the Date line's value, formatted once a second.
func (s *Server) dateAt(t time.Time) string {
	second := t.Unix()
	if d := s.date.Load(); d != nil && d.second == second {
		return d.text
	}
	d := &dateText{second, t.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT")}
	s.date.Store(d)
	return d.text
}
