package server

import (
	"bytes"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/poterne/poterne/wire/httpmsg"
	"github.com/poterne/poterne/wire/sigv4"
)

const whoMayCall = `{"identities": [
  {"arn": "arn:aws:iam::000000000000:user/admin", "accessKeys": [{"id": "AKIAADMIN", "secret": "admins"}],
   "policies": [{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "apigateway:*", "Resource": "*"}}]},
  {"arn": "arn:aws:iam::000000000000:user/reader", "accessKeys": [{"id": "AKIAREADER", "secret": "readers"}],
   "policies": [{"Version": "2012-10-17", "Statement": [
     {"Effect": "Allow", "Action": "apigateway:GET", "Resource": "arn:aws:apigateway:us-east-1::/*"},
     {"Effect": "Deny", "Action": "*", "Resource": "arn:aws:apigateway:us-east-1::/account"}]}]},
  {"arn": "arn:aws:iam::000000000000:user/blue", "accessKeys": [{"id": "AKIABLUE", "secret": "blues"}],
   "policies": [{"Version": "2012-10-17", "Statement": [
     {"Effect": "Allow", "Action": "apigateway:POST", "Resource": "arn:aws:apigateway:*::/restapis", "Condition": {"StringEquals": {"aws:RequestTag/team": "blue"}}},
     {"Effect": "Allow", "Action": ["apigateway:GET", "apigateway:PATCH", "apigateway:PUT"], "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "blue"}}},
     {"Effect": "Allow", "Action": "apigateway:DELETE", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}, "Bool": {"aws:SecureTransport": "false"}}}]}]},
  {"arn": "arn:aws:sts::000000000000:assumed-role/deploy/ci", "accessKeys": [
     {"id": "ASIACI", "secret": "cis", "sessionToken": "token"},
     {"id": "ASIAOLD", "secret": "olds", "sessionToken": "token", "expires": "2026-01-01T00:00:00Z"}],
   "policies": [{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}]}
]}`

var callTime = time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)

