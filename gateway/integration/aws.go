package integration

import (
	"fmt"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/egress"
	"github.com/poterne/poterne/gateway/mapping"
)

// newAWS makes the Integration of an AWS uri: a Lambda function, or for AWS
// any other service.
func newAWS(def *apigw.Integration, deps Deps) (Integration, error) {
	switch {
	case def.Uri == nil || *def.Uri == "":
		return nil, errNoUri
	case isFunctionURI(*def.Uri):
		return newFunction(def, deps)
	case *def.Type == apigw.IntegrationTypeAWSProxy:
		return nil, fmt.Errorf("AWS_PROXY to anything but a Lambda function is %w", ErrNotServed)
	}
	return newService(def, deps)
}

// service is AWS with the API of any service: path/… is a path of it, action/…
// an operation (data plane §11.3).
type service struct {
	aws       *egress.AWS
	partition string
	region    *mapping.URI
	host      *mapping.URI // the service, with what stands before it: "{bucket}.s3"
	target    *mapping.URI // path/… or action/…
	method    string       // "" is the client's
	signer    signer
}

var errServiceURI = fmt.Errorf("the uri is not arn:aws:apigateway:REGION:SERVICE:path/… or :action/…")

func newService(def *apigw.Integration, deps Deps) (Integration, error) {
	parts := strings.SplitN(*def.Uri, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "apigateway" || parts[4] == "" {
		return nil, fmt.Errorf("%w: %q", errServiceURI, *def.Uri)
	}
	s := &service{
		aws: deps.AWS, partition: parts[1], region: mapping.ParseURI(parts[3]), host: mapping.ParseURI(parts[4]),
		target: mapping.ParseURI(parts[5]), signer: newSigner(def),
	}
	if _, _, ok := cutTarget(parts[5]); !ok && !strings.HasPrefix(parts[5], "${stageVariables.") {
		return nil, fmt.Errorf("%w: %q", errServiceURI, *def.Uri)
	}
	if def.HttpMethod != nil && *def.HttpMethod != "ANY" {
		s.method = *def.HttpMethod
	}
	return s, nil
}

// jsonTargets are the services that take JSON and learn the operation of
// action/ from X-Amz-Target without an author's help (AF-266; Firehose as
// definitions in use have it); those of others are a parameter of the Query
// protocol (AF-265) or name it themselves, as EventBridge's do.
var jsonTargets = map[string]struct{ prefix, contentType string }{
	"dynamodb": {"DynamoDB_20120810.", "application/x-amz-json-1.0"},
	"kinesis":  {"Kinesis_20131202.", "application/x-amz-json-1.1"},
	"firehose": {"Firehose_20150804.", "application/x-amz-json-1.1"},
	"states":   {"AWSStepFunctions.", "application/x-amz-json-1.0"},
}

// Invoke sends the mapped request to the service and receives its answer,
// whatever its status.
func (s *service) Invoke(c *Call) error {
	identity, err := s.signer.identity(c)
	if err != nil {
		return err
	}
	call := egress.AWSCall{Partition: s.partition, Region: s.render(s.region, c), Identity: identity, Timeout: c.Timeout}
	call.Subdomain, call.Service = cutService(s.render(s.host, c))
	if err := s.assemble(c, call.Service); err != nil {
		return &ConfigurationError{Reason: "Invalid endpoint address", Err: err}
	}
	target, err := s.aws.Prepare(&c.Request, call)
	if err != nil {
		return signingError(err, identity)
	}
	if c.Sending != nil {
		c.URI = requestURI(c, target.TLS)
		c.Sending(c)
	}
	return signingError(s.aws.Do(&c.Request, c.Response, target), identity)
}

// NotEnforced implements Reporter.
func (s *service) NotEnforced() []string {
	if !s.host.IsStatic() {
		return nil
	}
	_, name := cutService(string(s.host.Append(nil, nil, nil)))
	return s.signer.notEnforced(s.aws, name)
}

// cutTarget takes path/… or action/… apart, which a stage variable may stand
// for (documented).
func cutTarget(target string) (kind, rest string, ok bool) {
	kind, rest, ok = strings.Cut(target, "/")
	return kind, rest, ok && (kind == "path" || kind == "action")
}

// cutService takes the service and what stands before it apart.
func cutService(host string) (subdomain, service string) {
	if i := strings.LastIndexByte(host, '.'); i >= 0 {
		return host[:i], host[i+1:]
	}
	return "", host
}

func (s *service) render(u *mapping.URI, c *Call) string {
	start := len(c.text)
	c.text = u.Append(c.text, c.Scope.StageVariables, c.Path)
	return view(c.text[start:])
}

func requestURI(c *Call, tls bool) string {
	e := endpoint{tls: tls}
	uri := e.scheme() + c.Request.Host + c.Request.Path
	if c.Request.RawQuery != "" {
		uri += "?" + c.Request.RawQuery
	}
	return uri
}

// assemble fills c.Request but for its address and signature.
func (s *service) assemble(c *Call, name string) error {
	kind, rest, ok := cutTarget(s.render(s.target, c))
	if !ok {
		return errServiceURI
	}
	if strings.ContainsAny(rest, "{}# \t\r\n\x00") {
		return fmt.Errorf("%w: %q", errLeftOver, rest)
	}
	r := &c.Request
	r.Method = s.method
	if r.Method == "" {
		r.Method = c.Verb
	}
	r.Header, c.Header = c.Header, r.Header
	var query string
	if kind == "action" {
		r.Path, query = "/", s.operation(c, name, rest)
	} else {
		var path string
		path, query, _ = strings.Cut(rest, "?")
		r.Path = escapedPath(c, strings.TrimPrefix(path, "/")) // sns:path// is SNS's root in definitions in use
	}
	r.RawQuery = mappedQuery(c, query)
	s.generate(c)
	if sendsBody(r.Method) {
		r.SetBody(c.Body)
	}
	return nil
}

// operation names the operation of action/Name&key=value, and returns the
// query: Action=Name is always in it, for services that take JSON too
// (execution logs in field reports: "Endpoint request URI:
// https://kinesis.us-east-1.amazonaws.com/?Action=PutRecord", the same of
// DynamoDB and Step Functions).
func (s *service) operation(c *Call, service, rest string) (query string) {
	name, parameters := rest, ""
	if i := strings.IndexAny(rest, "&?"); i >= 0 {
		name, parameters = rest[:i], "&"+rest[i+1:]
	}
	if target, isJSON := jsonTargets[service]; isJSON {
		header := &c.Request.Header
		if !header.Has("X-Amz-Target") {
			header.Add("X-Amz-Target", c.write(target.prefix, name))
		}
		if !header.Has("Content-Type") {
			header.Add("Content-Type", target.contentType)
		}
	}
	return c.write("Action=", name, parameters)
}

// generate adds what API Gateway itself sends where nothing else was mapped.
func (s *service) generate(c *Call) {
	header := &c.Request.Header
	header.Delete("Host") // signatures name the service's own
	header.Add("x-amzn-apigateway-api-id", c.ApiId)
	if !header.Has("Accept") {
		header.Add("Accept", "application/json")
	}
	if !header.Has("User-Agent") {
		header.Add("User-Agent", c.write("AmazonAPIGateway_", c.ApiId))
	}
	if c.ContentType != "" && !header.Has("Content-Type") {
		header.Add("Content-Type", c.ContentType)
	}
	header.Add("X-Amzn-Trace-Id", c.Trace)
}

// escapedPath percent-encodes what signatures want encoded; what is encoded
// already stays.
func escapedPath(c *Call, path string) string {
	const hex = "0123456789ABCDEF"
	start := len(c.text)
	c.text = append(c.text, '/')
	for i := range len(path) {
		switch b := path[i]; {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9', strings.IndexByte("-._~/%", b) >= 0:
			c.text = append(c.text, b)
		default:
			c.text = append(c.text, '%', hex[b>>4], hex[b&15])
		}
	}
	return view(c.text[start:])
}
