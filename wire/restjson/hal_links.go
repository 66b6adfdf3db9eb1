package restjson

import (
	"strings"
	"sync"
)

// A halKind is a kind of resource with the links that AWS's samples show.
//
// In hrefs, {label} is filled in where it is known and stays a template where
// it is not; {!label} always stays one; {.member} is a member of the value.
type halKind struct {
	self       string
	key        string // the member that fills the last label of self; "" where the request has it
	naming     naming
	links      []halLink
	collection []halLink // of a list of this kind
	embeds     []halEmbed
}

// naming says what a resource's own link bears beside its href. Where it stands
// inside another resource, one with a title has it as name too.
type naming uint8

const (
	unnamed naming = iota
	titled
	titledAndNamed
)

type halLink struct {
	rel, href string
	when      string // the member that must be there and not false
}

// A halEmbed is a member whose values are resources of their own.
type halEmbed struct{ member, rel string }

// label is the last label of self.
func (k halKind) label() string {
	return strings.Trim(k.self[strings.LastIndexByte(k.self, '/')+1:], "{}")
}

// curiePages are the pages of curies that are not called restapi-NAME.
var curiePages = map[string]string{
	"account":             "account-apigateway",
	"integrationresponse": "restapi-integration-response",
	"methodresponse":      "restapi-method-response",
}

const (
	restApiPath     = "/restapis/{restapi_id}"
	resourcePath    = restApiPath + "/resources/{resource_id}"
	methodPath      = resourcePath + "/methods/{http_method}"
	integrationPath = methodPath + "/integration"
)

// edit are the links of a thing that can be deleted and updated.
func edit(rel, path string, more ...halLink) []halLink {
	return append([]halLink{{rel: rel + ":delete", href: path}, {rel: rel + ":update", href: path}}, more...)
}

