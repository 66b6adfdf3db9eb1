package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// gen makes one case. All choices come from r, so that seed and index decide.
type gen struct {
	r     *rand.Rand
	depth int      // of nested statements
	vars  []string // names that references choose from
	c     *request
}

// topic is a kind of template.
type topic struct {
	name   string
	weight int
	make   func(g *gen) string
}

var topics = []topic{
	{"idiom", 10, (*gen).idiom},
	{"layout", 18, (*gen).layoutTemplate},
	{"soup", 10, (*gen).soup},
	{"expr", 14, (*gen).exprTemplate},
	{"method", 16, (*gen).methodTemplate},
	{"regex", 12, (*gen).regexTemplate},
	{"jsonpath", 12, (*gen).pathTemplate},
	{"body", 8, (*gen).bodyTemplate},
	{"format", 4, (*gen).formatTemplate},
	{"util", 5, (*gen).utilTemplate},
	{"context", 4, (*gen).contextTemplate},
	{"loop", 8, (*gen).loopTemplate},
	{"define", 10, (*gen).defineTemplate},
	{"class", 8, (*gen).classTemplate},
	{"page", 16, (*gen).pageTemplate},
}

func topicNames() (names []string) {
	for _, t := range topics {
		names = append(names, t.name)
	}
	return names
}

// chosen returns the topics named in a comma-separated list.
func chosen(list string) ([]topic, error) {
	if list == "" {
		return topics, nil
	}
	var some []topic
	for _, name := range strings.Split(list, ",") {
		before := len(some)
		for _, t := range topics {
			if t.name == name {
				some = append(some, t)
			}
		}
		if len(some) == before {
			return nil, fmt.Errorf("no topic %q; there are %s", name, strings.Join(topicNames(), ", "))
		}
	}
	return some, nil
}

// generate makes case i of a seed.
func generate(seed, i uint64, topics []topic) *request {
	g := &gen{r: rand.New(rand.NewPCG(seed, i)), vars: []string{"a", "b", "x", "s", "m", "l", "nope"}}
	sum := 0
	for _, t := range topics {
		sum += t.weight
	}
	var t topic
	for n := g.n(sum); ; topics = topics[1:] {
		if t = topics[0]; n < t.weight {
			break
		}
		n -= t.weight
	}
	g.c = &request{ID: fmt.Sprintf("-seed %d -only %d (%s)", seed, i, t.name)}
	g.c.Body = g.payload()
	g.surroundings()
	g.c.Template = t.make(g)
	return g.c
}

// surroundings are the parameters, stage variables and context of the request.
func (g *gen) surroundings() {
	g.c.Path = map[string]string{"id": "42", "p": "P"}
	g.c.Query = map[string]string{"q": "a b&c", "page": "2", "p": "Q"}
	g.c.Headers = map[string]string{"Accept": "*/*", "X-Y": "it's \"q\"", "H": "é/€"}
	g.c.StageVariables = map[string]string{"env": "dev", "table": "t-1"}
	g.c.Context = map[string]any{
		"stage": "dev", "httpMethod": "POST", "requestId": "r-1", "resourcePath": "/pets/{id}",
		"identity":   map[string]any{"sourceIp": "127.0.0.1", "userAgent": "curl/8", "caller": nil},
		"authorizer": map[string]any{"principalId": "me", "n": "7"},
	}
}

func (g *gen) n(limit int) int { return g.r.IntN(limit) }

// in is true with the chance 1/n.
func (g *gen) in(n int) bool { return g.r.IntN(n) == 0 }

func (g *gen) pick(from ...string) string { return from[g.r.IntN(len(from))] }

// call runs one of several makers.
func (g *gen) call(from ...func() string) string { return from[g.r.IntN(len(from))]() }

// join makes from least to most items.
func (g *gen) join(least, most int, sep string, item func() string) string {
	var b strings.Builder
	for i := range least + g.n(most-least+1) {
		if i > 0 {
			b.WriteString(sep)
		}
		b.WriteString(item())
	}
	return b.String()
}

// single quotes a string literal that is taken as it is.
func single(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func double(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
