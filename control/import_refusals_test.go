package control

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
)

// An import answers for a part what the part's own operation answers (control
// plane §4.8). Each row is one part that AWS refuses, as JSON: kinds say how it
// stands in a document and in a call.
func TestImportRefusesAsTheOperationDoes(t *testing.T) {
	const (
		function = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f/invocations`
		stream   = `arn:aws:apigateway:us-east-1:lambda:path/2021-11-15/functions/arn:aws:lambda:us-east-1:000000000000:function:f/response-streaming-invocations`
		queue    = `"httpMethod":"POST","uri":"arn:aws:apigateway:us-east-1:sqs:path/q"`
		back     = `"type":"HTTP_PROXY","httpMethod":"GET","uri":"http://x/"`
		token    = `"type":"TOKEN","authorizerUri":"` + function + `"`
		pool     = `"type":"COGNITO_USER_POOLS","identitySource":"method.request.header.A"`
	)
	for _, row := range []struct{ kind, part, want string }{
		{"integration", `{"type":"HTTP"}`, "Enumeration value for HttpMethod"},
		{"integration", `{"type":"HTTP","httpMethod":"FETCH","uri":"http://x/"}`, "Invalid HttpMethod specified."},
		{"integration", `{"type":"HTTP","httpMethod":"GET","uri":"http://a b/"}`, "Invalid HTTP endpoint"},
		{"integration", `{"type":"HTTP","httpMethod":"GET","connectionType":"VPC_LINK"}`, "Invalid integration URI specified"},
		{"integration", `{"type":"AWS","httpMethod":"POST","uri":"arn:nothing"}`, "Invalid ARN specified"},
		{"integration", `{"type":"AWS","httpMethod":"POST","uri":"arn:awful:apigateway:us-east-1:sqs:path/q"}`, "Invalid AWS URI"},
		{"integration", `{"type":"AWS","httpMethod":"POST","uri":"arn:aws:lambda:us-east-1:000000000000:function:f"}`, "AWS ARN for integration must contain"},
		{"integration", `{"type":"AWS_PROXY",` + queue + `}`, "Integrations of type 'AWS_PROXY'"},
		{"integration", `{"type":"AWS_PROXY","httpMethod":"POST","uri":"` + strings.Replace(function, "lambda:us-east-1", "sqs:us-east-1", 1) + `"}`, "Invalid function ARN"},
		{"integration", `{"type":"AWS",` + queue + `}`, "Role ARN must be specified"},
		{"integration", `{` + back + `,"credentials":"me"}`, "Invalid ARN specified"},
		{"integration", `{"type":"AWS",` + queue + `,"credentials":"arn:aws:iam::111122223333:role/r"}`, "Cross-account pass role"},
		{"integration", `{` + back + `,"timeoutInMillis":29001}`, "Timeout should be between 50 ms and 29000 ms"},
		{"integration", `{` + back + `,"timeoutInMillis":900001,"responseTransferMode":"STREAM"}`, "Timeout should be between 50 ms and 900000 ms"},
		{"integration", `{` + back + `,"requestParameters":{"integration.request.header.a b":"'x'"}}`, "Invalid mapping expression specified: Validation Result"},
		{"integration", `{` + back + `,"requestParameters":{"integration.request.header.A":"method.request.body[0]"}}`, "Invalid mapping expression specified: Validation Result"},
		{"integration", `{` + back + `,"requestParameters":{"integration.request.header.A":"method.request.header.B"}}`, "Invalid mapping expression specified: Validation Result"},
		{"integration", `{` + back + `,"requestTemplates":{"text":"x"}}`, "Validation Result: warnings : [], errors : [Invalid content type"},
		{"integration", `{` + back + `,"requestTemplates":{"a/b":"` + strings.Repeat("x", 300<<10+1) + `"}}`, "The mapping template for content type a/b exceeds"},
		{"integration", `{` + back + `,"cacheKeyParameters":["method.request.header.B"]}`, "Invalid cache key parameter"},
		{"integration", `{` + back + `,"connectionType":"VPC_LINK"}`, "ConnectionId should be set"},
		{"integration", `{` + back + `,"connectionType":"VPC_LINK","connectionId":"abc123"}`, "VPC link abc123 not found"},
		{"integration", `{` + back + `,"passthroughBehavior":"SOMETIMES"}`, "Invalid passthroughBehavior"},
		{"integration", `{"type":"MOCK","tlsConfig":{"insecureSkipVerification":true}}`, "TLS configuration is only supported"},
		{"integration", `{"type":"MOCK","responseTransferMode":"STREAM"}`, "Invalid ResponseTransferMode. ResponseTransferMode STREAM"},
		{"integration", `{"type":"AWS_PROXY","httpMethod":"POST","uri":"` + stream + `"}`, "Invalid ResponseTransferMode. Cannot use ResponseTransferMode BUFFERED"},
		{"integration", `{"type":"AWS_PROXY","httpMethod":"POST","uri":"` + function + `","responseTransferMode":"STREAM"}`, "Invalid ResponseTransferMode. Cannot use ResponseTransferMode STREAM"},

		{"integration response", `{"statusCode":"200","responseTemplates":{"text":"x"}}`, "Validation Result: warnings : [], errors : [Invalid content type"},
		{"integration response", `{"statusCode":"200","responseParameters":{"X":"'x'"}}`, "Invalid mapping expression specified: Validation Result"},
		{"integration response", `{"statusCode":"200","responseParameters":{"method.response.header.Y":"'x'"}}`, "Invalid mapping expression specified: Validation Result"},
		{"integration response", `{"statusCode":"200","responseParameters":{"method.response.header.X":"x"}}`, "Invalid mapping expression specified: Validation Result"},
		{"integration response", `{"statusCode":"200","selectionPattern":"["}`, "Invalid regex pattern"},

		{"method", `{"method.request.header.A":true,"method.request.querystring.A":true}`, "Parameter names must be unique"},
		{"method", `{"method.request.querystring.page[size]":true}`, "Invalid mapping expression specified: Validation Result: warnings : [], errors : [Parameter name should match"},
		{"method response", `{"statusCode":"200","responseParameters":{"method.response.header.a b":false}}`, "Invalid mapping expression specified: Validation Result"},

		{"authorizer", `{"type":"TOKEN","authorizerUri":"http://x/","identitySource":"method.request.header.A"}`, "Invalid Authorizer URI"},
		{"authorizer", `{` + token + `}`, "IdentitySource cannot be empty"},
		{"authorizer", `{` + token + `,"identitySource":"method.request.querystring.A"}`, "Invalid token source expression"},
		{"authorizer", `{` + token + `,"identitySource":"method.request.header.A","authorizerResultTtlInSeconds":3601}`, "Authorizer result TTL outside"},
		{"authorizer", `{` + token + `,"identitySource":"method.request.header.A","identityValidationExpression":"["}`, "Invalid identity validation expression"},
		{"authorizer", `{"type":"REQUEST","authorizerUri":"` + function + `"}`, "Invalid request input"},
		{"authorizer", `{"type":"REQUEST","authorizerUri":"` + function + `","identitySource":"cookie"}`, "Invalid request identity source expression"},
		{"authorizer", `{` + pool + `}`, "ProviderARNs cannot be empty"},
		{"authorizer", `{` + pool + `,"providerARNs":["pool"]}`, "Invalid Cognito user pool ARN"},

		{"gateway response", `{"responseParameters":{"method.response.header.X":"'x'"}}`, "Invalid mapping expression specified: Validation Result"},
		{"gateway response", `{"responseParameters":{"gatewayresponse.header.X":"*"}}`, "Invalid mapping expression specified: Validation Result"},
		{"gateway response", `{"responseTemplates":{"text":"x"}}`, "Validation Result: warnings : [], errors : [Invalid content type"},

		{"resource", `"a b"`, "Resource's path part only allow"},
		{"resource", `"{other}"`, "A sibling ({id}) of this resource"},
		{"model", `"a-b"`, "Model name must be alphanumeric"},
		{"request validator", `" "`, "Request Validator name cannot be blank"},
		{"documentation part", `{"location":{"type":"REQUEST_HEADER"},"properties":"{}"}`, "Invalid Documentation part location: 'name' is required"},
		{"documentation part", `{"location":{"type":"API"},"properties":"text"}`, "Invalid Documentation part properties"},
	} {
		kind := refusedKinds[row.kind]
		t.Run(row.kind+" "+row.want, func(t *testing.T) {
			s := newSession(t, "response")
			s.service.deps.AccountId = "444455556666"
			s.call(`> CreateResource {"restApiId":"api1","parentId":"root1","pathPart":"{id}"}`)
			_, byOperation, _ := strings.Cut(s.call("> "+kind.call(t, row.part)), ": ")
			s.documents = map[string]string{"it": kind.document(t, row.part)}
			byImport := s.call(`> ImportRestApi {"body":"@it"}`)
			_, byImport, _ = strings.Cut(byImport, kind.unable)
			if byImport != byOperation || !strings.HasPrefix(byOperation, row.want) {
				t.Errorf("import:    %s\noperation: %s\nwant       %s…", byImport, byOperation, row.want)
			}
		})
	}
}

// A refusedKind says how a part stands in a document and in a call, and how the
// import's line about it begins.
type refusedKind struct {
	unable   string
	call     func(t *testing.T, part string) string
	document func(t *testing.T, part string) string
}

var refusedKinds = map[string]refusedKind{
	"integration": {
		"Unable to put integration on 'GET' for resource at path '/pets': ",
		func(t *testing.T, part string) string {
			return call(t, "PutIntegration", `{$m}`, strings.Replace(part, `"httpMethod"`, `"integrationHttpMethod"`, 1))
		},
		func(_ *testing.T, part string) string {
			return paths(`"/pets":{"get":{"x-amazon-apigateway-integration":` + part + `}}`)
		},
	},
	"integration response": {
		"Unable to put integration response on 'GET' for resource at path '/pets': ",
		func(t *testing.T, part string) string {
			return call(t, "PutIntegrationResponse", `{$m}`, part)
		},
		func(t *testing.T, part string) string {
			response := members(t, part)
			pattern, ok := response["selectionPattern"].(string)
			if !ok {
				pattern = "default"
			}
			delete(response, "selectionPattern")
			return paths(`"/pets":{"get":{"responses":{"200":{"description":"","headers":{"X":{"schema":{"type":"string"}}}}},` +
				`"x-amazon-apigateway-integration":{"type":"MOCK","responses":{` + text(t, pattern) + `:` + text(t, response) + `}}}}`)
		},
	},
	"method": {
		"Unable to put method 'POST' on resource at path '/pets': ",
		func(_ *testing.T, part string) string {
			return `PutMethod {"restApiId":"api1","resourceId":"res1","httpMethod":"POST","authorizationType":"NONE","requestParameters":` + part + `}`
		},
		func(t *testing.T, part string) string {
			parameters := []any{}
			for key := range members(t, part) {
				in, name, _ := strings.Cut(strings.TrimPrefix(key, "method.request."), ".")
				parameters = append(parameters, map[string]any{"in": strings.Replace(in, "querystring", "query", 1), "name": name, "schema": map[string]any{}})
			}
			return paths(`"/pets":{"post":{"parameters":` + text(t, parameters) + `}}`)
		},
	},
	"method response": {
		"Unable to put method response on 'GET' for resource at path '/pets': ",
		func(t *testing.T, part string) string {
			return call(t, "PutMethodResponse", `{$m}`, strings.Replace(part, "200", "201", 1))
		},
		func(t *testing.T, part string) string {
			headers := map[string]any{}
			for key := range members(t, part)["responseParameters"].(map[string]any) {
				headers[strings.TrimPrefix(key, "method.response.header.")] = map[string]any{"schema": map[string]any{}}
			}
			return paths(`"/pets":{"get":{"responses":{"200":{"description":"","headers":` + text(t, headers) + `}}}}`)
		},
	},
	"authorizer": {
		"Unable to create authorizer 'it': ",
		func(t *testing.T, part string) string {
			return call(t, "CreateAuthorizer", `{"restApiId":"api1","name":"it"}`, part)
		},
		func(_ *testing.T, part string) string {
			return document(`"components":{"securitySchemes":{"it":{"type":"apiKey","in":"query","name":"A","x-amazon-apigateway-authorizer":` + part + `}}}`)
		},
	},
	"gateway response": {
		"Unable to put gateway response 'THROTTLED': ",
		func(t *testing.T, part string) string {
			return call(t, "PutGatewayResponse", `{"restApiId":"api1","responseType":"THROTTLED"}`, part)
		},
		func(_ *testing.T, part string) string {
			return document(`"x-amazon-apigateway-gateway-responses":{"THROTTLED":` + part + `}`)
		},
	},
	"resource": {
		"': ",
		func(_ *testing.T, part string) string {
			return `CreateResource {"restApiId":"api1","parentId":"root1","pathPart":` + part + `}`
		},
		func(_ *testing.T, part string) string { return paths(`"/{id}":{},"/` + part[1:] + `:{}`) },
	},
	"model": {
		"Unable to create model for 'a-b': ",
		func(_ *testing.T, part string) string {
			return `CreateModel {"restApiId":"api1","contentType":"application/json","schema":"{}","name":` + part + `}`
		},
		func(_ *testing.T, part string) string { return document(`"components":{"schemas":{` + part + `:{}}}`) },
	},
	"request validator": {
		"Unable to create request validator ' ': ",
		func(_ *testing.T, part string) string {
			return `CreateRequestValidator {"restApiId":"api1","name":` + part + `}`
		},
		func(_ *testing.T, part string) string {
			return document(`"x-amazon-apigateway-request-validators":{` + part + `:{}}`)
		},
	},
	"documentation part": {
		"Unable to create documentation part: ",
		func(t *testing.T, part string) string {
			return call(t, "CreateDocumentationPart", `{"restApiId":"api1"}`, part)
		},
		func(_ *testing.T, part string) string {
			return document(`"x-amazon-apigateway-documentation":{"documentationParts":[` + part + `]}`)
		},
	},
}

// call is a session's line with the members of an address and of a part.
func call(t *testing.T, operation, address, part string) string {
	t.Helper()
	all := members(t, shorthand.Replace(address))
	maps.Copy(all, members(t, part))
	return operation + " " + text(t, all)
}

func members(t *testing.T, object string) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(object), &m); err != nil {
		t.Fatalf("%s: %v", object, err)
	}
	return m
}

func text(t *testing.T, value any) string {
	t.Helper()
	b, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func paths(text string) string { return document(`"paths":{` + text + `}`) }

func document(members string) string {
	if !strings.HasPrefix(members, `"paths"`) {
		members = `"paths":{},` + members
	}
	return `{"openapi":"3.0.1","info":{"title":"t","version":"1"},` + members + `}`
}
