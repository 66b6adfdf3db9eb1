package gateway

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// factRanges are the recorded facts about the data plane; each has a case or a
// test that names it.
var factRanges = [][2]int{
	{78, 78}, {102, 105}, {138, 140}, {181, 280},
}

// factsElsewhere are shown by other means than a name in this tree.
var factsElsewhere = map[int]string{
	182: "control: which Method is invoked is looked up there",
	139: "control: the order of patch operations",
	194: "testdata/api_keys.txtar, in words",
	198: "docs/divergences.md: there is no CloudFront",
	210: "gateway/mapping/testdata: corpus.jsonl, $util.urlEncode",
	219: "gateway/mapping/testdata: corpus.jsonl, idioms of templates",
	279: "control: endpointConfiguration of a private API",
}

var factName = regexp.MustCompile(`AF-(\d{3})(?: to AF-(\d{3}))?`)

// TestFacts keeps the recorded facts and their cases together.
func TestFacts(t *testing.T) {
	named := map[int]bool{}
	for _, pattern := range []string{"*_test.go", "*/*_test.go", "testdata/*.txtar", "*/testdata/*.txtar"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if file == "facts_test.go" {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			nameFacts(named, string(text))
		}
	}
	for _, r := range factRanges {
		for n := r[0]; n <= r[1]; n++ {
			if !named[n] && factsElsewhere[n] == "" {
				t.Errorf("AF-%03d has no case", n)
			}
		}
	}
}

func nameFacts(named map[int]bool, text string) {
	for _, m := range factName.FindAllStringSubmatch(strings.ReplaceAll(text, "\n", " "), -1) {
		from, _ := strconv.Atoi(m[1])
		to := from
		if m[2] != "" {
			to, _ = strconv.Atoi(m[2])
		}
		for n := from; n <= to; n++ {
			named[n] = true
		}
	}
}
