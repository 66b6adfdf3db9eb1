package http1

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/poterne/poterne/wire/httpmsg"
)

const (
	defaultTimeout = 29 * time.Second
	defaultMaxBody = 10_485_760

	// What an answer is made room for before it has arrived. A buffer is taken
	// when the first byte is there, so a back end that hangs holds none.
	firstAnswerRead = 16 << 10
	eagerAnswer     = 128 << 10
)

// An exchange is one call: its buffers live until the Response is reset, its
// connection until the answer is whole.
type exchange struct {
	client *Client
	call   Call
	req    *httpmsg.Request
	resp   *httpmsg.Response

	headSize int // upper bound of what appendRequest appends

	pc    *pconn
	in    input
	body  store
	head  responseHead
	heard bool  // a byte of the answer arrived
	sent  int64 // bytes of the request that were handed to the kernel

	stream bodyStream

	scratch [2 << 10]byte // for the request's head, so that most need no slab
}

func (c *Client) do(req *httpmsg.Request, resp *httpmsg.Response, call Call) error {
	resp.Reset()
	headSize, err := checkRequest(req)
	if err != nil {
		return err
	}
	if call.Began.IsZero() {
		call.Began = time.Now()
	}
	if call.Deadline.IsZero() {
		call.Deadline = call.Began.Add(defaultTimeout)
	}
	call.MaxBody = orElse(call.MaxBody, defaultMaxBody)
	x := c.newExchange()
	x.call, x.req, x.resp, x.headSize = call, req, resp, headSize
	if err := x.run(); err != nil {
		resp.Reset()
		x.abandon()
		x.Release()
		return err
	}
	resp.Hold(x)
	return nil
}

func (c *Client) newExchange() *exchange {
	x, ok := c.pools.exchanges.Get().(*exchange)
	if !ok {
		x = &exchange{client: c}
		x.in.slabs, x.in.first = &c.pools.slabs, firstAnswerRead
		x.body = store{slabs: &c.pools.slabs, budget: c.Budget, eager: eagerAnswer}
		x.stream.x = x
	}
	return x
}

// Release gives the buffers back; Response.Reset calls it.
func (x *exchange) Release() {
	x.abandon() // a stream that was not read to its end
	x.in.free()
	x.body.free()
	x.call, x.req, x.resp = Call{}, nil, nil
	x.client.pools.exchanges.Put(x)
}

// abandon closes the connection of an exchange that did not come to its end.
func (x *exchange) abandon() {
	if x.pc != nil {
		x.pc.close()
		x.pc = nil
	}
}

// run tries an idle connection first. When that turns out to have been stale
// the request is repeated once, on a new one, if repeating is harmless: nothing
// of it was sent, or the method is idempotent and no byte came back.
func (x *exchange) run() error {
	pool := x.client.pools.get(x.call.Origin)
	now := x.call.Began
	if !now.Before(x.call.Deadline) {
		return ErrTimeout
	}
	for {
		if x.pc = pool.take(x.client, now); x.pc == nil {
			break
		}
		err := x.attempt()
		if err == nil || err != errStale && !x.repeatable(err) {
			return err
		}
		x.abandon()
		if err != errStale {
			break
		}
	}
	var err error
	if x.pc, err = x.client.dial(x.call.Origin, pool, x.call.Deadline); err != nil {
		return err
	}
	return x.attempt()
}

func (x *exchange) repeatable(err error) bool {
	if x.heard || !errors.Is(err, ErrNetwork) {
		return false
	}
	return x.sent == 0 || idempotent(x.req.Method)
}

func idempotent(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodDelete, http.MethodTrace:
		return true
	}
	return false
}

func (x *exchange) attempt() error {
	x.in.free()
	x.in.src = &x.pc.link
	x.heard, x.sent = false, 0
	x.pc.link.allowReadUntil(x.call.Deadline)
	x.pc.link.allowWriteUntil(x.call.Deadline)
	if err := x.send(); err != nil {
		return err
	}
	if err := x.receiveHead(); err != nil {
		return x.classify(err)
	}
	if x.call.StreamIdle > 0 {
		x.beginStream()
		return nil
	}
	if err := x.receiveBody(); err != nil {
		return x.classify(err)
	}
	x.retire()
	return nil
}

// classify puts an error of reading under one of the package's names.
func (x *exchange) classify(err error) error {
	switch {
	case errors.Is(err, errMalformed):
		return ErrBadResponse
	case errors.Is(err, errTooLarge):
		return ErrTooLarge
	case errors.Is(err, errOverBudget):
		return ErrBudget
	case isTimeout(err):
		return ErrTimeout
	}
	return fmt.Errorf("%w: %w", ErrNetwork, unexpected(err))
}

// retire puts the connection back when both sides agree on where it stands: a
// byte behind the answer, or a request that was not taken whole, ends it.
func (x *exchange) retire() {
	pc := x.pc
	x.pc = nil
	if x.head.persistent() && x.in.buffered() == 0 && x.sent == sentWhole {
		x.client.put(pc)
		return
	}
	pc.close()
}

// sentWhole is the value of sent when the whole request went out.
const sentWhole = -1

// send writes the request. A back end that answers before it has read
// everything and closes makes the write fail: what it said may still be there
// to read, so only a write that timed out or sent nothing is the end.
func (x *exchange) send() error {
	body, _ := x.req.Body()
	size, coalesce := x.headSize, len(body) <= maxCoalesced
	if coalesce {
		size += len(body)
	}
	out, pooled := x.outFor(size)
	head := appendRequest(out, x.req, len(body))
	if coalesce {
		head, body = append(head, body...), nil
	}
	n, err := x.pc.ask(&x.in, pooled, head, body)
	x.sent = n
	switch {
	case err == nil:
		x.sent, x.heard = sentWhole, x.in.buffered() > 0
		return nil
	case err == errStale:
		return err
	case isTimeout(err):
		return ErrTimeout
	case n == 0:
		return fmt.Errorf("%w: %w", ErrNetwork, err)
	}
	return nil
}

// outFor is memory for size bytes of a request, pooled unless there is enough
// in x itself.
func (x *exchange) outFor(size int) (out []byte, pooled *slab) {
	if size <= len(x.scratch) {
		return x.scratch[:0], nil
	}
	pooled = x.client.pools.slabs.get(size)
	return pooled.b[:0], pooled
}
