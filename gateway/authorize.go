package gateway

// authorize lets nobody through: AWS_IAM, Lambda authorizers and user pools are
// not served yet, and a method that asks for one must not answer without it.
func authorize(inv *Invocation) error {
	return &failure{
		kind: authorizerConfigurationError, note: noteAuthorizer,
		details: [2]string{"authorizationType " + inv.method.authorization + " is not served by this version of poterne"},
	}
}
