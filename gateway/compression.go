package gateway

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"strconv"
	"strings"
	"sync"
)

// A coding is a content coding that API Gateway knows (data plane §18.2).
type coding struct {
	name   string
	pack   func(io.Writer) resetWriter
	unpack func(io.Reader) (io.ReadCloser, error)
	pool   *sync.Pool // of resetWriter
}

// A resetWriter is a compressor that can be used again.
type resetWriter interface {
	io.WriteCloser
	Reset(io.Writer)
}

// codings lists them; deflate is the zlib format (RFC 9110 §8.4.1.2).
var codings = []coding{
	{"gzip", func(w io.Writer) resetWriter { return gzip.NewWriter(w) },
		func(r io.Reader) (io.ReadCloser, error) { return gzip.NewReader(r) }, new(sync.Pool)},
	{"deflate", func(w io.Writer) resetWriter { return zlib.NewWriter(w) },
		zlib.NewReader, new(sync.Pool)},
}

func codingOf(name string) *coding {
	for i := range codings {
		if strings.EqualFold(codings[i].name, name) {
			return &codings[i]
		}
	}
	return nil
}

const maxBody = 10_485_760 // the payload quota, before and after unpacking

// unpackRequest decompresses the client's body, so that nothing behind sees it
// compressed. A coding that is unknown, or a body that is not in it, is 415.
func unpackRequest(inv *Invocation) error {
	name, ok := inv.req.Header.Get("Content-Encoding")
	if !ok || strings.EqualFold(strings.TrimSpace(name), "identity") {
		return nil
	}
	if err := inv.readBody(); err != nil {
		return err
	}
	c := codingOf(strings.TrimSpace(name))
	if c == nil {
		return errUnsupportedMediaType
	}
	body, err := c.unpacked(inv.body)
	switch {
	case errors.Is(err, errUnpackedTooLarge):
		return &failure{kind: requestTooLarge}
	case err != nil:
		return errUnsupportedMediaType
	}
	inv.req.SetBody(body)
	return nil
}

var errUnpackedTooLarge = errors.New("unpacked body is too large")

func (c *coding) unpacked(body []byte) ([]byte, error) {
	r, err := c.unpack(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }() // a checksum that is wrong was told by Read
	out, err := io.ReadAll(io.LimitReader(r, maxBody+1))
	if err == nil && len(out) > maxBody {
		err = errUnpackedTooLarge
	}
	return out, err
}

// compressResponse compresses what is at least as long as the API asks for, in
// the coding that the client likes best, if that is a known one.
func compressResponse(inv *Invocation) error {
	r := inv.resp
	if r.Stream != nil || len(r.Body) < inv.method.deployment.compression.minimum || r.Header.Has("Content-Encoding") {
		return nil
	}
	accepted, _ := inv.req.Header.Get("Accept-Encoding")
	c := codingOf(preferredCoding(accepted))
	if c == nil {
		return nil
	}
	packed, err := c.packed(r.Body)
	if err != nil {
		return err
	}
	r.Body = packed
	r.Header.Set("Content-Encoding", c.name)
	return nil
}

func (c *coding) packed(body []byte) ([]byte, error) {
	var b bytes.Buffer
	w, ok := c.pool.Get().(resetWriter)
	if ok {
		w.Reset(&b)
	} else {
		w = c.pack(&b)
	}
	defer c.pool.Put(w)
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	err := w.Close()
	return b.Bytes(), err
}

// preferredCoding is the coding of the highest quality in an Accept-Encoding,
// the first of equals; "*" stands for gzip, no header for none.
func preferredCoding(accepted string) string {
	best, bestQuality := "", 0.0
	for entry := range strings.SplitSeq(accepted, ",") {
		name, params, _ := strings.Cut(entry, ";")
		quality := 1.0
		if q, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			parsed, err := strconv.ParseFloat(q, 64)
			if err != nil {
				continue
			}
			quality = parsed
		}
		if quality > bestQuality {
			best, bestQuality = strings.TrimSpace(name), quality
		}
	}
	if best == "*" {
		return codings[0].name
	}
	return best
}
