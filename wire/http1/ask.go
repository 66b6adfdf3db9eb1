package http1

import (
	"errors"
	"time"
)

// errStale: something has arrived on an idle connection; nothing was sent.
var errStale = errors.New("stale connection")

// askPlainly makes sure that nothing has arrived on an idle connection, then
// sends a request.
func (p *pconn) askPlainly(head, body []byte) (sent int64, err error) {
	if p.reused && !p.probe.quiet() {
		return 0, errStale
	}
	p.link.allowReadUntil(p.link.readBy) // the probe may have moved it
	return p.link.writeAll(head, body)
}

// writeAll writes head and body until writeBy, going on when an earlier
// deadline of the connection fires.
func (l *link) writeAll(head, body []byte) (sent int64, err error) {
	for {
		n, err := l.write(head, body)
		sent += n
		if err == nil || l.isTLS || !isTimeout(err) || !time.Now().Before(l.writeBy) {
			return sent, err
		}
		l.armWrite(l.writeBy)
		head, body = after(head, body, n)
	}
}

// after is what is left of head and body when n bytes of them are gone.
func after(head, body []byte, n int64) (h, b []byte) {
	if n < int64(len(head)) {
		return head[n:], body
	}
	return body[n-int64(len(head)):], nil
}
