# Control plane §6.3: what Terraform's provider calls for each kind of resource.
# After every change the read gives what the change answered, and reads again
# give the same: a second apply has nothing to do.

# aws_api_gateway_account
> UpdateAccount {"PatchOperations":[{"Op":"replace","Path":"/cloudwatchRoleArn","Value":"arn:aws:iam::123456789012:role/logs"}]}
{"ApiKeyVersion":"4","CloudwatchRoleArn":"arn:aws:iam::123456789012:role/logs","Features":["UsagePlans"],"ThrottleSettings":{"BurstLimit":5000,"RateLimit":10000}}
~ GetAccount

# aws_api_gateway_rest_api
> CreateRestApi {"Name":"tf","Description":"made","Tags":{"a":"1"},"ApiKeySource":"HEADER","BinaryMediaTypes":["image/png"],"MinimumCompressionSize":0,"EndpointConfiguration":{"Types":["REGIONAL"]}}
{"ApiKeySource":"HEADER","BinaryMediaTypes":["image/png"],"CreatedDate":"TIME","Description":"made","EndpointConfiguration":{"IpAddressType":"ipv4","Types":["REGIONAL"]},"Id":"<api>","MinimumCompressionSize":0,"Name":"tf","RootResourceId":"<root>","Tags":{"a":"1"}}
keep api Id
keep root RootResourceId
~ GetRestApi {"RestApiId":"<api>"}
~ GetRestApi {"RestApiId":"<api>"}
> UpdateRestApi {"RestApiId":"<api>","PatchOperations":[{"Op":"replace","Path":"/name","Value":"tf2"}]}
{"ApiKeySource":"HEADER","BinaryMediaTypes":["image/png"],"CreatedDate":"TIME","Description":"made","EndpointConfiguration":{"IpAddressType":"ipv4","Types":["REGIONAL"]},"Id":"<api>","MinimumCompressionSize":0,"Name":"tf2","RootResourceId":"<root>","Tags":{"a":"1"}}
~ GetRestApi {"RestApiId":"<api>"}
> UpdateRestApi {"RestApiId":"<api>","PatchOperations":[{"Op":"replace","Path":"/description","Value":"changed"}]}
{"ApiKeySource":"HEADER","BinaryMediaTypes":["image/png"],"CreatedDate":"TIME","Description":"changed","EndpointConfiguration":{"IpAddressType":"ipv4","Types":["REGIONAL"]},"Id":"<api>","MinimumCompressionSize":0,"Name":"tf2","RootResourceId":"<root>","Tags":{"a":"1"}}
~ GetRestApi {"RestApiId":"<api>"}
> UpdateRestApi {"RestApiId":"<api>","PatchOperations":[{"Op":"replace","Path":"/apiKeySource","Value":"AUTHORIZER"}]}
{"ApiKeySource":"AUTHORIZER","BinaryMediaTypes":["image/png"],"CreatedDate":"TIME","Description":"changed","EndpointConfiguration":{"IpAddressType":"ipv4","Types":["REGIONAL"]},"Id":"<api>","MinimumCompressionSize":0,"Name":"tf2","RootResourceId":"<root>","Tags":{"a":"1"}}
~ GetRestApi {"RestApiId":"<api>"}
> UpdateRestApi {"RestApiId":"<api>","PatchOperations":[{"Op":"replace","Path":"/disableExecuteApiEndpoint","Value":"true"}]}
{"ApiKeySource":"AUTHORIZER","BinaryMediaTypes":["image/png"],"CreatedDate":"TIME","Description":"changed","DisableExecuteApiEndpoint":true,"EndpointConfiguration":{"IpAddressType":"ipv4","Types":["REGIONAL"]},"Id":"<api>","MinimumCompressionSize":0,"Name":"tf2","RootResourceId":"<root>","Tags":{"a":"1"}}
~ GetRestApi {"RestApiId":"<api>"}
> UpdateRestApi {"RestApiId":"<api>","PatchOperations":[{"Op":"remove","Path":"/binaryMediaTypes/image~1png"},{"Op":"add","Path":"/binaryMediaTypes/application~1octet-stream"}]}
{"ApiKeySource":"AUTHORIZER","BinaryMediaTypes":["application/octet-stream"],"CreatedDate":"TIME","Description":"changed","DisableExecuteApiEndpoint":true,"EndpointConfiguration":{"IpAddressType":"ipv4","Types":["REGIONAL"]},"Id":"<api>","MinimumCompressionSize":0,"Name":"tf2","RootResourceId":"<root>","Tags":{"a":"1"}}
~ GetRestApi {"RestApiId":"<api>"}
> UpdateRestApi {"RestApiId":"<api>","PatchOperations":[{"Op":"replace","Path":"/minimumCompressionSize","Value":"1024"}]}
{"ApiKeySource":"AUTHORIZER","BinaryMediaTypes":["application/octet-stream"],"CreatedDate":"TIME","Description":"changed","DisableExecuteApiEndpoint":true,"EndpointConfiguration":{"IpAddressType":"ipv4","Types":["REGIONAL"]},"Id":"<api>","MinimumCompressionSize":1024,"Name":"tf2","RootResourceId":"<root>","Tags":{"a":"1"}}
~ GetRestApi {"RestApiId":"<api>"}
> UpdateRestApi {"RestApiId":"<api>","PatchOperations":[{"Op":"replace","Path":"/minimumCompressionSize"}]}
{"ApiKeySource":"AUTHORIZER","BinaryMediaTypes":["application/octet-stream"],"CreatedDate":"TIME","Description":"changed","DisableExecuteApiEndpoint":true,"EndpointConfiguration":{"IpAddressType":"ipv4","Types":["REGIONAL"]},"Id":"<api>","Name":"tf2","RootResourceId":"<root>","Tags":{"a":"1"}}
~ GetRestApi {"RestApiId":"<api>"}
> UpdateRestApi {"RestApiId":"<api>","PatchOperations":[{"Op":"replace","Path":"/endpointConfiguration/types/0","Value":"PRIVATE"},{"Op":"add","Path":"/endpointConfiguration/vpcEndpointIds","Value":"vpce-1"},{"Op":"add","Path":"/endpointConfiguration/vpcEndpointIds","Value":"vpce-2"}]}
{"ApiKeySource":"AUTHORIZER","BinaryMediaTypes":["application/octet-stream"],"CreatedDate":"TIME","Description":"changed","DisableExecuteApiEndpoint":true,"EndpointConfiguration":{"IpAddressType":"dualstack","Types":["PRIVATE"],"VpcEndpointIds":["vpce-1","vpce-2"]},"Id":"<api>","Name":"tf2","RootResourceId":"<root>","Tags":{"a":"1"}}
~ GetRestApi {"RestApiId":"<api>"}
> UpdateRestApi {"RestApiId":"<api>","PatchOperations":[{"Op":"remove","Path":"/endpointConfiguration/vpcEndpointIds","Value":"vpce-1"},{"Op":"remove","Path":"/endpointConfiguration/vpcEndpointIds","Value":"vpce-2"},{"Op":"replace","Path":"/endpointConfiguration/types/0","Value":"REGIONAL"}]}
{"ApiKeySource":"AUTHORIZER","BinaryMediaTypes":["application/octet-stream"],"CreatedDate":"TIME","Description":"changed","DisableExecuteApiEndpoint":true,"EndpointConfiguration":{"IpAddressType":"dualstack","Types":["REGIONAL"]},"Id":"<api>","Name":"tf2","RootResourceId":"<root>","Tags":{"a":"1"}}
~ GetRestApi {"RestApiId":"<api>"}
> UpdateRestApi {"RestApiId":"<api>","PatchOperations":[{"Op":"replace","Path":"/policy","Value":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"execute-api:Invoke\",\"Resource\":\"execute-api:/*\"}]}"}]}
{"ApiKeySource":"AUTHORIZER","BinaryMediaTypes":["application/octet-stream"],"CreatedDate":"TIME","Description":"changed","DisableExecuteApiEndpoint":true,"EndpointConfiguration":{"IpAddressType":"dualstack","Types":["REGIONAL"]},"Id":"<api>","Name":"tf2","Policy":"{\\\"Version\\\":\\\"2012-10-17\\\",\\\"Statement\\\":[{\\\"Effect\\\":\\\"Allow\\\",\\\"Principal\\\":\\\"*\\\",\\\"Action\\\":\\\"execute-api:Invoke\\\",\\\"Resource\\\":\\\"arn:aws:execute-api:us-east-1:000000000000:<api>/*\\\"}]}","RootResourceId":"<root>","Tags":{"a":"1"}}
~ GetRestApi {"RestApiId":"<api>"}
> UpdateRestApi {"RestApiId":"<api>","PatchOperations":[{"Op":"replace","Path":"/policy","Value":""}]}
{"ApiKeySource":"AUTHORIZER","BinaryMediaTypes":["application/octet-stream"],"CreatedDate":"TIME","Description":"changed","DisableExecuteApiEndpoint":true,"EndpointConfiguration":{"IpAddressType":"dualstack","Types":["REGIONAL"]},"Id":"<api>","Name":"tf2","RootResourceId":"<root>","Tags":{"a":"1"}}
~ GetRestApi {"RestApiId":"<api>"}
> TagResource {"ResourceArn":"arn:aws:apigateway:us-east-1::/restapis/<api>","Tags":{"a":"2","b":"3"}}
{}
> UntagResource {"ResourceArn":"arn:aws:apigateway:us-east-1::/restapis/<api>","TagKeys":["a"]}
{}
> GetRestApi {"RestApiId":"<api>"}
{"ApiKeySource":"AUTHORIZER","BinaryMediaTypes":["application/octet-stream"],"CreatedDate":"TIME","Description":"changed","DisableExecuteApiEndpoint":true,"EndpointConfiguration":{"IpAddressType":"dualstack","Types":["REGIONAL"]},"Id":"<api>","Name":"tf2","RootResourceId":"<root>","Tags":{"b":"3"}}

