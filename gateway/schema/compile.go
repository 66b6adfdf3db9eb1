package schema

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/poterne/poterne/template/javatext"
)

// A subschema is a compiled schema or a part of one. Members are what keywords
// ask for; rules are those keywords that ask for something.
type subschema struct {
	rules    []*rule
	compound bool // has subschemas: visits to it are remembered
	nested   bool // has subschemas for children

	types     kind // with decimals come integers
	typeNames []string
	enum      map[uint64][]uint32 // places in where, by hash
	where     *document
	enumAt    uint32
	format    *format
	pattern   *javatext.Regex
	source    string // of pattern

	allOf, anyOf, oneOf []*subschema
	not                 *subschema

	properties        map[string]*subschema
	patternProperties []patternProperty
	additional        *subschema // of other members
	closed            bool       // there may be none
	required          []string
	dependencies      []dependency

	items      []*subschema
	everyItem  *subschema
	otherItems *subschema
	full       bool // no more items than items
	unique     bool

	minimum, maximum, multipleOf bound
	minLength, maxLength         limit
	minItems, maxItems           limit
	minProperties, maxProperties limit
}

type patternProperty struct {
	pattern *javatext.Regex
	schema  *subschema
}

// A dependency of a member is names of others, or a schema for the object.
type dependency struct {
	name     string
	required []string
	schema   *subschema
}

// A bound is a number that instances are compared with.
type bound struct {
	set       bool
	amount    amount
	text      string
	exclusive bool
}

// A limit is a length or a count.
type limit struct {
	set bool
	n   int
}

func (s *subschema) item(i int) *subschema {
	switch {
	case s.everyItem != nil:
		return s.everyItem
	case i < len(s.items):
		return s.items[i]
	}
	return s.otherItems
}

// A Library gives the schema of the Model behind an absolute URL, if there is
// one.
type Library func(url string) (schema string, ok bool)

// Compile compiles a Model's schema. The error names the place in it.
func Compile(text string, models Library) (*Schema, error) {
	doc, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("the schema is not JSON: %w", err)
	}
	c := &compiler{keywords: draft4(), models: models, documents: map[string]*document{}, done: map[place]*subschema{}}
	root, err := c.compile(place{doc, 0}, "#")
	if err != nil {
		return nil, err
	}
	return &Schema{root}, nil
}

// A place is a value in a schema's document.
type place struct {
	doc *document
	at  uint32
}

type compiler struct {
	keywords  []keyword
	models    Library
	documents map[string]*document // of Models, by URL
	done      map[place]*subschema // begun, so that references may go in circles
}

func (c *compiler) compile(p place, path string) (*subschema, error) {
	p, err := c.follow(p, path)
	if err != nil {
		return nil, err
	}
	if s := c.done[p]; s != nil {
		return s, nil
	}
	if p.doc.kind(p.at) != object {
		return nil, fmt.Errorf("%s: a schema is an object", path)
	}
	s := &subschema{}
	c.done[p] = s
	for i := range c.keywords {
		k := &c.keywords[i]
		at, ok := p.doc.member(p.at, k.name)
		if !ok {
			continue
		}
		if err := k.compile(c, s, place{p.doc, at}, path+"/"+k.name); err != nil {
			return nil, err
		}
	}
	s.finish()
	return s, nil
}

func (s *subschema) finish() {
	s.nested = len(s.properties)+len(s.patternProperties)+len(s.items) > 0 ||
		s.additional != nil || s.everyItem != nil || s.otherItems != nil
	s.compound = s.nested || len(s.allOf)+len(s.anyOf)+len(s.oneOf)+len(s.dependencies) > 0 || s.not != nil
	for i := range rules {
		if rules[i].asked(s) {
			s.rules = append(s.rules, &rules[i])
		}
	}
}

// follow goes where a $ref leads; what stands beside it does not count.
func (c *compiler) follow(p place, path string) (place, error) {
	seen := map[place]bool{}
	for {
		at, ok := p.doc.member(p.at, "$ref")
		if !ok || p.doc.kind(at) != text {
			return p, nil
		}
		ref := p.doc.text(at)
		if seen[p] {
			return p, fmt.Errorf("%s: $ref %q leads back to itself", path, ref)
		}
		seen[p] = true
		next, err := c.resolve(p.doc, ref)
		if err != nil {
			return p, fmt.Errorf("%s: $ref %q %w", path, ref, err)
		}
		p = next
	}
}

func (c *compiler) resolve(doc *document, ref string) (place, error) {
	base, pointer, _ := strings.Cut(ref, "#")
	if base != "" {
		var err error
		if doc, err = c.model(base); err != nil {
			return place{}, err
		}
	}
	at := uint32(0)
	if pointer == "" {
		return place{doc, at}, nil
	}
	rest, ok := strings.CutPrefix(pointer, "/")
	if !ok {
		return place{}, fmt.Errorf("is no JSON pointer")
	}
	for segment := range strings.SplitSeq(rest, "/") {
		if at, ok = doc.step(at, segment); !ok {
			return place{}, fmt.Errorf("leads nowhere")
		}
	}
	return place{doc, at}, nil
}

