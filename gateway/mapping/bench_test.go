package mapping

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/poterne/poterne/template/vtl"
)

// benchCase is a template of testdata/bench with what it sees, and the SHA-256
// of what Velocity 1.7 makes of it.
type benchCase struct {
	name, template, body, want string
	full                       bool // with parameters and $context
}

// benchCases are a constant for a MOCK, the documented pass-through template,
// a mapping of 1 KB, and loops over 100 and 1,000 items (21 and 213 KB).
func benchCases(t testing.TB) []benchCase {
	cases := []benchCase{
		{name: "t1", want: "70358b772fc9a444816f49f054eb8e785c265815592c3bb474e63eb6bf850be6"},
		{name: "t2", want: "7bedb869f05b33b7195b14e7b3ee867ec946a7e196926e17a0e4cbc1b18918f5", full: true,
			body: `{"order": {"id": 42, "lines": [{"sku": "A-1", "qty": 2}, {"sku": "B-2", "qty": 1}], "note": "it's fine"}}`},
		{name: "t3", want: "b31c0aa799750c8e8e8b99f502a3a4c66eb3133222b0b52c88152c7125b38215", body: orderBody()},
		{name: "t4", want: "36cf7a4318eafe9b34eaa55f3ccd1197656087d426f2630699627573838cc97d", body: itemsBody(100)},
		{name: "t5", want: "22cf498d18bde5d080f202e48d2a87cdbffeb9d5f26479c4d4caf402c606e280", body: itemsBody(1000)},
	}
	for i := range cases {
		file := strings.Replace(cases[i].name, "t5", "t4", 1) // the same template
		src, err := os.ReadFile("testdata/bench/" + file + ".vm")
		if err != nil {
			t.Fatal(err)
		}
		cases[i].template = string(src)
	}
	return cases
}

func orderBody() string {
	var b strings.Builder
	b.WriteString(`{"customer": {"id": "c-7", "first": "Ada", "last": "Lovelace", "email": "ada@example.org", "phones": ["+44 1", "+44 2"]}, ` +
		`"address": {"street": "12 Row", "city": "London", "zip": "N1", "country": "GB"}, ` +
		`"order": {"id": 90071, "total": 161.4, "currency": "GBP", "paid": true, "note": "Leave at \"door\""}, "lines": [`)
	for i := 1; i <= 8; i++ {
		if i > 1 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, `{"sku": "S-%d", "title": "Product number %d", "qty": %d, "price": %.1f}`, i, i, i, float64(i)*1.5)
	}
	return b.String() + "]}"
}

func itemsBody(n int) string {
	var b strings.Builder
	b.WriteString(`{"items": [`)
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, `{"id": "item-%05d", "owner": {"name": "Owner %d", "email": "o%d@example.org"}, "title": "Title of the item \"%d\"", `+
			`"public": %t, "size": %d, "tags": ["red", "green", "t%d"], "pad": "%s"}`,
			i, i%17, i, i, i%2 == 0, i*37%1000, i, strings.Repeat("x", 20))
	}
	return b.String() + "]}"
}

// fill sets up a scope as the gateway does for a request.
func (c *benchCase) fill(s *Scope, context *Context) {
	s.Context = context
	s.SetBody([]byte(c.body))
	if !c.full {
		return
	}
	s.Params.Path = append(s.Params.Path, Param{"id", "42"})
	s.Params.Query = append(s.Params.Query, Param{"page", "2"}, Param{"q", "a b"})
	s.Params.Header = append(s.Params.Header, benchHeaders...)
	s.StageVariables = benchStage
}

var benchHeaders = ParamList{
	{"Accept", "application/json, text/plain, */*"}, {"Accept-Encoding", "gzip, deflate, br"},
	{"Accept-Language", "en-US,en;q=0.9"}, {"Content-Type", "application/json"},
	{"Host", "abc.execute-api.us-east-1.amazonaws.com"}, {"User-Agent", "Mozilla/5.0 (X11; Linux x86_64)"},
	{"X-Amzn-Trace-Id", "Root=1-5f84c7a9-0e5b6"}, {"X-Forwarded-For", "203.0.113.1"},
	{"X-Forwarded-Port", "443"}, {"X-Forwarded-Proto", "https"},
}

var benchStage = ParamList{{"env", "prod"}, {"table", "Orders"}}

var benchContext = Context{
	AccountID: "111122223333", APIID: "a1", HTTPMethod: "POST", Stage: "prod",
	RequestID: "r-1", ResourceID: "z", ResourcePath: "/o/{id}",
	Identity:   Identity{APIKey: "k", SourceIP: "203.0.113.1", UserAgent: "Mozilla/5.0"},
	Authorizer: Authorizer{PrincipalID: "u1"},
}

func TestBenchOutputs(t *testing.T) {
	for _, c := range benchCases(t) {
		tmpl, err := ParseTemplate(c.name, c.template)
		if err != nil {
			t.Fatal(err)
		}
		var s Scope
		for range 3 { // the second and third reuse the memory of the first
			c.fill(&s, &benchContext)
			out, err := tmpl.Render(nil, &s, vtl.Limits{})
			sum := sha256.Sum256(out)
			if err != nil || hex.EncodeToString(sum[:]) != c.want {
				t.Fatalf("%s: %v\n%s", c.name, err, out)
			}
			s.Reset()
		}
	}
}

func BenchmarkRender(b *testing.B) {
	for _, c := range benchCases(b) {
		tmpl, err := ParseTemplate(c.name, c.template)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(c.name, func(b *testing.B) {
			var s Scope
			var out []byte
			body := []byte(c.body)
			b.ReportAllocs()
			for b.Loop() {
				c.fill(&s, &benchContext)
				s.SetBody(body)
				if out, err = tmpl.Render(out[:0], &s, vtl.Limits{}); err != nil {
					b.Fatal(err)
				}
				s.Reset()
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "renders/s")
		})
	}
}

// TestRenderAllocations: on warm memory the allocations of a render do not
// follow the number of its items.
func TestRenderAllocations(t *testing.T) {
	cases := benchCases(t)
	counts := map[string]float64{}
	for _, c := range cases {
		tmpl, _ := ParseTemplate(c.name, c.template)
		var s Scope
		out := make([]byte, 0, 1<<18)
		body := []byte(c.body)
		counts[c.name] = testing.AllocsPerRun(20, func() {
			c.fill(&s, &benchContext)
			s.SetBody(body)
			if _, err := tmpl.Render(out[:0], &s, vtl.Limits{}); err != nil {
				t.Fatal(err)
			}
			s.Reset()
		})
	}
	if counts["t5"] > counts["t4"]+2 || counts["t4"] > 40 {
		t.Errorf("allocations per render: %v", counts)
	}
}
