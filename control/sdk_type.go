package control

import (
	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/sdk"
)

// The types of SDKs that API Gateway generates, by id (control plane §2.25).
var sdkTypes = []apigw.SdkType{
	sdkType("android", "Android SDK", "Generates an Android SDK",
		required("groupId", "Group ID"), required("artifactId", "Artifact ID"),
		required("artifactVersion", "Artifact Version"), required("invokerPackage", "Package Name")),
	sdkType("java", "Java SDK", "Generates a Java SDK",
		required("serviceName", "Service Name"), required("javaPackageName", "Java Package Name"),
		optionalSetting("javaBuildSystem", "Java Build System"), optionalSetting("javaGroupId", "Java Group ID"),
		optionalSetting("javaArtifactId", "Java Artifact ID"), optionalSetting("javaArtifactVersion", "Java Artifact Version")),
	sdkType("javascript", "JavaScript SDK", "Generates a JavaScript SDK"),
	sdkType("objectivec", "iOS Objective-C SDK", "Generates an iOS SDK in Objective-C", required("classPrefix", "Prefix")),
	sdkType("ruby", "Ruby SDK", "Generates a Ruby SDK", required("service.name", "Service Name")),
	sdkType("swift", "iOS Swift SDK", "Generates an iOS SDK in Swift", required("classPrefix", "Prefix")),
}

func sdkType(id, name, description string, settings ...apigw.SdkConfigurationProperty) apigw.SdkType {
	return apigw.SdkType{Id: &id, FriendlyName: &name, Description: &description, ConfigurationProperties: settings}
}

func required(name, shown string) apigw.SdkConfigurationProperty {
	return apigw.SdkConfigurationProperty{Name: &name, FriendlyName: &shown, Required: new(true)}
}

func optionalSetting(name, shown string) apigw.SdkConfigurationProperty {
	return apigw.SdkConfigurationProperty{Name: &name, FriendlyName: &shown, Required: new(false)}
}

func (t *tx) getSdkType(in *apigw.GetSdkTypeInput) (*apigw.SdkType, error) {
	for _, kind := range sdkTypes {
		if *kind.Id == in.Id {
			return &kind, nil
		}
	}
	return nil, apigw.NotFound("Invalid SDK type identifier specified")
}

// getSdk generates a client of what a Stage serves.
func (t *tx) getSdk(in *apigw.GetSdkInput) (*apigw.SdkResponse, error) {
	stage, err := t.stage(in.RestApiId, in.StageName)
	if err != nil {
		return nil, err
	}
	kind, err := t.getSdkType(&apigw.GetSdkTypeInput{Id: in.SdkType})
	if err != nil {
		return nil, err
	}
	for _, property := range kind.ConfigurationProperties {
		if deref(property.Required) && in.Parameters[*property.Name] == "" {
			return nil, apigw.BadRequest("Missing required SDK configuration property: %s", *property.Name)
		}
	}
	definition, err := t.frozen(in.RestApiId, deref(stage.DeploymentId))
	if err != nil {
		return nil, err
	}
	return sdk.Generate(definition, sdk.Options{
		Type: in.SdkType, Parameters: in.Parameters, Region: t.caller.Region, Now: t.deps.Now(),
		Endpoint: t.deps.Endpoint(t.caller.Region, in.RestApiId, in.StageName),
	})
}

func (t *tx) getSdkTypes(in *apigw.GetSdkTypesInput) (*apigw.SdkTypes, error) {
	page, position, err := paginate(sdkTypes, func(s apigw.SdkType) string { return *s.Id }, in.Position, in.Limit)
	return &apigw.SdkTypes{Items: page, Position: position}, err
}
