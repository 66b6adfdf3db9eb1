package sigv4

import (
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

// Parse reads the claim of a request, from its Authorization header or else
// its query. A request without either is refused with CodeMissing.
func Parse(r *Request) (*Claim, error) {
	if values := r.Header("Authorization"); len(values) > 0 {
		if len(values) > 1 {
			return nil, incomplete("Multiple Authorization headers in the request")
		}
		return parseHeader(r, values[0])
	}
	query := parseQuery(r.RawQuery)
	if _, ok := query.get("X-Amz-Signature"); ok {
		return parsePresigned(query)
	}
	return nil, &Error{Code: CodeMissing, Message: "Missing Authentication Token"}
}

func parseHeader(r *Request, value string) (*Claim, error) {
	scheme, rest, _ := strings.Cut(strings.TrimSpace(value), " ")
	parameters := map[string]string{}
	if scheme != algorithm {
		rest = value // not a scheme of ours: what it lacks is said of the whole
	}
	for part := range strings.SplitSeq(rest, ",") {
		name, v, ok := strings.Cut(strings.TrimSpace(part), "=")
		if !ok {
			return nil, incomplete("Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '%s'.", hashed(part))
		}
		if _, twice := parameters[name]; twice {
			return nil, incomplete("Authorization header has '%s' more than once", name)
		}
		parameters[name] = v
	}
	date, hasDate := r.header("X-Amz-Date")
	if !hasDate {
		date, hasDate = r.header("Date")
	}
	if missing := missingParts(parameters, hasDate); missing != "" || scheme != algorithm {
		return nil, incomplete("%sAuthorization=%s", missing, scheme)
	}
	claim := &Claim{Signature: parameters["Signature"], SignedHeaders: strings.Split(parameters["SignedHeaders"], ";")}
	claim.SessionToken, _ = r.header("X-Amz-Security-Token")
	return claim, claim.complete(parameters["Credential"], date)
}

// missingParts is AWS's text for an Authorization header that lacks something.
func missingParts(parameters map[string]string, hasDate bool) string {
	var text strings.Builder
	for _, name := range []string{"Credential", "Signature", "SignedHeaders"} {
		if parameters[name] == "" {
			text.WriteString("Authorization header requires '" + name + "' parameter. ")
		}
	}
	if !hasDate {
		text.WriteString("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ")
	}
	return text.String()
}

func hashed(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func parsePresigned(q query) (*Claim, error) {
	for _, name := range []string{"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature"} {
		if n := q.count(name); n != 1 {
			return nil, incomplete("AWS query-string parameters must include '%s' exactly once. Re-examine the query-string parameters.", name)
		}
	}
	if a := q.value("X-Amz-Algorithm"); a != algorithm {
		return nil, incomplete("Unsupported AWS 'algorithm': '%s'", a)
	}
	seconds, err := strconv.Atoi(q.value("X-Amz-Expires"))
	if err != nil || seconds < 0 || seconds > 7*24*3600 {
		return nil, incomplete("X-Amz-Expires must be a number of seconds of up to a week")
	}
	claim := &Claim{Signature: q.value("X-Amz-Signature"), SignedHeaders: strings.Split(q.value("X-Amz-SignedHeaders"), ";"),
		SessionToken: q.value("X-Amz-Security-Token"), Presigned: true, Expires: time.Duration(seconds) * time.Second}
	return claim, claim.complete(q.value("X-Amz-Credential"), q.value("X-Amz-Date"))
}

// complete fills in what both forms spell alike.
func (c *Claim) complete(credential, date string) error {
	var ok bool
	if c.AccessKey, c.Scope, ok = parseCredential(credential); !ok {
		return incomplete("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '%s'", credential)
	}
	at, err := time.Parse(timeFormat, date)
	if err != nil {
		if at, err = time.Parse(time.RFC1123, date); err != nil {
			return incomplete("Date must be in ISO-8601 'basic format'. Got '%s'. See http://en.wikipedia.org/wiki/ISO_8601", date)
		}
	}
	c.Time = at.UTC()
	return nil
}

// FindScope is the access key and scope that an Authorization header or a raw
// query names, whatever else of the signature is missing: enough to find the
// service and the region that a request is meant for.
func FindScope(authorization, rawQuery string) (accessKey string, scope Scope, ok bool) {
	credential := ""
	if strings.HasPrefix(authorization, algorithm) {
		_, rest, _ := strings.Cut(authorization, "Credential=")
		credential, _, _ = strings.Cut(rest, ",")
	} else if strings.Contains(rawQuery, "X-Amz-Credential=") {
		credential = parseQuery(rawQuery).value("X-Amz-Credential")
	}
	return parseCredential(strings.TrimSpace(credential))
}
