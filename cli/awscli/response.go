package awscli

import (
	"net/http"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/cli/awscli/document"
)

// An answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// parse reads an answer into the members of the contract, in its order. Members
// that it does not have are absent.
func (a *answer) parse(shape *apigw.Shape, moment func(any) any) (*document.Object, error) {
	out := &document.Object{}
	if shape == nil {
		return out, nil
	}
	for i := range shape.Members {
		m := &shape.Members[i]
		if value := a.header.Get(m.Wire); m.In == apigw.InHeader && value != "" {
			out.Set(m.Name, value)
		}
	}
	if payload := payloadOf(shape); payload != nil {
		out.Set(payload.Name, a.body)
		return out, nil
	}
	if len(a.body) == 0 {
		return out, nil
	}
	body, err := document.Parse(a.body)
	if err != nil {
		return nil, general("Unable to parse response (%v), invalid response received", err)
	}
	o, ok := fromWire(shape, body, moment).(*document.Object)
	if ok {
		for name, value := range o.All() {
			out.Set(name, value)
		}
	}
	return out, nil
}

func fromWire(shape *apigw.Shape, value any, moment func(any) any) any {
	switch shape.Kind {
	case apigw.KindStructure:
		if o, ok := value.(*document.Object); ok {
			return structureFromWire(shape, o, moment)
		}
	case apigw.KindMap:
		if o, ok := value.(*document.Object); ok {
			out := &document.Object{}
			for name, element := range o.All() {
				out.Set(name, fromWire(shape.Of, element, moment))
			}
			return out
		}
	case apigw.KindList:
		if list, ok := value.([]any); ok {
			out := make([]any, len(list))
			for i, element := range list {
				out[i] = fromWire(shape.Of, element, moment)
			}
			return out
		}
	case apigw.KindTimestamp:
		return moment(value)
	}
	return value
}

func structureFromWire(shape *apigw.Shape, o *document.Object, moment func(any) any) any {
	out := &document.Object{}
	for i := range shape.Members {
		m := &shape.Members[i]
		if value := o.Get(m.Wire); m.In == apigw.InBody && value != nil {
			out.Set(m.Name, fromWire(m.Shape, value, moment))
		}
	}
	return out
}

// asISO8601 is a moment in seconds as the AWS CLI prints it, in local time.
func asISO8601(v any) any {
	var seconds float64
	switch v := v.(type) {
	case int64:
		seconds = float64(v)
	case float64:
		seconds = v
	default:
		return v
	}
	at := time.UnixMicro(int64(seconds * 1e6)).Local()
	if at.Nanosecond() == 0 {
		return at.Format("2006-01-02T15:04:05-07:00")
	}
	return at.Format("2006-01-02T15:04:05.000000-07:00")
}

// asReceived leaves a moment as it is on the wire.
func asReceived(v any) any { return v }