# the same with a body, and arguments that differ from it
> CreateRestApi {"Name":"body"}
{"ApiKeySource":"HEADER","CreatedDate":"TIME","EndpointConfiguration":{"IpAddressType":"ipv4","Types":["EDGE"]},"Id":"<body>","Name":"body","RootResourceId":"ID"}
keep body Id
> PutRestApi {"RestApiId":"<body>","Mode":"overwrite","Body":"{\"openapi\":\"3.0.1\",\"info\":{\"title\":\"of the body\",\"version\":\"7\"},\"paths\":{\"/x\":{\"get\":{\"responses\":{\"200\":{\"description\":\"ok\"}},\"x-amazon-apigateway-integration\":{\"type\":\"mock\"}}}}}"}
{"ApiKeySource":"HEADER","CreatedDate":"TIME","EndpointConfiguration":{"IpAddressType":"ipv4","Types":["EDGE"]},"Id":"<body>","Name":"of the body","RootResourceId":"ID","Tags":{},"Version":"7"}
> UpdateRestApi {"RestApiId":"<body>","PatchOperations":[{"Op":"replace","Path":"/name","Value":"body"}]}
{"ApiKeySource":"HEADER","CreatedDate":"TIME","EndpointConfiguration":{"IpAddressType":"ipv4","Types":["EDGE"]},"Id":"<body>","Name":"body","RootResourceId":"ID","Tags":{},"Version":"7"}
~ GetRestApi {"RestApiId":"<body>"}
> PutRestApi {"RestApiId":"<body>","Mode":"overwrite","Body":"{\"openapi\":\"3.0.1\",\"info\":{\"title\":\"body\",\"version\":\"7\"},\"paths\":{\"/x\":{\"get\":{\"responses\":{\"200\":{\"description\":\"ok\"}},\"x-amazon-apigateway-integration\":{\"type\":\"mock\"}}}}}"}
{"ApiKeySource":"HEADER","CreatedDate":"TIME","EndpointConfiguration":{"IpAddressType":"ipv4","Types":["EDGE"]},"Id":"<body>","Name":"body","RootResourceId":"ID","Tags":{},"Version":"7"}
~ GetRestApi {"RestApiId":"<body>"}
> DeleteRestApi {"RestApiId":"<body>"}
{}

# aws_api_gateway_resource
> CreateResource {"RestApiId":"<api>","ParentId":"<root>","PathPart":"v1"}
{"Id":"<parent>","ParentId":"<root>","Path":"/v1","PathPart":"v1"}
keep parent Id
> CreateResource {"RestApiId":"<api>","ParentId":"<root>","PathPart":"pets"}
{"Id":"<pets>","ParentId":"<root>","Path":"/pets","PathPart":"pets"}
keep pets Id
~ GetResource {"RestApiId":"<api>","ResourceId":"<pets>"}
> UpdateResource {"RestApiId":"<api>","ResourceId":"<pets>","PatchOperations":[{"Op":"replace","Path":"/pathPart","Value":"{pet}"}]}
{"Id":"<pets>","ParentId":"<root>","Path":"/{pet}","PathPart":"{pet}"}
~ GetResource {"RestApiId":"<api>","ResourceId":"<pets>"}
> UpdateResource {"RestApiId":"<api>","ResourceId":"<pets>","PatchOperations":[{"Op":"replace","Path":"/parentId","Value":"<parent>"}]}
{"Id":"<pets>","ParentId":"<parent>","Path":"/v1/{pet}","PathPart":"{pet}"}
~ GetResource {"RestApiId":"<api>","ResourceId":"<pets>"}

# aws_api_gateway_model
> CreateModel {"RestApiId":"<api>","Name":"Pet","ContentType":"application/json","Schema":"{\"type\":\"object\"}","Description":"d"}
{"ContentType":"application/json","Description":"d","Id":"ID","Name":"Pet","Schema":"{\"type\":\"object\"}"}
~ GetModel {"RestApiId":"<api>","ModelName":"Pet"}
> UpdateModel {"RestApiId":"<api>","ModelName":"Pet","PatchOperations":[{"Op":"replace","Path":"/description","Value":"e"},{"Op":"replace","Path":"/schema","Value":"{\"type\":\"array\"}"}]}
{"ContentType":"application/json","Description":"e","Id":"ID","Name":"Pet","Schema":"{\"type\":\"array\"}"}
~ GetModel {"RestApiId":"<api>","ModelName":"Pet"}

