# Every operation of the contract, each kind of thing from its making to its
# end, as aws-sdk-go-v2 reads the answers.

> GetAccount
{"ApiKeyVersion":"4","Features":["UsagePlans"],"ThrottleSettings":{"BurstLimit":5000,"RateLimit":10000}}
> UpdateAccount {"PatchOperations":[{"Op":"replace","Path":"/cloudwatchRoleArn","Value":"arn:aws:iam::123456789012:role/logs"}]}
{"ApiKeyVersion":"4","CloudwatchRoleArn":"arn:aws:iam::123456789012:role/logs","Features":["UsagePlans"],"ThrottleSettings":{"BurstLimit":5000,"RateLimit":10000}}

# A REST API and its resources
> CreateRestApi {"Name":"pets","Description":"Sells pets","Version":"v1","BinaryMediaTypes":["image/png"],"MinimumCompressionSize":0,"ApiKeySource":"HEADER","EndpointConfiguration":{"Types":["REGIONAL"]},"Tags":{"team":"shop"},"DisableExecuteApiEndpoint":false}
{"ApiKeySource":"HEADER","BinaryMediaTypes":["image/png"],"CreatedDate":"TIME","Description":"Sells pets","EndpointConfiguration":{"IpAddressType":"ipv4","Types":["REGIONAL"]},"Id":"<api>","MinimumCompressionSize":0,"Name":"pets","RootResourceId":"<root>","Tags":{"team":"shop"},"Version":"v1"}
keep api Id
keep root RootResourceId
> GetRestApi {"RestApiId":"<api>"}
{"ApiKeySource":"HEADER","BinaryMediaTypes":["image/png"],"CreatedDate":"TIME","Description":"Sells pets","EndpointConfiguration":{"IpAddressType":"ipv4","Types":["REGIONAL"]},"Id":"<api>","MinimumCompressionSize":0,"Name":"pets","RootResourceId":"<root>","Tags":{"team":"shop"},"Version":"v1"}
> GetRestApis {"Limit":5}
{"Items":[{"ApiKeySource":"HEADER","BinaryMediaTypes":["image/png"],"CreatedDate":"TIME","Description":"Sells pets","EndpointConfiguration":{"IpAddressType":"ipv4","Types":["REGIONAL"]},"Id":"<api>","MinimumCompressionSize":0,"Name":"pets","RootResourceId":"<root>","Tags":{"team":"shop"},"Version":"v1"}]}
> UpdateRestApi {"RestApiId":"<api>","PatchOperations":[{"Op":"replace","Path":"/minimumCompressionSize","Value":""},{"Op":"add","Path":"/binaryMediaTypes/image~1gif"}]}
{"ApiKeySource":"HEADER","BinaryMediaTypes":["image/png","image/gif"],"CreatedDate":"TIME","Description":"Sells pets","EndpointConfiguration":{"IpAddressType":"ipv4","Types":["REGIONAL"]},"Id":"<api>","Name":"pets","RootResourceId":"<root>","Tags":{"team":"shop"},"Version":"v1"}
> GetResources {"RestApiId":"<api>"}
{"Items":[{"Id":"<root>","Path":"/"}]}
> CreateResource {"RestApiId":"<api>","ParentId":"<root>","PathPart":"pets"}
{"Id":"<pets>","ParentId":"<root>","Path":"/pets","PathPart":"pets"}
keep pets Id
> CreateResource {"RestApiId":"<api>","ParentId":"<pets>","PathPart":"{id}"}
{"Id":"<pet>","ParentId":"<pets>","Path":"/pets/{id}","PathPart":"{id}"}
keep pet Id
> GetResource {"RestApiId":"<api>","ResourceId":"<pet>"}
{"Id":"<pet>","ParentId":"<pets>","Path":"/pets/{id}","PathPart":"{id}"}
> UpdateResource {"RestApiId":"<api>","ResourceId":"<pet>","PatchOperations":[{"Op":"replace","Path":"/pathPart","Value":"{petId}"}]}
{"Id":"<pet>","ParentId":"<pets>","Path":"/pets/{petId}","PathPart":"{petId}"}

# Models and validators
> CreateModel {"RestApiId":"<api>","Name":"Pet","ContentType":"application/json","Description":"A pet","Schema":"{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"}}}"}
{"ContentType":"application/json","Description":"A pet","Id":"ID","Name":"Pet","Schema":"{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"}}}"}
> GetModel {"RestApiId":"<api>","ModelName":"Pet","Flatten":true}
{"ContentType":"application/json","Description":"A pet","Id":"ID","Name":"Pet","Schema":"{\n  \"type\": \"object\",\n  \"properties\": {\n    \"name\": {\n      \"type\": \"string\"\n    }\n  }\n}"}
> GetModels {"RestApiId":"<api>","Limit":1}
{"Items":[{"ContentType":"application/json","Description":"This is a default empty schema model","Id":"ID","Name":"Empty","Schema":"{\n  \"$schema\": \"http://json-schema.org/draft-04/schema#\",\n  \"title\": \"Empty Schema\",\n  \"type\": \"object\"\n}"}],"Position":"YWZ0ZXI6RW1wdHk"}
> GetModelTemplate {"RestApiId":"<api>","ModelName":"Pet"}
{"Value":"#set($inputRoot = $input.path('$'))\n{\n  \"name\" : \"foo\"\n}"}
> UpdateModel {"RestApiId":"<api>","ModelName":"Pet","PatchOperations":[{"Op":"replace","Path":"/description","Value":"One pet"}]}
{"ContentType":"application/json","Description":"One pet","Id":"ID","Name":"Pet","Schema":"{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"}}}"}
> CreateRequestValidator {"RestApiId":"<api>","Name":"body","ValidateRequestBody":true}
{"Id":"<validator>","Name":"body","ValidateRequestBody":true}
keep validator Id
> GetRequestValidator {"RestApiId":"<api>","RequestValidatorId":"<validator>"}
{"Id":"<validator>","Name":"body","ValidateRequestBody":true}
> GetRequestValidators {"RestApiId":"<api>"}
{"Items":[{"Id":"<validator>","Name":"body","ValidateRequestBody":true}]}
> UpdateRequestValidator {"RestApiId":"<api>","RequestValidatorId":"<validator>","PatchOperations":[{"Op":"replace","Path":"/validateRequestParameters","Value":"true"}]}
{"Id":"<validator>","Name":"body","ValidateRequestBody":true,"ValidateRequestParameters":true}

