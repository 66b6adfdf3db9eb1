// Package http1 speaks HTTP/1.1 (RFC 9112) strictly, as a server and as a
// client, over messages of wire/httpmsg: ordered headers in their original
// case, raw targets, bodies as bytes.
//
// # Server
//
// A Server runs one goroutine per connection (accept.go) in blocking style: read a head
// (head.go, target.go, field.go), decide how the body is framed (framing.go),
// call the Handler, write the answer (respond*.go), drain or close. The body is
// read when the Handler asks for it (body.go). What is ambiguous or malformed
// is answered 400 and the connection closed; nothing is repaired and passed
// on. Buffers come from size-classed pools (buffer.go) and grow as bytes
// arrive, never as announced, so a client pays for the memory it holds with
// bytes that it sent.
//
// # Client
//
// A Client keeps a pool of connections per Origin (pool.go). One Call
// (exchange*.go) has one deadline over everything from dial to the last byte of
// the body. A connection that received anything while idle is never used again
// (probe*.go).
//
// # Batches
//
// Under load a Batcher does the system calls of many connections in one
// (batcher_linux.go, batch_linux.go); habit.go decides when. What a connection
// has in it is its posted.
//
// # Lifetime of views
//
// Strings and slices in a Request are views into the server's buffers until
// Handle returns. What the Client puts into a Response is valid until that
// Response's Reset. Build with -tags poterne_poison to overwrite buffers as
// they are released, so that a view kept too long shows.
package http1
