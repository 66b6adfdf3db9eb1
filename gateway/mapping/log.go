package mapping

import (
	"strings"

	"github.com/poterne/poterne/template/jsonv"
)

// A LogFormat is the format of access logs: $context variables in text, and
// nothing else (data plane §16.3).
type LogFormat struct{ parts []logPart }

// A logPart is text, or the variable that follows it.
type logPart struct{ text, variable string }

const contextPrefix = "$context."

// ParseLogFormat parses a format. Every text is one.
func ParseLogFormat(src string) *LogFormat {
	f := &LogFormat{}
	for {
		text, rest, ok := strings.Cut(src, contextPrefix)
		if !ok {
			break
		}
		n := 0
		for n < len(rest) && isNameByte(rest[n]) && rest[n] != '$' {
			n++
		}
		name := strings.TrimRight(rest[:n], ".-")
		f.parts = append(f.parts, logPart{text, name})
		src = rest[len(name):]
	}
	f.parts = append(f.parts, logPart{text: src})
	return f
}

// Append writes the line of a request. What is not known is "-"; a value cannot
// begin another line.
func (f *LogFormat) Append(dst []byte, c *Context) []byte {
	for i := range f.parts {
		part := &f.parts[i]
		dst = append(dst, part.text...)
		if i == len(f.parts)-1 {
			return dst
		}
		start := len(dst)
		if v, ok := c.Lookup(part.variable, AccessLogs); ok {
			dst = jsonv.AppendString(dst, v)
		}
		if len(dst) == start {
			dst = append(dst, '-')
		}
		for j := start; j < len(dst); j++ {
			if dst[j] == '\n' || dst[j] == '\r' {
				dst[j] = ' '
			}
		}
	}
	return dst
}
