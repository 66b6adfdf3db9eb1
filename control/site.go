package control

import (
	"crypto/sha256"
	"fmt"
	"iter"
	"maps"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/store"
)

// siteKinds are the second segments of the keys whose documents make a Site,
// and what reads a changed one.
var siteKinds = map[string]func(*siteReader, []string) error{
	"domainnames":      (*siteReader).domains,
	"basepathmappings": (*siteReader).domains,
	"apikeys":          (*siteReader).apiKey,
	"usageplans":       (*siteReader).usagePlan,
	"usageplankeys":    (*siteReader).planMember,
	"usagegrants":      (*siteReader).grant,

	"clientcertificates": (*siteReader).clientCertificates,
}

// ChangedSite is the region whose Site may be another after a change at key.
func ChangedSite(key store.Key) (region string, ok bool) {
	s := key.Segments()
	return s[0], len(s) > 2 && siteKinds[s[1]] != nil
}

// Regions are the regions that have documents, in order.
func Regions(in store.Tx) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		var after store.Key
		for {
			region := ""
			for entry, err := range in.Scan("", after, 1) {
				if err != nil {
					yield("", err)
					return
				}
				region = entry.Key.Segments()[0]
			}
			if region == "" {
				return
			}
			if region != everywhere && !yield(region, nil) {
				return
			}
			after = store.NewKey(region) + "0" // "0" follows "/": behind everything of the region
		}
	}
}

// Site is what is live in a region without any deployment.
func (s *Service) Site(in store.Tx, region string) (*apigw.Site, error) {
	r := s.newSiteReader(in, &apigw.Site{Region: region})
	for _, read := range []func() error{func() error { return r.domains(nil) }, r.apiKeys, r.usagePlans, func() error { return r.clientCertificates(nil) }} {
		if err := read(); err != nil {
			return nil, fmt.Errorf("read the site of %s: %w", region, err)
		}
	}
	return r.site, nil
}

// SiteAfter is Site where before was it and the documents at changed may be
// others since; what did not change is shared with before.
func (s *Service) SiteAfter(in store.Tx, before *apigw.Site, changed []store.Key) (*apigw.Site, error) {
	next := *before
	next.APIKeys = maps.Clone(before.APIKeys)
	next.UsagePlans = maps.Clone(before.UsagePlans)
	r := s.newSiteReader(in, &next)
	r.shared = before.UsagePlans
	for _, key := range changed {
		segments := key.Segments()
		if err := siteKinds[segments[1]](r, segments[2:]); err != nil {
			return nil, fmt.Errorf("read the site of %s: %w", before.Region, err)
		}
	}
	return &next, nil
}

// A siteReader reads documents into a Site that nobody else has yet.
type siteReader struct {
	*tx
	site   *apigw.Site
	shared map[string]*apigw.SitePlan // the plans that another Site has too
}

func (s *Service) newSiteReader(in store.Tx, site *apigw.Site) *siteReader {
	if site.APIKeys == nil {
		site.APIKeys = map[string]apigw.SiteKey{}
	}
	if site.UsagePlans == nil {
		site.UsagePlans = map[string]*apigw.SitePlan{}
	}
	return &siteReader{tx: s.newTx(Caller{Region: site.Region, AccountId: s.deps.AccountId}, in), site: site}
}

func (r *siteReader) domains([]string) error {
	r.site.Domains = nil
	for domain, err := range scan[apigw.DomainName](r.tx, r.key("domainnames")) {
		if err != nil {
			return err
		}
		mappings, err := values(scan[apigw.BasePathMapping](r.tx, r.key("basepathmappings", domainRef(*domain.DomainName, domain.DomainNameId))))
		if err != nil {
			return err
		}
		r.site.Domains = append(r.site.Domains, apigw.SiteDomain{DomainName: *domain, Mappings: mappings})
	}
	return nil
}

func (r *siteReader) clientCertificates([]string) error {
	r.site.ClientCertificates = map[string]apigw.SiteCertificate{}
	for certificate, err := range scan[clientCertificate](r.tx, r.key("clientcertificates")) {
		if err != nil {
			return err
		}
		r.site.ClientCertificates[*certificate.ClientCertificateId] = apigw.SiteCertificate{
			PEM: deref(certificate.PemEncodedCertificate), Key: certificate.PrivateKey,
		}
	}
	return nil
}

