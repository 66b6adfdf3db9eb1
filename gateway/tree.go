package gateway

import "strings"

// A verb indexes the Methods of a resource.
type verb uint8

// verbs as the contract lists them; ANY stands for the seven others.
const (
	verbDelete verb = iota
	verbGet
	verbHead
	verbOptions
	verbPatch
	verbPost
	verbPut
	verbAny
	verbCount
	verbUnknown = verbCount
)

var verbNames = [verbCount]string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "ANY"}

// verbOf finds a Method's verb by its name in the contract.
func verbOf(name string) verb {
	for v, known := range verbNames {
		if known == name {
			return verb(v)
		}
	}
	return verbUnknown
}

// requestVerb finds the verb of a request. ANY is no method that a client can
// send.
func requestVerb(name string) verb {
	if v := verbOf(name); v != verbAny {
		return v
	}
	return verbUnknown
}

// A tree finds the Method of a path. Its cost depends on the length of the
// path and not on the number of resources.
type tree struct{ root node }

// A node is a resource: one path part below its parent.
type node struct {
	literals map[string]*node
	variable *node  // {name}; one child at most is variable or greedy (AF-039)
	greedy   *node  // {name+}
	name     string // of the path parameter, on a variable or greedy node
	methods  [verbCount]*method
}

// A pathParam is a path parameter as it was sent, still percent-encoded.
type pathParam struct{ name, value string }

// add puts a Method at the path of its resource, such as /pets/{id}.
func (t *tree) add(resourcePath string, v verb, m *method) {
	n := &t.root
	for part := range strings.SplitSeq(strings.Trim(resourcePath, "/"), "/") {
		if part != "" {
			n = n.child(part)
		}
	}
	n.methods[v] = m
}

func (n *node) child(part string) *node {
	name, isVariable := strings.CutPrefix(part, "{")
	name, closed := strings.CutSuffix(name, "}")
	if !isVariable || !closed {
		return n.literal(part)
	}
	slot := &n.variable
	if base, isGreedy := strings.CutSuffix(name, "+"); isGreedy {
		slot, name = &n.greedy, base
	}
	if *slot == nil {
		*slot = &node{name: name}
	}
	return *slot
}

func (n *node) literal(part string) *node {
	if n.literals == nil {
		n.literals = map[string]*node{}
	}
	if n.literals[part] == nil {
		n.literals[part] = &node{}
	}
	return n.literals[part]
}

// match finds the Method that serves path, the part after the stage, and
// appends the path parameters to params. Resources and verbs are matched
// together: where a more specific resource lacks the verb, a less specific one
// serves (data plane §2.3, AF-190, AF-191). Slashes after the stage and one at
// the end do not count (§2.4, AF-192, AF-193).
func (t *tree) match(path string, v verb, params []pathParam) (*method, []pathParam) {
	if v >= verbAny {
		return nil, params
	}
	path = strings.TrimLeft(path, "/")
	path = strings.TrimSuffix(path, "/")
	s := search{path: path, verb: v, params: params}
	start := 0
	if path == "" {
		start = 1 // past the end: no part is left
	}
	return s.find(&t.root, start), s.params
}

// A search walks the tree depth first, the more specific child first. Each
// node has one path, so it visits none twice.
type search struct {
	path   string
	verb   verb
	params []pathParam
}

// find looks below n for the parts that begin at index at; an index beyond the
// end says that none is left.
func (s *search) find(n *node, at int) *method {
	if at > len(s.path) {
		return n.methodFor(s.verb)
	}
	end := len(s.path)
	if i := strings.IndexByte(s.path[at:], '/'); i >= 0 {
		end = at + i
	}
	part := s.path[at:end]
	if child := n.literals[part]; child != nil {
		if m := s.find(child, end+1); m != nil {
			return m
		}
	}
	if n.variable != nil && part != "" {
		if m := s.capture(n.variable, part, end+1); m != nil {
			return m
		}
	}
	if n.greedy != nil {
		return s.capture(n.greedy, s.path[at:], len(s.path)+1)
	}
	return nil
}

func (s *search) capture(n *node, value string, next int) *method {
	kept := len(s.params)
	s.params = append(s.params, pathParam{n.name, value})
	m := s.find(n, next)
	if m == nil {
		s.params = s.params[:kept]
	}
	return m
}

// methodFor prefers the verb itself to ANY.
func (n *node) methodFor(v verb) *method {
	if m := n.methods[v]; m != nil {
		return m
	}
	return n.methods[verbAny]
}
