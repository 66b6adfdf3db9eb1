package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway"
	"github.com/spf13/cobra"
)

// An invokeRun is a test invocation at work.
type invokeRun struct {
	api       apiClient
	local     localServer
	headers   []string
	data      string
	variables []string
	stage     string
	asJSON    bool
}

func newInvoke(std streams) *cobra.Command {
	var run invokeRun
	command := &cobra.Command{
		Use:   "invoke API_ID|FILE METHOD PATH",
		Short: "Run one method with TestInvokeMethod, and show what each step did",
		Long: `Invoke runs a method as it is edited, deployed or not, without authorization, API
keys and throttles, and prints status, headers, body, and AWS's log as a tree of
steps. Where a template fails, a caret shows the place.

The API is one of a running poterne, or of AWS, by its id; or a definition file,
which is served from memory for this one invocation, with the stage variables of
its x-poterne-stage. Settings of poterne serve that back ends need are flags here
too; all others are read from the environment and from --config.

Exit codes: 0 the method ran to its end, whatever its status; 1 it failed on its
way, or the call was refused; 2 a wrong command line.`,
		Example: `  poterne invoke openapi.yaml GET '/pets/1?x=y' -H 'Accept: text/plain'
  poterne invoke openapi.yaml POST /pets -d @pet.json --stage-variable env=dev
  poterne invoke a1b2c3d4e5 GET /pets --stage prod --json`,
		Args: exactly(3),
	}
	f := command.Flags()
	run.api.bindAPI(f)
	run.local.bind(f)
	f.StringArrayVarP(&run.headers, "header", "H", nil, "'Name: value' of the request; repeatable")
	f.StringVarP(&run.data, "data", "d", "", "body of the request; @FILE reads it from a file, @- from standard input")
	f.StringArrayVar(&run.variables, "stage-variable", nil, "NAME=VALUE, over those of --stage; repeatable")
	f.StringVar(&run.stage, "stage", "", "stage whose variables there are; default: a file's own stage, else none")
	f.BoolVar(&run.asJSON, "json", false, "print one JSON object")
	command.RunE = func(c *cobra.Command, args []string) error { return run.run(c.Context(), std, args) }
	return command
}

func (r *invokeRun) run(ctx context.Context, std streams, args []string) error {
	in, err := r.input(std, args[1], args[2])
	if err != nil {
		return err
	}
	in.RestApiId = args[0]
	if isDefinition(args[0]) {
		front, stop, err := r.local.start(ctx, std, args[0], r.api.region)
		if err != nil {
			return err
		}
		defer stop()
		r.api.endpoint, in.RestApiId = front.Endpoint, front.API
		if r.stage == "" {
			r.stage = front.Stage
		}
	}
	done, err := r.invoke(ctx, in)
	if err != nil {
		return err
	}
	if err := done.print(std.out, r.asJSON); err != nil {
		return err
	}
	if !done.Completed {
		return errSilent
	}
	return nil
}

// input is the invocation that the command line asks for, as far as it says.
func (r *invokeRun) input(std streams, method, target string) (*apigw.TestInvokeMethodInput, error) {
	if !strings.HasPrefix(target, "/") {
		return nil, usageError{fmt.Errorf("path %q: it begins with /, and holds no stage", target)}
	}
	in := &apigw.TestInvokeMethodInput{HttpMethod: strings.ToUpper(method), PathWithQueryString: &target,
		MultiValueHeaders: map[string][]string{}, StageVariables: map[string]string{}}
	for _, header := range r.headers {
		name, value, ok := strings.Cut(header, ":")
		if !ok || name == "" {
			return nil, usageError{fmt.Errorf("-H %q: write 'Name: value'", header)}
		}
		in.MultiValueHeaders[name] = append(in.MultiValueHeaders[name], strings.TrimSpace(value))
	}
	for _, variable := range r.variables {
		name, value, ok := strings.Cut(variable, "=")
		if !ok || name == "" {
			return nil, usageError{fmt.Errorf("--stage-variable %q: write NAME=VALUE", variable)}
		}
		in.StageVariables[name] = value
	}
	if r.data == "" {
		return in, nil
	}
	body, err := requestBody(std.in, r.data)
	in.Body = &body
	return in, err
}

