package sdk

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/poterne/poterne/apigw"
)

var javaParameters = map[string]string{"serviceName": "petStore", "javaPackageName": "com.example.pets"}

// hostile has every odd name that a definition can have.
func hostile() *apigw.Definition {
	method := func(name string, params map[string]bool) *apigw.Method {
		return &apigw.Method{OperationName: &name, AuthorizationType: new("NONE"), RequestParameters: params}
	}
	params := map[string]bool{
		"method.request.querystring.class": true, "method.request.querystring.body": false,
		"method.request.header.X-\"; alert(1); //": false, `method.request.querystring.\u0022*/`: false,
		"method.request.header.verb": false, "method.request.querystring.é</script>": true,
	}
	return &apigw.Definition{
		RestApi: apigw.RestApi{Name: new("</script><script>alert(1)</script>")},
		Resources: []apigw.Resource{
			{Path: new("/"), ResourceMethods: map[string]*apigw.Method{"GET": method("new", nil)}},
			{Path: new("/pets"), ResourceMethods: map[string]*apigw.Method{"GET": method("list Pets", params), "ANY": method("list-pets", nil)}},
			{Path: new("/pets/{petId}"), ResourceMethods: map[string]*apigw.Method{"DELETE": method("*/ evil /*", nil)}},
			{Path: new("/pets/{pet-id}"), ResourceMethods: map[string]*apigw.Method{"DELETE": method("", nil)}},
			{Path: new("/2nd/{proxy+}"), ResourceMethods: map[string]*apigw.Method{"POST": method("petsGet", nil)}},
		},
	}
}

func unpack(t *testing.T, r *apigw.SdkResponse) string {
	t.Helper()
	dir := t.TempDir()
	z, err := zip.NewReader(bytes.NewReader(r.Body), int64(len(r.Body)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func generate(t *testing.T, kind string, parameters map[string]string) *apigw.SdkResponse {
	t.Helper()
	r, err := Generate(hostile(), Options{Type: kind, Parameters: parameters, Endpoint: "http://127.0.0.1:1/prod", Region: "eu-west-1",
		Now: time.Date(2026, 3, 1, 9, 5, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestArchiveIsNamedForTypeAndTime(t *testing.T) {
	r := generate(t, "javascript", nil)
	if *r.ContentType != "application/octet-stream" || *r.ContentDisposition != `attachment; filename="javascript_2026-03-01_09-05Z.zip"` {
		t.Errorf("%s, %s", *r.ContentType, *r.ContentDisposition)
	}
}

// Nothing of a definition is code, and two methods have two names.
func TestNamesOfOperations(t *testing.T) {
	var names []string
	for _, o := range newAPI(hostile(), Options{}).Operations {
		names = append(names, o.Name+" "+o.Alias)
	}
	want := []string{"rootGet new", "petsAny listPets", "petsGet ", "petsPetIdDelete evil", "petsPetIdDelete2 ", "n2ndProxyPost "}
	if !slices.Equal(names, want) {
		t.Errorf("got %q, want %q", names, want)
	}
}

func TestJavaScriptOfHostileNamesParses(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not on this machine")
	}
	dir := unpack(t, generate(t, "javascript", nil))
	const program = `const c = require('./apiGateway-js-sdk/apigClient.js').newClient();
console.log(Object.keys(c).join());
c.petsGet().catch((e) => console.log(e.message));`
	command := exec.Command(node, "-e", program)
	command.Dir = dir
	out, err := command.CombinedOutput()
	if want := "rootGet,new,petsAny,listPets,petsGet,petsPetIdDelete,evil,petsPetIdDelete2,n2ndProxyPost\npetsGet: missing required parameter class\n"; err != nil || string(out) != want {
		t.Errorf("%v: %s", err, out)
	}
	source, err := os.ReadFile(filepath.Join(dir, "apiGateway-js-sdk/apigClient.js"))
	if err != nil || bytes.Contains(source, []byte("</script>")) {
		t.Errorf("a page that holds the client would end early (%v)", err)
	}
}

func TestJavaOfHostileNamesCompiles(t *testing.T) {
	javac, err := exec.LookPath("javac")
	if err != nil {
		t.Skip("javac is not on this machine")
	}
	dir := unpack(t, generate(t, "java", javaParameters))
	out, err := exec.Command(javac, "-Xlint:all", "-Werror", "-d", t.TempDir(), filepath.Join(dir, "src/main/java/com/example/pets/PetStore.java")).CombinedOutput()
	if err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

func TestParametersOfJava(t *testing.T) {
	for text, parameters := range map[string]map[string]string{
		"Missing required SDK configuration property: serviceName":                {"javaPackageName": "a"},
		"Invalid value specified for SDK configuration property: javaPackageName": {"serviceName": "A", "javaPackageName": "../../etc"},
		"Invalid value specified for SDK configuration property: javaArtifactId":  {"serviceName": "A", "javaPackageName": "a", "javaArtifactId": "<x/>"},
		"SDKs are built by maven here; javaBuildSystem gradle is not generated":   {"serviceName": "A", "javaPackageName": "a", "javaBuildSystem": "gradle"},
		"serviceName. Response is the name of a class of the SDK":                 {"serviceName": "response", "javaPackageName": "a"},
	} {
		_, err := Generate(hostile(), Options{Type: "java", Parameters: parameters})
		if err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%v: %v, want %s", parameters, err, text)
		}
	}
}

func TestTypesThatAreNotGeneratedAreRefused(t *testing.T) {
	_, err := Generate(hostile(), Options{Type: "swift"})
	if err == nil || !strings.Contains(err.Error(), "SDKs of type swift are not generated here; there are java and javascript") {
		t.Error(err)
	}
}

// However many paths come to the same name, each operation has one of its own.
func TestManyOperationsOfOneName(t *testing.T) {
	def := &apigw.Definition{}
	for i := range 12 {
		path := "/a" + strings.Repeat("-", i+1) + "b"
		def.Resources = append(def.Resources, apigw.Resource{Path: &path, ResourceMethods: map[string]*apigw.Method{"GET": {}}})
	}
	seen := map[string]bool{}
	for _, o := range newAPI(def, Options{}).Operations {
		if seen[o.Name] || identifier(o.Name) != o.Name {
			t.Errorf("%s is named %q", o.Path, o.Name)
		}
		seen[o.Name] = true
	}
}
