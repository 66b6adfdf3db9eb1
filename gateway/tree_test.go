package gateway

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// A route is how tests name a Method.
type route struct {
	verb string
	path string
}

func treeOf(routes ...route) (*tree, []route) {
	t := &tree{}
	for i, r := range routes {
		t.add(r.path, verbOf(r.verb), i)
	}
	return t, routes
}

func (r route) String() string { return r.verb + " " + r.path }

func TestTreeMatch(t *testing.T) {
	routes := []route{
		{"GET", "/"}, {"GET", "/pets"}, {"POST", "/pets"}, {"GET", "/pets/{id}"}, {"GET", "/pets/mine"},
		{"DELETE", "/pets/{id}/toys/{toy}"}, {"ANY", "/pets/{id}/toys"}, {"GET", "/pets/{id}/toys"},
		{"PUT", "/{proxy+}"}, {"ANY", "/files/{path+}"}, {"GET", "/proxy/bar/{param}"}, {"ANY", "/proxy/{proxy+}"},
		{"GET", "/a-part-of-nineteen/a-part-of-a-path-that-is-long/{and-a-parameter-whose-name-is}"},
	}
	cases := []struct{ verb, path, want, params string }{
		{"GET", "/", "GET /", ""},
		{"GET", "", "GET /", ""},
		{"GET", "/pets", "GET /pets", ""},
		{"GET", "//pets/", "GET /pets", ""},
		{"GET", "/pets//", "", ""}, // one slash at the end does not count, two do
		{"GET", "/pets/7", "GET /pets/{id}", "id=7"},
		{"GET", "/pets/mine", "GET /pets/mine", ""},
		{"PUT", "/pets/mine", "PUT /{proxy+}", "proxy=pets/mine"},
		{"PUT", "/pets", "PUT /{proxy+}", "proxy=pets"},
		{"GET", "/pets/7/toys", "GET /pets/{id}/toys", "id=7"},
		{"PUT", "/pets/7/toys", "ANY /pets/{id}/toys", "id=7"},
		{"DELETE", "/pets/7/toys/ball", "DELETE /pets/{id}/toys/{toy}", "id=7 toy=ball"},
		{"PUT", "/pets/7/toys/ball", "PUT /{proxy+}", "proxy=pets/7/toys/ball"},
		{"DELETE", "/pets//toys/ball", "", ""}, // a parameter is not empty
		{"GET", "/files/a/b%2Fc//d/", "ANY /files/{path+}", "path=a/b%2Fc//d"},
		{"GET", "/files", "", ""}, // a greedy parameter takes one part at least
		{"GET", "/proxy/bar/x", "GET /proxy/bar/{param}", "param=x"},
		{"GET", "/proxy/bar/x/y", "ANY /proxy/{proxy+}", "proxy=bar/x/y"},
		{"GET", "/a-part-of-nineteen/a-part-of-a-path-that-is-long/x", "GET /a-part-of-nineteen/a-part-of-a-path-that-is-long/{and-a-parameter-whose-name-is}", "and-a-parameter-whose-name-is=x"},
		{"GET", "/a-part-of-nineteen/a-part-of-a-path-that-is-lonG/x", "", ""},
		{"HEAD", "/pets", "", ""}, // HEAD is never made of GET
		{"ANY", "/pets/7/toys", "", ""},
		{"TRACE", "/files/a", "", ""},
		{"GET", "/Pets", "", ""},
	}
	tr, names := treeOf(routes...)
	for _, c := range cases {
		m, params := tr.match(c.path, requestVerb(c.verb), nil)
		got := ""
		if m != noMethod {
			got = names[m].String()
		}
		if got != c.want || paramNames(params) != c.params {
			t.Errorf("%s %q is served by %q with %q, want %q with %q", c.verb, c.path, got, paramNames(params), c.want, c.params)
		}
	}
}

func paramNames(params []pathParam) string {
	var parts []string
	for _, p := range params {
		parts = append(parts, p.name+"="+p.value)
	}
	return strings.Join(parts, " ")
}

