//go:build unix

// Command vtlbench compares the speed of poterne's template engine with that of
// Apache Velocity 1.7 over Jayway JsonPath and json-smart, in one run.
//
//	vtlbench -rounds 7 -round 700ms
//	vtlbench -alone -rounds 50 -round 20ms      poterne without Velocity
//
// Each case of package cases is rendered by both in turn, one thread each,
// template parsed once, body parsed at every render, after Velocity's compiler
// has had time to warm up. What is compared is CPU time of the whole process,
// so that a busy machine does not decide; the ratio is the median over the
// rounds. Velocity needs a JDK and Debian's packages velocity,
// libjsonpath-java, libjson-smart-java, libcommons-lang-java,
// libcommons-lang3-java, libcommons-collections3-java and libslf4j-java.
package main

import (
	"flag"
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/poterne/poterne/internal/vtlbench/cases"
)

// goals are how many times faster than Velocity poterne has to be.
var goals = map[string]float64{"t1": 5, "t2": 5, "t3": 3, "t4": 3, "t5": 3}

// options are the flags.
type options struct {
	rounds      int
	round, warm time.Duration
	only        string
	alone       bool
}

func main() {
	var o options
	flag.IntVar(&o.rounds, "rounds", 7, "rounds of each case")
	flag.DurationVar(&o.round, "round", 700*time.Millisecond, "length of a round, of each engine")
	flag.DurationVar(&o.warm, "warm", 4*time.Second, "warm-up of each case")
	flag.StringVar(&o.only, "only", "", "the cases to run, as t1,t2; all when empty")
	flag.BoolVar(&o.alone, "alone", false, "measure poterne alone: CPU time of a render in the best round")
	flag.Parse()
	runtime.GOMAXPROCS(1) // the collector's time counts
	if err := run(&o); err != nil {
		fmt.Fprintln(os.Stderr, "vtlbench:", err)
		os.Exit(1)
	}
}

// engine renders a case for a while.
type engine interface {
	measure(c *cases.Case, d time.Duration) (sample, error)
}

// sample is what an engine did in a round.
type sample struct {
	renders   int
	wall, cpu time.Duration
	sha256    string // of the last output
}

// cost is the CPU time of one render.
func (s sample) cost() float64 { return float64(s.cpu) / float64(s.renders) }

func (s sample) perSecond() float64 { return 1e9 / s.cost() }

func run(o *options) error {
	list := slices.DeleteFunc(cases.All(), func(c cases.Case) bool {
		return o.only != "" && !slices.Contains(strings.Split(o.only, ","), c.Name)
	})
	ours, err := newPoterne(list)
	if err != nil {
		return err
	}
	if o.alone {
		return alone(o, ours, list)
	}
	java, err := startVelocity(list)
	if err != nil {
		return err
	}
	defer java.stop()
	fmt.Println("renders per CPU second (best round), and the ratio (median of the rounds)")
	fmt.Printf("%-6s%14s%14s%10s%8s\n", "", "velocity", "poterne", "ratio", "goal")
	var last comparison
	for i := range list {
		c := &list[i]
		result, err := compare(o, java, ours, c)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
		if result.java == 0 {
			result.perItem(&last)
		}
		fmt.Printf("%-6s%14.0f%14.0f%9.1fx%7.0fx%s\n", c.Name, result.java, result.ours, result.ratio, goals[c.Name], result.note)
		last = result
	}
	return nil
}

func alone(o *options, ours engine, list []cases.Case) error {
	for i := range list {
		best := time.Duration(math.MaxInt64)
		for range o.rounds {
			s, err := ours.measure(&list[i], o.round)
			if err != nil {
				return err
			}
			best = min(best, time.Duration(s.cost()))
		}
		fmt.Printf("%-6s%12v\n", list[i].Name, best)
	}
	return nil
}

// comparison is the result of one case.
type comparison struct {
	java, ours, ratio float64
	note              string
}

// perItem compares with Velocity's time for the smaller case: Debian's
// json-smart refuses bodies of more than 400 lists and objects.
func (c *comparison) perItem(smaller *comparison) {
	const times = 10
	c.java = smaller.java / times
	c.ratio = c.ours / c.java
	c.note = "   velocity: a tenth of t4"
}

func compare(o *options, java, ours engine, c *cases.Case) (comparison, error) {
	var result comparison
	_, javaErr := java.measure(c, o.warm)
	if _, err := ours.measure(c, o.warm/8); err != nil {
		return result, err
	}
	var ratios []float64
	for range o.rounds {
		b, err := ours.measure(c, o.round)
		if err != nil {
			return result, err
		}
		result.ours = max(result.ours, b.perSecond())
		if javaErr != nil {
			continue
		}
		a, err := java.measure(c, o.round)
		if err != nil {
			return result, err
		}
		result.java = max(result.java, a.perSecond())
		ratios = append(ratios, a.cost()/b.cost())
	}
	if len(ratios) > 0 {
		slices.Sort(ratios)
		result.ratio = ratios[len(ratios)/2]
	}
	return result, nil
}
