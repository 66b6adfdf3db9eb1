#? poterne: make targets. `make` alone lists them.
GO      ?= go
export CGO_ENABLED := 0

.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F':.*## ' '{printf "  %-16s %s\n", $$1, $$2}'

build: ## bin/poterne, stamped with the version of the checkout
	$(GO) build -buildvcs=auto -trimpath -o bin/poterne ./cmd/poterne

test: ## unit and case tests; needs nothing but Go
	$(GO) test ./...

race: ## the same under the race detector (needs a C compiler)
	CGO_ENABLED=1 $(GO) test -race ./...

e2e: ## end to end with real clients: the AWS CLI and the SDK
	cd test && $(GO) test ./...

lint: ## golangci-lint with the settings of .golangci.yml
	$(GO) tool -modfile=tools/go.mod golangci-lint run ./...

gen: ## regenerate what is generated
	$(GO) generate ./...

golden: ## rewrite expectations of case files; read the diff before you commit it
	$(GO) test ./... -update

check: ## what CI runs
	bash .ci/run

FUZZTIME ?= 60s
fuzz: ## every fuzz target for FUZZTIME each; writes dist/fuzz.txt
	bash tools/fuzz.sh $(FUZZTIME)

SEED ?= 1
N    ?= 10000
fuzz-java: ## compare N generated templates with Velocity, Jayway and json-smart; needs Java (internal/vtldiff/java/build.sh)
	internal/vtldiff/java/build.sh dist/oracle
	$(GO) run ./internal/vtldiff -oracle dist/oracle -seed $(SEED) -n $(N)

ROUNDS ?= 200
crash: ## kill -9 during writes, ROUNDS times; writes dist/crash.txt
	mkdir -p dist
	POTERNE_CRASH_ROUNDS=$(ROUNDS) POTERNE_CRASH_SEED=$(SEED) $(GO) test ./store/sqlstore -run Crash -count=1 -v -timeout 60m | tee dist/crash.txt

bench: ## benchmarks of the hot paths; writes dist/bench.txt
	mkdir -p dist
	$(GO) test -run '^$$' -bench . -benchmem ./... | tee dist/bench.txt

bench-java: ## the template engine against warm Velocity 1.7, in one run (needs a JDK and Debian's velocity packages)
	$(GO) run ./internal/vtlbench

release: ## archives with checksums for every platform, in dist/
	bash tools/release.sh

clean: ## remove what was built
	rm -rf bin dist

.PHONY: help build test race e2e lint gen golden check fuzz fuzz-java crash bench bench-java release clean
