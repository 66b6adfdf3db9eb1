package awscli

import (
	"os"
	"path/filepath"
	"testing"
)

// TestWhoNamesAnAccount: whoever has an account of AWS is never sent to a local
// poterne, and placeholders such as any and test are nobody's keys.
func TestWhoNamesAnAccount(t *testing.T) {
	const realKey = "AKIAIOSFODNN7EXAMPLE"
	keys := func(profile, id string) string {
		return "[" + profile + "]\naws_access_key_id = " + id + "\naws_secret_access_key = s\n"
	}
	for name, c := range map[string]struct {
		environment map[string]string
		credentials string // of the shared file
		given       values
		want        bool
	}{
		"nothing":                    {},
		"a placeholder":              {environment: map[string]string{"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any"}},
		"a key":                      {environment: map[string]string{"AWS_ACCESS_KEY_ID": realKey, "AWS_SECRET_ACCESS_KEY": "s"}, want: true},
		"the shortest key":           {environment: map[string]string{"AWS_ACCESS_KEY_ID": "AKIA567890123456"}, want: true},
		"a role":                     {environment: map[string]string{"AWS_ACCESS_KEY_ID": "any", "AWS_ROLE_ARN": "arn:aws:iam::1:role/r"}, want: true},
		"a profile":                  {environment: map[string]string{"AWS_PROFILE": "p"}, credentials: keys("p", "test"), want: true},
		"a profile of the call":      {given: values{"profile": "p"}, credentials: keys("p", "test"), want: true},
		"a default of placeholders":  {credentials: keys("default", "test")},
		"a default profile with key": {credentials: keys("default", realKey), want: true},
	} {
		t.Run(name, func(t *testing.T) {
			for _, variable := range accountVariables {
				t.Setenv(variable, "")
			}
			file := filepath.Join(t.TempDir(), "credentials")
			t.Setenv("AWS_SHARED_CREDENTIALS_FILE", file)
			t.Setenv("AWS_CONFIG_FILE", file+".none")
			if err := os.WriteFile(file, []byte(c.credentials), 0o600); err != nil {
				t.Fatal(err)
			}
			for variable, value := range c.environment {
				t.Setenv(variable, value)
			}
			cfg, err := loadConfig(t.Context(), nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := hasAccount(c.given, cfg); got != c.want {
				t.Errorf("hasAccount is %v", got)
			}
		})
	}
}
