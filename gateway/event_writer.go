package gateway

import (
	"cmp"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/poterne/poterne/gateway/mapping"
)

// An eventWriter writes JSON as AWS does: UTF-8 as it is, no blanks.
type eventWriter struct{ dst []byte }

func (w *eventWriter) open() { w.dst = append(w.dst, '{') }

func (w *eventWriter) close() { w.dst = append(w.dst, '}') }

func (w *eventWriter) name(name string) {
	if last := w.dst[len(w.dst)-1]; last != '{' {
		w.dst = append(w.dst, ',')
	}
	w.string(name)
	w.dst = append(w.dst, ':')
}

func (w *eventWriter) string(s string) {
	w.dst = append(w.dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				w.dst = append(append(w.dst, s[start:i]...), "\uFFFD"...)
				start = i + 1
			}
			i += size
			continue
		}
		if c < ' ' || c == '"' || c == '\\' {
			w.dst = appendEscaped(append(w.dst, s[start:i]...), c)
			start = i + 1
		}
		i++
	}
	w.dst = append(append(w.dst, s[start:]...), '"')
}

func appendEscaped(dst []byte, c byte) []byte {
	const hex = "0123456789ABCDEF"
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, `\b`...)
	case '\f':
		return append(dst, `\f`...)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	}
	return append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}

func (w *eventWriter) text(name, value string) {
	w.name(name)
	w.string(value)
}

// optional is a text that is null when it is not known.
func (w *eventWriter) optional(name, value string) {
	if value == "" {
		w.null(name)
		return
	}
	w.text(name, value)
}

func (w *eventWriter) null(name string) {
	w.name(name)
	w.dst = append(w.dst, "null"...)
}

func (w *eventWriter) number(name string, n int64) {
	w.name(name)
	w.dst = strconv.AppendInt(w.dst, n, 10)
}

func (w *eventWriter) boolean(name string, b bool) {
	w.name(name)
	w.dst = strconv.AppendBool(w.dst, b)
}

// lastValues writes a map of the last value of each name (AF-244).
func (w *eventWriter) lastValues(name string, list mapping.ParamList) {
	w.grouped(name, list, func(values repeated) { w.string(values.last()) })
}

// allValues writes a map of all values of each name, in order.
func (w *eventWriter) allValues(name string, list mapping.ParamList) {
	w.grouped(name, list, func(values repeated) {
		open := byte('[')
		for i := values.i; i >= 0; i = values.after(i) {
			w.dst = append(w.dst, open)
			w.string(values.list[i].Value)
			open = ','
		}
		w.dst = append(w.dst, ']')
	})
}

func (w *eventWriter) grouped(name string, list mapping.ParamList, write func(repeated)) {
	if len(list) == 0 {
		w.null(name)
		return
	}
	w.name(name)
	w.open()
	list, sorted := arranged(list)
	for i := range list {
		r := repeated{list, i, sorted}
		if r.isFirst() {
			w.name(list[i].Name)
			write(r)
		}
	}
	w.close()
}

// maxUnsorted bounds lists that are searched from end to end for each name: a
// client chooses how long they are.
const maxUnsorted = 64

// arranged puts equal names beside each other in a list that is long.
func arranged(list mapping.ParamList) (_ mapping.ParamList, sorted bool) {
	if len(list) <= maxUnsorted {
		return list, false
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b mapping.Param) int { return cmp.Compare(a.Name, b.Name) })
	return list, true
}

// repeated is the name at i of a list, with its values.
type repeated struct {
	list   mapping.ParamList
	i      int
	sorted bool
}

func (r repeated) isFirst() bool {
	if r.sorted {
		return r.i == 0 || r.list[r.i-1].Name != r.list[r.i].Name
	}
	for j := range r.i {
		if r.list[j].Name == r.list[r.i].Name {
			return false
		}
	}
	return true
}

// after is the index of the name's next value behind i, -1 if there is none.
func (r repeated) after(i int) int {
	name := r.list[r.i].Name
	for j := i + 1; j < len(r.list); j++ {
		if r.list[j].Name == name {
			return j
		}
		if r.sorted {
			break
		}
	}
	return -1
}

func (r repeated) last() (last string) {
	for i := r.i; i >= 0; i = r.after(i) {
		last = r.list[i].Value
	}
	return last
}
