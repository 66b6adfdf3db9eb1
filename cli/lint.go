package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"

	"github.com/poterne/poterne/control/openapi"
	"github.com/poterne/poterne/server"
	"github.com/spf13/cobra"
)

// lintFormats write what was found.
var lintFormats = map[string]func(io.Writer, []openapi.Finding) error{
	"text":  lintText,
	"json":  lintJSON,
	"sarif": lintSARIF,
}

func newLint(std streams) *cobra.Command {
	var format string
	var quiet bool
	command := &cobra.Command{
		Use:   "lint FILE…",
		Short: "Say what of definitions would be refused, dropped or not enforced, and what will surprise",
		Long: `Lint reads OpenAPI 3.0 and Swagger 2 documents, as serve and an import do, and says
what it finds with file, line, column, rule and what to do about it: errors would be
refused, warnings are dropped, notes are accepted and may surprise. A folder stands
for the definition files in it; - is standard input. Nothing is sent anywhere.

Exit codes: 0 no errors; 1 errors, or a file that cannot be read; 2 a wrong command line.`,
		Example: `  poterne lint openapi.yaml
  poterne lint --format sarif apis/ > poterne.sarif`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{fmt.Errorf("lint which file?")}
			}
			return nil
		},
	}
	command.Flags().StringVar(&format, "format", "text", "text, json or sarif")
	command.Flags().BoolVarP(&quiet, "quiet", "q", false, "leave notes out")
	command.RunE = func(_ *cobra.Command, args []string) error {
		write := lintFormats[format]
		if write == nil {
			return usageError{fmt.Errorf("--format %q: use text, json or sarif", format)}
		}
		findings, err := lintFiles(std.in, args)
		if err != nil {
			return err
		}
		if quiet {
			findings = slices.DeleteFunc(findings, func(f openapi.Finding) bool { return f.Severity == openapi.SeverityNote })
		}
		if err := write(std.out, findings); err != nil {
			return err
		}
		if countOf(findings, openapi.SeverityError) > 0 {
			return errSilent
		}
		return nil
	}
	return command
}

func lintFiles(stdin io.Reader, paths []string) ([]openapi.Finding, error) {
	files, err := lintedFiles(paths)
	if err != nil {
		return nil, err
	}
	var all []openapi.Finding
	for _, file := range files {
		document, err := readDocument(stdin, file)
		if err != nil {
			return nil, err
		}
		all = append(all, lint(file, document)...)
	}
	return all, nil
}

// lintedFiles are the definition files that paths stand for.
func lintedFiles(paths []string) ([]string, error) {
	if slices.Equal(paths, []string{"-"}) {
		return paths, nil
	}
	return server.DefinitionFiles(paths)
}

// readDocument reads a file, or standard input as "-".
func readDocument(stdin io.Reader, file string) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(stdin)
	}
	return os.ReadFile(file)
}

// someAccount stands in a document for the account and the Region that it will
// be served in: an ARN with ${AWS::Region} in it is none yet.
var someAccount = openapi.Variables{AccountId: "000000000000", Region: "us-east-1", Partition: "aws"}

// lint is what there is to say of a document, and of what a gateway would do
// with it.
func lint(file string, document []byte) []openapi.Finding {
	options := openapi.Options{File: file, Variables: someAccount, Newer: true}
	findings := openapi.Lint(document, options)
	doc, err := openapi.Import(document, options)
	if err != nil {
		return findings // errors, which are among them
	}
	findings = append(findings, server.LintDocument(doc)...)
	slices.SortStableFunc(findings, func(a, b openapi.Finding) int {
		return cmp.Or(a.Position.Line-b.Position.Line, a.Position.Column-b.Position.Column)
	})
	return findings
}

func countOf(findings []openapi.Finding, s openapi.Severity) (n int) {
	for _, f := range findings {
		if f.Severity == s {
			n++
		}
	}
	return n
}

func lintText(w io.Writer, findings []openapi.Finding) error {
	for _, f := range findings {
		if _, err := fmt.Fprintln(w, f); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "%d errors, %d warnings, %d notes\n", countOf(findings, openapi.SeverityError),
		countOf(findings, openapi.SeverityWarning), countOf(findings, openapi.SeverityNote))
	return err
}

// A jsonFinding is a Finding as --format json has it.
type jsonFinding struct {
	File     string           `json:"file"`
	Line     int              `json:"line"`
	Column   int              `json:"column"`
	Severity openapi.Severity `json:"severity"`
	Rule     string           `json:"rule"`
	Message  string           `json:"message"`
	NextStep string           `json:"nextStep"`
}

func lintJSON(w io.Writer, findings []openapi.Finding) error {
	list := make([]jsonFinding, 0, len(findings))
	for _, f := range findings {
		list = append(list, jsonFinding{f.Position.File, f.Position.Line, f.Position.Column, f.Severity, f.Rule, f.Message, f.NextStep})
	}
	return indented(w, map[string]any{"findings": list})
}

func indented(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// The parts of SARIF 2.1.0 that code scanners read.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool    sarifTool     `json:"tool"`
		Results []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID      string             `json:"id"`
		Help    sarifText          `json:"help"`
		Default sarifConfiguration `json:"defaultConfiguration"`
	}
	sarifConfiguration struct {
		Level openapi.Severity `json:"level"` // SARIF's levels are named as severities are
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string           `json:"ruleId"`
		Level     openapi.Severity `json:"level"`
		Message   sarifText        `json:"message"`
		Locations []sarifLocation  `json:"locations"`
	}
	sarifLocation struct {
		Physical sarifPlace `json:"physicalLocation"`
	}
	sarifPlace struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
	}
)

// fileURI is a path as SARIF refers to it: relative ones stay so.
func fileURI(file string) string {
	return (&url.URL{Path: filepath.ToSlash(file)}).EscapedPath()
}

func lintSARIF(w io.Writer, findings []openapi.Finding) error {
	run := sarifRun{Tool: sarifTool{sarifDriver{Name: "poterne", Version: versionText(), Rules: []sarifRule{}}}, Results: []sarifResult{}}
	for _, rule := range slices.Concat(openapi.Rules(), server.LintRules()) {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{rule.Name, sarifText{cmp.Or(rule.NextStep, rule.Name)}, sarifConfiguration{rule.Severity}})
	}
	for _, f := range findings {
		place := sarifPlace{sarifArtifact{fileURI(f.Position.File)}, sarifRegion{f.Position.Line, f.Position.Column}}
		run.Results = append(run.Results, sarifResult{f.Rule, f.Severity, sarifText{f.Message + "; " + f.NextStep}, []sarifLocation{{place}}})
	}
	return indented(w, sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}
