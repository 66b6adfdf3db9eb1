package throttle

import (
	"testing"

	"github.com/poterne/poterne/apigw"
)

func TestCountersOfPlansThatAreGoneAreForgotten(t *testing.T) {
	var c Counters
	kept := []CounterKey{{"eu-west-1", "there", "k"}, {"us-east-1", "gone", "k"}}
	gone := CounterKey{"eu-west-1", "gone", "k"}
	for _, key := range append(kept, gone) {
		c.Get(key).Take(1, 1, 10)
	}
	c.Forget("eu-west-1", func(plan string) bool { return plan == "gone" })
	if len(c.all) != len(kept) {
		t.Errorf("%d counters are left, want %d", len(c.all), len(kept))
	}
	for _, key := range kept {
		if used := c.Get(key).Used(1); used != 1 {
			t.Errorf("%v: %d requests", key, used)
		}
	}
	if used := c.Get(gone).Used(1); used != 0 {
		t.Errorf("%v: %d requests", gone, used)
	}
}

// A counter holds the days that the longest period reaches, and no more.
func TestCountersHoldTheLongestPeriod(t *testing.T) {
	var c Counters
	counter := c.Get(CounterKey{"eu-west-1", "p", "k"})
	const days = 10 * apigw.MaxPeriod
	for day := apigw.Day(1); day <= days; day++ {
		counter.Take(day, day, 10)
	}
	if used := counter.Used(days - apigw.MaxPeriod + 1); used != int64(apigw.MaxPeriod) || len(counter.days) != int(apigw.MaxPeriod) {
		t.Errorf("%d requests of %d days", used, len(counter.days))
	}
}