func (c *compiler) model(url string) (*document, error) {
	if doc := c.documents[url]; doc != nil {
		return doc, nil
	}
	if c.models == nil {
		return nil, fmt.Errorf("is no Model of this API")
	}
	src, ok := c.models(url)
	if !ok {
		return nil, fmt.Errorf("is no Model of this API")
	}
	doc, err := parse(src)
	if err != nil {
		return nil, fmt.Errorf("is a Model that is not JSON: %w", err)
	}
	c.documents[url] = doc
	return doc, nil
}

var pointerEscapes = strings.NewReplacer("~1", "/", "~0", "~")

// step goes one segment of a JSON pointer into a value.
func (d *document) step(at uint32, segment string) (uint32, bool) {
	if plain, err := url.PathUnescape(segment); err == nil {
		segment = plain
	}
	segment = pointerEscapes.Replace(segment)
	if d.kind(at) == list {
		i, err := strconv.Atoi(segment)
		if err != nil || i < 0 || i >= len(d.children(at)) {
			return 0, false
		}
		return d.children(at)[i], true
	}
	return d.member(at, segment)
}

// A keyword compiles its value into a subschema.
type keyword struct {
	name    string
	compile func(c *compiler, s *subschema, p place, path string) error
}

// draft4 lists the keywords that mean something.
func draft4() []keyword {
	return []keyword{
		{"type", compileType},
		{"enum", compileEnum},
		{"format", compileFormat},
		{"pattern", compilePatternKeyword},
		{"allOf", schemas(func(s *subschema) *[]*subschema { return &s.allOf })},
		{"anyOf", schemas(func(s *subschema) *[]*subschema { return &s.anyOf })},
		{"oneOf", schemas(func(s *subschema) *[]*subschema { return &s.oneOf })},
		{"not", single(func(s *subschema) **subschema { return &s.not })},
		{"properties", compileProperties},
		{"patternProperties", compilePatternProperties},
		{"additionalProperties", singleOrFlag(func(s *subschema) (**subschema, *bool) { return &s.additional, &s.closed })},
		{"required", compileRequired},
		{"dependencies", compileDependencies},
		{"items", compileItems},
		{"additionalItems", singleOrFlag(func(s *subschema) (**subschema, *bool) { return &s.otherItems, &s.full })},
		{"uniqueItems", flag(func(s *subschema) *bool { return &s.unique })},
		{"minimum", amountBound(func(s *subschema) *bound { return &s.minimum })},
		{"maximum", amountBound(func(s *subschema) *bound { return &s.maximum })},
		{"multipleOf", amountBound(func(s *subschema) *bound { return &s.multipleOf })},
		{"exclusiveMinimum", flag(func(s *subschema) *bool { return &s.minimum.exclusive })},
		{"exclusiveMaximum", flag(func(s *subschema) *bool { return &s.maximum.exclusive })},
		{"minLength", count(func(s *subschema) *limit { return &s.minLength })},
		{"maxLength", count(func(s *subschema) *limit { return &s.maxLength })},
		{"minItems", count(func(s *subschema) *limit { return &s.minItems })},
		{"maxItems", count(func(s *subschema) *limit { return &s.maxItems })},
		{"minProperties", count(func(s *subschema) *limit { return &s.minProperties })},
		{"maxProperties", count(func(s *subschema) *limit { return &s.maxProperties })},
	}
}

func wanted(path, what string) error { return fmt.Errorf("%s: %s is expected", path, what) }

func compileType(_ *compiler, s *subschema, p place, path string) error {
	names := []uint32{p.at}
	if p.doc.kind(p.at) == list {
		names = p.doc.children(p.at)
	}
	for _, at := range names {
		k, ok := kindOf(p.doc, at)
		if !ok {
			return wanted(path, "one of array, boolean, integer, null, number, object, string")
		}
		s.types |= k
	}
	for _, row := range kindNames {
		if s.types&row.kind != 0 {
			s.typeNames = append(s.typeNames, row.name)
		}
	}
	return nil
}

func kindOf(d *document, at uint32) (kind, bool) {
	if d.kind(at) != text {
		return 0, false
	}
	for _, row := range kindNames {
		if row.name == d.text(at) {
			if row.kind == decimal {
				return number, true
			}
			return row.kind, true
		}
	}
	return 0, false
}

func compileEnum(_ *compiler, s *subschema, p place, path string) error {
	if p.doc.kind(p.at) != list {
		return wanted(path, "a list")
	}
	s.where, s.enumAt = p.doc, p.at
	s.enum = map[uint64][]uint32{}
	h := hasher{document: p.doc, steps: maxValues}
	for _, at := range p.doc.children(p.at) {
		sum := h.hash(at)
		s.enum[sum] = append(s.enum[sum], at)
	}
	return nil
}

func compileFormat(_ *compiler, s *subschema, p place, path string) error {
	if p.doc.kind(p.at) != text {
		return wanted(path, "a string")
	}
	s.format = formatOf(p.doc.text(p.at))
	return nil
}

