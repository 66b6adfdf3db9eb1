package gateway

import "github.com/poterne/poterne/apigw"

// What API keys use is counted here and kept elsewhere: whoever keeps it takes
// the counts now and then, gives back what it could not keep, and hands them in
// again when it starts.

// TakeUsage is what was counted since it was called last.
func (g *Gateway) TakeUsage() []apigw.UsageCount { return g.counters.Drain() }

// ReturnUsage gives back what TakeUsage gave and could not be kept.
func (g *Gateway) ReturnUsage(counts []apigw.UsageCount) { g.counters.Undrain(counts) }

// RestoreUsage counts what was kept by an earlier Gateway.
func (g *Gateway) RestoreUsage(counts []apigw.UsageCount) { g.counters.Restore(counts) }
