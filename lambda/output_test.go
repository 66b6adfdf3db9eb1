package lambda

import (
	"slices"
	"strings"
	"testing"
)

func TestLineLog(t *testing.T) {
	var lines []string
	l := &lineLog{log: func(line string) { lines = append(lines, line) }}
	long := strings.Repeat("x", maxLogLine+3)
	for _, text := range []string{"a\nb", "c\r\n\n", long, "\n" + long + "\nlast"} {
		if n, err := l.Write([]byte(text)); n != len(text) || err != nil {
			t.Errorf("wrote %d of %d, %v", n, len(text), err)
		}
	}
	l.end()
	if want := []string{"a", "bc", "", long[:maxLogLine], "xxx", long[:maxLogLine], "xxx", "last"}; !slices.Equal(lines, want) {
		t.Errorf("%d lines, want %d", len(lines), len(want))
	}
}