func compilePatternKeyword(_ *compiler, s *subschema, p place, path string) error {
	if p.doc.kind(p.at) != text {
		return wanted(path, "a string")
	}
	s.source = p.doc.text(p.at)
	var err error
	if s.pattern, err = compilePattern(s.source); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func schemas(of func(*subschema) *[]*subschema) func(*compiler, *subschema, place, string) error {
	return func(c *compiler, s *subschema, p place, path string) (err error) {
		*of(s), err = c.compileList(p, path)
		return err
	}
}

func (c *compiler) compileList(p place, path string) ([]*subschema, error) {
	if p.doc.kind(p.at) != list {
		return nil, wanted(path, "a list of schemas")
	}
	var out []*subschema
	for i, at := range p.doc.children(p.at) {
		s, err := c.compile(place{p.doc, at}, path+"/"+strconv.Itoa(i))
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func single(of func(*subschema) **subschema) func(*compiler, *subschema, place, string) error {
	return func(c *compiler, s *subschema, p place, path string) (err error) {
		*of(s), err = c.compile(p, path)
		return err
	}
}

// singleOrFlag: a schema for the others, or false for none.
func singleOrFlag(of func(*subschema) (**subschema, *bool)) func(*compiler, *subschema, place, string) error {
	return func(c *compiler, s *subschema, p place, path string) (err error) {
		others, none := of(s)
		if p.doc.kind(p.at) == boolean {
			*none = p.doc.text(p.at) == "false"
			return nil
		}
		*others, err = c.compile(p, path)
		return err
	}
}

func (c *compiler) compileMembers(p place, path string, add func(name string, s *subschema) error) error {
	if p.doc.kind(p.at) != object {
		return wanted(path, "an object of schemas")
	}
	for _, at := range p.doc.children(p.at) {
		name := p.doc.name(at)
		s, err := c.compile(place{p.doc, at}, path+"/"+name)
		if err != nil {
			return err
		}
		if err := add(name, s); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

func compileProperties(c *compiler, s *subschema, p place, path string) error {
	s.properties = map[string]*subschema{}
	return c.compileMembers(p, path, func(name string, member *subschema) error {
		s.properties[name] = member
		return nil
	})
}

func compilePatternProperties(c *compiler, s *subschema, p place, path string) error {
	return c.compileMembers(p, path, func(name string, member *subschema) error {
		re, err := compilePattern(name)
		s.patternProperties = append(s.patternProperties, patternProperty{re, member})
		return err
	})
}

func compileRequired(_ *compiler, s *subschema, p place, path string) (err error) {
	s.required, err = sortedNames(p, path)
	return err
}

// sortedNames is a list of strings in the order in which messages have them.
func sortedNames(p place, path string) ([]string, error) {
	if p.doc.kind(p.at) != list {
		return nil, wanted(path, "a list of strings")
	}
	var names []string
	for _, at := range p.doc.children(p.at) {
		if p.doc.kind(at) != text {
			return nil, wanted(path, "a list of strings")
		}
		names = append(names, p.doc.text(at))
	}
	slices.Sort(names)
	return names, nil
}

func compileDependencies(c *compiler, s *subschema, p place, path string) error {
	if p.doc.kind(p.at) != object {
		return wanted(path, "an object")
	}
	for _, at := range p.doc.children(p.at) {
		d := dependency{name: p.doc.name(at)}
		var err error
		if p.doc.kind(at) == object {
			d.schema, err = c.compile(place{p.doc, at}, path+"/"+d.name)
		} else {
			d.required, err = sortedNames(place{p.doc, at}, path+"/"+d.name)
		}
		if err != nil {
			return err
		}
		s.dependencies = append(s.dependencies, d)
	}
	return nil
}

func compileItems(c *compiler, s *subschema, p place, path string) (err error) {
	if p.doc.kind(p.at) == list {
		s.items, err = c.compileList(p, path)
		return err
	}
	s.everyItem, err = c.compile(p, path)
	return err
}

func flag(of func(*subschema) *bool) func(*compiler, *subschema, place, string) error {
	return func(_ *compiler, s *subschema, p place, path string) error {
		if p.doc.kind(p.at) != boolean {
			return wanted(path, "true or false")
		}
		*of(s) = p.doc.text(p.at) == "true"
		return nil
	}
}

func amountBound(of func(*subschema) *bound) func(*compiler, *subschema, place, string) error {
	return func(_ *compiler, s *subschema, p place, path string) error {
		k := p.doc.kind(p.at)
		if k&number == 0 {
			return wanted(path, "a number")
		}
		b := of(s)
		b.set, b.amount, b.text = true, amountOf(p.doc.text(p.at)), printNumber(k, p.doc.text(p.at))
		if b == &s.multipleOf && b.amount.sign() <= 0 {
			return wanted(path, "a number above 0")
		}
		return nil
	}
}

func count(of func(*subschema) *limit) func(*compiler, *subschema, place, string) error {
	return func(_ *compiler, s *subschema, p place, path string) error {
		n, err := strconv.Atoi(p.doc.text(p.at))
		if p.doc.kind(p.at) != integer || err != nil || n < 0 {
			return wanted(path, "a number that is not negative")
		}
		*of(s) = limit{true, n}
		return nil
	}
}
