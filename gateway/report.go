package gateway

import (
	"errors"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/template/vtl"
)

// A Report says what of a live Stage is not as its author wants it.
type Report struct {
	Domain       string // a custom domain name; then there is neither API nor stage
	ApiId, Stage string
	Method, Path string // "GET", "/pets/{id}"; empty where the whole stage is meant
	Severity     Severity
	Position     string // `integration request template "application/json":3:9`, if the fault has one
	Text         string
}

// String is the report as one line: where, how bad, what.
func (r Report) String() string {
	var b strings.Builder
	for _, part := range []string{r.Domain, r.ApiId, r.Stage, r.Method, r.Path, r.Position} {
		if part != "" {
			b.WriteString(part + " ")
		}
	}
	return b.String() + "(" + r.Severity.String() + ") " + r.Text
}

// A Severity tells what a Report costs.
type Severity uint8

// The severities.
const (
	NotEnforced Severity = iota // a setting has no effect
	Refused                     // fails closed: what asks for it is answered 403 or 500
	Broken                      // cannot be compiled: 500 where it is used
)

// String is the severity in words.
func (s Severity) String() string {
	return [...]string{"not enforced", "refused", "broken"}[s]
}

// stageRules are the settings of a stage that have no effect yet.
var stageRules = []struct {
	asks func(*apigw.Stage) bool
	text string
}{
	{func(s *apigw.Stage) bool { return deref(s.TracingEnabled) }, "tracingEnabled: nothing is sent to X-Ray"},
	{func(s *apigw.Stage) bool { return deref(s.WebAclArn) != "" }, "webAclArn: no web ACL is evaluated"},
}

// stageReports are the reports of a stage and of the Deployments under it.
func stageReports(s *liveStage) []Report {
	stage := &s.release.Stage
	var all []Report
	add := func(r Report) {
		r.ApiId, r.Stage = s.release.RestApiId, deref(stage.StageName)
		all = append(all, r)
	}
	for _, rule := range stageRules {
		if rule.asks(stage) {
			add(Report{Text: rule.text})
		}
	}
	return append(all, deploymentReports(s, func(d *deployment) []Report { return d.reports })...)
}

// deploymentReports are the reports that the Deployments under a stage have.
func deploymentReports(s *liveStage, of func(*deployment) []Report) []Report {
	all := slices.Clone(of(s.main.deployment))
	if s.canary != nil && s.canary.deployment != s.main.deployment {
		for _, r := range of(s.canary.deployment) {
			r.Text = "canary: " + r.Text
			all = append(all, r)
		}
	}
	for i := range all {
		all[i].ApiId, all[i].Stage = s.release.RestApiId, deref(s.release.Stage.StageName)
	}
	return all
}

// lateReports are those of templates that nobody has parsed when the stage
// went live. The first call parses them all.
func lateReports(s *liveStage) []Report {
	return deploymentReports(s, func(d *deployment) []Report {
		if d.lateReports == nil {
			return nil
		}
		return d.lateReports()
	})
}

// faultyTemplates reports the templates that cannot be parsed, as compile does.
func (d *deployment) faultyTemplates() (all []Report) {
	for _, m := range d.methods {
		check := func(templates []bodyTemplate) {
			for i := range templates {
				if at := templates[i].fault(); at != nil {
					all = append(all, Report{Method: verbNames[m.verb], Path: m.resourcePath, Severity: Broken, Position: templatePlace(at), Text: at.Message})
				}
			}
		}
		check(m.templates)
		for i := range m.answers {
			check(m.answers[i].templates)
		}
	}
	return all
}

// fault is why the template cannot be parsed; nil: it can.
func (t *bodyTemplate) fault() (at *vtl.Error) {
	if t.template != nil {
		errors.As(t.template.Check(), &at)
	}
	return at
}

// accessReports tell where access logs do not go.
func (g *Gateway) accessReports(s *liveStage) []Report {
	r := Report{ApiId: s.release.RestApiId, Stage: deref(s.release.Stage.StageName)}
	switch {
	case s.release.Stage.AccessLogSettings == nil:
		return nil
	case g.deps.AccessLog == nil:
		r.Text = "accessLogSettings: access logs are off"
	case s.accessFormat == nil:
		r.Text = "accessLogSettings: there is no format, so nothing is written"
	default:
		r.Text = "accessLogSettings.destinationArn: access logs are written where --access-log says"
	}
	return []Report{r}
}

// keyReports name the stages of which Methods require an API key and that no
// usage plan has.
func (s *snapshot) keyReports() (all []Report) {
	for _, api := range s.apis {
		for name, stage := range api.stages {
			r := &stage.release
			if site := s.sites[r.Region]; stage.needsKey() && (site == nil || len(site.stages[stageName{r.RestApiId, name}]) == 0) {
				all = append(all, Report{ApiId: r.RestApiId, Stage: name, Severity: Refused,
					Text: "apiKeyRequired: no usage plan has this stage, so calls that need a key answer 403"})
			}
		}
	}
	return all
}

func (s *liveStage) needsKey() bool {
	return slices.ContainsFunc(s.main.deployment.methods, func(m *method) bool { return m.apiKeyRequired })
}