# aws_api_gateway_request_validator
> CreateRequestValidator {"RestApiId":"<api>","Name":"v","ValidateRequestBody":true,"ValidateRequestParameters":false}
{"Id":"<validator>","Name":"v","ValidateRequestBody":true}
keep validator Id
~ GetRequestValidator {"RestApiId":"<api>","RequestValidatorId":"<validator>"}
> UpdateRequestValidator {"RestApiId":"<api>","RequestValidatorId":"<validator>","PatchOperations":[{"Op":"replace","Path":"/name","Value":"w"},{"Op":"replace","Path":"/validateRequestBody","Value":"false"},{"Op":"replace","Path":"/validateRequestParameters","Value":"true"}]}
{"Id":"<validator>","Name":"w","ValidateRequestParameters":true}
~ GetRequestValidator {"RestApiId":"<api>","RequestValidatorId":"<validator>"}

# aws_api_gateway_authorizer
> CreateAuthorizer {"RestApiId":"<api>","Name":"t","Type":"TOKEN","AuthorizerUri":"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f/invocations","IdentitySource":"method.request.header.Authorization","AuthorizerResultTtlInSeconds":300,"AuthorizerCredentials":"arn:aws:iam::123456789012:role/r"}
{"AuthType":"custom","AuthorizerCredentials":"arn:aws:iam::123456789012:role/r","AuthorizerResultTtlInSeconds":300,"AuthorizerUri":"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f/invocations","Id":"<token>","IdentitySource":"method.request.header.Authorization","Name":"t","Type":"TOKEN"}
keep token Id
~ GetAuthorizer {"RestApiId":"<api>","AuthorizerId":"<token>"}
> UpdateAuthorizer {"RestApiId":"<api>","AuthorizerId":"<token>","PatchOperations":[{"Op":"replace","Path":"/authorizerUri","Value":"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:g/invocations"},{"Op":"replace","Path":"/identitySource","Value":"method.request.header.X"},{"Op":"replace","Path":"/authorizerResultTtlInSeconds","Value":"0"},{"Op":"replace","Path":"/identityValidationExpression","Value":"x.*"},{"Op":"replace","Path":"/authorizerCredentials","Value":""}]}
{"AuthType":"custom","AuthorizerResultTtlInSeconds":0,"AuthorizerUri":"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:g/invocations","Id":"<token>","IdentitySource":"method.request.header.X","IdentityValidationExpression":"x.*","Name":"t","Type":"TOKEN"}
~ GetAuthorizer {"RestApiId":"<api>","AuthorizerId":"<token>"}
> CreateAuthorizer {"RestApiId":"<api>","Name":"c","Type":"COGNITO_USER_POOLS","IdentitySource":"method.request.header.Authorization","AuthorizerResultTtlInSeconds":300,"ProviderARNs":["arn:aws:cognito-idp:us-east-1:123456789012:userpool/a","arn:aws:cognito-idp:us-east-1:123456789012:userpool/b"]}
{"AuthType":"cognito_user_pools","AuthorizerResultTtlInSeconds":300,"Id":"<pool>","IdentitySource":"method.request.header.Authorization","Name":"c","ProviderARNs":["arn:aws:cognito-idp:us-east-1:123456789012:userpool/a","arn:aws:cognito-idp:us-east-1:123456789012:userpool/b"],"Type":"COGNITO_USER_POOLS"}
keep pool Id
~ GetAuthorizer {"RestApiId":"<api>","AuthorizerId":"<pool>"}
> UpdateAuthorizer {"RestApiId":"<api>","AuthorizerId":"<pool>","PatchOperations":[{"Op":"add","Path":"/providerARNs","Value":"arn:aws:cognito-idp:us-east-1:123456789012:userpool/c"},{"Op":"remove","Path":"/providerARNs","Value":"arn:aws:cognito-idp:us-east-1:123456789012:userpool/a"}]}
{"AuthType":"cognito_user_pools","AuthorizerResultTtlInSeconds":300,"Id":"<pool>","IdentitySource":"method.request.header.Authorization","Name":"c","ProviderARNs":["arn:aws:cognito-idp:us-east-1:123456789012:userpool/b","arn:aws:cognito-idp:us-east-1:123456789012:userpool/c"],"Type":"COGNITO_USER_POOLS"}
~ GetAuthorizer {"RestApiId":"<api>","AuthorizerId":"<pool>"}

