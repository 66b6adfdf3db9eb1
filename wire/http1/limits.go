package http1

import (
	"sync/atomic"
	"time"
)

// Limits bound what one Server takes from clients. The zero value of a field
// stands for the default beside it.
type Limits struct {
	TargetBytes int   // request target; 10,240, longer answers 414
	HeaderLines int   // 200, more answer 431
	HeaderBytes int   // sum of all header values; 10,240, more answer 431
	BodyBytes   int64 // 10,485,760; longer makes Body return ErrBodyTooLarge
	Conns       int   // connections at once; 16,384, further ones wait in the backlog

	Head  time.Duration // from the first byte of a head to its last; 10 s, then 408
	Body  time.Duration // for a whole body, from its first read; 30 s
	Idle  time.Duration // without a byte between requests; 60 s
	Write time.Duration // for an answer, plus a second for each 32 KiB of it; 30 s
}

func (l Limits) withDefaults() Limits {
	orInt(&l.TargetBytes, 10_240)
	orInt(&l.HeaderLines, 200)
	orInt(&l.HeaderBytes, 10_240)
	orInt(&l.BodyBytes, 10_485_760)
	orInt(&l.Conns, 16_384)
	orInt(&l.Head, 10*time.Second)
	orInt(&l.Body, 30*time.Second)
	orInt(&l.Idle, 60*time.Second)
	orInt(&l.Write, 30*time.Second)
	return l
}

func orInt[T ~int | ~int64](p *T, def T) {
	if *p == 0 {
		*p = def
	}
}

// headBytes is the longest head that the other limits let pass: the target,
// the values, and names of a sensible length.
func (l *Limits) headBytes() int { return l.TargetBytes + l.HeaderBytes + 12<<10 }

// writeTime is how long an answer of n bytes may take: a client that reads
// more slowly than 32 KiB a second only holds memory.
func (l *Limits) writeTime(n int) time.Duration {
	return l.Write + time.Duration(n>>15)*time.Second
}

// A Budget bounds the body bytes that are held at once, by one server, or by
// servers and clients together when they share it. Nil means unbounded.
type Budget struct {
	limit int64
	used  atomic.Int64
}

// NewBudget returns a Budget of limit bytes.
func NewBudget(limit int64) *Budget { return &Budget{limit: limit} }

// Used reports the bytes held now.
func (b *Budget) Used() int64 {
	if b == nil {
		return 0
	}
	return b.used.Load()
}

func (b *Budget) take(n int) bool {
	if b == nil {
		return true
	}
	if b.used.Add(int64(n)) <= b.limit {
		return true
	}
	b.used.Add(int64(-n))
	return false
}

func (b *Budget) give(n int) {
	if b != nil {
		b.used.Add(int64(-n))
	}
}
