package http1

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// A pconn is one connection of a Client. In use it belongs to one exchange,
// idle to its pool.
type pconn struct {
	link   link
	probe  probe
	asking asking
	origin Origin
	pool   *pool
	reused bool
	made   time.Time
	idleAt time.Time

	live *live
	raw  net.Conn           // under TLS, or the connection itself
	stop context.CancelFunc // of making it
}

func (p *pconn) close() {
	p.link.close()
	p.live.drop(p)
}

// A pool keeps the idle connections of one Origin, the youngest last.
type pool struct {
	origin Origin

	mu   sync.Mutex
	idle []*pconn
	dead bool // no longer reachable: whoever still holds it must not put into it
}

// pools are those of one Client, with the timer that closes what is left over.
type pools struct {
	mu     sync.RWMutex
	of     map[Origin]*pool
	recent atomic.Pointer[pool] // the last one that was asked for, nil or one of them
	sweep  *time.Timer
	armed  atomic.Bool
	closed atomic.Bool

	slabs     slabs
	exchanges sync.Pool
	live      live
}

func (ps *pools) get(o Origin) *pool {
	if p := ps.recent.Load(); p != nil && p.origin == o {
		return p
	}
	if p := ps.known(o); p != nil {
		return p
	}
	ps.mu.Lock()
	defer ps.mu.Unlock()
	p := ps.of[o]
	if p == nil {
		if ps.of == nil {
			ps.of = map[Origin]*pool{}
		}
		p = &pool{origin: o}
		ps.of[o] = p
	}
	ps.recent.Store(p)
	return p
}

func (ps *pools) known(o Origin) *pool {
	ps.mu.RLock()
	defer ps.mu.RUnlock()
	p := ps.of[o]
	if p != nil {
		ps.recent.Store(p) // under the lock: what is swept away is not recent after
	}
	return p
}

// take returns an idle connection that is not too old, or nil. Whether anything
// has arrived on it is for pconn.ask to find out.
func (p *pool) take(c *Client, now time.Time) *pconn {
	for {
		pc := p.pop()
		if pc == nil {
			return nil
		}
		if !c.expired(pc, now) {
			pc.reused = true
			return pc
		}
		pc.close()
	}
}

func (p *pool) pop() *pconn {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := len(p.idle) - 1
	if last < 0 {
		return nil
	}
	pc := p.idle[last]
	p.idle[last] = nil
	p.idle = p.idle[:last]
	return pc
}

func (c *Client) expired(pc *pconn, now time.Time) bool {
	return now.Sub(pc.idleAt) > orElse(c.IdleTimeout, defaultIdleTimeout) ||
		now.Sub(pc.made) > orElse(c.MaxAge, defaultMaxAge)
}

const (
	defaultMaxIdle     = 256
	defaultIdleTimeout = 55 * time.Second
	defaultMaxAge      = 5 * time.Minute
	sweepEvery         = 15 * time.Second
)

func orElse[T comparable](v, def T) T {
	var zero T
	if v == zero {
		return def
	}
	return v
}

// put keeps pc for another call, or closes it.
func (c *Client) put(pc *pconn) {
	pc.idleAt = time.Now()
	if c.pools.closed.Load() || c.expired(pc, pc.idleAt) || !pc.probe.park() {
		pc.close()
		return
	}
	for !pc.pool.keep(pc, orElse(c.MaxIdle, defaultMaxIdle)) {
		pc.pool = c.pools.get(pc.origin) // the old one was swept away meanwhile
	}
	c.armSweep()
	if c.pools.closed.Load() { // Close ran in between and may have missed pc
		c.pools.close()
	}
}

// keep takes pc, or closes it when there are enough. It returns false when p
// is dead.
func (p *pool) keep(pc *pconn, most int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.dead:
		return false
	case len(p.idle) >= most:
		pc.close()
	default:
		p.idle = append(p.idle, pc)
	}
	return true
}

// armSweep has idle connections closed that no call asks for again. The timer
// runs only while there are any.
func (c *Client) armSweep() {
	if !c.pools.armed.Load() && c.pools.armed.CompareAndSwap(false, true) {
		c.pools.mu.Lock()
		c.pools.sweep = time.AfterFunc(sweepEvery, c.sweepIdle)
		c.pools.mu.Unlock()
	}
}

func (c *Client) sweepIdle() {
	c.pools.armed.Store(false)
	now, left := time.Now(), 0
	c.pools.mu.Lock()
	c.pools.recent.Store(nil)
	for origin, p := range c.pools.of {
		n := p.closeIf(func(pc *pconn) bool { return c.expired(pc, now) })
		left += n
		if n == 0 {
			delete(c.pools.of, origin)
		}
	}
	c.pools.mu.Unlock()
	if left > 0 {
		c.armSweep()
	}
}

// closeIf closes the idle connections that are stale and counts the others.
// Without any the pool is dead.
func (p *pool) closeIf(stale func(*pconn) bool) (left int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	kept := p.idle[:0]
	for _, pc := range p.idle {
		if stale(pc) {
			pc.close()
		} else {
			kept = append(kept, pc)
		}
	}
	clear(p.idle[len(kept):])
	p.idle = kept
	p.dead = len(kept) == 0
	return len(kept)
}

func (ps *pools) close() {
	ps.closed.Store(true)
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if ps.sweep != nil {
		ps.sweep.Stop()
	}
	for _, p := range ps.of {
		p.closeIf(func(*pconn) bool { return true })
	}
	clear(ps.of)
	ps.recent.Store(nil)
}

// dial makes a new connection within deadline, TLS handshake included.
func (c *Client) dial(o Origin, p *pool, deadline time.Time) (*pconn, error) {
	ctx, cancel := context.WithDeadline(context.Background(), deadline)
	defer cancel()
	pc := &pconn{origin: o, pool: p, made: time.Now()}
	if !c.pools.live.add(pc, cancel) {
		return nil, dialError(errClosed, deadline)
	}
	if err := c.connect(ctx, pc); err != nil {
		c.pools.live.drop(pc)
		return nil, dialError(err, deadline)
	}
	return pc, nil
}

// connect gives pc its connection.
func (c *Client) connect(ctx context.Context, pc *pconn) error {
	dial := c.Dial
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	raw, err := dial(ctx, "tcp", pc.origin.Addr)
	if err != nil {
		return err
	}
	if !c.pools.live.connected(pc, raw) {
		_ = raw.Close() // nobody has used it
		return errClosed
	}
	nc := raw
	if pc.origin.TLS != nil {
		pc.link.records = &recordConn{Conn: raw}
		t := tls.Client(pc.link.records, serverName(pc.origin))
		if err := t.HandshakeContext(ctx); err != nil {
			_ = raw.Close() // the handshake's error says more
			return err
		}
		nc = t
	}
	pc.link.init(nc, c.Batcher)
	pc.probe.init(raw, &pc.link)
	pc.asking.init(pc)
	return nil
}

func dialError(err error, deadline time.Time) error {
	if !time.Now().Before(deadline) {
		return fmt.Errorf("%w: connect: %w", ErrTimeout, err)
	}
	return fmt.Errorf("%w: %w", ErrDial, err)
}

func serverName(o Origin) *tls.Config {
	if o.TLS.ServerName != "" {
		return o.TLS
	}
	host, _, err := net.SplitHostPort(o.Addr)
	if err != nil {
		host = o.Addr
	}
	config := o.TLS.Clone()
	config.ServerName = host
	return config
}
