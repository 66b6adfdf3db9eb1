package server

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/poterne/poterne/wire/sigv4"
)

// signedDocument has a method that wants signatures, with what they cover in
// every place.
const signedDocument = `
openapi: 3.0.1
info: {title: Signed, version: "1"}
x-poterne-stage: {name: v1}
paths:
  /notes/{id}:
    post:
      x-amazon-apigateway-auth: {type: AWS_IAM}
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: tag, in: query, schema: {type: string}}
      responses: {"200": {description: ok}}
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: '{"statusCode": 200}'}
        responses: {default: {statusCode: "200", responseTemplates: {application/json: '{"who":"$context.identity.userArn"}'}}}
`

const whoMaySign = `{"identities": [
  {"arn": "arn:aws:iam::000000000000:user/alice", "accessKeys": [{"id": "AKIAALICE", "secret": "alices"}],
   "policies": [{"Statement": {"Effect": "Allow", "Action": ["apigateway:*", "execute-api:Invoke"], "Resource": "*"}}]},
  {"arn": "arn:aws:sts::000000000000:assumed-role/deploy/ci", "accessKeys": [{"id": "ASIACI", "secret": "cis", "sessionToken": "to/k+en="}],
   "policies": [{"Statement": {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}}]}
]}`

// signedSDK fetches an SDK of signedDocument, which takes a signature too.
func signedSDK(t *testing.T, kind, query string) (dir string) {
	t.Helper()
	s := start(t, Config{Identities: document(t, "identities.json", whoMaySign)}, document(t, "signed.yaml", signedDocument))
	const path = "/restapis/signed/stages/v1/sdks/"
	r, err := http.NewRequest(http.MethodGet, "http://"+s.controlAddr()+path+kind+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	covered := &sigv4.Request{Method: "GET", Path: path + kind, RawQuery: strings.TrimPrefix(query, "?"), Host: r.URL.Host, Header: func(string) []string { return nil }}
	for _, h := range sigv4.Sign(covered, sigv4.Credentials{AccessKey: "AKIAALICE", Secret: "alices"}, "us-east-1", "apigateway", time.Now()) {
		r.Header.Set(h.Name, h.Value)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("GetSdk: %d %s %v", resp.StatusCode, body, err)
	}
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	if err := os.CopyFS(dir, z); err != nil {
		t.Fatal(err)
	}
	return dir
}

// What a generated client with each of these keys gets.
const signedAnswers = "200 arn:aws:iam::000000000000:user/alice\n" +
	"200 arn:aws:sts::000000000000:assumed-role/deploy/ci\n" +
	"403\n403\n403\n"

// TestGeneratedJavaScriptSigns: signatures of a generated client are verified
// against identities; wrong keys, a missing session token and none are refused.
func TestGeneratedJavaScriptSigns(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not on this machine")
	}
	got := runIn(t, signedSDK(t, "javascript", ""), node, "-e", `
const factory = require('./apiGateway-js-sdk/apigClient.js');
(async () => {
  for (const keys of [
    { accessKey: 'AKIAALICE', secretKey: 'alices' },
    { accessKey: 'ASIACI', secretKey: 'cis', sessionToken: 'to/k+en=' },
    { accessKey: 'AKIAALICE', secretKey: 'guess' },
    { accessKey: 'ASIACI', secretKey: 'cis' },
    {},
  ]) {
    await factory.newClient(keys).notesIdPost({ id: 'a b/ü', tag: "it's +1 & more" }, { n: '€' })
      .then((a) => console.log(a.status, a.data.who), (e) => console.log(e.status));
  }
})();`)
	if got != signedAnswers {
		t.Errorf("got  %s\nwant %s", got, signedAnswers)
	}
}

// TestGeneratedJavaSigns is the same of the other language.
func TestGeneratedJavaSigns(t *testing.T) {
	javac, err := exec.LookPath("javac")
	if err != nil {
		t.Skip("javac is not on this machine")
	}
	dir := signedSDK(t, "java", "?javaPackageName=com.example&serviceName=Signed")
	if err := os.WriteFile(filepath.Join(dir, "Main.java"), []byte(`
import com.example.Signed;
public class Main {
  public static void main(String[] args) {
    String[][] keys = {{"AKIAALICE", "alices", null}, {"ASIACI", "cis", "to/k+en="}, {"AKIAALICE", "guess", null}, {"ASIACI", "cis", null}, null};
    for (String[] key : keys) {
      Signed.Builder builder = Signed.builder();
      if (key != null) builder.credentials(key[0], key[1], key[2]);
      try {
        Signed.Response r = builder.build().notesIdPost(new Signed.NotesIdPostRequest().id("a b/\u00fc").tag("it's +1 & more").body("{\"n\":\"\u20ac\"}"));
        System.out.println(r.statusCode() + " " + r.body().replaceAll(".*\"who\":\"|\".*", ""));
      } catch (Signed.ApiException e) {
        System.out.println(e.response().statusCode());
      }
    }
  }
}`), 0o600); err != nil {
		t.Fatal(err)
	}
	runIn(t, dir, javac, "-d", "out", "src/main/java/com/example/Signed.java", "Main.java")
	if got := runIn(t, dir, "java", "-cp", "out", "Main"); got != signedAnswers {
		t.Errorf("got  %s\nwant %s", got, signedAnswers)
	}
}
