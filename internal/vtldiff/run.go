package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"sort"
	"strings"
)

// batch is how many cases are sent at once.
const batch = 500

// report counts what was seen.
type report struct {
	cases, both, errors, hung int
	explained                 map[string]int
	differences               int
	like                      map[string]int // how many differences look alike
}

// letters are what differences of one kind do not share.
var letters = regexp.MustCompile(`['"].*?['"]|\d+`)

func topicOf(id string) string { return id[strings.IndexByte(id, '(')+1:] }

// look is a rough picture of two answers.
func look(theirs, mine *answer) string {
	shape := func(a *answer) string {
		switch {
		case a.Output == nil:
			return a.Error[:min(6, len(a.Error))]
		case *a.Output == "":
			return "nothing"
		}
		return "text"
	}
	return " " + shape(theirs) + "/" + shape(mine)
}

func run(o *options) (differences int, err error) {
	java, err := startOracle(o.oracle)
	if err != nil {
		return 0, err
	}
	defer java.stop()
	rep := &report{explained: map[string]int{}, like: map[string]int{}}
	defer func() { rep.print(o) }()
	next, err := source(o)
	if err != nil {
		return 0, err
	}
	for rep.differences < o.max {
		cases := take(next, batch)
		if len(cases) == 0 {
			break
		}
		if err := rep.compare(o, java, cases); err != nil {
			return rep.differences, err
		}
	}
	return rep.differences, nil
}

// source returns a function that returns the next case, nil at the end.
func source(o *options) (func() *request, error) {
	if o.cases != "" {
		return fromFile(o.cases)
	}
	topics, err := chosen(o.topics)
	if err != nil {
		return nil, err
	}
	i, end := uint64(0), o.n
	if o.only > 0 {
		i, end = o.only-1, o.only
	}
	return func() *request {
		if i >= end {
			return nil
		}
		i++
		return generate(o.seed, i, topics)
	}, nil
}

func fromFile(name string) (func() *request, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	return func() *request {
		if !lines.Scan() {
			_ = file.Close() // only read
			return nil
		}
		c := &request{}
		if err := json.Unmarshal(lines.Bytes(), c); err != nil {
			fmt.Fprintf(os.Stderr, "vtldiff: %s: %v\n", name, err)
			return nil
		}
		return c
	}, nil
}

func take(next func() *request, n int) (list []*request) {
	for len(list) < n {
		c := next()
		if c == nil {
			break
		}
		list = append(list, c)
	}
	return list
}

func (rep *report) compare(o *options, java *oracle, cases []*request) error {
	lines := make([][]byte, len(cases))
	for i, c := range cases {
		lines[i] = c.line()
	}
	theirs, err := java.ask(lines)
	if err != nil {
		return err
	}
	for i, c := range cases {
		rep.cases++
		if theirs[i] == nil {
			rep.hung++
			continue
		}
		mine, err := ours(lines[i])
		if err != nil {
			return err
		}
		if o.verbose {
			fmt.Printf("%s\n  template %q\n  body     %q\n  oracle   %q\n  poterne  %q\n", c.ID, c.Template, c.Body, theirs[i], mine)
		}
		rep.judge(o, java, c, theirs[i], mine)
	}
	return nil
}

func (rep *report) judge(o *options, java *oracle, c *request, theirs, mine *answer) {
	rep.both++
	if theirs.Output == nil {
		rep.errors++
	}
	why := difference(theirs, mine)
	if why == "" {
		return
	}
	if rule := explain(c, theirs, mine); rule != "" && !o.noFold {
		rep.explained[rule]++
		return
	}
	rep.differences++
	small := c
	if !strings.HasPrefix(topicOf(c.ID), "jsonpath") { // whose paths must stay well-formed
		small = shrink(java, c)
	}
	t, m := both(java, small)
	why = difference(t, m)
	if look := topicOf(c.ID) + " " + letters.ReplaceAllString(why, "") + look(t, m); o.alike > 0 {
		if rep.like[look]++; rep.like[look] > o.alike {
			return
		}
	}
	fmt.Printf("%s: %s\n  template %q\n", c.ID, why, small.Template)
	if small.Body != "" {
		fmt.Printf("  body     %q\n", small.Body)
	}
	cause, _, _ := strings.Cut(t.Cause, "\n")
	fmt.Printf("  oracle   %q %s\n  poterne  %q\n", t, cause, m)
}

func (rep *report) print(o *options) {
	fmt.Printf("seed %d: %d cases, %d compared, %d of them errors in the oracle, %d without an answer of the oracle, %d differences\n",
		o.seed, rep.cases, rep.both, rep.errors, rep.hung, rep.differences)
	var rules []string
	for r, n := range rep.explained {
		rules = append(rules, fmt.Sprintf("  explained %6d  %s", n, r))
	}
	sort.Strings(rules)
	if len(rules) > 0 {
		fmt.Println(strings.Join(rules, "\n"))
	}
}
