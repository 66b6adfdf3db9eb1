package egress

import "testing"

// TestFunctionURIs: what is no name of a function leads nowhere.
func TestFunctionURIs(t *testing.T) {
	const head, tail = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/", "/invocations"
	const arn = "arn:aws:lambda:eu-west-1:123456789012:function:f"
	for uri, want := range map[string]string{
		head + arn + tail:           arn,
		head + arn + ":live" + tail: arn + ":live",
		"arn:aws:apigateway:eu-west-1:lambda:path//2015-03-31/functions/" + arn + tail:                             arn, // AF-072
		"arn:aws:apigateway:eu-west-1:lambda:path/2021-11-15/functions/" + arn + "/response-streaming-invocations": arn,
		head + tail:                                  "",
		head + arn:                                   "",
		head + arn + "/../g" + tail:                  "",
		head + arn + "?Qualifier=x" + tail:           "",
		head + arn + "#x" + tail:                     "",
		head + arn + " x" + tail:                     "",
		head + "{f}" + tail:                          "",
		"arn:aws:lambda":                             "",
		"http://example.com/functions/f/invocations": "",
	} {
		region, function, ok := ParseFunctionURI(uri)
		if ok != (want != "") || ok && (function != want || region != "eu-west-1") {
			t.Errorf("%s: %q of %q, %v; want %q", uri, function, region, ok, want)
		}
	}
}
