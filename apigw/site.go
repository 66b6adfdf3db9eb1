package apigw

// A Site is what is live in a region without any deployment: a change of it is
// served as it is made, and no Definition is compiled for it. It is immutable
// once made.
type Site struct {
	Region     string
	Domains    []SiteDomain         // by name
	APIKeys    map[string]SiteKey   // by id
	UsagePlans map[string]*SitePlan // by id

	ClientCertificates map[string]SiteCertificate // by id
}

// A SiteCertificate is a client certificate with its key, which stages show to
// back ends.
type SiteCertificate struct {
	PEM string
	Key []byte // PKCS #8, DER
}

// A SiteDomain is a custom domain name and where its base paths lead. Routing
// rules and paths of several segments are not of this contract.
type SiteDomain struct {
	DomainName DomainName
	Mappings   []BasePathMapping // by base path; "(none)" is the empty one
}

// A KeyDigest is the SHA-256 of an API key's value: the data plane does not
// know values.
type KeyDigest [32]byte

// A SiteKey is an API key.
type SiteKey struct {
	Digest  KeyDigest
	Enabled bool
}

// A SitePlan is a usage plan with the keys in it.
type SitePlan struct {
	Plan    UsagePlan
	Members map[string]SiteMember // by the key's id
}

// A SiteMember is a key in a usage plan.
type SiteMember struct {
	Joined Day
	Grants []UsageGrant // of the latest MaxPeriod days
}
