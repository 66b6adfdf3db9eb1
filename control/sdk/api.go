package sdk

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/poterne/poterne/apigw"
)

// An api is what a client has to know of a deployed API.
type api struct {
	Name       string      `json:"name"`
	Endpoint   string      `json:"endpoint"`
	Region     string      `json:"region"`
	Operations []operation `json:"operations"` // by path and verb
}

// An operation is a Method.
type operation struct {
	Name     string      `json:"name"`  // of the path and the verb: petsPetIdGet
	Alias    string      `json:"alias"` // of the operationName, if it makes a name of its own
	Verb     string      `json:"verb"`  // "ANY" leaves it to the caller
	Path     string      `json:"path"`  // "/pets/{petId}"
	Params   []parameter `json:"params"`
	Signed   bool        `json:"signed"` // AWS_IAM
	NeedsKey bool        `json:"needsKey"`
	HasBody  bool        `json:"hasBody"`
}

// A parameter is of the path, the query string or a header.
type parameter struct {
	Name     string `json:"name"`
	In       string `json:"in"` // "path", "querystring", "header"
	Required bool   `json:"required"`
	Greedy   bool   `json:"greedy,omitempty"` // {name+}: slashes are its own
}

func newAPI(def *apigw.Definition, o Options) *api {
	a := &api{Endpoint: o.Endpoint, Region: o.Region}
	if def.RestApi.Name != nil {
		a.Name = *def.RestApi.Name
	}
	taken := map[string]bool{}
	for i := range def.Resources {
		r := &def.Resources[i]
		for _, verb := range slices.Sorted(maps.Keys(r.ResourceMethods)) {
			if m := r.ResourceMethods[verb]; m != nil && r.Path != nil {
				a.Operations = append(a.Operations, newOperation(*r.Path, verb, m, taken))
			}
		}
	}
	for i := range a.Operations {
		o := &a.Operations[i]
		if taken[o.Alias] {
			o.Alias = ""
		}
		taken[o.Alias] = true
	}
	return a
}

func newOperation(path, verb string, m *apigw.Method, taken map[string]bool) operation {
	o := operation{Verb: verb, Path: path, Params: pathParameters(path)}
	o.Name = unique(cmp.Or(identifier(path), "root")+title(strings.ToLower(verb)), taken)
	if m.OperationName != nil {
		o.Alias = identifier(*m.OperationName)
	}
	o.Signed = m.AuthorizationType != nil && *m.AuthorizationType == "AWS_IAM"
	o.NeedsKey = m.ApiKeyRequired != nil && *m.ApiKeyRequired
	o.HasBody = !slices.Contains([]string{"GET", "HEAD", "OPTIONS"}, verb)
	for _, key := range slices.Sorted(maps.Keys(m.RequestParameters)) {
		// method.request.querystring.NAME
		parts := strings.SplitN(key, ".", 4)
		if len(parts) == 4 && (parts[2] == "querystring" || parts[2] == "header") {
			o.Params = append(o.Params, parameter{Name: parts[3], In: parts[2], Required: m.RequestParameters[key]})
		}
	}
	return o
}

func pathParameters(path string) []parameter {
	params := []parameter{} // a list in JSON, too
	for part := range strings.SplitSeq(path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			name = strings.TrimSuffix(name, "}")
			bare := strings.TrimSuffix(name, "+")
			params = append(params, parameter{Name: bare, In: "path", Required: true, Greedy: bare != name})
		}
	}
	return params
}

// identifier joins the words of text: "/pets/{pet-id}" is petsPetId. Anything
// but ASCII letters and digits parts words, so that nothing of a definition
// gets into the code as it is.
func identifier(text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	})
	for i, word := range words {
		if i > 0 {
			words[i] = title(word)
		} else {
			words[i] = strings.ToLower(word[:1]) + word[1:]
		}
	}
	name := strings.Join(words, "")
	if name != "" && name[0] >= '0' && name[0] <= '9' {
		name = "n" + name
	}
	return name
}

func title(word string) string {
	if word == "" {
		return ""
	}
	return strings.ToUpper(word[:1]) + word[1:]
}

// unique is name, or name with a number that nothing has yet.
func unique(name string, taken map[string]bool) string {
	free := name
	for n := 2; taken[free]; n++ {
		free = name + strconv.Itoa(n)
	}
	taken[free] = true
	return free
}
