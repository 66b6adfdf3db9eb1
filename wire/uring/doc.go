// Package uring does many system calls on sockets at the price of one, by
// Linux's io_uring. It knows only calls that end at once: a send takes what the
// socket takes, a peek looks at what has arrived. So nothing is ever under way
// between two calls of Do, and a Ring needs neither a thread nor a cancellation.
package uring

import "errors"

// ErrUnsupported says that the kernel does not offer io_uring, forbids it, or is older
// than 6.3.
var ErrUnsupported = errors.New("io_uring is not offered by this kernel")

// Undone is the result of an operation that Do did not come to.
const Undone = -1 << 31
