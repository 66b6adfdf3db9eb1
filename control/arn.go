package control

import "strings"

// arn is arn:{partition}:{service}:{region}:{account}:{resource} of the
// caller's region.
func (t *tx) arn(service, resource string) string {
	region := t.caller.Region
	return strings.Join([]string{"arn", partition(region), service, region, t.deps.AccountId, resource}, ":")
}

func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}
