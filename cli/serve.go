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
		if _, err := resolve(cmd.Flags(), os.Environ()); err != nil {
			return err
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
	if c.Control != "" || c.Data != "" {
		c.Listen = ""
	}
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
	defer onHangup(s, log)()
	return s.Run(ctx)
}

// onHangup has the server read again, at each SIGHUP, what may change while it
// runs. The function that it returns ends that.
func onHangup(s *server.Server, log *slog.Logger) (stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	var running sync.WaitGroup
	running.Go(func() {
		for range signals {
			if err := s.Reload(); err != nil {
				log.Error("what could not be read stays as it was", "error", err)
			}
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
