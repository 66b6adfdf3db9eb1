package server

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control"
	"github.com/poterne/poterne/control/openapi"
)

// A Report is what serve prints when it is ready: where things are, the routes
// of what it was given, and what of them is not enforced.
type Report struct {
	server *Server
	served []served
	root   bool // the first is served at the root as well
}

// Print writes the report for people to read.
func (r *Report) Print(w io.Writer) {
	r.addresses(w)
	for _, d := range r.served {
		r.api(w, d)
	}
	r.notEnforced(w)
}

func (r *Report) addresses(w io.Writer) {
	s := r.server
	if s.controlAddr() == s.dataAddr() {
		fmt.Fprintf(w, "poterne listens on http://%s (the AWS API and the APIs it defines)\n", s.dataAddr())
	} else {
		fmt.Fprintf(w, "the AWS API is on %s://%s, the APIs are on http://%s\n", s.config.controlScheme(), s.controlAddr(), s.dataAddr())
	}
	if s.config.DataTLS != "" {
		fmt.Fprintf(w, "the APIs are on https://%s too; names without a certificate get one of the authority %s\n", s.addrOf(secureRole), s.certificates.authority.file)
	}
	if s.config.DataDir == "" {
		fmt.Fprintln(w, "state is in memory and ends with this process; --data-dir keeps it")
	} else {
		fmt.Fprintf(w, "state is kept in %s\n", s.config.DataDir)
	}
	if s.traces != nil {
		fmt.Fprintf(w, "what became of each request is told at %s://%s/_poterne/requests\n", s.config.controlScheme(), s.controlAddr())
	}
	if names := s.functions.names(); len(names) > 0 {
		fmt.Fprintf(w, "local functions: %s\n", strings.Join(names, ", "))
	}
}

func (r *Report) api(w io.Writer, d served) {
	fmt.Fprintf(w, "\n%s  %s\n", d.doc.Title, d.file)
	if d.kept {
		fmt.Fprintln(w, "  as it was deployed before")
	}
	if r.root && d.api == r.served[0].api {
		fmt.Fprintf(w, "  http://%s/\n", r.server.dataAddr())
	}
	fmt.Fprintf(w, "  http://%s/_aws/execute-api/%s/%s/\n", r.server.dataAddr(), d.api, d.stage)
	for _, beyond := range control.Beyond(&d.doc.Definition) {
		fmt.Fprintf(w, "  note: %s\n", beyond)
	}
	for _, warning := range d.doc.Warnings {
		fmt.Fprintf(w, "  warning: %s\n", warning)
	}
	routes(w, d.doc)
}

// routes prints a line for each method: verb, path, what answers it.
func routes(w io.Writer, doc *openapi.Document) {
	table := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	for _, resource := range doc.Definition.Resources {
		verbs := make([]string, 0, len(resource.ResourceMethods))
		for verb := range resource.ResourceMethods {
			verbs = append(verbs, verb)
		}
		slices.Sort(verbs)
		for _, verb := range verbs {
			fmt.Fprintf(table, "  %s\t%s\t%s\n", verb, *resource.Path, answeredBy(resource.ResourceMethods[verb]))
		}
	}
	_ = table.Flush() // as fmt.Fprintf to w: a report that cannot be printed stops nothing
}

func answeredBy(m *apigw.Method) string {
	if m.MethodIntegration == nil || m.MethodIntegration.Type == nil {
		return "no integration"
	}
	if m.MethodIntegration.Uri == nil {
		return *m.MethodIntegration.Type
	}
	return *m.MethodIntegration.Type + " " + *m.MethodIntegration.Uri
}

// notEnforced names what definitions ask for that is not done here.
func (r *Report) notEnforced(w io.Writer) {
	reports := r.server.gateway.Reports()
	if len(reports) == 0 {
		return
	}
	fmt.Fprintln(w, "\nasked for, and not as AWS would do it:")
	for _, report := range reports {
		fmt.Fprintf(w, "  %s\n", report)
	}
}

// A Front is where the first document that is served is found.
type Front struct {
	Endpoint   string // URL of the AWS API
	API, Stage string
}

// Front is that of the files that the report is about: one or more.
func (r *Report) Front() Front {
	first := r.served[0]
	return Front{r.server.config.controlScheme() + "://" + r.server.controlAddr(), first.api, first.stage}
}
