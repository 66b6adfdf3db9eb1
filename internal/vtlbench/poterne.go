//go:build unix

package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"syscall"
	"time"

	"github.com/poterne/poterne/gateway/mapping"
	"github.com/poterne/poterne/internal/vtlbench/cases"
	"github.com/poterne/poterne/template/vtl"
)

// poterne is our engine with what a render of a gateway keeps.
type poterne struct {
	templates map[string]*mapping.Template
	scope     mapping.Scope
	full      request // of the cases that see parameters
	out       []byte
}

func newPoterne(list []cases.Case) (*poterne, error) {
	p := &poterne{templates: map[string]*mapping.Template{}, full: fullRequest()}
	for _, c := range list {
		t, err := mapping.ParseTemplate(c.Name, c.Template)
		if err != nil {
			return nil, err
		}
		p.templates[c.Name] = t
	}
	return p, nil
}

func (p *poterne) measure(c *cases.Case, d time.Duration) (sample, error) {
	t, body := p.templates[c.Name], []byte(c.Body)
	r := request{context: &mapping.Context{}}
	if c.Full {
		r = p.full
	}
	cpu, start := cpuTime(), time.Now()
	s := sample{}
	for time.Since(start) < d {
		for range 8 {
			if err := p.render(t, &r, body); err != nil {
				return s, err
			}
		}
		s.renders += 8
	}
	s.wall, s.cpu = time.Since(start), cpuTime()-cpu
	sum := sha256.Sum256(p.out)
	if s.sha256 = hex.EncodeToString(sum[:]); s.sha256 != c.SHA256 {
		return s, fmt.Errorf("poterne's output has the SHA-256 %s, not %s", s.sha256, c.SHA256)
	}
	return s, nil
}

// render is what the gateway does for a request.
func (p *poterne) render(t *mapping.Template, r *request, body []byte) (err error) {
	s := &p.scope
	s.Context, s.StageVariables = r.context, r.stage
	s.Params.InOrder = true // as the Java side has them; AWS's order costs the pass-through template 6 % more
	s.Params.Path = append(s.Params.Path, r.path...)
	s.Params.Query = append(s.Params.Query, r.query...)
	s.Params.Header = append(s.Params.Header, r.header...)
	s.SetBody(body)
	p.out, err = t.Render(p.out[:0], s, vtl.Limits{})
	s.Reset()
	return err
}

// request is what a case sees beside its body.
type request struct {
	context                    *mapping.Context
	path, query, header, stage mapping.ParamList
}

func fullRequest() request {
	return request{
		path: params(cases.Path), query: params(cases.Query), header: params(cases.Headers), stage: params(cases.Stage),
		context: &mapping.Context{
			AccountID: "111122223333", APIID: "a1", HTTPMethod: "POST", Stage: "prod",
			RequestID: "r-1", ResourceID: "z", ResourcePath: "/o/{id}",
			Identity:   mapping.Identity{APIKey: "k", SourceIP: "203.0.113.1", UserAgent: "Mozilla/5.0"},
			Authorizer: mapping.Authorizer{PrincipalID: "u1"},
		},
	}
}

func params(pairs []cases.Pair) (list mapping.ParamList) {
	for _, p := range pairs {
		list = append(list, mapping.Param{Name: p.Name, Value: p.Value})
	}
	return list
}

// cpuTime is that of the process.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
