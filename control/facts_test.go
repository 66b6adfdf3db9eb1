package control

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
)

// The recorded facts (docs/sources.md) that are about the control plane: a
// case bears the number of each, or the fact stands here with the reason why
// it has none. Whoever writes a case for one of these takes it off, so the
// list can only shrink.
var factsWithoutCase = map[int]string{
	33: "GetRestApis comes in no order that one could rely on: there is nothing to show",
}

// controlFacts are the numbers of the facts about the control plane. (AF-281 to
// AF-290 say of some of them that emulators are known to differ.)
var controlFacts = append(numbers(1, 188), 279)

// factCases are where cases are.
var factCases = []string{
	"testdata/*.session", "*_test.go",
	"openapi/testdata/*/*.txtar", "openapi/*_test.go",
	"../wire/restjson/testdata/*/*.txtar", "../wire/restjson/*_test.go",
	"../gateway/testdata/*.txtar",
	"../test/*_test.go",
}

func TestEveryRecordedFactHasACase(t *testing.T) {
	cited := citedFacts(t)
	for _, fact := range controlFacts {
		reason, excused := factsWithoutCase[fact]
		switch file, ok := cited[fact]; {
		case ok && excused:
			t.Errorf("AF-%03d has a case in %s: take it off factsWithoutCase", fact, file)
		case !ok && !excused:
			t.Errorf("AF-%03d has no case", fact)
		case excused && reason == "":
			t.Errorf("AF-%03d is without a case and without a reason", fact)
		}
	}
	for _, fact := range slices.Sorted(maps.Keys(factsWithoutCase)) {
		if !slices.Contains(controlFacts, fact) {
			t.Errorf("AF-%03d is no fact about the control plane", fact)
		}
	}
}

var citation = regexp.MustCompile(`AF-(\d{3})(?: to AF-(\d{3}))?`)

// citedFacts are the facts that cases name, each with a file that does.
func citedFacts(t *testing.T) map[int]string {
	cited := map[int]string{}
	for _, pattern := range factCases {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no cases at %s: %v", pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, match := range citation.FindAllStringSubmatch(string(text), -1) {
				first, _ := strconv.Atoi(match[1])
				last, err := strconv.Atoi(match[2])
				if err != nil {
					last = first
				}
				for _, fact := range numbers(first, last) {
					cited[fact] = file
				}
			}
		}
	}
	return cited
}

func numbers(first, last int) []int {
	var all []int
	for n := first; n <= last; n++ {
		all = append(all, n)
	}
	return all
}
