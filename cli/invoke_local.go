package cli

import (
	"context"
	"fmt"
	"os"

	"github.com/poterne/poterne/server"
	"github.com/spf13/pflag"
)

// backendSettings are the settings of serve by which integrations reach their
// back ends.
var backendSettings = []string{"account", "allow-link-local", "allow-self", "aws-endpoint", "aws-roles", "backend-ca", "egress-proxy",
	"function", "function-timeout", "vpc-link"}

// A localServer serves a definition file within this process.
type localServer struct {
	config   server.Config
	settings *pflag.FlagSet
}

// bind declares the settings that back ends need, and --config.
func (l *localServer) bind(f *pflag.FlagSet) {
	l.settings = pflag.NewFlagSet("serve", pflag.ContinueOnError)
	bindSettings(l.settings, &l.config)
	l.settings.String("config", "", "YAML file of settings")
	for _, name := range append([]string{"config"}, backendSettings...) {
		f.AddFlag(l.settings.Lookup(name))
	}
}

// start serves file from memory, on a port of the loopback address that is
// free. Nothing is written, and stop ends it.
func (l *localServer) start(ctx context.Context, std streams, file, region string) (server.Front, func(), error) {
	s, err := l.open(ctx, std, file, region)
	if err != nil {
		return server.Front{}, nil, err
	}
	report, err := s.ServeFiles(ctx, []string{file})
	if err != nil {
		return server.Front{}, nil, closeAfter(s, err)
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	stop := func() {
		cancel()
		if err := <-ended; err != nil {
			fmt.Fprintf(std.err, "poterne: %v\n", err)
		}
	}
	return report.Front(), stop, nil
}

func (l *localServer) open(ctx context.Context, std streams, file, region string) (*server.Server, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, usageError{fmt.Errorf("%s is a folder: name one definition file", file)}
	}
	if _, err := resolve(l.settings, os.Environ()); err != nil {
		return nil, err
	}
	c := l.config
	c.Listen, c.Control, c.Data, c.DataTLS, c.ControlTLS = "localhost:0", "", "", "", ""
	c.DataDir, c.Identities, c.AccessLog, c.OTLP = "", "", "off", "off"
	c.Region, c.LogLevel = region, "error" // what fails is shown
	c.Stdout = std.out
	if c.Log, err = newLogger(std, &c); err != nil {
		return nil, err
	}
	return server.New(ctx, c)
}
