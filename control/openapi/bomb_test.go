package openapi

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

const openapiHead = "openapi: 3.0.1\ninfo: {title: t, version: '1'}\n"

const jsonHead = `{"openapi":"3.0.1","info":{"title":"t","version":"1"},"paths":{`

// numbered repeats a line format with numbers.
func numbered(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i, i, i)
	}
	return b.String()
}

// doubling is the family of documents whose aliases double at each step.
func doubling(n int, first, format string) string {
	var b strings.Builder
	b.WriteString(first)
	for i := 1; i < n; i++ {
		fmt.Fprintf(&b, format, i, i-1)
	}
	return b.String()
}

// bombs are documents that make careless readers use a lot of time or memory
// (security: import bombs). Each gets an answer; want is a part of it, or ""
// if the document is accepted.
var bombs = []struct {
	name, want string
	document   func() string
}{
	{"merge keys that double", "neither", func() string {
		return "a: &a {x: 1}\n" + doubling(25, "m0: &m0 {<<: [*a, *a]}\n", "m%[1]d: &m%[1]d {<<: [*m%[2]d, *m%[2]d]}\n")
	}},
	{"merge keys of one large object", "more than 250000 values", func() string {
		return "a: &a {" + numbered(5000, "k%[1]d: 1, ") + "}\n" + numbered(5000, "m%[1]d: {<<: *a}\n")
	}},
	{"merge of one alias many times", "aliases make this larger", func() string {
		return "a: &a {" + numbered(5000, "k%[1]d: 1, ") + "}\nb: {<<: [" + strings.Repeat("*a, ", 5000) + "]}\n"
	}},
	{"merge of a heavy value", "aliases make this larger than", func() string {
		return "v: &v [" + strings.Repeat("1, ", 90000) + "]\na: &a {x: *v, y: *v, z: *v}\n" + numbered(1000, "m%[1]d: {<<: *a}\n")
	}},
	{"20,000 anchors", "neither", func() string { return numbered(20000, "k%[1]d: &k%[2]d %[3]d\n") }},
	{"aliases that double", "aliases make this larger", func() string {
		return doubling(40, "a0: &a0 [x, x]\n", "a%[1]d: &a%[1]d [*a%[2]d, *a%[2]d]\n")
	}},
	{"aliases that nest", "nest this deeper than 300 levels", func() string {
		return doubling(5000, "a0: &a0 [x]\n", "a%[1]d: &a%[1]d [*a%[2]d]\n")
	}},
	{"alias of itself", "stands inside of what it names", func() string { return "a: &a [*a]\n" }},
	{"alias of itself as a merge", "stands inside of what it names", func() string { return "a: &a {<<: *a}\n" }},
	{"numbers that are none", "neither", func() string {
		return "a: 0o7777777777777777777777777777777\nb: 190:20:30\nc: .inf\nd: 2001-99-99\n"
	}},
	{"reference to a metadata service", "'http://169.254.169.254/latest/meta-data': only references within the document", func() string {
		return openapiHead + "paths: {/a: {$ref: 'http://169.254.169.254/latest/meta-data'}}\n"
	}},
	{"reference to a file", "'../../../etc/passwd': only references within the document", func() string {
		return openapiHead + "paths: {/a: {$ref: '../../../etc/passwd'}}\n"
	}},
	{"reference to a file from a schema", "Model reference must be in canonical form", func() string {
		return openapiHead + "paths: {}\ncomponents: {schemas: {A: {properties: {a: {$ref: 'file:///etc/passwd'}}}}}\n"
	}},
	{"models that are references to one another", "Unable to create model for 'A': its reference leads back to itself", func() string {
		return openapiHead + "paths: {/a: {get: {responses: {'200': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}}}}\n" +
			"components: {schemas: {A: {$ref: '#/components/schemas/B'}, B: {$ref: '#/components/schemas/A'}}}\n"
	}},
	{"path items that are references to one another", "references lead to one another", func() string {
		return openapiHead + "paths: {/a: {$ref: '#/paths/~1b'}, /b: {$ref: '#/paths/~1a'}}\n"
	}},
	{"20,000 times the same path", "", func() string {
		return openapiHead + "paths:\n" + strings.Repeat("  /p: {}\n", 20000)
	}},
	{"20,000 paths", "more resources than can be served", func() string {
		return openapiHead + "paths:\n" + numbered(20000, "  /p%[1]d: {}\n")
	}},
	{"a path of 10,000 segments", "cannot be read", func() string {
		return openapiHead + "paths: {'" + strings.Repeat("/a", 10000) + "': {get: {responses: {}}}}\n"
	}},
	{"a path of 10,000 segments as JSON", "longer than any URL", func() string {
		return jsonHead + `"/` + strings.Repeat("/a", 10000) + `":{"get":{}}}}`
	}},
	{"many paths of many segments", "more resources than can be served", func() string {
		return jsonHead + numbered(300, `"/p%[1]d`+strings.Repeat("/a", 200)+`":{"get":{}},`) + `"/z":{}}}`
	}},
	{"YAML that nests lists", "nested deeper", func() string { return strings.Repeat("[", 5000) + strings.Repeat("]", 5000) }},
	{"YAML that nests in block style", "nested deeper", func() string { return strings.Repeat("- ", 5000) + "x\n" }},
	{"JSON that nests", "nested deeper than 300 levels", func() string {
		return `{"a":` + strings.Repeat("[", 1<<20) + strings.Repeat("]", 1<<20) + "}"
	}},
	{"JSON of a million values", "more than 250000 values", func() string { return `{"a":[` + strings.Repeat("1,", 1<<20) + "1]}" }},
	{"YAML of a million values", "more than 250000 values", func() string { return "a: [" + strings.Repeat("1,", 1<<20) + "1]" }},
	{"YAML of a million lines", "cannot be read", func() string { return strings.Repeat("a\n", 1<<20) + "b: c" }},
	{"a line of 5 MB", "neither", func() string { return "a: " + strings.Repeat("x", 5<<20) + "\n" }},
	{"a document of 7 MB", "at most 6291456 are accepted", func() string { return strings.Repeat(" ", 7<<20) }},
	{"5 MB of comments", "", func() string {
		return openapiHead + "paths: {}\n" + strings.Repeat("# a comment\n", 5<<20/12)
	}},
	{"5 MB of anchors' names", "neither", func() string { return "a: &" + strings.Repeat("x", 5<<20) + " 1\n" }},
	{"brackets that open", "cannot be read", func() string { return "a: " + strings.Repeat("{a: [", 3000) }},
	{"quotes that open", "not an OpenAPI object", func() string { return strings.Repeat("'a\n", 100000) }},
	{"an alias of a long text", "aliases make this larger than", func() string {
		return openapiHead + "paths: {}\nx: &x " + strings.Repeat("a", 1<<20) + "\ncomponents: {schemas: {A: {enum: [" + strings.Repeat("*x, ", 1000) + "]}}}\n"
	}},
	{"an alias of a long name", "aliases make this larger than", func() string {
		return openapiHead + "paths: {}\nx: &x {? " + strings.Repeat("a", 1<<20) + " : 1}\ncomponents: {schemas: {A: {enum: [" + strings.Repeat("*x, ", 1000) + "]}}}\n"
	}},
	{"references to a large path item", "references make the document larger", func() string {
		return jsonHead + numbered(5000, `"/p%[1]d":{"$ref":"#/x"},`) + `"/z":{}},"x":{"get":{"parameters":[` +
			strings.Repeat(`{"name":"a","in":"query"},`, 10000) + `{}]}}}`
	}},
	{"references to a body with a long text", "references make the document larger", func() string {
		return jsonHead + numbered(10000, `"/p%[1]d":{"get":{"requestBody":{"$ref":"#/x"}}},`) + `"/z":{}},"x":{"content":{"application/json":{"schema":{"pattern":"` +
			strings.Repeat("a", 1<<20) + `"}}}}}`
	}},
	{"long paths with many methods", "", func() string {
		verbs := `{"get":{},"put":{},"post":{},"delete":{},"options":{},"head":{},"patch":{}}`
		return jsonHead + numbered(500, `"/p%[1]d`+strings.Repeat("a", 10000)+`":`+verbs+`,`) + `"/z":{}}}`
	}},
	{"paths that differ in the last of many segments", "more than 250 segments", func() string {
		return jsonHead + numbered(500, `"`+strings.Repeat("/a", 5000)+`/p%[1]d":{},`) + `"/z":{}}}`
	}},
	{"names of 5 MB", "longer than any URL", func() string {
		return jsonHead + `"/` + strings.Repeat(" ", 5<<20) + `":{}}}`
	}},
	{"long texts where they do not belong", "and 80", func() string {
		return jsonHead + `"/a":{` + numbered(1000, `"`+strings.Repeat("x", 5000)+`%[1]d":1,`) + `"get":{}}},"info":{}}`
	}},
	{"8,000 selection patterns", "", func() string {
		return jsonHead + `"/a":{"get":{"x-amazon-apigateway-integration":{"type":"mock","responses":{` +
			numbered(8000, `"(a|b)*%[1]d":{"statusCode":"200"},`) + `"default":{"statusCode":"201"}}}}}}}`
	}},
	{"patterns that nest and repeat", "Invalid regex pattern", func() string {
		return jsonHead + `"/a":{"get":{"x-amazon-apigateway-integration":{"type":"mock","responses":{"` +
			strings.Repeat("(", 20000) + "a" + strings.Repeat(")", 20000) + `":{"statusCode":"200"},"((((a{99}){99}){99}){99}){99}":{"statusCode":"201"}}}}}}}`
	}},
	{"question marks", "must be a text", func() string { return strings.Repeat("? ", 3000) + "\n" }},
}

