package http1

import (
	"errors"
	"math"
)

// Errors inside the codec; server and client translate them.
var (
	errMalformed  = errors.New("malformed message")
	errTooLarge   = errors.New("body over its limit")
	errOverBudget = errors.New("body bytes over budget")
)

const (
	maxChunkLine = 1 << 10             // with leading zeros and extensions
	maxChunkNote = 4 << 10             // extensions of a whole body
	maxTrailer   = 4<<10 - len("\r\n") // trailer section of a body; net/http takes no more
)

// chunks walks through a body in the chunked transfer coding (RFC 9112 §7.1).
// Extensions are checked and dropped, and so are trailers.
type chunks struct {
	started bool
	notes   int
}

// next reads up to the data of the next chunk and returns its size, or 0
// behind the trailer section.
func (c *chunks) next(in *input) (int64, error) {
	if c.started {
		if end, err := in.line(0); err != nil || len(end) != 0 {
			return 0, orMalformed(err)
		}
	}
	c.started = true
	line, err := in.line(maxChunkLine)
	if err != nil {
		return 0, err
	}
	size, rest, ok := chunkSize(line)
	c.notes += len(rest)
	if !ok || !validExtensions(rest) || c.notes > maxChunkNote {
		return 0, errMalformed
	}
	if size == 0 {
		return 0, skipTrailers(in)
	}
	return size, nil
}

func orMalformed(err error) error {
	if err == nil {
		return errMalformed
	}
	return err
}

// chunkSize reads hexadecimal digits only: no sign, no "0x", no white space,
// nothing beyond 63 bits. Leading zeros are allowed up to 16 digits.
func chunkSize(line []byte) (size int64, rest []byte, ok bool) {
	i := 0
	var n uint64
	for ; i < len(line); i++ {
		d, isDigit := hexDigit(line[i])
		if !isDigit {
			break
		}
		n = n<<4 | uint64(d)
	}
	if i == 0 || i > 16 || n > math.MaxInt64 {
		return 0, nil, false
	}
	return int64(n), line[i:], true
}

// validExtensions accepts *( ";" token [ "=" ( token / quoted-string ) ] ).
func validExtensions(b []byte) bool {
	for len(b) > 0 {
		var ok bool
		if b, ok = cutExtension(b); !ok {
			return false
		}
	}
	return true
}

func cutExtension(b []byte) (rest []byte, ok bool) {
	if b[0] != ';' {
		return nil, false
	}
	name := tokenPrefix(b[1:])
	b = b[1+name:]
	if name == 0 || len(b) == 0 || b[0] != '=' {
		return b, name > 0
	}
	b = b[1:]
	if len(b) > 0 && b[0] == '"' {
		return cutQuoted(b)
	}
	value := tokenPrefix(b)
	return b[value:], value > 0
}

func tokenPrefix(b []byte) int {
	n := 0
	for n < len(b) && byteKind[b[n]]&inToken != 0 {
		n++
	}
	return n
}

func cutQuoted(b []byte) (rest []byte, ok bool) {
	for i := 1; i < len(b); i++ {
		switch c := b[i]; {
		case c == '"':
			return b[i+1:], true
		case c == '\\':
			i++
		case byteKind[c]&inValue == 0:
			return nil, false
		}
	}
	return nil, false
}

// skipTrailers reads and drops field lines up to the empty one. A trailer may
// not change how the message was framed.
func skipTrailers(in *input) error {
	var seen framing
	seen.reset()
	for size := 0; ; {
		line, err := in.line(maxTrailer)
		if err != nil {
			return err
		}
		if len(line) == 0 {
			return nil
		}
		name, value, ok := splitField(line)
		if size += len(line) + 2; !ok || size > maxTrailer {
			return errMalformed
		}
		if !seen.add(name, value) || seen.length >= 0 || seen.chunked || seen.hosts > 0 {
			return errMalformed
		}
	}
}