# An authorizer
> CreateAuthorizer {"RestApiId":"<api>","Name":"who","Type":"TOKEN","AuthorizerUri":"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:who/invocations","IdentitySource":"method.request.header.Authorization","AuthorizerResultTtlInSeconds":0}
{"AuthType":"custom","AuthorizerResultTtlInSeconds":0,"AuthorizerUri":"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:who/invocations","Id":"<authorizer>","IdentitySource":"method.request.header.Authorization","Name":"who","Type":"TOKEN"}
keep authorizer Id
> GetAuthorizer {"RestApiId":"<api>","AuthorizerId":"<authorizer>"}
{"AuthType":"custom","AuthorizerResultTtlInSeconds":0,"AuthorizerUri":"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:who/invocations","Id":"<authorizer>","IdentitySource":"method.request.header.Authorization","Name":"who","Type":"TOKEN"}
> GetAuthorizers {"RestApiId":"<api>"}
{"Items":[{"AuthType":"custom","AuthorizerResultTtlInSeconds":0,"AuthorizerUri":"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:who/invocations","Id":"<authorizer>","IdentitySource":"method.request.header.Authorization","Name":"who","Type":"TOKEN"}]}
> UpdateAuthorizer {"RestApiId":"<api>","AuthorizerId":"<authorizer>","PatchOperations":[{"Op":"replace","Path":"/authorizerResultTtlInSeconds","Value":"60"}]}
{"AuthType":"custom","AuthorizerResultTtlInSeconds":60,"AuthorizerUri":"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:who/invocations","Id":"<authorizer>","IdentitySource":"method.request.header.Authorization","Name":"who","Type":"TOKEN"}
? TestInvokeAuthorizer {"RestApiId":"<api>","AuthorizerId":"<authorizer>","Headers":{"Authorization":"me"}}

# A method with its responses
> PutMethod {"RestApiId":"<api>","ResourceId":"<pet>","HttpMethod":"GET","AuthorizationType":"NONE","ApiKeyRequired":true,"OperationName":"getPet","RequestValidatorId":"<validator>","RequestParameters":{"method.request.path.petId":true},"RequestModels":{"application/json":"Pet"}}
{"ApiKeyRequired":true,"AuthorizationType":"NONE","HttpMethod":"GET","OperationName":"getPet","RequestModels":{"application/json":"Pet"},"RequestParameters":{"method.request.path.petId":true},"RequestValidatorId":"<validator>"}
> UpdateMethod {"RestApiId":"<api>","ResourceId":"<pet>","HttpMethod":"GET","PatchOperations":[{"Op":"replace","Path":"/apiKeyRequired","Value":"false"}]}
{"ApiKeyRequired":false,"AuthorizationType":"NONE","HttpMethod":"GET","OperationName":"getPet","RequestModels":{"application/json":"Pet"},"RequestParameters":{"method.request.path.petId":true},"RequestValidatorId":"<validator>"}
> PutMethodResponse {"RestApiId":"<api>","ResourceId":"<pet>","HttpMethod":"GET","StatusCode":"200","ResponseParameters":{"method.response.header.X-Pet":true},"ResponseModels":{"application/json":"Pet"}}
{"ResponseModels":{"application/json":"Pet"},"ResponseParameters":{"method.response.header.X-Pet":true},"StatusCode":"200"}
> GetMethodResponse {"RestApiId":"<api>","ResourceId":"<pet>","HttpMethod":"GET","StatusCode":"200"}
{"ResponseModels":{"application/json":"Pet"},"ResponseParameters":{"method.response.header.X-Pet":true},"StatusCode":"200"}
> UpdateMethodResponse {"RestApiId":"<api>","ResourceId":"<pet>","HttpMethod":"GET","StatusCode":"200","PatchOperations":[{"Op":"add","Path":"/responseParameters/method.response.header.X-Age","Value":"false"}]}
{"ResponseModels":{"application/json":"Pet"},"ResponseParameters":{"method.response.header.X-Age":false,"method.response.header.X-Pet":true},"StatusCode":"200"}
> PutIntegration {"RestApiId":"<api>","ResourceId":"<pet>","HttpMethod":"GET","Type":"MOCK","RequestTemplates":{"application/json":"{\"statusCode\": 200}"},"PassthroughBehavior":"NEVER","TimeoutInMillis":1000,"CacheKeyParameters":["method.request.path.petId"]}
{"CacheKeyParameters":["method.request.path.petId"],"CacheNamespace":"<pet>","PassthroughBehavior":"NEVER","RequestTemplates":{"application/json":"{\"statusCode\": 200}"},"TimeoutInMillis":1000,"Type":"MOCK"}
> GetIntegration {"RestApiId":"<api>","ResourceId":"<pet>","HttpMethod":"GET"}
{"CacheKeyParameters":["method.request.path.petId"],"CacheNamespace":"<pet>","PassthroughBehavior":"NEVER","RequestTemplates":{"application/json":"{\"statusCode\": 200}"},"TimeoutInMillis":1000,"Type":"MOCK"}
> UpdateIntegration {"RestApiId":"<api>","ResourceId":"<pet>","HttpMethod":"GET","PatchOperations":[{"Op":"replace","Path":"/timeoutInMillis","Value":"2000"}]}
{"CacheKeyParameters":["method.request.path.petId"],"CacheNamespace":"<pet>","PassthroughBehavior":"NEVER","RequestTemplates":{"application/json":"{\"statusCode\": 200}"},"TimeoutInMillis":2000,"Type":"MOCK"}
> PutIntegrationResponse {"RestApiId":"<api>","ResourceId":"<pet>","HttpMethod":"GET","StatusCode":"200","SelectionPattern":"","ResponseParameters":{"method.response.header.X-Pet":"'rex'"},"ResponseTemplates":{"application/json":"{\"id\": \"$input.params('petId')\"}"},"ContentHandling":"CONVERT_TO_TEXT"}
{"ContentHandling":"CONVERT_TO_TEXT","ResponseParameters":{"method.response.header.X-Pet":"'rex'"},"ResponseTemplates":{"application/json":"{\"id\": \"$input.params('petId')\"}"},"SelectionPattern":"","StatusCode":"200"}
> GetIntegrationResponse {"RestApiId":"<api>","ResourceId":"<pet>","HttpMethod":"GET","StatusCode":"200"}
{"ContentHandling":"CONVERT_TO_TEXT","ResponseParameters":{"method.response.header.X-Pet":"'rex'"},"ResponseTemplates":{"application/json":"{\"id\": \"$input.params('petId')\"}"},"SelectionPattern":"","StatusCode":"200"}
> UpdateIntegrationResponse {"RestApiId":"<api>","ResourceId":"<pet>","HttpMethod":"GET","StatusCode":"200","PatchOperations":[{"Op":"replace","Path":"/contentHandling","Value":""}]}
{"ResponseParameters":{"method.response.header.X-Pet":"'rex'"},"ResponseTemplates":{"application/json":"{\"id\": \"$input.params('petId')\"}"},"SelectionPattern":"","StatusCode":"200"}
> GetMethod {"RestApiId":"<api>","ResourceId":"<pet>","HttpMethod":"GET"}
{"ApiKeyRequired":false,"AuthorizationType":"NONE","HttpMethod":"GET","MethodIntegration":{"CacheKeyParameters":["method.request.path.petId"],"CacheNamespace":"<pet>","IntegrationResponses":{"200":{"ResponseParameters":{"method.response.header.X-Pet":"'rex'"},"ResponseTemplates":{"application/json":"{\"id\": \"$input.params('petId')\"}"},"SelectionPattern":"","StatusCode":"200"}},"PassthroughBehavior":"NEVER","RequestTemplates":{"application/json":"{\"statusCode\": 200}"},"TimeoutInMillis":2000,"Type":"MOCK"},"MethodResponses":{"200":{"ResponseModels":{"application/json":"Pet"},"ResponseParameters":{"method.response.header.X-Age":false,"method.response.header.X-Pet":true},"StatusCode":"200"}},"OperationName":"getPet","RequestModels":{"application/json":"Pet"},"RequestParameters":{"method.request.path.petId":true},"RequestValidatorId":"<validator>"}
> GetResources {"RestApiId":"<api>","Embed":["methods"]}
{"Items":[{"Id":"<root>","Path":"/"},{"Id":"<pets>","ParentId":"<root>","Path":"/pets","PathPart":"pets"},{"Id":"<pet>","ParentId":"<pets>","Path":"/pets/{petId}","PathPart":"{petId}","ResourceMethods":{"GET":{"ApiKeyRequired":false,"AuthorizationType":"NONE","HttpMethod":"GET","MethodIntegration":{"CacheKeyParameters":["method.request.path.petId"],"CacheNamespace":"<pet>","IntegrationResponses":{"200":{"ResponseParameters":{"method.response.header.X-Pet":"'rex'"},"ResponseTemplates":{"application/json":"{\"id\": \"$input.params('petId')\"}"},"SelectionPattern":"","StatusCode":"200"}},"PassthroughBehavior":"NEVER","RequestTemplates":{"application/json":"{\"statusCode\": 200}"},"TimeoutInMillis":2000,"Type":"MOCK"},"MethodResponses":{"200":{"ResponseModels":{"application/json":"Pet"},"ResponseParameters":{"method.response.header.X-Age":false,"method.response.header.X-Pet":true},"StatusCode":"200"}},"OperationName":"getPet","RequestModels":{"application/json":"Pet"},"RequestParameters":{"method.request.path.petId":true},"RequestValidatorId":"<validator>"}}}]}
> TestInvokeMethod {"RestApiId":"<api>","ResourceId":"<pet>","HttpMethod":"GET","PathWithQueryString":"/pets/7","Headers":{"a":"b"}}
{"Body":"{\"message\": \"Invalid request body\"}","Headers":{"x-amzn-ErrorType":"BadRequestException"},"Log":"LOG","MultiValueHeaders":{"x-amzn-ErrorType":["BadRequestException"]},"Status":400}

