package restjson

import (
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/poterne/poterne/apigw"
)

// decode makes the operation's input of a request and checks it against the
// contract.
func (h *Handler) decode(m *match, header http.Header, body []byte) (any, error) {
	d := decoder{match: m, header: header, body: body, absent: map[string]bool{}}
	input := reflect.New(m.operation.Input.Type())
	d.into = input.Elem()
	if err := d.bodyMembers(); err != nil {
		return nil, err
	}
	for i := range m.operation.Input.Members {
		if err := d.member(&m.operation.Input.Members[i]); err != nil {
			return nil, err
		}
	}
	if err := h.validate(m.operation, d.into, d.absent); err != nil {
		return nil, err
	}
	return input.Interface(), nil
}

// A decoder fills one input struct.
type decoder struct {
	match  *match
	header http.Header
	body   []byte
	into   reflect.Value
	absent map[string]bool // required members that the request did not have, by path
}

// nullInput is what AWS says of a body of no bytes to an operation that asks
// for more than its members. CreateDeployment's was met by a user of a CLI that
// left an empty body out.
var nullInput = map[string]string{
	"CreateDeployment": "Invalid deployment content specified.CreateDeploymentInput should not be null.",
}

// bodyMembers reads the JSON body, if the operation has one. A body of no
// bytes is one without members, as older SDKs send it.
func (d *decoder) bodyMembers() error {
	root := jsonReader{absent: d.absent}
	if !hasJSONBody(d.match.operation.Input) {
		return nil
	}
	if len(d.body) == 0 {
		if text := nullInput[d.match.operation.Name]; text != "" {
			return apigw.BadRequest("%s", text)
		}
		root.missing(d.match.operation.Input, nil, nil)
		return nil
	}
	return root.document(d.match.operation.Input, d.into, d.body)
}

func hasJSONBody(input *apigw.Shape) bool {
	for _, m := range input.Members {
		if m.In == apigw.InBody {
			return true
		}
	}
	return false
}

// member sets a member that does not travel in the JSON body.
func (d *decoder) member(m *apigw.Member) error {
	field := d.into.Field(m.Index)
	switch m.In {
	case apigw.InUri:
		field.SetString(d.match.labels[m.Wire])
	case apigw.InPayload:
		field.SetBytes(d.body)
	case apigw.InHeader:
		if values := d.header.Values(m.Wire); len(values) > 0 {
			return setText(m, field, values[0])
		}
	case apigw.InQuerystring:
		return d.queryMember(m, field)
	}
	return nil
}

func (d *decoder) queryMember(m *apigw.Member, field reflect.Value) error {
	switch m.Shape.Kind {
	case apigw.KindMap:
		d.spread(field)
		return nil
	case apigw.KindList:
		if list := d.repeated(m.Wire); list != nil {
			field.Set(reflect.ValueOf(list))
			return nil
		}
	default:
		for _, p := range d.match.query {
			if p.name == m.Wire {
				return setText(m, field, p.value)
			}
		}
	}
	if m.Required {
		d.absent[m.Name] = true
	}
	return nil
}

// repeated has the values of a list, which clients repeat or join with commas
// (control plane §1.3).
func (d *decoder) repeated(name string) []string {
	var list []string
	for _, p := range d.match.query {
		if p.name == name {
			list = append(list, strings.Split(p.value, ",")...)
		}
	}
	return list
}

// spread sets the map that takes every parameter that no other member does.
// Parameters of a presigned request are not among them.
func (d *decoder) spread(field reflect.Value) {
	rest := map[string]string{}
	for _, p := range d.match.query {
		if !d.bound(p.name) && !strings.HasPrefix(p.name, "X-Amz-") {
			rest[p.name] = p.value
		}
	}
	if len(rest) > 0 {
		field.Set(reflect.ValueOf(rest))
	}
}

func (d *decoder) bound(name string) bool {
	for _, m := range d.match.operation.Input.Members {
		if m.In == apigw.InQuerystring && m.Shape.Kind != apigw.KindMap && m.Wire == name {
			return true
		}
	}
	return false
}

// setText sets a scalar that travels as text.
func setText(m *apigw.Member, field reflect.Value, text string) error {
	target := settable(field)
	switch m.Shape.Kind {
	case apigw.KindString:
		target.SetString(text)
	case apigw.KindBoolean:
		b, ok := parseBool(text)
		if !ok {
			return serialization("'%s' can not be converted to an Boolean: %s is true or false", text, m.Wire)
		}
		target.SetBool(b)
	case apigw.KindInteger, apigw.KindLong:
		n, err := strconv.ParseInt(text, 10, 32)
		if err != nil {
			return serialization("'%s' can not be converted to an Integer: %s is a number", text, m.Wire)
		}
		target.SetInt(n)
	}
	return nil
}

func parseBool(text string) (value, ok bool) {
	switch {
	case strings.EqualFold(text, "true"):
		return true, true
	case strings.EqualFold(text, "false"):
		return false, true
	}
	return false, false
}

// settable is the value behind an optional member's pointer, made if need be.
func settable(field reflect.Value) reflect.Value {
	if field.Kind() != reflect.Pointer {
		return field
	}
	if field.IsNil() {
		field.Set(reflect.New(field.Type().Elem()))
	}
	return field.Elem()
}
