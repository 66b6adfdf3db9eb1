package lambda

import "bytes"

// maxLogLine bounds a line of a function's output that is logged.
const maxLogLine = 64 << 10

// A lineLog logs what is written to it line by line; a longer line comes in
// pieces.
type lineLog struct {
	log  func(line string)
	rest []byte // the beginning of a line
}

// Write never fails.
func (l *lineLog) Write(b []byte) (int, error) {
	l.rest = append(l.rest, b...)
	for {
		end := bytes.IndexByte(l.rest, '\n')
		switch {
		case end >= 0 && end <= maxLogLine:
			l.log(string(bytes.TrimSuffix(l.rest[:end], []byte("\r"))))
			l.rest = l.rest[end+1:]
		case len(l.rest) > maxLogLine:
			l.log(string(l.rest[:maxLogLine]))
			l.rest = l.rest[maxLogLine:]
		default:
			l.rest = append([]byte(nil), l.rest...) // gives back what was logged
			return len(b), nil
		}
	}
}

// end logs a last line without its end.
func (l *lineLog) end() {
	if len(l.rest) > 0 {
		l.log(string(l.rest))
	}
}