# Gateway responses
> PutGatewayResponse {"RestApiId":"<api>","ResponseType":"DEFAULT_4XX","StatusCode":"418","ResponseParameters":{"gatewayresponse.header.X":"'teapot'"}}
{"ResponseParameters":{"gatewayresponse.header.X":"'teapot'"},"ResponseTemplates":{"application/json":"{\"message\":$context.error.messageString}"},"ResponseType":"DEFAULT_4XX","StatusCode":"418"}
> GetGatewayResponse {"RestApiId":"<api>","ResponseType":"THROTTLED"}
{"DefaultResponse":true,"ResponseParameters":{"gatewayresponse.header.X":"'teapot'"},"ResponseTemplates":{"application/json":"{\"message\":$context.error.messageString}"},"ResponseType":"THROTTLED","StatusCode":"418"}
> GetGatewayResponses {"RestApiId":"<api>","Limit":2}
{"Items":[{"DefaultResponse":true,"ResponseParameters":{"gatewayresponse.header.X":"'teapot'"},"ResponseTemplates":{"application/json":"{\"message\":$context.error.messageString}"},"ResponseType":"ACCESS_DENIED","StatusCode":"418"},{"DefaultResponse":true,"ResponseParameters":{},"ResponseTemplates":{"application/json":"{\"message\":$context.error.messageString}"},"ResponseType":"API_CONFIGURATION_ERROR","StatusCode":"500"}],"Position":"YWZ0ZXI6QVBJX0NPTkZJR1VSQVRJT05fRVJST1I"}
> UpdateGatewayResponse {"RestApiId":"<api>","ResponseType":"THROTTLED","PatchOperations":[{"Op":"replace","Path":"/statusCode","Value":"503"}]}
{"ResponseParameters":{},"ResponseTemplates":{"application/json":"{\"message\":$context.error.messageString}"},"ResponseType":"THROTTLED","StatusCode":"503"}
> DeleteGatewayResponse {"RestApiId":"<api>","ResponseType":"THROTTLED"}
{}

