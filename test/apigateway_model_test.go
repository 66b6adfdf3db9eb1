package test

import (
	"encoding/json"
	"fmt"
	"strings"
)

// model is the contract as the AWS CLI's own file of the service. The order of
// members counts, so it is written and not marshalled from maps.
func (c *contract) model() string {
	operations, shapes := object{}, object{}
	for _, op := range c.Operations {
		operations.add(op.Name, c.operationModel(op))
	}
	for i := range c.Shapes {
		shapes.add(c.Shapes[i].Name, shapeModel(&c.Shapes[i]))
	}
	model := object{}
	model.add("version", quoted("2.0"))
	model.add("metadata", `{"apiVersion":"2015-07-09","endpointPrefix":"apigateway","protocol":"rest-json","serviceFullName":"Amazon API Gateway","serviceId":"API Gateway","signatureVersion":"v4","uid":"apigateway-2015-07-09"}`)
	model.add("operations", operations.String())
	model.add("shapes", shapes.String())
	return model.String()
}

func (c *contract) operationModel(op contractOperation) string {
	o := object{}
	o.add("name", quoted(op.Name))
	o.add("http", fmt.Sprintf(`{"method":%q,"requestUri":%q,"responseCode":%d}`, op.Method, op.URI, op.Status))
	o.add("input", reference(op.Input))
	if op.Output != "" {
		o.add("output", reference(op.Output))
	}
	return o.String()
}

func shapeModel(s *contractShape) string {
	o := object{}
	o.add("type", quoted(s.Type))
	switch s.Type {
	case "list":
		o.add("member", reference(s.Of))
	case "map":
		o.add("key", reference("String"))
		o.add("value", reference(s.Of))
	case "structure":
		structureModel(&o, s)
	}
	if s.Enum != nil {
		enum, _ := json.Marshal(s.Enum)
		o.add("enum", string(enum))
	}
	return o.String()
}

func structureModel(o *object, s *contractShape) {
	members, required := object{}, []string{}
	for _, m := range s.Members {
		member := object{}
		member.add("shape", quoted(m.Shape))
		if m.In != "" {
			member.add("location", quoted(m.In))
		}
		if m.Wire != "" {
			member.add("locationName", quoted(m.Wire))
		}
		members.add(m.Name, member.String())
		if m.Required {
			required = append(required, quoted(m.Name))
		}
	}
	o.add("members", members.String())
	if len(required) > 0 {
		o.add("required", "["+strings.Join(required, ",")+"]")
	}
	if s.Payload != "" {
		o.add("payload", quoted(s.Payload))
	}
}

// An object is a JSON object in the making.
type object struct{ parts []string }

func (o *object) add(name, value string) { o.parts = append(o.parts, quoted(name)+":"+value) }

func (o *object) String() string { return "{" + strings.Join(o.parts, ",") + "}" }

func quoted(s string) string {
	data, _ := json.Marshal(s)
	return string(data)
}

func reference(shape string) string { return `{"shape":` + quoted(shape) + `}` }
