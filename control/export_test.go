package control

import (
	"context"
	"strings"
	"testing"

	"github.com/poterne/poterne/apigw"
)

// AF-175 to AF-180: an export is of what the stage serves, not of what has been
// edited since.
func TestExportIsOfTheDeployment(t *testing.T) {
	s := newSession(t, "integration")
	s.call(`> CreateDocumentationPart {"restApiId":"api1","location":{"type":"API"},"properties":"{\"description\":\"documented\"}"}`)
	s.call(`> CreateDocumentationVersion {"restApiId":"api1","documentationVersion":"v1"}`)
	s.call(`> CreateDeployment {"restApiId":"api1"}`)
	s.call(`> CreateStage {"restApiId":"api1","stageName":"dev","deploymentId":"deployment1","documentationVersion":"v1"}`)
	s.call(`> DeleteMethod {$m}`)
	for _, c := range []struct {
		name, kind, accept, extensions string
		disposition                    string
		has, hasNot                    []string
	}{
		{"OpenAPI", "oas30", "", "", `attachment; filename="oas30_2026-03-01T12:00:00Z.json"`,
			[]string{`"openapi"`, `"/pets"`, `"get"`, `"default" : "dev"`, "documented"}, []string{"x-amazon"}},
		{"Swagger in YAML", "swagger", "application/yaml", "", `attachment; filename="swagger_2026-03-01T12:00:00Z.yaml"`,
			[]string{`swagger: "2.0"`, "api1.execute-api.us-east-1.amazonaws.com", "basePath: "}, nil},
		{"with extensions", "oas30", "application/json", "integrations,documentation", `attachment; filename="oas30_2026-03-01T12:00:00Z.json"`,
			[]string{"x-amazon-apigateway-integration", "x-amazon-apigateway-documentation"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := &apigw.GetExportInput{RestApiId: "api1", StageName: "dev", ExportType: c.kind, Accepts: optional(c.accept), Parameters: map[string]string{"extensions": c.extensions}}
			out, err := s.service.Do(context.Background(), testCaller, "GetExport", in)
			if err != nil {
				t.Fatal(err)
			}
			got := out.(*apigw.ExportResponse)
			if *got.ContentType != "application/octet-stream" || *got.ContentDisposition != c.disposition {
				t.Errorf("%s %s", *got.ContentType, *got.ContentDisposition)
			}
			for _, text := range c.has {
				if !strings.Contains(string(got.Body), text) {
					t.Errorf("%s is not in\n%s", text, got.Body)
				}
			}
			for _, text := range c.hasNot {
				if strings.Contains(string(got.Body), text) {
					t.Errorf("%s is in\n%s", text, got.Body)
				}
			}
		})
	}
}
