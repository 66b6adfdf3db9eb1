package control

import (
	"regexp"
	"testing"
)

// TestIdsAreAWSs: control plane §2.28.
func TestIdsAreAWSs(t *testing.T) {
	for kind, form := range map[string]string{"restapi": `^[a-z0-9]{10}$`, "resource": `^[a-z0-9]{6}$`, "apikeyvalue": `^[a-z0-9]{40}$`} {
		if id := NewID(kind); !regexp.MustCompile(form).MatchString(id) {
			t.Errorf("%s: %q, want %s", kind, id, form)
		}
	}
}
