package control

import (
	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/internal/lazyregexp"
)

// The account's document has what UpdateAccount sets, for one region (control
// plane §2.24).

const accountBurstLimit = 5000

const accountRateLimit = apigw.Double(10000)

// account is the account's settings, with what never changes.
func (t *tx) account() (*apigw.Account, error) {
	account, err := load[apigw.Account](t, t.key("account"))
	if err != nil {
		return nil, err
	}
	if account == nil {
		account = &apigw.Account{}
	}
	account.ThrottleSettings = &apigw.ThrottleSettings{BurstLimit: new(accountBurstLimit), RateLimit: new(accountRateLimit)}
	account.Features = []string{usagePlans}
	account.ApiKeyVersion = new("4")
	return account, nil
}

// usagePlans is the one feature there is, and is always on.
const usagePlans = "UsagePlans"

func (t *tx) getAccount(*apigw.GetAccountInput) (*apigw.Account, error) { return t.account() }

var accountPatches = patchTable[apigw.Account]{familyB, []patchRule[apigw.Account]{
	{path: "/cloudwatchRoleArn", ops: replace, apply: patchCloudwatchRole},
	{path: "/features", ops: add | remove, apply: patchFeatures},
}}

var roleArn = lazyregexp.New(`^arn:aws[a-z-]*:iam::\d{12}:role/\S+$`)

// patchCloudwatchRole: "" takes the role away.
func patchCloudwatchRole(a *apigw.Account, p *patch) error {
	if p.text() != "" && !roleArn.MatchString(p.text()) {
		return apigw.BadRequest("The role ARN is not well formed")
	}
	a.CloudwatchRoleArn = optional(p.text())
	return nil
}

func patchFeatures(_ *apigw.Account, p *patch) error {
	switch {
	case p.text() != usagePlans:
		return apigw.BadRequest("Invalid feature specified. Valid value: %s", usagePlans)
	case p.op == remove:
		return apigw.BadRequest("Usage Plans cannot be disabled once enabled")
	}
	return nil
}

func (t *tx) updateAccount(in *apigw.UpdateAccountInput) (*apigw.Account, error) {
	account, err := t.account()
	if err != nil {
		return nil, err
	}
	if err := accountPatches.apply(account, in.PatchOperations); err != nil {
		return nil, err
	}
	return account, t.save(t.key("account"), &apigw.Account{CloudwatchRoleArn: account.CloudwatchRoleArn})
}
