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
	rules, err := filepath.Glob("rule/*.go")
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, rules...)
	constructors := map[string]string{"400": "BadRequest", "404": "NotFound", "409": "Conflict"}
	statusless := map[string]string{"Enumeration": "BadRequest"}
	literal := regexp.MustCompile(`(?:apigw\.(\w+)\(|(Enumeration)\{)"((?:[^"\\]|\\.)*)"`)
	verb := regexp.MustCompile(`%[sdqvg]`)
	known := map[string]bool{}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range literal.FindAllStringSubmatch(string(source), -1) {
			known[text[1]+statusless[text[2]]+" "+verb.ReplaceAllString(text[3], "…")] = true
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
