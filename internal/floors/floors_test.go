package floors

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/poterne/poterne/"

// floor says how high a package stands; the longest prefix counts. A package
// imports packages of its own wing only where the arrow is listed in within.
var floor = map[string]float64{
	"cmd/poterne":         6,
	"cli":                 5,
	"server":              4,
	"cli/awscli":          4,
	"cli/awscli/jmespath": 1.4,
	"cli/awscli/document": 1.3,
	"control":             3,
	"gateway":             3,
	"store/sqlstore":      3,
	"store/memstore":      3,
	"store/storetest":     3,
	"gateway/integration": 2.8,
	"gateway/authorizer":  2.8,
	"gateway/egress":      2.4,
	"gateway/mapping":     2.4,
	"wire/restjson":       2.4,
	"control/openapi":     2.4,
	"control/rule":        2.2,
	"control/schema":      2.2,
	"control/sdk":         2.4,
	"store":               2,
	"lambda":              2,
	"gateway/schema":      1.8,
	"gateway/throttle":    1.8,
	"gateway/cache":       1.8,
	"apigw":               1,
	"wire/http1":          1.5,
	"wire/sigv4":          1.5,
	"wire/httpmsg":        1.4,
	"wire/uring":          1.4,
	"iam":                 1.4,
	"template/vtl":        1.4,
	"template/jsonpath":   1.3,
	"template/jsonv":      1.2,
	"template/javatext":   1.1,
}

// forbidden names arrows that the numbers alone would allow.
var forbidden = []struct{ from, to, why string }{
	{"gateway", "store", "the data plane serves from memory"},
	{"gateway", "control", "the planes meet in apigw alone"},
	{"control", "gateway", "the planes meet in apigw alone"},
	{"template", "apigw", "the engine is a library of its own"},
	{"wire/http1", "apigw", "the wire is a library of its own"},
	{"store", "wire", "storage knows no HTTP"},
}

// allowed are arrows against forbidden, each with its reason.
var allowed = map[string]string{}

func TestFloors(t *testing.T) {
	for _, p := range packages(t) {
		from, ok := strings.CutPrefix(p.ImportPath, module)
		if !ok || strings.HasPrefix(from, "internal/") {
			continue
		}
		for _, imported := range p.Imports {
			to, ok := strings.CutPrefix(imported, module)
			if !ok || strings.HasPrefix(to, "internal/") {
				continue
			}
			checkArrow(t, from, to)
		}
	}
}

func checkArrow(t *testing.T, from, to string) {
	t.Helper()
	lower, higher := floorOf(t, to), floorOf(t, from)
	if lower >= higher {
		t.Errorf("%s (floor %v) imports %s (floor %v): imports go to lower floors", from, higher, to, lower)
	}
	for _, f := range forbidden {
		if within(from, f.from) && within(to, f.to) && !within(to, f.from) && allowed[from+" -> "+to] == "" {
			t.Errorf("%s imports %s: %s", from, to, f.why)
		}
	}
}

func within(path, wing string) bool { return path == wing || strings.HasPrefix(path, wing+"/") }

func floorOf(t *testing.T, path string) float64 {
	t.Helper()
	for prefix := path; prefix != ""; {
		if f, ok := floor[prefix]; ok {
			return f
		}
		cut := strings.LastIndexByte(prefix, '/')
		if cut < 0 {
			break
		}
		prefix = prefix[:cut]
	}
	t.Fatalf("package %s has no floor: give it one in the table", path)
	return 0
}

type listed struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", module+"...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatalf("read go list: %v", err)
		}
		all = append(all, p)
	}
}
