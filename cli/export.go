package cli

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/spf13/cobra"
)

// An exportRun is an export at work.
type exportRun struct {
	api                       apiClient
	stage, format, extensions string
	asYAML                    bool
	output                    string
}

func newExport(std streams) *cobra.Command {
	var run exportRun
	command := &cobra.Command{
		Use:   "export ID",
		Short: "Take an API out: what a stage serves, as OpenAPI 3.0 or Swagger 2",
		Long: `Export writes what a stage of an API serves as a document that imports back to the
same API. It asks a running poterne, or AWS.

Calls are signed with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY if they are set.

Exit codes: 0 written; 1 refused; 2 a wrong command line.`,
		Example: `  poterne export a1b2c3d4e5 --yaml -o pets.yaml
  poterne export a1b2c3d4e5 --stage prod --format swagger --extensions integrations,authorizers`,
		Args: exactly(1),
	}
	f := command.Flags()
	run.api.bindAPI(f)
	f.StringVar(&run.stage, "stage", "", "stage to export; default: the only one there is")
	f.StringVar(&run.format, "format", "oas30", "oas30 or swagger")
	f.StringVar(&run.extensions, "extensions", "apigateway", "comma-separated: integrations, authorizers, apigateway, documentation, postman; empty for none")
	f.BoolVar(&run.asYAML, "yaml", false, "write YAML, not JSON")
	f.StringVarP(&run.output, "output", "o", "", "file to write; default: standard output")
	command.RunE = func(c *cobra.Command, args []string) error { return run.run(c.Context(), std, args[0]) }
	return command
}

func (r *exportRun) run(ctx context.Context, std streams, id string) error {
	stage, err := r.stageOf(ctx, id)
	if err != nil {
		return err
	}
	query := url.Values{}
	if r.extensions != "" {
		query.Set("extensions", r.extensions)
	}
	accept := "application/json"
	if r.asYAML {
		accept = "application/yaml"
	}
	document, err := r.api.call(ctx, apiRequest{method: http.MethodGet, accept: accept, query: query,
		path: "/restapis/" + url.PathEscape(id) + "/stages/" + url.PathEscape(stage) + "/exports/" + url.PathEscape(r.format)})
	if err != nil {
		return err
	}
	if r.output != "" {
		return os.WriteFile(r.output, document, 0o666)
	}
	_, err = std.out.Write(document)
	return err
}

// stageOf is the stage to export.
func (r *exportRun) stageOf(ctx context.Context, id string) (string, error) {
	if r.stage != "" {
		return r.stage, nil
	}
	var stages apigw.Stages
	if err := r.api.callJSON(ctx, apiRequest{method: http.MethodGet, path: "/restapis/" + url.PathEscape(id) + "/stages"}, &stages); err != nil {
		return "", err
	}
	var names []string
	for _, s := range stages.Item {
		names = append(names, *s.StageName)
	}
	if len(names) != 1 {
		return "", usageError{fmt.Errorf("API %s has %d stages (%s): name one with --stage", id, len(names), strings.Join(names, ", "))}
	}
	return names[0], nil
}
