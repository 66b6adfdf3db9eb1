package server

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control"
	"github.com/poterne/poterne/store"
	"github.com/poterne/poterne/store/memstore"
)

// orderOf is a gateway that notes what it is given, and can be held up.
type orderOf struct {
	mu        sync.Mutex
	announced []string
	published []string
	gate      chan struct{}
}

func (o *orderOf) Announce(ids []string, _ func(string)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.announced = append(o.announced, ids...)
}

func (o *orderOf) Publish(string, []apigw.Release) {}

func (o *orderOf) Restore(id string, _ []apigw.Release) {
	<-o.gate
	o.mu.Lock()
	defer o.mu.Unlock()
	o.published = append(o.published, id)
}

func (o *orderOf) Unpublish(string)        {}
func (o *orderOf) PublishSite(*apigw.Site) {}

// What is stored is announced at once and published in the background.
func TestBacklogPublishesWhatIsStored(t *testing.T) {
	db := memstore.New()
	t.Cleanup(func() { db.Close() })
	ids := deployMany(t, db, 12)
	gateway := &orderOf{gate: make(chan struct{})}
	r := newReloader(db, control.New(control.Deps{Store: db}), gateway, newRevision(), slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { r.run(ctx); close(done) }()
	if err := r.reached.Await(ctx, 0); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(gateway.announced, ids) || len(gateway.published) != 0 {
		t.Errorf("announced %v and published %v of %v", gateway.announced, gateway.published, ids)
	}
	close(gateway.gate)
	if err := r.backlog.settled(ctx); err != nil {
		t.Fatal(err)
	}
	stop()
	<-done
	if slices.Sort(gateway.published); !slices.Equal(gateway.published, ids) {
		t.Errorf("published %v of %v", gateway.published, ids)
	}
}

func TestBacklogTakesWhatIsAskedForNext(t *testing.T) {
	b := newBacklog(newReloader(nil, nil, &orderOf{}, nil, nil))
	refs := []control.ApiRef{{RestApiId: "a"}, {RestApiId: "b"}, {RestApiId: "c"}, {RestApiId: "d"}}
	b.add(refs...)
	b.prefer("c")
	b.prefer("d")
	b.prefer("unknown")
	var order []string
	for range refs {
		ref, _ := b.next()
		order = append(order, ref.RestApiId)
		b.done()
	}
	if want := []string{"d", "c", "a", "b"}; !slices.Equal(order, want) {
		t.Errorf("taken in the order %v, want %v", order, want)
	}
	if err := b.settled(context.Background()); err != nil {
		t.Error(err)
	}
	b.stop()
	if _, ok := b.next(); ok {
		t.Error("something is taken after the end")
	}
}

// deployMany makes APIs of one Method and deploys them; their ids in order.
func deployMany(t *testing.T, db store.Store, n int) []string {
	t.Helper()
	made := 0
	c := control.New(control.Deps{Store: db, NewID: func(kind string) string {
		made++
		return fmt.Sprintf("%s%04d", kind[:3], made)
	}})
	caller := control.Caller{Region: "us-east-1", AccountId: control.NoAccount}
	do := func(operation string, in any) any {
		out, err := c.Do(context.Background(), caller, operation, in)
		if err != nil {
			t.Fatalf("%s: %v", operation, err)
		}
		return out
	}
	var ids []string
	for range n {
		api := do("CreateRestApi", &apigw.CreateRestApiInput{Name: "x", EndpointConfiguration: &apigw.EndpointConfiguration{Types: []string{"REGIONAL"}}}).(*apigw.RestApi)
		id, root := *api.Id, *api.RootResourceId
		do("PutMethod", &apigw.PutMethodInput{RestApiId: id, ResourceId: root, HttpMethod: "GET", AuthorizationType: "NONE"})
		do("PutIntegration", &apigw.PutIntegrationInput{RestApiId: id, ResourceId: root, HttpMethod: "GET", Type: "MOCK"})
		do("CreateDeployment", &apigw.CreateDeploymentInput{RestApiId: id, StageName: new("prod")})
		ids = append(ids, id)
	}
	return ids
}
