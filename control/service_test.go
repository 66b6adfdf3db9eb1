package control

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/store"
	"github.com/poterne/poterne/store/memstore"
)

var testCaller = Caller{Region: "us-east-1", AccountId: NoAccount}

// TestOperationsOfTheContract: testdata/not_implemented has the operations that
// answer NotImplementedException, one a line; lines only go away.
func TestOperationsOfTheContract(t *testing.T) {
	text, err := os.ReadFile("testdata/not_implemented")
	if err != nil {
		t.Fatal(err)
	}
	var missing []string
	known := map[string]bool{}
	for _, o := range apigw.Operations {
		known[o.Name] = true
		if operations[o.Name] == nil {
			missing = append(missing, o.Name)
		}
	}
	slices.Sort(missing)
	if listed := strings.Fields(string(text)); !slices.Equal(missing, listed) {
		t.Errorf("operations without a handler are\n%s\nlisted are\n%s", strings.Join(missing, "\n"), strings.Join(listed, "\n"))
	}
	for name := range operations {
		if !known[name] {
			t.Errorf("%s is not in the contract", name)
		}
	}
}

func TestOperationWithoutHandlerIsNamed(t *testing.T) {
	_, err := New(Deps{Store: memstore.New()}).Do(context.Background(), testCaller, "MakeTea", &apigw.GetSdkInput{})
	if known := asError(t, err); known.Code != apigw.NotImplementedException || !strings.Contains(known.Message, "MakeTea") {
		t.Errorf("got %v", known)
	}
}

func asError(t *testing.T, err error) *apigw.Error {
	t.Helper()
	var known *apigw.Error
	if !errors.As(err, &known) {
		t.Fatalf("%v is no *apigw.Error", err)
	}
	return known
}

// A counted store counts what transactions do.
type counted struct {
	store.Store
	gets, puts, deletes, scans int
}

type countedTx struct {
	store.Tx
	*counted
}

func (c *counted) View(ctx context.Context, f func(store.Tx) error) error {
	return c.Store.View(ctx, func(tx store.Tx) error { return f(countedTx{tx, c}) })
}

func (c *counted) Update(ctx context.Context, f func(store.Tx) error) (int64, error) {
	return c.Store.Update(ctx, func(tx store.Tx) error { return f(countedTx{tx, c}) })
}

func (c countedTx) Get(k store.Key) ([]byte, error)     { c.gets++; return c.Tx.Get(k) }
func (c countedTx) Put(k store.Key, value []byte) error { c.puts++; return c.Tx.Put(k, value) }
func (c countedTx) Delete(k store.Key) error            { c.deletes++; return c.Tx.Delete(k) }
func (c countedTx) Scan(p, a store.Key, n int) iter.Seq2[store.Entry, error] {
	c.scans++
	return c.Tx.Scan(p, a, n)
}

// TestCostOfOperations: putting a part of a Method reads and writes the one
// document, and a deployment reads an API of any size in a few scans.
func TestCostOfOperations(t *testing.T) {
	s := newSession(t, "response")
	for range 50 {
		s.call(`> CreateResource {"restApiId":"api1","parentId":"res1","pathPart":"` + s.service.deps.NewID("part") + `"}`)
	}
	count := &counted{Store: s.store}
	s.service.deps.Store = count
	for _, step := range []struct {
		call string
		want counted
	}{
		{`PutIntegrationResponse {$m,"statusCode":"200"}`, counted{gets: 1, puts: 1}},
		{`UpdateIntegrationResponse {$m,"statusCode":"200","patchOperations":[{"op":"replace","path":"/selectionPattern","value":"x"}]}`, counted{gets: 1, puts: 1}},
		{`GetIntegrationResponse {$m,"statusCode":"200"}`, counted{gets: 1}},
		{`DeleteIntegrationResponse {$m,"statusCode":"200"}`, counted{gets: 1, puts: 1}},
		{`PutIntegration {$m,"type":"MOCK"}`, counted{gets: 1, puts: 1}},
		// the API, a free id, the two documents; resources, methods and the four other kinds
		{`CreateDeployment {"restApiId":"api1"}`, counted{gets: 3, puts: 2, scans: 6}},
	} {
		count.gets, count.puts, count.deletes, count.scans = 0, 0, 0, 0
		if answer := s.call("> " + step.call); strings.Contains(answer, "Exception") {
			t.Fatalf("%s: %s", step.call, answer)
		}
		got := counted{gets: count.gets, puts: count.puts, deletes: count.deletes, scans: count.scans}
		if got != step.want {
			t.Errorf("%s: %+v, want %+v", step.call, got, step.want)
		}
	}
}

