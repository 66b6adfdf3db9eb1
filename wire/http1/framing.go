package http1

// A framing is what the header lines of one message say about its end, its
// connection and its addressee. Server and client read the same lines with it.
type framing struct {
	length     int64 // of Content-Length; -1 without one
	chunked    bool
	close      bool // Connection: close
	keepAlive  bool // Connection: keep-alive, which HTTP/1.0 needs
	expect     bool // Expect: 100-continue
	expectOdd  bool // any other Expect
	hosts      int
	host       string
	fieldLines int
	fieldBytes int // of values
}

func (f *framing) reset() { *f = framing{length: -1} }

// add takes one header line into account. It returns false when the line makes
// the message ambiguous: a second or malformed Content-Length, a
// Transfer-Encoding that is not just "chunked", or both of them (RFC 9112 §6).
func (f *framing) add(name, value []byte) bool {
	f.fieldLines++
	f.fieldBytes += len(value)
	switch len(name) {
	case len("host"):
		if foldEqual(name, "host") {
			f.hosts++
			f.host = view(value)
		}
	case len("expect"):
		if foldEqual(name, "expect") {
			f.addExpect(value)
		}
	case len("connection"):
		if foldEqual(name, "connection") {
			f.addConnection(value)
		}
	case len("content-length"):
		if foldEqual(name, "content-length") {
			return f.addLength(value)
		}
	case len("transfer-encoding"):
		if foldEqual(name, "transfer-encoding") {
			return f.addEncoding(value)
		}
	}
	return true
}

func (f *framing) addExpect(value []byte) {
	if f.expect || !foldEqual(value, "100-continue") {
		f.expectOdd = true
	}
	f.expect = true
}

func (f *framing) addConnection(value []byte) {
	if foldEqual(value, "keep-alive") { // nearly always just this
		f.keepAlive = true
		return
	}
	eachListItem(value, func(item []byte) {
		switch {
		case foldEqual(item, "close"):
			f.close = true
		case foldEqual(item, "keep-alive"):
			f.keepAlive = true
		}
	})
}

func (f *framing) addLength(value []byte) bool {
	n, ok := parseLength(value)
	if !ok || f.length >= 0 || f.chunked {
		return false
	}
	f.length = n
	return true
}

func (f *framing) addEncoding(value []byte) bool {
	if f.chunked || f.length >= 0 || !foldEqual(value, "chunked") {
		return false
	}
	f.chunked = true
	return true
}

// parseLength reads 1 to 19 digits that fit an int64; no sign, no list.
func parseLength[T string | []byte](s T) (int64, bool) {
	if len(s) == 0 || len(s) > 19 {
		return 0, false
	}
	var n uint64
	for i := range len(s) {
		c := s[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + uint64(c)
	}
	return int64(n), n < 1<<63
}
