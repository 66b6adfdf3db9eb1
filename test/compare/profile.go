//go:build linux

package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// profiled is the target whose process a profile is taken of.
const profiled = "poterne"

// writeProfile drives poterne with every workload that it serves, for a moment
// each, and writes where it spent its time. The compiler reads such a file
// beside a program's main package: cmd/poterne/default.pgo.
func (b *bench) writeProfile(file string) error {
	type drive struct {
		workload
		path
	}
	var drives []drive
	for _, w := range workloads {
		for _, p := range w.paths {
			if p.process() == profiled && b.chosen(w) {
				drives = append(drives, drive{w, p})
			}
		}
	}
	taken := make(chan error, 1)
	whole := time.Duration(len(drives)) * (b.span + 100*time.Millisecond) // wrk needs a moment to start
	go func() { taken <- fetchProfile(file, whole) }()
	for _, d := range drives {
		if _, err := b.drive(d.workload, d.path); err != nil {
			return fmt.Errorf("%s: %w", d.workload.name, err)
		}
	}
	return <-taken
}

func fetchProfile(file string, d time.Duration) error {
	resp, err := http.Get(fmt.Sprintf("http://%s/_poterne/profile?seconds=%d", controlAddr, int(d.Seconds())))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("take a profile: %s %s", resp.Status, text)
	}
	return os.WriteFile(file, text, 0o644)
}
