package gateway

import "strings"

// A headerRule says what becomes of a header on each of its ways
// (data plane §14). The zero action passes it.
type headerRule struct {
	name string

	ingress       action // of the client, before anything sees it (§3.3, AF-235)
	proxied       action // of the client, on its way through HTTP_PROXY (§11.2, AF-235)
	mappedHTTP    action // set by requestParameters or requestOverride on HTTP and HTTP_PROXY (§14.2, AF-234)
	mappedAWS     action // the same on AWS and AWS_PROXY
	mappedBack    action // set by responseParameters or responseOverride (§14.4, AF-236)
	proxiedBack   action // of a proxy integration's answer (§14.4, AF-230)
	fromResponder action // of a gateway response's responseParameters (§17.2)
}

// An action is what happens to a header.
type action uint8

const (
	pass  action = iota
	drop         // without a word
	remap        // renamed x-amzn-Remapped-<name>
	fail         // 500: "<name> header already present"
)

const remapPrefix = "x-amzn-Remapped-"

// headerRules lists the headers that do not just pass. Framing headers never
// leave as such: the doors and the client write their own.
var headerRules = []headerRule{
	{name: "Authorization", mappedAWS: fail, mappedBack: remap, proxiedBack: remap},
	{name: "Connection", ingress: drop, mappedHTTP: drop, mappedAWS: fail, mappedBack: remap, proxiedBack: remap, fromResponder: drop},
	{name: "Content-Encoding", proxied: drop},
	{name: "Content-Length", ingress: drop, mappedHTTP: fail, mappedAWS: fail, mappedBack: remap, proxiedBack: remap, fromResponder: drop},
	{name: "Content-MD5", ingress: drop, mappedBack: remap, proxiedBack: remap},
	{name: "Date", mappedBack: remap, proxiedBack: remap, fromResponder: drop},
	{name: "Expect", ingress: drop, mappedHTTP: drop, mappedAWS: fail, mappedBack: remap, proxiedBack: drop},
	{name: "Host", proxied: drop, mappedBack: remap, proxiedBack: drop},
	{name: "Keep-Alive", proxied: drop, mappedHTTP: drop, mappedBack: drop, proxiedBack: drop, fromResponder: drop},
	{name: "Max-Forwards", ingress: drop, mappedBack: remap, proxiedBack: remap},
	{name: "Proxy-Authenticate", ingress: drop, mappedHTTP: drop, mappedAWS: fail, mappedBack: remap, proxiedBack: drop},
	{name: "Proxy-Connection", proxied: drop, mappedHTTP: drop, mappedBack: drop, proxiedBack: drop, fromResponder: drop},
	{name: "Referer", mappedAWS: drop},
	{name: "Server", ingress: drop, mappedBack: remap, proxiedBack: remap},
	{name: "TE", ingress: drop, mappedHTTP: drop, mappedAWS: fail, proxiedBack: drop},
	{name: "Trailer", ingress: drop, mappedBack: remap, proxiedBack: drop, fromResponder: drop},
	{name: "Transfer-Encoding", ingress: drop, mappedHTTP: fail, mappedAWS: fail, mappedBack: drop, proxiedBack: drop, fromResponder: drop},
	{name: "Upgrade", ingress: drop, mappedBack: remap, proxiedBack: drop, fromResponder: drop},
	{name: "User-Agent", mappedBack: remap, proxiedBack: remap},
	{name: "Via", proxied: drop, mappedHTTP: drop, proxiedBack: drop},
	{name: "WWW-Authenticate", ingress: drop, mappedBack: remap, proxiedBack: remap},
	{name: apiIdHeader, proxied: drop, mappedHTTP: fail, mappedAWS: fail},
	{name: traceHeader, ingress: drop, proxied: drop, mappedHTTP: fail, mappedAWS: fail}, // written anew, as the next three
	{name: "X-Forwarded-For", ingress: drop},
	{name: "X-Forwarded-Port", ingress: drop},
	{name: "X-Forwarded-Proto", ingress: drop},
	{name: "X-HTTP-Method-Override", ingress: drop},
	{name: requestIdHeader, mappedBack: remap, proxiedBack: remap, fromResponder: drop},
	{name: extendedIdHeader, mappedBack: remap, proxiedBack: remap, fromResponder: drop},
}

// Headers of API Gateway itself.
const (
	traceHeader      = "X-Amzn-Trace-Id"
	apiIdHeader      = "x-amzn-apigateway-api-id"
	requestIdHeader  = "x-amzn-RequestId"
	extendedIdHeader = "x-amz-apigw-id"
	errorTypeHeader  = "x-amzn-ErrorType"
)

// rulesByLength finds a rule with a comparison or none: most headers have no
// rule's length and first letter.
var rulesByLength = indexByLength(headerRules)

// indexedRules are the rules of headers whose names are equally long.
type indexedRules struct {
	initials uint32 // a bit for each first letter
	rules    []*headerRule
}

func indexByLength(rules []headerRule) (index [32]indexedRules) {
	for i := range rules {
		name := rules[i].name
		known := &index[len(name)]
		known.initials |= initialBit(name)
		known.rules = append(known.rules, &rules[i])
	}
	return index
}

// initialBit stands for the first letter of a name, in any case.
func initialBit(name string) uint32 { return 1 << (name[0] & 0x1f) }

var noRule headerRule

// ruleFor finds the rule of a header, in any case; that of an ordinary header
// passes it everywhere.
func ruleFor(name string) *headerRule {
	if name == "" || len(name) >= len(rulesByLength) {
		return &noRule
	}
	known := &rulesByLength[len(name)]
	if known.initials&initialBit(name) == 0 {
		return &noRule
	}
	for _, rule := range known.rules {
		if rule.name == name || strings.EqualFold(rule.name, name) {
			return rule
		}
	}
	return &noRule
}

// Rules of the headers that every request gets at ingress.
var (
	hostRule           = ruleFor("Host")
	forwardedForRule   = ruleFor("X-Forwarded-For")
	forwardedPortRule  = ruleFor("X-Forwarded-Port")
	forwardedProtoRule = ruleFor("X-Forwarded-Proto")
	traceRule          = ruleFor(traceHeader)
)

// validHeader reports whether a header that a mapping made may be sent: its
// name is a token, and the value cannot begin another line.
func validHeader(name, value string) bool {
	return isToken(name) && !strings.ContainsAny(value, "\r\n\x00")
}

// isToken reports whether s is a token of RFC 9110 §5.6.2.
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"(),/:;<=>?@[\\]{}", c) >= 0 {
			return false
		}
	}
	return s != ""
}
