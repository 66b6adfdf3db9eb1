package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
)

// model is the part of a service model that the contract keeps. Members stay
// raw, since their order is a fact (messages list members in it).
type model struct {
	Metadata   struct{ APIVersion string }
	Operations map[string]modelOperation
	Shapes     map[string]modelShape
}

type modelOperation struct {
	HTTP struct {
		Method       string
		RequestURI   string `json:"requestUri"`
		ResponseCode int    `json:"responseCode"`
	}
	Input, Output struct{ Shape string }
	Errors        []struct{ Shape string }
}

type modelShape struct {
	Type          string
	Enum          []string
	Pattern       string
	Required      []string
	Payload       string
	Members       json.RawMessage
	Member, Value struct{ Shape string }
	Error         struct {
		HTTPStatusCode int `json:"httpStatusCode"`
	}
}

type modelMember struct{ Shape, Location, LocationName string }

func refresh(modelFile, contractFile string) error {
	data, err := os.ReadFile(modelFile)
	if err != nil {
		return err
	}
	var m model
	if err := json.Unmarshal(data, &m); err != nil {
		return fmt.Errorf("read model %s: %w", modelFile, err)
	}
	c := contract{Version: m.Metadata.APIVersion}
	for _, name := range sortedKeys(m.Operations) {
		c.Operations = append(c.Operations, contractOperation(name, m.Operations[name]))
	}
	for _, name := range sortedKeys(m.Shapes) {
		s, err := contractShape(name, m.Shapes[name])
		if err != nil {
			return err
		}
		c.Shapes = append(c.Shapes, s)
	}
	return os.WriteFile(contractFile, compact(c), 0o644)
}

func contractOperation(name string, o modelOperation) operation {
	status := o.HTTP.ResponseCode
	if status == 0 {
		status = 200
	}
	op := operation{Name: name, Method: o.HTTP.Method, URI: o.HTTP.RequestURI, Status: status, Input: o.Input.Shape, Output: o.Output.Shape}
	for _, e := range o.Errors {
		op.Errors = append(op.Errors, e.Shape)
	}
	return op
}

func contractShape(name string, s modelShape) (shape, error) {
	out := shape{Name: name, Type: s.Type, Enum: s.Enum, Pattern: s.Pattern, Payload: s.Payload, ErrorCode: s.Error.HTTPStatusCode}
	out.Of = s.Member.Shape
	if s.Type == "map" {
		out.Of = s.Value.Shape
	}
	names, err := keysInOrder(s.Members)
	if err != nil {
		return out, fmt.Errorf("members of %s: %w", name, err)
	}
	var members map[string]modelMember
	if len(names) > 0 {
		if err := json.Unmarshal(s.Members, &members); err != nil {
			return out, fmt.Errorf("members of %s: %w", name, err)
		}
	}
	for _, n := range names {
		m := members[n]
		wire := m.LocationName
		if wire == n {
			wire = ""
		}
		out.Members = append(out.Members, member{n, m.Shape, wire, m.Location, slices.Contains(s.Required, n)})
	}
	return out, nil
}

func keysInOrder(object json.RawMessage) ([]string, error) {
	if len(object) == 0 {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(object))
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	var keys []string
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		keys = append(keys, key.(string))
		var skipped json.RawMessage
		if err := d.Decode(&skipped); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// compact writes a line per operation and per shape, so that a refresh shows
// as a readable diff.
func compact(c contract) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\"version\":%q,\n\"operations\":[\n", c.Version)
	writeLines(&b, c.Operations)
	b.WriteString("],\n\"shapes\":[\n")
	writeLines(&b, c.Shapes)
	b.WriteString("]}\n")
	return b.Bytes()
}

func writeLines[T any](b *bytes.Buffer, rows []T) {
	for i, row := range rows {
		line, err := json.Marshal(row)
		if err != nil {
			panic(err) // plain structs of strings and numbers always marshal
		}
		b.Write(line)
		if i < len(rows)-1 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
