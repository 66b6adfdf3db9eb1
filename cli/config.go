package cli

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/poterne/poterne/lambda"
	"github.com/poterne/poterne/server"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"
)

// bindSettings declares each setting of the server as a flag. A setting is
// also the variable POTERNE_… of the environment and a key of the file that
// --config names; the first of flag, environment, file and default that has
// the setting wins.
func bindSettings(f *pflag.FlagSet, c *server.Config) {
	f.StringVar(&c.Listen, "listen", "localhost:4566", "address that serves both planes")
	f.StringVar(&c.Control, "control", "", "address of the control plane alone; with --data, instead of --listen")
	f.StringVar(&c.Data, "data", "", "address of the data plane alone; with --control, instead of --listen")
	f.StringVar(&c.HTTP1, "http1", "own", "who speaks HTTP/1.1 with clients: own, or std: net/http, which is slower, less strict, and loses the order and case of headers")
	f.StringVar(&c.IOUring, "io-uring", "auto", "auto: under load, do the system calls of many connections as one, where Linux (6.3 or later) lets us; or off")
	f.StringVar(&c.DataTLS, "data-tls", "", "address that serves the data plane over TLS as well: HTTP/1.1 and HTTP/2")
	f.StringVar(&c.ControlTLS, "control-tls", "", "CERT,KEY: files by which --control serves TLS")
	f.StringArrayVar(&c.Certificates, "certificate", nil, "ARN=CERT,KEY or DOMAIN=CERT,KEY: files of a custom domain name's certificate; repeatable")
	f.StringVar(&c.CertificateDir, "certificates", "", "directory of NAME.crt and NAME.key, a pair for each custom domain name")
	f.StringArrayVar(&c.Truststores, "truststore", nil, "URI=FILE: the PEM file that a mutual TLS truststore's URI stands for; repeatable")
	f.StringVar(&c.DataDir, "data-dir", "", "directory that keeps the state; default: memory for serve FILE, else the XDG state directory")
	f.StringVar(&c.Region, "region", "us-east-1", "region of requests whose signature names none")
	f.StringVar(&c.Account, "account", "000000000000", "account id, twelve digits")
	f.StringVar(&c.ApiId, "api-id", "", "id of the API served from a file; default: made from its title")
	f.StringArrayVar(&c.Quotas, "quota", nil, "NAME=N: a quota in the place of AWS's, as resources-per-api=2000; repeatable")
	f.StringVar(&c.AccessLog, "access-log", "stdout", "where access logs of stages go: stdout, off, an http(s) address that lines are posted to, or a file that is appended to")
	f.StringVar(&c.OTLP, "otlp", "", "address of an OpenTelemetry collector (OTLP over HTTP), as http://localhost:4318, that gets a span for each request and step; off; default: OTEL_EXPORTER_OTLP_ENDPOINT, if it is set")
	f.StringVar(&c.AccountThrottle, "account-throttle", "", "RATE,BURST: throttle all requests of a region together, as AWS's 10000,5000; default: none")
	f.IntVar(&c.CacheMemory, "cache-memory", server.DefaultCacheMemory, "MiB of responses that all stages cache together")
	f.StringVar(&c.Identities, "identities", "", "JSON file of who may call: access keys, ARNs, policies; every call is then verified and authorised; reread on SIGHUP")
	f.StringArrayVar(&c.AllowHosts, "allow-host", nil, "further Host name under which the control plane may be asked; repeatable")
	f.BoolVar(&c.InsecureAnyCredentials, "insecure-any-credentials", false, "accept any credentials on an address that other machines can reach")
	f.StringArrayVar(&c.UserPools, "user-pool", nil, "ID=ISSUER_URL or ID=JWKS_FILE: where a Cognito user pool's tokens come from, instead of AWS; files are reread on SIGHUP; repeatable")
	f.StringArrayVar(&c.VPCEndpoints, "vpc-endpoint", nil, "ID=VPC,CIDR[,CIDR…]: clients of these addresses come through that VPC endpoint, and may call PRIVATE APIs; repeatable")
	f.BoolVar(&c.AllowReset, "allow-reset", false, "let POST /_poterne/reset clear the whole state, for test suites")
	f.BoolVar(&c.Traces, "traces", false, "keep what each step of recent requests did at /_poterne/requests even if other machines reach poterne, or --identities is given")
	f.BoolVar(&c.AllowLinkLocal, "allow-link-local", false, "let integrations call link-local addresses, and others of cloud metadata")
	f.BoolVar(&c.AllowSelf, "allow-self", false, "let integrations call poterne's own control plane")
	f.StringVar(&c.BackendCA, "backend-ca", "", "PEM file of certificates that back ends may also be signed by")
	f.StringVar(&c.EgressProxy, "egress-proxy", "", "URL of an HTTP proxy that back ends are reached through, by CONNECT")
	f.StringArrayVar(&c.VPCLinks, "vpc-link", nil, "ID=HOST:PORT[,HOST:PORT…]: what a VPC link, or an integrationTarget, reaches; repeatable")
	f.StringVar(&c.AWSEndpoint, "aws-endpoint", "", "URL that AWS integrations call in the place of AWS; AWS_ENDPOINT_URL_<SERVICE> sets one for a service")
	f.StringVar(&c.AWSRoles, "aws-roles", "auto", "assume the roles that integrations name: auto (at AWS, or with an STS endpoint), always, or never")
	f.StringArrayVar(&c.Functions, "function", nil, "NAME=COMMAND: a local Lambda function; COMMAND is FILE.py:HANDLER, FILE.js:HANDLER or a program that speaks the Runtime API; repeatable")
	f.DurationVar(&c.FunctionTimeout, "function-timeout", lambda.DefaultTimeout, "how long one invocation of a local function may take")
	f.IntVar(&c.FunctionConcurrency, "function-concurrency", lambda.DefaultConcurrency, "how many invocations of one local function run at once; more are throttled")
	f.StringVar(&c.LogLevel, "log-level", "info", "debug, info, warn or error")
	f.StringVar(&c.LogFormat, "log-format", "auto", "text, json, or auto: text on a terminal")
	f.DurationVar(&c.ShutdownGrace, "shutdown-grace", server.DefaultShutdownGrace, "how long requests in flight may take to end after SIGTERM")
	for _, name := range []string{"cache-memory", "function-timeout", "function-concurrency", "shutdown-grace"} {
		flag := f.Lookup(name)
		flag.Value = aboveZero{flag.Value}
	}
}

