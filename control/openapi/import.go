package openapi

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
)

// Import reads a document. The error is an *Error: what is wrong with the
// document, or the warnings if the options say that they refuse it.
func Import(document []byte, opts Options) (*Document, error) {
	im, err := readDocument(document, opts, toImport)
	if err != nil {
		return nil, err
	}
	doc := im.doc
	doc.Warnings = im.found.of(SeverityWarning)
	doc.Notes = im.found.of(SeverityNote)
	if im.found.errors > 0 {
		return nil, &Error{Errors: im.found.of(SeverityError), Warnings: doc.Warnings, More: im.found.more}
	}
	if opts.FailOnWarnings && len(doc.Warnings) > 0 {
		return nil, &Error{Warnings: doc.Warnings, More: im.found.more}
	}
	return doc, nil
}

// A purpose is what a document is read for.
type purpose uint8

const (
	toImport purpose = iota
	toLint           // look into mapping templates too, which an import takes as they are
)

// An importer is one import under way.
type importer struct {
	opts    Options
	purpose purpose
	tree    tree
	root    *node
	dialect dialect
	found   *findings
	doc     *Document
	def     *apigw.Definition

	resources resourceTree
	models    modelSet
	schemes   map[string]scheme
	refused   map[position]bool // where security names a scheme that is none
	parts     partSet
	validator string // name of the default request validator
	followed  int    // weight of what references led to
}

// maxBytes is AWS's limit of a document.
const maxBytes = 6 << 20

// readDocument reads and walks a document; its error is about what cannot be
// read at all.
func readDocument(document []byte, opts Options, p purpose) (*importer, error) {
	found := &findings{file: opts.File}
	t, err := read(document, cmp.Or(opts.MaxBytes, maxBytes), opts.Variables.replacer())
	if err != nil {
		return nil, unreadable(found, err)
	}
	im := &importer{opts: opts, purpose: p, tree: t, root: t.root, found: found}
	im.doc = &Document{file: opts.File, places: map[place]Position{}}
	im.def = &im.doc.Definition
	if !im.chooseDialect() {
		return nil, &Error{Unreadable: true, Errors: found.list}
	}
	for _, step := range importSteps {
		step.run(im)
	}
	return im, nil
}

func unreadable(found *findings, err error) *Error {
	at := position{1, 1}
	text := err.Error()
	var syntax *syntaxError
	if errors.As(err, &syntax) {
		at, text = syntax.position, syntax.message
	}
	found.add("syntax", at, "%s", text)
	return &Error{Unreadable: true, Errors: found.list}
}

// importSteps are the parts of a document in the order in which they are read:
// what a method refers to before the methods.
var importSteps = []struct {
	name string
	run  func(*importer)
}{
	{"what the reader noticed", (*importer).reportReading},
	{"members that do not belong", (*importer).readMembers},
	{"info", (*importer).readInfo},
	{"extensions at the root", (*importer).readExtensions},
	{"servers", (*importer).readServers},
	{"models", (*importer).readModels},
	{"security schemes", (*importer).readSchemes},
	{"paths", (*importer).readPaths},
	{"documentation", (*importer).finishDocumentation},
	{"order", (*importer).sortDefinition},
}

// A dialect is what differs between the versions of the format.
type dialect struct {
	format         Format
	members        []string // of the document, beside those of both versions
	response       []string // members of a response
	readMembers    func(*importer)
	schemas        []string // member names that lead to the models
	schemes        []string // … to the security schemes
	basePath       func(*importer) string
	requestModels  func(*importer, *operation) map[string]string
	responseModels func(im *importer, o *operation, response *node, at string) map[string]string
}

// chooseDialect tells Swagger 2.0 from OpenAPI 3.x. AWS refuses 3.1
// (serverless-application-model#3449, smithy#985); Options.Newer reads it as 3.0
// and says so.
func (im *importer) chooseDialect() bool {
	if im.root.kind != kindObject {
		im.found.add("not-openapi", im.root.position, "the document is a %s, not an OpenAPI object", im.root.kind)
		return false
	}
	swagger, openapi := im.root.get("swagger"), im.root.get("openapi")
	switch {
	case swagger.scalar() == "2.0" || swagger.scalar() == "2":
		im.dialect = swagger2
	case strings.HasPrefix(openapi.scalar(), "3."):
		im.dialect = openapi3
		if strings.HasPrefix(openapi.scalar(), "3.0") {
			break
		}
		if !im.opts.Newer {
			im.found.add("not-openapi", openapi.position, "API Gateway reads OpenAPI 3.0, not %s", openapi.scalar())
			return false
		}
		im.found.add("openapi-version", openapi.position, "OpenAPI %s is read as 3.0; API Gateway refuses it", openapi.scalar())
	case im.root.get("AWSTemplateFormatVersion") != nil || im.root.get("Transform") != nil:
		im.found.add("cloudformation", im.root.position, "this is a CloudFormation or SAM template, which is not served yet")
		return false
	default:
		im.found.add("not-openapi", im.root.position, `neither "openapi: 3.0.x" nor "swagger: 2.0" is at the top of the document`)
		return false
	}
	im.doc.Format = im.dialect.format
	return true
}

