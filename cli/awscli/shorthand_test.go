package awscli

import (
	"testing"

	"github.com/poterne/poterne/cli/awscli/document"
)

// What the AWS CLI (2.9.19) makes of shorthand.
func TestShorthand(t *testing.T) {
	for text, want := range map[string]string{
		`a=b`:                            `{"a":"b"}`,
		`a=`:                             `{"a":""}`,
		`a=b,c=d`:                        `{"a":"b","c":"d"}`,
		`a=b,c`:                          `{"a":["b","c"]}`,
		`a=b,c,d=e,f`:                    `{"a":["b","c"],"d":["e","f"]}`,
		`a=b,`:                           `Expected: '<second>', received: '<none>' for input:` + "\na=b,\n    ^",
		`a=b\,c`:                         `{"a":"b,c"}`,
		`a='b,c'`:                        `{"a":"b,c"}`,
		`a='it\'s'`:                      `{"a":"it's"}`,
		`a="b\"c"`:                       `{"a":"b\"c"}`,
		`a="b\\c"`:                       `{"a":"b\\c"}`,
		`a='`:                            `Expected: '<singled quoted>', received: '<none>' for input:` + "\na='\n  ^",
		`a={b=c}`:                        `{"a":{"b":"c"}}`,
		`a={b=c,d={e=f}}`:                `{"a":{"b":"c","d":{"e":"f"}}}`,
		`a=[b,c]`:                        `{"a":["b","c"]}`,
		`a=[]`:                           `{"a":[]}`,
		`a={}`:                           `{"a":{}}`,
		`a=[{b=c},{b=d}]`:                `{"a":[{"b":"c"},{"b":"d"}]}`,
		`a = b , c = d`:                  `{"a":"b","c":"d"}`,
		`a=b=c`:                          `{"a":"b=c"}`,
		`a.b/c-d:e_f#1=x`:                `{"a.b/c-d:e_f#1":"x"}`,
		`a`:                              `Expected: '=', received: 'EOF' for input:` + "\na\n ^",
		``:                               `Expected: '=', received: 'EOF' for input:` + "\n\n^",
		`a=b c=d`:                        `{"a":"b c=d"}`,
		`a=b,a=c`:                        "Second instance of key \"a\" encountered for input:\na=b,a=c\n    ^\nThis is often because there is a preceding \",\" instead of a space.",
		`op=replace,path=/a/b,value='*'`: `{"op":"replace","path":"/a/b","value":"*"}`,
		`a=[b`:                           `Expected: ',', received: 'EOF' for input:` + "\na=[b\n    ^",
		`a={b`:                           `Expected: '=', received: 'EOF' for input:` + "\na={b\n    ^",
		`a=é,b=日本`:                       `{"a":"\u00e9","b":"\u65e5\u672c"}`,
	} {
		var got string
		if o, err := parseShorthand(text); err != nil {
			got = err.Error()
		} else {
			got = document.Compact(o)
		}
		if got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

func FuzzShorthand(f *testing.F) {
	f.Add(`a=b,c=[d,{e='f'}],g="h"`)
	f.Fuzz(func(_ *testing.T, text string) { _, _ = parseShorthand(text) })
}

func TestKebab(t *testing.T) {
	for name, want := range map[string]string{
		"PutIntegration": "put-integration", "GetRestApis": "get-rest-apis", "providerARNs": "provider-arns",
		"restApiId": "rest-api-id", "vpcEndpointIds": "vpc-endpoint-ids", "tlsConfig": "tls-config", "cacheTtlInSeconds": "cache-ttl-in-seconds",
	} {
		if got := kebab(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}
