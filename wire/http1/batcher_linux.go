package http1

import (
	"runtime"
	"sync"
	"time"

	"github.com/poterne/poterne/wire/uring"
)

// A Batcher does the system calls of many connections in one. What a read or a
// send costs is for a good part the way into the kernel and back. Under load the
// scheduler has many goroutines to run in one round, each with a call to do; so
// the first of them lets the others run, then does the calls of all.
//
// Waiting for others pays only when there are some: see habit. Servers and
// Clients that share a Batcher are batched together. Nil: each call is done at
// once.
type Batcher struct {
	lanes []*lane // their number is a power of two
}

// coresPerLane: fewer would make for small batches, with more too many goroutines
// would wait for one another.
const coresPerLane = 4

// NewBatcher makes a Batcher. The error, which wraps uring.ErrUnsupported, says
// why there can be none.
func NewBatcher() (*Batcher, error) { return newBatcher(newHabit()) }

func newBatcher(h habit) (*Batcher, error) {
	n := 1
	for n*coresPerLane < runtime.GOMAXPROCS(0) {
		n *= 2
	}
	b := &Batcher{}
	for range n {
		ring, err := uring.New(batchOps)
		if err != nil {
			b.Close()
			return nil, err
		}
		b.lanes = append(b.lanes, &lane{ring: ring, habit: h, filling: newBatch(), spare: newBatch()})
	}
	return b, nil
}

// Close gives memory and descriptors back. Who still uses b does each call by
// itself.
func (b *Batcher) Close() {
	if b == nil {
		return
	}
	for _, l := range b.lanes {
		l.close()
	}
}

// Counts reports how many operations were done in batches, and in how many.
func (b *Batcher) Counts() (ops, batches uint64) {
	if b == nil {
		return 0, 0
	}
	for _, l := range b.lanes {
		l.mu.Lock()
		ops, batches = ops+l.ops, batches+l.round
		l.mu.Unlock()
	}
	return ops, batches
}

// laneOf is the lane of a socket, always the same.
func (b *Batcher) laneOf(fd uintptr) *lane { return b.lanes[int(fd)&(len(b.lanes)-1)] }

// A lane is where operations wait until one of those who posted them does all.
type lane struct {
	mu      sync.Mutex
	filling *batch
	round   uint64 // how many batches were taken away
	ops     uint64 // that were in them
	habit   habit
	over    bool // there is no ring any more: nothing is posted

	doing   sync.Mutex // is taken before mu
	spare   *batch
	ring    *uring.Ring // nil: closed, or broken
	results [batchOps]int32
}

// post takes an operation that is to be done soon, with what it sends in two
// pieces. It returns false when it is to be done at once, by the caller.
func (l *lane) post(o op, head, body []byte) bool {
	l.mu.Lock()
	if l.over || !l.filling.takes(len(head)+len(body)) || !l.habit.waits() {
		l.mu.Unlock()
		return false
	}
	round := l.round
	if o.kind != opRead {
		o.of.begin(round)
	}
	n := l.filling.add(o, head, body)
	if n == 1 {
		l.filling.began = time.Now()
	}
	l.mu.Unlock()
	switch n {
	case 1:
		runtime.Gosched()
		l.flush(round)
	case batchOps:
		l.flush(round)
	}
	return true
}

// flush returns when the batch of a round has been done, by whomever.
func (l *lane) flush(round uint64) {
	l.doing.Lock()
	defer l.doing.Unlock()
	if b := l.takeAway(round); b != nil {
		l.do(b.ops)
		b.reset()
	}
}

func (l *lane) takeAway(round uint64) *batch {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.filling
	if l.round != round || len(b.ops) == 0 {
		return nil
	}
	l.habit.learn(len(b.ops), time.Since(b.began))
	l.filling, l.spare = l.spare, b
	l.round++
	l.ops += uint64(len(b.ops))
	return b
}

func (l *lane) close() {
	l.doing.Lock()
	defer l.doing.Unlock()
	l.giveUp()
}

// giveUp ends the use of the ring.
func (l *lane) giveUp() {
	if l.ring == nil {
		return
	}
	l.ring.Close()
	l.ring = nil
	l.mu.Lock()
	l.over = true
	l.mu.Unlock()
}

// do does operations. What asks goes last: first all else and the looks, then
// the sends that the looks allow, as soon after them as can be.
func (l *lane) do(ops []op) {
	if len(ops) > 1 {
		asks := asksLast(ops)
		l.pass(ops)
		l.pass(asks)
	}
	for i := range ops {
		ops[i].doAlone()
	}
}

// asksLast moves what asks to the end, and returns it.
func asksLast(ops []op) []op {
	end := len(ops)
	for i := 0; i < end; {
		if ops[i].kind != opAsk {
			i++
			continue
		}
		end--
		ops[i], ops[end] = ops[end], ops[i]
	}
	return ops[end:]
}

// pass does the next step of each operation in one system call, if there is a
// ring.
func (l *lane) pass(ops []op) {
	if l.ring == nil {
		return
	}
	var joined [batchOps]bool
	for i := range ops {
		joined[i] = ops[i].join(l.ring)
	}
	err := l.ring.Do(l.results[:])
	next := 0
	for i := range ops {
		if joined[i] {
			ops[i].step(l.results[next])
			next++
		}
	}
	if err != nil {
		l.giveUp()
	}
}