# Documentation
> CreateDocumentationPart {"RestApiId":"<api>","Location":{"Type":"METHOD","Path":"/pets/{petId}","Method":"GET"},"Properties":"{\"description\":\"One pet\"}"}
{"Id":"<part>","Location":{"Method":"GET","Path":"/pets/{petId}","Type":"METHOD"},"Properties":"{\"description\":\"One pet\"}"}
keep part Id
> GetDocumentationPart {"RestApiId":"<api>","DocumentationPartId":"<part>"}
{"Id":"<part>","Location":{"Method":"GET","Path":"/pets/{petId}","Type":"METHOD"},"Properties":"{\"description\":\"One pet\"}"}
> GetDocumentationParts {"RestApiId":"<api>","Type":"METHOD"}
{"Items":[{"Id":"<part>","Location":{"Method":"GET","Path":"/pets/{petId}","Type":"METHOD"},"Properties":"{\"description\":\"One pet\"}"}]}
> UpdateDocumentationPart {"RestApiId":"<api>","DocumentationPartId":"<part>","PatchOperations":[{"Op":"replace","Path":"/properties","Value":"{\"description\":\"A pet\"}"}]}
{"Id":"<part>","Location":{"Method":"GET","Path":"/pets/{petId}","Type":"METHOD"},"Properties":"{\"description\":\"A pet\"}"}
> ImportDocumentationParts {"RestApiId":"<api>","Mode":"merge","Body":"{\"swagger\":\"2.0\",\"info\":{\"title\":\"x\"},\"paths\":{},\"x-amazon-apigateway-documentation\":{\"documentationParts\":[{\"location\":{\"type\":\"API\"},\"properties\":{\"a\":1}}]}}"}
{"Ids":["ID"]}
> CreateDocumentationVersion {"RestApiId":"<api>","DocumentationVersion":"1","Description":"first"}
{"CreatedDate":"TIME","Description":"first","Version":"1"}
> GetDocumentationVersion {"RestApiId":"<api>","DocumentationVersion":"1"}
{"CreatedDate":"TIME","Description":"first","Version":"1"}
> GetDocumentationVersions {"RestApiId":"<api>"}
{"Items":[{"CreatedDate":"TIME","Description":"first","Version":"1"}]}
> UpdateDocumentationVersion {"RestApiId":"<api>","DocumentationVersion":"1","PatchOperations":[{"Op":"replace","Path":"/description","Value":"the first"}]}
{"CreatedDate":"TIME","Description":"the first","Version":"1"}