func (im *importer) reportReading() {
	for _, f := range im.tree.duplicates {
		im.found.add("duplicate-member", f.position, "Member '%s' is given more than once. Ignoring all but the last.", f.name)
	}
	for _, f := range im.tree.tags {
		im.found.add("yaml-tag", f.position, "The YAML tag %s is not evaluated. Taking the value as it is written.", f.name)
	}
}

// What both versions know at the top, in info and in an operation.
var (
	infoMembers      = []string{"title", "description", "termsOfService", "contact", "license", "version"}
	documentMembers  = []string{"info", "paths", "security", "tags", "externalDocs"}
	operationMembers = []string{"tags", "summary", "description", "externalDocs", "operationId", "parameters", "responses", "security", "deprecated",
		"consumes", "produces", "schemes", "requestBody", "callbacks", "servers"}
)

// readMembers warns of misspelt members at the top.
func (im *importer) readMembers() {
	for _, f := range im.root.fields {
		im.expect(f, "", documentMembers, im.dialect.members)
	}
	for _, f := range im.object(im.root.get("info"), "info").members() {
		im.expect(f, "info.", infoMembers)
	}
	im.dialect.readMembers(im)
}

// expect warns of a member that is in none of the lists and no extension.
func (im *importer) expect(f field, at string, lists ...[]string) {
	for _, list := range lists {
		if slices.Contains(list, f.name) {
			return
		}
	}
	if !strings.HasPrefix(f.name, "x-") {
		im.found.add("unexpected", f.position, "Parse issue: attribute %s%s is unexpected", at, f.name)
	}
}

// readInfo takes name, version and description of the API (AF-157).
func (im *importer) readInfo() {
	info := im.object(im.root.get("info"), "info")
	if im.root.get("info") == nil {
		im.missing(im.root, "info")
	}
	api := &im.def.RestApi
	title := im.text(info.get("title"), "info.title")
	if title == "" && !im.opts.Named {
		im.found.add("title", info.where(), "Unable to create the REST API: info.title is missing or empty")
	}
	im.doc.Title, im.doc.Version = title, im.text(info.get("version"), "info.version")
	api.Name, api.Version = optional(title), optional(im.doc.Version)
	api.Description = optional(im.text(info.get("description"), "info.description"))
}

func (im *importer) sortDefinition() {
	d := im.def
	d.Resources = im.resources.list()
	slices.SortFunc(d.Models, func(a, b apigw.Model) int { return strings.Compare(*a.Name, *b.Name) })
}

// missing warns of an absent member in the words of AWS's parser.
func (im *importer) missing(parent *node, at string) {
	im.found.add("missing", parent.where(), "Parse issue: attribute %s is missing", at)
}

// object is n if it is an object, and nil, with a warning unless n is absent,
// if not.
func (im *importer) object(n *node, at string) *node { return im.want(kindObject, n, at) }

// array is the same for a list.
func (im *importer) array(n *node, at string) *node { return im.want(kindList, n, at) }

func (im *importer) want(k kind, n *node, at string) *node {
	switch {
	case n.absent():
		return nil
	case n.kind != k:
		im.found.add("wrong-type", n.position, "Parse issue: attribute %s is not of type `%s`", at, k)
		return nil
	}
	return n
}

// text is the text of a scalar; of anything else "", with a warning unless n
// is absent.
func (im *importer) text(n *node, at string) string {
	if n.absent() || n.isScalar() {
		return n.scalar()
	}
	im.found.add("wrong-type", n.position, "Parse issue: attribute %s is not of type `string`", at)
	return ""
}

// texts are the texts of a list of scalars.
func (im *importer) texts(n *node, at string) []string {
	var list []string
	for _, item := range im.array(n, at).elements() {
		list = append(list, im.text(item, at))
	}
	return list
}

// optional is nil for "".
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