func (r *siteReader) apiKeys() error {
	for key, err := range scan[storedKey](r.tx, r.key("apikeys")) {
		if err != nil {
			return err
		}
		r.site.APIKeys[*key.Id] = siteKey(key)
	}
	return nil
}

func (r *siteReader) apiKey(ids []string) error {
	key, err := load[storedKey](r.tx, r.tx.apiKeyKey(ids[0]))
	if err != nil {
		return err
	}
	if delete(r.site.APIKeys, ids[0]); key != nil {
		r.site.APIKeys[ids[0]] = siteKey(key)
	}
	return nil
}

func siteKey(key *storedKey) apigw.SiteKey {
	return apigw.SiteKey{Digest: sha256.Sum256([]byte(deref(key.Value))), Enabled: deref(key.Enabled)}
}

func (r *siteReader) usagePlans() error {
	for plan, err := range scan[apigw.UsagePlan](r.tx, r.key("usageplans")) {
		if err != nil {
			return err
		}
		r.site.UsagePlans[*plan.Id] = &apigw.SitePlan{Plan: *plan, Members: map[string]apigw.SiteMember{}}
	}
	for found, err := range scanFound[planMember](r.tx, r.key("usageplankeys")) {
		if err != nil {
			return err
		}
		ids := found.key.Segments()[2:]
		if plan := r.site.UsagePlans[ids[0]]; plan != nil {
			plan.Members[ids[1]] = siteMember(found.document)
		}
	}
	since := apigw.DayOf(r.deps.Now()) - apigw.MaxPeriod
	for entry, err := range r.Scan(r.key("usagegrants"), r.key("usagegrants", since.String()), 0) {
		if err != nil {
			return err
		}
		if err := r.grant(entry.Key.Segments()[2:]); err != nil {
			return err
		}
	}
	return nil
}

func siteMember(m *planMember) apigw.SiteMember {
	return apigw.SiteMember{Joined: m.joined()}
}

// own is a plan of the Site that may be changed; nil if there is none.
func (r *siteReader) own(id string) *apigw.SitePlan {
	plan := r.site.UsagePlans[id]
	if plan != nil && plan == r.shared[id] {
		plan = &apigw.SitePlan{Plan: plan.Plan, Members: maps.Clone(plan.Members)}
		r.site.UsagePlans[id] = plan
	}
	return plan
}

func (r *siteReader) usagePlan(ids []string) error {
	stored, err := load[apigw.UsagePlan](r.tx, r.planStoreKey(ids[0]))
	if err != nil {
		return err
	}
	plan := r.own(ids[0])
	switch {
	case stored == nil:
		delete(r.site.UsagePlans, ids[0])
	case plan == nil:
		r.site.UsagePlans[ids[0]] = &apigw.SitePlan{Plan: *stored, Members: map[string]apigw.SiteMember{}}
	default:
		plan.Plan = *stored
	}
	return nil
}

func (r *siteReader) planMember(ids []string) error {
	stored, err := load[planMember](r.tx, r.memberStoreKey(ids[0], ids[1]))
	if err != nil {
		return err
	}
	plan := r.own(ids[0])
	if plan == nil {
		return nil
	}
	if delete(plan.Members, ids[1]); stored == nil {
		return nil
	}
	member := siteMember(stored)
	if member.Grants, err = r.grants(ids[0], ids[1]); err != nil {
		return err
	}
	plan.Members[ids[1]] = member
	return nil
}

// grant reads what was granted to a key, day, plan and key being ids.
func (r *siteReader) grant(ids []string) error {
	plan := r.own(ids[1])
	if plan == nil {
		return nil
	}
	member, ok := plan.Members[ids[2]]
	if !ok {
		return nil
	}
	var err error
	if member.Grants, err = r.grants(ids[1], ids[2]); err != nil {
		return err
	}
	plan.Members[ids[2]] = member
	return nil
}
