package control

import (
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/openapi"
)

// cloneRestApi copies what is below the RestApi source to api, which is new;
// stages and deployments are not copied (control plane §2.1).
func (t *tx) cloneRestApi(source string, api *apigw.RestApi) error {
	definition, err := t.definition(source)
	if err != nil {
		return err
	}
	byName(definition)
	for i := range definition.Models {
		schema := strings.ReplaceAll(deref(definition.Models[i].Schema), "/restapis/"+source+"/models/", "/restapis/"+*api.Id+"/models/")
		definition.Models[i].Schema = &schema
	}
	definition.RestApi = apigw.RestApi{} // the settings are those of the call
	return t.adopt(api, &openapi.Document{Definition: *definition}, merge)
}

// byName turns the ids in a stored Definition into paths and names, which is
// how a document refers.
func byName(definition *apigw.Definition) {
	names := map[string]string{}
	for _, authorizer := range definition.Authorizers {
		names[*authorizer.Id] = deref(authorizer.Name)
	}
	for _, validator := range definition.RequestValidators {
		names[*validator.Id] = deref(validator.Name)
	}
	for _, resource := range definition.Resources {
		names[*resource.Id] = *resource.Path
	}
	rename := func(id *string) *string {
		if id == nil {
			return nil
		}
		return new(names[*id])
	}
	for i := range definition.Resources {
		resource := &definition.Resources[i]
		resource.ParentId = rename(resource.ParentId)
		for _, method := range resource.ResourceMethods {
			method.AuthorizerId = rename(method.AuthorizerId)
			method.RequestValidatorId = rename(method.RequestValidatorId)
			if m := method.MethodIntegration; m != nil && deref(m.CacheNamespace) == *resource.Id {
				m.CacheNamespace = nil
			}
		}
	}
}
