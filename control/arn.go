package control

import (
	"strings"

	"github.com/poterne/poterne/apigw"
)

// arn is arn:{partition}:{service}:{region}:{account}:{resource} of the
// caller's region.
func (t *tx) arn(service, resource string) string {
	region := t.caller.Region
	return strings.Join([]string{"arn", apigw.Partition(region), service, region, t.deps.AccountId, resource}, ":")
}
