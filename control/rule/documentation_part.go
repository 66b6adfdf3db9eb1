package rule

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
)

// A partPlace is which members the location of a documentation part has: those
// in must are required, the others have a default (documented).
type partPlace struct{ may, must []string }

var (
	partPath   = []string{"path"}
	partMethod = []string{"path", "method"}
	partStatus = []string{"path", "method", "statusCode"}
	partName   = []string{"name"}
)

var partPlaces = map[string]partPlace{
	apigw.DocumentationPartTypeAPI:            {nil, nil},
	apigw.DocumentationPartTypeAuthorizer:     {partName, nil},
	apigw.DocumentationPartTypeModel:          {partName, nil},
	apigw.DocumentationPartTypeResource:       {partPath, nil},
	apigw.DocumentationPartTypeMethod:         {partMethod, nil},
	apigw.DocumentationPartTypePathParameter:  {slices.Concat(partMethod, partName), partName},
	apigw.DocumentationPartTypeQueryParameter: {slices.Concat(partMethod, partName), partName},
	apigw.DocumentationPartTypeRequestHeader:  {slices.Concat(partMethod, partName), partName},
	apigw.DocumentationPartTypeRequestBody:    {partMethod, nil},
	apigw.DocumentationPartTypeResponse:       {partStatus, nil},
	apigw.DocumentationPartTypeResponseHeader: {slices.Concat(partStatus, partName), partName},
	apigw.DocumentationPartTypeResponseBody:   {partStatus, nil},
}

// LocationTakes says whether the location of a type of documentation part has a
// member: path, method, statusCode or name (§2.22).
func LocationTakes(partType, member string) bool {
	return slices.Contains(partPlaces[partType].may, member)
}

// DocumentationPart refuses what CreateDocumentationPart and an import do not
// take.
func DocumentationPart(part *apigw.DocumentationPart) error {
	return refuse(documentationPartRules, part)
}

var documentationPartRules = []row[*apigw.DocumentationPart]{
	{checkPartType, "use one of the types that API Gateway has"},
	{checkPartLocation, ""},
	{func(p *apigw.DocumentationPart) error { return DocumentationProperties(deref(p.Properties)) }, "give an object as properties"},
}

func checkPartType(part *apigw.DocumentationPart) error {
	if part.Location == nil {
		return apigw.BadRequest("Documentation part location is required")
	}
	if _, ok := partPlaces[part.Location.Type]; !ok { // an operation's type has passed the contract
		return apigw.BadRequest("Invalid location type specified: %s", part.Location.Type)
	}
	return nil
}

func checkPartLocation(part *apigw.DocumentationPart) error {
	l := part.Location
	for _, m := range locationMembers(l) {
		given := deref(m.value) != ""
		if given && !LocationTakes(l.Type, m.name) {
			return errLocationMembers(l)
		}
		if !given && slices.Contains(partPlaces[l.Type].must, m.name) {
			return apigw.BadRequest("Invalid Documentation part location: '%s' is required for type '%s'", m.name, l.Type)
		}
	}
	return nil
}

type locationMember struct {
	name  string
	value *string
}

// locationMembers are a location's members in the order in which a message
// shows them.
func locationMembers(l *apigw.DocumentationPartLocation) []locationMember {
	return []locationMember{{"path", l.Path}, {"method", l.Method}, {"statusCode", l.StatusCode}, {"name", l.Name}}
}

// errLocationMembers names the members that a location's type does not take, in
// AWS's brackets (cdk-preflight, of API; of the others inferred).
func errLocationMembers(l *apigw.DocumentationPartLocation) error {
	var not []string
	for _, m := range locationMembers(l) {
		if !LocationTakes(l.Type, m.name) {
			not = append(not, m.name)
		}
	}
	last := len(not) - 1
	names := not[last]
	if last > 0 {
		names = strings.Join(not[:last], ", ") + " or " + names
	}
	return apigw.BadRequest("[Location type: %s cannot have %s defined.]", l.Type, names)
}

// DocumentationProperties wants a JSON object; it is kept as the text that it
// is.
func DocumentationProperties(properties string) error {
	var object map[string]json.RawMessage
	if err := json.Unmarshal([]byte(properties), &object); err != nil || object == nil {
		return apigw.BadRequest("Invalid Documentation part properties specified")
	}
	return nil
}

// ErrPartExists is the answer to a second part of the same location.
func ErrPartExists(l *apigw.DocumentationPartLocation) error {
	text := "type '" + l.Type + "'"
	for _, m := range locationMembers(l) {
		if m.value != nil {
			text += ", " + m.name + " '" + *m.value + "'"
		}
	}
	return apigw.Conflict("Documentation part already exists for the specified location: %s.", text)
}