# Deployments and stages
> CreateDeployment {"RestApiId":"<api>","Description":"one"}
{"CreatedDate":"TIME","Description":"one","Id":"<deployment>"}
keep deployment Id
> GetDeployment {"RestApiId":"<api>","DeploymentId":"<deployment>","Embed":["apisummary"]}
{"ApiSummary":{"/pets/{petId}":{"GET":{"AuthorizationType":"NONE"}}},"CreatedDate":"TIME","Description":"one","Id":"<deployment>"}
> GetDeployments {"RestApiId":"<api>"}
{"Items":[{"CreatedDate":"TIME","Description":"one","Id":"<deployment>"}]}
> UpdateDeployment {"RestApiId":"<api>","DeploymentId":"<deployment>","PatchOperations":[{"Op":"replace","Path":"/description","Value":"the first"}]}
{"CreatedDate":"TIME","Description":"the first","Id":"<deployment>"}
> CreateStage {"RestApiId":"<api>","StageName":"prod","DeploymentId":"<deployment>","Description":"d","Variables":{"a":"1"},"TracingEnabled":true,"DocumentationVersion":"1","Tags":{"k":"v"},"CacheClusterEnabled":true,"CacheClusterSize":"0.5","CanarySettings":{"PercentTraffic":10.5,"DeploymentId":"<deployment>","StageVariableOverrides":{"a":"2"},"UseStageCache":true}}
{"CacheClusterEnabled":true,"CacheClusterSize":"0.5","CacheClusterStatus":"AVAILABLE","CanarySettings":{"DeploymentId":"<deployment>","PercentTraffic":10.5,"StageVariableOverrides":{"a":"2"},"UseStageCache":true},"CreatedDate":"TIME","DeploymentId":"<deployment>","Description":"d","DocumentationVersion":"1","LastUpdatedDate":"TIME","MethodSettings":{},"StageName":"prod","Tags":{"k":"v"},"TracingEnabled":true,"Variables":{"a":"1"}}
> GetStage {"RestApiId":"<api>","StageName":"prod"}
{"CacheClusterEnabled":true,"CacheClusterSize":"0.5","CacheClusterStatus":"AVAILABLE","CanarySettings":{"DeploymentId":"<deployment>","PercentTraffic":10.5,"StageVariableOverrides":{"a":"2"},"UseStageCache":true},"CreatedDate":"TIME","DeploymentId":"<deployment>","Description":"d","DocumentationVersion":"1","LastUpdatedDate":"TIME","MethodSettings":{},"StageName":"prod","Tags":{"k":"v"},"TracingEnabled":true,"Variables":{"a":"1"}}
> GetStages {"RestApiId":"<api>","DeploymentId":"<deployment>"}
{"Item":[{"CacheClusterEnabled":true,"CacheClusterSize":"0.5","CacheClusterStatus":"AVAILABLE","CanarySettings":{"DeploymentId":"<deployment>","PercentTraffic":10.5,"StageVariableOverrides":{"a":"2"},"UseStageCache":true},"CreatedDate":"TIME","DeploymentId":"<deployment>","Description":"d","DocumentationVersion":"1","LastUpdatedDate":"TIME","MethodSettings":{},"StageName":"prod","Tags":{"k":"v"},"TracingEnabled":true,"Variables":{"a":"1"}}]}
> UpdateStage {"RestApiId":"<api>","StageName":"prod","PatchOperations":[{"Op":"replace","Path":"/*/*/throttling/rateLimit","Value":"10.5"},{"Op":"remove","Path":"/canarySettings"}]}
{"CacheClusterEnabled":true,"CacheClusterSize":"0.5","CacheClusterStatus":"AVAILABLE","CreatedDate":"TIME","DeploymentId":"<deployment>","Description":"d","DocumentationVersion":"1","LastUpdatedDate":"TIME","MethodSettings":{"*/*":{"CacheTtlInSeconds":300,"RequireAuthorizationForCacheControl":true,"ThrottlingBurstLimit":5000,"ThrottlingRateLimit":10.5,"UnauthorizedCacheControlHeaderStrategy":"SUCCEED_WITH_RESPONSE_HEADER"}},"StageName":"prod","Tags":{"k":"v"},"TracingEnabled":true,"Variables":{"a":"1"}}
> FlushStageCache {"RestApiId":"<api>","StageName":"prod"}
{}
> FlushStageAuthorizersCache {"RestApiId":"<api>","StageName":"prod"}
{}
> GetExport {"RestApiId":"<api>","StageName":"prod","ExportType":"oas30","Accepts":"application/json","Parameters":{"extensions":"apigateway"}}
{"Body":"{\n  \"openapi\" : \"3.0.1\",\n  \"info\" : {\n    \"title\" : \"pets\",\n    \"description\" : \"Sells pets\",\n    \"version\" : \"v1\"\n  },\n  \"servers\" : [ {\n    \"url\" : \"https://<api>.execute-api.us-east-1.amazonaws.com/{basePath}\",\n    \"variables\" : {\n      \"basePath\" : {\n        \"default\" : \"prod\"\n      }\n    }\n  } ],\n  \"paths\" : {\n    \"/pets/{petId}\" : {\n      \"get\" : {\n        \"operationId\" : \"getPet\",\n        \"description\" : \"A pet\",\n        \"parameters\" : [ {\n          \"name\" : \"petId\",\n          \"in\" : \"path\",\n          \"required\" : true,\n          \"schema\" : {\n            \"type\" : \"string\"\n          }\n        } ],\n        \"requestBody\" : {\n          \"content\" : {\n            \"application/json\" : {\n              \"schema\" : {\n                \"$ref\" : \"#/components/schemas/Pet\"\n              }\n            }\n          },\n          \"required\" : true\n        },\n        \"responses\" : {\n          \"200\" : {\n            \"description\" : \"200 response\",\n            \"headers\" : {\n              \"X-Age\" : {\n                \"schema\" : {\n                  \"type\" : \"string\"\n                }\n              },\n              \"X-Pet\" : {\n                \"schema\" : {\n                  \"type\" : \"string\"\n                }\n              }\n            },\n            \"content\" : {\n              \"application/json\" : {\n                \"schema\" : {\n                  \"$ref\" : \"#/components/schemas/Pet\"\n                }\n              }\n            }\n          }\n        },\n        \"x-amazon-apigateway-request-validator\" : \"body\",\n        \"x-amazon-apigateway-integration\" : {\n          \"responses\" : {\n            \"default\" : {\n              \"statusCode\" : \"200\",\n              \"responseParameters\" : {\n                \"method.response.header.X-Pet\" : \"'rex'\"\n              },\n              \"responseTemplates\" : {\n                \"application/json\" : \"{\\\"id\\\": \\\"$input.params('petId')\\\"}\"\n              }\n            }\n          },\n          \"requestTemplates\" : {\n            \"application/json\" : \"{\\\"statusCode\\\": 200}\"\n          },\n          \"passthroughBehavior\" : \"never\",\n          \"timeoutInMillis\" : 2000,\n          \"cacheKeyParameters\" : [ \"method.request.path.petId\" ],\n          \"type\" : \"mock\"\n        }\n      }\n    }\n  },\n  \"components\" : {\n    \"schemas\" : {\n      \"Pet\" : {\n        \"type\" : \"object\",\n        \"properties\" : {\n          \"name\" : {\n            \"type\" : \"string\"\n          }\n        }\n      }\n    },\n    \"securitySchemes\" : {\n      \"who\" : {\n        \"type\" : \"apiKey\",\n        \"name\" : \"Authorization\",\n        \"in\" : \"header\",\n        \"x-amazon-apigateway-authtype\" : \"custom\",\n        \"x-amazon-apigateway-authorizer\" : {\n          \"authorizerUri\" : \"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:who/invocations\",\n          \"authorizerResultTtlInSeconds\" : 60,\n          \"type\" : \"token\"\n        }\n      }\n    }\n  },\n  \"x-amazon-apigateway-gateway-responses\" : {\n    \"DEFAULT_4XX\" : {\n      \"statusCode\" : 418,\n      \"responseParameters\" : {\n        \"gatewayresponse.header.X\" : \"'teapot'\"\n      }\n    }\n  },\n  \"x-amazon-apigateway-request-validators\" : {\n    \"body\" : {\n      \"validateRequestParameters\" : true,\n      \"validateRequestBody\" : true\n    }\n  },\n  \"x-amazon-apigateway-binary-media-types\" : [ \"image/png\", \"image/gif\" ]\n}","ContentDisposition":"attachment; filename=\"oas30_v1.json\"","ContentType":"application/octet-stream"}
> GetSdkTypes {"Limit":2}
{"Items":[{"ConfigurationProperties":[{"FriendlyName":"Group ID","Name":"groupId","Required":true},{"FriendlyName":"Artifact ID","Name":"artifactId","Required":true},{"FriendlyName":"Artifact Version","Name":"artifactVersion","Required":true},{"FriendlyName":"Package Name","Name":"invokerPackage","Required":true}],"Description":"Generates an Android SDK","FriendlyName":"Android SDK","Id":"ID"},{"ConfigurationProperties":[{"FriendlyName":"Service Name","Name":"serviceName","Required":true},{"FriendlyName":"Java Package Name","Name":"javaPackageName","Required":true},{"FriendlyName":"Java Build System","Name":"javaBuildSystem"},{"FriendlyName":"Java Group ID","Name":"javaGroupId"},{"FriendlyName":"Java Artifact ID","Name":"javaArtifactId"},{"FriendlyName":"Java Artifact Version","Name":"javaArtifactVersion"}],"Description":"Generates a Java SDK","FriendlyName":"Java SDK","Id":"java"}]}
> GetSdkType {"Id":"javascript"}
{"Description":"Generates a JavaScript SDK","FriendlyName":"JavaScript SDK","Id":"ID"}
> GetSdk {"RestApiId":"<api>","StageName":"prod","SdkType":"javascript"}
{"Body":"ZIP","ContentDisposition":"attachment; filename=\"javascript_TIME.zip\"","ContentType":"application/octet-stream"}

# Tags
> TagResource {"ResourceArn":"arn:aws:apigateway:us-east-1::/restapis/<api>/stages/prod","Tags":{"x":"y"}}
{}
> GetTags {"ResourceArn":"arn:aws:apigateway:us-east-1::/restapis/<api>/stages/prod"}
{"Tags":{"k":"v","x":"y"}}
> UntagResource {"ResourceArn":"arn:aws:apigateway:us-east-1::/restapis/<api>/stages/prod","TagKeys":["k","none"]}
{}
> GetTags {"ResourceArn":"arn:aws:apigateway:us-east-1::/restapis/<api>/stages/prod"}
{"Tags":{"x":"y"}}

