package sdk

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
)

//go:embed javascript/apigClient.js
var javascriptClient string

// generateJavaScript writes a client for browsers and Node with the surface of
// AWS's: apigClientFactory.newClient(config).petsGet(params, body, more).
func generateJavaScript(a *api, _ map[string]string) (map[string]string, error) {
	table, err := json.MarshalIndent(a, "", "  ") // escapes <, > and & as \u003c
	if err != nil {
		return nil, fmt.Errorf("write the operations: %w", err)
	}
	const folder = "apiGateway-js-sdk/"
	return map[string]string{
		folder + "apigClient.js": strings.Replace(javascriptClient, "/* API */ null", string(table), 1),
		folder + "README.md":     javascriptReadme(a),
	}, nil
}

func javascriptReadme(a *api) string {
	var b strings.Builder
	b.WriteString("# JavaScript SDK\n\nNeeds nothing but a browser, or Node 18 or newer.\n\n" +
		"    <script src=\"apigClient.js\"></script>          in a page\n" +
		"    const apigClientFactory = require('./apigClient.js');   in Node\n\n" +
		"    const client = apigClientFactory.newClient({\n" +
		"      endpoint: '" + a.Endpoint + "', // this is the default\n" +
		"      apiKey: 'VALUE',                          // for methods that require one\n" +
		"      accessKey: 'ID', secretKey: 'SECRET', sessionToken: 'TOKEN', // for AWS_IAM\n" +
		"    });\n" +
		"    const { status, data, headers } = await client.OPERATION(params, body, { headers, queryParams });\n\n" +
		"`params` has path, query and header parameters by name. An answer outside 200 to 299 rejects with the same members.\n\n" +
		"| operation | method | parameters |\n|---|---|---|\n")
	for _, o := range a.Operations {
		names := make([]string, 0, len(o.Params))
		for _, p := range o.Params {
			names = append(names, p.Name)
		}
		fmt.Fprintf(&b, "| %s | %s %s | %s |\n", o.Name, o.Verb, o.Path, strings.Join(names, ", "))
	}
	return b.String()
}
