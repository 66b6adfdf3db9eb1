package server

import (
	"context"
	"fmt"
	"sync"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control"
	"github.com/poterne/poterne/store"
)

// published is what the gateway was given of an API: its releases without their
// Definitions, which the gateway has compiled. Whoever holds mu reads and
// publishes it, so that no older state comes after a newer one.
type published struct {
	mu       sync.Mutex
	releases []apigw.Release // none: nothing is served

	users int // who waits for mu or holds it; under reloader.mu
}

// known are the APIs that the gateway was given.
func (r *reloader) known() map[control.ApiRef]bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	known := map[control.ApiRef]bool{}
	for ref := range r.live {
		known[ref] = true
	}
	return known
}

// reload publishes what is stored of an API.
func (r *reloader) reload(ctx context.Context, ref control.ApiRef, publish func(apiId string, releases []apigw.Release)) error {
	api := r.enter(ref)
	defer r.leave(ref, api)
	var releases []apigw.Release
	err := r.store.View(ctx, func(tx store.Tx) (err error) {
		releases, err = r.control.Releases(tx, ref.Region, ref.RestApiId, api.releases)
		return err
	})
	if err != nil {
		if len(api.releases) == 0 {
			r.gateway.Unpublish(ref.RestApiId) // lets go who waits for it
		}
		return fmt.Errorf("read releases of API %s: %w", ref.RestApiId, err)
	}
	if len(releases) == 0 {
		r.gateway.Unpublish(ref.RestApiId)
	} else {
		publish(ref.RestApiId, releases)
	}
	api.releases = withoutDefinitions(releases)
	return nil
}

// enter takes hold of an API until leave.
func (r *reloader) enter(ref control.ApiRef) *published {
	r.mu.Lock()
	api := r.live[ref]
	if api == nil {
		api = &published{}
		r.live[ref] = api
	}
	api.users++
	r.mu.Unlock()
	api.mu.Lock()
	return api
}

// leave forgets an API of which nothing is served and for which nobody waits.
func (r *reloader) leave(ref control.ApiRef, api *published) {
	api.mu.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	if api.users--; api.users == 0 && len(api.releases) == 0 {
		delete(r.live, ref)
	}
}

func withoutDefinitions(releases []apigw.Release) []apigw.Release {
	for i := range releases {
		releases[i].Definition, releases[i].Canary = nil, nil
	}
	return releases
}