# Keys, plans and their use
> CreateApiKey {"Name":"shop","Description":"d","Enabled":true,"Value":"0123456789012345678901234567890123456789","CustomerId":"c","Tags":{"a":"b"}}
{"CreatedDate":"TIME","CustomerId":"c","Description":"d","Enabled":true,"Id":"<key>","LastUpdatedDate":"TIME","Name":"shop","StageKeys":[],"Tags":{"a":"b"},"Value":"0123456789012345678901234567890123456789"}
keep key Id
> GetApiKey {"ApiKey":"<key>","IncludeValue":true}
{"CreatedDate":"TIME","CustomerId":"c","Description":"d","Enabled":true,"Id":"<key>","LastUpdatedDate":"TIME","Name":"shop","StageKeys":[],"Tags":{"a":"b"},"Value":"0123456789012345678901234567890123456789"}
> GetApiKeys {"NameQuery":"sh","IncludeValues":true}
{"Items":[{"CreatedDate":"TIME","CustomerId":"c","Description":"d","Enabled":true,"Id":"<key>","LastUpdatedDate":"TIME","Name":"shop","StageKeys":[],"Tags":{"a":"b"},"Value":"0123456789012345678901234567890123456789"}]}
> UpdateApiKey {"ApiKey":"<key>","PatchOperations":[{"Op":"replace","Path":"/name","Value":"till"}]}
{"CreatedDate":"TIME","CustomerId":"c","Description":"d","Enabled":true,"Id":"<key>","LastUpdatedDate":"TIME","Name":"till","StageKeys":[],"Tags":{"a":"b"}}
> ImportApiKeys {"Format":"csv","Body":"Name,key\nfrom-file,9876543210987654321098765432109876543210\n"}
{"Ids":["ID"]}
> CreateUsagePlan {"Name":"gold","Description":"d","ApiStages":[{"ApiId":"<api>","Stage":"prod","Throttle":{"/pets/{petId}/GET":{"BurstLimit":1,"RateLimit":2.5}}}],"Quota":{"Limit":100,"Offset":1,"Period":"WEEK"},"Throttle":{"BurstLimit":5,"RateLimit":1.5},"Tags":{"a":"b"}}
{"ApiStages":[{"ApiId":"<api>","Stage":"prod","Throttle":{"/pets/{petId}/GET":{"BurstLimit":1,"RateLimit":2.5}}}],"Description":"d","Id":"<plan>","Name":"gold","Quota":{"Limit":100,"Offset":1,"Period":"WEEK"},"Tags":{"a":"b"},"Throttle":{"BurstLimit":5,"RateLimit":1.5}}
keep plan Id
> GetUsagePlan {"UsagePlanId":"<plan>"}
{"ApiStages":[{"ApiId":"<api>","Stage":"prod","Throttle":{"/pets/{petId}/GET":{"BurstLimit":1,"RateLimit":2.5}}}],"Description":"d","Id":"<plan>","Name":"gold","Quota":{"Limit":100,"Offset":1,"Period":"WEEK"},"Tags":{"a":"b"},"Throttle":{"BurstLimit":5,"RateLimit":1.5}}
> UpdateUsagePlan {"UsagePlanId":"<plan>","PatchOperations":[{"Op":"replace","Path":"/quota/limit","Value":"200"}]}
{"ApiStages":[{"ApiId":"<api>","Stage":"prod","Throttle":{"/pets/{petId}/GET":{"BurstLimit":1,"RateLimit":2.5}}}],"Description":"d","Id":"<plan>","Name":"gold","Quota":{"Limit":200,"Offset":1,"Period":"WEEK"},"Tags":{"a":"b"},"Throttle":{"BurstLimit":5,"RateLimit":1.5}}
> CreateUsagePlanKey {"UsagePlanId":"<plan>","KeyId":"<key>","KeyType":"API_KEY"}
{"Id":"<key>","Name":"till","Type":"API_KEY","Value":"0123456789012345678901234567890123456789"}
> GetUsagePlanKey {"UsagePlanId":"<plan>","KeyId":"<key>"}
{"Id":"<key>","Name":"till","Type":"API_KEY","Value":"0123456789012345678901234567890123456789"}
> GetUsagePlanKeys {"UsagePlanId":"<plan>"}
{"Items":[{"Id":"<key>","Name":"till","Type":"API_KEY","Value":"0123456789012345678901234567890123456789"}]}
> GetUsagePlans {"KeyId":"<key>"}
{"Items":[{"ApiStages":[{"ApiId":"<api>","Stage":"prod","Throttle":{"/pets/{petId}/GET":{"BurstLimit":1,"RateLimit":2.5}}}],"Description":"d","Id":"<plan>","Name":"gold","Quota":{"Limit":200,"Offset":1,"Period":"WEEK"},"Tags":{"a":"b"},"Throttle":{"BurstLimit":5,"RateLimit":1.5}}]}
> GetUsage {"UsagePlanId":"<plan>","StartDate":"2026-01-01","EndDate":"2026-01-02","KeyId":"<key>"}
{"EndDate":"2026-01-02","Items":{"<key>":[[0,200],[0,200]]},"StartDate":"2026-01-01","UsagePlanId":"<plan>"}
> UpdateUsage {"UsagePlanId":"<plan>","KeyId":"<key>","PatchOperations":[{"Op":"replace","Path":"/remaining","Value":"7"}]}
{"EndDate":"TODAY","Items":{"<key>":[[0,7]]},"StartDate":"TODAY","UsagePlanId":"<plan>"}
> DeleteUsagePlanKey {"UsagePlanId":"<plan>","KeyId":"<key>"}
{}

