package main

import (
	"bytes"
	"encoding/json"

	"github.com/poterne/poterne/gateway/mapping"
	"github.com/poterne/poterne/template/vtl"
)

// request is a line of the protocol that both engines speak.
type request struct {
	ID             string            `json:"id"`
	Template       string            `json:"template"`
	Body           string            `json:"body,omitempty"`
	Headers        map[string]string `json:"headers,omitempty"`
	Query          map[string]string `json:"query,omitempty"`
	Path           map[string]string `json:"path,omitempty"`
	StageVariables map[string]string `json:"stageVariables,omitempty"`
	Context        map[string]any    `json:"context,omitempty"`
	WantContext    bool              `json:"wantContext,omitempty"`
}

// answer is what an engine says.
type answer struct {
	ID        string          `json:"id"`
	Output    *string         `json:"output"`
	Error     string          `json:"error"`
	Cause     string          `json:"cause"` // the oracle's innermost exception
	Overrides json.RawMessage `json:"overrides"`
}

func (a *answer) String() string {
	switch {
	case a.Output == nil:
		return "ERROR " + a.Error
	case len(a.Overrides) > 0:
		return *a.Output + "\noverrides " + string(a.Overrides)
	}
	return *a.Output
}

func (c *request) line() []byte {
	line, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings and maps of strings always marshal
	}
	return bytes.ReplaceAll(line, []byte{0x7f}, []byte(`\u007f`)) // json-smart takes no DEL
}

// ours renders a line with this module's engine.
func ours(line []byte) (*answer, error) {
	var a answer
	err := json.Unmarshal(mapping.RenderLine(nil, line, vtl.Limits{}), &a)
	return &a, err
}
