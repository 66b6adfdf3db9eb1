package mapping

import (
	"slices"
	"testing"
)

// TestAppendQuery: data plane §2.5.
func TestAppendQuery(t *testing.T) {
	for raw, want := range map[string]ParamList{
		"a=1&b=2":      {{"a", "1"}, {"b", "2"}},
		"+a=+b+":       {{" a", " b "}},
		"a=%2B+%2b":    {{"a", "+ +"}},
		"a;b=1;;&c":    {{"a", ""}, {"b", "1"}, {"c", ""}},
		"a=b=c&A=%zz":  {{"a", "b=c"}, {"A", "%zz"}},
		"":             nil,
		"=x&%3D=%26+y": {{"", "x"}, {"=", "& y"}},
	} {
		if got := AppendQuery(nil, raw); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", raw, got, want)
		}
	}
}
