package control

// operations is what a Service can do, by the contract's names.
var operations = map[string]handler{
	"CreateRestApi": write((*tx).createRestApi),
	"DeleteRestApi": erase((*tx).deleteRestApi),
	"GetRestApi":    read((*tx).getRestApi),
	"GetRestApis":   read((*tx).getRestApis),
	"UpdateRestApi": write((*tx).updateRestApi),
	"ImportRestApi": outside((*Service).importRestApi),
	"PutRestApi":    outside((*Service).putRestApi),

	"CreateResource": write((*tx).createResource),
	"DeleteResource": erase((*tx).deleteResource),
	"GetResource":    read((*tx).getResource),
	"GetResources":   read((*tx).getResources),
	"UpdateResource": write((*tx).updateResource),

	"DeleteMethod": erase((*tx).deleteMethod),
	"GetMethod":    read((*tx).getMethod),
	"PutMethod":    write((*tx).putMethod),
	"UpdateMethod": write((*tx).updateMethod),

	"DeleteMethodResponse": erase((*tx).deleteMethodResponse),
	"GetMethodResponse":    read((*tx).getMethodResponse),
	"PutMethodResponse":    write((*tx).putMethodResponse),
	"UpdateMethodResponse": write((*tx).updateMethodResponse),

	"DeleteIntegration": erase((*tx).deleteIntegration),
	"GetIntegration":    read((*tx).getIntegration),
	"PutIntegration":    write((*tx).putIntegration),
	"UpdateIntegration": write((*tx).updateIntegration),

	"DeleteIntegrationResponse": erase((*tx).deleteIntegrationResponse),
	"GetIntegrationResponse":    read((*tx).getIntegrationResponse),
	"PutIntegrationResponse":    write((*tx).putIntegrationResponse),
	"UpdateIntegrationResponse": write((*tx).updateIntegrationResponse),

	"CreateModel":      write((*tx).createModel),
	"DeleteModel":      erase((*tx).deleteModel),
	"GetModel":         read((*tx).getModel),
	"GetModels":        read((*tx).getModels),
	"GetModelTemplate": read((*tx).getModelTemplate),
	"UpdateModel":      write((*tx).updateModel),

	"CreateRequestValidator": write((*tx).createRequestValidator),
	"DeleteRequestValidator": erase((*tx).deleteRequestValidator),
	"GetRequestValidator":    read((*tx).getRequestValidator),
	"GetRequestValidators":   read((*tx).getRequestValidators),
	"UpdateRequestValidator": write((*tx).updateRequestValidator),

	"DeleteGatewayResponse": erase((*tx).deleteGatewayResponse),
	"GetGatewayResponse":    read((*tx).getGatewayResponse),
	"GetGatewayResponses":   read((*tx).getGatewayResponses),
	"PutGatewayResponse":    write((*tx).putGatewayResponse),
	"UpdateGatewayResponse": write((*tx).updateGatewayResponse),

	"CreateAuthorizer": write((*tx).createAuthorizer),
	"DeleteAuthorizer": erase((*tx).deleteAuthorizer),
	"GetAuthorizer":    read((*tx).getAuthorizer),
	"GetAuthorizers":   read((*tx).getAuthorizers),
	"UpdateAuthorizer": write((*tx).updateAuthorizer),

	"CreateDeployment": write((*tx).createDeployment),
	"DeleteDeployment": erase((*tx).deleteDeployment),
	"GetDeployment":    read((*tx).getDeployment),
	"GetDeployments":   read((*tx).getDeployments),
	"UpdateDeployment": write((*tx).updateDeployment),

	"CreateStage": write((*tx).createStage),
	"DeleteStage": erase((*tx).deleteStage),
	"GetStage":    read((*tx).getStage),
	"GetStages":   read((*tx).getStages),
	"UpdateStage": write((*tx).updateStage),

	"FlushStageAuthorizersCache": outsideErase((*Service).flushStageAuthorizersCache),
	"FlushStageCache":            outsideErase((*Service).flushStageCache),

	"CreateApiKey":  write((*tx).createApiKey),
	"DeleteApiKey":  erase((*tx).deleteApiKey),
	"GetApiKey":     read((*tx).getApiKey),
	"GetApiKeys":    read((*tx).getApiKeys),
	"ImportApiKeys": write((*tx).importApiKeys),
	"UpdateApiKey":  write((*tx).updateApiKey),

	"CreateUsagePlan": write((*tx).createUsagePlan),
	"DeleteUsagePlan": erase((*tx).deleteUsagePlan),
	"GetUsagePlan":    read((*tx).getUsagePlan),
	"GetUsagePlans":   read((*tx).getUsagePlans),
	"UpdateUsagePlan": write((*tx).updateUsagePlan),
	"GetUsage":        outside((*Service).getUsage),
	"UpdateUsage":     outside((*Service).updateUsage),

	"CreateUsagePlanKey": write((*tx).createUsagePlanKey),
	"DeleteUsagePlanKey": erase((*tx).deleteUsagePlanKey),
	"GetUsagePlanKey":    read((*tx).getUsagePlanKey),
	"GetUsagePlanKeys":   read((*tx).getUsagePlanKeys),

	"GetAccount":    read((*tx).getAccount),
	"UpdateAccount": write((*tx).updateAccount),

	"GetExport": read((*tx).getExport),

	"GetSdk":      read((*tx).getSdk),
	"GetSdkType":  read((*tx).getSdkType),
	"GetSdkTypes": read((*tx).getSdkTypes),

	"GetTags":       read((*tx).getTags),
	"TagResource":   erase((*tx).tagResource),
	"UntagResource": erase((*tx).untagResource),

	"CreateDocumentationPart":  write((*tx).createDocumentationPart),
	"DeleteDocumentationPart":  erase((*tx).deleteDocumentationPart),
	"GetDocumentationPart":     read((*tx).getDocumentationPart),
	"GetDocumentationParts":    read((*tx).getDocumentationParts),
	"ImportDocumentationParts": write((*tx).importDocumentationParts),
	"UpdateDocumentationPart":  write((*tx).updateDocumentationPart),

	"CreateDocumentationVersion": write((*tx).createDocumentationVersion),
	"DeleteDocumentationVersion": erase((*tx).deleteDocumentationVersion),
	"GetDocumentationVersion":    read((*tx).getDocumentationVersion),
	"GetDocumentationVersions":   read((*tx).getDocumentationVersions),
	"UpdateDocumentationVersion": write((*tx).updateDocumentationVersion),

	"CreateVpcLink": write((*tx).createVpcLink),
	"DeleteVpcLink": erase((*tx).deleteVpcLink),
	"GetVpcLink":    read((*tx).getVpcLink),
	"GetVpcLinks":   read((*tx).getVpcLinks),
	"UpdateVpcLink": write((*tx).updateVpcLink),

	"DeleteClientCertificate":   erase((*tx).deleteClientCertificate),
	"GenerateClientCertificate": write((*tx).generateClientCertificate),
	"GetClientCertificate":      read((*tx).getClientCertificate),
	"GetClientCertificates":     read((*tx).getClientCertificates),
	"UpdateClientCertificate":   write((*tx).updateClientCertificate),

	"CreateDomainName": write((*tx).createDomainName),
	"DeleteDomainName": erase((*tx).deleteDomainName),
	"GetDomainName":    read((*tx).getDomainName),
	"GetDomainNames":   read((*tx).getDomainNames),
	"UpdateDomainName": write((*tx).updateDomainName),

	"CreateBasePathMapping": write((*tx).createBasePathMapping),
	"DeleteBasePathMapping": erase((*tx).deleteBasePathMapping),
	"GetBasePathMapping":    read((*tx).getBasePathMapping),
	"GetBasePathMappings":   read((*tx).getBasePathMappings),
	"UpdateBasePathMapping": write((*tx).updateBasePathMapping),

	"CreateDomainNameAccessAssociation": write((*tx).createDomainNameAccessAssociation),
	"DeleteDomainNameAccessAssociation": erase((*tx).deleteDomainNameAccessAssociation),
	"GetDomainNameAccessAssociations":   read((*tx).getDomainNameAccessAssociations),
	"RejectDomainNameAccessAssociation": erase((*tx).rejectDomainNameAccessAssociation),

	"TestInvokeAuthorizer": outside((*Service).testInvokeAuthorizer),
	"TestInvokeMethod":     outside((*Service).testInvokeMethod),
}
