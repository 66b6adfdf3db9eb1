package cli

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	"github.com/poterne/poterne/server"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

func newServe(std streams) *cobra.Command {
	var c server.Config
	command := &cobra.Command{
		Use:   "serve [FILE…]",
		Short: "Serve APIs: of definition files, and of what clients create through the AWS API",
		Long: `Serve runs both planes. Each FILE is an OpenAPI 3.0 or Swagger 2 document, JSON or
YAML, with or without x-amazon-apigateway-* extensions; a folder stands for the
definition files in it. With files the state is kept in memory, unless --data-dir
is given; without files it is kept in the data directory.`,
		Example: `  poterne serve openapi.yaml
  poterne serve --listen localhost:8080 apis/
  poterne serve --data-dir /var/lib/poterne`,
	}
	bindSettings(command.Flags(), &c)
	command.Flags().String("config", "", "YAML file of settings")
	command.RunE = func(cmd *cobra.Command, files []string) error {
		from, err := resolve(cmd.Flags(), os.Environ())
		if err != nil {
			return err
		}
		if c.Control != "" || c.Data != "" {
			if source := from["listen"]; source != defaultSource && c.Listen != "" {
				return usageError{fmt.Errorf("--listen (%s) is for both planes, --control and --data are for one each: give one or the other", source)}
			}
			c.Listen = ""
		}
		return serve(cmd.Context(), std, &c, files)
	}
	return command
}

func serve(ctx context.Context, std streams, c *server.Config, files []string) error {
	log, err := newLogger(std, c)
	if err != nil {
		return err
	}
	c.Log, c.Stdout = log, std.out
	if c.DataDir == "" && len(files) == 0 {
		if c.DataDir, err = stateDir(); err != nil {
			return err
		}
	}
	s, err := server.New(ctx, *c)
	if err != nil {
		return err
	}
	report, err := s.ServeFiles(ctx, files)
	if err != nil {
		return closeAfter(s, err)
	}
	report.Print(std.out)
	defer onSignal(reload(s, log), syscall.SIGHUP)()
	defer onSignal(hurry(s, log), os.Interrupt, syscall.SIGTERM)()
	return s.Run(ctx)
}

// reload has the server read again what may change while it runs.
func reload(s *server.Server, log *slog.Logger) func() {
	return func() {
		if err := s.Reload(); err != nil {
			log.Error("what could not be read stays as it was", "error", err)
		}
	}
}

// hurry is for signals that end the server: the first one lets requests in
// flight end, the second one cuts them.
func hurry(s *server.Server, log *slog.Logger) func() {
	stops := false
	return func() {
		if stops {
			s.Hurry()
			return
		}
		stops = true
		log.Info("poterne stops when the requests in flight have ended; another signal cuts them")
	}
}

// onSignal calls do at each of the signals, until the function that it returns
// is called.
func onSignal(do func(), of ...os.Signal) (stop func()) {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, of...)
	var running sync.WaitGroup
	running.Go(func() {
		for range signals {
			do()
		}
	})
	return func() {
		signal.Stop(signals)
		close(signals)
		running.Wait()
	}
}

func closeAfter(s *server.Server, err error) error {
	if closeErr := s.Close(); closeErr != nil {
		return fmt.Errorf("%w (and on closing: %w)", err, closeErr)
	}
	return err
}

// stateDir is the XDG state directory of poterne.
func stateDir() (string, error) {
	if dir := os.Getenv("XDG_STATE_HOME"); dir != "" {
		return filepath.Join(dir, "poterne"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find the state directory: %w; give --data-dir", err)
	}
	return filepath.Join(home, ".local", "state", "poterne"), nil
}

func newLogger(std streams, c *server.Config) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return nil, usageError{fmt.Errorf("--log-level %q: use debug, info, warn or error", c.LogLevel)}
	}
	options := &slog.HandlerOptions{Level: level}
	switch format := strings.ToLower(c.LogFormat); {
	case format == "json", format == "auto" && !isTerminal(std.err):
		return slog.New(slog.NewJSONHandler(std.err, options)), nil
	case format == "text", format == "auto":
		return slog.New(slog.NewTextHandler(std.err, options)), nil
	}
	return nil, usageError{fmt.Errorf("--log-format %q: use text, json or auto", c.LogFormat)}
}

// isTerminal reports whether w is a terminal, where people read.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
