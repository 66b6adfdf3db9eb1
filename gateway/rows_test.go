package gateway

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// rowSections are the sections whose rows testdata/rows*.txt list.
var rowSections = []string{
	"4.1", "4.2", "4.3", "5.1", "5.2", "5.3", "5.4", "5.5", "6", "7.1", "7.2", "8.1", "8.2", "8.3",
	"10.1", "10.2", "10.3", "10.4", "10.5", "11.1", "11.2", "11.3", "11.4", "11.5", "11.6", "11.7", "23",
	"9.1", "9.2", "9.3", "9.4", "12", "12.1", "12.2", "13.1", "13.2", "13.3", "13.4", "14.1", "14.2", "14.4",
	"15.1", "15.2", "15.3", "15.4", "15.5", "15.6", "15.7", "15.8", "15.9", "15.10", "15.11", "16.1", "16.2", "16.3",
	"17.1", "17.2", "18.1", "18.2", "19", "20.1", "20.2", "20.3", "20.4", "20.5", "20.6", "21.1", "21.2", "21.3", "21.4", "22.1", "22.2",
}

var rowLine = regexp.MustCompile(`^(§|S)([0-9.]+) (.+?) \| (\w+)(?: \| (.+))?$`)

// TestRows keeps testdata/rows*.txt and what shows their rows together: every
// section has rows, every row a case file that has the fragment, a topic of the
// corpus of templates, or a test. The comment of a section's case file names
// the chapter.
func TestRows(t *testing.T) {
	tests, corpus, seen := allTests(t), allFiles(t, "mapping/testdata/corpus.jsonl"), map[string]bool{}
	for line := range strings.Lines(allFiles(t, "testdata/rows*.txt")) {
		if line = strings.TrimSuffix(line, "\n"); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		m := rowLine.FindStringSubmatch(line)
		if m == nil {
			t.Errorf("%q is not: §SECTION or SCASE ROW | CASE | FRAGMENT, or | TEST", line)
			continue
		}
		section, shownBy, fragment := m[2], m[4], m[5]
		if m[1] == "S" {
			section = "" // an abuse case
		}
		seen[section] = true
		switch {
		case strings.HasPrefix(shownBy, "Test"):
			if !strings.Contains(tests, "func "+shownBy+"(") {
				t.Errorf("%s: no such test", line)
			}
		case shownBy == "corpus":
			if !strings.Contains(corpus, `"topic": "`+fragment+`"`) && !strings.Contains(corpus, `"topic":"`+fragment+`"`) {
				t.Errorf("%s: no such topic", line)
			}
		default:
			checkRow(t, line, section, shownBy, fragment)
		}
	}
	for _, section := range rowSections {
		if !seen[section] {
			t.Errorf("§%s has no rows", section)
		}
	}
}

func checkRow(t *testing.T, line, section, name, fragment string) {
	t.Helper()
	file, err := os.ReadFile("testdata/" + name + ".txtar")
	if err != nil {
		t.Errorf("%s: %v", line, err)
		return
	}
	comment, cases, _ := strings.Cut(string(file), "-- api --")
	chapter, _, _ := strings.Cut(section, ".")
	if section != "" && !regexp.MustCompile(`§`+chapter+`\b`).MatchString(comment) {
		t.Errorf("%s: the comment of the case file names no §%s", line, chapter)
	}
	if fragment == "" || !strings.Contains(cases, fragment) {
		t.Errorf("%s: the case file has no %q", line, fragment)
	}
}

// allTests is the source of all tests that rows may name.
func allTests(t *testing.T) string {
	t.Helper()
	return allFiles(t, "*_test.go", "*/*_test.go", "../server/*_test.go", "../iam/*_test.go", "../wire/*/*_test.go", "../template/*/*_test.go")
}

// allFiles is the text of all files of patterns.
func allFiles(t *testing.T, patterns ...string) string {
	t.Helper()
	var all strings.Builder
	for _, pattern := range patterns {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(text)
		}
	}
	return all.String()
}
