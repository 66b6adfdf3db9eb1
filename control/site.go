package control

import (
	"fmt"
	"iter"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/store"
)

// siteKinds are the second segments of the keys whose documents make a Site.
var siteKinds = map[string]bool{"domainnames": true, "basepathmappings": true}

// ChangedSite is the region whose Site may be another after a change at key.
func ChangedSite(key store.Key) (region string, ok bool) {
	s := key.Segments()
	if len(s) > 2 && siteKinds[s[1]] {
		return s[0], true
	}
	return "", false
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
	t := s.newTx(Caller{Region: region, AccountId: s.deps.AccountId}, in)
	site := &apigw.Site{Region: region}
	for domain, err := range scan[apigw.DomainName](t, t.key("domainnames")) {
		if err != nil {
			return nil, fmt.Errorf("read domain names of %s: %w", region, err)
		}
		mappings, err := values(scan[apigw.BasePathMapping](t, t.key("basepathmappings", domainRef(*domain.DomainName, domain.DomainNameId))))
		if err != nil {
			return nil, fmt.Errorf("read mappings of domain name %s: %w", *domain.DomainName, err)
		}
		site.Domains = append(site.Domains, apigw.SiteDomain{DomainName: *domain, Mappings: mappings})
	}
	return site, nil
}