// hang is a time that no document takes on the slowest of machines, unless its
// cost has no bound; what they do take, well under a second, the log says.
const hang = 20 * time.Second

func TestBombs(t *testing.T) {
	for _, bomb := range bombs {
		t.Run(bomb.name, func(t *testing.T) {
			document := []byte(bomb.document())
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			start := time.Now()
			_, err := Import(document, Options{})
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if took > hang {
				t.Errorf("took %v", took)
			}
			if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 64 {
				t.Errorf("allocated %d MiB", used)
			}
			if err == nil {
				err = fmt.Errorf("")
			}
			if answer := err.Error(); !strings.Contains(answer, bomb.want) || bomb.want == "" && answer != "" {
				t.Errorf("the answer is %.300q, want %q", answer, bomb.want)
			}
			t.Logf("%v, %d MiB: %.200s", took, (after.TotalAlloc-before.TotalAlloc)>>20, err)
		})
	}
}

func BenchmarkImport(b *testing.B) {
	document := []byte(openapiHead + "paths:\n" + numbered(2500, largePath))
	b.SetBytes(int64(len(document)))
	for b.Loop() {
		if _, err := Import(document, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// largePath is a path with what an API that is served has.
const largePath = `  /pets%[1]d/{id}:
    get:
      operationId: op%[2]d
      parameters: [{name: page, in: query, schema: {type: string}}]
      responses: {'200': {description: d%[3]d, content: {application/json: {schema: {type: object, properties: {a: {type: string}}}}}}}
      x-amazon-apigateway-integration:
        type: http
        httpMethod: GET
        uri: http://example.com/pets
        responses: {default: {statusCode: '200', responseTemplates: {application/json: "$input.json('$')"}}}
`