# aws_api_gateway_method
> PutMethod {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST","AuthorizationType":"NONE","ApiKeyRequired":false,"RequestModels":{"application/json":"Pet"},"RequestParameters":{"method.request.querystring.q":true,"method.request.header.H":false}}
{"ApiKeyRequired":false,"AuthorizationType":"NONE","HttpMethod":"POST","RequestModels":{"application/json":"Pet"},"RequestParameters":{"method.request.header.H":false,"method.request.querystring.q":true}}
~ GetMethod {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST"}
> UpdateMethod {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST","PatchOperations":[{"Op":"replace","Path":"/apiKeyRequired","Value":"true"},{"Op":"replace","Path":"/operationName","Value":"make"},{"Op":"replace","Path":"/requestValidatorId","Value":"<validator>"}]}
{"ApiKeyRequired":true,"AuthorizationType":"NONE","HttpMethod":"POST","OperationName":"make","RequestModels":{"application/json":"Pet"},"RequestParameters":{"method.request.header.H":false,"method.request.querystring.q":true},"RequestValidatorId":"<validator>"}
~ GetMethod {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST"}
> UpdateMethod {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST","PatchOperations":[{"Op":"replace","Path":"/authorizationType","Value":"COGNITO_USER_POOLS"},{"Op":"replace","Path":"/authorizerId","Value":"<pool>"},{"Op":"add","Path":"/authorizationScopes","Value":"read"},{"Op":"add","Path":"/authorizationScopes","Value":"write"}]}
{"ApiKeyRequired":true,"AuthorizationScopes":["read","write"],"AuthorizationType":"COGNITO_USER_POOLS","AuthorizerId":"<pool>","HttpMethod":"POST","OperationName":"make","RequestModels":{"application/json":"Pet"},"RequestParameters":{"method.request.header.H":false,"method.request.querystring.q":true},"RequestValidatorId":"<validator>"}
~ GetMethod {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST"}
> UpdateMethod {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST","PatchOperations":[{"Op":"remove","Path":"/authorizationScopes","Value":"write"}]}
{"ApiKeyRequired":true,"AuthorizationScopes":["read"],"AuthorizationType":"COGNITO_USER_POOLS","AuthorizerId":"<pool>","HttpMethod":"POST","OperationName":"make","RequestModels":{"application/json":"Pet"},"RequestParameters":{"method.request.header.H":false,"method.request.querystring.q":true},"RequestValidatorId":"<validator>"}
~ GetMethod {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST"}
> UpdateMethod {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST","PatchOperations":[{"Op":"replace","Path":"/authorizerId","Value":"<token>"},{"Op":"replace","Path":"/authorizationType","Value":"CUSTOM"},{"Op":"remove","Path":"/authorizationScopes","Value":"read"}]}
{"ApiKeyRequired":true,"AuthorizationType":"CUSTOM","AuthorizerId":"<token>","HttpMethod":"POST","OperationName":"make","RequestModels":{"application/json":"Pet"},"RequestParameters":{"method.request.header.H":false,"method.request.querystring.q":true},"RequestValidatorId":"<validator>"}
~ GetMethod {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST"}
> UpdateMethod {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST","PatchOperations":[{"Op":"replace","Path":"/authorizationType","Value":"NONE"},{"Op":"replace","Path":"/operationName"},{"Op":"replace","Path":"/requestValidatorId"},{"Op":"remove","Path":"/requestModels/application~1json"},{"Op":"replace","Path":"/requestParameters/method.request.header.H","Value":"true"}]}
{"ApiKeyRequired":true,"AuthorizationType":"NONE","HttpMethod":"POST","RequestParameters":{"method.request.header.H":true,"method.request.querystring.q":true}}
~ GetMethod {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST"}

# aws_api_gateway_method_response
> PutMethodResponse {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST","StatusCode":"201","ResponseModels":{"application/json":"Pet"},"ResponseParameters":{"method.response.header.X":true}}
{"ResponseModels":{"application/json":"Pet"},"ResponseParameters":{"method.response.header.X":true},"StatusCode":"201"}
~ GetMethodResponse {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST","StatusCode":"201"}
> UpdateMethodResponse {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST","StatusCode":"201","PatchOperations":[{"Op":"replace","Path":"/responseModels/application~1json","Value":"Error"},{"Op":"add","Path":"/responseParameters/method.response.header.Y","Value":"false"},{"Op":"replace","Path":"/responseParameters/method.response.header.X","Value":"false"}]}
{"ResponseModels":{"application/json":"Error"},"ResponseParameters":{"method.response.header.X":false,"method.response.header.Y":false},"StatusCode":"201"}
~ GetMethodResponse {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST","StatusCode":"201"}
> PutMethodResponse {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST","StatusCode":"400"}
{"StatusCode":"400"}
~ GetMethodResponse {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST","StatusCode":"400"}

# aws_api_gateway_integration: every attribute that is patched; parameters and
# cache keys in two steps
> PutIntegration {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST","Type":"HTTP","IntegrationHttpMethod":"POST","Uri":"https://back.test/pets","RequestParameters":{"integration.request.header.X":"'a'","integration.request.querystring.q":"method.request.querystring.q"},"RequestTemplates":{"application/json":"","application/xml":"#set($x = 1)"},"PassthroughBehavior":"WHEN_NO_MATCH","ContentHandling":"CONVERT_TO_TEXT","CacheKeyParameters":["method.request.querystring.q"],"CacheNamespace":"ns","TimeoutInMillis":29000}
{"CacheKeyParameters":["method.request.querystring.q"],"CacheNamespace":"ns","ConnectionType":"INTERNET","ContentHandling":"CONVERT_TO_TEXT","HttpMethod":"POST","PassthroughBehavior":"WHEN_NO_MATCH","RequestParameters":{"integration.request.header.X":"'a'","integration.request.querystring.q":"method.request.querystring.q"},"RequestTemplates":{"application/json":"","application/xml":"#set($x = 1)"},"TimeoutInMillis":29000,"Type":"HTTP","Uri":"https://back.test/pets"}
~ GetIntegration {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST"}
~ GetIntegration {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST"}
> UpdateIntegration {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST","PatchOperations":[{"Op":"replace","Path":"/requestTemplates/application~1json","Value":"{}"},{"Op":"remove","Path":"/requestTemplates/application~1xml"},{"Op":"add","Path":"/requestTemplates/text~1plain","Value":"t"}]}
{"CacheKeyParameters":["method.request.querystring.q"],"CacheNamespace":"ns","ConnectionType":"INTERNET","ContentHandling":"CONVERT_TO_TEXT","HttpMethod":"POST","PassthroughBehavior":"WHEN_NO_MATCH","RequestParameters":{"integration.request.header.X":"'a'","integration.request.querystring.q":"method.request.querystring.q"},"RequestTemplates":{"application/json":"{}","text/plain":"t"},"TimeoutInMillis":29000,"Type":"HTTP","Uri":"https://back.test/pets"}
~ GetIntegration {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST"}
> UpdateIntegration {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST","PatchOperations":[{"Op":"replace","Path":"/requestParameters/integration.request.header.X","Value":"'b'"},{"Op":"add","Path":"/requestParameters/integration.request.header.Y","Value":"'c'"}]}
{"CacheKeyParameters":["method.request.querystring.q"],"CacheNamespace":"ns","ConnectionType":"INTERNET","ContentHandling":"CONVERT_TO_TEXT","HttpMethod":"POST","PassthroughBehavior":"WHEN_NO_MATCH","RequestParameters":{"integration.request.header.X":"'b'","integration.request.header.Y":"'c'","integration.request.querystring.q":"method.request.querystring.q"},"RequestTemplates":{"application/json":"{}","text/plain":"t"},"TimeoutInMillis":29000,"Type":"HTTP","Uri":"https://back.test/pets"}
~ GetIntegration {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST"}
> UpdateIntegration {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST","PatchOperations":[{"Op":"add","Path":"/cacheKeyParameters/integration.request.header.Y","Value":""},{"Op":"remove","Path":"/cacheKeyParameters/method.request.querystring.q","Value":""}]}
{"CacheKeyParameters":["integration.request.header.Y"],"CacheNamespace":"ns","ConnectionType":"INTERNET","ContentHandling":"CONVERT_TO_TEXT","HttpMethod":"POST","PassthroughBehavior":"WHEN_NO_MATCH","RequestParameters":{"integration.request.header.X":"'b'","integration.request.header.Y":"'c'","integration.request.querystring.q":"method.request.querystring.q"},"RequestTemplates":{"application/json":"{}","text/plain":"t"},"TimeoutInMillis":29000,"Type":"HTTP","Uri":"https://back.test/pets"}
~ GetIntegration {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST"}
> UpdateIntegration {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST","PatchOperations":[{"Op":"replace","Path":"/cacheNamespace","Value":"other"},{"Op":"replace","Path":"/contentHandling","Value":"CONVERT_TO_BINARY"},{"Op":"replace","Path":"/timeoutInMillis","Value":"2000"},{"Op":"replace","Path":"/uri","Value":"https://back.test/dogs"},{"Op":"replace","Path":"/tlsConfig/insecureSkipVerification","Value":"true"}]}
{"CacheKeyParameters":["integration.request.header.Y"],"CacheNamespace":"other","ConnectionType":"INTERNET","ContentHandling":"CONVERT_TO_BINARY","HttpMethod":"POST","PassthroughBehavior":"WHEN_NO_MATCH","RequestParameters":{"integration.request.header.X":"'b'","integration.request.header.Y":"'c'","integration.request.querystring.q":"method.request.querystring.q"},"RequestTemplates":{"application/json":"{}","text/plain":"t"},"TimeoutInMillis":2000,"TlsConfig":{"InsecureSkipVerification":true},"Type":"HTTP","Uri":"https://back.test/dogs"}
~ GetIntegration {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST"}
> UpdateIntegration {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST","PatchOperations":[{"Op":"replace","Path":"/contentHandling"},{"Op":"replace","Path":"/connectionType","Value":"VPC_LINK"},{"Op":"replace","Path":"/connectionId","Value":"${stageVariables.link}"}]}
{"CacheKeyParameters":["integration.request.header.Y"],"CacheNamespace":"other","ConnectionId":"${stageVariables.link}","ConnectionType":"VPC_LINK","HttpMethod":"POST","PassthroughBehavior":"WHEN_NO_MATCH","RequestParameters":{"integration.request.header.X":"'b'","integration.request.header.Y":"'c'","integration.request.querystring.q":"method.request.querystring.q"},"RequestTemplates":{"application/json":"{}","text/plain":"t"},"TimeoutInMillis":2000,"TlsConfig":{"InsecureSkipVerification":true},"Type":"HTTP","Uri":"https://back.test/dogs"}
~ GetIntegration {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST"}

# aws_api_gateway_integration_response: created and updated by a Put
> PutIntegrationResponse {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST","StatusCode":"201","ResponseTemplates":{"application/json":"","application/xml":"x"},"ResponseParameters":{"method.response.header.X":"integration.response.body.id"}}
{"ResponseParameters":{"method.response.header.X":"integration.response.body.id"},"ResponseTemplates":{"application/json":"","application/xml":"x"},"StatusCode":"201"}
~ GetIntegrationResponse {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST","StatusCode":"201"}
> PutIntegrationResponse {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST","StatusCode":"201","SelectionPattern":".*","ResponseTemplates":{},"ResponseParameters":{},"ContentHandling":"CONVERT_TO_TEXT"}
{"ContentHandling":"CONVERT_TO_TEXT","ResponseParameters":{},"ResponseTemplates":{},"SelectionPattern":".*","StatusCode":"201"}
~ GetIntegrationResponse {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST","StatusCode":"201"}
> PutIntegrationResponse {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST","StatusCode":"201","ResponseTemplates":{},"ResponseParameters":{}}
{"ResponseParameters":{},"ResponseTemplates":{},"StatusCode":"201"}
~ GetIntegrationResponse {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST","StatusCode":"201"}

# aws_api_gateway_gateway_response: a Put for both
> PutGatewayResponse {"RestApiId":"<api>","ResponseType":"UNAUTHORIZED","StatusCode":"401","ResponseTemplates":{"application/json":"{}"},"ResponseParameters":{"gatewayresponse.header.X":"'x'"}}
{"ResponseParameters":{"gatewayresponse.header.X":"'x'"},"ResponseTemplates":{"application/json":"{}"},"ResponseType":"UNAUTHORIZED","StatusCode":"401"}
~ GetGatewayResponse {"RestApiId":"<api>","ResponseType":"UNAUTHORIZED"}
> PutGatewayResponse {"RestApiId":"<api>","ResponseType":"UNAUTHORIZED","StatusCode":"477"}
{"ResponseParameters":{},"ResponseTemplates":{"application/json":"{\"message\":$context.error.messageString}"},"ResponseType":"UNAUTHORIZED","StatusCode":"477"}
~ GetGatewayResponse {"RestApiId":"<api>","ResponseType":"UNAUTHORIZED"}

# aws_api_gateway_documentation_part, _version
> CreateDocumentationPart {"RestApiId":"<api>","Location":{"Type":"RESPONSE","Path":"/","Method":"GET","StatusCode":"200"},"Properties":"{\"a\":1}"}
{"Id":"<part>","Location":{"Method":"GET","Path":"/","StatusCode":"200","Type":"RESPONSE"},"Properties":"{\"a\":1}"}
keep part Id
~ GetDocumentationPart {"RestApiId":"<api>","DocumentationPartId":"<part>"}
> UpdateDocumentationPart {"RestApiId":"<api>","DocumentationPartId":"<part>","PatchOperations":[{"Op":"replace","Path":"/properties","Value":"{\"a\":2}"}]}
{"Id":"<part>","Location":{"Method":"GET","Path":"/","StatusCode":"200","Type":"RESPONSE"},"Properties":"{\"a\":2}"}
~ GetDocumentationPart {"RestApiId":"<api>","DocumentationPartId":"<part>"}
> CreateDocumentationVersion {"RestApiId":"<api>","DocumentationVersion":"v1","Description":"d"}
{"CreatedDate":"TIME","Description":"d","Version":"v1"}
~ GetDocumentationVersion {"RestApiId":"<api>","DocumentationVersion":"v1"}
> UpdateDocumentationVersion {"RestApiId":"<api>","DocumentationVersion":"v1","PatchOperations":[{"Op":"replace","Path":"/description","Value":"e"}]}
{"CreatedDate":"TIME","Description":"e","Version":"v1"}
~ GetDocumentationVersion {"RestApiId":"<api>","DocumentationVersion":"v1"}

# aws_api_gateway_client_certificate
> GenerateClientCertificate {"Description":"d"}
{"ClientCertificateId":"<certificate>","CreatedDate":"TIME","Description":"d","ExpirationDate":"TIME","PemEncodedCertificate":"PEM"}
keep certificate ClientCertificateId
~ GetClientCertificate {"ClientCertificateId":"<certificate>"}
> UpdateClientCertificate {"ClientCertificateId":"<certificate>","PatchOperations":[{"Op":"replace","Path":"/description","Value":"e"}]}
{"ClientCertificateId":"<certificate>","CreatedDate":"TIME","Description":"e","ExpirationDate":"TIME","PemEncodedCertificate":"PEM"}
~ GetClientCertificate {"ClientCertificateId":"<certificate>"}

# aws_api_gateway_deployment
> CreateDeployment {"RestApiId":"<api>","Description":"d"}
{"CreatedDate":"TIME","Description":"d","Id":"<first>"}
keep first Id
~ GetDeployment {"RestApiId":"<api>","DeploymentId":"<first>"}
> UpdateDeployment {"RestApiId":"<api>","DeploymentId":"<first>","PatchOperations":[{"Op":"replace","Path":"/description","Value":"e"}]}
{"CreatedDate":"TIME","Description":"e","Id":"<first>"}
~ GetDeployment {"RestApiId":"<api>","DeploymentId":"<first>"}
> CreateDeployment {"RestApiId":"<api>"}
{"CreatedDate":"TIME","Id":"<second>"}
keep second Id

# aws_api_gateway_stage
> CreateStage {"RestApiId":"<api>","StageName":"prod","DeploymentId":"<first>","CacheClusterEnabled":true,"CacheClusterSize":"0.5","Description":"d","DocumentationVersion":"v1","TracingEnabled":true,"Variables":{"one":"1","two":"2"},"Tags":{"a":"b"}}
{"CacheClusterEnabled":true,"CacheClusterSize":"0.5","CacheClusterStatus":"AVAILABLE","CreatedDate":"TIME","DeploymentId":"<first>","Description":"d","DocumentationVersion":"v1","LastUpdatedDate":"TIME","MethodSettings":{},"StageName":"prod","Tags":{"a":"b"},"TracingEnabled":true,"Variables":{"one":"1","two":"2"}}
~ GetStage {"RestApiId":"<api>","StageName":"prod"}
> UpdateStage {"RestApiId":"<api>","StageName":"prod","PatchOperations":[{"Op":"replace","Path":"/clientCertificateId","Value":"<certificate>"},{"Op":"replace","Path":"/accessLogSettings/destinationArn","Value":"arn:aws:logs:us-east-1:123456789012:log-group:l"},{"Op":"replace","Path":"/accessLogSettings/format","Value":"$context.requestId"}]}
{"AccessLogSettings":{"DestinationArn":"arn:aws:logs:us-east-1:123456789012:log-group:l","Format":"$context.requestId"},"CacheClusterEnabled":true,"CacheClusterSize":"0.5","CacheClusterStatus":"AVAILABLE","ClientCertificateId":"<certificate>","CreatedDate":"TIME","DeploymentId":"<first>","Description":"d","DocumentationVersion":"v1","LastUpdatedDate":"TIME","MethodSettings":{},"StageName":"prod","Tags":{"a":"b"},"TracingEnabled":true,"Variables":{"one":"1","two":"2"}}
~ GetStage {"RestApiId":"<api>","StageName":"prod"}
> UpdateStage {"RestApiId":"<api>","StageName":"prod","PatchOperations":[{"Op":"replace","Path":"/cacheClusterSize","Value":"1.6"},{"Op":"replace","Path":"/cacheClusterEnabled","Value":"true"}]}
{"AccessLogSettings":{"DestinationArn":"arn:aws:logs:us-east-1:123456789012:log-group:l","Format":"$context.requestId"},"CacheClusterEnabled":true,"CacheClusterSize":"1.6","CacheClusterStatus":"AVAILABLE","ClientCertificateId":"<certificate>","CreatedDate":"TIME","DeploymentId":"<first>","Description":"d","DocumentationVersion":"v1","LastUpdatedDate":"TIME","MethodSettings":{},"StageName":"prod","Tags":{"a":"b"},"TracingEnabled":true,"Variables":{"one":"1","two":"2"}}
~ GetStage {"RestApiId":"<api>","StageName":"prod"}
> UpdateStage {"RestApiId":"<api>","StageName":"prod","PatchOperations":[{"Op":"replace","Path":"/cacheClusterEnabled","Value":"false"}]}
{"AccessLogSettings":{"DestinationArn":"arn:aws:logs:us-east-1:123456789012:log-group:l","Format":"$context.requestId"},"CacheClusterSize":"1.6","CacheClusterStatus":"NOT_AVAILABLE","ClientCertificateId":"<certificate>","CreatedDate":"TIME","DeploymentId":"<first>","Description":"d","DocumentationVersion":"v1","LastUpdatedDate":"TIME","MethodSettings":{},"StageName":"prod","Tags":{"a":"b"},"TracingEnabled":true,"Variables":{"one":"1","two":"2"}}
~ GetStage {"RestApiId":"<api>","StageName":"prod"}
> UpdateStage {"RestApiId":"<api>","StageName":"prod","PatchOperations":[{"Op":"replace","Path":"/deploymentId","Value":"<second>"},{"Op":"replace","Path":"/description","Value":"e"},{"Op":"replace","Path":"/tracingEnabled","Value":"false"},{"Op":"replace","Path":"/documentationVersion","Value":""},{"Op":"replace","Path":"/clientCertificateId","Value":""},{"Op":"remove","Path":"/accessLogSettings"}]}
{"CacheClusterSize":"1.6","CacheClusterStatus":"NOT_AVAILABLE","CreatedDate":"TIME","DeploymentId":"<second>","Description":"e","LastUpdatedDate":"TIME","MethodSettings":{},"StageName":"prod","Tags":{"a":"b"},"Variables":{"one":"1","two":"2"}}
~ GetStage {"RestApiId":"<api>","StageName":"prod"}
> UpdateStage {"RestApiId":"<api>","StageName":"prod","PatchOperations":[{"Op":"replace","Path":"/variables/one","Value":"3"},{"Op":"remove","Path":"/variables/two"},{"Op":"replace","Path":"/variables/three","Value":"4"}]}
{"CacheClusterSize":"1.6","CacheClusterStatus":"NOT_AVAILABLE","CreatedDate":"TIME","DeploymentId":"<second>","Description":"e","LastUpdatedDate":"TIME","MethodSettings":{},"StageName":"prod","Tags":{"a":"b"},"Variables":{"one":"3","three":"4"}}
~ GetStage {"RestApiId":"<api>","StageName":"prod"}
> UpdateStage {"RestApiId":"<api>","StageName":"prod","PatchOperations":[{"Op":"replace","Path":"/canarySettings/deploymentId","Value":"<first>"},{"Op":"replace","Path":"/canarySettings/percentTraffic","Value":"33.33"},{"Op":"replace","Path":"/canarySettings/stageVariableOverrides/one","Value":"9"},{"Op":"replace","Path":"/canarySettings/useStageCache","Value":"true"}]}
{"CacheClusterSize":"1.6","CacheClusterStatus":"NOT_AVAILABLE","CanarySettings":{"DeploymentId":"<first>","PercentTraffic":33.33,"StageVariableOverrides":{"one":"9"},"UseStageCache":true},"CreatedDate":"TIME","DeploymentId":"<second>","Description":"e","LastUpdatedDate":"TIME","MethodSettings":{},"StageName":"prod","Tags":{"a":"b"},"Variables":{"one":"3","three":"4"}}
~ GetStage {"RestApiId":"<api>","StageName":"prod"}
> UpdateStage {"RestApiId":"<api>","StageName":"prod","PatchOperations":[{"Op":"remove","Path":"/canarySettings"}]}
{"CacheClusterSize":"1.6","CacheClusterStatus":"NOT_AVAILABLE","CreatedDate":"TIME","DeploymentId":"<second>","Description":"e","LastUpdatedDate":"TIME","MethodSettings":{},"StageName":"prod","Tags":{"a":"b"},"Variables":{"one":"3","three":"4"}}
~ GetStage {"RestApiId":"<api>","StageName":"prod"}

# aws_api_gateway_method_settings
> UpdateStage {"RestApiId":"<api>","StageName":"prod","PatchOperations":[{"Op":"replace","Path":"/*/*/metrics/enabled","Value":"true"},{"Op":"replace","Path":"/*/*/logging/loglevel","Value":"INFO"},{"Op":"replace","Path":"/*/*/logging/dataTrace","Value":"false"},{"Op":"replace","Path":"/*/*/throttling/burstLimit","Value":"-1"},{"Op":"replace","Path":"/*/*/throttling/rateLimit","Value":"-1"},{"Op":"replace","Path":"/*/*/caching/enabled","Value":"false"},{"Op":"replace","Path":"/*/*/caching/ttlInSeconds","Value":"300"},{"Op":"replace","Path":"/*/*/caching/dataEncrypted","Value":"false"},{"Op":"replace","Path":"/*/*/caching/requireAuthorizationForCacheControl","Value":"true"},{"Op":"replace","Path":"/*/*/caching/unauthorizedCacheControlHeaderStrategy","Value":"SUCCEED_WITH_RESPONSE_HEADER"}]}
{"CacheClusterSize":"1.6","CacheClusterStatus":"NOT_AVAILABLE","CreatedDate":"TIME","DeploymentId":"<second>","Description":"e","LastUpdatedDate":"TIME","MethodSettings":{"*/*":{"CacheTtlInSeconds":300,"LoggingLevel":"INFO","MetricsEnabled":true,"RequireAuthorizationForCacheControl":true,"ThrottlingBurstLimit":-1,"ThrottlingRateLimit":-1,"UnauthorizedCacheControlHeaderStrategy":"SUCCEED_WITH_RESPONSE_HEADER"}},"StageName":"prod","Tags":{"a":"b"},"Variables":{"one":"3","three":"4"}}
~ GetStage {"RestApiId":"<api>","StageName":"prod"}
> UpdateStage {"RestApiId":"<api>","StageName":"prod","PatchOperations":[{"Op":"replace","Path":"/v1/POST/metrics/enabled","Value":"true"}]}
{"CacheClusterSize":"1.6","CacheClusterStatus":"NOT_AVAILABLE","CreatedDate":"TIME","DeploymentId":"<second>","Description":"e","LastUpdatedDate":"TIME","MethodSettings":{"*/*":{"CacheTtlInSeconds":300,"LoggingLevel":"INFO","MetricsEnabled":true,"RequireAuthorizationForCacheControl":true,"ThrottlingBurstLimit":-1,"ThrottlingRateLimit":-1,"UnauthorizedCacheControlHeaderStrategy":"SUCCEED_WITH_RESPONSE_HEADER"},"v1/POST":{"CacheTtlInSeconds":300,"LoggingLevel":"INFO","MetricsEnabled":true,"RequireAuthorizationForCacheControl":true,"ThrottlingBurstLimit":-1,"ThrottlingRateLimit":-1,"UnauthorizedCacheControlHeaderStrategy":"SUCCEED_WITH_RESPONSE_HEADER"}},"StageName":"prod","Tags":{"a":"b"},"Variables":{"one":"3","three":"4"}}
~ GetStage {"RestApiId":"<api>","StageName":"prod"}
> UpdateStage {"RestApiId":"<api>","StageName":"prod","PatchOperations":[{"Op":"remove","Path":"/v1/POST"}]}
{"CacheClusterSize":"1.6","CacheClusterStatus":"NOT_AVAILABLE","CreatedDate":"TIME","DeploymentId":"<second>","Description":"e","LastUpdatedDate":"TIME","MethodSettings":{"*/*":{"CacheTtlInSeconds":300,"LoggingLevel":"INFO","MetricsEnabled":true,"RequireAuthorizationForCacheControl":true,"ThrottlingBurstLimit":-1,"ThrottlingRateLimit":-1,"UnauthorizedCacheControlHeaderStrategy":"SUCCEED_WITH_RESPONSE_HEADER"}},"StageName":"prod","Tags":{"a":"b"},"Variables":{"one":"3","three":"4"}}
> UpdateStage {"RestApiId":"<api>","StageName":"prod","PatchOperations":[{"Op":"remove","Path":"/*/*"}]}
{"CacheClusterSize":"1.6","CacheClusterStatus":"NOT_AVAILABLE","CreatedDate":"TIME","DeploymentId":"<second>","Description":"e","LastUpdatedDate":"TIME","MethodSettings":{},"StageName":"prod","Tags":{"a":"b"},"Variables":{"one":"3","three":"4"}}
> UpdateStage {"RestApiId":"<api>","StageName":"prod","PatchOperations":[{"Op":"remove","Path":"/*/*"}]}
! BadRequestException: Cannot remove method setting */* because there is no method setting for this method 

# aws_api_gateway_api_key, _usage_plan, _usage_plan_key
> CreateApiKey {"Name":"k","Description":"Managed by Terraform","Enabled":true}
{"CreatedDate":"TIME","Description":"Managed by Terraform","Enabled":true,"Id":"<key>","LastUpdatedDate":"TIME","Name":"k","StageKeys":[],"Value":"<value>"}
keep key Id
keep value Value
> GetApiKey {"ApiKey":"<key>","IncludeValue":true}
{"CreatedDate":"TIME","Description":"Managed by Terraform","Enabled":true,"Id":"<key>","LastUpdatedDate":"TIME","Name":"k","StageKeys":[],"Tags":{},"Value":"<value>"}
> UpdateApiKey {"ApiKey":"<key>","PatchOperations":[{"Op":"replace","Path":"/name","Value":"l"},{"Op":"replace","Path":"/description","Value":"e"},{"Op":"replace","Path":"/enabled","Value":"false"},{"Op":"replace","Path":"/customerId","Value":"c"}]}
{"CreatedDate":"TIME","CustomerId":"c","Description":"e","Id":"<key>","LastUpdatedDate":"TIME","Name":"l","StageKeys":[],"Tags":{}}
~ GetApiKey {"ApiKey":"<key>"}
> CreateUsagePlan {"Name":"p","Description":"d","ApiStages":[{"ApiId":"<api>","Stage":"prod"}],"Quota":{"Limit":20,"Offset":2,"Period":"WEEK"},"Throttle":{"BurstLimit":5,"RateLimit":10}}
{"ApiStages":[{"ApiId":"<api>","Stage":"prod"}],"Description":"d","Id":"<plan>","Name":"p","Quota":{"Limit":20,"Offset":2,"Period":"WEEK"},"Throttle":{"BurstLimit":5,"RateLimit":10}}
keep plan Id
> UpdateUsagePlan {"UsagePlanId":"<plan>","PatchOperations":[{"Op":"add","Path":"/productCode","Value":"MYCODE"}]}
{"ApiStages":[{"ApiId":"<api>","Stage":"prod"}],"Description":"d","Id":"<plan>","Name":"p","ProductCode":"MYCODE","Quota":{"Limit":20,"Offset":2,"Period":"WEEK"},"Tags":{},"Throttle":{"BurstLimit":5,"RateLimit":10}}
~ GetUsagePlan {"UsagePlanId":"<plan>"}
> UpdateUsagePlan {"UsagePlanId":"<plan>","PatchOperations":[{"Op":"replace","Path":"/name","Value":"q"},{"Op":"replace","Path":"/description","Value":"e"},{"Op":"replace","Path":"/productCode","Value":"OTHER"}]}
{"ApiStages":[{"ApiId":"<api>","Stage":"prod"}],"Description":"e","Id":"<plan>","Name":"q","ProductCode":"OTHER","Quota":{"Limit":20,"Offset":2,"Period":"WEEK"},"Tags":{},"Throttle":{"BurstLimit":5,"RateLimit":10}}
~ GetUsagePlan {"UsagePlanId":"<plan>"}
> UpdateUsagePlan {"UsagePlanId":"<plan>","PatchOperations":[{"Op":"remove","Path":"/apiStages","Value":"<api>:prod"},{"Op":"add","Path":"/apiStages","Value":"<api>:prod"},{"Op":"replace","Path":"/apiStages/<api>:prod/throttle/~1v1~1{pet}/POST/rateLimit","Value":"1"},{"Op":"replace","Path":"/apiStages/<api>:prod/throttle/~1v1~1{pet}/POST/burstLimit","Value":"2"}]}
{"ApiStages":[{"ApiId":"<api>","Stage":"prod","Throttle":{"/v1/{pet}/POST":{"BurstLimit":2,"RateLimit":1}}}],"Description":"e","Id":"<plan>","Name":"q","ProductCode":"OTHER","Quota":{"Limit":20,"Offset":2,"Period":"WEEK"},"Tags":{},"Throttle":{"BurstLimit":5,"RateLimit":10}}
~ GetUsagePlan {"UsagePlanId":"<plan>"}
> UpdateUsagePlan {"UsagePlanId":"<plan>","PatchOperations":[{"Op":"replace","Path":"/throttle/rateLimit","Value":"0.5"},{"Op":"replace","Path":"/throttle/burstLimit","Value":"1"},{"Op":"replace","Path":"/quota/limit","Value":"21"},{"Op":"replace","Path":"/quota/offset","Value":"3"},{"Op":"replace","Path":"/quota/period","Value":"MONTH"}]}
{"ApiStages":[{"ApiId":"<api>","Stage":"prod","Throttle":{"/v1/{pet}/POST":{"BurstLimit":2,"RateLimit":1}}}],"Description":"e","Id":"<plan>","Name":"q","ProductCode":"OTHER","Quota":{"Limit":21,"Offset":3,"Period":"MONTH"},"Tags":{},"Throttle":{"BurstLimit":1,"RateLimit":0.5}}
~ GetUsagePlan {"UsagePlanId":"<plan>"}
> UpdateUsagePlan {"UsagePlanId":"<plan>","PatchOperations":[{"Op":"remove","Path":"/throttle"},{"Op":"remove","Path":"/quota"}]}
{"ApiStages":[{"ApiId":"<api>","Stage":"prod","Throttle":{"/v1/{pet}/POST":{"BurstLimit":2,"RateLimit":1}}}],"Description":"e","Id":"<plan>","Name":"q","ProductCode":"OTHER","Tags":{}}
~ GetUsagePlan {"UsagePlanId":"<plan>"}
> CreateUsagePlanKey {"UsagePlanId":"<plan>","KeyId":"<key>","KeyType":"API_KEY"}
{"Id":"<key>","Name":"l","Type":"API_KEY","Value":"<value>"}
~ GetUsagePlanKey {"UsagePlanId":"<plan>","KeyId":"<key>"}

# aws_api_gateway_vpc_link: created, then waited for
> CreateVpcLink {"Name":"l","Description":"d","TargetArns":["arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/a/1"]}
{"Description":"d","Id":"<link>","Name":"l","Status":"PENDING","TargetArns":["arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/a/1"]}
keep link Id
> GetVpcLink {"VpcLinkId":"<link>"}
{"Description":"d","Id":"<link>","Name":"l","Status":"AVAILABLE","StatusMessage":"Your vpc link is ready for use","Tags":{},"TargetArns":["arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/a/1"]}
~ GetVpcLink {"VpcLinkId":"<link>"}
> UpdateVpcLink {"VpcLinkId":"<link>","PatchOperations":[{"Op":"replace","Path":"/name","Value":"m"},{"Op":"replace","Path":"/description","Value":"e"}]}
{"Description":"e","Id":"<link>","Name":"m","Status":"AVAILABLE","StatusMessage":"Your vpc link is ready for use","Tags":{},"TargetArns":["arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/a/1"]}
~ GetVpcLink {"VpcLinkId":"<link>"}
> DeleteVpcLink {"VpcLinkId":"<link>"}
{}
> GetVpcLink {"VpcLinkId":"<link>"}
! NotFoundException: Invalid Vpc Link identifier specified

# aws_api_gateway_domain_name, _base_path_mapping
> CreateDomainName {"DomainName":"tf.test","RegionalCertificateArn":"arn:aws:acm:us-east-1:123456789012:certificate/1","EndpointConfiguration":{"Types":["REGIONAL"]},"SecurityPolicy":"TLS_1_2","MutualTlsAuthentication":{"TruststoreUri":"s3://b/t.pem","TruststoreVersion":"1"}}
{"DomainName":"tf.test","DomainNameArn":"arn:aws:apigateway:us-east-1::/domainnames/tf.test","DomainNameStatus":"AVAILABLE","EndpointConfiguration":{"IpAddressType":"ipv4","Types":["REGIONAL"]},"MutualTlsAuthentication":{"TruststoreUri":"s3://b/t.pem","TruststoreVersion":"1"},"RegionalCertificateArn":"arn:aws:acm:us-east-1:123456789012:certificate/1","RegionalDomainName":"<regional>","RegionalHostedZoneId":"Z1UJRXOUMOOFQ8","RoutingMode":"BASE_PATH_MAPPING_ONLY","SecurityPolicy":"TLS_1_2"}
keep regional RegionalDomainName
~ GetDomainName {"DomainName":"tf.test"}
> UpdateDomainName {"DomainName":"tf.test","PatchOperations":[{"Op":"replace","Path":"/regionalCertificateArn","Value":"arn:aws:acm:us-east-1:123456789012:certificate/2"},{"Op":"replace","Path":"/securityPolicy","Value":"TLS_1_0"},{"Op":"replace","Path":"/mutualTlsAuthentication/truststoreUri","Value":""}]}
{"DomainName":"tf.test","DomainNameArn":"arn:aws:apigateway:us-east-1::/domainnames/tf.test","DomainNameStatus":"AVAILABLE","EndpointConfiguration":{"IpAddressType":"ipv4","Types":["REGIONAL"]},"RegionalCertificateArn":"arn:aws:acm:us-east-1:123456789012:certificate/2","RegionalDomainName":"<regional>","RegionalHostedZoneId":"Z1UJRXOUMOOFQ8","RoutingMode":"BASE_PATH_MAPPING_ONLY","SecurityPolicy":"TLS_1_0"}
~ GetDomainName {"DomainName":"tf.test"}
> CreateBasePathMapping {"DomainName":"tf.test","RestApiId":"<api>","Stage":"prod","BasePath":"a"}
{"BasePath":"a","RestApiId":"<api>","Stage":"prod"}
~ GetBasePathMapping {"DomainName":"tf.test","BasePath":"a"}
> UpdateBasePathMapping {"DomainName":"tf.test","BasePath":"a","PatchOperations":[{"Op":"replace","Path":"/basePath","Value":"b"},{"Op":"replace","Path":"/stage","Value":""},{"Op":"replace","Path":"/restapiId","Value":"<api>"}]}
{"BasePath":"b","RestApiId":"<api>"}
~ GetBasePathMapping {"DomainName":"tf.test","BasePath":"b"}
> UpdateBasePathMapping {"DomainName":"tf.test","BasePath":"b","PatchOperations":[{"Op":"replace","Path":"/basePath","Value":""}]}
{"BasePath":"(none)","RestApiId":"<api>"}
~ GetBasePathMapping {"DomainName":"tf.test","BasePath":"(none)"}

# destroy, as the graph has it
> DeleteBasePathMapping {"DomainName":"tf.test","BasePath":"(none)"}
{}
> DeleteDomainName {"DomainName":"tf.test"}
{}
> DeleteUsagePlanKey {"UsagePlanId":"<plan>","KeyId":"<key>"}
{}
> UpdateUsagePlan {"UsagePlanId":"<plan>","PatchOperations":[{"Op":"remove","Path":"/apiStages","Value":"<api>:prod"}]}
{"ApiStages":[],"Description":"e","Id":"<plan>","Name":"q","ProductCode":"OTHER","Tags":{}}
> DeleteUsagePlan {"UsagePlanId":"<plan>"}
{}
> DeleteApiKey {"ApiKey":"<key>"}
{}
> DeleteStage {"RestApiId":"<api>","StageName":"prod"}
{}
> DeleteDeployment {"RestApiId":"<api>","DeploymentId":"<first>"}
{}
> DeleteDeployment {"RestApiId":"<api>","DeploymentId":"<second>"}
{}
> DeleteIntegrationResponse {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST","StatusCode":"201"}
{}
> DeleteIntegration {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST"}
{}
> DeleteMethod {"RestApiId":"<api>","ResourceId":"<pets>","HttpMethod":"POST"}
{}
> DeleteAuthorizer {"RestApiId":"<api>","AuthorizerId":"<token>"}
{}
> DeleteRequestValidator {"RestApiId":"<api>","RequestValidatorId":"<validator>"}
{}
> DeleteClientCertificate {"ClientCertificateId":"<certificate>"}
{}
> DeleteResource {"RestApiId":"<api>","ResourceId":"<pets>"}
{}
> DeleteRestApi {"RestApiId":"<api>"}
{}
> UpdateAccount {"PatchOperations":[{"Op":"replace","Path":"/cloudwatchRoleArn","Value":""}]}
{"ApiKeyVersion":"4","Features":["UsagePlans"],"ThrottleSettings":{"BurstLimit":5000,"RateLimit":10000}}