// halKinds are the kinds of resources by their shape.
var halKinds = sync.OnceValue(func() map[string]halKind {
	return map[string]halKind{
		"Account": {self: "/account", links: []halLink{{rel: "account:update", href: "/account"}}},
		"ApiKey": {
			self: "/apikeys/{api_Key}", key: "id",
			links: edit("apikey", "/apikeys/{api_Key}"),
			collection: []halLink{
				{rel: "apikey:by-key", href: "/apikeys/{api_Key}"},
				{rel: "apikey:create", href: "/apikeys"},
			},
		},
		"Authorizer": {
			self: restApiPath + "/authorizers/{authorizer_id}", key: "id",
			links: edit("authorizer", restApiPath+"/authorizers/{authorizer_id}"),
			collection: []halLink{
				{rel: "authorizer:by-id", href: restApiPath + "/authorizers/{authorizer_id}"},
				{rel: "authorizer:create", href: restApiPath + "/authorizers"},
			},
		},
		"BasePathMapping": {
			self: "/domainnames/{domain_name}/basepathmappings/{base_path}", key: "basePath",
			links: edit("basepathmapping", "/domainnames/{domain_name}/basepathmappings/{base_path}"),
			collection: []halLink{
				{rel: "basepathmapping:by-base-path", href: "/domainnames/{domain_name}/basepathmappings/{base_path}"},
				{rel: "basepathmapping:create", href: "/domainnames/{domain_name}/basepathmappings"},
			},
		},
		"ClientCertificate": {
			self: "/clientcertificates/{clientcertificate_id}", key: "clientCertificateId",
			links: edit("clientcertificate", "/clientcertificates/{clientcertificate_id}"),
			collection: []halLink{
				{rel: "clientcertificate:by-id", href: "/clientcertificates/{clientcertificate_id}"},
				{rel: "clientcertificate:generate", href: "/clientcertificates"},
			},
		},
		"Deployment": {
			self: restApiPath + "/deployments/{deployment_id}", key: "id",
			links: edit("deployment", restApiPath+"/deployments/{deployment_id}",
				halLink{rel: "deployment:stages", href: restApiPath + "/stages?deployment_id={deployment_id}"}),
			collection: []halLink{
				{rel: "deployment:by-id", href: restApiPath + "/deployments/{deployment_id}{?embed}"},
				{rel: "deployment:create", href: restApiPath + "/deployments"},
			},
		},
		"DocumentationPart": {
			self: restApiPath + "/documentation/parts/{part_id}", key: "id",
			links: edit("documentationpart", restApiPath+"/documentation/parts/{part_id}"),
			collection: []halLink{
				{rel: "documentationpart:by-id", href: restApiPath + "/documentation/parts/{part_id}"},
				{rel: "documentationpart:create", href: restApiPath + "/documentation/parts"},
			},
		},
		"DocumentationVersion": {
			self: restApiPath + "/documentation/versions/{doc_version}", key: "version",
			links: edit("documentationversion", restApiPath+"/documentation/versions/{doc_version}"),
			collection: []halLink{
				{rel: "documentationversion:by-version", href: restApiPath + "/documentation/versions/{doc_version}"},
				{rel: "documentationversion:create", href: restApiPath + "/documentation/versions"},
			},
		},
		"DomainName": {
			self: "/domainnames/{domain_name}", key: "domainName",
			links: edit("domainname", "/domainnames/{domain_name}",
				halLink{rel: "basepathmapping:by-base-path", href: "/domainnames/{domain_name}/basepathmappings/{base_path}"},
				halLink{rel: "basepathmapping:create", href: "/domainnames/{domain_name}/basepathmappings"},
				halLink{rel: "domainname:basepathmappings", href: "/domainnames/{domain_name}/basepathmappings"}),
			collection: []halLink{
				{rel: "domainname:by-name", href: "/domainnames/{domain_name}{?domain_name_id}"},
				{rel: "domainname:create", href: "/domainnames"},
			},
		},
		"DomainNameAccessAssociation": {
			self: "/domainnameaccessassociations/{domain_name_access_association_arn}", key: "domainNameAccessAssociationArn",
			links:      []halLink{{rel: "domainnameaccessassociation:delete", href: "/domainnameaccessassociations/{domain_name_access_association_arn}"}},
			collection: []halLink{{rel: "domainnameaccessassociation:create", href: "/domainnameaccessassociations"}},
		},
		"GatewayResponse": {
			self: restApiPath + "/gatewayresponses/{response_type}", key: "responseType",
			links: edit("gatewayresponse", restApiPath+"/gatewayresponses/{response_type}",
				halLink{rel: "gatewayresponse:put", href: restApiPath + "/gatewayresponses/{!response_type}"}),
			collection: []halLink{{rel: "gatewayresponse:by-type", href: restApiPath + "/gatewayresponses/{response_type}"}},
		},
		"Integration": {
			self: integrationPath,
			links: edit("integration", integrationPath,
				halLink{rel: "integrationresponse:put", href: integrationPath + "/responses/{status_code}"}),
			embeds: []halEmbed{{"integrationResponses", "integration:responses"}},
		},
		"IntegrationResponse": {
			self: integrationPath + "/responses/{status_code}", key: "statusCode", naming: titled,
			links: edit("integrationresponse", integrationPath+"/responses/{status_code}"),
		},
		"Method": {
			self: methodPath, key: "httpMethod", naming: titledAndNamed,
			links: edit("method", methodPath,
				halLink{rel: "integration:put", href: integrationPath},
				halLink{rel: "methodresponse:put", href: methodPath + "/responses/{status_code}"}),
			embeds: []halEmbed{{"methodIntegration", "method:integration"}, {"methodResponses", "method:responses"}},
		},
		"MethodResponse": {
			self: methodPath + "/responses/{status_code}", key: "statusCode", naming: titled,
			links: edit("methodresponse", methodPath+"/responses/{status_code}"),
		},
		"Model": {
			self: restApiPath + "/models/{model_name}", key: "name",
			links: edit("model", restApiPath+"/models/{model_name}",
				halLink{rel: "model:default-template", href: restApiPath + "/models/{model_name}/default_template"}),
			collection: []halLink{
				{rel: "model:by-name", href: restApiPath + "/models/{model_name}?flatten=false"},
				{rel: "model:create", href: restApiPath + "/models"},
			},
		},
		"RequestValidator": {
			self: restApiPath + "/requestvalidators/{requestvalidator_id}", key: "id",
			links: edit("requestvalidator", restApiPath+"/requestvalidators/{requestvalidator_id}"),
			collection: []halLink{
				{rel: "requestvalidator:by-id", href: restApiPath + "/requestvalidators/{requestvalidator_id}"},
				{rel: "requestvalidator:create", href: restApiPath + "/requestvalidators"},
			},
		},
		"Resource": {
			self: resourcePath, key: "id",
			links: []halLink{
				{rel: "method:by-http-method", href: resourcePath + "/methods/{http_method}"},
				{rel: "method:put", href: resourcePath + "/methods/{http_method}"},
				{rel: "resource:create-child", href: resourcePath},
				{rel: "resource:delete", href: resourcePath, when: "parentId"}, // the root cannot be deleted
				{rel: "resource:update", href: resourcePath},
			},
			collection: []halLink{
				{rel: "resource:by-id", href: resourcePath + "{?embed}"},
				{rel: "resource:create", href: restApiPath + "/resources/{parent_id}"},
			},
			embeds: []halEmbed{{"resourceMethods", "resource:methods"}},
		},
		"RestApi": {
			self: restApiPath, key: "id",
			links: []halLink{
				{rel: "authorizer:by-id", href: restApiPath + "/authorizers/{authorizer_id}"},
				{rel: "authorizer:create", href: restApiPath + "/authorizers"},
				{rel: "deployment:by-id", href: restApiPath + "/deployments/{deployment_id}{?embed}"},
				{rel: "deployment:create", href: restApiPath + "/deployments"},
				{rel: "model:by-name", href: restApiPath + "/models/{model_name}?flatten=false"},
				{rel: "model:create", href: restApiPath + "/models"},
				{rel: "resource:by-id", href: resourcePath + "{?embed}"},
				{rel: "resource:create", href: restApiPath + "/resources/{.rootResourceId}", when: "rootResourceId"},
				{rel: "restapi:authorizers", href: restApiPath + "/authorizers"},
				{rel: "restapi:delete", href: restApiPath},
				{rel: "restapi:deployments", href: restApiPath + "/deployments{?limit}"},
				{rel: "restapi:models", href: restApiPath + "/models"},
				{rel: "restapi:resources", href: restApiPath + "/resources{?limit,embed}"},
				{rel: "restapi:stages", href: restApiPath + "/stages{?deployment_id}"},
				{rel: "restapi:update", href: restApiPath},
				{rel: "stage:by-name", href: restApiPath + "/stages/{stage_name}"},
				{rel: "stage:create", href: restApiPath + "/stages"},
			},
			collection: []halLink{
				{rel: "restapi:by-id", href: restApiPath},
				{rel: "restapi:create", href: "/restapis"},
				{rel: "restapi:put", href: restApiPath + "?failonwarnings=false{&mode}"},
			},
		},
		"SdkType": {
			self: "/sdktypes/{sdktype_id}", key: "id",
			collection: []halLink{{rel: "sdktype:by-id", href: "/sdktypes/{sdktype_id}"}},
		},
		"Stage": {
			self: restApiPath + "/stages/{stage_name}", key: "stageName",
			links: edit("stage", restApiPath+"/stages/{stage_name}",
				halLink{rel: "stage:flush-authorizer-cache", href: restApiPath + "/stages/{stage_name}/cache/authorizers"},
				halLink{rel: "stage:flush-cache", href: restApiPath + "/stages/{stage_name}/cache/data", when: "cacheClusterEnabled"}),
			collection: []halLink{
				{rel: "stage:by-name", href: restApiPath + "/stages/{stage_name}"},
				{rel: "stage:create", href: restApiPath + "/stages"},
			},
		},
		"UsagePlan": {
			self: "/usageplans/{usageplanId}", key: "id",
			links: edit("usageplan", "/usageplans/{usageplanId}",
				halLink{rel: "usage:get", href: "/usageplans/{usageplanId}/usage{?startDate,endDate}"},
				halLink{rel: "usageplan:usageplankeys", href: "/usageplans/{usageplanId}/keys"},
				halLink{rel: "usageplankey:create", href: "/usageplans/{usageplanId}/keys"}),
			collection: []halLink{
				{rel: "usageplan:by-id", href: "/usageplans/{usageplanId}"},
				{rel: "usageplan:create", href: "/usageplans"},
			},
		},
		"UsagePlanKey": {
			self: "/usageplans/{usageplanId}/keys/{keyId}", key: "id",
			links: []halLink{{rel: "usageplankey:delete", href: "/usageplans/{usageplanId}/keys/{keyId}"}},
			collection: []halLink{
				{rel: "usageplankey:by-id", href: "/usageplans/{usageplanId}/keys/{keyId}"},
				{rel: "usageplankey:create", href: "/usageplans/{usageplanId}/keys"},
			},
		},
		"VpcLink": {
			self: "/vpclinks/{vpclink_id}", key: "id",
			links: edit("vpclink", "/vpclinks/{vpclink_id}"),
			collection: []halLink{
				{rel: "vpclink:by-id", href: "/vpclinks/{vpclink_id}"},
				{rel: "vpclink:create", href: "/vpclinks"},
			},
		},
	}
})
