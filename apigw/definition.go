package apigw

// A Definition is what a Deployment freezes of one RestApi, and nothing more:
// what needs no deployment to change (variables, method settings, canary,
// logging) is in the Stage. It is immutable once made.
type Definition struct {
	RestApi           RestApi            `json:"restApi"`         // without tags and warnings
	Resources         []Resource         `json:"resources"`       // sorted by path; each with its Methods whole, as GetResources with embed=methods returns them
	Models            []Model            `json:"models,omitzero"` // sorted by name
	RequestValidators []RequestValidator `json:"requestValidators,omitzero"`
	GatewayResponses  []GatewayResponse  `json:"gatewayResponses,omitzero"` // the customised ones alone
	Authorizers       []Authorizer       `json:"authorizers,omitzero"`
}

// A Release is one Stage as it is live: the Stage and what its Deployments
// froze. Stages that share a Deployment share the pointer to its Definition.
type Release struct {
	Region     string // "us-east-1"
	AccountId  string // twelve digits
	RestApiId  string
	Stage      Stage
	Definition *Definition // of Stage.DeploymentId; nil where it was published before
	Canary     *Definition // of Stage.CanarySettings.DeploymentId, likewise
}
