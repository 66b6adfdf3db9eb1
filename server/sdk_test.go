package server

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// sdkDocument has a method with a parameter of each kind in front of a back
// end that answers with what it saw.
const sdkDocument = `
openapi: 3.0.1
info: {title: Pet Store, version: "1"}
x-poterne-stage: {name: v1}
paths:
  /pets/{petId}/{rest+}:
    post:
      operationId: Feed Pet
      security: [{key: []}]
      parameters:
        - {name: petId, in: path, required: true, schema: {type: string}}
        - {name: rest, in: path, required: true, schema: {type: string}}
        - {name: food, in: query, required: true, schema: {type: string}}
        - {name: X-Count, in: header, schema: {type: string}}
      responses: {"200": {description: ok}}
      x-amazon-apigateway-integration:
        type: http_proxy
        httpMethod: POST
        uri: BACKEND/{petId}/{rest}
        requestParameters:
          integration.request.path.petId: method.request.path.petId
          integration.request.path.rest: method.request.path.rest
  /missing:
    get:
      responses: {"404": {description: none}}
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: '{"statusCode": 404}'}
        responses: {default: {statusCode: "404", responseTemplates: {application/json: '{"why":"none"}'}}}
components:
  securitySchemes:
    key: {type: apiKey, name: x-api-key, in: header}
`

// startSDKServer serves sdkDocument, with a key that may call it.
func startSDKServer(t *testing.T) operator {
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]string{"path": r.URL.EscapedPath(), "query": r.URL.RawQuery, "count": r.Header.Get("X-Count"), "body": string(body)})
	}))
	t.Cleanup(backend.Close)
	s := start(t, Config{}, document(t, "pets.yaml", strings.Replace(sdkDocument, "BACKEND", backend.URL, 1)))
	o := operator{t, "http://" + s.dataAddr()}
	key := o.call("POST", "/apikeys", `{"value":"`+keyValue+`","enabled":true}`)["id"].(string)
	plan := o.call("POST", "/usageplans", `{"name":"gold","apiStages":[{"apiId":"pet-store","stage":"v1"}]}`)["id"].(string)
	o.call("POST", "/usageplans/"+plan+"/keys", `{"keyId":"`+key+`","keyType":"API_KEY"}`)
	return o
}

// sdk fetches and unpacks an SDK.
func (o operator) sdk(kind, query string) (dir string) {
	o.t.Helper()
	status, body := request(o.t, "GET", o.base+"/restapis/pet-store/stages/v1/sdks/"+kind+query, "")
	if status != 200 {
		o.t.Fatalf("GetSdk: %d %s", status, body)
	}
	z, err := zip.NewReader(bytes.NewReader([]byte(body)), int64(len(body)))
	if err != nil {
		o.t.Fatal(err)
	}
	dir = o.t.TempDir()
	if err := os.CopyFS(dir, z); err != nil {
		o.t.Fatal(err)
	}
	return dir
}

const sdkAnswers = `{"body":"{\"n\":1}","count":"2","path":"/a%20b/c/d","query":"food=fish+chips"}`

func runIn(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	command := exec.Command(name, args...)
	command.Dir = dir
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v: %s", name, args, err, out)
	}
	return string(out)
}

func TestGeneratedJavaScriptCallsTheAPI(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not on this machine")
	}
	dir := startSDKServer(t).sdk("javascript", "")
	program := fmt.Sprintf(`
const factory = require('./apiGateway-js-sdk/apigClient.js');
(async () => {
  const client = factory.newClient({ apiKey: '%s' });
  const params = { petId: 'a b', rest: 'c/d', food: 'fish chips', 'X-Count': 2 };
  const answer = await client.petsPetIdRestPost(params, { n: 1 });
  console.log(answer.status, JSON.stringify(answer.data));
  await client.missingGet().catch((e) => console.log(e.status, e.data.why));
  await factory.newClient().feedPet(params).catch((e) => console.log(e.status, e.data.message));
})();`, keyValue)
	if got, want := runIn(t, dir, node, "-e", program), "200 "+strings.ReplaceAll(sdkAnswers, "fish+chips", "fish%20chips")+"\n404 none\n403 Forbidden\n"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestGeneratedJavaCallsTheAPI(t *testing.T) {
	javac, err := exec.LookPath("javac")
	if err != nil {
		t.Skip("javac is not on this machine")
	}
	dir := startSDKServer(t).sdk("java", "?serviceName=PetStore&javaPackageName=com.example")
	main := fmt.Sprintf(`
import com.example.PetStore;
public class Main {
  public static void main(String[] args) {
    PetStore client = PetStore.builder().apiKey("%s").build();
    PetStore.PetsPetIdRestPostRequest request = new PetStore.PetsPetIdRestPostRequest()
        .petId("a b").rest("c/d").food("fish chips").xCount(2).body("{\"n\":1}");
    PetStore.Response response = client.petsPetIdRestPost(request);
    System.out.println(response.statusCode() + " " + response.body().trim());
    try {
      client.missingGet(new PetStore.MissingGetRequest());
    } catch (PetStore.ApiException e) {
      System.out.println(e.response().statusCode() + " " + e.response().body());
    }
    try {
      client.feedPet(new PetStore.PetsPetIdRestPostRequest().petId("1"));
    } catch (IllegalArgumentException e) {
      System.out.println(e.getMessage());
    }
  }
}`, keyValue)
	if err := os.WriteFile(filepath.Join(dir, "Main.java"), []byte(main), 0o600); err != nil {
		t.Fatal(err)
	}
	runIn(t, dir, javac, "-d", "out", "src/main/java/com/example/PetStore.java", "Main.java")
	want := "200 " + strings.ReplaceAll(sdkAnswers, "fish+chips", "fish%20chips") + "\n404 {\"why\":\"none\"}\npetsPetIdRestPost: missing required parameter, path rest\n"
	if got := runIn(t, dir, "java", "-cp", "out", "Main"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
