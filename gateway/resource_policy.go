package gateway

import "strings"

// resourcePolicy denies what a resource policy would have to allow: policies
// are not evaluated yet, and a security setting fails closed.
func resourcePolicy(inv *Invocation) error {
	return &failure{
		kind: accessDenied, note: noteDenied, details: [2]string{"resource policies are not evaluated yet"},
		message: "User: anonymous is not authorized to perform: execute-api:Invoke on resource: " + inv.maskedArn(),
	}
}

// maskedArn is the ARN of the call with the account as AWS shows it in denials
// (data plane §4.2).
func (inv *Invocation) maskedArn() string {
	account := inv.context.AccountID
	if len(account) > 4 {
		account = "********" + account[len(account)-4:]
	}
	path := inv.context.Path
	if inv.stage != nil {
		path = strings.TrimPrefix(path, "/"+inv.context.Stage)
	}
	return "arn:aws:execute-api:" + inv.region() + ":" + account + ":" + inv.context.APIID + "/" + inv.context.Stage + "/" +
		inv.context.HTTPMethod + "/" + strings.TrimPrefix(path, "/")
}

func (inv *Invocation) region() string {
	if inv.stage == nil {
		return ""
	}
	return inv.stage.release.Region
}
