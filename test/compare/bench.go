//go:build linux

package main

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"maps"
	"math/big"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A bench is all processes of a comparison.
type bench struct {
	options
	dir string

	mu      sync.Mutex
	running map[string]*exec.Cmd
}

func newBench(dir string, o options) *bench {
	return &bench{options: o, dir: dir, running: map[string]*exec.Cmd{}}
}

func (b *bench) start() error {
	if err := b.writeFiles(); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if err := b.spawn("backend", "1", self+" -role backend "+backendAddr); err != nil {
		return err
	}
	for _, t := range targets {
		if t.of != "" || !b.measures(t.name) {
			continue
		}
		if _, err := exec.LookPath(t.needs); t.needs != "" && err != nil {
			fmt.Fprintf(os.Stderr, "compare: %s is left out: %v\n", t.name, err)
			continue
		}
		command := strings.NewReplacer("{DIR}", b.dir, "{SELF}", self, "{POTERNE}", b.binary).Replace(t.command)
		if err := b.spawn(t.name, "0", command); err != nil {
			return err
		}
	}
	return b.ready()
}

// writeFiles makes what the targets read.
func (b *bench) writeFiles() error {
	all := maps.Clone(files)
	for i := range manyAPIs {
		all[fmt.Sprintf("apis/api-%d.yaml", i)] = fmt.Sprintf(manyFile, i)
	}
	all["api-0.yaml"] = fmt.Sprintf(manyFile, 0)
	var err error
	if all["cert.pem"], all["key.pem"], err = certificate(); err != nil {
		return err
	}
	if err := os.Mkdir(filepath.Join(b.dir, "apis"), 0o700); err != nil {
		return err
	}
	for name, text := range all {
		if err := os.WriteFile(filepath.Join(b.dir, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// chosen reports whether a workload runs.
func (b *bench) chosen(w workload) bool { return b.only == nil || slices.Contains(b.only, w.name) }

// measures reports whether a workload that runs has a target in the process of
// that name.
func (b *bench) measures(process string) bool {
	if b.profile != "" && process != profiled {
		return false
	}
	for _, w := range workloads {
		if !b.chosen(w) {
			continue
		}
		if slices.ContainsFunc(w.paths, func(p path) bool { return p.process() == process }) {
			return true
		}
	}
	return false
}

// spawn runs a command on one core.
func (b *bench) spawn(name, core, command string) error {
	cmd := exec.Command("taskset", append([]string{"-c", core}, strings.Fields(command)...)...)
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", name, err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.running[name] = cmd
	return nil
}

// ready waits until every target answers every workload.
func (b *bench) ready() error {
	for _, w := range workloads {
		for _, p := range w.paths {
			if b.running[p.process()] == nil {
				continue
			}
			for i := range max(p.among, 1) {
				if err := waitFor(w, p.url(i)); err != nil {
					return fmt.Errorf("%s: %s: %w", p.target, p.url(i), err)
				}
			}
			if err := logRequests(p.target); err != nil {
				return err
			}
		}
	}
	return nil
}

// logRequests has the control plane of a target log every request.
func logRequests(name string) error {
	control := targetOf(name).logs
	if control == "" {
		return nil
	}
	const settings = `{"patchOperations": [
		{"op": "replace", "path": "/accessLogSettings/destinationArn", "value": "arn:aws:logs:us-east-1:000000000000:log-group:bench"},
		{"op": "replace", "path": "/accessLogSettings/format", "value": "$context.identity.sourceIp $context.requestTime \"$context.httpMethod $context.path $context.protocol\" $context.status $context.responseLength $context.requestId $context.responseLatency"}]}`
	req, err := http.NewRequest(http.MethodPatch, "http://"+control+"/restapis/bench/stages/prod", strings.NewReader(settings))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		answer, _ := io.ReadAll(resp.Body)
		return fmt.Errorf("%s: switch access logs on: %s %s", name, resp.Status, answer)
	}
	return nil
}

func waitFor(w workload, url string) error {
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if ok := ask(w, url); ok {
			return nil
		}
	}
	return errNoAnswer
}

func ask(w workload, url string) bool {
	method, body := http.MethodGet, ""
	if w.body > 0 {
		method, body = http.MethodPost, order(w.body)
	}
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return false
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := anyServer.Do(req)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body) // to use the connection again
	return resp.StatusCode == http.StatusOK
}

// anyServer trusts every certificate: who is asked stands in this program.
var anyServer = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}

func targetOf(name string) target {
	return targets[slices.IndexFunc(targets, func(t target) bool { return t.name == name })]
}

// process is the name of the target whose process serves p.
func (p path) process() string { return cmp.Or(targetOf(p.target).of, p.target) }

// url is where p is asked for, with the number n in it.
func (p path) url(n int) string {
	return targetOf(p.target).url + strings.ReplaceAll(p.path, "{N}", strconv.Itoa(n))
}

// certificate makes one that signs itself, with its key, as PEM.
func certificate() (cert, key string, err error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", "", err
	}
	template := x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotAfter: time.Now().Add(24 * time.Hour)}
	signed, err := x509.CreateCertificate(rand.Reader, &template, &template, private.Public(), private)
	if err != nil {
		return "", "", err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return "", "", err
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})), nil
}

// stop ends every process, with those that it started.
func (b *bench) stop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for name, cmd := range b.running {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		_ = cmd.Wait()
		delete(b.running, name)
	}
}
