package gateway

import (
	"strings"
	"time"

	"github.com/poterne/poterne/internal/lazyregexp"
)

// logEntry begins each entry of TestInvokeMethod's log but the first.
var logEntry = lazyregexp.New(`(?m)^([A-Z][a-z]{2} [A-Z][a-z]{2} \d{2} \d{2}:\d{2}:\d{2} \S+ \d{4}) : `)

// ReadLog reads the log of TestInvokeMethod, poterne's or AWS's, by the rows
// that it is written by. A line without a row, or whose row names no step,
// belongs to the step of the line before it.
func ReadLog(log string) (lines []TraceLine) {
	starts := logEntry.FindAllStringSubmatchIndex(log, -1)
	step := ""
	for i, at := range starts {
		end := len(log)
		if i+1 < len(starts) {
			end = starts[i+1][0]
		}
		line := TraceLine{Text: strings.TrimSuffix(log[at[1]:end], "\n"), Step: step}
		line.Time, _ = time.Parse(logDate, log[at[2]:at[3]]) // else it is not known when
		if row := rowOf(line.Text); row != nil {
			line.Failed = row.class == classError
			if row.step != "" {
				line.Step = row.step
			}
		}
		step = line.Step
		lines = append(lines, line)
	}
	return lines
}

// rowOf is the row that a line was written by: the one with the longest
// beginning, the last of those.
func rowOf(text string) (found *noteLine) {
	longest := 0
	for i := range noteLines {
		row := &noteLines[i]
		if row.class == classOurs {
			break
		}
		begin, _, _ := strings.Cut(row.text, "%s")
		if len(begin) >= longest && begin != "" && strings.HasPrefix(text, begin) {
			found, longest = row, len(begin)
		}
	}
	return found
}

// LogRequestId is the request id that a log of TestInvokeMethod begins with,
// "" if it has none.
func LogRequestId(log string) string {
	title, _, _ := strings.Cut(log, "\n")
	id, ok := strings.CutPrefix(title, logTitle)
	if !ok {
		return ""
	}
	return id
}

const logTitle = "Execution log for request "

// Completed reports whether a log tells of a Method that ran to its end.
func Completed(log []TraceLine) bool {
	for i := range log {
		if !log[i].Ours && log[i].Text == noteLines[noteSuccess].text {
			return true
		}
	}
	return false
}
