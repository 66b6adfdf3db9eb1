package server

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control"
	"github.com/poterne/poterne/store"
)

// saveUsageEvery bounds what a kill loses of the requests that API keys made.
const saveUsageEvery = 500 * time.Millisecond

// A usageCounter is what counts the requests of API keys.
type usageCounter interface {
	TakeUsage() []apigw.UsageCount
	ReturnUsage([]apigw.UsageCount)
	RestoreUsage([]apigw.UsageCount)
}

// A usageKeeper carries what the gateway counts into the store. It is the
// control plane's Meter.
type usageKeeper struct {
	counter usageCounter
	control *control.Service
	now     func() time.Time
	log     *slog.Logger

	saving sync.Mutex // so that counts are stored when SaveUsage returns, whoever took them
	failed bool
	pruned apigw.Day
}

// restore tells the gateway what was counted before this process.
func (k *usageKeeper) restore(ctx context.Context, s store.Store) error {
	var counts []apigw.UsageCount
	err := s.View(ctx, func(tx store.Tx) (err error) { counts, err = k.control.Usage(tx); return err })
	if err != nil {
		return fmt.Errorf("read usage: %w", err)
	}
	k.counter.RestoreUsage(counts)
	return nil
}

// SaveUsage stores what was counted since it was called last.
func (k *usageKeeper) SaveUsage(ctx context.Context) error {
	k.saving.Lock()
	defer k.saving.Unlock()
	counts := k.counter.TakeUsage()
	if len(counts) == 0 {
		return nil
	}
	if err := k.control.AddUsage(ctx, counts); err != nil {
		k.counter.ReturnUsage(counts)
		return fmt.Errorf("store usage of API keys: %w", err)
	}
	return nil
}

// reset forgets what was counted while empty clears the store: nothing is
// saved meanwhile, nor of what was counted before.
func (k *usageKeeper) reset(ctx context.Context, empty func(context.Context) error) error {
	k.saving.Lock()
	defer k.saving.Unlock()
	err := empty(ctx)
	k.counter.TakeUsage()
	return err
}

// run saves now and then until ctx ends, and once more then.
func (k *usageKeeper) run(ctx context.Context) {
	tick := time.NewTicker(saveUsageEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			k.report(k.SaveUsage(ctx))
			k.prune(ctx)
		case <-ctx.Done():
			k.report(k.SaveUsage(context.WithoutCancel(ctx)))
			return
		}
	}
}

// report tells when saving begins to fail and when it works again.
func (k *usageKeeper) report(err error) {
	switch {
	case err != nil && !k.failed:
		k.log.Error("usage of API keys cannot be stored and is kept in memory", "error", err)
	case err == nil && k.failed:
		k.log.Info("usage of API keys is stored again")
	}
	k.failed = err != nil
}

// prune forgets old usage, once a day.
func (k *usageKeeper) prune(ctx context.Context) {
	today := apigw.DayOf(k.now())
	if today == k.pruned {
		return
	}
	k.pruned = today
	if err := k.control.PruneUsage(ctx); err != nil {
		k.log.Warn("old usage of API keys could not be deleted", "error", err)
	}
}
