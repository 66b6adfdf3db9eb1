package gateway

import (
	"encoding/base64"
	"encoding/binary"
	"strings"
	"time"
)

// ids are the names of one request. They are written into a buffer of the
// Invocation, so that naming a request allocates nothing.
type ids struct {
	request  [36]byte
	extended [16]byte
	root     [40]byte // Root=1-xxxxxxxx-xxxxxxxxxxxxxxxxxxxxxxxx
	parent   [16]byte
}

// newRequestId writes a random UUID (version 4).
func (d *ids) newRequestId(random func() uint64) string {
	const version, variant = 0x4000, 0x8 << 60
	high, low := random()&^0xf000|version, random()&^(0xc<<60)|variant
	var digits [32]byte
	putHex(digits[:16], high)
	putHex(digits[16:], low)
	out := d.request[:]
	copy(out[0:8], digits[0:8])
	copy(out[9:13], digits[8:12])
	copy(out[14:18], digits[12:16])
	copy(out[19:23], digits[16:20])
	copy(out[24:36], digits[20:32])
	out[8], out[13], out[18], out[23] = '-', '-', '-', '-'
	return view(out)
}

// newExtendedId writes the opaque id of x-amz-apigw-id: 16 characters that end
// with "=" (data plane §3.1).
func (d *ids) newExtendedId(random func() uint64) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], random())
	binary.BigEndian.PutUint64(b[8:], random())
	base64.URLEncoding.Encode(d.extended[:], b[:11])
	return view(d.extended[:])
}

// newRoot writes the root of a trace: the second in which it began and 96
// random bits.
func (d *ids) newRoot(now time.Time, random [2]uint64) string {
	out := d.root[:]
	copy(out, "Root=1-")
	binary.BigEndian.PutUint64(out[7:15], hexDigits(uint32(now.Unix())))
	out[15] = '-'
	putHex(out[16:32], random[0])
	binary.BigEndian.PutUint64(out[32:40], hexDigits(uint32(random[1])))
	return view(out)
}

func (d *ids) newParent(random uint64) string {
	putHex(d.parent[:], random)
	return view(d.parent[:])
}

// putHex writes v as sixteen digits, eight at once.
func putHex(dst []byte, v uint64) {
	binary.BigEndian.PutUint64(dst[:8], hexDigits(uint32(v>>32)))
	binary.BigEndian.PutUint64(dst[8:16], hexDigits(uint32(v)))
}

// hexDigits has a digit of v in each byte.
func hexDigits(v uint32) uint64 {
	const ones = 0x0101010101010101
	x := uint64(v)
	x = x&0xffff0000<<16 | x&0xffff
	x = x&0x0000ff000000ff00<<8 | x&0x000000ff000000ff
	x = x&0x00f000f000f000f0<<4 | x&0x000f000f000f000f
	letters := (x + 6*ones) >> 4 & ones // of those above 9
	return x + '0'*ones + letters*('a'-'0'-10)
}

// isUUID reports whether s is written as a UUID.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case !isHex(c):
			return false
		}
	}
	return true
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// A trace is an X-Amzn-Trace-Id: which trace a request belongs to.
type trace struct {
	root, parent, sampled string
	rootOnly              bool // the client sent neither Parent nor Sampled

	ofRoot   [2]uint64 // what a root of ours is made of
	ofParent uint64    // a parent, likewise
}

// readTrace reads what the client sent; members that are missing or would not
// be safe to send on are empty.
func readTrace(value string) (t trace) {
	if value == "" {
		return trace{rootOnly: true}
	}
	for part := range strings.SplitSeq(value, ";") {
		name, v, ok := strings.Cut(strings.TrimSpace(part), "=")
		if !ok || strings.ContainsAny(v, "\r\n\x00") {
			continue
		}
		switch name {
		case "Root":
			t.root = v
		case "Parent":
			t.parent = v
		case "Sampled":
			t.sampled = v
		}
	}
	t.rootOnly = t.parent == "" && t.sampled == ""
	return t
}

// draw takes the random bits of what the client left out. It is written when
// somebody is told of the trace.
func (t *trace) draw(random func() uint64) {
	if t.root == "" {
		t.ofRoot = [2]uint64{random(), random()}
	}
	if t.parent == "" {
		t.ofParent = random()
	}
}

// completeRoot writes the root, where the client sent none.
func (t *trace) completeRoot(d *ids, now time.Time) {
	if t.root == "" {
		t.root = strings.TrimPrefix(d.newRoot(now, t.ofRoot), "Root=")
	}
}

// complete writes all that the client left out (data plane §3.2): without a
// Parent of its own nothing says that the trace is sampled.
func (t *trace) complete(d *ids, now time.Time) {
	t.completeRoot(d, now)
	if t.sampled == "" {
		t.sampled = "0"
		if t.parent != "" {
			t.sampled = "1"
		}
	}
	if t.parent == "" {
		t.parent = d.newParent(t.ofParent)
	}
}

func (t *trace) appendRoot(b []byte) []byte {
	b = append(b, "Root="...)
	return append(b, t.root...)
}

func (t *trace) appendTo(b []byte) []byte {
	b = t.appendRoot(b)
	b = append(b, ";Parent="...)
	b = append(b, t.parent...)
	b = append(b, ";Sampled="...)
	return append(b, t.sampled...)
}
