//go:build linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A sample is one target in one round.
type sample struct {
	rate float64       // requests a second
	cpu  time.Duration // of the gateway's processes, for each request
	rss  int           // KiB
	bad  int           // answers other than 2xx and 3xx, and socket errors
}

// run measures a workload and returns its table, in Markdown.
func (b *bench) run(w workload) (string, error) {
	paths := slices.DeleteFunc(slices.Clone(w.paths), func(p path) bool { return b.running[p.process()] == nil })
	samples := map[string][]sample{}
	for round := -1; round < b.rounds; round++ { // the first warms up
		order := slices.Clone(paths)
		if round%2 != 0 {
			slices.Reverse(order)
		}
		for _, p := range order {
			s, err := b.drive(w, p)
			if err != nil {
				return "", fmt.Errorf("%s, %s: %w", w.name, p.target, err)
			}
			if round >= 0 {
				samples[p.target] = append(samples[p.target], s)
			}
		}
	}
	return table(w, paths, samples), nil
}

// drive keeps one target busy for a moment.
func (b *bench) drive(w workload, p path) (sample, error) {
	args := []string{"-c", "1", "wrk", "-t1", "-c" + strconv.Itoa(b.conns), fmt.Sprintf("-d%ds", int(b.span.Seconds())), "--timeout", "5s"}
	if text := script(w, p); text != "" {
		file := filepath.Join(b.dir, "load.lua")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			return sample{}, err
		}
		args = append(args, "-s", file)
	}
	processes := family(b.running[p.process()].Process.Pid)
	before := cpuTime(processes)
	out, err := exec.Command("taskset", append(args, p.url(0))...).CombinedOutput()
	if err != nil {
		return sample{}, fmt.Errorf("wrk: %w\n%s", err, out)
	}
	used := cpuTime(processes) - before
	count := number(requestsLine, out)
	if count == 0 {
		return sample{}, fmt.Errorf("no request was answered\n%s", out)
	}
	return sample{
		rate: count / b.span.Seconds(), cpu: time.Duration(float64(used) / count),
		rss: resident(processes), bad: int(number(badLine, out)),
	}, nil
}

// script is what wrk is to send instead of a plain GET, "" for that.
func script(w workload, p path) string {
	switch {
	case w.body > 0:
		return fmt.Sprintf("wrk.method='POST'\nwrk.headers['Content-Type']='application/json'\nwrk.body=[[%s]]\n", order(w.body))
	case p.among > 0:
		return fmt.Sprintf(drawing, manyAPIs-1, p.path, p.among, manyAPIs-1)
	}
	return ""
}

// drawing draws each request from as many as there are APIs, written before: it
// costs the load the same whether they are all alike or all different.
const drawing = `local all = {}
function init() for i = 0, %d do all[i] = wrk.format('GET', (string.gsub('%s', '{N}', i %% %d))) end end
function request() return all[math.random(0, %d)] end
`

var (
	requestsLine = regexp.MustCompile(`(\d+) requests in`)
	badLine      = regexp.MustCompile(`Non-2xx or 3xx responses: (\d+)`)
)

func number(line *regexp.Regexp, out []byte) float64 {
	m := line.FindSubmatch(out)
	if m == nil {
		return 0
	}
	n, _ := strconv.ParseFloat(string(m[1]), 64)
	return n
}

// family is a process and those below it.
func family(pid int) []int {
	all := []int{pid}
	for i := 0; i < len(all); i++ {
		lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", all[i]))
		for _, list := range lists {
			text, _ := os.ReadFile(list)
			for _, child := range strings.Fields(string(text)) {
				if n, err := strconv.Atoi(child); err == nil && !slices.Contains(all, n) {
					all = append(all, n)
				}
			}
		}
	}
	return all
}

// clockTick is the unit of /proc/PID/stat on every Linux that Go runs on.
const clockTick = 10 * time.Millisecond

// cpuTime is what processes have used, in user and system mode.
func cpuTime(pids []int) time.Duration {
	var ticks int
	for _, pid := range pids {
		text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		_, rest, _ := strings.Cut(string(text), ") ")
		if f := strings.Fields(rest); len(f) > 12 {
			user, _ := strconv.Atoi(f[11])
			system, _ := strconv.Atoi(f[12])
			ticks += user + system
		}
	}
	return time.Duration(ticks) * clockTick
}

func resident(pids []int) (kib int) {
	line := regexp.MustCompile(`VmRSS:\s+(\d+)`)
	for _, pid := range pids {
		text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		kib += int(number(line, text))
	}
	return kib
}

// table renders medians, and ratios of CPU per request paired by round: above 1
// is less CPU than the first target.
func table(w workload, paths []path, samples map[string][]sample) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n### %s (`%s`)\n\n", w.title, w.name)
	b.WriteString("| target | CPU µs/request | × " + paths[0].target + " (lowest to highest round) | requests/s | RSS MiB | failed |\n|---|--:|--:|--:|--:|--:|\n")
	base := samples[paths[0].target]
	for _, p := range paths {
		own := samples[p.target]
		var ratios, cpu, rate []float64
		bad := 0
		for i, s := range own {
			ratios = append(ratios, float64(base[i].cpu)/float64(s.cpu))
			cpu = append(cpu, float64(s.cpu)/float64(time.Microsecond))
			rate = append(rate, s.rate)
			bad += s.bad
		}
		fmt.Fprintf(&b, "| %s | %.1f | **%.2f** (%.2f–%.2f) | %.0f | %.0f | %d |\n", p.target, median(cpu), median(ratios),
			slices.Min(ratios), slices.Max(ratios), median(rate), float64(own[len(own)-1].rss)/1024, bad)
	}
	return b.String()
}

func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}
