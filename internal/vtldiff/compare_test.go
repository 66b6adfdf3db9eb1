package main

import (
	"os"
	"strings"
	"testing"
)

// Whatever is let pass as explained has a row for users to read.
func TestRulesAreDocumented(t *testing.T) {
	rows, err := os.ReadFile("../../docs/divergences.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		if !strings.Contains(string(rows), r.row) {
			t.Errorf("docs/divergences.md has no row with %q", r.row)
		}
	}
}
