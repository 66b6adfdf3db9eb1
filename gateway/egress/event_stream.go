package egress

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream"

	"github.com/poterne/poterne/wire/httpmsg"
)

// ErrFunction is in the chain of errors of reading a stream whose function
// failed on the way.
var ErrFunction = errors.New("the function failed while it streamed its result")

// readEvents makes resp.Stream the bytes that the function wrote, taken out of
// the frames of application/vnd.amazon.eventstream in which Lambda sends them.
// An answer that is no stream of events is read as it is: a refusal.
func readEvents(resp *httpmsg.Response) error {
	if resp.Status == 200 {
		resp.Stream = &eventStream{from: resp.Stream, decoder: eventstream.NewDecoder()}
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(resp.Stream, maxRefusal))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNetwork, err)
	}
	_ = resp.Stream.Close() // its end was read, or is not wanted
	resp.Body, resp.Stream = body, nil
	return nil
}

// maxRefusal bounds what Lambda says when it does not run a function, in bytes.
const maxRefusal = 64 << 10

// An eventStream reads payloads out of frames (PayloadChunk, InvokeComplete).
type eventStream struct {
	from    io.ReadCloser
	decoder *eventstream.Decoder
	buffer  []byte // of the frame
	rest    []byte // of the payload
	ended   error
}

// Read returns payload as it arrives; io.EOF only after InvokeComplete.
func (s *eventStream) Read(p []byte) (int, error) {
	for len(s.rest) == 0 {
		if s.ended != nil {
			return 0, s.ended
		}
		s.next()
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// next reads a frame. A frame of a kind that is not known is passed over.
func (s *eventStream) next() {
	frame, err := s.decoder.Decode(s.from, s.buffer[:0])
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF // without InvokeComplete
	}
	if err != nil {
		s.ended = fmt.Errorf("%w: %w", ErrNetwork, err)
		return
	}
	s.buffer = frame.Payload[:0]
	kind := ""
	if v := frame.Headers.Get(":event-type"); v != nil {
		kind = v.String()
	}
	switch kind {
	case "PayloadChunk":
		s.rest = frame.Payload
	case "InvokeComplete":
		s.ended = completion(frame.Payload)
	}
}

// completion is how a function ended.
func completion(payload []byte) error {
	var end struct{ ErrorCode, ErrorDetails string }
	if err := json.Unmarshal(payload, &end); err != nil {
		return fmt.Errorf("%w: InvokeComplete: %w", ErrNetwork, err)
	}
	if end.ErrorCode != "" {
		return fmt.Errorf("%w: %s %s", ErrFunction, end.ErrorCode, end.ErrorDetails)
	}
	return io.EOF
}

// Close ends the exchange.
func (s *eventStream) Close() error { return s.from.Close() }
