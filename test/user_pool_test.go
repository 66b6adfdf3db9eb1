package test

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// An issuer is an OpenID provider: a process with a discovery document and keys.
type issuer struct {
	t    *testing.T
	url  string
	in   io.Writer
	said *bufio.Scanner
}

func startIssuer(t *testing.T) *issuer {
	t.Helper()
	needProgram(t, "node")
	if _, err := os.Stat(filepath.Join("node", "node_modules", "oauth2-mock-server")); err != nil {
		t.Skip("oauth2-mock-server is not installed: npm install --prefix test/node")
	}
	cmd := exec.Command("node", filepath.Join("node", "issuer.mjs"))
	cmd.Stderr = testWriter{t}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	i := &issuer{t: t, in: in, said: bufio.NewScanner(out)}
	i.url = i.next()
	return i
}

func (i *issuer) next() string {
	i.t.Helper()
	if !i.said.Scan() {
		i.t.Fatalf("the issuer ended: %v", i.said.Err())
	}
	return i.said.Text()
}

// token is signed with the newest key.
func (i *issuer) token(claims map[string]any) string {
	i.t.Helper()
	line, err := json.Marshal(claims)
	if err != nil {
		i.t.Fatal(err)
	}
	_, _ = i.in.Write(append(line, '\n'))
	return i.next()
}

// rotate makes a new key.
func (i *issuer) rotate() {
	i.t.Helper()
	_, _ = io.WriteString(i.in, "rotate\n")
	i.next()
}

const pooledDefinition = `
openapi: 3.0.1
info: {title: Pooled, version: "1"}
x-poterne-stage: {name: dev}
components:
  securitySchemes:
    pool:
      type: apiKey
      name: Authorization
      in: header
      x-amazon-apigateway-authtype: cognito_user_pools
      x-amazon-apigateway-authorizer:
        type: cognito_user_pools
        providerARNs: [arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_pool]
paths:
  /me:
    get:
      security: [{pool: []}]
      responses: {"200": {description: ok}}
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: "{statusCode: 200}"}
        responses: {default: {statusCode: "200", responseTemplates: {application/json: "$context.authorizer.claims.sub"}}}
`

// TestUserPoolOfAnIssuer: tokens of a real OpenID provider in the place of a
// user pool. Its keys are found by its discovery document; new ones are read at
// SIGHUP, before their time.
func TestUserPoolOfAnIssuer(t *testing.T) {
	t.Parallel()
	provider := startIssuer(t)
	s := start(t, "--user-pool", "us-east-1_pool="+provider.url, definition(t, pooledDefinition))
	call := func(token string) (int, string) {
		t.Helper()
		status, _, body := send(t, "GET", s.url+"/me", map[string]string{"Authorization": token}, "")
		return status, body
	}
	expect := func(what, token string, wantStatus int, wantBody string) {
		t.Helper()
		if status, body := call(token); status != wantStatus || body != wantBody {
			t.Errorf("%s: %d %s, want %d %s", what, status, body, wantStatus, wantBody)
		}
	}
	const refused = `{"message":"Unauthorized"}`
	claims := map[string]any{"sub": "alice", "token_use": "id", "aud": "client"}
	good := provider.token(claims)
	expect("a token", good, 200, "alice")
	expect("with Bearer", "Bearer "+good, 200, "alice")
	expect("a changed one", good[:len(good)-6]+"AAAAAA", 401, refused)
	expect("an access token", provider.token(map[string]any{"sub": "alice", "token_use": "access"}), 401, refused)
	expect("an expired one", provider.token(map[string]any{"sub": "alice", "token_use": "id", "exp": time.Now().Add(-time.Hour).Unix()}), 401, `{"message":"The incoming token has expired"}`)
	expect("of another issuer", provider.token(map[string]any{"sub": "alice", "token_use": "id", "iss": strings.Replace(provider.url, "localhost", "127.0.0.1", 1)}), 401, refused)
	provider.rotate()
	fresh := provider.token(claims)
	expect("a key that is not known yet", fresh, 401, refused)
	expect("the old key meanwhile", good, 200, "alice")
	if err := s.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	await(t, "the new key", func() bool { status, _ := call(fresh); return status == 200 })
	expect("the old key, which is still published", good, 200, "alice")
}
