package main

// contract is the facts of a service model that poterne needs, and no prose.
type contract struct {
	Version    string      `json:"version"`
	Operations []operation `json:"operations"`
	Shapes     []shape     `json:"shapes"`
}

type operation struct {
	Name   string   `json:"name"`
	Method string   `json:"method"`
	URI    string   `json:"uri"`
	Status int      `json:"status"`
	Input  string   `json:"input"`
	Output string   `json:"output,omitempty"`
	Errors []string `json:"errors"`
}

type shape struct {
	Name      string   `json:"name"`
	Type      string   `json:"type"`
	Enum      []string `json:"enum,omitempty"`
	Pattern   string   `json:"pattern,omitempty"`
	Of        string   `json:"of,omitempty"` // shape of a list's members or a map's values
	Members   []member `json:"members,omitempty"`
	Payload   string   `json:"payload,omitempty"`
	ErrorCode int      `json:"error,omitempty"` // HTTP status of an exception
}

type member struct {
	Name     string `json:"name"`
	Shape    string `json:"shape"`
	Wire     string `json:"wire,omitempty"` // name on the wire where it differs
	In       string `json:"in,omitempty"`   // uri, querystring, header; body if empty
	Required bool   `json:"required,omitempty"`
}
