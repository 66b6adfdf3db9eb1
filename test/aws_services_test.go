package test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/Admiral-Piett/goaws/app"
	goaws "github.com/Admiral-Piett/goaws/app/router"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// awsKeys are credentials that stand-ins for AWS take.
var awsKeys = []string{"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_EC2_METADATA_DISABLED=true"}

// awsMethod is a Method with an AWS integration, in OpenAPI.
type awsMethod struct {
	path, verb  string
	uri, method string
	parameters  map[string]string // requestParameters
	template    string            // for application/json
	declares    []string          // "path id", "query q", "header X"
	response    string            // a member of the default response, in JSON; "" for none
}

func (m awsMethod) definition() string {
	quoted := func(v any) string {
		text, _ := json.Marshal(v)
		return string(text)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "  %s:\n    %s:\n", m.path, m.verb)
	if len(m.declares) > 0 {
		b.WriteString("      parameters:\n")
	}
	for _, parameter := range m.declares {
		in, name, _ := strings.Cut(parameter, " ")
		fmt.Fprintf(&b, "        - {name: %s, in: %s, required: %v, schema: {type: string}}\n", name, in, in == "path")
	}
	response := `{"statusCode": "200"}`
	if m.response != "" {
		response = `{"statusCode": "200", ` + m.response + `}`
	}
	fmt.Fprintf(&b, "      responses: {\"200\": {description: ok, headers: {ETag: {schema: {type: string}}, Content-Type: {schema: {type: string}}}}}\n"+
		"      x-amazon-apigateway-integration:\n        type: aws\n        httpMethod: %s\n        uri: %s\n        credentials: arn:aws:iam::000000000000:role/any\n"+
		"        requestParameters: %s\n        responses: {default: %s}\n", m.method, quoted(m.uri), quoted(m.parameters), response)
	if m.template != "" {
		fmt.Fprintf(&b, "        requestTemplates: {application/json: %s}\n", quoted(m.template))
	}
	return b.String()
}

func awsDefinition(t *testing.T, methods ...awsMethod) string {
	text := "openapi: 3.0.1\ninfo: {title: Services, version: \"1\"}\nx-poterne-stage: {name: dev}\nx-amazon-apigateway-binary-media-types: [image/png]\npaths:\n"
	for _, m := range methods {
		text += m.definition()
	}
	return definition(t, text)
}

// TestS3: objects go in and out of an S3-compatible server, bytes as they are.
func TestS3(t *testing.T) {
	t.Parallel()
	backend := s3mem.New()
	if err := backend.CreateBucket("pets"); err != nil {
		t.Fatal(err)
	}
	s3 := httptest.NewServer(gofakes3.New(backend).Server())
	defer s3.Close()
	object := func(path, verb string, declares ...string) awsMethod {
		// Names are matched with their case, and gofakes3 spells Etag.
		return awsMethod{path: path, verb: verb, uri: "arn:aws:apigateway:us-east-1:s3:path/pets/{key}", method: strings.ToUpper(verb), declares: declares,
			parameters: map[string]string{"integration.request.path.key": "method.request.path.key", "integration.request.header.Content-Type": "method.request.header.Content-Type"},
			response:   `"responseParameters": {"method.response.header.ETag": "integration.response.header.Etag", "method.response.header.Content-Type": "integration.response.header.Content-Type"}`}
	}
	put := object("/{key}", "put", "path key", "header Content-Type")
	get := object("/{key}", "get", "path key")
	delete(get.parameters, "integration.request.header.Content-Type")
	text := put.definition() + strings.TrimPrefix(get.definition(), "  /{key}:\n")
	file := definition(t, "openapi: 3.0.1\ninfo: {title: Objects, version: \"1\"}\nx-poterne-stage: {name: dev}\nx-amazon-apigateway-binary-media-types: [image/png]\npaths:\n"+text)
	s := startWith(t, append(awsKeys, "AWS_ENDPOINT_URL_S3="+s3.URL), file)
	png := "\x89PNG\r\n\x1a\n\xff\xfe"
	status, header, body := send(t, "PUT", s.url+"/a%20dog+1.png", map[string]string{"Content-Type": "image/png"}, png)
	if status != 200 || header.Get("ETag") == "" {
		t.Fatalf("put: %d %v %s", status, header, body)
	}
	if stored, err := backend.GetObject("pets", "a dog+1.png", nil); err != nil {
		t.Errorf("the object is not stored under its name: %v", err)
	} else if content, _ := io.ReadAll(stored.Contents); string(content) != png {
		t.Errorf("stored %q", content)
	}
	status, header, body = send(t, "GET", s.url+"/a%20dog+1.png", map[string]string{"Accept": "image/png"}, "")
	if status != 200 || body != png || header.Get("Content-Type") != "image/png" {
		t.Errorf("get: %d %v %q", status, header, body)
	}
	status, _, body = send(t, "GET", s.url+"/missing", nil, "")
	if status != 200 || !strings.Contains(body, "NoSuchKey") {
		t.Errorf("an object that is not there, with a default response alone: %d %s (AF-260)", status, body)
	}
}

