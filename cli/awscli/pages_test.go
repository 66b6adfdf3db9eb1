package awscli

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// pageOptions are the options of the AWS CLI's pages of three operations, each
// with what it adds to the request's body, or what is printed for it.
var pageOptions = map[string]struct {
	required, body string
	options        map[string]string
}{
	"put-integration": {"--rest-api-id a --resource-id r --http-method GET --type MOCK", `{"type":"MOCK"`, map[string]string{
		"--integration-http-method POST":               `,"httpMethod":"POST"}`,
		"--uri http://x":                               `,"uri":"http://x"}`,
		"--connection-type VPC_LINK":                   `,"connectionType":"VPC_LINK"}`,
		"--connection-id c":                            `,"connectionId":"c"}`,
		"--credentials arn":                            `,"credentials":"arn"}`,
		"--request-parameters a.b=c":                   `,"requestParameters":{"a.b":"c"}}`,
		`--request-templates {"application/json":"t"}`: `,"requestTemplates":{"application/json":"t"}}`,
		"--passthrough-behavior NEVER":                 `,"passthroughBehavior":"NEVER"}`,
		"--cache-namespace n":                          `,"cacheNamespace":"n"}`,
		"--cache-key-parameters k l":                   `,"cacheKeyParameters":["k","l"]}`,
		"--content-handling CONVERT_TO_TEXT":           `,"contentHandling":"CONVERT_TO_TEXT"}`,
		"--timeout-in-millis 50":                       `,"timeoutInMillis":50}`,
		"--tls-config insecureSkipVerification=true":   `,"tlsConfig":{"insecureSkipVerification":true}}`,
		`--cli-input-json {"timeoutInMillis":7}`:       `,"timeoutInMillis":7}`,
		`--cli-input-yaml {"timeoutInMillis":8}`:       `,"timeoutInMillis":8}`,
		"--generate-cli-skeleton":                      `"cacheNamespace": ""`,
	}},
	"put-integration-response": {"--rest-api-id a --resource-id r --http-method GET --status-code 200", `{`, map[string]string{
		"--selection-pattern 2..":                       `"selectionPattern":"2.."}`,
		"--response-parameters a=b":                     `"responseParameters":{"a":"b"}}`,
		`--response-templates {"application/json":"t"}`: `"responseTemplates":{"application/json":"t"}}`,
		"--content-handling CONVERT_TO_BINARY":          `"contentHandling":"CONVERT_TO_BINARY"}`,
		`--cli-input-json {"selectionPattern":"x"}`:     `"selectionPattern":"x"}`,
		"--generate-cli-skeleton output":                `"statusCode": "statusCode"`,
	}},
	"update-integration-response": {"--rest-api-id a --resource-id r --http-method GET --status-code 200", `{`, map[string]string{
		"--patch-operations op=replace,path=/a,value=b": `"patchOperations":[{"op":"replace","path":"/a","value":"b"}]}`,
		"--generate-cli-skeleton yaml-input":            `patchOperations:`,
	}},
}

// globalPageOptions are those of every page, each with what it prints or "".
var globalPageOptions = map[string]string{
	"--debug": "", "--no-verify-ssl": "", "--no-paginate": "", "--output text": "CONVERT_TO_TEXT\n", "--output table": "|", "--output yaml": "contentHandling: CONVERT_TO_TEXT",
	"--query contentHandling": `"CONVERT_TO_TEXT"`, "--profile p": "", "--region eu-west-1": "", "--version": "poterne/test", "--color off": "",
	"--ca-bundle f": "", "--cli-read-timeout 5": "", "--cli-connect-timeout 5": "", "--cli-binary-format raw-in-base64-out": "",
	"--no-cli-pager": "", "--no-cli-auto-prompt": "",
}

func TestOptionsOfThePages(t *testing.T) {
	s := serve(t, 200, `{"contentHandling":"CONVERT_TO_TEXT"}`)
	run(t, s, "get-account") // sets the environment
	config := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(config, []byte("[profile p]\nregion = us-east-2\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_CONFIG_FILE", config)
	ask := func(operation, required, words string) (code int, printed, sent string) {
		var out, said bytes.Buffer
		cli, before := &CLI{Out: &out, Err: &said, Version: "poterne/test"}, len(s.requests)
		code = cli.Run(context.Background(), append([]string{"--endpoint-url", s.URL, Service, operation}, strings.Fields(required+" "+words)...))
		if len(s.requests) > before {
			var compact bytes.Buffer
			if err := json.Compact(&compact, []byte(s.requests[before].body)); err != nil {
				t.Error(err)
			}
			sent = compact.String()
		}
		return code, out.String() + said.String(), sent
	}
	for operation, page := range pageOptions {
		for words, want := range page.options {
			code, printed, sent := ask(operation, page.required, words)
			if code != 0 || !strings.Contains(printed, want) && sent != page.body+want {
				t.Errorf("%s %s: exit %d, %s, sent %s; want %s", operation, words, code, printed, sent, want)
			}
		}
		for words, want := range globalPageOptions {
			if code, printed, _ := ask(operation, page.required, words); code != 0 || !strings.Contains(printed, want) {
				t.Errorf("%s %s: exit %d, %s", operation, words, code, printed)
			}
		}
	}
}