// withIdentities is a server that is never reached by a socket.
func withIdentities(t *testing.T, log *slog.Logger) *Server {
	t.Helper()
	s, err := New(t.Context(), Config{Listen: "localhost:0", Identities: document(t, "identities.json", whoMayCall), Log: log,
		Now: func() time.Time { return callTime }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// signedCall is a request to the AWS API, signed at callTime.
func signedCall(method, target, body string, c sigv4.Credentials) *httpmsg.Request {
	r := &httpmsg.Request{Method: method, Host: "gateway.example", Proto: "HTTP/1.1", Remote: netip.MustParseAddrPort("192.0.2.7:1234")}
	r.Path, r.RawQuery, _ = strings.Cut(target, "?")
	r.Header.Add("Host", r.Host)
	signed := &sigv4.Request{Method: method, Path: r.Path, RawQuery: r.RawQuery, Host: r.Host, Body: []byte(body),
		Header: func(string) []string { return nil }}
	for _, h := range sigv4.Sign(signed, c, "us-east-1", "apigateway", callTime) {
		r.Header.Add(h.Name, h.Value)
	}
	r.SetBody([]byte(body))
	return r
}

// answerTo is the status and the body of the answer, with the error's type.
func (s *Server) answerTo(r *httpmsg.Request) (status int, answer string) {
	var w httpmsg.Response
	s.planes.shared().Handle(r, &w)
	errorType, _ := w.Header.Get("x-amzn-ErrorType")
	answer = strings.TrimSpace(errorType + " " + string(w.Body))
	if w.Done != nil {
		w.Done(0, nil)
	}
	return w.Status, answer
}

func TestCallsAreVerifiedAndAuthorised(t *testing.T) {
	s := withIdentities(t, nil)
	credentials := map[string]sigv4.Credentials{
		"admin": {AccessKey: "AKIAADMIN", Secret: "admins"}, "reader": {AccessKey: "AKIAREADER", Secret: "readers"},
		"blue": {AccessKey: "AKIABLUE", Secret: "blues"}, "ci": {AccessKey: "ASIACI", Secret: "cis", SessionToken: "token"},
		"old": {AccessKey: "ASIAOLD", Secret: "olds", SessionToken: "token"}, "nobody": {AccessKey: "AKIANOBODY", Secret: "x"},
		"thief": {AccessKey: "AKIAADMIN", Secret: "guess"}, "forger": {AccessKey: "ASIACI", Secret: "cis", SessionToken: "forged"},
		"bare": {AccessKey: "ASIACI", Secret: "cis"},
	}
	create := func(who, body string) string {
		status, answer := s.answerTo(signedCall("POST", "/restapis", body, credentials[who]))
		if status != 201 {
			t.Fatalf("%s creates an API: %d %s", who, status, answer)
		}
		_, rest, _ := strings.Cut(answer, `"id":"`)
		id, _, _ := strings.Cut(rest, `"`)
		return id
	}
	blue := create("blue", `{"name": "b", "tags": {"Team": "blue"}}`)
	red := create("admin", `{"name": "r", "tags": {"team": "red"}}`)
	policy := `{"patchOperations": [{"op": "replace", "path": "/policy", "value": "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"execute-api:Invoke\",\"Resource\":\"*\"}}"}]}`
	disguised := strings.Replace(policy, `"value":`, `"Path": "/name", "OP": "test", "value":`, 1)
	bare := `{"openapi": "3.0.1", "info": {"title": "b", "version": "1"}, "paths": {}}`
	denied := func(user, action, path, why string) string {
		return "AccessDeniedException {\"message\":\"User: arn:aws:iam::000000000000:user/" + user + " is not authorized to perform: apigateway:" + action +
			" on resource: arn:aws:apigateway:us-east-1::" + path + " " + why
	}
	for _, c := range []struct {
		who, method, target, body string
		status                    int
		answer                    string // what it begins with
	}{
		{"admin", "GET", "/restapis", "", 200, ""},
		{"reader", "GET", "/restapis?limit=5", "", 200, ""},
		{"ci", "GET", "/restapis", "", 200, ""},
		{"reader", "POST", "/restapis", `{"name": "x"}`, 403, denied("reader", "POST", "/restapis", "because no identity-based policy allows the apigateway:POST action")},
		{"reader", "GET", "/account", "", 403, denied("reader", "GET", "/account", "with an explicit deny in an identity-based policy")},
		{"reader", "GET", "/account/", "", 403, denied("reader", "GET", "/account", "with an explicit deny")},
		{"reader", "DELETE", "/restapis/" + red, "", 403, denied("reader", "DELETE", "/restapis/"+red, "because")},
		{"reader", "POST", "/restapis", `{"name": 1`, 403, "AccessDenied"}, // before the body is read: control plane §1.12
		{"blue", "POST", "/restapis", `{"name": "x", "tags": {"team": "red"}}`, 403, "AccessDenied"},
		{"blue", "POST", "/restapis", `{"name": "x"}`, 403, "AccessDenied"},
		{"blue", "GET", "/restapis/" + blue, "", 200, ""},
		{"blue", "GET", "/restapis/" + red, "", 403, "AccessDenied"},
		{"blue", "GET", "/restapis/" + blue + "/resources", "", 200, ""},
		{"blue", "GET", "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2F" + blue, "", 200, ""},
		{"blue", "GET", "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2F" + red, "", 403,
			denied("blue", "GET", "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2F"+red, "because")},
		{"blue", "PATCH", "/restapis/" + blue, policy, 403, denied("blue", "UpdateRestApiPolicy", "/restapis/"+blue, "because")},
		{"blue", "PATCH", "/restapis/" + blue, disguised, 403, denied("blue", "UpdateRestApiPolicy", "/restapis/"+blue, "because")},
		{"admin", "PATCH", "/restapis/" + blue, policy, 200, ""},
		{"blue", "PUT", "/restapis/" + blue + "?mode=merge", bare, 200, ""},
		{"blue", "PUT", "/restapis/" + blue + "?mode=overwrite", bare, 403, denied("blue", "UpdateRestApiPolicy", "/restapis/"+blue, "because")},
		{"blue", "PUT", "/restapis/" + blue + "/?mode=overwrite", bare, 403, denied("blue", "UpdateRestApiPolicy", "/restapis/"+blue, "because")},
		{"admin", "PUT", "/restapis/" + blue + "?mode=overwrite", bare, 200, ""},
		{"blue", "PUT", "/restapis/" + blue + "?mode=overwrite", bare, 200, ""}, // there is none now
		{"blue", "DELETE", "/restapis/" + blue, "", 202, ""},
		{"admin", "PATCH", "/restapis/" + red, policy, 200, ""},
		{"nobody", "GET", "/restapis", "", 403, `UnrecognizedClientException {"message":"The security token included in the request is invalid."}`},
		{"forger", "GET", "/restapis", "", 403, "UnrecognizedClientException"},
		{"bare", "GET", "/restapis", "", 403, "UnrecognizedClientException"},
		{"old", "GET", "/restapis", "", 403, `ExpiredTokenException {"message":"The security token included in the request is expired"}`},
		{"thief", "GET", "/restapis", "", 403, `InvalidSignatureException {"message":"The request signature we calculated does not match`},
	} {
		status, answer := s.answerTo(signedCall(c.method, c.target, c.body, credentials[c.who]))
		if status != c.status || !strings.HasPrefix(answer, c.answer) {
			t.Errorf("%s: %s %s: %d %s\nwant %d %s", c.who, c.method, c.target, status, answer, c.status, c.answer)
		}
	}
}

func TestUnsignedCallsAreRefused(t *testing.T) {
	s := withIdentities(t, nil)
	for name, c := range map[string]struct{ authorization, want string }{
		"nothing":             {"", `MissingAuthenticationTokenException {"message":"Missing Authentication Token"}`},
		"a bearer token":      {"Bearer abc", `IncompleteSignatureException {"message":"Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '`},
		"a made-up signature": {"AWS4-HMAC-SHA256 Credential=AKIAADMIN/20260303/us-east-1/apigateway/aws4_request, SignedHeaders=host, Signature=00", "IncompleteSignatureException"},
	} {
		r := &httpmsg.Request{Method: "GET", Path: "/restapis", Host: "localhost", Proto: "HTTP/1.1"}
		r.Header.Add("Host", r.Host)
		if c.authorization != "" {
			r.Header.Add("Authorization", c.authorization)
		}
		if status, answer := s.answerTo(r); status != 403 || !strings.HasPrefix(answer, c.want) {
			t.Errorf("%s: %d %s, want %s", name, status, answer, c.want)
		}
	}
}

// Of 5,000 changed requests, none is accepted (security bar 27).
func TestNoChangedCallIsAccepted(t *testing.T) {
	s := withIdentities(t, nil)
	random := rand.New(rand.NewPCG(27, 1))
	admin := sigv4.Credentials{AccessKey: "ASIACI", Secret: "cis", SessionToken: "token"}
	const target, body = "/restapis?limit=7&position=abc", `{"name": "x"}`
	for range 5000 {
		r := signedCall("GET", target, body, admin)
		what := mutate(random, r, body)
		if status, answer := s.answerTo(r); status < 400 {
			t.Fatalf("accepted with %s: %s %s?%s %v: %d %s", what, r.Method, r.Path, r.RawQuery, headerLines(r), status, answer)
		}
	}
	if status, answer := s.answerTo(signedCall("GET", "/restapis?limit=7", "", admin)); status != 200 {
		t.Fatalf("unchanged: %d %s", status, answer)
	}
}

func headerLines(r *httpmsg.Request) (lines []string) {
	for name, value := range r.Header.All() {
		lines = append(lines, name+": "+value)
	}
	return lines
}

// mutate changes one thing of a request that was signed; what it does not
// change, like the case of a header's name, says the same.
func mutate(random *rand.Rand, r *httpmsg.Request, body string) string {
	other := func(s string) string {
		b := []byte(s)
		for {
			i, c := random.IntN(len(b)), "abcdefXYZ0189"[random.IntN(13)]
			if b[i] != c {
				b[i] = c
				return string(b)
			}
		}
	}
	switch random.IntN(8) {
	case 0:
		r.Method = []string{"POST", "PUT", "PATCH", "DELETE"}[random.IntN(4)]
		return "another verb"
	case 1:
		r.Path = r.Path[:1] + other(r.Path[1:])
		return "another path"
	case 2:
		r.RawQuery = other(r.RawQuery)
		return "another query"
	case 3:
		r.RawQuery += []string{"&x=1", "&limit=8", "&X-Amz-Signature=0"}[random.IntN(3)]
		return "more query"
	case 4:
		r.SetBody([]byte(other(body)))
		return "another body"
	case 5:
		r.Host = other(r.Host)
		return "another host"
	case 6:
		name := []string{"X-Amz-Date", "X-Amz-Security-Token"}[random.IntN(2)]
		value, _ := r.Header.Get(name)
		r.Header.Set(name, other(value))
		return "another " + name
	}
	value, _ := r.Header.Get("Authorization")
	start := strings.Index(value, "Credential=") + len("Credential=")
	r.Header.Set("Authorization", value[:start]+other(value[start:]))
	return "another Authorization"
}

func TestAuditNamesWhoCalled(t *testing.T) {
	var log bytes.Buffer
	s := withIdentities(t, slog.New(slog.NewTextHandler(&log, nil)))
	s.answerTo(signedCall("POST", "/restapis", `{"name": "secret-body"}`, sigv4.Credentials{AccessKey: "AKIAADMIN", Secret: "admins"}))
	s.answerTo(signedCall("DELETE", "/restapis/x", "", sigv4.Credentials{AccessKey: "AKIAREADER", Secret: "readers"}))
	s.answerTo(signedCall("DELETE", "/restapis/x", "", sigv4.Credentials{AccessKey: "AKIANOBODY", Secret: "x"}))
	s.answerTo(signedCall("GET", "/restapis", "", sigv4.Credentials{AccessKey: "AKIAADMIN", Secret: "admins"}))
	for _, want := range []string{
		"operation=CreateRestApi principal=arn:aws:iam::000000000000:user/admin arn=arn:aws:apigateway:us-east-1::/restapis requestId=",
		"operation=DeleteRestApi principal=arn:aws:iam::000000000000:user/reader arn=arn:aws:apigateway:us-east-1::/restapis/x requestId=",
		"operation=DeleteRestApi principal=unknown arn=",
		"status=403",
	} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("no %q in the log:\n%s", want, &log)
		}
	}
	if n := strings.Count(log.String(), "msg=audit"); n != 3 || strings.Contains(log.String(), "secret-body") {
		t.Errorf("%d audit lines:\n%s", n, &log)
	}
}

func TestIdentitiesAreReadAgain(t *testing.T) {
	s := withIdentities(t, nil)
	admin := sigv4.Credentials{AccessKey: "AKIAADMIN", Secret: "admins"}
	write := func(text string) {
		if err := os.WriteFile(s.config.Identities, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("{")
	if err := s.Reload(); err == nil || !strings.Contains(err.Error(), "identities.json:1:2: ") {
		t.Errorf("a broken file: %v", err)
	}
	if status, answer := s.answerTo(signedCall("GET", "/restapis", "", admin)); status != 200 {
		t.Errorf("after a broken file: %d %s", status, answer)
	}
	write(`{"identities": []}`)
	if err := s.Reload(); err != nil {
		t.Fatal(err)
	}
	if status, answer := s.answerTo(signedCall("GET", "/restapis", "", admin)); status != 403 {
		t.Errorf("after the key was taken away: %d %s", status, answer)
	}
}

// What can be read is, whatever else cannot.
func TestReloadGoesOnBehindAnError(t *testing.T) {
	trust := document(t, "truststore.pem", string(newIssuer(t, "trusted").pem))
	s, err := New(t.Context(), Config{Listen: "localhost:0", Identities: document(t, "identities.json", whoMayCall),
		DataTLS: "localhost:0", DataDir: t.TempDir(), Truststores: []string{"s3://b/truststore.pem=" + trust}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, file := range []string{s.config.Identities, trust} {
		if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	err = s.Reload()
	for _, want := range []string{"--identities", "--truststore"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v says nothing of %s", err, want)
		}
	}
}

func TestCallerIdentityIsWhoSigned(t *testing.T) {
	s := withIdentities(t, nil)
	call := func(secret string) (int, string) {
		const body = "Action=GetCallerIdentity&Version=2011-06-15"
		r := &httpmsg.Request{Method: "POST", Path: "/", Host: "localhost", Proto: "HTTP/1.1"}
		r.Header.Add("Content-Type", "application/x-www-form-urlencoded")
		signed := &sigv4.Request{Method: "POST", Path: "/", Host: "localhost", Body: []byte(body), Header: func(string) []string { return nil }}
		for _, h := range sigv4.Sign(signed, sigv4.Credentials{AccessKey: "AKIAREADER", Secret: secret}, "us-east-1", "sts", callTime) {
			r.Header.Add(h.Name, h.Value)
		}
		r.SetBody([]byte(body))
		return s.answerTo(r)
	}
	if status, answer := call("readers"); status != 200 || !strings.Contains(answer, "<Arn>arn:aws:iam::000000000000:user/reader</Arn>") {
		t.Errorf("%d %s", status, answer)
	}
	if status, answer := call("guess"); status != 403 || !strings.Contains(answer, "InvalidSignatureException") {
		t.Errorf("%d %s", status, answer)
	}
}

func TestResourceArnIsWrittenOneWay(t *testing.T) {
	for path, want := range map[string]string{
		"/restapis/a1":                               "/restapis/a1",
		"/restapis/%61%31/":                          "/restapis/a1",
		"/domainnames/x/basepathmappings/(none)":     "/domainnames/x/basepathmappings/(none)",
		"/domainnames/x/basepathmappings/%28none%29": "/domainnames/x/basepathmappings/(none)",
		"/tags/arn%3aaws%3Ax%2fy":                    "/tags/arn%3Aaws%3Ax%2Fy",
	} {
		if got := resourceArn("cn-north-1", path); got != fmt.Sprint("arn:aws-cn:apigateway:cn-north-1::", want) {
			t.Errorf("%s: %s", path, got)
		}
	}
}
