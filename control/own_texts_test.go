package control

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// docs/own-texts.md lists texts that are there to be read, each with the status
// that it has.
func TestOwnTextsAreThoseOfTheSource(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	constructors := map[string]string{"400": "BadRequest", "404": "NotFound", "409": "Conflict"}
	verb := regexp.MustCompile(`%[sdqvg]`)
	known := map[string]bool{}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range regexp.MustCompile(`apigw\.(\w+)\("((?:[^"\\]|\\.)*)"`).FindAllStringSubmatch(string(source), -1) {
			known[call[1]+" "+verb.ReplaceAllString(call[2], "…")] = true
		}
	}
	doc, err := os.ReadFile("../docs/own-texts.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(string(doc)) {
		status, text, ok := strings.Cut(strings.Trim(line, "| \n"), " | ")
		if !ok || constructors[status] == "" {
			continue
		}
		if rows++; !known[constructors[status]+" "+text] {
			t.Errorf("no operation answers %s %q", status, text)
		}
	}
	if rows == 0 {
		t.Error("the list is empty")
	}
}