// A fakeLive is a gateway that says what it was asked to wait for.
type fakeLive struct {
	awaited []int64
	err     error
}

func (l *fakeLive) Await(ctx context.Context, rev int64) error {
	if _, bounded := ctx.Deadline(); !bounded {
		return errors.New("not bounded")
	}
	l.awaited = append(l.awaited, rev)
	return l.err
}

func TestWritesAreAnsweredWhenTheyAreLive(t *testing.T) {
	var logged bytes.Buffer
	live := &fakeLive{}
	s := newSession(t, "")
	s.service.deps.Live, s.service.deps.Log = live, slog.New(slog.NewTextHandler(&logged, nil))
	s.call(`> CreateRestApi {"name":"x"}`)
	s.call(`> GetRestApi {"restApiId":"api1"}`)
	s.call(`> DeleteRestApi {"restApiId":"nope"}`)
	if !slices.Equal(live.awaited, []int64{1}) || logged.Len() > 0 {
		t.Errorf("awaited %v, want [1]; logged %s", live.awaited, logged.String())
	}
	live.err = context.DeadlineExceeded
	if answer := s.call(`> CreateRestApi {"name":"y"}`); !strings.Contains(answer, "api2") || !strings.Contains(logged.String(), "revision=2") {
		t.Errorf("late gateway: answer %s, logged %s", answer, logged.String())
	}
}

// A brokenStore fails as a disk does.
type brokenStore struct{ store.Store }

func (brokenStore) View(context.Context, func(store.Tx) error) error {
	return errors.New("disk /dev/x on fire")
}

