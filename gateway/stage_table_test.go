package gateway

import (
	"fmt"
	"strings"
	"testing"
)

// The table finds what the APIs have, whatever came and went, by names of any
// length, and nothing else.
func TestStageTableFindsWhatIsLive(t *testing.T) {
	var table stageTable
	live := map[string]*liveAPI{}
	name := func(api, stage int) (string, string) {
		return fmt.Sprintf("api%d", api), strings.Repeat("s", 1+40*(stage%2)) + fmt.Sprint(stage)
	}
	put := func(api int, stages ...int) {
		id, _ := name(api, 0)
		made := &liveAPI{stages: map[string]*liveStage{}}
		for _, s := range stages {
			_, stage := name(api, s)
			made.stages[stage] = &liveStage{}
			made.stages[stage].key.set(id, stage)
		}
		table = table.replaced(live[id], made)
		live[id] = made
	}
	for i := range 300 {
		put(i%100, i%3, 3, (i+1)%7)
		if i%11 == 0 {
			id, _ := name(i%50, 0)
			table = table.replaced(live[id], nil)
			delete(live, id)
		}
	}
	found := 0
	for api := range 101 {
		for s := range 8 {
			id, stage := name(api, s)
			var want *liveStage
			if a := live[id]; a != nil {
				want = a.stages[stage]
			}
			if got := table.find(id, stage); got != want {
				t.Fatalf("%s/%s is %p, want %p", id, stage, got, want)
			}
			if want != nil {
				found++
			}
		}
	}
	if found != table.used || table.find("api1s", "1") != nil || table.find("", "") != nil {
		t.Errorf("%d stages, of which %d are found", table.used, found)
	}
}
