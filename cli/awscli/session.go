package awscli

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go/logging"
)

// DefaultLocal is where a poterne of one's own is looked for.
const DefaultLocal = "http://localhost:4566"

const serviceID = "API Gateway"

// A session is where requests go and who signs them.
type session struct {
	endpoint    string
	region      string
	credentials aws.CredentialsProvider // nil: requests are not signed
	client      *http.Client
	attempts    int
	local       bool // the endpoint is the local default
}

// profile is what the AWS CLI reads of a profile beside what the SDK does.
type profile map[string]string

func newSession(ctx context.Context, given values, p profile) (*session, error) {
	cfg, err := loadConfig(ctx, given, p)
	if err != nil {
		return nil, err
	}
	s := &session{region: cfg.Region, credentials: cfg.Credentials, attempts: 3}
	if cfg.RetryMaxAttempts > 0 {
		s.attempts = cfg.RetryMaxAttempts
	}
	if given.on("no-sign-request") {
		s.credentials = nil
	}
	if err := s.locate(ctx, given, cfg); err != nil {
		return nil, err
	}
	s.client, err = newClient(given, p, s.endpoint)
	return s, err
}

// loadConfig reads what the SDK reads. It would parse all certificates of a CA
// bundle at once, which takes as long as all the rest: it gets a client that
// does so when it is first used, for credentials of SSO or STS.
func loadConfig(ctx context.Context, given values, p profile) (aws.Config, error) {
	options := []func(*config.LoadOptions) error{config.WithLogger(logging.Nop{})} // the SDK would warn of what it tries next
	if bundle := os.Getenv(bundleVariable); bundle != "" && p["ca_bundle"] == "" {
		defer func() { _ = os.Setenv(bundleVariable, bundle) }() // it was set before
		if err := os.Unsetenv(bundleVariable); err != nil {
			return aws.Config{}, configuration("%v", err)
		}
		options = append(options, config.WithHTTPClient(&lateClient{make: func() (*http.Client, error) {
			return newClient(values{"ca-bundle": bundle}, nil, "https:")
		}}))
	}
	if name := given.text("profile"); name != "" {
		options = append(options, config.WithSharedConfigProfile(name))
	}
	if region := given.text("region"); region != "" {
		options = append(options, config.WithRegion(region))
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	var missing config.SharedConfigProfileNotExistError
	if errors.As(err, &missing) {
		return cfg, general("The config profile (%s) could not be found", missing.Profile)
	}
	if err != nil {
		return cfg, configuration("%v", err)
	}
	return cfg, nil
}

// locate finds the endpoint: the command line's, the environment's and the
// profile's, a local poterne for who has no AWS account configured, then AWS.
func (s *session) locate(ctx context.Context, given values, cfg aws.Config) error {
	if s.endpoint = given.text("endpoint-url"); s.endpoint == "" {
		s.endpoint = configuredEndpoint(ctx, cfg)
	}
	if s.endpoint == "" && !hasAccount(given, cfg) && isAlive(ctx, DefaultLocal) {
		s.endpoint, s.local = DefaultLocal, true
		s.credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "poterne", SecretAccessKey: "poterne"}, nil
		})
		if s.region == "" {
			s.region = "us-east-1"
		}
	}
	if s.region == "" {
		return configuration(`You must specify a region. You can also configure your region by running "aws configure".`)
	}
	if s.endpoint == "" {
		s.endpoint = "https://apigateway." + s.region + "." + domainOf(s.region)
	}
	s.endpoint = strings.TrimRight(s.endpoint, "/")
	return nil
}

func domainOf(region string) string {
	if strings.HasPrefix(region, "cn-") {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}

// configuredEndpoint is AWS_ENDPOINT_URL_API_GATEWAY, AWS_ENDPOINT_URL, or what
// the profile says of them.
func configuredEndpoint(ctx context.Context, cfg aws.Config) string {
	type source interface {
		GetServiceBaseEndpoint(ctx context.Context, sdkID string) (string, bool, error)
	}
	type ignoring interface {
		GetIgnoreConfiguredEndpoints(context.Context) (bool, bool, error)
	}
	for _, c := range cfg.ConfigSources {
		if i, ok := c.(ignoring); ok {
			if ignored, found, err := i.GetIgnoreConfiguredEndpoints(ctx); err == nil && found && ignored {
				return ""
			}
		}
		if s, ok := c.(source); ok {
			if url, found, err := s.GetServiceBaseEndpoint(ctx, serviceID); err == nil && found {
				return url
			}
		}
	}
	return aws.ToString(cfg.BaseEndpoint)
}

// accountVariables are those by which one names an account of AWS.
var accountVariables = []string{
	"AWS_PROFILE", "AWS_DEFAULT_PROFILE", accessKeyVariable, "AWS_ROLE_ARN",
	"AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
}

const accessKeyVariable = "AWS_ACCESS_KEY_ID"

// shortestAccessKeyID is the length of the shortest id that IAM gives out
// (IAM's API reference, AccessKey). Shorter ones stand for any key, as any and
// test do in the settings of those who work with a server of their own.
const shortestAccessKeyID = 16

// hasAccount reports whether a profile or the environment names an account.
func hasAccount(given values, cfg aws.Config) bool {
	if given.text("profile") != "" || given.on("no-sign-request") {
		return true
	}
	for _, name := range accountVariables {
		if value := os.Getenv(name); value != "" && (name != accessKeyVariable || len(value) >= shortestAccessKeyID) {
			return true
		}
	}
	for _, source := range cfg.ConfigSources {
		if shared, ok := source.(config.SharedConfig); ok {
			return ofAccount(shared)
		}
	}
	return false
}

func ofAccount(shared config.SharedConfig) bool {
	return len(shared.Credentials.AccessKeyID) >= shortestAccessKeyID || shared.RoleARN != "" || shared.CredentialProcess != "" ||
		shared.SSOSessionName != "" || shared.SSOStartURL != "" || shared.WebIdentityTokenFile != "" || shared.LoginSession != ""
}

// isAlive reports whether a poterne answers at url.
func isAlive(ctx context.Context, url string) bool {
	ctx, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/_poterne/livez", nil)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	_ = answer.Body.Close() // nothing of it was read
	return answer.StatusCode == http.StatusOK
}

// readProfile reads the settings of the profile that is in force from the
// shared config file.
func readProfile(given values) profile {
	name := given.text("profile")
	for _, variable := range []string{"AWS_PROFILE", "AWS_DEFAULT_PROFILE"} {
		if name == "" {
			name = os.Getenv(variable)
		}
	}
	section := "[profile " + name + "]"
	if name == "" || name == "default" {
		section = "[default]"
	}
	data, err := os.ReadFile(configFile())
	p, inside := profile{}, false
	if err != nil {
		return p // there need not be one
	}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		key, value, ok := strings.Cut(line, "=")
		switch {
		case strings.HasPrefix(line, "["):
			inside = line == section
		case inside && ok:
			p[strings.TrimSpace(key)] = strings.TrimSpace(value)
		}
	}
	return p
}

func configFile() string {
	if name := os.Getenv("AWS_CONFIG_FILE"); name != "" {
		return name
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, ".aws", "config")
}
