package cli

import (
	"regexp"
	"strings"
)

// A logStep is what one step of the pipeline left in a log.
type logStep struct {
	Step  string    `json:"step"`
	Lines []logLine `json:"lines"`
}

// A logLine is an entry of AWS's execution log. Its text may have line breaks.
type logLine struct {
	Time   string `json:"time"`
	Text   string `json:"text"`
	Failed bool   `json:"failed"`
}

// The steps, as the console names them.
const (
	methodRequest       = "method request"
	integrationRequest  = "integration request"
	integrationItself   = "integration"
	integrationResponse = "integration response"
	methodResponse      = "method response"
)

// logRows says by their beginnings which step writes which entries. An entry
// without a row, or with a row without a step, belongs to the step before it.
var logRows = []struct {
	prefix, step string
	failed       bool
}{
	{"Starting execution for request", methodRequest, false},
	{"HTTP Method:", methodRequest, false},
	{"Method request ", methodRequest, false},
	{"Missing required request parameters", methodRequest, true},
	{"Request body does not match", methodRequest, true},
	{"Endpoint request ", integrationRequest, false},
	{"Execution failed due to configuration error: Unable to transform request", integrationRequest, true},
	{"Sending request to", integrationItself, false},
	{"Received response", integrationItself, false},
	{"Unable to parse statusCode", integrationItself, true},
	{"Lambda invocation failed", integrationItself, true},
	{"Lambda execution failed", integrationItself, true},
	{"Execution failed due to a timeout", integrationItself, true},
	{"Execution failed due to a network error", integrationItself, true},
	{"Endpoint response ", integrationResponse, false},
	{"Configuration error: No match for output mapping", integrationResponse, true},
	{"Multiple default mappings", integrationResponse, false},
	{"Execution failed due to configuration error: Unable to transform response", integrationResponse, true},
	{"Execution failed", "", true},
	{"Method response ", methodResponse, false},
	{executionDone, methodResponse, false},
	{"Method completed with status", methodResponse, false},
}

// executionDone is in the log of a method that ran to its end.
const executionDone = "Successfully completed execution"

// logDate begins each entry but the first.
var logDate = regexp.MustCompile(`^([A-Z][a-z]{2} [A-Z][a-z]{2} \d{2} \d{2}:\d{2}:\d{2} \S+ \d{4}) : `)

// logSteps reads AWS's log of a test invocation.
func logSteps(log string) (steps []logStep) {
	for line := range strings.Lines(log) {
		m := logDate.FindStringSubmatch(line)
		if m == nil {
			continueEntry(steps, line)
			continue
		}
		entry, step := readEntry(m[1], line[len(m[0]):])
		if n := len(steps); n == 0 || step != "" && steps[n-1].Step != step {
			steps = append(steps, logStep{Step: step})
		}
		last := &steps[len(steps)-1]
		last.Lines = append(last.Lines, entry)
	}
	for _, step := range steps {
		for i := range step.Lines {
			step.Lines[i].Text = strings.TrimSuffix(step.Lines[i].Text, "\n")
		}
	}
	return steps
}

// continueEntry adds a further line of the last entry. What stands before the
// first is the log's title.
func continueEntry(steps []logStep, line string) {
	if len(steps) == 0 {
		return
	}
	lines := steps[len(steps)-1].Lines
	lines[len(lines)-1].Text += line
}

func readEntry(time, text string) (entry logLine, step string) {
	for _, row := range logRows {
		if strings.HasPrefix(text, row.prefix) {
			return logLine{time, text, row.failed}, row.step
		}
	}
	return logLine{Time: time, Text: text}, ""
}

// isCompleted reports whether the method ran to its end.
func isCompleted(steps []logStep) bool {
	for _, step := range steps {
		for _, line := range step.Lines {
			if strings.HasPrefix(line.Text, executionDone) {
				return true
			}
		}
	}
	return false
}