// aboveZero is a number or a duration of which 0 would mean the default to the
// server, and nobody who writes 0 means that.
type aboveZero struct{ pflag.Value }

// Set takes numbers above 0.
func (v aboveZero) Set(text string) error {
	kept := v.String()
	if err := v.Value.Set(text); err != nil {
		return err
	}
	if now := v.String(); now == "0" || now == "0s" || strings.HasPrefix(now, "-") {
		_ = v.Value.Set(kept) // it was one
		return notAboveZero(kept)
	}
	return nil
}

// notAboveZero is the refusal of 0 and less; the text is a value to take.
type notAboveZero string

func (kept notAboveZero) Error() string { return "write a value above 0, as " + string(kept) }

// sources says for each setting where its value came from.
type sources map[string]string

const defaultSource = "default"

// resolve fills the settings that the command line left alone from the
// environment and the configuration file.
func resolve(f *pflag.FlagSet, environ []string) (sources, error) {
	file, err := readConfigFile(f)
	if err != nil {
		return nil, err
	}
	env := environment(environ)
	from := sources{}
	var failed error
	f.VisitAll(func(flag *pflag.Flag) {
		if failed == nil {
			from[flag.Name], failed = resolveOne(flag, env, file)
		}
	})
	if failed != nil {
		return nil, failed
	}
	return from, nil
}

func resolveOne(flag *pflag.Flag, env map[string]string, file map[string][]string) (source string, err error) {
	if flag.Changed {
		return "command line", nil
	}
	variable := variableName(flag.Name)
	if text, ok := env[variable]; ok {
		return "environment " + variable, set(flag, variable, splitList(flag, text))
	}
	if values, ok := file[flag.Name]; ok {
		return "configuration file", set(flag, flag.Name, values)
	}
	return defaultSource, nil
}

