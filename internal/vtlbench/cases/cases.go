// Package cases holds the mapping templates that the speed of the template
// engine is measured on, with what they see and what Velocity 1.7 makes of
// them.
package cases

import (
	_ "embed" // the templates
	"fmt"
	"strings"
)

// Case is one template and its request.
type Case struct {
	Name, Template, Body string
	// SHA256 is that of Velocity's output, in hexadecimal.
	SHA256 string
	// Full says that the request has Headers, Query, Path, Stage and Context.
	Full bool
}

// Pair is a name and a value.
type Pair struct{ Name, Value string }

// What a full request has.
var (
	Headers = []Pair{
		{"Accept", "application/json, text/plain, */*"}, {"Accept-Encoding", "gzip, deflate, br"},
		{"Accept-Language", "en-US,en;q=0.9"}, {"Content-Type", "application/json"},
		{"Host", "abc.execute-api.us-east-1.amazonaws.com"}, {"User-Agent", "Mozilla/5.0 (X11; Linux x86_64)"},
		{"X-Amzn-Trace-Id", "Root=1-5f84c7a9-0e5b6"}, {"X-Forwarded-For", "203.0.113.1"},
		{"X-Forwarded-Port", "443"}, {"X-Forwarded-Proto", "https"},
	}
	Query = []Pair{{"page", "2"}, {"q", "a b"}}
	Path  = []Pair{{"id", "42"}}
	Stage = []Pair{{"env", "prod"}, {"table", "Orders"}}
	// Context has dotted names.
	Context = []Pair{
		{"accountId", "111122223333"}, {"apiId", "a1"}, {"httpMethod", "POST"}, {"stage", "prod"},
		{"requestId", "r-1"}, {"resourceId", "z"}, {"resourcePath", "/o/{id}"},
		{"identity.apiKey", "k"}, {"identity.sourceIp", "203.0.113.1"}, {"identity.userAgent", "Mozilla/5.0"},
		{"identity.accountId", ""}, {"identity.caller", ""}, {"identity.user", ""}, {"identity.userArn", ""},
		{"identity.cognitoAuthenticationProvider", ""}, {"identity.cognitoAuthenticationType", ""},
		{"identity.cognitoIdentityId", ""}, {"identity.cognitoIdentityPoolId", ""},
		{"authorizer.principalId", "u1"},
	}
)

//go:embed t1.vm
var constant string

//go:embed t2.vm
var passThrough string

//go:embed t3.vm
var order string

//go:embed t4.vm
var loop string

// All are a constant for a MOCK, the documented pass-through template, a
// mapping of 1 KB, and a loop over 100 and over 1,000 items (21 and 213 KB).
func All() []Case {
	return []Case{
		{Name: "t1", Template: constant, SHA256: "70358b772fc9a444816f49f054eb8e785c265815592c3bb474e63eb6bf850be6"},
		{Name: "t2", Template: passThrough, Full: true, SHA256: "7bedb869f05b33b7195b14e7b3ee867ec946a7e196926e17a0e4cbc1b18918f5",
			Body: `{"order": {"id": 42, "lines": [{"sku": "A-1", "qty": 2}, {"sku": "B-2", "qty": 1}], "note": "it's fine"}}`},
		{Name: "t3", Template: order, Body: orderBody(), SHA256: "b31c0aa799750c8e8e8b99f502a3a4c66eb3133222b0b52c88152c7125b38215"},
		{Name: "t4", Template: loop, Body: itemsBody(100), SHA256: "36cf7a4318eafe9b34eaa55f3ccd1197656087d426f2630699627573838cc97d"},
		{Name: "t5", Template: loop, Body: itemsBody(1000), SHA256: "22cf498d18bde5d080f202e48d2a87cdbffeb9d5f26479c4d4caf402c606e280"},
	}
}

func orderBody() string {
	var b strings.Builder
	b.WriteString(`{"customer": {"id": "c-7", "first": "Ada", "last": "Lovelace", "email": "ada@example.org", "phones": ["+44 1", "+44 2"]}, ` +
		`"address": {"street": "12 Row", "city": "London", "zip": "N1", "country": "GB"}, ` +
		`"order": {"id": 90071, "total": 161.4, "currency": "GBP", "paid": true, "note": "Leave at \"door\""}, "lines": [`)
	for i := 1; i <= 8; i++ {
		if i > 1 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, `{"sku": "S-%d", "title": "Product number %d", "qty": %d, "price": %.1f}`, i, i, i, float64(i)*1.5)
	}
	return b.String() + "]}"
}

func itemsBody(n int) string {
	var b strings.Builder
	b.WriteString(`{"items": [`)
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, `{"id": "item-%05d", "owner": {"name": "Owner %d", "email": "o%d@example.org"}, "title": "Title of the item \"%d\"", `+
			`"public": %t, "size": %d, "tags": ["red", "green", "t%d"], "pad": "%s"}`,
			i, i%17, i, i, i%2 == 0, i*37%1000, i, strings.Repeat("x", 20))
	}
	return b.String() + "]}"
}
