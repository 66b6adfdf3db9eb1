package gateway

import (
	"cmp"
	"crypto/tls"
	"maps"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/wire/httpmsg"
)

// A liveSite is what a region serves beside its APIs.
type liveSite struct {
	domains []*liveDomain

	certificates map[string]*clientCertificate // of ours, by id

	reports []Report
	keys    map[apigw.KeyDigest]liveKey
	plans   map[string]*livePlan      // by id
	stages  map[stageName][]*livePlan // the plans that have a stage
}

// A liveDomain is a custom domain name with its base path mappings.
type liveDomain struct {
	name       string // in lower case; "*.example.com" is a wildcard
	mappings   map[string]target
	depth      int  // segments of the longest base path
	mutualTLS  bool // only who has a certificate of the truststore may come
	strictName bool // the name of the TLS handshake must be the Host
	tls        DomainTLS
}

// A target is where a base path leads. Without a stage, the stage's name
// follows the base path.
type target struct{ api, stage string }

// domains are the live domains of all regions, by name.
type domains map[string]*liveDomain

// noPath and noStage are how the contract spells an empty base path and no
// stage.
const (
	noPath  = "(none)"
	noStage = "(none)"
)

// PublishSite makes site all that is served of its region beside its APIs.
func (g *Gateway) PublishSite(site *apigw.Site) {
	g.publishing.Lock()
	defer g.publishing.Unlock()
	next := *g.live.Load()
	next.sites = maps.Clone(next.sites)
	if next.sites == nil {
		next.sites = map[string]*liveSite{}
	}
	made := g.newSite(site)
	made.certificates = clientCertificates(site, next.sites[site.Region])
	g.usagePlans(site, next.sites[site.Region], made)
	next.sites[site.Region] = made
	next.domains = domains{}
	for _, s := range next.sites {
		for _, d := range s.domains {
			next.domains[d.name] = d
		}
	}
	g.live.Store(&next)
}

// ServesHost reports whether host, with or without a port, is a custom domain
// name.
func (g *Gateway) ServesHost(host string) bool {
	return g.live.Load().domains.find(host) != nil
}

func (g *Gateway) newSite(site *apigw.Site) *liveSite {
	s := &liveSite{}
	for i := range site.Domains {
		d := &site.Domains[i]
		s.reports = append(s.reports, domainReports(&d.DomainName)...)
		s.reports = append(s.reports, g.truststoreReports(&d.DomainName)...)
		if isPrivateDomain(&d.DomainName) {
			continue // a domain of the same name may be public
		}
		s.domains = append(s.domains, newDomain(d))
	}
	return s
}

func isPrivateDomain(d *apigw.DomainName) bool {
	return d.EndpointConfiguration != nil && slices.Contains(d.EndpointConfiguration.Types, apigw.EndpointTypePrivate)
}

func newDomain(def *apigw.SiteDomain) *liveDomain {
	d := &liveDomain{
		name:       strings.ToLower(deref(def.DomainName.DomainName)),
		mappings:   map[string]target{},
		mutualTLS:  def.DomainName.MutualTlsAuthentication != nil,
		strictName: deref(def.DomainName.EndpointAccessMode) == apigw.EndpointAccessModeStrict,
		tls:        domainTLS(&def.DomainName),
	}
	for _, m := range def.Mappings {
		path := strings.Trim(deref(m.BasePath), "/")
		if path == noPath {
			path = ""
		}
		stage := deref(m.Stage)
		if stage == noStage {
			stage = ""
		}
		d.mappings[path] = target{api: deref(m.RestApiId), stage: stage}
		if path != "" {
			d.depth = max(d.depth, 1+strings.Count(path, "/"))
		}
	}
	return d
}

// domainRules are the settings of a domain name that are not as AWS has them.
var domainRules = []struct {
	asks     func(*apigw.DomainName) bool
	severity Severity
	text     string
}{
	{isPrivateDomain, Refused, "PRIVATE domain name: there are no VPC endpoints here, so it is not served"},
	{func(d *apigw.DomainName) bool {
		return cmp.Or(deref(d.RoutingMode), apigw.RoutingModeBasePathMappingOnly) != apigw.RoutingModeBasePathMappingOnly
	}, NotEnforced, "routingMode: there are no routing rules here, so base path mappings alone decide"},
}

