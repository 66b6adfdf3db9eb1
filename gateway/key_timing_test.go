package gateway

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// How long the answer to a guessed key takes does not tell how much of it is
// right (security, abuse case 30). It runs by `make key-timing` alone: Welch's t
// of two classes of guesses, in random order, without the slowest tenth of them
// (there the scheduler speaks, not the key). |t| < 4.5 is no difference.
func TestKeyTiming(t *testing.T) {
	samples := envOr(t, "POTERNE_KEY_SAMPLES", 0)
	if samples == 0 {
		t.Skip("a measurement: make key-timing")
	}
	const key = "alpha-alpha-alpha-alpha"
	g := newKeyedGateway(t, func() time.Time { return caseNow })
	g.add("key1", key, "plan1", nil, nil)
	g.publish()
	guesses := [2]string{"zlpha-alpha-alpha-alpha", "alpha-alpha-alpha-alphz"}
	var took [2][]float64
	for range samples {
		class := rand.IntN(2)
		begin := time.Now()
		status, _ := g.get(guesses[class], caseNow)
		took[class] = append(took[class], float64(time.Since(begin)))
		if status != 403 {
			t.Fatalf("a guess was answered %d", status)
		}
	}
	if v := welch(fastest(took[0]), fastest(took[1])); math.Abs(v) >= 4.5 {
		t.Errorf("t = %.2f over %d guesses", v, samples)
	} else {
		t.Logf("t = %.2f over %d guesses", v, samples)
	}
}

func fastest(all []float64) []float64 {
	slices.Sort(all)
	return all[:len(all)*9/10]
}

// welch is the t statistic of two samples of unequal variances.
func welch(a, b []float64) float64 {
	meanA, varA := moments(a)
	meanB, varB := moments(b)
	return (meanA - meanB) / math.Sqrt(varA/float64(len(a))+varB/float64(len(b)))
}

func moments(sample []float64) (mean, variance float64) {
	n := float64(len(sample))
	for _, x := range sample {
		mean += x / n
	}
	for _, x := range sample {
		variance += (x - mean) * (x - mean) / (n - 1)
	}
	return mean, variance
}
