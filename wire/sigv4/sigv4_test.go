package sigv4

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"
)

const exampleSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

// request makes a Request of header lines "Name: value".
func request(method, host, target, body string, lines ...string) *Request {
	path, query, _ := strings.Cut(target, "?")
	header := http.Header{}
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		header.Add(name, value)
	}
	return &Request{Method: method, Path: path, RawQuery: query, Host: host, Header: header.Values, Body: []byte(body)}
}

func authorization(scope, headers, signature string) string {
	return "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/" + scope + "/aws4_request, SignedHeaders=" + headers + ", Signature=" + signature
}

// Signatures of AWS's published examples and of botocore 1.43.
func TestVerifyKnownSignatures(t *testing.T) {
	aws := time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC)
	boto := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	example := func(method, target, headers, signature string, more ...string) *Request {
		return request(method, "example.amazonaws.com", target, "", append(more, "X-Amz-Date: 20150830T123600Z",
			authorization("20150830/us-east-1/service", headers, signature))...)
	}
	botocore := func(method, target, body, signature string, more ...string) *Request {
		headers := "content-type;host;x-amz-date"
		if len(more) > 0 {
			headers += ";x-amz-security-token"
		}
		return request(method, "localhost:4566", target, body, append(more, "Content-Type: application/json", "X-Amz-Date: 20260102T030405Z",
			authorization("20260102/us-east-1/apigateway", headers, signature))...)
	}
	for _, c := range []struct {
		name    string
		service string
		at      time.Time
		request *Request
	}{
		{"get-vanilla", "service", aws, example("GET", "/", "host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")},
		{"get-vanilla-query-order-key-case", "service", aws, example("GET", "/?Param2=value2&Param1=value1", "host;x-amz-date", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")},
		{"post-vanilla", "service", aws, example("POST", "/", "host;x-amz-date", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")},
		{"iam list users", "iam", aws, request("GET", "iam.amazonaws.com", "/?Action=ListUsers&Version=2010-05-08", "",
			"Content-Type: application/x-www-form-urlencoded; charset=utf-8", "X-Amz-Date: 20150830T123600Z",
			authorization("20150830/us-east-1/iam", "content-type;host;x-amz-date", "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"))},
		{"encoded ARN", "apigateway", boto, botocore("GET", "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2Fa1", "", "9aac96b524fcee5d4492fe1f60b63258d8c62dd3545ac3c311dee89dcb486f7e")},
		{"base path (none)", "apigateway", boto, botocore("GET", "/domainnames/x.test/basepathmappings/%28none%29", "", "525bf83cce199d38fda3613c94ff5dcf90eb47aa3a6a71b3d81d9642ad5d0d80")},
		{"query", "apigateway", boto, botocore("GET", "/restapis?limit=500&position=a%2Bb%20c%2Fd", "", "a20c2c79def440dd3ecdf5422a2e5bad4d2193527071fe1ef2a8975779155612")},
		{"empty query value", "apigateway", boto, botocore("POST", "/restapis?mode=import&failonwarnings=", "{}", "9ae2e0b7778b3fd76537d3c07ac37787bdee07988159a0eadadcf5f8174e2ef2")},
		{"repeated query", "apigateway", boto, botocore("DELETE", "/tags/x?tagKeys=b&tagKeys=a", "", "9a243e60c8254fbedfad2acc51b0e151eecd90cbbf9101896bd0a2a78d034346")},
		{"body", "apigateway", boto, botocore("PUT", "/restapis/a1/resources/r/methods/GET", `{"authorizationType":"NONE"}`, "070dc7fa6f0c90f80ac91649fc8c2cd87eaef69df2754d88e40e24e0a2d2a123")},
		{"session token", "apigateway", boto, botocore("GET", "/account", "", "2cff09a1624d3023a34f49e70a49c2e42ed606aceb9421a2cc78f9f4be0aad78", "X-Amz-Security-Token: TOKEN/+=")},
		{"UTF-8", "apigateway", boto, botocore("GET", "/restapis/caf%C3%A9?name=%C3%A9", "", "b7da48fe7fd6dc44632ec7556c186325a5b360f1523ef3418c89fe8ef6e13442")},
		{"dot segments, signed without them", "apigateway", boto, botocore("GET", "/a/../b//c/./d/", "", "24c07d7ca19eeb09a4811cfb6549898b89083e7ac6bae00185e2a6e2cc06a982")},
		{"presigned", "execute-api", boto, request("GET", "localhost:4566", presigned, "")},
	} {
		claim, err := Parse(c.request)
		if err == nil {
			err = claim.Verify(c.request, exampleSecret, Service{Name: c.service}, c.at.Add(4*time.Minute))
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

const presigned = "/prod/x?a=b%20c&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260102%2Fus-east-1%2Fexecute-api%2Faws4_request&X-Amz-Date=20260102T030405Z&X-Amz-Expires=600&X-Amz-SignedHeaders=host&X-Amz-Security-Token=T%2F%2B&X-Amz-Signature=d2d6d02fe7be088c8811728921952205f0f36a6e2d09b507fad95bfc96aa09b4"

var signedAt = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// signed is a request with a body that Sign signed.
func signed(t *testing.T) (*Request, http.Header) {
	t.Helper()
	r := request("PUT", "localhost:4566", "/restapis/a%2Fb?x=1&y=%20", `{"a":1}`, "Content-Type: application/json")
	header := http.Header{"Content-Type": {"application/json"}}
	for _, h := range Sign(r, Credentials{"AKIDEXAMPLE", exampleSecret, "token"}, "eu-west-1", "apigateway", signedAt, "Content-Type") {
		header.Set(h.Name, h.Value)
	}
	r.Header = header.Values
	return r, header
}

func verify(r *Request, service Service, now time.Time) error {
	claim, err := Parse(r)
	if err != nil {
		return err
	}
	return claim.Verify(r, exampleSecret, service, now)
}

func TestRefusals(t *testing.T) {
	service := Service{Name: "apigateway", Regions: []string{"eu-west-1"}}
	for _, c := range []struct {
		name    string
		change  func(r *Request, h http.Header)
		service Service
		after   time.Duration
		code    string // "" for accepted
		message string
	}{
		{"as signed", nil, service, 0, "", ""},
		{"five minutes later", nil, service, Skew, "", ""},
		{"a clock five minutes ahead", nil, service, -Skew, "", ""},
		{"too old", nil, service, Skew + 2*time.Second, CodeInvalid, "Signature expired: 20260304T050607Z is now earlier than 20260304T050609Z (20260304T051109Z - 5 min.)"},
		{"from the future", nil, service, -Skew - time.Second, CodeInvalid, "Signature not yet current"},
		{"another service", nil, Service{Name: "execute-api"}, 0, CodeInvalid, "Credential should be scoped to correct service: 'execute-api'."},
		{"another region", nil, Service{Name: "apigateway", Regions: []string{"us-east-1"}}, 0, CodeInvalid, "Credential should be scoped to a valid region, not 'eu-west-1'."},
		{"other body", func(r *Request, _ http.Header) { r.Body = []byte(`{"a":2}`) }, service, 0, CodeInvalid, mismatch},
		{"other verb", func(r *Request, _ http.Header) { r.Method = "POST" }, service, 0, CodeInvalid, mismatch},
		{"other path", func(r *Request, _ http.Header) { r.Path = "/restapis/a/b" }, service, 0, CodeInvalid, mismatch},
		{"other query", func(r *Request, _ http.Header) { r.RawQuery = "x=1&y=" }, service, 0, CodeInvalid, mismatch},
		{"a signature in the query beside that of the header", func(r *Request, _ http.Header) { r.RawQuery += "&X-Amz-Signature=0" }, service, 0, CodeInvalid, mismatch},
		{"a parameter more, behind an empty one", func(r *Request, _ http.Header) { r.RawQuery += "&&z=1" }, service, 0, CodeInvalid, mismatch},
		{"an empty parameter", func(r *Request, _ http.Header) { r.RawQuery = "&" + r.RawQuery }, service, 0, "", ""},
		{"query in another order", func(r *Request, _ http.Header) { r.RawQuery = "y=%20&x=1" }, service, 0, "", ""},
		{"other host", func(r *Request, _ http.Header) { r.Host = "evil" }, service, 0, CodeInvalid, mismatch},
		{"other token", func(_ *Request, h http.Header) { h.Set("X-Amz-Security-Token", "other") }, service, 0, CodeInvalid, mismatch},
		{"a second date", func(_ *Request, h http.Header) { h.Add("X-Amz-Date", "20260304T050607Z") }, service, 0, CodeIncomplete, "must not be repeated"},
		{"a target that is not signed", func(_ *Request, h http.Header) { h.Set("X-Amz-Target", "x") }, service, 0, CodeInvalid, "must be a 'SignedHeader'"},
		{"a header that is not signed", func(_ *Request, h http.Header) { h.Set("X-Other", "x") }, service, 0, "", ""},
		{"hash of another body", func(_ *Request, h http.Header) { h.Set("X-Amz-Content-Sha256", emptyHash) }, service, 0, CodeInvalid, mismatch},
		{"unsigned payload where it is not taken", func(_ *Request, h http.Header) { h.Set("X-Amz-Content-Sha256", UnsignedPayload) }, service, 0, CodeInvalid, mismatch},
		{"no signature at all", func(_ *Request, h http.Header) { h.Del("Authorization") }, service, 0, CodeMissing, "Missing Authentication Token"},
		{"two of them", func(_ *Request, h http.Header) { h.Add("Authorization", "x") }, service, 0, CodeIncomplete, "Multiple"},
		{"a bearer token", func(_ *Request, h http.Header) { h.Set("Authorization", "Bearer abc") }, service, 0, CodeIncomplete,
			"Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '"},
		{"something else", func(_ *Request, h http.Header) { h.Set("Authorization", "k=v"); h.Del("X-Amz-Date") }, service, 0, CodeIncomplete,
			"Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization="},
		{"host not signed", func(_ *Request, h http.Header) {
			h.Set("Authorization", strings.Replace(h.Get("Authorization"), "content-type;host;", "content-type;", 1))
		}, service, 0, CodeInvalid, "'Host'"},
		{"a signed header twice", func(_ *Request, h http.Header) {
			h.Set("Authorization", strings.Replace(h.Get("Authorization"), "content-type;host;", "content-type;content-type;host;", 1))
		}, service, 0, CodeIncomplete, "sorted and without repetition"},
		{"signed headers in another order", func(_ *Request, h http.Header) {
			h.Set("Authorization", strings.Replace(h.Get("Authorization"), "content-type;host;", "host;content-type;", 1))
		}, service, 0, CodeIncomplete, "sorted and without repetition"},
		{"scope of another day", func(_ *Request, h http.Header) {
			h.Set("Authorization", strings.Replace(h.Get("Authorization"), "20260304", "20260303", 1))
		}, service, 0, CodeInvalid, "Date in Credential scope does not match"},
		{"scope cut short", func(_ *Request, h http.Header) {
			h.Set("Authorization", strings.Replace(h.Get("Authorization"), "/aws4_request", "", 1))
		}, service, 0, CodeIncomplete, "exactly 5 slash-delimited elements"},
	} {
		r, header := signed(t)
		if c.change != nil {
			c.change(r, header)
		}
		err := verify(r, c.service, signedAt.Add(c.after))
		var refused *Error
		if errors.As(err, &refused) != (c.code != "") || c.code != "" && (refused.Code != c.code || !strings.HasPrefix(refused.Message, c.message) && !strings.Contains(refused.Message, c.message)) {
			t.Errorf("%s: %v, want %s %s", c.name, err, c.code, c.message)
		}
	}
}

// RFC 3986 §2.3: signatures are made over one form of each text.
func TestEncode(t *testing.T) {
	const unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
	for i := range 256 {
		text := string([]byte{byte(i)})
		want := text
		if !strings.Contains(unreserved, text) {
			want = fmt.Sprintf("%%%02X", i)
		}
		if got := Encode(text, ""); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	if got := Encode("/a b/", "/"); got != "/a%20b/" {
		t.Error(got)
	}
}

func TestPresignedExpires(t *testing.T) {
	made := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	r := request("GET", "localhost:4566", presigned, "")
	for after, refused := range map[time.Duration]bool{10 * time.Minute: false, 10*time.Minute + time.Second: true} {
		if err := verify(r, Service{Name: "execute-api"}, made.Add(after)); (err != nil) != refused {
			t.Errorf("after %s: %v", after, err)
		}
	}
	r.RawQuery += "&X-Amz-Expires=9999"
	if err := verify(r, Service{Name: "execute-api"}, made); err == nil {
		t.Error("a second X-Amz-Expires was accepted")
	}
}

func TestPresign(t *testing.T) {
	made := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	r := request("GET", "localhost", "/prod/a%20b?z=1&a=%2F", "")
	r.RawQuery = Presign(r, Credentials{"AKIDEXAMPLE", exampleSecret, "token/+="}, "us-east-1", "execute-api", made, time.Minute)
	claim, err := Parse(r)
	if err != nil || !claim.Presigned || claim.SessionToken != "token/+=" || claim.Expires != time.Minute {
		t.Fatalf("%+v %v", claim, err)
	}
	if err := verify(r, Service{Name: "execute-api"}, made.Add(time.Minute)); err != nil {
		t.Error(err)
	}
	r.RawQuery = strings.Replace(r.RawQuery, "z=1", "z=2", 1)
	if err := verify(r, Service{Name: "execute-api"}, made); err == nil {
		t.Error("another query was accepted")
	}
}

// No change of a signed request passes, but those that say the same.
func TestNoMutantIsAccepted(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	service := Service{Name: "apigateway"}
	for range 5000 {
		r, header := signed(t)
		before := fmt.Sprint(r.Method, r.Path, r.RawQuery, r.Host, string(r.Body), header)
		name := mutate(random, r, header)
		if fmt.Sprint(r.Method, r.Path, r.RawQuery, r.Host, string(r.Body), header) == before {
			continue
		}
		if verify(r, service, signedAt) == nil {
			t.Fatalf("accepted with %s changed: %s %s?%s %s %v %q", name, r.Method, r.Path, r.RawQuery, r.Host, header, r.Body)
		}
	}
}

func mutate(random *rand.Rand, r *Request, header http.Header) string {
	flip := func(s string) string {
		if s == "" {
			return "x"
		}
		b := []byte(s)
		b[random.IntN(len(b))] = "abcXYZ019"[random.IntN(9)]
		return string(b)
	}
	switch random.IntN(6) {
	case 0:
		r.Method = flip(r.Method)
		return "method"
	case 1:
		r.Path = flip(r.Path)
		return "path"
	case 2:
		r.Body = []byte(flip(string(r.Body)))
		return "body"
	case 3:
		r.Host = flip(r.Host)
		return "host"
	case 4:
		name := []string{"X-Amz-Date", "X-Amz-Security-Token", "Content-Type"}[random.IntN(3)]
		header.Set(name, flip(header.Get(name)))
		return name
	}
	text := header.Get("Authorization")
	key := strings.Index(text, "Credential=") + len("Credential=AKIDEXAMPLE")
	header.Set("Authorization", text[:key]+flip(text[key:]))
	return "Authorization"
}

func TestFindScope(t *testing.T) {
	for authorization, want := range map[string]string{
		"AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/apigateway/aws4_request":                    "AKIA 20260101/us-east-1/apigateway/aws4_request true",
		"AWS4-HMAC-SHA256 Credential=with/slash/20260101/us-east-1/sts/aws4_request, SignedHeaders=host": "with/slash 20260101/us-east-1/sts/aws4_request true",
		"AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/apigateway":                                 " ///aws4_request false",
		"AWS4-HMAC-SHA256 Credential=/20260101/us-east-1/apigateway/aws4_request":                        " 20260101/us-east-1/apigateway/aws4_request false",
		"Bearer Credential=AKIA/20260101/us-east-1/apigateway/aws4_request":                              " ///aws4_request false",
		"": " ///aws4_request false",
	} {
		key, scope, ok := FindScope(authorization, "")
		if got := fmt.Sprint(key, " ", scope, " ", ok); got != want {
			t.Errorf("%q: %s, want %s", authorization, got, want)
		}
	}
	if _, scope, ok := FindScope("", strings.TrimPrefix(presigned, "/prod/x?")); !ok || scope.Service != "execute-api" {
		t.Errorf("presigned: %v %v", scope, ok)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, SignedHeaders=host, Signature=0", "20260304T050607Z", "a=b&c", "/x/../%2F")
	f.Add("", "", strings.TrimPrefix(presigned, "/prod/x?"), "/prod/x")
	f.Fuzz(func(t *testing.T, auth, date, query, path string) {
		r := request("GET", "h", "/", "", "X-Amz-Date: "+date)
		r.Path, r.RawQuery = path, query
		if auth != "" {
			r = request("GET", "h", "/", "", "X-Amz-Date: "+date, "Authorization: "+auth)
		}
		if verify(r, Service{Name: "apigateway"}, signedAt) == nil {
			t.Errorf("accepted %q %q %q", auth, date, query)
		}
	})
}

// TestSignForS3: the example of AWS's S3 manual for an object whose name has a
// "$", whose path is encoded once and whose body's hash is a header.
func TestSignForS3(t *testing.T) {
	r := request("PUT", "examplebucket.s3.amazonaws.com", "/test%24file.text", "Welcome to Amazon S3.",
		"Date: Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class: REDUCED_REDUNDANCY")
	c := Credentials{AccessKey: "AKIAIOSFODNN7EXAMPLE", Secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
	headers := Sign(r, c, "us-east-1", "s3", time.Date(2013, 5, 24, 0, 0, 0, 0, time.UTC), "date", "x-amz-storage-class")
	got := headers[len(headers)-1].Value
	if !strings.HasSuffix(got, "Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd") {
		t.Errorf("Authorization: %s", got)
	}
}

// TestSignOfRepeatedSlashes: get-slashes of AWS's test suite for Signature
// Version 4, where /example/ is signed. S3 alone signs what is sent.
func TestSignOfRepeatedSlashes(t *testing.T) {
	c := Credentials{AccessKey: "AKIDEXAMPLE", Secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
	sign := func(service, path string) string {
		headers := Sign(request("GET", "example.amazonaws.com", path, ""), c, "us-east-1", service, signedAt)
		return headers[len(headers)-1].Value
	}
	if a, b := sign("sns", "//example//"), sign("sns", "/example/"); a != b {
		t.Errorf("%s is not %s", a, b)
	}
	if sign("s3", "//example//") == sign("s3", "/example/") {
		t.Error("S3's object /example/ is signed as example/")
	}
}
