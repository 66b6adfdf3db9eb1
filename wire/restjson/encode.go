package restjson

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/poterne/poterne/apigw"
)

// An answer is what goes back, whole before its first byte is written.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a *answer) write(w http.ResponseWriter, method string) {
	header := w.Header()
	for name, values := range a.header {
		header[name] = values
	}
	if a.status != http.StatusNoContent {
		header.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	w.WriteHeader(a.status)
	if method != http.MethodHead {
		_, _ = w.Write(a.body) // the client is gone: nobody is left to tell
	}
}

// encode is the answer of an operation that succeeded: raw for a payload, HAL
// for those who do not ask for JSON by name, else plain JSON.
func encode(m *match, r *http.Request, out any) (*answer, error) {
	a := &answer{status: m.operation.Status, header: http.Header{}}
	shape := m.operation.Output
	if shape == nil {
		return a, nil
	}
	value, err := structOf(shape, out)
	if err != nil {
		return nil, fmt.Errorf("answer of %s: %w", m.operation.Name, err)
	}
	if payload(shape) != nil {
		a.raw(shape, value)
		return a, nil
	}
	a.header.Set("Content-Type", "application/json")
	if acceptsJSON(r.Header.Values("Accept")) {
		a.body, err = marshal(out)
	} else {
		a.header.Set("Content-Type", "application/hal+json")
		a.body, err = encodeHAL(m, r.URL.RawQuery, value)
	}
	if err != nil {
		return nil, fmt.Errorf("encode the answer of %s: %w", m.operation.Name, err)
	}
	return a, nil
}

// structOf is the struct that out points at, which must be the shape's.
func structOf(shape *apigw.Shape, out any) (reflect.Value, error) {
	v := reflect.ValueOf(out)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Type().Elem() != shape.Type() {
		return reflect.Value{}, fmt.Errorf("%T is not a pointer to %s", out, shape.Type())
	}
	return v.Elem(), nil
}

// acceptsJSON: only the very name application/json asks for plain JSON; no
// Accept header and */* mean HAL (control plane §1.5).
func acceptsJSON(accept []string) bool {
	if len(accept) == 1 && accept[0] == "application/json" { // what SDKs send
		return true
	}
	for part := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		name, params, err := mime.ParseMediaType(part)
		if err != nil || name != "application/json" {
			continue
		}
		if q, err := strconv.ParseFloat(params["q"], 64); err != nil || q > 0 {
			return true
		}
	}
	return false
}

// marshal is plain JSON as AWS writes it: absent members are left out by the
// structs' tags, and "<" stays "<".
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func payload(shape *apigw.Shape) *apigw.Member {
	for i, m := range shape.Members {
		if m.In == apigw.InPayload {
			return &shape.Members[i]
		}
	}
	return nil
}

// raw answers with the payload's bytes and the headers that go with them.
func (a *answer) raw(shape *apigw.Shape, value reflect.Value) {
	for _, m := range shape.Members {
		field := value.Field(m.Index)
		switch {
		case m.In == apigw.InPayload:
			a.body = field.Bytes()
		case m.In == apigw.InHeader && !field.IsNil():
			a.header.Set(m.Wire, field.Elem().String())
		}
	}
}