// requestBody is what -d stands for.
func requestBody(stdin io.Reader, data string) (string, error) {
	file, isFile := strings.CutPrefix(data, "@")
	if !isFile {
		return data, nil
	}
	body, err := readDocument(stdin, file)
	return string(body), err
}

// isDefinition tells a file from an id.
func isDefinition(name string) bool {
	if strings.ContainsAny(name, `./\`) {
		return true
	}
	_, err := os.Stat(name)
	return err == nil
}

// invoke finds the method, and runs it.
func (r *invokeRun) invoke(ctx context.Context, in *apigw.TestInvokeMethodInput) (*invocation, error) {
	resource, err := r.find(ctx, in)
	if err != nil {
		return nil, err
	}
	if err := r.addStageVariables(ctx, in); err != nil {
		return nil, err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	var out apigw.TestInvokeMethodResponse
	err = r.api.callJSON(ctx, apiRequest{method: http.MethodPost, body: body,
		path: apiPath(in.RestApiId) + "/resources/" + url.PathEscape(*resource.Id) + "/methods/" + url.PathEscape(in.HttpMethod)}, &out)
	if err != nil {
		return nil, err
	}
	done := newInvocation(in, *resource.Path, &out)
	if trace := r.api.trace(ctx, gateway.LogRequestId(valueOf(out.Log))); trace != nil {
		done.tell(trace.Log)
		done.Failure = trace.Failure
	}
	return done, nil
}

func apiPath(id string) string { return "/restapis/" + url.PathEscape(id) }

// find finds the resource that serves the path.
func (r *invokeRun) find(ctx context.Context, in *apigw.TestInvokeMethodInput) (*apigw.Resource, error) {
	resources, err := r.resources(ctx, in.RestApiId)
	if err != nil {
		return nil, err
	}
	path, _, _ := strings.Cut(*in.PathWithQueryString, "?")
	resource := gateway.ResourceOf(resources, in.HttpMethod, path)
	if resource == nil {
		return nil, fmt.Errorf("no method serves %s %s; the API has %s", in.HttpMethod, path, methodList(resources))
	}
	in.ResourceId = *resource.Id
	return resource, nil
}

// resources are all of an API, page by page.
func (r *invokeRun) resources(ctx context.Context, api string) (all []apigw.Resource, err error) {
	query := url.Values{"embed": {"methods"}, "limit": {"500"}}
	for {
		var page apigw.Resources
		err := r.api.callJSON(ctx, apiRequest{method: http.MethodGet, path: apiPath(api) + "/resources", query: query}, &page)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if page.Position == nil || len(page.Items) == 0 {
			return all, nil
		}
		query.Set("position", *page.Position)
	}
}

// methodList names the methods that there are, if not all.
func methodList(resources []apigw.Resource) string {
	const shown = 12
	var list []string
	for _, resource := range resources {
		for verb := range resource.ResourceMethods {
			list = append(list, verb+" "+*resource.Path)
		}
	}
	slices.Sort(list)
	switch more := len(list) - shown; {
	case len(list) == 0:
		return "none"
	case more > 0:
		return strings.Join(list[:shown], ", ") + fmt.Sprintf(" and %d more", more)
	}
	return strings.Join(list, ", ")
}

// addStageVariables adds those of the stage that the command line leaves alone.
func (r *invokeRun) addStageVariables(ctx context.Context, in *apigw.TestInvokeMethodInput) error {
	if r.stage == "" {
		return nil
	}
	var stage apigw.Stage
	err := r.api.callJSON(ctx, apiRequest{method: http.MethodGet, path: apiPath(in.RestApiId) + "/stages/" + url.PathEscape(r.stage)}, &stage)
	if err != nil {
		return err
	}
	own := in.StageVariables
	in.StageVariables = maps.Clone(stage.Variables)
	if in.StageVariables == nil {
		in.StageVariables = map[string]string{}
	}
	maps.Copy(in.StageVariables, own)
	return nil
}
