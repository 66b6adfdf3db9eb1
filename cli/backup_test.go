package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/poterne/poterne/server"
)

func TestBackupWhileAServerHasTheState(t *testing.T) {
	dir, restored := t.TempDir(), t.TempDir()
	s, err := server.New(t.Context(), server.Config{Listen: "localhost:0", DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	report, err := s.ServeFiles(t.Context(), []string{"../examples/petstore/openapi.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(restored, "poterne.db")
	if code, stdout, stderr := run("", "backup", "--data-dir", dir, copied); code != exitOK || !strings.Contains(stdout, copied) {
		t.Fatalf("exit %d, %s%s", code, stdout, stderr)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := server.New(t.Context(), server.Config{Listen: strings.TrimPrefix(report.Front().Endpoint, "http://"), DataDir: restored})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	var text strings.Builder
	report, err = again.ServeFiles(t.Context(), []string{"../examples/petstore/openapi.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	report.Print(&text)
	if !strings.Contains(text.String(), "as it was deployed before") {
		t.Errorf("the copy knows nothing of the API:\n%s", &text)
	}
}

func TestBackupRefuses(t *testing.T) {
	t.Setenv("POTERNE_DATA_DIR", t.TempDir())
	for want, args := range map[string][]string{
		"there is no state in " + os.Getenv("POTERNE_DATA_DIR"): {"backup", filepath.Join(t.TempDir(), "copy.db")},
		"there is no state in nowhere":                          {"backup", "--data-dir", "nowhere", filepath.Join(t.TempDir(), "copy.db")},
		"backup wants FILE":                                     {"backup"},
	} {
		if code, _, stderr := run("", args...); code == exitOK || !strings.Contains(stderr, want) {
			t.Errorf("%v: exit %d, %s", args, code, stderr)
		}
	}
}