# Links, certificates, domains
> CreateVpcLink {"Name":"inner","Description":"d","TargetArns":["arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/a/1"],"Tags":{"a":"b"}}
{"Description":"d","Id":"<link>","Name":"inner","Status":"PENDING","Tags":{"a":"b"},"TargetArns":["arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/a/1"]}
keep link Id
> GetVpcLink {"VpcLinkId":"<link>"}
{"Description":"d","Id":"<link>","Name":"inner","Status":"AVAILABLE","StatusMessage":"Your vpc link is ready for use","Tags":{"a":"b"},"TargetArns":["arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/a/1"]}
> GetVpcLinks
{"Items":[{"Description":"d","Id":"<link>","Name":"inner","Status":"AVAILABLE","StatusMessage":"Your vpc link is ready for use","Tags":{"a":"b"},"TargetArns":["arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/a/1"]}]}
> UpdateVpcLink {"VpcLinkId":"<link>","PatchOperations":[{"Op":"replace","Path":"/name","Value":"renamed"}]}
{"Description":"d","Id":"<link>","Name":"renamed","Status":"AVAILABLE","StatusMessage":"Your vpc link is ready for use","Tags":{"a":"b"},"TargetArns":["arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/a/1"]}
> DeleteVpcLink {"VpcLinkId":"<link>"}
{}
> GenerateClientCertificate {"Description":"d","Tags":{"a":"b"}}
{"ClientCertificateId":"<certificate>","CreatedDate":"TIME","Description":"d","ExpirationDate":"TIME","PemEncodedCertificate":"PEM","Tags":{"a":"b"}}
keep certificate ClientCertificateId
> GetClientCertificate {"ClientCertificateId":"<certificate>"}
{"ClientCertificateId":"<certificate>","CreatedDate":"TIME","Description":"d","ExpirationDate":"TIME","PemEncodedCertificate":"PEM","Tags":{"a":"b"}}
> GetClientCertificates
{"Items":[{"ClientCertificateId":"<certificate>","CreatedDate":"TIME","Description":"d","ExpirationDate":"TIME","PemEncodedCertificate":"PEM","Tags":{"a":"b"}}]}
> UpdateClientCertificate {"ClientCertificateId":"<certificate>","PatchOperations":[{"Op":"replace","Path":"/description","Value":"ours"}]}
{"ClientCertificateId":"<certificate>","CreatedDate":"TIME","Description":"ours","ExpirationDate":"TIME","PemEncodedCertificate":"PEM","Tags":{"a":"b"}}
> DeleteClientCertificate {"ClientCertificateId":"<certificate>"}
{}
> CreateDomainName {"DomainName":"api.pets.test","CertificateArn":"arn:aws:acm:us-east-1:123456789012:certificate/1","EndpointConfiguration":{"Types":["PRIVATE"]},"Policy":"{}","SecurityPolicy":"TLS_1_2","RoutingMode":"BASE_PATH_MAPPING_ONLY","Tags":{"a":"b"}}
{"CertificateArn":"arn:aws:acm:us-east-1:123456789012:certificate/1","CertificateUploadDate":"TIME","DomainName":"api.pets.test","DomainNameArn":"<domainArn>","DomainNameId":"<domain>","DomainNameStatus":"AVAILABLE","EndpointConfiguration":{"IpAddressType":"dualstack","Types":["PRIVATE"]},"Policy":"{}","RoutingMode":"BASE_PATH_MAPPING_ONLY","SecurityPolicy":"TLS_1_2","Tags":{"a":"b"}}
keep domain DomainNameId
keep domainArn DomainNameArn
> GetDomainName {"DomainName":"api.pets.test","DomainNameId":"<domain>"}
{"CertificateArn":"arn:aws:acm:us-east-1:123456789012:certificate/1","CertificateUploadDate":"TIME","DomainName":"api.pets.test","DomainNameArn":"<domainArn>","DomainNameId":"<domain>","DomainNameStatus":"AVAILABLE","EndpointConfiguration":{"IpAddressType":"dualstack","Types":["PRIVATE"]},"Policy":"{}","RoutingMode":"BASE_PATH_MAPPING_ONLY","SecurityPolicy":"TLS_1_2","Tags":{"a":"b"}}
> GetDomainNames {"ResourceOwner":"SELF"}
{"Items":[{"CertificateArn":"arn:aws:acm:us-east-1:123456789012:certificate/1","CertificateUploadDate":"TIME","DomainName":"api.pets.test","DomainNameArn":"<domainArn>","DomainNameId":"<domain>","DomainNameStatus":"AVAILABLE","EndpointConfiguration":{"IpAddressType":"dualstack","Types":["PRIVATE"]},"Policy":"{}","RoutingMode":"BASE_PATH_MAPPING_ONLY","SecurityPolicy":"TLS_1_2","Tags":{"a":"b"}}]}
> UpdateDomainName {"DomainName":"api.pets.test","DomainNameId":"<domain>","PatchOperations":[{"Op":"replace","Path":"/managementPolicy","Value":"{}"}]}
{"CertificateArn":"arn:aws:acm:us-east-1:123456789012:certificate/1","CertificateUploadDate":"TIME","DomainName":"api.pets.test","DomainNameArn":"<domainArn>","DomainNameId":"<domain>","DomainNameStatus":"AVAILABLE","EndpointConfiguration":{"IpAddressType":"dualstack","Types":["PRIVATE"]},"ManagementPolicy":"{}","Policy":"{}","RoutingMode":"BASE_PATH_MAPPING_ONLY","SecurityPolicy":"TLS_1_2","Tags":{"a":"b"}}
> CreateBasePathMapping {"DomainName":"api.pets.test","DomainNameId":"<domain>","RestApiId":"<api>","Stage":"prod"}
{"BasePath":"(none)","RestApiId":"<api>","Stage":"prod"}
> GetBasePathMapping {"DomainName":"api.pets.test","DomainNameId":"<domain>","BasePath":"(none)"}
{"BasePath":"(none)","RestApiId":"<api>","Stage":"prod"}
> GetBasePathMappings {"DomainName":"api.pets.test","DomainNameId":"<domain>"}
{"Items":[{"BasePath":"(none)","RestApiId":"<api>","Stage":"prod"}]}
> UpdateBasePathMapping {"DomainName":"api.pets.test","DomainNameId":"<domain>","BasePath":"(none)","PatchOperations":[{"Op":"replace","Path":"/basePath","Value":"v1"}]}
{"BasePath":"v1","RestApiId":"<api>","Stage":"prod"}
> CreateDomainNameAccessAssociation {"DomainNameArn":"<domainArn>","AccessAssociationSourceType":"VPCE","AccessAssociationSource":"vpce-1","Tags":{"a":"b"}}
{"AccessAssociationSource":"vpce-1","AccessAssociationSourceType":"VPCE","DomainNameAccessAssociationArn":"<association>","DomainNameArn":"<domainArn>","Tags":{"a":"b"}}
keep association DomainNameAccessAssociationArn
> GetDomainNameAccessAssociations {"ResourceOwner":"SELF"}
{"Items":[{"AccessAssociationSource":"vpce-1","AccessAssociationSourceType":"VPCE","DomainNameAccessAssociationArn":"<association>","DomainNameArn":"<domainArn>","Tags":{"a":"b"}}]}
> DeleteDomainNameAccessAssociation {"DomainNameAccessAssociationArn":"<association>"}
{}
> CreateDomainNameAccessAssociation {"DomainNameArn":"<domainArn>","AccessAssociationSourceType":"VPCE","AccessAssociationSource":"vpce-2"}
{"AccessAssociationSource":"vpce-2","AccessAssociationSourceType":"VPCE","DomainNameAccessAssociationArn":"<association>","DomainNameArn":"<domainArn>"}
keep association DomainNameAccessAssociationArn
> RejectDomainNameAccessAssociation {"DomainNameAccessAssociationArn":"<association>","DomainNameArn":"<domainArn>"}
{}

