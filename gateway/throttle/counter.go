package throttle

import (
	"slices"
	"sync"

	"github.com/poterne/poterne/apigw"
)

// A CounterKey names a Counter: usage is counted by plan and API key, whatever
// the stage (data plane §7.2).
type CounterKey struct{ Region, UsagePlanId, KeyId string }

// A dayCount is the requests of a day.
type dayCount struct {
	day      apigw.Day
	requests int64
}

// A Counter counts the requests that an API key makes in a usage plan, by the
// day. Its methods may be called at once from several goroutines.
type Counter struct {
	key CounterKey
	of  *Counters

	mu      sync.Mutex
	days    []dayCount // ascending; the latest apigw.MaxPeriod days
	unsaved []dayCount // of these, what no Drain has taken
}

// Take counts a request on day unless those from since on are limit already,
// and reports whether it did.
func (c *Counter) Take(day, since apigw.Day, limit int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sum(since) >= limit {
		return false
	}
	c.days = addTo(c.days, day, 1)
	if len(c.unsaved) == 0 {
		c.of.note(c)
	}
	c.unsaved = addTo(c.unsaved, day, 1)
	return true
}

// Used is the number of requests from since on.
func (c *Counter) Used(since apigw.Day) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sum(since)
}

// sum counts later days too, should the clock have been set back: no request
// is granted twice.
func (c *Counter) sum(since apigw.Day) (n int64) {
	for i := len(c.days) - 1; i >= 0 && c.days[i].day >= since; i-- {
		n += c.days[i].requests
	}
	return n
}

// addTo adds requests to a day of days, and drops days that no period reaches.
func addTo(days []dayCount, day apigw.Day, requests int64) []dayCount {
	i := len(days)
	for i > 0 && days[i-1].day > day {
		i--
	}
	if i > 0 && days[i-1].day == day {
		days[i-1].requests += requests
		return days
	}
	days = slices.Insert(days, i, dayCount{day, requests})
	old := 0
	for days[old].day <= days[len(days)-1].day-apigw.MaxPeriod {
		old++
	}
	return slices.Delete(days, 0, old)
}

// Counters are the Counters of a gateway. The zero value has none.
type Counters struct {
	mu    sync.Mutex
	all   map[CounterKey]*Counter
	dirty []*Counter // with something unsaved
}

// Get is the Counter of that key, made at the first call.
func (c *Counters) Get(key CounterKey) *Counter {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all == nil {
		c.all = map[CounterKey]*Counter{}
	}
	if c.all[key] == nil {
		c.all[key] = &Counter{key: key, of: c}
	}
	return c.all[key]
}

// note puts a Counter on the list of the next Drain. The Counter is locked.
func (c *Counters) note(counter *Counter) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dirty = append(c.dirty, counter)
}

// Drain takes what was counted since the last one.
func (c *Counters) Drain() []apigw.UsageCount {
	c.mu.Lock()
	dirty := c.dirty
	c.dirty = nil
	c.mu.Unlock()
	var counts []apigw.UsageCount
	for _, counter := range dirty {
		counts = counter.drain(counts)
	}
	return counts
}

func (c *Counter) drain(counts []apigw.UsageCount) []apigw.UsageCount {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, d := range c.unsaved {
		counts = append(counts, c.key.count(d))
	}
	c.unsaved = c.unsaved[:0]
	return counts
}

func (k CounterKey) count(d dayCount) apigw.UsageCount {
	return apigw.UsageCount{Region: k.Region, UsagePlanId: k.UsagePlanId, KeyId: k.KeyId, Day: d.day, Requests: d.requests}
}

// Undrain gives back what a Drain took and nobody could keep.
func (c *Counters) Undrain(counts []apigw.UsageCount) {
	for _, u := range counts {
		counter := c.Get(CounterKey{u.Region, u.UsagePlanId, u.KeyId})
		counter.mu.Lock()
		if len(counter.unsaved) == 0 {
			c.note(counter)
		}
		counter.unsaved = addTo(counter.unsaved, u.Day, u.Requests)
		counter.mu.Unlock()
	}
}

// Restore counts what was saved by an earlier process.
func (c *Counters) Restore(counts []apigw.UsageCount) {
	for _, u := range counts {
		counter := c.Get(CounterKey{u.Region, u.UsagePlanId, u.KeyId})
		counter.mu.Lock()
		counter.days = addTo(counter.days, u.Day, u.Requests)
		counter.mu.Unlock()
	}
}

// Forget drops the saved Counters of a region whose plan is gone; ids of plans
// are not given twice.
func (c *Counters) Forget(region string, isGone func(usagePlanId string) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key := range c.all {
		if key.Region == region && isGone(key.UsagePlanId) {
			delete(c.all, key)
		}
	}
}
