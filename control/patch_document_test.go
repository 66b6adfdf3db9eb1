package control

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/poterne/poterne/apigw"
)

// docs/patch-paths.md is what the patch tables say: -update writes it.
func TestPatchPathsAreDocumented(t *testing.T) {
	const file = "../docs/patch-paths.md"
	var b strings.Builder
	b.WriteString(`# Paths of patch operations

What each Update operation takes, printed from the tables that it runs on. A ` + "`*`" + ` is one segment of the path, in which ` + "`~1`" + ` stands for ` + "`/`" + ` and ` + "`~0`" + ` for ` + "`~`" + `. A ` + "`**`" + ` is a resource's path and a verb, ` + "`~1pets/GET`" + ` or ` + "`/pets/GET`" + `.
`)
	for _, table := range documentedTables {
		fmt.Fprintf(&b, "\n## %s\n\n| path | op |\n|---|---|\n", table.operation)
		for _, row := range table.rows {
			fmt.Fprintf(&b, "| `%s` | %s |\n", row.path, row.ops)
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	documented, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(documented) != b.String() {
		t.Errorf("%s is not what the tables say: run go test ./control -run PatchPaths -update", file)
	}
	if len(documentedTables) != 22 {
		t.Errorf("%d operations are documented; the contract has 22 Update operations", len(documentedTables))
	}
}

type documentedTable struct {
	operation string
	rows      []documentedRow
}

type documentedRow struct{ path, ops string }

// documentedTables are all tables, by operation.
var documentedTables = []documentedTable{
	rowsOf("UpdateAccount", accountPatches),
	rowsOf("UpdateApiKey", apiKeyPatches),
	rowsOf("UpdateAuthorizer", authorizerPatches),
	rowsOf("UpdateBasePathMapping", basePathMappingPatches),
	rowsOf("UpdateClientCertificate", clientCertificatePatches),
	rowsOf("UpdateDeployment", deploymentPatches),
	rowsOf("UpdateDocumentationPart", documentationPartPatches),
	rowsOf("UpdateDocumentationVersion", documentationVersionPatches),
	rowsOf("UpdateDomainName", domainNamePatches),
	rowsOf("UpdateGatewayResponse", gatewayResponsePatches),
	rowsOf("UpdateIntegration", integrationPatches),
	rowsOf("UpdateIntegrationResponse", integrationResponsePatches),
	rowsOf("UpdateMethod", methodPatches),
	rowsOf("UpdateMethodResponse", methodResponsePatches),
	rowsOf("UpdateModel", modelPatches),
	rowsOf("UpdateRequestValidator", requestValidatorPatches),
	rowsOf("UpdateResource", resourcePatches),
	rowsOf("UpdateRestApi", restApiPatches),
	rowsOf("UpdateStage", stagePatches),
	rowsOf("UpdateUsage", usagePatches),
	rowsOf("UpdateUsagePlan", usagePlanPatches),
	rowsOf("UpdateVpcLink", vpcLinkPatches),
}

func rowsOf[T any](operation string, table patchTable[T]) documentedTable {
	out := documentedTable{operation: operation}
	for _, rule := range table.rules {
		var ops []string
		for _, name := range []string{"add", "replace", "remove", "copy"} {
			if rule.ops&opNames[name] != 0 {
				ops = append(ops, name)
			}
		}
		if len(ops) > 0 {
			out.rows = append(out.rows, documentedRow{rule.path, strings.Join(ops, " ")})
		}
	}
	return out
}

// shownElsewhere are patches that no session can show.
var shownElsewhere = map[string]string{
	"UpdateClientCertificate replace /description": "a certificate is another each time: client_certificate_test.go and the end to end stories show it",
}

// Every op of every path is in a session: what the tables promise is shown.
func TestEveryPatchIsInASession(t *testing.T) {
	tables := map[string]documentedTable{}
	shown := map[string]bool{}
	for _, table := range documentedTables {
		tables[table.operation] = table
	}
	for _, script := range readScripts(t) {
		for _, call := range script.calls {
			operation, input, _ := strings.Cut(strings.TrimPrefix(call, "> "), " ")
			table, ok := tables[operation]
			if !ok {
				continue
			}
			for _, p := range patchesOf(t, input) {
				if row := table.row(p); row != "" {
					shown[operation+" "+p.name+" "+row] = true
				}
			}
		}
	}
	for _, table := range documentedTables {
		for _, row := range table.rows {
			for op := range strings.FieldsSeq(row.ops) {
				if what := table.operation + " " + op + " " + row.path; !shown[what] && shownElsewhere[what] == "" {
					t.Errorf("no session shows %s", what)
				}
			}
		}
	}
}

// row is the path of the table's row for p.
func (d documentedTable) row(p *patch) string {
	for _, row := range d.rows {
		if _, ok := matchPath(row.path, p.raw); ok && slices.Contains(strings.Fields(row.ops), p.name) {
			return row.path
		}
	}
	return ""
}

// patchesOf are the patch operations of a session's input.
func patchesOf(t *testing.T, input string) []*patch {
	var members struct{ PatchOperations []apigw.PatchOperation }
	if err := json.Unmarshal([]byte(shorthand.Replace(input)), &members); err != nil {
		t.Fatalf("%s: %v", input, err)
	}
	var patches []*patch
	for i := range members.PatchOperations {
		patches = append(patches, newPatch(&members.PatchOperations[i]))
	}
	return patches
}
