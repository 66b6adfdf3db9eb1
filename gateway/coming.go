package gateway

import (
	"maps"
	"sync"
	"time"
)

// comingWithin bounds how long a request waits for an API that is coming.
const comingWithin = 10 * time.Second

// A coming API is stored and not compiled yet, as all are when a server starts.
// Who asks for one first has it compiled next.
type coming struct {
	ask  func()
	once sync.Once
	here chan struct{} // closed when the API is published, or will not be
}

// Announce says which APIs will be published. A request for one of them calls
// ask, once for each API, and waits until Publish or Unpublish is called for
// it, where an unknown API is answered 403 at once.
func (g *Gateway) Announce(apiIds []string, ask func(apiId string)) {
	g.publishing.Lock()
	defer g.publishing.Unlock()
	next := *g.live.Load()
	next.coming = maps.Clone(next.coming)
	if next.coming == nil {
		next.coming = make(map[string]*coming, len(apiIds))
	}
	for _, id := range apiIds {
		if next.apis[id] == nil && next.coming[id] == nil {
			next.coming[id] = &coming{ask: func() { ask(id) }, here: make(chan struct{})}
		}
	}
	g.live.Store(&next)
}

// arrived takes an API off those that are coming and lets go who waits for it.
// The snapshot is not published yet: who waits is let go by the caller's last
// act, release.
func (s *snapshot) arrived(apiId string) (release func()) {
	waited := s.coming[apiId]
	if waited == nil {
		return func() {}
	}
	s.coming = maps.Clone(s.coming)
	delete(s.coming, apiId)
	return func() { close(waited.here) }
}

// awaited is the stage of an API that is coming, once it is here; nil where
// nothing of the kind is coming.
func (g *Gateway) awaited(s *snapshot, apiId, stage string) (*liveStage, error) {
	waited := s.coming[apiId]
	if waited == nil {
		return nil, nil
	}
	waited.once.Do(waited.ask)
	patience := time.NewTimer(comingWithin)
	defer patience.Stop()
	select {
	case <-waited.here:
		return g.live.Load().stage(apiId, stage), nil
	case <-patience.C:
		return nil, configuration("the deployment is not compiled yet")
	}
}
