package server

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control"
	"github.com/poterne/poterne/store"
	"github.com/poterne/poterne/store/sqlstore"
)

var (
	startApis    = flag.Int("start.apis", 40, "deployed APIs of BenchmarkStart")
	startMethods = flag.Int("start.methods", 300, "methods of each of them")
	startUnlike  = flag.Bool("start.unlike", false, "whether no template of an API is one of another's")
	startState   = flag.String("start.state", "", "directory that keeps BenchmarkStart's state between runs")
)

// BenchmarkStart is a server's start over deployed APIs with methods of about
// 1 KB: until the first answer of the last API, until everything is compiled,
// and the memory that it takes. The whole is
//
//	go test ./server -run '^$' -bench Start -benchtime 1x -start.apis 600
//
// and with -start.unlike no API has a template of another's.
func BenchmarkStart(b *testing.B) {
	dir := stateOf(b, *startApis, *startMethods)
	last := apiName(*startApis - 1)
	var first, all time.Duration
	for b.Loop() {
		begun := time.Now()
		s, err := New(context.Background(), Config{Listen: "localhost:0", DataDir: dir})
		if err != nil {
			b.Fatal(err)
		}
		ctx, stop := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx) }()
		url := "http://" + s.dataAddr() + "/restapis/" + last + "/prod/_user_request_/p" + fmt.Sprint(*startMethods-1)
		if body := fetch(b, url); body != "the answer of "+last {
			b.Fatalf("%s answers %q", url, body)
		}
		first += time.Since(begun)
		if err := s.Settled(ctx); err != nil {
			b.Fatal(err)
		}
		all += time.Since(begun)
		stop()
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(first.Seconds()/float64(b.N), "s/first-answer")
	b.ReportMetric(all.Seconds()/float64(b.N), "s/all-compiled")
	b.ReportMetric(peakMiB(), "MiB-peak")
}

func apiName(i int) string { return fmt.Sprintf("api%07d", i) }

func fetch(b *testing.B, url string) string {
	resp, err := http.Get(url)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.Fatal(err)
	}
	return string(body)
}

// peakMiB is the most memory that the process has had, as the operating system
// counts it where it does.
func peakMiB() float64 {
	if status, err := os.ReadFile("/proc/self/status"); err == nil {
		for line := range strings.Lines(string(status)) {
			var kib float64
			if n, _ := fmt.Sscanf(line, "VmHWM: %f kB", &kib); n == 1 {
				return kib / 1024
			}
		}
	}
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}}
	metrics.Read(sample)
	return float64(sample[0].Value.Uint64()) / (1 << 20)
}

// stateOf is a data directory with deployed APIs: one is imported, the others
// are copies of its documents.
func stateOf(b *testing.B, apis, methods int) string {
	dir := b.TempDir()
	if *startState != "" {
		dir = filepath.Join(*startState, fmt.Sprintf("%dx%d-%t", apis, methods, *startUnlike))
		if _, err := os.Stat(dir); err == nil {
			return dir
		}
	}
	ctx := context.Background()
	s, err := sqlstore.Open(ctx, dir)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	deployFirst(b, s, methods)
	for i := 1; i < apis; i++ {
		if _, err := s.Update(ctx, func(tx store.Tx) error { return copyApi(tx, apiName(0), apiName(i)) }); err != nil {
			b.Fatal(err)
		}
	}
	runtime.GC()
	return dir
}

func deployFirst(b *testing.B, s store.Store, methods int) {
	c := control.New(control.Deps{Store: s, NewID: func(kind string) string {
		if kind == "restapi" {
			return apiName(0)
		}
		return control.NewID(kind)
	}, Quotas: control.Quotas{ResourcesPerApi: methods + 1}})
	caller := control.Caller{Region: "us-east-1", AccountId: control.NoAccount}
	for _, call := range []struct {
		operation string
		in        any
	}{
		{"ImportRestApi", &apigw.ImportRestApiInput{Body: startDocument(methods)}},
		{"CreateDeployment", &apigw.CreateDeploymentInput{RestApiId: apiName(0), StageName: new("prod")}},
	} {
		if _, err := c.Do(context.Background(), caller, call.operation, call.in); err != nil {
			b.Fatalf("%s: %v", call.operation, err)
		}
	}
}

// startDocument has methods of 1 KB, each with templates of its own. They have
// the API's id in them where APIs are to be unlike: copies have their own.
func startDocument(methods int) []byte {
	in := "any"
	if *startUnlike {
		in = apiName(0)
	}
	var doc strings.Builder
	doc.WriteString("openapi: 3.0.1\ninfo: {title: Large, version: v}\npaths:\n")
	for i := range methods {
		fmt.Fprintf(&doc, `  /p%d:
    get:
      parameters: [{in: query, name: q, schema: {type: string}}, {in: header, name: H, schema: {type: string}}]
      responses: {200: {description: ok, headers: {X: {schema: {type: string}}}}, 400: {description: no}}
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: '{"statusCode": #if($input.params("q") == "no%d")400#elseif($input.params("q") == "%s")201#{else}200#end}'}
        responses:
          default:
            statusCode: 200
            responseParameters: {method.response.header.X: "'x%d'"}
            responseTemplates: {application/json: 'the answer of $context.apiId'}
          "4\\d{2}":
            statusCode: 400
            responseTemplates: {application/json: '#set($root = $input.path("$")){"error": "$util.escapeJavaScript($context.requestId)", "at": "$context.resourcePath", "of": "%d in %s", "items": [#foreach($i in $root.items)"$i.name"#if($foreach.hasNext),#end#end]}'}
`, i, i, in, i, i, in)
	}
	return []byte(doc.String())
}

// copyApi copies every document of an API to another id.
func copyApi(tx store.Tx, from, to string) error {
	for _, prefix := range []store.Key{store.NewKey("us-east-1", "restapis", from), store.NewKey("@", "restapis", from)} {
		if err := copyDocuments(tx, prefix, from, to); err != nil {
			return err
		}
	}
	return nil
}

func copyDocuments(tx store.Tx, prefix store.Key, from, to string) error {
	copied := func(key store.Key, value []byte) error {
		return tx.Put(store.Key(strings.ReplaceAll(string(key), from, to)), []byte(strings.ReplaceAll(string(value), from, to)))
	}
	if own, err := tx.Get(prefix); err == nil {
		if err := copied(prefix, own); err != nil {
			return err
		}
	}
	for entry, err := range tx.Scan(prefix, "", 0) {
		if err != nil {
			return err
		}
		if err := copied(entry.Key, entry.Value); err != nil {
			return err
		}
	}
	return nil
}
