package server

import (
	"fmt"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/openapi"
	"github.com/poterne/poterne/gateway"
)

// lintRules are what a gateway can say of a definition, by its severity.
var lintRules = map[gateway.Severity]openapi.Rule{
	gateway.Broken:      {Name: "gateway-broken", Severity: openapi.SeverityWarning, NextStep: "correct it; every request that uses it will end in a 500"},
	gateway.Refused:     {Name: "gateway-refused", Severity: openapi.SeverityNote, NextStep: "expect what asks for it to be refused"},
	gateway.NotEnforced: {Name: "gateway-not-enforced", Severity: openapi.SeverityNote, NextStep: "expect AWS to enforce it; poterne stores it and shows it"},
}

// LintRules are the rules of LintDocument, the gravest first.
func LintRules() []openapi.Rule {
	return []openapi.Rule{lintRules[gateway.Broken], lintRules[gateway.Refused], lintRules[gateway.NotEnforced]}
}

// LintDocument is what a gateway would say of a document that it serves: what
// it cannot compile, what it refuses to do, what it does not enforce.
func LintDocument(doc *openapi.Document) []openapi.Finding {
	const deployment = "lint"
	stage, id := doc.Serve.StageName, deployment
	g := gateway.New(gateway.Deps{})
	g.Publish(deployment, []apigw.Release{{Region: "us-east-1", RestApiId: deployment, Definition: named(doc.Definition),
		Stage: apigw.Stage{StageName: &stage, DeploymentId: &id, Variables: doc.Serve.Variables}}})
	// A plan for the stage: whether there is one is no matter of the document.
	g.PublishSite(&apigw.Site{Region: "us-east-1", UsagePlans: map[string]*apigw.SitePlan{deployment: {Plan: apigw.UsagePlan{
		ApiStages: []apigw.ApiStage{{ApiId: &id, Stage: &stage}}}}}})
	var findings []openapi.Finding
	for _, report := range g.Reports() {
		if isLinted(report) {
			continue
		}
		rule := lintRules[report.Severity]
		text := report.Text
		if report.Position != "" {
			text = report.Position + ": " + text
		}
		if report.Path != "" {
			text = fmt.Sprintf("%s %s: %s", report.Method, report.Path, text)
		}
		findings = append(findings, openapi.Finding{Rule: rule.Name, Severity: rule.Severity, NextStep: rule.NextStep,
			Position: doc.Position(report.Path, report.Method), Message: text})
	}
	return findings
}

// named gives what a document's Methods refer to by name those names as ids, by
// which a gateway finds them.
func named(def apigw.Definition) *apigw.Definition {
	def.Authorizers, def.RequestValidators = slices.Clone(def.Authorizers), slices.Clone(def.RequestValidators)
	for i := range def.Authorizers {
		def.Authorizers[i].Id = def.Authorizers[i].Name
	}
	for i := range def.RequestValidators {
		def.RequestValidators[i].Id = def.RequestValidators[i].Name
	}
	return &def
}

// isLinted: templates that do not parse and methods without an integration are
// found by openapi.Lint, at their very place.
func isLinted(r gateway.Report) bool {
	return r.Severity == gateway.Broken && (r.Position == "integration" || strings.Contains(r.Position, "template"))
}
