package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control"
	"github.com/poterne/poterne/store"
)

// A publisher is what the reloader asks of the gateway.
type publisher interface {
	Announce(apiIds []string, ask func(apiId string))
	Publish(apiID string, releases []apigw.Release)
	Restore(apiID string, releases []apigw.Release)
	Unpublish(apiID string)
	PublishSite(site *apigw.Site)
}

// A reloader keeps the gateway at the store's latest revision: it follows the
// change feed, reads the Releases of each API that changed, or the Site of the
// region, and publishes them.
//
// What is stored when it begins, or when it has missed changes, it announces
// and then compiles beside the feed (backlog.go): serving begins before all is
// compiled.
type reloader struct {
	store   store.Store
	control *control.Service
	gateway publisher
	reached *revision
	log     *slog.Logger
	backlog *backlog

	mu   sync.Mutex // of live; its entries have their own
	live map[control.ApiRef]*published

	// What the gateway was given, and the keys of a revision that are to be
	// read into Sites at its end. All of it is run's alone.
	sites   map[string]*apigw.Site // by region
	changed map[string][]store.Key
}

func newReloader(s store.Store, c *control.Service, g publisher, reached *revision, log *slog.Logger) *reloader {
	r := &reloader{store: s, control: c, gateway: g, reached: reached, log: log,
		live: map[control.ApiRef]*published{}, sites: map[string]*apigw.Site{}, changed: map[string][]store.Key{}}
	r.backlog = newBacklog(r)
	return r
}

// run follows the store until ctx ends or the store is closed.
func (r *reloader) run(ctx context.Context) {
	defer r.backlog.stop()
	r.backlog.start(ctx)
	for change, err := range r.store.Changes(ctx, -1) {
		if err != nil {
			if ctx.Err() == nil && !errors.Is(err, store.ErrClosed) {
				r.log.Error("the change feed ended; what is deployed goes on being served", "error", err)
			}
			return
		}
		if err := r.follow(ctx, change); err != nil {
			r.log.Error("a change could not be published; what was deployed goes on being served", "key", change.Key, "error", err)
		}
		if change.Last {
			r.followSites(ctx)
			r.reached.set(change.Rev)
		}
	}
}

func (r *reloader) follow(ctx context.Context, change store.Change) error {
	if change.Key == "" {
		return r.reloadAll(ctx)
	}
	if region, ok := control.ChangedSite(change.Key); ok {
		r.changed[region] = append(r.changed[region], change.Key)
		return nil
	}
	region, api, ok := control.ChangedApi(change.Key)
	if !ok {
		return nil
	}
	return r.reload(ctx, control.ApiRef{Region: region, RestApiId: api}, r.gateway.Publish)
}

// reloadAll announces every API there is, leaves them to the backlog, and takes
// away those that are gone.
func (r *reloader) reloadAll(ctx context.Context) error {
	var refs []control.ApiRef
	err := r.store.View(ctx, func(tx store.Tx) error {
		refs = nil
		for ref, err := range control.Apis(tx) {
			if err != nil {
				return fmt.Errorf("list APIs: %w", err)
			}
			refs = append(refs, ref)
		}
		return r.reloadSites(tx)
	})
	if err != nil {
		return err
	}
	gone := r.known()
	for _, ref := range refs {
		delete(gone, ref)
	}
	for ref := range gone {
		r.backlog.add(ref)
	}
	r.backlog.add(refs...)
	return nil
}

// followSites publishes the Sites of the regions that a revision changed, each
// once however much of it changed.
func (r *reloader) followSites(ctx context.Context) {
	for region, keys := range r.changed {
		err := r.store.View(ctx, func(tx store.Tx) error { return r.changeSite(tx, region, keys) })
		if err != nil {
			r.log.Error("a change could not be published; what was live goes on being served", "region", region, "error", err)
		}
	}
	clear(r.changed)
}

func (r *reloader) changeSite(tx store.Tx, region string, keys []store.Key) error {
	before := r.sites[region]
	if before == nil {
		return r.reloadSite(tx, region)
	}
	site, err := r.control.SiteAfter(tx, before, keys)
	if err != nil {
		return err
	}
	r.publishSite(site)
	return nil
}

func (r *reloader) publishSite(site *apigw.Site) {
	r.sites[site.Region] = site
	r.gateway.PublishSite(site)
}

func (r *reloader) reloadSites(tx store.Tx) error {
	for region, err := range control.Regions(tx) {
		if err != nil {
			return fmt.Errorf("list regions: %w", err)
		}
		if err := r.reloadSite(tx, region); err != nil {
			return err
		}
	}
	return nil
}

func (r *reloader) reloadSite(tx store.Tx, region string) error {
	site, err := r.control.Site(tx, region)
	if err != nil {
		return err
	}
	r.publishSite(site)
	return nil
}
