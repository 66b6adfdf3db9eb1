package server

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// An outbox takes pieces from many writers, who never wait, and writes them in
// batches, in order. It keeps a bounded number of bytes: what comes while it is
// full is dropped, counted and told.
type outbox struct {
	pieces string        // what is in it, for messages: "access log lines"
	every  time.Duration // how long a piece may wait
	most   int           // bytes that wait
	log    *slog.Logger

	// write writes a batch of so many pieces, and may take until stop is closed
	// and a little longer. With an error it says how many of them are lost.
	write func(batch []byte, count int, stop <-chan struct{}) (lost int, err error)

	mu      sync.Mutex
	pending []byte
	count   int // of pending
	dropped int // since it was told

	lost atomic.Int64 // in all: dropped, or not written
	stop chan struct{}
	done chan struct{}
}

// open starts the writing.
func (o *outbox) open() *outbox {
	o.stop, o.done = make(chan struct{}), make(chan struct{})
	go o.run()
	return o
}

// add puts in what appendTo appends.
func (o *outbox) add(appendTo func(dst []byte) []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.pending) < o.most {
		if next := appendTo(o.pending); len(next) <= o.most {
			o.pending = next
			o.count++
			return
		}
	}
	o.dropped++
	o.lost.Add(1)
}

func (o *outbox) run() {
	defer close(o.done)
	tick := time.NewTicker(o.every)
	defer tick.Stop()
	var spare []byte
	for {
		select {
		case <-tick.C:
			spare = o.flush(spare)
		case <-o.stop:
			o.flush(spare)
			return
		}
	}
}

// flush writes what is pending, and returns its memory; spare is what is filled
// meanwhile.
func (o *outbox) flush(spare []byte) []byte {
	o.mu.Lock()
	batch, count, dropped := o.pending, o.count, o.dropped
	o.pending, o.count, o.dropped = spare[:0], 0, 0
	o.mu.Unlock()
	if dropped > 0 {
		o.log.Error(o.pieces+" were dropped: they are not taken as fast as they come", "count", dropped)
	}
	if count == 0 {
		return batch
	}
	if lost, err := o.write(batch, count, o.stop); err != nil {
		o.lost.Add(int64(lost))
		o.log.Error(o.pieces+" are lost", "count", lost, "error", err)
	}
	return batch
}

// close writes what is pending, and ends.
func (o *outbox) close() {
	close(o.stop)
	<-o.done
}