func domainReports(d *apigw.DomainName) []Report {
	var all []Report
	for _, rule := range domainRules {
		if rule.asks(d) {
			all = append(all, Report{Domain: deref(d.DomainName), Severity: rule.severity, Text: rule.text})
		}
	}
	return all
}

// find is the domain of a Host, by its whole name or by a wildcard for its
// first label. Host names know no case.
func (all domains) find(host string) *liveDomain {
	if len(all) == 0 {
		return nil
	}
	host = withoutPort(host)
	var room [256]byte
	if len(host) >= len(room) {
		return nil
	}
	name := append(room[:1], host...)[1:]
	for i, c := range name {
		if 'A' <= c && c <= 'Z' {
			name[i] = c + ('a' - 'A')
		}
	}
	if d := all[string(name)]; d != nil {
		return d
	}
	dot := strings.IndexByte(host, '.')
	if dot < 1 {
		return nil
	}
	wildcard := name[dot-1:]
	wildcard[0] = '*'
	return all[string(wildcard)]
}

// admits reports whether a request may use the domain: mutual TLS and strict
// names fail closed, on cleartext too.
func (d *liveDomain) admits(r *httpmsg.Request) bool {
	switch {
	case d.mutualTLS:
		return r.TLS != nil && len(r.TLS.VerifiedChains) > 0 && sameName(r.TLS, r.Host)
	case d.strictName:
		return r.TLS == nil || sameName(r.TLS, r.Host)
	}
	return true
}

func sameName(c *tls.ConnectionState, host string) bool {
	return strings.EqualFold(c.ServerName, withoutPort(host))
}

// lookup finds the longest base path that path begins with, on whole segments,
// else the empty one. It never falls back to a shorter path because the API
// of the longer one has no such resource (data plane §20.2).
func (d *liveDomain) lookup(path string) (t target, base, rest string, ok bool) {
	ends := make([]int, 0, 8)
	for i := 1; i <= len(path) && len(ends) < d.depth; i++ {
		if i == len(path) || path[i] == '/' {
			ends = append(ends, i)
		}
	}
	for _, end := range slices.Backward(ends) {
		if t, ok := d.mappings[path[1:end]]; ok && end > 1 {
			return t, path[1:end], path[end:], true
		}
	}
	t, ok = d.mappings[""]
	return t, "", path, ok
}

// reservedPaths answer AWS's health checks at the root of a custom domain, and
// never reach an API (data plane §2.3).
var reservedPaths = []string{"/ping", "/sping"}

// byDomain: a custom domain name leads to the API and the stage of a mapping,
// and $context.path keeps the base path (data plane §20.2).
func byDomain(inv *Invocation, r *httpmsg.Request, s *snapshot) (address, bool) {
	d := s.domains.find(r.Host)
	if d == nil {
		return address{}, false
	}
	a := address{host: withoutPort(r.Host), path: collapseLeading(r.Path), custom: true, domain: true}
	if !d.admits(r) {
		return a, true
	}
	if d.mutualTLS {
		inv.describeClient()
	}
	if slices.Contains(reservedPaths, a.path) {
		a.health = true
		return a, true
	}
	t, base, rest, ok := d.lookup(a.path)
	if !ok {
		return a, true
	}
	a.api, a.stage, a.rest = t.api, t.stage, rest
	if a.stage == "" {
		a.stage, a.rest = cutStage(strings.TrimLeft(rest, "/"))
	}
	inv.context.BasePathMatched = base
	return a, true
}

// answerHealth is the answer to a health check of reservedPaths.
func (inv *Invocation) answerHealth() {
	inv.resp.Status = 200
	inv.resp.Header.Add("Content-Type", "text/plain")
	inv.out = append(inv.out[:0], "healthy"...)
	inv.resp.Body = inv.out
	inv.complete()
}
