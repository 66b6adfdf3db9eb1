// Package restjson speaks AWS's REST-JSON for the operations of package apigw.
//
// A Handler finds the operation by verb, escaped path and fixed query
// (route.go), makes its input of labels, query, headers and body (decode.go,
// json.go), checks what the contract demands with AWS's messages
// (validate.go), has the operation run, and writes its answer as plain JSON,
// as HAL or as raw bytes (encode.go, hal.go, hal_links.go), or its error
// (error.go). All of it is driven by apigw.Operations: nobody writes a route
// or a field binding by hand.
package restjson

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/poterne/poterne/apigw"
)

// Bounds of a request's body in bytes. AWS takes OpenAPI documents of 6 MB.
const (
	MaxJSONBody   = 2 << 20
	MaxImportBody = 6 << 20
)

// A Call is one request for an operation.
type Call struct {
	Operation *apigw.Operation
	Input     any    // pointer to the operation's input struct; nil while Authenticate runs
	RequestId string // of x-amzn-RequestId
	Caller    any    // what Authenticate found out about who calls, for Do

	HTTP *http.Request // its body is read: see Body
	Body []byte
}

// Config is what a Handler works with. Do is required.
type Config struct {
	// Do runs an operation and returns a pointer to its output struct, nil
	// for one that answers without a body. An *apigw.Error is answered as it
	// is; any other error is logged and answered without its text.
	Do func(context.Context, *Call) (any, error)

	// Authenticate, if not nil, refuses a call before its input is read, which
	// is AWS's order (control plane §1.12).
	Authenticate func(context.Context, *Call) error

	NewRequestId func() string // a random UUID
	Log          *slog.Logger  // discards
}

// Handler serves the operations of the contract. It is safe for concurrent
// use.
type Handler struct {
	config   Config
	routes   router
	patterns patterns
}

// New makes a Handler of the table of operations.
func New(c Config) *Handler {
	if c.NewRequestId == nil {
		c.NewRequestId = NewRequestId
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Handler{config: c, routes: newRouter(apigw.Operations), patterns: compilePatterns(apigw.Operations)}
}

// Match is the operation that a request is for, if any. The path is escaped
// and the query raw, both as they were sent.
func (h *Handler) Match(method, escapedPath, rawQuery string) (*apigw.Operation, bool) {
	found, err := h.routes.find(method, escapedPath, rawQuery)
	if err != nil || found == nil {
		return nil, false
	}
	return found.operation, true
}

// ServeHTTP answers one request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := h.config.NewRequestId()
	a := h.answer(w, r, id)
	a.header.Set("x-amzn-RequestId", id)
	a.header.Set("x-amz-apigw-id", apigwId(id))
	a.write(w, r.Method)
}

// answer runs the call and has an answer whatever happens in it.
func (h *Handler) answer(w http.ResponseWriter, r *http.Request, id string) (a *answer) {
	defer func() {
		if p := recover(); p != nil {
			h.config.Log.ErrorContext(r.Context(), "operation panicked", "requestId", id, "path", r.URL.EscapedPath(), "panic", p, "stack", string(debug.Stack()))
			a = errorAnswer(internalFailure())
		}
	}()
	a, err := h.run(w, r, id)
	if err != nil {
		return errorAnswer(h.known(r, id, err))
	}
	return a
}

func (h *Handler) run(w http.ResponseWriter, r *http.Request, id string) (*answer, error) {
	path, query := r.URL.EscapedPath(), r.URL.RawQuery
	found, err := h.routes.find(r.Method, path, query)
	if err != nil {
		return nil, err
	}
	if found == nil {
		return nil, unknownRoute(path)
	}
	body, err := readBody(w, r, found.operation)
	if err != nil {
		return nil, err
	}
	call := &Call{Operation: found.operation, RequestId: id, HTTP: r, Body: body}
	if h.config.Authenticate != nil {
		if err := h.config.Authenticate(r.Context(), call); err != nil {
			return nil, err
		}
	}
	if call.Input, err = h.decode(found, r.Header, body); err != nil {
		return nil, err
	}
	out, err := h.config.Do(r.Context(), call)
	if err != nil {
		return nil, err
	}
	return encode(found, r, out)
}

// readBody reads the whole body, which handlers of the operation are given at
// once, as far as the operation's bound allows.
func readBody(w http.ResponseWriter, r *http.Request, op *apigw.Operation) ([]byte, error) {
	bound := bodyBound(op)
	if r.Body == nil {
		return nil, nil
	}
	if r.ContentLength > bound {
		return nil, tooLarge(bound)
	}
	if coding := r.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return nil, serialization("The request body is encoded (Content-Encoding: %s); send it as it is", coding)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bound))
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		return nil, tooLarge(bound)
	case err != nil:
		return nil, &apigw.Error{Code: apigw.SerializationException, Message: "The request body could not be read to its end"}
	}
	return body, nil
}

func bodyBound(op *apigw.Operation) int64 {
	for _, m := range op.Input.Members {
		if m.In == apigw.InPayload {
			return MaxImportBody
		}
	}
	return MaxJSONBody
}

// NewRequestId is a random UUID, version 4. It names a request and keeps no
// secret.
func NewRequestId() string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], rand.Uint64())
	binary.BigEndian.PutUint64(b[8:], rand.Uint64())
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	text := hex.EncodeToString(b[:])
	return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
}
