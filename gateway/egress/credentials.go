package egress

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/poterne/poterne/wire/sigv4"
)

// A CredentialChain is AWS's ordinary credential chain (environment, profile,
// web identity, container, instance), and STS for the roles that Integrations
// name. It is read on first use.
type CredentialChain struct {
	region    string
	endpoints Endpoints

	load func(ctx context.Context) (aws.Config, error)

	mu     sync.Mutex
	own    *aws.Config
	roles  map[string]*aws.CredentialsCache
	failed error     // why there were none of poterne's own
	asked  time.Time // when that was
}

// The chain's last resort is a service that need not be there: how long it is
// waited for, and how long it is not asked again.
const (
	chainTime = 5 * time.Second
	askAgain  = 30 * time.Second
)

// maxRoles bounds the roles that are kept: stage variables may make any number.
const maxRoles = 1024

// NewCredentialChain makes a chain whose STS is that of region, or of endpoints.
// proxy, when not nil, is asked for its connections. The chain dials by itself and reaches link-local addresses, where instances
// keep their credentials: where they are is the operator's to say, not an API
// author's.
func NewCredentialChain(region string, endpoints Endpoints, proxy *url.URL) *CredentialChain {
	client := awshttp.NewBuildableClient()
	if proxy != nil {
		client = client.WithTransportOptions(func(t *http.Transport) { t.Proxy = http.ProxyURL(proxy) })
	}
	return &CredentialChain{region: region, endpoints: endpoints, roles: map[string]*aws.CredentialsCache{},
		load: func(ctx context.Context) (aws.Config, error) {
			return config.LoadDefaultConfig(ctx, config.WithDefaultRegion(region), config.WithHTTPClient(client))
		}}
}

// Retrieve implements Credentials.
func (c *CredentialChain) Retrieve(ctx context.Context, role string) (sigv4.Credentials, error) {
	own, err := c.retrieveOwn()
	if err != nil {
		return sigv4.Credentials{}, fmt.Errorf("%w; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile (a stand-in for AWS usually takes any)", err)
	}
	if role == "" {
		return fromSDK(own), nil
	}
	assumed, err := c.role(role).Retrieve(ctx)
	if err != nil {
		return sigv4.Credentials{}, fmt.Errorf("assume %s: %w", role, err)
	}
	return fromSDK(assumed), nil
}

func fromSDK(found aws.Credentials) sigv4.Credentials {
	return sigv4.Credentials{AccessKey: found.AccessKeyID, Secret: found.SecretAccessKey, SessionToken: found.SessionToken}
}

// retrieveOwn asks the chain. Where there is nothing, whoever asks soon after is
// told so at once.
func (c *CredentialChain) retrieveOwn() (aws.Credentials, error) {
	c.mu.Lock()
	if c.failed != nil && time.Since(c.asked) < askAgain {
		defer c.mu.Unlock()
		return aws.Credentials{}, c.failed
	}
	c.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), chainTime)
	defer cancel()
	found, err := c.ask(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failed, c.asked = err, time.Now()
	return found, err
}

func (c *CredentialChain) ask(ctx context.Context) (aws.Credentials, error) {
	c.mu.Lock()
	config := c.own
	c.mu.Unlock()
	if config == nil {
		loaded, err := c.load(ctx)
		if err != nil {
			return aws.Credentials{}, fmt.Errorf("read the AWS configuration: %w", err)
		}
		config = &loaded
		c.mu.Lock()
		c.own = config
		c.mu.Unlock()
	}
	return config.Credentials.Retrieve(ctx)
}

// role is the cache of a role's credentials.
func (c *CredentialChain) role(role string) *aws.CredentialsCache {
	c.mu.Lock()
	defer c.mu.Unlock()
	if known := c.roles[role]; known != nil {
		return known
	}
	if len(c.roles) >= maxRoles {
		clear(c.roles)
	}
	assumed := aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(c.sts(), role, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = "BackplaneAssumeRoleSession" // as API Gateway's own appear in CloudTrail
	}))
	c.roles[role] = assumed
	return assumed
}

func (c *CredentialChain) sts() *sts.Client {
	return sts.NewFromConfig(*c.own, func(o *sts.Options) {
		if own, overridden := c.endpoints.of("sts"); overridden {
			o.BaseEndpoint = aws.String(own.url())
		}
	})
}

func (b *base) url() string {
	if b.tls {
		return "https://" + b.host + b.path
	}
	return "http://" + b.host + b.path
}
