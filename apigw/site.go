package apigw

// A Site is what is live in a region without any deployment: a change of it is
// served as it is made, and no Definition is compiled for it.
type Site struct {
	Region  string
	Domains []SiteDomain // by name
}

// A SiteDomain is a custom domain name and where its base paths lead. Routing
// rules and paths of several segments are not of this contract.
type SiteDomain struct {
	DomainName DomainName
	Mappings   []BasePathMapping // by base path; "(none)" is the empty one
}
