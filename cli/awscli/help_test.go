package awscli

import (
	"context"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/poterne/poterne/apigw"
)

// Every option of every command is described, and no description is of
// something that there is not.
func TestEveryMemberIsDescribed(t *testing.T) {
	all, used := descriptions(), map[string]bool{}
	for i := range apigw.Operations {
		c := newCommand(kebab(apigw.Operations[i].Name), &apigw.Operations[i])
		for _, m := range c.operation.Input.Members {
			switch {
			case all[c.name+" "+m.Name] != "":
				used[c.name+" "+m.Name] = true
			case all[m.Name] != "":
				used[m.Name] = true
			default:
				t.Errorf("%s: descriptions.txt has no line for %s", c.name, m.Name)
			}
		}
	}
	for name := range all {
		if !used[name] && name != "type" {
			t.Errorf("descriptions.txt describes %s, which no operation has", name)
		}
	}
}

func TestHelp(t *testing.T) {
	code, stdout, stderr := run(t, nil, "put-integration", "help")
	if code != 0 {
		t.Fatalf("exit %d %s", code, stderr)
	}
	for _, want := range []string{
		"PUT /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration",
		"    --rest-api-id <value>\n", "    [--uri <value>]\n", "    --type (string) [required]\n        What answers the method:",
		"Possible values: HTTP, AWS, MOCK, HTTP_PROXY, AWS_PROXY", "Shorthand: KeyName1=string,KeyName2=string", `JSON: {"string": "string" ...}`,
		"poterne apigateway put-integration --rest-api-id 1234123412 --resource-id a1b2c3", "    cacheKeyParameters -> (list)\n      (string)\n", "    --query (string)\n",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in\n%s", want, stdout)
		}
	}
	if _, stdout, _ := run(t, nil, "put-method", "help"); !strings.Contains(stdout, "[--api-key-required | --no-api-key-required]") || !strings.Contains(stdout, "--api-key-required | --no-api-key-required (boolean)") {
		t.Errorf("a boolean's options: %s", stdout)
	}
	if _, stdout, _ := run(t, nil, "help"); !strings.Contains(stdout, "    update-vpc-link\n        PATCH /vpclinks/{vpclink_id}\n") {
		t.Errorf("the overview: %s", stdout)
	}
}

func TestManual(t *testing.T) {
	pages := map[string]*manualPage{}
	err := Manual(func(name string) (io.WriteCloser, error) {
		pages[name] = &manualPage{}
		return pages[name], nil
	})
	if err != nil || len(pages) != len(apigw.Operations)+1 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	if text := pages["poterne-apigateway-get-rest-apis.1"].String(); !strings.HasPrefix(text, ".TH POTERNE\\-APIGATEWAY\\-GET\\-REST\\-APIS 1\n.SH NAME\n") || !strings.Contains(text, ".TP\n\\fB\\-\\-max\\-items (integer)\\fR\n") {
		t.Errorf("get-rest-apis: %s", text)
	}
}

type manualPage struct{ strings.Builder }

func (*manualPage) Close() error { return nil }

func TestComplete(t *testing.T) {
	s := serve(t, 200, `{"item":[{"id":"a1","name":"one"},{"id":"b2","name":"two"}]}`)
	run(t, s, "get-account") // sets the environment
	for _, c := range []struct {
		args, word string
		want       []string
	}{
		{"", "put-integration", []string{"put-integration", "put-integration-response"}},
		{"put-integration", "--ty", []string{"--type"}},
		{"put-integration --type", "", []string{"HTTP", "AWS", "MOCK", "HTTP_PROXY", "AWS_PROXY"}},
		{"put-integration --type", "HTTP", []string{"HTTP", "HTTP_PROXY"}},
		{"get-rest-apis --output", "y", []string{"yaml", "yaml-stream"}},
		{"get-rest-apis --no-", "--no-pag", []string{"--no-paginate"}},
		{"put-method --http-method", "P", []string{"POST", "PUT", "PATCH"}},
		{"--endpoint-url " + s.URL + " get-rest-api --rest-api-id", "", []string{"a1", "b2"}},
		{"--endpoint-url " + s.URL + " get-resource --rest-api-id a1 --resource-id", "b", []string{"b2"}},
		{"--endpoint-url " + s.URL + " get-resource --resource-id", "", nil},
		{"nonsense", "", nil},
	} {
		if got, _ := Complete(context.Background(), strings.Fields(c.args), c.word); !slices.Equal(got, c.want) {
			t.Errorf("%s %s: %q, want %q", c.args, c.word, got, c.want)
		}
	}
	if last := s.requests[len(s.requests)-1]; last.line != "GET /restapis/a1/resources" {
		t.Errorf("the ids of Resources were asked at %s", last.line)
	}
}

// Files are completed where a value may name one.
func TestCompleteFiles(t *testing.T) {
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	for args, want := range map[string]bool{
		"": false, "put-integration": false, "put-integration --type": false, "get-rest-apis --output": false,
		"get-export": true, "get-rest-apis --ca-bundle": true, "get-rest-apis --cli-input-json": true, "put-rest-api --body": true,
		"create-rest-api --tags": true, "get-rest-apis --region": false, "nonsense": false,
	} {
		if _, files := Complete(context.Background(), strings.Fields(args), ""); files != want {
			t.Errorf("%q: files %v, want %v", args, files, want)
		}
	}
}
