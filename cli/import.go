package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/openapi"
	"github.com/poterne/poterne/control/rule"
	"github.com/spf13/cobra"
)

// An importRun is an import at work.
type importRun struct {
	api                         apiClient
	overwrite, merge            string
	basePath, endpointType      string
	failOnWarnings, withoutDocs bool
	stage                       string
}

func newImport(std streams) *cobra.Command {
	var run importRun
	command := &cobra.Command{
		Use:   "import FILE",
		Short: "Bring a definition in: make an API of it, or change one",
		Long: `Import sends an OpenAPI 3.0 or Swagger 2 document to a running poterne, or to AWS: it
makes an API of it, or overwrites one or merges into one. What would be refused is
said before anything is sent, with file, line and column. - is standard input. The
id of the API is printed on standard output, warnings on standard error.

Calls are signed with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY if they are set.

Exit codes: 0 imported; 1 refused, nothing was changed; 2 a wrong command line.`,
		Example: `  poterne import openapi.yaml --stage prod
  poterne import openapi.yaml --overwrite a1b2c3d4e5
  poterne import openapi.yaml --endpoint-url https://apigateway.eu-west-1.amazonaws.com --region eu-west-1`,
		Args: exactly(1),
	}
	f := command.Flags()
	run.api.bindAPI(f)
	f.StringVar(&run.overwrite, "overwrite", "", "id of the API that becomes what the document says")
	f.StringVar(&run.merge, "merge", "", "id of the API that the document is merged into")
	f.StringVar(&run.basePath, "basepath", "", "what becomes of the document's base path: ignore (default), prepend or split")
	f.StringVar(&run.endpointType, "endpoint-type", "", "EDGE, REGIONAL or PRIVATE, of a new API")
	f.BoolVar(&run.failOnWarnings, "fail-on-warnings", false, "let warnings refuse the document")
	f.BoolVar(&run.withoutDocs, "ignore-documentation", false, "make no documentation parts")
	f.StringVar(&run.stage, "stage", "", "deploy it to this stage")
	command.MarkFlagsMutuallyExclusive("overwrite", "merge", "endpoint-type")
	command.RunE = func(c *cobra.Command, args []string) error { return run.run(c.Context(), std, args[0]) }
	return command
}

func (r *importRun) run(ctx context.Context, std streams, file string) error {
	document, err := readDocument(std.in, file)
	if err != nil {
		return err
	}
	if err := r.check(std, file, document); err != nil {
		return err
	}
	var api apigw.RestApi
	if err := r.api.callJSON(ctx, r.request(document), &api); err != nil {
		return err
	}
	for _, warning := range api.Warnings {
		fmt.Fprintf(std.err, "warning: %s\n", warning)
	}
	fmt.Fprintln(std.out, *api.Id)
	if r.stage == "" {
		return nil
	}
	return r.deploy(ctx, *api.Id)
}

// check says where in the file an error is, which the API cannot. What depends on
// the server's quotas is left to it, and a document that is merged may refer to
// what the API has already.
func (r *importRun) check(std streams, file string, document []byte) error {
	if r.merge != "" {
		return nil
	}
	_, err := openapi.Import(document, openapi.Options{File: file, BasePath: openapi.BasePath(r.basePath), FailOnWarnings: r.failOnWarnings,
		Server: rule.AnyServer(), MaxBytes: math.MaxInt, Variables: someAccount})
	if err != nil {
		fmt.Fprintln(std.err, err)
		return errSilent
	}
	return nil
}

func (r *importRun) request(document []byte) apiRequest {
	query := url.Values{}
	for name, value := range map[string]string{"basepath": r.basePath, "endpointConfigurationTypes": r.endpointType} {
		if value != "" {
			query.Set(name, value)
		}
	}
	if r.failOnWarnings {
		query.Set("failonwarnings", "true")
	}
	if r.withoutDocs {
		query.Set("ignore", "documentation")
	}
	switch {
	case r.overwrite != "":
		query.Set("mode", "overwrite")
		return apiRequest{method: http.MethodPut, path: "/restapis/" + url.PathEscape(r.overwrite), query: query, body: document}
	case r.merge != "":
		query.Set("mode", "merge")
		return apiRequest{method: http.MethodPut, path: "/restapis/" + url.PathEscape(r.merge), query: query, body: document}
	}
	query.Set("mode", "import")
	return apiRequest{method: http.MethodPost, path: "/restapis", query: query, body: document}
}

func (r *importRun) deploy(ctx context.Context, api string) error {
	body, err := json.Marshal(map[string]string{"stageName": r.stage})
	if err != nil {
		return err
	}
	_, err = r.api.call(ctx, apiRequest{method: http.MethodPost, path: "/restapis/" + url.PathEscape(api) + "/deployments", body: body})
	if err != nil {
		return fmt.Errorf("API %s is imported and could not be deployed to stage %s: %w", api, r.stage, err)
	}
	return nil
}
