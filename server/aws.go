package server

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/poterne/poterne/gateway/egress"
	"github.com/poterne/poterne/internal/lazyregexp"
	"github.com/poterne/poterne/lambda"
)

// rolePolicies are the values of --aws-roles.
var rolePolicies = map[string]egress.RolePolicy{
	"": egress.RolesOfAWS, "auto": egress.RolesOfAWS, "always": egress.RolesAlways, "never": egress.RolesIgnored,
}

// newAWS makes what AWS and Lambda integrations are called with.
func (s *Server) newAWS(client *egress.Client, proxy *url.URL) (*egress.AWS, error) {
	endpoints, err := egress.ParseEndpoints(s.config.AWSEndpoint, os.Environ())
	if err != nil {
		return nil, err
	}
	roles, ok := rolePolicies[s.config.AWSRoles]
	if !ok {
		return nil, fmt.Errorf("--aws-roles %q: use auto, always or never", s.config.AWSRoles)
	}
	if err := s.functions.open(&s.config); err != nil {
		return nil, err
	}
	config := egress.AWSConfig{
		Client: client, Endpoints: endpoints, AssumeRoles: roles, Now: s.config.now,
		Credentials: egress.NewCredentialChain(s.config.Region, endpoints, proxy), Functions: map[string]egress.Function{},
	}
	for name, f := range s.functions.named {
		config.Functions[name] = f
	}
	return egress.NewAWS(config), nil
}

// functions are the local Lambda functions, and the folder that the runtimes
// of their languages are written to.
type functions struct {
	named map[string]*lambda.Function
	dir   string
}

// functionSetting is NAME=COMMAND; a name may have a qualifier.
var functionSetting = lazyregexp.New(`^([a-zA-Z0-9_-]+(?::[a-zA-Z0-9_$-]+)?)=(.+)$`)

func (fs *functions) open(c *Config) (err error) {
	fs.named = map[string]*lambda.Function{}
	if len(c.Functions) == 0 {
		return nil
	}
	if fs.dir, err = os.MkdirTemp("", "poterne-functions-"); err != nil {
		return fmt.Errorf("make a folder for the runtimes of local functions: %w", err)
	}
	for _, setting := range c.Functions {
		parts := functionSetting.FindStringSubmatch(setting)
		if parts == nil {
			return fmt.Errorf("--function %q: write NAME=COMMAND, as hello=hello.py:handler", setting)
		}
		if fs.named[parts[1]] != nil {
			return fmt.Errorf("--function %s: there are two of that name", parts[1])
		}
		f, err := newFunction(c, parts[1], parts[2], fs.dir)
		if err != nil {
			return fmt.Errorf("--function %s: %w", setting, err)
		}
		fs.named[parts[1]] = f
	}
	return nil
}

func newFunction(c *Config, name, text, dir string) (*lambda.Function, error) {
	command, watch, err := lambda.Command(text, dir)
	if err != nil {
		return nil, err
	}
	if _, err := exec.LookPath(command[0]); err != nil {
		return nil, err
	}
	name, _, _ = strings.Cut(name, ":")
	return lambda.New(lambda.Config{
		Name: name, Command: command, Watch: watch, Region: c.Region, AccountId: c.Account,
		Timeout: c.FunctionTimeout, Concurrency: c.FunctionConcurrency, Log: c.Log, Now: c.now,
	})
}

// names are the names of the functions, in order.
func (fs *functions) names() []string {
	var names []string
	for name := range fs.named {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Close stops the functions.
func (fs *functions) Close() error {
	var failed error
	for _, f := range fs.named {
		failed = errors.Join(failed, f.Close())
	}
	if fs.dir != "" {
		failed = errors.Join(failed, os.RemoveAll(fs.dir))
	}
	return failed
}
