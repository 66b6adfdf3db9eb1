package gateway

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// rowSections are the sections whose rows testdata/rows.txt lists.
var rowSections = []string{
	"4.1", "4.2", "4.3", "5.1", "5.2", "5.3", "5.4", "5.5", "6", "7.1", "7.2", "8.1", "8.2", "8.3",
	"10.1", "10.2", "10.3", "10.4", "10.5", "11.1", "11.2", "11.3", "11.4", "11.5", "11.6", "11.7", "23",
}

var rowLine = regexp.MustCompile(`^(§|S)([0-9.]+) (.+?) \| (\w+)(?: \| (.+))?$`)

// TestRows keeps testdata/rows.txt and what shows its rows together: every
// section has rows, every row a case file that has the fragment, or a test. The
// comment of a section's case file names the chapter.
func TestRows(t *testing.T) {
	text, err := os.ReadFile("testdata/rows.txt")
	if err != nil {
		t.Fatal(err)
	}
	tests, seen := allTests(t), map[string]bool{}
	for line := range strings.Lines(string(text)) {
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
	var all strings.Builder
	for _, pattern := range []string{"*_test.go", "*/*_test.go", "../server/*_test.go", "../iam/*_test.go", "../wire/*/*_test.go"} {
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