// TestSQSAndSNS: messages go to goaws by the Query protocol, from a template
// and by action/, and arrive.
func TestSQSAndSNS(t *testing.T) {
	t.Parallel()
	app.CurrentEnvironment.Region, app.CurrentEnvironment.AccountID = "us-east-1", "000000000000"
	server := httptest.NewServer(goaws.New())
	defer server.Close()
	app.CurrentEnvironment.Host, app.CurrentEnvironment.Port = "127.0.0.1", server.URL[strings.LastIndexByte(server.URL, ':')+1:]
	ask := func(path string, form ...string) string {
		t.Helper()
		values := url.Values{}
		for i := 0; i < len(form); i += 2 {
			values.Set(form[i], form[i+1])
		}
		resp, err := http.PostForm(server.URL+path, values)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		return string(body)
	}
	ask("/", "Action", "CreateQueue", "QueueName", "pets")
	ask("/", "Action", "CreateTopic", "Name", "news")
	topic, queue := "arn:aws:sns:us-east-1:000000000000:news", "arn:aws:sqs:us-east-1:000000000000:pets"
	ask("/", "Action", "Subscribe", "TopicArn", topic, "Protocol", "sqs", "Endpoint", queue)
	s := startWith(t, append(awsKeys, "AWS_ENDPOINT_URL_SQS="+server.URL, "AWS_ENDPOINT_URL_SNS="+server.URL), awsDefinition(t,
		awsMethod{path: "/pets", verb: "post", method: "POST", uri: "arn:aws:apigateway:us-east-1:sqs:path/000000000000/pets",
			parameters: map[string]string{"integration.request.header.Content-Type": "'application/x-www-form-urlencoded'"},
			template:   "Action=SendMessage&MessageBody=$util.urlEncode($input.body)"},
		awsMethod{path: "/news", verb: "post", method: "POST", uri: "arn:aws:apigateway:us-east-1:sns:action/Publish", declares: []string{"query text"},
			parameters: map[string]string{"integration.request.querystring.TopicArn": "'" + topic + "'", "integration.request.querystring.Message": "method.request.querystring.text"}},
	))
	status, _, body := send(t, "POST", s.url+"/pets", map[string]string{"Content-Type": "application/json"}, `{"name": "Rex & Filou"}`)
	if status != 200 || !strings.Contains(body, "<MessageId>") {
		t.Errorf("send: %d %s", status, body)
	}
	status, _, body = send(t, "POST", s.url+"/news?text=hello+there", nil, "")
	if status != 200 || !strings.Contains(body, "PublishResponse") {
		t.Errorf("publish: %d %s", status, body)
	}
	got := ask("/000000000000/pets", "Action", "ReceiveMessage", "MaxNumberOfMessages", "10")
	for _, want := range []string{"Rex &amp; Filou", "hello there"} {
		if !strings.Contains(got, want) {
			t.Errorf("the queue holds no %q:\n%s", want, got)
		}
	}
}

var portOf = regexp.MustCompile(`:(\d+)\D*$`)