// A literal that lacks the verb must not hide a tree of siblings at any depth,
// and finding that out must visit no node twice.
func TestTreeBacktracksThroughEveryLevel(t *testing.T) {
	var routes []route
	for depth := 1; depth <= 12; depth++ {
		routes = append(routes, route{"POST", strings.Repeat("/a", depth)}, route{"POST", strings.Repeat("/{v}", depth)})
	}
	routes = append(routes, route{"GET", "/{proxy+}"})
	tr, names := treeOf(routes...)
	m, params := tr.match(strings.Repeat("/a", 12), verbGet, nil)
	if m == noMethod || names[m].path != "/{proxy+}" || len(params) != 1 {
		t.Fatalf("served by %d of %v with %v", m, names, params)
	}
}

// reference is the rule as it is written down: all candidates, ordered by
// specificity part by part, the verb before ANY, the first one.
func reference(routes []route, verb, path string) string {
	path = strings.TrimSuffix(strings.TrimLeft(path, "/"), "/")
	var parts []string
	if path != "" {
		parts = strings.Split(path, "/")
	}
	best, bestRank := "", ""
	for _, r := range routes {
		if r.verb != verb && r.verb != "ANY" {
			continue
		}
		rank, ok := specificity(r, parts)
		if ok && (best == "" || rank < bestRank) {
			best, bestRank = r.String(), rank
		}
	}
	return best
}

func specificity(r route, parts []string) (string, bool) {
	var pattern []string
	if r.path != "/" {
		pattern = strings.Split(strings.Trim(r.path, "/"), "/")
	}
	rank := ""
	for i, p := range pattern {
		switch {
		case strings.HasSuffix(p, "+}"):
			if i >= len(parts) {
				return "", false
			}
			return rank + "3" + verbRank(r), true
		case i >= len(parts):
			return "", false
		case strings.HasPrefix(p, "{"):
			if parts[i] == "" {
				return "", false
			}
			rank += "2"
		case p != parts[i]:
			return "", false
		default:
			rank += "1"
		}
	}
	return rank + verbRank(r), len(parts) == len(pattern)
}

func verbRank(r route) string {
	if r.verb == "ANY" {
		return "b"
	}
	return "a"
}

// FuzzTreeMatch compares the tree with the rule on trees made of the input.
func FuzzTreeMatch(f *testing.F) {
	f.Add([]byte("GET/a POST/{v} ANY/{p+}"), "/a/b")
	f.Add([]byte("GET/a/{v} ANY/{v}/b GET/{p+}"), "/a/b/")
	f.Add([]byte("GET/ ANY/a/{p+} GET/a/b"), "//a/b//c")
	f.Fuzz(func(t *testing.T, spec []byte, path string) {
		routes := routesOf(string(spec))
		tr, names := treeOf(routes...)
		for _, verb := range []string{"GET", "POST"} {
			m, _ := tr.match(path, requestVerb(verb), nil)
			got := ""
			if m != noMethod {
				got = names[m].String()
			}
			if want := reference(routes, verb, path); got != want {
				t.Fatalf("%v: %s %q is served by %q, by the rule %q", routes, verb, path, got, want)
			}
		}
	})
}

// routesOf reads "GET/a POST/{v}", keeping what a definition may hold: one
// variable child per parent, nothing below a greedy one.
func routesOf(spec string) []route {
	var routes []route
	variable := map[string]string{}
	for word := range strings.FieldsSeq(spec) {
		i := strings.IndexByte(word, '/')
		if i < 0 || verbOf(word[:i]) == verbUnknown {
			continue
		}
		path, ok := cleanPattern(word[i:], variable)
		r := route{word[:i], path}
		if ok && !slices.Contains(routes, r) {
			routes = append(routes, r)
		}
	}
	return routes
}

func cleanPattern(path string, variable map[string]string) (string, bool) {
	clean := ""
	parts := strings.Split(strings.Trim(path, "/"), "/")
	for i, part := range parts {
		if part == "" {
			if len(parts) == 1 {
				return "/", true
			}
			return "", false
		}
		if strings.ContainsAny(part, "{}+") {
			greedy := strings.HasSuffix(part, "+}")
			if greedy && i < len(parts)-1 {
				return "", false
			}
			part = fmt.Sprintf("{v%d%s}", i, map[bool]string{true: "+"}[greedy])
			if known := variable[clean]; known != "" && known != part {
				return "", false
			}
			variable[clean] = part
		}
		clean += "/" + part
	}
	return clean, true
}