func set(flag *pflag.Flag, name string, values []string) error {
	for _, v := range values {
		if err := flag.Value.Set(v); err != nil {
			return usageError{fmt.Errorf("setting %s: %q: %w", name, v, wanted(flag, err))}
		}
	}
	return nil
}

// wanted says what to write in the place of a value that a flag refused, where
// the flag's own error says how it was parsed.
func wanted(flag *pflag.Flag, err error) error {
	switch {
	case errors.As(err, new(notAboveZero)):
		return err
	case flag.Value.Type() == "bool":
		return errors.New("write true or false")
	case flag.Value.Type() == "int":
		return errors.New("write a whole number, as " + flag.DefValue)
	case flag.Value.Type() == "duration":
		return errors.New("write a duration, as " + flag.DefValue)
	}
	return err
}

func variableName(flag string) string {
	return "POTERNE_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

func environment(environ []string) map[string]string {
	env := map[string]string{}
	for _, pair := range environ {
		if name, value, ok := strings.Cut(pair, "="); ok && strings.HasPrefix(name, "POTERNE_") {
			env[name] = value
		}
	}
	return env
}

const listType = "stringArray" // of a repeatable flag

// splitList: a repeatable flag is a comma-separated variable. A part without "="
// belongs to the NAME=VALUE before it, whose value has commas then.
func splitList(flag *pflag.Flag, text string) []string {
	if flag.Value.Type() != listType {
		return []string{text}
	}
	var list []string
	for part := range strings.SplitSeq(text, ",") {
		if last := len(list) - 1; last >= 0 && strings.Contains(list[last], "=") && !strings.Contains(part, "=") {
			list[last] += "," + part
			continue
		}
		list = append(list, part)
	}
	return list
}

func readConfigFile(f *pflag.FlagSet) (map[string][]string, error) {
	name, err := f.GetString("config")
	if err != nil {
		return nil, err
	}
	if name == "" {
		name = os.Getenv("POTERNE_CONFIG")
	}
	if name == "" {
		return nil, nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	var root map[string]yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		return nil, fmt.Errorf("read configuration %s: %w", name, err)
	}
	settings := map[string][]string{}
	for _, key := range slices.SortedFunc(maps.Keys(root), func(a, b string) int { return cmp.Compare(root[a].Line, root[b].Line) }) {
		node := root[key]
		if settings[key], err = readSetting(f.Lookup(key), key, &node); err != nil {
			return nil, usageError{fmt.Errorf("%s:%d: %w", name, node.Line, err)}
		}
	}
	return settings, nil
}

// readSetting reads the value of a key, whose flag is nil if there is none.
func readSetting(flag *pflag.Flag, key string, node *yaml.Node) ([]string, error) {
	if flag == nil || slices.Contains(notSettings, key) {
		return nil, fmt.Errorf("there is no setting %s; 'poterne config' lists the settings", key)
	}
	var values []string
	switch {
	case node.Kind == yaml.ScalarNode:
		values = []string{node.Value}
	case flag.Value.Type() != listType:
		return nil, fmt.Errorf("%s takes one value", key)
	case node.Kind != yaml.SequenceNode || node.Decode(&values) != nil:
		return nil, fmt.Errorf("%s takes a value or a list of values", key)
	}
	return values, nil
}

// notSettings are flags of the command line alone.
var notSettings = []string{"config", "help"}

func newConfig(std streams) *cobra.Command {
	var c server.Config
	command := &cobra.Command{
		Use:   "config",
		Short: "Print each setting with its value and where it came from",
		Args:  exactly(0),
	}
	bindSettings(command.Flags(), &c)
	command.Flags().String("config", "", "YAML file of settings")
	command.RunE = func(cmd *cobra.Command, _ []string) error {
		from, err := resolve(cmd.Flags(), os.Environ())
		if err != nil {
			return err
		}
		return printSettings(std, cmd.Flags(), from)
	}
	return command
}

func printSettings(std streams, f *pflag.FlagSet, from sources) error {
	w := tabwriter.NewWriter(std.out, 0, 8, 2, ' ', 0)
	f.VisitAll(func(flag *pflag.Flag) {
		if !slices.Contains(notSettings, flag.Name) {
			fmt.Fprintf(w, "%s\t%s\t%s\n", flag.Name, flag.Value, from[flag.Name])
		}
	})
	return w.Flush()
}
