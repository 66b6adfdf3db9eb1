package gateway

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/mapping"
	"github.com/poterne/poterne/gateway/throttle"
)

// A logLevel is a stage's loggingLevel for a Method.
type logLevel uint8

const (
	logOff logLevel = iota
	logErrors
	logInfo
)

func logLevelOf(name *string) logLevel {
	switch deref(name) {
	case "ERROR":
		return logErrors
	case "INFO":
		return logInfo
	}
	return logOff
}

// listen collects notes if the Method's stage settings or Traces ask for them.
func (inv *Invocation) listen() {
	if inv.listener == nil && (inv.method.logging != logOff || inv.g.deps.Traces.wants(inv.start)) {
		inv.listener = inv.g.newNotes()
		inv.noteRoute()
	}
}

// listenUnrouted collects notes of a request that met no Method, if Traces ask
// for them.
func (inv *Invocation) listenUnrouted() {
	if inv.listener == nil && inv.method == nil && inv.g.deps.Traces.wants(inv.start) {
		inv.listener = inv.g.newNotes()
	}
}

func (g *Gateway) newNotes() *notes {
	return &notes{step: stepRouting, now: g.deps.Now, limit: maxLogEvent + 1}
}

// maxLogEvent is where an entry of the execution log is cut (data plane §21.1).
const maxLogEvent = 1024

// writeExecutionLog writes the notes that the stage asks for, as AWS's
// execution log has them: (request id) line.
func (inv *Invocation) writeExecutionLog() {
	m := inv.method
	if m == nil || m.logging == logOff || inv.listener == nil {
		return
	}
	group := "API-Gateway-Execution-Logs_" + inv.context.APIID + "/" + inv.context.Stage
	if inv.branch.isCanary {
		group += "/Canary"
	}
	for i := range inv.listener.lines {
		n := &inv.listener.lines[i]
		class := noteLines[n.kind].class
		if m.logging == logErrors && class != classError || class == classData && !m.trace || class == classOurs {
			continue
		}
		line := cutEvent("(" + inv.context.RequestID + ") " + n.text())
		level := slog.LevelInfo
		if class == classError {
			level = slog.LevelError
		}
		inv.g.deps.Log.LogAttrs(context.Background(), level, line, slog.String("group", group))
	}
}

func cutEvent(line string) string { return cutLine(line, maxLogEvent) }

func cutLine(line string, limit int) string {
	if len(line) <= limit {
		return line
	}
	return line[:limit] + " [TRUNCATED]"
}

// paramText writes parameters as AWS's log does: {name=value, …}, in the order
// of the maps that templates see.
func paramText(list mapping.ParamList) string {
	var b strings.Builder
	b.WriteByte('{')
	for i, p := range list.HashOrder() {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(p.Name + "=" + masked(p.Name, p.Value))
	}
	b.WriteByte('}')
	return truncated(b.String())
}

// throttleText names what is throttled, and at what.
func (inv *Invocation) throttleText(limit throttle.Limit) string {
	return fmt.Sprintf("%s. Limit: %.2f Burst: %d", inv.target(), limit.Rate, limit.Burst)
}

func (inv *Invocation) quotaText(q *apigw.QuotaSettings) string {
	return fmt.Sprintf("%s. Limit: %d Period: %s", inv.target(), deref(q.Limit), deref(q.Period))
}

// target names the Method as lines about limits do.
func (inv *Invocation) target() string {
	return "RestApi " + inv.context.APIID + ", Stage " + inv.context.Stage + ", Resource " + inv.context.ResourceID +
		", HttpMethod " + inv.context.HTTPMethod
}

// loggedPath is the path after the stage, of a test the path that was given:
// what the log calls the resource path (AF-185).
func (inv *Invocation) loggedPath() string {
	if inv.mode == modeTest {
		return inv.req.Path
	}
	path := strings.TrimPrefix(inv.context.Path, "/"+inv.context.Stage)
	if path == "" {
		return "/"
	}
	return path
}
