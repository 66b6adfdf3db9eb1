package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control"
	"github.com/poterne/poterne/store"
)

// A publisher is what the reloader asks of the gateway.
type publisher interface {
	Publish(apiID string, releases []apigw.Release)
	Unpublish(apiID string)
	PublishSite(site *apigw.Site)
}

// A reloader keeps the gateway at the store's latest revision: it follows the
// change feed, reads the Releases of each API that changed, or the Site of the
// region, and publishes them.
type reloader struct {
	store   store.Store
	control *control.Service
	gateway publisher
	reached *revision
	log     *slog.Logger

	// What the gateway was given, and the keys of a revision that are to be
	// read into Sites at its end. All of it is run's alone.
	live    map[control.ApiRef][]apigw.Release
	sites   map[string]*apigw.Site // by region
	changed map[string][]store.Key
}

func newReloader(s store.Store, c *control.Service, g publisher, reached *revision, log *slog.Logger) *reloader {
	return &reloader{store: s, control: c, gateway: g, reached: reached, log: log,
		live: map[control.ApiRef][]apigw.Release{}, sites: map[string]*apigw.Site{}, changed: map[string][]store.Key{}}
}

// run follows the store until ctx ends or the store is closed.
func (r *reloader) run(ctx context.Context) {
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
	return r.store.View(ctx, func(tx store.Tx) error {
		return r.reload(tx, control.ApiRef{Region: region, RestApiId: api})
	})
}

// reloadAll publishes every API there is, and takes away those that are gone.
func (r *reloader) reloadAll(ctx context.Context) error {
	return r.store.View(ctx, func(tx store.Tx) error {
		gone := map[control.ApiRef]bool{}
		for ref := range r.live {
			gone[ref] = true
		}
		for ref, err := range control.Apis(tx) {
			if err != nil {
				return fmt.Errorf("list APIs: %w", err)
			}
			delete(gone, ref)
			if err := r.reload(tx, ref); err != nil {
				return err
			}
		}
		for ref := range gone {
			r.publish(ref, nil)
		}
		return r.reloadSites(tx)
	})
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

func (r *reloader) reload(tx store.Tx, ref control.ApiRef) error {
	releases, err := r.control.Releases(tx, ref.Region, ref.RestApiId, r.live[ref])
	if err != nil {
		return fmt.Errorf("read releases of API %s: %w", ref.RestApiId, err)
	}
	r.publish(ref, releases)
	return nil
}

func (r *reloader) publish(ref control.ApiRef, releases []apigw.Release) {
	if len(releases) == 0 {
		delete(r.live, ref)
		r.gateway.Unpublish(ref.RestApiId)
		return
	}
	r.live[ref] = releases
	r.gateway.Publish(ref.RestApiId, releases)
}
