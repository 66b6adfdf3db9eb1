// Command vtldiff compares poterne's template engine with Apache Velocity 1.7
// over Jayway JsonPath and json-smart, the libraries that API Gateway's
// recorded renderings show (templates §1).
//
//	vtldiff -seed 1 -n 200000           generate cases and compare
//	vtldiff -seed 1 -only 4711          one case again, shrunk
//	vtldiff -cases corpus.jsonl         compare on given cases
//
// A case depends on the seed and its index alone, so a line of the report is a
// reproduction. The oracle in java/ needs Java and Debian's packages
// (java/build.sh names them); its classes are found by -oracle or $VTLDIFF_ORACLE.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

// options are the flags.
type options struct {
	seed, n, only   uint64
	topics          string
	oracle          string
	cases           string
	max, alike      int
	verbose, noFold bool
}

func main() {
	var o options
	flag.Uint64Var(&o.seed, "seed", 1, "seed of the generator")
	flag.Uint64Var(&o.n, "n", 10000, "number of cases")
	flag.Uint64Var(&o.only, "only", 0, "run the case with this index alone (from 1) and shrink it")
	flag.StringVar(&o.topics, "topics", "", "comma-separated topics; all when empty: "+strings.Join(topicNames(), " "))
	flag.StringVar(&o.oracle, "oracle", os.Getenv("VTLDIFF_ORACLE"), "folder of the oracle's classes")
	flag.StringVar(&o.cases, "cases", "", "compare on the lines of this file instead")
	flag.IntVar(&o.max, "max", 50, "stop after this many differences")
	flag.IntVar(&o.alike, "alike", 3, "print at most so many differences that look alike; 0: all")
	flag.BoolVar(&o.verbose, "v", false, "print every case")
	flag.BoolVar(&o.noFold, "all", false, "report explained differences too")
	flag.Parse()
	differences, err := run(&o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "vtldiff:", err)
		os.Exit(2)
	}
	if differences > 0 {
		os.Exit(1)
	}
}
