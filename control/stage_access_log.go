package control

import (
	"strings"

	"github.com/poterne/poterne/apigw"
)

func removeAccessLog(s *apigw.Stage, _ *patch) error {
	s.AccessLogSettings = nil
	return nil
}

// checkLogFormat wants one line (the text as it came from CloudFormation) and
// a request's id in it (cdk-preflight).
func checkLogFormat(format string) error {
	line := strings.TrimSuffix(strings.TrimSuffix(format, "\n"), "\r")
	switch {
	case strings.ContainsAny(line, "\r\n"):
		return apigw.BadRequest("Access Log format must be single line, new line character is allowed only at end of the format: '%s'", format)
	case !strings.Contains(format, "$context.requestId") && !strings.Contains(format, "$context.extendedRequestId"):
		return apigw.BadRequest("Access Log format must include either $context.requestId or $context.extendedRequestId : '%s'", format)
	}
	return nil
}

// checkLogDestination has AWS's texts (AF-128, cdk-preflight). The ":*" behind
// the name of a log group, as CloudFormation and CloudWatch Logs write its ARN, is
// refused (AF-128).
func checkLogDestination(arn string) error {
	service, resource := logTarget(arn)
	switch {
	case service == "logs" && strings.HasPrefix(resource, "log-group:"):
		if group := resource[len("log-group:"):]; strings.Trim(group, logGroupCharacters) != "" {
			return apigw.BadRequest("Access log destination must only contain characters a-z, A-Z, 0-9, '_', '-', '/', '.': 'log-group:%s'", group)
		}
		return nil
	case service == "firehose" && strings.HasPrefix(resource, "deliverystream/"):
		if !strings.HasPrefix(resource, "deliverystream/amazon-apigateway-") {
			return apigw.BadRequest("Kinesis Firehose delivery stream name must begin with the characters 'amazon-apigateway-': '%s'", resource)
		}
		return nil
	}
	return apigw.BadRequest("Invalid ARN specified in the request. The ARN must be a valid CloudWatch Logs log group or Kinesis Data Firehose delivery stream ARN.")
}

// logTarget is the service and the resource of an ARN, "" of any other text.
func logTarget(arn string) (service, resource string) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return "", ""
	}
	return parts[2], parts[5]
}

const logGroupCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-/."

// setAccessLog sets one of the two; each can be there alone (AF-128).
func setAccessLog(field func(*apigw.AccessLogSettings) **string, check func(string) error) func(*apigw.Stage, *patch) error {
	return func(s *apigw.Stage, p *patch) error {
		if p.text() == "" {
			return apigw.BadRequest("Access Log value must not be empty")
		}
		if err := check(p.text()); err != nil {
			return err
		}
		settings := apigw.AccessLogSettings{}
		if s.AccessLogSettings != nil {
			settings = *s.AccessLogSettings
		}
		*field(&settings) = p.value
		s.AccessLogSettings = &settings
		return nil
	}
}