func TestForeignErrorsDoNotLeave(t *testing.T) {
	var logged bytes.Buffer
	s := New(Deps{Store: brokenStore{}, Log: slog.New(slog.NewTextHandler(&logged, nil))})
	_, err := s.Do(context.Background(), testCaller, "GetRestApi", &apigw.GetRestApiInput{RestApiId: "a"})
	if known := asError(t, err); known.Status() != 500 || strings.Contains(known.Message, "fire") || !strings.Contains(logged.String(), "fire") {
		t.Errorf("answered %v, logged %s", known, logged.String())
	}
	_, err = s.Do(context.Background(), testCaller, "GetRestApi", &apigw.GetRestApisInput{})
	if known := asError(t, err); known.Status() != 500 {
		t.Errorf("input of another operation: %v", known)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Do(ctx, testCaller, "GetRestApi", &apigw.GetRestApiInput{}); !errors.Is(err, context.Canceled) {
		t.Errorf("caller went away: %v", err)
	}
}

// A fakeTester answers with the definition that it was given.
type fakeTester struct{ got *apigw.Definition }

func (f *fakeTester) TestInvokeMethod(_ context.Context, def *apigw.Definition, _ *apigw.TestInvokeMethodInput) (*apigw.TestInvokeMethodResponse, error) {
	f.got = def
	return &apigw.TestInvokeMethodResponse{}, nil
}

func TestTestInvokeRunsTheOneMethodAsItIsEdited(t *testing.T) {
	s := newSession(t, "integration")
	s.call(`> PutMethod {$r,"httpMethod":"POST","authorizationType":"NONE"}`)
	tester := &fakeTester{}
	s.service.deps.Tester = tester
	if answer := s.call(`> TestInvokeMethod {$m}`); answer != "{}" {
		t.Fatal(answer)
	}
	def := tester.got
	if len(def.Resources) != 1 || *def.Resources[0].Path != "/pets" || len(def.Resources[0].ResourceMethods) != 1 || *def.Resources[0].ResourceMethods["GET"].MethodIntegration.Type != "MOCK" || len(def.Models) != 2 {
		t.Errorf("tested %s", encodeOutput(t, def))
	}
}

// The verb is that of the request: where only ANY would serve it, ANY is tested.
func TestTestInvokeFallsBackToAny(t *testing.T) {
	s := newSession(t, "integration")
	tester := &fakeTester{}
	s.service.deps.Tester = tester
	const missing = "Invalid Method identifier specified"
	if answer := s.call(`> TestInvokeMethod {$r,"httpMethod":"PATCH"}`); !strings.Contains(answer, missing) {
		t.Errorf("without ANY: %s", answer)
	}
	s.call(`> PutMethod {$r,"httpMethod":"ANY","authorizationType":"NONE"}`)
	s.call(`> PutIntegration {$r,"httpMethod":"ANY","type":"MOCK"}`)
	if answer := s.call(`> TestInvokeMethod {$r,"httpMethod":"PATCH"}`); answer != "{}" || tester.got.Resources[0].ResourceMethods["ANY"] == nil {
		t.Errorf("with ANY: %s", answer)
	}
	if answer := s.call(`> TestInvokeMethod {$m}`); answer != "{}" || tester.got.Resources[0].ResourceMethods["GET"] == nil {
		t.Errorf("with a method of its own: %s", answer)
	}
	if answer := s.call(`> TestInvokeMethod {$r,"httpMethod":"FETCH"}`); !strings.Contains(answer, missing) {
		t.Errorf("no verb: %s", answer)
	}
}

// A fakeFlusher notes what it is asked to forget.
type fakeFlusher struct{ flushed []string }

func (f *fakeFlusher) FlushStageCache(api, stage string) {
	f.flushed = append(f.flushed, "responses of "+api+"/"+stage)
}

func (f *fakeFlusher) FlushAuthorizers(api, stage string) {
	f.flushed = append(f.flushed, "authorizers of "+api+"/"+stage)
}

// The gateway is asked for stages that there are, and for no other.
func TestFlush(t *testing.T) {
	s := newSession(t, "integration")
	flusher := &fakeFlusher{}
	s.service.deps.Flusher = flusher
	s.call(`> CreateDeployment {"restApiId":"api1","stageName":"dev"}`)
	s.call(`> FlushStageCache {"restApiId":"api1","stageName":"dev"}`)
	s.call(`> FlushStageCache {"restApiId":"api1","stageName":"gone"}`)
	s.call(`> FlushStageAuthorizersCache {"restApiId":"api1","stageName":"dev"}`)
	if !slices.Equal(flusher.flushed, []string{"responses of api1/dev", "authorizers of api1/dev"}) {
		t.Errorf("flushed %q", flusher.flushed)
	}
}

func TestRegionsAreApart(t *testing.T) {
	s := newSession(t, "api")
	_, err := s.service.Do(context.Background(), Caller{Region: "eu-west-1"}, "GetRestApi", &apigw.GetRestApiInput{RestApiId: "api1"})
	if known := asError(t, err); known.Code != apigw.NotFoundException {
		t.Errorf("from another region: %v", known)
	}
	var apis []ApiRef
	err = s.store.View(context.Background(), func(in store.Tx) error {
		for api, err := range Apis(in) {
			if err != nil {
				return err
			}
			apis = append(apis, api)
		}
		return nil
	})
	if err != nil || !slices.Equal(apis, []ApiRef{{"us-east-1", "api1"}}) {
		t.Errorf("Apis: %v, %v", apis, err)
	}
}

func TestChangedApi(t *testing.T) {
	for _, test := range []struct {
		key  store.Key
		want string
	}{
		{store.NewKey("us-east-1", "restapis", "a1", "stages", "prod"), "us-east-1 a1"},
		{store.NewKey("us-east-1", "restapis", "a1", "methods", "r", "GET"), ""},
		{store.NewKey("us-east-1", "restapis", "a1"), ""},
		{store.NewKey("us-east-1", "usageplans", "a1", "stages", "prod"), ""},
		{"", ""},
	} {
		region, api, ok := ChangedApi(test.key)
		if got := strings.TrimSpace(region + " " + api); got != test.want || ok != (got != "") {
			t.Errorf("ChangedApi(%s) = %q, %v, want %q", test.key, got, ok, test.want)
		}
	}
}
