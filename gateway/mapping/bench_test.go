package mapping

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/poterne/poterne/internal/vtlbench/cases"
	"github.com/poterne/poterne/template/vtl"
)

// fill sets up a scope as the gateway does for a request.
func fill(s *Scope, c *cases.Case, body []byte) {
	s.Context = &benchContext
	s.SetBody(body)
	if !c.Full {
		return
	}
	s.Params.Path = append(s.Params.Path, benchPath...)
	s.Params.Query = append(s.Params.Query, benchQuery...)
	s.Params.Header = append(s.Params.Header, benchHeaders...)
	s.StageVariables = benchStage
}

var (
	benchPath, benchQuery    = paramList(cases.Path), paramList(cases.Query)
	benchHeaders, benchStage = paramList(cases.Headers), paramList(cases.Stage)
)

func paramList(pairs []cases.Pair) (list ParamList) {
	for _, p := range pairs {
		list = append(list, Param(p))
	}
	return list
}

var benchContext = Context{
	AccountID: "111122223333", APIID: "a1", HTTPMethod: "POST", Stage: "prod",
	RequestID: "r-1", ResourceID: "z", ResourcePath: "/o/{id}",
	Identity:   Identity{APIKey: "k", SourceIP: "203.0.113.1", UserAgent: "Mozilla/5.0"},
	Authorizer: Authorizer{PrincipalID: "u1"},
}

func TestBenchOutputs(t *testing.T) {
	for _, c := range cases.All() {
		tmpl, err := ParseTemplate(c.Name, c.Template)
		if err != nil {
			t.Fatal(err)
		}
		var s Scope
		for range 3 { // the second and third reuse the memory of the first
			fill(&s, &c, []byte(c.Body))
			s.Params.InOrder = true // as those whose output this is have them
			out, err := tmpl.Render(nil, &s, vtl.Limits{})
			sum := sha256.Sum256(out)
			if err != nil || hex.EncodeToString(sum[:]) != c.SHA256 {
				t.Fatalf("%s: %v\n%s", c.Name, err, out)
			}
			s.Reset()
		}
	}
}

func BenchmarkRender(b *testing.B) {
	for _, c := range cases.All() {
		tmpl, err := ParseTemplate(c.Name, c.Template)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(c.Name, func(b *testing.B) {
			var s Scope
			var out []byte
			body := []byte(c.Body)
			b.ReportAllocs()
			for b.Loop() {
				fill(&s, &c, body)
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
	counts := map[string]float64{}
	for _, c := range cases.All() {
		tmpl, _ := ParseTemplate(c.Name, c.Template)
		var s Scope
		out := make([]byte, 0, 1<<18)
		body := []byte(c.Body)
		counts[c.Name] = testing.AllocsPerRun(20, func() {
			fill(&s, &c, body)
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

// TestLoopAllocations: what a template makes in a loop costs no allocation for
// each turn.
func TestLoopAllocations(t *testing.T) {
	bodies := map[string]string{
		"views and entries":  `#foreach($m in $list)#foreach($e in $m.entrySet())$e.key=$e.value;#end$m.keySet()#end`,
		"strings":            `#foreach($m in $list)#set($s = "$m.a-$foreach.count")$s.concat("x")#end`,
		"lists and maps":     `#foreach($m in $list)#set($l = [$m.a, {"k": $m.b}])$l#end`,
		"functions of $util": `#foreach($m in $list)$util.escapeJavaScript($m.a)#end`,
		"paths and text":     `#foreach($m in $list)$input.json('$.list[0]')#end`,
		"blocks":             `#foreach($m in $list)#define($d)$m.a#end$d#end`,
	}
	for name, loop := range bodies {
		t.Run(name, func(t *testing.T) {
			few, many := loopAllocations(t, loop, 10), loopAllocations(t, loop, 500)
			if many > few+20 { // some are of pools that were emptied meanwhile
				t.Errorf("%.0f allocations for 10 turns, %.0f for 500", few, many)
			}
		})
	}
}

func loopAllocations(t *testing.T, loop string, turns int) float64 {
	tmpl, err := ParseTemplate("loop", "#set($list = $input.path('$.list'))"+loop)
	if err != nil {
		t.Fatal(err)
	}
	body := []byte(`{"list": [` + strings.Repeat(`{"a": "it's", "b": 1.5},`, turns-1) + `{}]}`)
	s, out := Scope{Context: &Context{}}, make([]byte, 0, 1<<20)
	return testing.AllocsPerRun(10, func() {
		s.Context = &benchContext
		s.SetBody(body)
		if _, err := tmpl.Render(out[:0], &s, vtl.Limits{}); err != nil {
			t.Fatal(err)
		}
		s.Reset()
	})
}
