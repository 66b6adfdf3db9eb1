package egress

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

// A serviceRule says where a service's API is and what its signatures are for.
type serviceRule struct {
	host    string // first label of its host name
	signing string // service of the credential scope
	id      string // as AWS_ENDPOINT_URL_<id> names it
	global  bool   // one endpoint for all regions
}

// serviceRules are the services whose names are not the same everywhere; any
// other one is called as it is addressed.
var serviceRules = map[string]serviceRule{
	"states":         {id: "SFN"},
	"events":         {id: "EVENTBRIDGE"},
	"monitoring":     {id: "CLOUDWATCH"},
	"logs":           {id: "CLOUDWATCH_LOGS"},
	"secretsmanager": {id: "SECRETS_MANAGER"},
	"cognito-idp":    {id: "COGNITO_IDENTITY_PROVIDER"},
	"email":          {signing: "ses", id: "SES"},
	"iotdata":        {host: "iot", id: "IOT_DATA_PLANE"},
	"iam":            {global: true},
	"route53":        {global: true, id: "ROUTE_53"},
	"cloudfront":     {global: true},
}

// globalRegion is the region of signatures for services that have none.
const globalRegion = "us-east-1"

func ruleOf(service string) serviceRule {
	r := serviceRules[service]
	if r.host == "" {
		r.host = service
	}
	if r.signing == "" {
		r.signing = service
	}
	if r.id == "" {
		r.id = strings.ToUpper(strings.ReplaceAll(service, "-", "_"))
	}
	return r
}

// dnsSuffix ends the host names of a partition.
func dnsSuffix(partition string) string {
	if partition == "aws-cn" {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}

// A base is the address of a service's API.
type base struct {
	tls  bool
	addr string // host:port to dial
	host string // as the Host header says it
	path string // before the API's own; "" or "/x"
}

// Endpoints says where services are that are not where AWS has them. The zero
// value is AWS itself.
type Endpoints struct {
	all     *base
	service map[string]*base // by id
}

const endpointVariable = "AWS_ENDPOINT_URL"

// ParseEndpoints reads the endpoint of all services, "" for none, and the
// variables AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE> as AWS's own tools
// name them. One for a service beats all, and all beats AWS_ENDPOINT_URL.
func ParseEndpoints(all string, environ []string) (Endpoints, error) {
	e := Endpoints{service: map[string]*base{}}
	variables := map[string]string{}
	for _, pair := range environ {
		if name, value, ok := strings.Cut(pair, "="); ok && value != "" && strings.HasPrefix(name, endpointVariable) {
			variables[name] = value
		}
		if strings.EqualFold(pair, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true") {
			variables = nil
			break
		}
	}
	if all == "" {
		all = variables[endpointVariable]
	}
	if all != "" {
		b, err := parseBase(all)
		if err != nil {
			return e, err
		}
		e.all = b
	}
	for name, value := range variables {
		id, ok := strings.CutPrefix(name, endpointVariable+"_")
		if !ok {
			continue
		}
		b, err := parseBase(value)
		if err != nil {
			return e, fmt.Errorf("%s: %w", name, err)
		}
		e.service[id] = b
	}
	return e, nil
}

func parseBase(text string) (*base, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" {
		return nil, fmt.Errorf("endpoint %q: write http://HOST:PORT or https://HOST:PORT", text)
	}
	b := &base{tls: u.Scheme == "https", addr: u.Host, host: u.Host, path: strings.TrimRight(u.EscapedPath(), "/")}
	if u.Port() == "" {
		b.addr = net.JoinHostPort(u.Hostname(), map[bool]string{false: "80", true: "443"}[b.tls])
	}
	return b, nil
}

func (e *Endpoints) of(service string) (b *base, overridden bool) {
	if b := e.service[ruleOf(service).id]; b != nil {
		return b, true
	}
	return e.all, e.all != nil
}

// find is the address of a call. At an endpoint of its own a subdomain goes
// before the host, but for S3, whose stand-ins take the bucket as a path.
func (e *Endpoints) find(call *AWSCall, rule serviceRule) (base, bool, error) {
	if !isHostPart(call.Subdomain) || !isHostPart(call.Region) || !isHostPart(rule.host) || rule.host == "" {
		return base{}, false, fmt.Errorf("%w: %q, %q and %q make no host name", ErrRequest, call.Subdomain, rule.host, call.Region)
	}
	own, overridden := e.of(call.Service)
	switch {
	case !overridden:
		return awsBase(call, rule), false, nil
	case call.Subdomain == "":
		return *own, true, nil
	}
	b := *own
	if call.Service == "s3" {
		b.path += "/" + call.Subdomain
	} else {
		b.host = call.Subdomain + "." + b.host
	}
	return b, true, nil
}

func awsBase(call *AWSCall, rule serviceRule) base {
	host := rule.host + "."
	if call.Subdomain != "" {
		host = call.Subdomain + "." + host
	}
	if !rule.global && call.Region != "" {
		host += call.Region + "."
	}
	host += dnsSuffix(call.Partition)
	return base{tls: true, addr: host + ":443", host: host}
}

// isHostPart reports whether s may be part of a host name: nothing that a
// client sends may end the name or add a port.
func isHostPart(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '.', c == '_':
		default:
			return false
		}
	}
	return !strings.HasPrefix(s, ".") && !strings.Contains(s, "..")
}
