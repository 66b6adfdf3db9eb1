package gateway

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/poterne/poterne/gateway/mapping"
)

// TestLongListsAreGroupedAsShortOnes: a list that is sorted first, because a
// client made it long, has each name once and the values in their order.
func TestLongListsAreGroupedAsShortOnes(t *testing.T) {
	var list mapping.ParamList
	want := map[string][]string{}
	for i := range 3 * maxUnsorted {
		name, value := fmt.Sprintf("n%d", i%(maxUnsorted+1)), fmt.Sprint(i)
		list = append(list, mapping.Param{Name: name, Value: value})
		want[name] = append(want[name], value)
	}
	w := eventWriter{}
	w.open()
	w.lastValues("last", list)
	w.allValues("all", list)
	w.close()
	var got struct {
		Last map[string]string
		All  map[string][]string
	}
	if err := json.Unmarshal(w.dst, &got); err != nil {
		t.Fatal(err)
	}
	for name, values := range want {
		if !slices.Equal(got.All[name], values) || got.Last[name] != values[len(values)-1] {
			t.Errorf("%s: %q, the last %q; want %q", name, got.All[name], got.Last[name], values)
		}
	}
	if names := bytes.Count(w.dst, []byte(`":`)) - 2; names != 2*len(want) {
		t.Errorf("%d names are written, want each of %d once in both", names, len(want))
	}
}