# Taken down in the wrong order
> DeleteRestApi {"RestApiId":"<api>"}
! BadRequestException: Deleting RestApi <api> failed. Please remove all base path mappings related to the RestApi in your domains: api.pets.test
> DeleteStage {"RestApiId":"<api>","StageName":"prod"}
! BadRequestException: Deleting stage prod failed. Please remove all base path mappings related to the stage in your domains: api.pets.test
> DeleteUsagePlan {"UsagePlanId":"<plan>"}
! BadRequestException: Cannot delete Usage Plan <plan> because there are API Stages associated with it, including <api>:prod
> DeleteDeployment {"RestApiId":"<api>","DeploymentId":"<deployment>"}
! BadRequestException: Active stages pointing to this deployment must be moved or deleted
> DeleteModel {"RestApiId":"<api>","ModelName":"Pet"}
! ConflictException: Cannot delete model 'Pet', is referenced in method request: /pets/{petId}/GET
> DeleteRequestValidator {"RestApiId":"<api>","RequestValidatorId":"<validator>"}
! ConflictException: Cannot delete Request Validator 'body', is referenced in method: GET//pets/{petId}

# and in the right one
> DeleteBasePathMapping {"DomainName":"api.pets.test","DomainNameId":"<domain>","BasePath":"v1"}
{}
> DeleteDomainName {"DomainName":"api.pets.test","DomainNameId":"<domain>"}
{}
> DeleteStage {"RestApiId":"<api>","StageName":"prod"}
{}
> DeleteUsagePlan {"UsagePlanId":"<plan>"}
{}
> DeleteApiKey {"ApiKey":"<key>"}
{}
> DeleteDeployment {"RestApiId":"<api>","DeploymentId":"<deployment>"}
{}
> DeleteDocumentationVersion {"RestApiId":"<api>","DocumentationVersion":"1"}
{}
> DeleteDocumentationPart {"RestApiId":"<api>","DocumentationPartId":"<part>"}
{}
> DeleteIntegrationResponse {"RestApiId":"<api>","ResourceId":"<pet>","HttpMethod":"GET","StatusCode":"200"}
{}
> DeleteIntegration {"RestApiId":"<api>","ResourceId":"<pet>","HttpMethod":"GET"}
{}
> DeleteMethodResponse {"RestApiId":"<api>","ResourceId":"<pet>","HttpMethod":"GET","StatusCode":"200"}
{}
> DeleteMethod {"RestApiId":"<api>","ResourceId":"<pet>","HttpMethod":"GET"}
{}
> DeleteAuthorizer {"RestApiId":"<api>","AuthorizerId":"<authorizer>"}
{}
> DeleteRequestValidator {"RestApiId":"<api>","RequestValidatorId":"<validator>"}
{}
> DeleteModel {"RestApiId":"<api>","ModelName":"Pet"}
{}
> DeleteResource {"RestApiId":"<api>","ResourceId":"<pets>"}
{}
> DeleteRestApi {"RestApiId":"<api>"}
{}
> GetRestApi {"RestApiId":"<api>"}
! NotFoundException: Invalid API identifier specified 000000000000:<api>

# Documents
> ImportRestApi {"Body":"{\"swagger\":\"2.0\",\"info\":{\"title\":\"imported\",\"version\":\"1\"},\"paths\":{}}","Parameters":{"endpointConfigurationTypes":"REGIONAL"}}
{"ApiKeySource":"HEADER","CreatedDate":"TIME","EndpointConfiguration":{"IpAddressType":"ipv4","Types":["REGIONAL"]},"Id":"<imported>","Name":"imported","RootResourceId":"ID","Version":"1"}
keep imported Id
> PutRestApi {"RestApiId":"<imported>","Mode":"overwrite","FailOnWarnings":true,"Body":"openapi: 3.0.1\ninfo: {title: put, version: '2'}\npaths: {}\n"}
{"ApiKeySource":"HEADER","CreatedDate":"TIME","EndpointConfiguration":{"IpAddressType":"ipv4","Types":["REGIONAL"]},"Id":"<imported>","Name":"put","RootResourceId":"ID","Tags":{},"Version":"2"}

# AF-003, AF-004, AF-007: errors with and without a shape in the contract
> PutIntegration {"RestApiId":"nope","ResourceId":"nope","HttpMethod":"GET","Type":"HTTPS_PROXY"}
! ValidationException: 1 validation error detected: Value 'HTTPS_PROXY' at 'putIntegrationInput.type' failed to satisfy constraint: Member must satisfy enum value set: [HTTP, MOCK, AWS_PROXY, HTTP_PROXY, AWS]
> GetMethodResponse {"RestApiId":"nope","ResourceId":"nope","HttpMethod":"GET","StatusCode":"wrong"}
! ValidationException: 1 validation error detected: Value 'wrong' at 'statusCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [1-5]\d\d
> CreateDeployment {"RestApiId":"<imported>"}
! BadRequestException: The REST API doesn't contain any methods
> CreateUsagePlan {"Name":"p","ApiStages":[{"ApiId":"nope","Stage":"prod"}]}
! BadRequestException: Invalid API Stage {api: %s, stage: %s} specified for usageplan %s
> DeleteRestApi {"RestApiId":"<imported>"}
{}
