package awscli

import (
	"math"
	"slices"
	"strings"

	"github.com/poterne/poterne/cli/awscli/document"
	"golang.org/x/text/width"
)

// A section of a table has a title, and rows below headers. What an object
// holds beside scalars becomes a section of its own, one level in.
type section struct {
	title   string
	headers []string
	rows    [][]string
	level   int
	columns int // -1 as long as no row says how many
	widest  []int
}

// table prints v as boxes of ASCII.
func (p *printer) table(b *strings.Builder, v any) error {
	t := &tableWriter{Builder: b, colour: p.colour}
	if err := t.build(p.title, v, 0); err != nil || len(t.sections) == 0 {
		return err
	}
	t.render(p.columns)
	return nil
}

type tableWriter struct {
	*strings.Builder
	sections []*section
	colour   bool
}

func (t *tableWriter) begin(title string, level int) {
	t.sections = append(t.sections, &section{title: title, level: level, columns: -1})
}

func (t *tableWriter) current() *section { return t.sections[len(t.sections)-1] }

// isNothing is what Python takes for false.
func isNothing(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case bool:
		return !v
	case string:
		return v == ""
	case int64:
		return v == 0
	case float64:
		return v == 0
	case []any:
		return len(v) == 0
	}
	return isEmptyObject(v)
}

func (t *tableWriter) build(title string, v any, level int) error {
	if isNothing(v) {
		return nil
	}
	if title != "" {
		t.begin(title, level)
	}
	switch v := v.(type) {
	case *document.Object:
		return t.object(v, level)
	case []any:
		if _, objects := v[0].(*document.Object); objects {
			return t.objects(v, title, level)
		}
		return t.list(v)
	}
	return nil
}

