package sigv4

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Credentials sign.
type Credentials struct{ AccessKey, Secret, SessionToken string }

// A Header is a header that Sign wants added to the request.
type Header struct{ Name, Value string }

// Sign returns the headers that make r a signed request: X-Amz-Date,
// X-Amz-Security-Token with temporary credentials, X-Amz-Content-Sha256 for S3,
// which wants it, and Authorization. Of r's headers those named in signed are
// covered, beside Host and the X-Amz- ones that Sign adds.
func Sign(r *Request, c Credentials, region, service string, at time.Time, signed ...string) []Header {
	at = at.UTC()
	added := []Header{{"X-Amz-Date", at.Format(timeFormat)}}
	if c.SessionToken != "" {
		added = append(added, Header{"X-Amz-Security-Token", c.SessionToken})
	}
	payload, path := hashOf(r.Body), Encode(normalized(r.Path), "/")
	if isS3(service) {
		added, path = append(added, Header{contentHash, payload}), r.Path
	}
	names := []string{"host"}
	for _, h := range added {
		names = append(names, strings.ToLower(h.Name))
	}
	for _, name := range signed {
		names = append(names, strings.ToLower(name))
	}
	slices.Sort(names)
	names = slices.Compact(names)
	whole := *r
	whole.Header = func(name string) []string {
		for _, h := range added {
			if strings.EqualFold(h.Name, name) {
				return []string{h.Value}
			}
		}
		return r.Header(name)
	}
	scope := Scope{at.Format("20060102"), region, service}
	canonical := canonicalRequest(&whole, path, parseQuery(r.RawQuery).canonical(""), payload, names)
	authorization := algorithm + " Credential=" + c.AccessKey + "/" + scope.String() +
		", SignedHeaders=" + strings.Join(names, ";") + ", Signature=" + signature(c.Secret, at, scope, canonical)
	return append(added, Header{"Authorization", authorization})
}

const contentHash = "X-Amz-Content-Sha256"

// isS3 reports whether a service signs the path as it is sent and wants the
// hash of the body in a header; every other one encodes the path a second time,
// without its dot segments and repeated slashes.
func isS3(service string) bool {
	return service == "s3" || strings.HasPrefix(service, "s3-") || service == "s3express"
}

// Presign returns r's query with what makes r a signed request for as long as
// expires: no header has to be added. Of r's headers Host is covered, and r's
// body.
func Presign(r *Request, c Credentials, region, service string, at time.Time, expires time.Duration) (rawQuery string) {
	at = at.UTC()
	scope := Scope{at.Format("20060102"), region, service}
	q := parseQuery(r.RawQuery)
	add := func(name, value string) { q = append(q, struct{ name, value string }{name, value}) }
	add("X-Amz-Algorithm", algorithm)
	add("X-Amz-Credential", c.AccessKey+"/"+scope.String())
	add("X-Amz-Date", at.Format(timeFormat))
	add("X-Amz-Expires", strconv.FormatInt(int64(expires/time.Second), 10))
	if c.SessionToken != "" {
		add("X-Amz-Security-Token", c.SessionToken)
	}
	add("X-Amz-SignedHeaders", "host")
	rawQuery = q.canonical("")
	canonical := canonicalRequest(r, Encode(r.Path, "/"), rawQuery, hashOf(r.Body), []string{"host"})
	return rawQuery + "&X-Amz-Signature=" + signature(c.Secret, at, scope, canonical)
}
