package gateway

import (
	"encoding/binary"
	"hash/maphash"
	"strings"
)

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
// path and not on the number of resources: one table has the literal parts of
// all paths. A node is one cache line and they lie in a row, so that a request
// to an API of a thousand waits for memory few times.
type tree struct {
	nodes    []node   // the root is the first
	places   []int32  // of nodes with a literal part, by their hash; 0: free, as half are at least
	literals int      // how many nodes have one
	long     []string // parts that are too long for a node
}

// A node is a resource: one path part below its parent.
type node struct {
	part     part             // a literal, or the name of a path parameter
	parent   int32            // index of a node, as the next two; 0: none
	variable int32            // {name}; one child at most is variable or greedy (AF-039)
	greedy   int32            // {name+}
	methods  [verbCount]int32 // 1 + the index of the Method; 0: none
}

// A part is a text in a node, or the index of one in tree.long.
type part struct {
	size uint8
	room [19]byte
}

const longPart = 0xff // the size of one that is elsewhere

// few is how many nodes are as fast to look through as to look up.
const few = 8

// noMethod is the index of a Method where there is none.
const noMethod = -1

// A pathParam is a path parameter as it was sent, still percent-encoded.
type pathParam struct{ name, value string }

// add puts the Method of that index at the path of its resource, such as
// /pets/{id}.
func (t *tree) add(resourcePath string, v verb, method int) {
	if t.nodes == nil {
		t.nodes = make([]node, 1)
	}
	n := int32(0)
	for part := range strings.SplitSeq(strings.Trim(resourcePath, "/"), "/") {
		if part != "" {
			n = t.child(n, part)
		}
	}
	t.nodes[n].methods[v] = int32(method) + 1
}

// child is the child of n for a part of a resource's path, made if need be.
func (t *tree) child(n int32, part string) int32 {
	name, isVariable := strings.CutPrefix(part, "{")
	name, closed := strings.CutSuffix(name, "}")
	if !isVariable || !closed {
		return t.addLiteral(n, part)
	}
	slot := &t.nodes[n].variable
	if base, isGreedy := strings.CutSuffix(name, "+"); isGreedy {
		slot, name = &t.nodes[n].greedy, base
	}
	if *slot != 0 {
		return *slot
	}
	made := int32(len(t.nodes))
	*slot = made
	t.nodes = append(t.nodes, node{part: t.keep(name), parent: n})
	if len(t.nodes) == few+1 {
		t.placeAll()
	}
	return made
}

func (t *tree) addLiteral(parent int32, part string) int32 {
	if known := t.literal(parent, part); known != 0 {
		return known
	}
	n := int32(len(t.nodes))
	t.nodes = append(t.nodes, node{part: t.keep(part), parent: parent})
	t.literals++
	switch {
	case len(t.nodes) <= few:
	case 2*t.literals <= len(t.places):
		t.place(n)
	default:
		t.placeAll()
	}
	return n
}

// placeAll makes a table for the literal nodes that there are.
func (t *tree) placeAll() {
	t.places = make([]int32, tableSize(t.literals))
	for i := range t.nodes {
		if t.isLiteral(int32(i)) {
			t.place(int32(i))
		}
	}
}

func (t *tree) isLiteral(n int32) bool {
	parent := &t.nodes[t.nodes[n].parent]
	return n != 0 && parent.variable != n && parent.greedy != n
}

// place puts a literal node into the first free place from its own on.
func (t *tree) place(n int32) {
	i := t.home(t.nodes[n].parent, t.text(&t.nodes[n]))
	for t.places[i] != 0 {
		i = (i + 1) & (len(t.places) - 1)
	}
	t.places[i] = n
}

// literal is the child of parent with that literal part; 0: there is none.
func (t *tree) literal(parent int32, part string) int32 {
	if len(t.nodes) <= few {
		return t.among(parent, part)
	}
	for i := t.home(parent, part); t.places[i] != 0; i = (i + 1) & (len(t.places) - 1) {
		if n := &t.nodes[t.places[i]]; n.parent == parent && t.text(n) == part {
			return t.places[i]
		}
	}
	return 0
}

// among is literal for a tree of few nodes.
func (t *tree) among(parent int32, part string) int32 {
	for i := range t.nodes {
		if n := &t.nodes[i]; n.parent == parent && t.text(n) == part && t.isLiteral(int32(i)) {
			return int32(i)
		}
	}
	return 0
}

// home is the place of a literal node, where it is free.
func (t *tree) home(parent int32, part string) int {
	const spread = 0x9E3779B97F4A7C15 // 2^64 by the golden ratio: odd, so that no two parents are alike
	return int(maphash.String(hashSeed, part)^uint64(parent)*spread) & (len(t.places) - 1)
}

var hashSeed = maphash.MakeSeed()

// keep makes a part of text.
func (t *tree) keep(text string) (p part) {
	if len(text) <= len(p.room) {
		p.size = uint8(copy(p.room[:], text))
		return p
	}
	p.size = longPart
	binary.NativeEndian.PutUint32(p.room[:], uint32(len(t.long)))
	t.long = append(t.long, strings.Clone(text)) // the path that it is cut from need not stay
	return p
}

// text is a view of a node's part.
func (t *tree) text(n *node) string {
	if n.part.size == longPart {
		return t.long[binary.NativeEndian.Uint32(n.part.room[:])]
	}
	return view(n.part.room[:n.part.size])
}

// match finds the Method that serves path, the part after the stage, and
// appends the path parameters to params. Resources and verbs are matched
// together: where a more specific resource lacks the verb, a less specific one
// serves (data plane §2.3, AF-190, AF-191). Slashes after the stage and one at
// the end do not count (§2.4, AF-192, AF-193).
func (t *tree) match(path string, v verb, params []pathParam) (int, []pathParam) {
	if v >= verbAny || t.nodes == nil {
		return noMethod, params
	}
	path = strings.TrimLeft(path, "/")
	path = strings.TrimSuffix(path, "/")
	s := search{tree: t, path: path, verb: v, params: params}
	start := 0
	if path == "" {
		start = 1 // past the end: no part is left
	}
	return s.find(0, start), s.params
}

// A search walks the tree depth first, the more specific child first. Each
// node has one path, so it visits none twice.
type search struct {
	tree   *tree
	path   string
	verb   verb
	params []pathParam
}

// find looks below n for the parts that begin at index at; an index beyond the
// end says that none is left.
func (s *search) find(n int32, at int) int {
	node := &s.tree.nodes[n]
	if at > len(s.path) {
		return node.methodFor(s.verb)
	}
	end := len(s.path)
	if i := strings.IndexByte(s.path[at:], '/'); i >= 0 {
		end = at + i
	}
	part := s.path[at:end]
	if child := s.tree.literal(n, part); child != 0 {
		if m := s.find(child, end+1); m != noMethod {
			return m
		}
	}
	if node.variable != 0 && part != "" {
		if m := s.capture(node.variable, part, end+1); m != noMethod {
			return m
		}
	}
	if node.greedy != 0 {
		return s.capture(node.greedy, s.path[at:], len(s.path)+1)
	}
	return noMethod
}

func (s *search) capture(n int32, value string, next int) int {
	kept := len(s.params)
	s.params = append(s.params, pathParam{s.tree.text(&s.tree.nodes[n]), value})
	m := s.find(n, next)
	if m == noMethod {
		s.params = s.params[:kept]
	}
	return m
}

// methodFor prefers the verb itself to ANY.
func (n *node) methodFor(v verb) int {
	if m := n.methods[v]; m != 0 {
		return int(m) - 1
	}
	return int(n.methods[verbAny]) - 1
}
