package http1

import (
	"io"
	"time"
)

const (
	streamBuffer = 32 << 10
	chunkHeader  = len("12345678\r\n")
	chunkTrailer = len("\r\n")
)

// stream copies a body piece by piece, each sent as soon as it is there.
func (c *conn) stream(src io.Reader, sh shape) (sent int64, err error) {
	buf := c.srv.slabs.get(streamBuffer)
	defer c.srv.slabs.put(buf)
	for {
		room := buf.b[chunkHeader : len(buf.b)-chunkTrailer]
		if sh.kind == bodyLength && int64(len(room)) > sh.length-sent {
			room = room[:sh.length-sent]
		}
		if len(room) == 0 {
			return sent, nil
		}
		n, err := src.Read(room)
		if n > 0 {
			if werr := c.sendPiece(buf.b, n, sh.kind); werr != nil {
				return sent, werr
			}
			sent += int64(n)
		}
		if err == io.EOF {
			return sent, c.endStream(sh, sent)
		}
		if err != nil {
			return sent, err
		}
	}
}

// sendPiece sends the n bytes that stand at chunkHeader in b.
func (c *conn) sendPiece(b []byte, n int, kind int) error {
	start, end := chunkHeader, chunkHeader+n
	if kind == bodyChunked {
		b[end], b[end+1] = '\r', '\n'
		end += chunkTrailer
		start = putChunkHeader(b[:chunkHeader], n)
	}
	c.link.allowWriteUntil(time.Now().Add(c.srv.limit.Write))
	_, err := c.link.write(b[start:end], nil)
	return err
}

// putChunkHeader writes the size line of a chunk to the end of b and returns
// where it begins.
func putChunkHeader(b []byte, n int) int {
	i := len(b) - 2
	b[i], b[i+1] = '\r', '\n'
	for {
		i--
		b[i] = "0123456789abcdef"[n&15]
		if n >>= 4; n == 0 {
			return i
		}
	}
}

func (c *conn) endStream(sh shape, sent int64) error {
	switch {
	case sh.kind == bodyLength && sent < sh.length:
		return ErrUnsendable // the client must see that it is cut
	case sh.kind == bodyChunked:
		c.link.allowWriteUntil(time.Now().Add(c.srv.limit.Write))
		_, err := c.link.write(lastChunk, nil)
		return err
	}
	return nil
}

var lastChunk = []byte("0\r\n\r\n")
