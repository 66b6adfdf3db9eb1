package awscli

import (
	"io"
	"slices"
	"strings"

	"github.com/poterne/poterne/cli/awscli/document"
	"github.com/poterne/poterne/cli/awscli/jmespath"
)

// formats are those of --output.
var formats = []string{"json", "text", "table", "yaml", "yaml-stream"}

// A printer prints results in one of the output formats, filtered by --query.
type printer struct {
	out     io.Writer
	format  string
	title   string // of a table: the operation's name
	query   *jmespath.Expression
	colour  bool
	columns int // of the terminal
}

func (p *printer) filtered(v any) (any, error) {
	if p.query == nil {
		return v, nil
	}
	found, err := p.query.Search(v)
	if err != nil {
		return nil, general("%v", err)
	}
	return found, nil
}

// print prints one whole result.
func (p *printer) print(v any) error {
	v, err := p.filtered(v)
	if err != nil {
		return err
	}
	var b strings.Builder
	switch p.format {
	case "text":
		writeText(&b, v)
	case "table":
		err = p.table(&b, v)
	case "yaml":
		p.yaml(&b, v)
	case "yaml-stream":
		if !isEmptyObject(v) {
			p.yaml(&b, []any{v})
		}
	default:
		if !isEmptyObject(v) {
			b.WriteString(document.JSON(v) + "\n")
		}
	}
	_, _ = io.WriteString(p.out, b.String()) // who closed it has read enough
	return err
}

func (p *printer) yaml(b *strings.Builder, v any) {
	switch v.(type) {
	case *document.Object, []any:
		if !isEmptyObject(v) {
			writeYAML(b, v)
		}
		return
	}
	b.WriteString(document.JSON(v) + "\n")
}

func isEmptyObject(v any) bool {
	o, ok := v.(*document.Object)
	return ok && o.Len() == 0
}

// printPages prints a listing: formats that stream print a page as it comes,
// the others all items at the end.
func (p *printer) printPages(pages *pages) error {
	switch p.format {
	case "text":
		return p.textPages(pages)
	case "yaml-stream":
		return pages.each(func(page *document.Object) error { return p.print(page) })
	}
	whole := &document.Object{}
	err := pages.each(func(page *document.Object) error {
		gather(whole, page.Get(pageItems))
		return nil
	})
	if err != nil {
		return err
	}
	if pages.resume != "" {
		whole.Set("NextToken", pages.resume)
	}
	return p.print(whole)
}

func gather(whole *document.Object, items any) {
	all, some := whole.Get(pageItems).([]any)
	list, ok := items.([]any)
	switch {
	case items == nil:
	case some && ok:
		whole.Set(pageItems, append(all, list...))
	case !whole.Has(pageItems):
		whole.Set(pageItems, items)
	}
}

func (p *printer) textPages(pages *pages) error {
	err := pages.each(func(page *document.Object) error {
		return p.print(document.Make(pageItems, page.Get(pageItems)))
	})
	if err != nil || pages.resume == "" {
		return err
	}
	return p.print(document.Make("NextToken", document.Make("NextToken", pages.resume)))
}

// writeText prints v as words with tabs between them: scalars of an object in
// the order of their names, then what it holds, each line with its name.
func writeText(b *strings.Builder, v any) {
	text := textWriter{b}
	text.value(v, "", nil)
}

type textWriter struct{ *strings.Builder }

func (w textWriter) value(v any, name string, columns []string) {
	switch v := v.(type) {
	case *document.Object:
		w.object(v, name, columns)
	case []any:
		w.list(v, name)
	default:
		w.WriteString(str(v) + "\n")
	}
}

func (w textWriter) list(list []any, name string) {
	columns, objects := scalarColumns(list)
	scalars, others := []any{}, []any{}
	for _, element := range list {
		if isScalar(element) {
			scalars = append(scalars, element)
		} else {
			others = append(others, element)
		}
	}
	if objects {
		for _, element := range list {
			w.value(element, name, columns)
		}
		return
	}
	w.scalars(scalars, name)
	for _, element := range others {
		w.value(element, name, nil)
	}
}

func (w textWriter) scalars(list []any, name string) {
	if len(list) == 0 {
		return
	}
	words := make([]string, len(list))
	for i, v := range list {
		words[i] = str(v)
		if name != "" {
			w.WriteString(strings.ToUpper(name) + "\t" + str(v) + "\n")
		}
	}
	if name == "" {
		w.WriteString(strings.Join(words, "\t") + "\n")
	}
}

func (w textWriter) object(o *document.Object, name string, columns []string) {
	var words, rest []string
	for _, key := range slices.Sorted(slices.Values(o.Keys())) {
		switch {
		case columns == nil && isScalar(o.Get(key)):
			words = append(words, str(o.Get(key)))
		case !slices.Contains(columns, key):
			rest = append(rest, key)
		}
	}
	for _, key := range columns {
		if words = append(words, ""); o.Has(key) {
			words[len(words)-1] = str(o.Get(key))
		}
	}
	if len(words) > 0 {
		if name != "" {
			words = append([]string{strings.ToUpper(name)}, words...)
		}
		w.WriteString(strings.Join(words, "\t") + "\n")
	}
	for _, key := range rest {
		w.value(o.Get(key), key, nil)
	}
}

// scalarColumns are the names of all scalars in a list's objects, sorted; found
// tells whether it has an object.
func scalarColumns(list []any) (columns []string, found bool) {
	columns = []string{}
	for _, element := range list {
		o, ok := element.(*document.Object)
		found = found || ok
		if !ok {
			continue
		}
		for name, value := range o.All() {
			if isScalar(value) {
				columns = append(columns, name)
			}
		}
	}
	slices.Sort(columns)
	return slices.Compact(columns), found
}

func isScalar(v any) bool {
	switch v.(type) {
	case *document.Object, []any:
		return false
	}
	return true
}
