#!/usr/bin/env bash
# run.sh: what Terraform's AWS provider tests of API Gateway, against poterne.
#
# The provider is built from the Go module proxy: 1.60.0 is the newest version
# that is a Go module. Two things in it are changed: its API Gateway client
# calls poterne, and resources of other services stay in Terraform's state
# (others.go.txt). The first build takes some minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=v1.60.0
work=$PWD/dist/terraform
provider=$work/provider
tests=$work/provider.test
address=127.0.0.1:4599

# UsagePlanKey_basic wants a key's value to be absent; it has been there since.
# DomainName's skip without certificates of the real ACM.
skip='TestAccAWSAPIGatewayUsagePlanKey_basic$'

fetch() {
	local module
	module=$(go mod download -json github.com/hashicorp/terraform-provider-aws@$version | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
	mkdir -p "$work" && cp -r "$module" "$provider" && chmod -R u+w "$provider"
	rm -rf "$provider/vendor"
	find "$provider/aws" -name '*_test.go' ! -name '*api_gateway*' ! -name provider_test.go ! -name aws_sweeper_test.go -delete
}

adapt() {
	cp tools/terraform/others.go.txt "$provider/aws/others.go"
	sed -i -e 's|^\treturn &schema.Provider{|\treturn others(\&schema.Provider{|' \
		-e '/ConfigureFunc: providerConfigure,/{n;s|^\t}|\t})|}' "$provider/aws/provider.go"
	sed -i -e 's|^func (c \*Config) Client() (interface{}, error) {|&\n\tc.SkipCredsValidation, c.SkipGetEC2Platforms, c.SkipRequestingAccountId, c.SkipMetadataApiCheck = true, true, true, true|' \
		-e 's|apigateway.New(awsApigatewaySess)|apigateway.New(awsApigatewaySess.Copy(\&aws.Config{Endpoint: aws.String(os.Getenv("POTERNE_ENDPOINT"))}))|' \
		"$provider/aws/config.go"
}

[ -d "$provider" ] || { fetch && adapt; }
(cd "$provider" && GOFLAGS="-mod=mod -trimpath" go test -vet=off -c -o "$tests" ./aws)

go build -o "$work/poterne" ./cmd/poterne
rm -rf "$work/state"
"$work/poterne" serve --listen $address --data-dir "$work/state" >"$work/poterne.log" 2>&1 &
trap 'kill $!' EXIT

export AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=example AWS_DEFAULT_REGION=us-east-1
until "$work/poterne" apigateway update-account --endpoint-url http://$address \
	--patch-operations op=replace,path=/cloudwatchRoleArn,value=arn:aws:iam::000000000000:role/logs >/dev/null 2>&1; do sleep 0.2; done
(cd "$provider/aws" && TF_ACC=1 POTERNE_ENDPOINT=http://$address "$tests" -test.v -test.parallel 2 \
	-test.run '(?i)api_?gateway' -test.skip "$skip") >"$work/out.txt" 2>&1 || { grep -A20 -- '--- FAIL' "$work/out.txt"; exit 1; }
grep -cE -- '--- PASS' "$work/out.txt" | sed 's/$/ tests of the provider pass/'