func (t *tableWriter) list(list []any) error {
	for _, element := range list {
		inner, ok := element.([]any)
		var err error
		switch {
		case isScalar(element):
			err = t.current().add([]any{element})
		case ok && !slices.ContainsFunc(inner, func(v any) bool { return !isScalar(v) }):
			err = t.current().add(inner)
		default:
			err = t.build("", element, 0)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *tableWriter) object(o *document.Object, level int) error {
	headers, more := partition(o)
	var err error
	switch {
	case len(headers) == 1:
		err = t.current().add([]any{headers[0], o.Get(headers[0])})
	case len(headers) > 1:
		t.current().head(headers)
		err = t.current().add(valuesAt(o, headers))
	}
	for _, name := range more {
		if err == nil {
			err = t.build(name, o.Get(name), level+1)
		}
	}
	return err
}

func partition(o *document.Object) (scalars, others []string) {
	for name, value := range o.All() {
		if isScalar(value) {
			scalars = append(scalars, name)
		} else {
			others = append(others, name)
		}
	}
	slices.Sort(scalars)
	slices.Sort(others)
	return scalars, others
}

func valuesAt(o *document.Object, names []string) []any {
	row := make([]any, len(names))
	for i, name := range names {
		if row[i] = any(""); o.Has(name) {
			row[i] = o.Get(name)
		}
	}
	return row
}

func (t *tableWriter) objects(list []any, title string, level int) error {
	headers, more := partitionAll(list)
	t.current().head(headers)
	for i, element := range list {
		o, ok := element.(*document.Object)
		if !ok {
			return general("'%s' object has no attribute 'get'", strings.TrimSuffix(strings.TrimPrefix(class(element), "<class '"), "'>"))
		}
		if i > 0 && len(more) > 0 {
			t.begin(title, level)
			t.current().head(headers)
		}
		if err := t.current().add(valuesAt(o, headers)); err != nil {
			return err
		}
		for _, name := range more {
			if err := t.build(name, o.Get(name), level+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// partitionAll: a name with a scalar in one object and something else in
// another is in both.
func partitionAll(list []any) (scalars, others []string) {
	for _, element := range list {
		if o, ok := element.(*document.Object); ok {
			s, m := partition(o)
			scalars, others = append(scalars, s...), append(others, m...)
		}
	}
	slices.Sort(scalars)
	slices.Sort(others)
	return slices.Compact(scalars), slices.Compact(others)
}

func (s *section) head(headers []string) {
	s.headers = headers
	if s.columns < 0 {
		s.columns = len(headers)
	}
	s.widen(headers)
}

func (s *section) add(row []any) error {
	if s.columns < 0 {
		s.columns = len(row)
	}
	if len(row) != s.columns {
		return general("Row should have %d elements, instead it has %d", s.columns, len(row))
	}
	words := make([]string, len(row))
	for i, v := range row {
		words[i] = str(v)
	}
	s.rows = append(s.rows, words)
	s.widen(words)
	return nil
}

func (s *section) widen(words []string) {
	if s.widest == nil {
		s.widest = make([]int, len(words))
	}
	for i, word := range words {
		s.widest[i] = max(s.widest[i], columnsOf(word))
	}
}

// columnsOf is how many columns of a terminal a text takes; ambiguous
// characters count as wide.
func columnsOf(text string) (n int) {
	for _, r := range text {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth, width.EastAsianAmbiguous:
			n += 2
		default:
			n++
		}
	}
	return n
}

const padding = 4 // of a cell

func (s *section) totalWidth() int {
	total := 2
	for _, w := range s.widest {
		total += w + padding
	}
	return max(columnsOf(s.title)+2, total) + 2*s.level
}

// widths are those of the columns when the section fills whole.
func (s *section) widths(whole int) []int {
	sum := 0
	for _, w := range s.widest {
		sum += w + padding
	}
	out := make([]int, len(s.widest))
	off := -whole
	for i, w := range s.widest {
		out[i] = int(math.RoundToEven(float64(whole) / float64(sum) * float64(w+padding)))
		off += out[i]
	}
	for len(out) > 0 && off != 0 {
		for i := range out {
			if off == 0 {
				break
			}
			if off > 0 {
				out[i]--
				off--
				continue
			}
			out[len(out)-1-i]++
			off++
		}
	}
	return out
}

func (t *tableWriter) totalWidth() (most int) {
	for _, s := range t.sections {
		most = max(most, s.totalWidth())
	}
	return most
}

func (t *tableWriter) render(columns int) {
	if t.totalWidth() > columns {
		for _, s := range t.sections {
			s.turn()
		}
	}
	whole := t.totalWidth()
	t.write(strings.Repeat("-", whole) + "\n")
	for _, s := range t.sections {
		t.section(s, whole-2*s.level)
	}
}

// turn puts a single row upright: a line for each header.
func (s *section) turn() {
	if len(s.rows) != 1 || len(s.headers) == 0 {
		return
	}
	upright := section{title: s.title, level: s.level, columns: 2}
	for i, header := range s.headers {
		row := []string{header, s.rows[0][i]}
		upright.rows = append(upright.rows, row)
		upright.widen(row)
	}
	*s = upright
}

func (t *tableWriter) section(s *section, whole int) {
	if s.title != "" {
		t.line(s, centred(s.title, whole, "|"))
		if len(s.headers) == 0 && len(s.rows) == 0 {
			t.line(s, "+"+strings.Repeat("-", whole-2)+"+")
		}
	}
	widths := s.widths(whole)
	if len(s.headers) > 0 {
		t.rule(s, widths)
		var b strings.Builder
		for i, header := range s.headers {
			b.WriteString(centred(header, widths[i], edge(i)))
		}
		t.line(s, b.String())
	}
	if len(s.rows) == 0 || len(widths) == 0 {
		return
	}
	t.rule(s, widths)
	for _, row := range s.rows {
		var b strings.Builder
		for i, word := range row {
			b.WriteString(t.cell(word, widths[i], edge(i)))
		}
		t.line(s, b.String())
	}
	t.rule(s, widths)
}

// edge is what stands left of column i: the columns before bring their own.
func edge(i int) string {
	if i == 0 {
		return "|"
	}
	return ""
}

func (t *tableWriter) line(s *section, text string) {
	side := strings.Repeat(t.styled("|", "\x1b[2m\x1b[33m"), s.level)
	for _, part := range []string{side, text, side, "\n"} {
		t.write(part)
	}
}

// write ends each part with a reset if there is colour, as the AWS CLI's
// terminal library does.
func (t *tableWriter) write(part string) {
	if t.WriteString(part); t.colour {
		t.WriteString("\x1b[0m")
	}
}

func (t *tableWriter) styled(text, style string) string {
	if !t.colour {
		return text
	}
	return style + text + "\x1b[0m"
}

func (t *tableWriter) rule(s *section, widths []int) {
	var b strings.Builder
	for i, w := range widths {
		if i == 0 {
			b.WriteString("+")
			w--
		}
		b.WriteString(strings.Repeat("-", max(0, w-1)) + "+")
	}
	t.line(s, b.String())
}

func centred(text string, length int, left string) string {
	n := columnsOf(text)
	start := max(0, length/2-n/2-1)
	return left + strings.Repeat(" ", start) + text + strings.Repeat(" ", max(0, length-1-len(left)-start-n)) + "|"
}

func (t *tableWriter) cell(word string, length int, left string) string {
	n, indent := columnsOf(word), 2
	if n+indent+len(left)+1 > length {
		indent = 0
	}
	return left + strings.Repeat(" ", indent) + t.styled(word, "\x1b[1m\x1b[34m") + strings.Repeat(" ", max(0, length-len(left)-indent-n-1)) + "|"
}
