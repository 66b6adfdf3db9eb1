package cli

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway"
)

// An invocation is what a test invocation came to, as --json has it.
type invocation struct {
	API       string              `json:"api"`
	Method    string              `json:"method"`
	Resource  string              `json:"resource"`
	Target    string              `json:"target"`
	Completed bool                `json:"completed"`
	Status    int                 `json:"status"`
	Latency   int64               `json:"latency"` // milliseconds
	Headers   map[string][]string `json:"headers"`
	Body      string              `json:"body"`
	Steps     []gateway.TraceStep `json:"steps"`

	Failure *gateway.TraceFailure `json:"failure,omitempty"` // what AWS's log does not say

	log []gateway.TraceLine
}

func newInvocation(in *apigw.TestInvokeMethodInput, resource string, out *apigw.TestInvokeMethodResponse) *invocation {
	done := &invocation{API: in.RestApiId, Method: in.HttpMethod, Resource: resource, Target: *in.PathWithQueryString,
		Status: valueOf(out.Status), Latency: valueOf(out.Latency), Headers: out.MultiValueHeaders, Body: valueOf(out.Body)}
	done.tell(gateway.ReadLog(valueOf(out.Log)))
	if done.Completed = gateway.Completed(done.log); len(done.log) == 0 { // a streamed response has no log
		done.Completed = done.Status != 0 && done.Status < 500
	}
	return done
}

// tell takes what each step noted.
func (v *invocation) tell(log []gateway.TraceLine) { v.log, v.Steps = log, gateway.StepsOf(log) }

func valueOf[T any](p *T) (value T) {
	if p != nil {
		value = *p
	}
	return value
}

func (v *invocation) print(w io.Writer, asJSON bool) error {
	if asJSON {
		return indented(w, v)
	}
	_, err := io.WriteString(w, v.text())
	return err
}

// text is the answer as HTTP has it, and then the steps.
func (v *invocation) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: %d in %d ms\n\n", v.Method, v.Resource, v.Status, v.Latency)
	for _, name := range slices.Sorted(maps.Keys(v.Headers)) {
		for _, value := range v.Headers[name] {
			fmt.Fprintf(&b, "%s: %s\n", name, value)
		}
	}
	fmt.Fprintf(&b, "\n%s\n\n", strings.TrimSuffix(v.Body, "\n"))
	b.WriteString(gateway.TreeOf(v.log))
	if v.Failure != nil {
		b.WriteString("\n" + v.Failure.String())
	}
	return b.String()
}