// nodeServer runs an npm package's command that prints where it listens.
func nodeServer(t *testing.T, name string) string {
	t.Helper()
	needProgram(t, "node")
	command := filepath.Join("node", "node_modules", ".bin", name)
	if _, err := os.Stat(command); err != nil {
		t.Skipf("%s is not installed: npm install --prefix test/node", name)
	}
	port := freePort(t)
	cmd := exec.Command("node", command, "--port", port)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = testWriter{t}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if portOf.MatchString(lines.Text()) {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return "http://127.0.0.1:" + port
		}
	}
	t.Fatalf("%s ended before it listened", name)
	return ""
}

func freePort(t *testing.T) string {
	t.Helper()
	l := httptest.NewServer(http.NotFoundHandler())
	defer l.Close()
	return l.URL[strings.LastIndexByte(l.URL, ':')+1:]
}

// actions are Methods that hand their body to an operation of a service.
func actions(service string, names ...string) (methods []awsMethod) {
	for _, name := range names {
		methods = append(methods, awsMethod{path: "/" + name, verb: "post", method: "POST",
			uri: "arn:aws:apigateway:us-east-1:" + service + ":action/" + name})
	}
	return methods
}

// TestDynamoDB: plain JSON bodies, operations by action/ (AF-266), against
// dynalite.
func TestDynamoDB(t *testing.T) {
	t.Parallel()
	at := nodeServer(t, "dynalite")
	s := startWith(t, append(awsKeys, "AWS_ENDPOINT_URL_DYNAMODB="+at), awsDefinition(t, actions("dynamodb", "CreateTable", "DescribeTable", "PutItem", "GetItem")...))
	call := func(name, body string) string {
		t.Helper()
		status, header, answer := send(t, "POST", s.url+"/"+name, map[string]string{"Content-Type": "application/json"}, body)
		if status != 200 || header.Get("Content-Type") != "application/json" {
			t.Fatalf("%s: %d %v %s", name, status, header, answer)
		}
		return answer
	}
	call("CreateTable", `{"TableName": "pets", "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "BillingMode": "PAY_PER_REQUEST"}`)
	await(t, "the table", func() bool { return strings.Contains(call("DescribeTable", `{"TableName": "pets"}`), "ACTIVE") })
	if got := call("PutItem", `{"TableName": "pets", "Item": {"id": {"S": "1"}, "name": {"S": "Rex"}}}`); got != "{}" {
		t.Errorf("PutItem: %s", got)
	}
	if got := call("GetItem", `{"TableName": "pets", "Key": {"id": {"S": "1"}}}`); !strings.Contains(got, `"Rex"`) {
		t.Errorf("GetItem: %s", got)
	}
}

// TestKinesis: the same against kinesalite.
func TestKinesis(t *testing.T) {
	t.Parallel()
	at := nodeServer(t, "kinesalite")
	s := startWith(t, append(awsKeys, "AWS_ENDPOINT_URL_KINESIS="+at), awsDefinition(t, actions("kinesis", "CreateStream", "DescribeStream", "PutRecord", "ListStreams")...))
	call := func(name, body string) string {
		t.Helper()
		status, _, answer := send(t, "POST", s.url+"/"+name, map[string]string{"Content-Type": "application/json"}, body)
		if status != 200 {
			t.Fatalf("%s: %d %s", name, status, answer)
		}
		return answer
	}
	call("CreateStream", `{"StreamName": "walks", "ShardCount": 1}`)
	await(t, "the stream", func() bool { return strings.Contains(call("DescribeStream", `{"StreamName": "walks"}`), "ACTIVE") })
	if got := call("PutRecord", `{"StreamName": "walks", "PartitionKey": "a", "Data": "aGVsbG8="}`); !strings.Contains(got, "SequenceNumber") {
		t.Errorf("PutRecord: %s", got)
	}
	if got := call("ListStreams", `{}`); !strings.Contains(got, `"walks"`) {
		t.Errorf("ListStreams: %s", got)
	}
}

// await asks until it holds, for half a minute.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s is not there", what)
		}
	}
}
