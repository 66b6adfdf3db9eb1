package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// documents are the shapes that are stored as they are, or in a Definition.
var documents = []string{
	"Authorizer", "BasePathMapping", "Deployment", "DomainName", "GatewayResponse", "Integration", "Method", "Model",
	"RequestValidator", "Resource", "RestApi", "Stage", "UsagePlan",
}

// readers writes a function that reads a document of each kind, and those for
// the shapes in them.
func (g generator) readers() string {
	var b bytes.Buffer
	b.WriteString("// readDocument reads into a document of a known type.\nfunc (d *decoder) readDocument(document any) bool {\n\tswitch v := document.(type) {\n")
	for _, name := range documents {
		fmt.Fprintf(&b, "\tcase *%s:\n\t\tread%s(d, v)\n", name, name)
	}
	b.WriteString("\tdefault:\n\t\treturn false\n\t}\n\treturn true\n}\n\n")
	needed := slices.Clone(documents)
	for i := 0; i < len(needed); i++ {
		for _, inner := range g.reader(&b, g.shapes[needed[i]]) {
			if !slices.Contains(needed, inner) {
				needed = append(needed, inner)
			}
		}
	}
	return b.String()
}

// reader writes the function that reads a structure, and returns the
// structures in it.
func (g generator) reader(b *bytes.Buffer, s shape) (inner []string) {
	fmt.Fprintf(b, "func read%s(d *decoder, v *%s) {\n\tfor more := d.open('{'); more; more = d.more('}') {\n\t\tswitch string(d.name()) {\n", s.Name, goName(s.Name))
	for _, m := range s.Members {
		if jsonTag(s, m) == "-" {
			continue
		}
		fmt.Fprintf(b, "\t\tcase %q:\n\t\t\t%s\n", m.wireName(), g.read(m))
		of := g.shapes[m.Shape]
		for of.Of != "" {
			of = g.shapes[of.Of]
		}
		if of.Type == "structure" {
			inner = append(inner, of.Name)
		}
	}
	b.WriteString("\t\tdefault:\n\t\t\td.skip()\n\t\t}\n\t}\n}\n\n")
	return inner
}

// read is the call that reads a member.
func (g generator) read(m member) string {
	field, t := "&v."+goName(m.Name), g.fieldType(m)
	if t == "Templates" {
		field, t = "(*map[string]*string)("+field+")", "map[string]*string"
	}
	return readInto(field, t)
}

// composites are the Go types that have another one in them.
var composites = []struct{ prefix, reader string }{
	{"map[string]*", "readPointerMap"}, {"map[string]", "readMap"}, {"[]", "readList"}, {"*", "readPointer"},
}

// readInto is the call that reads a value of a Go type into what target points
// at.
func readInto(target, t string) string {
	for _, c := range composites {
		if of, ok := strings.CutPrefix(t, c.prefix); ok {
			return fmt.Sprintf("%s(d, %s, %s)", c.reader, target, readerOf(of))
		}
	}
	return fmt.Sprintf("%s(d, %s)", readerOf(t), target)
}

// readerOf is the function that reads a value of a Go type.
func readerOf(t string) string {
	switch {
	case t == "string":
		return "readText"
	case t == "int" || t == "int64":
		return "readWhole[" + t + "]"
	case strings.ContainsAny(t, "[*"):
		return fmt.Sprintf("func(d *decoder, v *%s) { %s }", t, readInto("v", t))
	}
	return "read" + strings.ToUpper(t[:1]) + t[1:]
}
