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

faults: ## a back end that is killed 20 times, and three times more requests than can be served; writes dist/faults.txt
	mkdir -p dist
	cd test && POTERNE_FAULTS=1 $(GO) test -run 'BackEndIsKilled|Overload' -count=1 -v . | tee ../dist/faults.txt

SEED ?= 1
N    ?= 10000
fuzz-java: ## compare N generated templates with Velocity, Jayway and json-smart; needs Java (internal/vtldiff/java/build.sh)
	internal/vtldiff/java/build.sh dist/oracle
	$(GO) run ./internal/vtldiff -oracle dist/oracle -seed $(SEED) -n $(N)

PAIRS ?= 1000000
pairs: ## PAIRS random pairs of callers against the cache of authorizers: no answer crosses
	POTERNE_PAIRS=$(PAIRS) $(GO) test ./gateway/authorizer -run NoAnswerCrosses -count=1 -v -timeout 60m

ROUNDS ?= 200
crash: ## kill -9 during writes, ROUNDS times; writes dist/crash.txt
	mkdir -p dist
	POTERNE_CRASH_ROUNDS=$(ROUNDS) POTERNE_CRASH_SEED=$(SEED) $(GO) test ./store/sqlstore -run Crash -count=1 -v -timeout 60m | tee dist/crash.txt

cache-pairs: ## a million pairs of callers against the response cache
	CACHE_PAIRS=1000000 $(GO) test ./gateway -run 'TestCacheRandomPairs|TestCacheKeysDiffer' -count=1 -v

FLIPS ?= 1000
flips: ## FLIPS changes of what is deployed, under load, by each way there is: no failed request, no mixed and no old answer; writes dist/flips.txt
	mkdir -p dist
	cd test && FLIPS=$(FLIPS) $(GO) test -run TestFlips -count=1 -timeout 60m -v . | tee ../dist/flips.txt

h2spec: ## h2spec against the HTTP/2 door; docs/http2.md explains what it finds; writes dist/h2spec.txt
	mkdir -p dist
	cd test && H2SPEC=1 $(GO) test -run TestH2spec -count=1 -timeout 30m -v . | tee ../dist/h2spec.txt

throttle-truth: ## a minute of pressure on a throttle: what it admits, against what is right
	POTERNE_THROTTLE_SECONDS=60 $(GO) test ./gateway -run ThrottleAgainstTheClock -count=1 -v

CALLERS ?= 1000000
callers: ## CALLERS random pairs of callers with API keys: no answer and no count crosses
	POTERNE_CALLER_PAIRS=$(CALLERS) $(GO) test ./gateway -run CallersDoNotCross -count=1 -v -timeout 30m

POLICIES ?= 2500000
policies: ## POLICIES random IAM policies, four requests each: two evaluators decide the same
	POTERNE_POLICIES=$(POLICIES) $(GO) test ./iam -run EvaluatorsAgree -count=1 -v -timeout 60m

key-timing: ## a million guesses of an API key: their times do not tell how much of it is right
	POTERNE_KEY_SAMPLES=1000000 $(GO) test ./gateway -run KeyTiming -count=1 -v

terraform: ## the tests of Terraform's AWS provider for API Gateway, against poterne (builds the provider: minutes)
	tools/terraform/run.sh

bench: ## benchmarks of the hot paths; writes dist/bench.txt
	mkdir -p dist
	$(GO) test -run '^$$' -bench . -benchmem ./... | tee dist/bench.txt

bench-java: ## the template engine against warm Velocity 1.7, in one run (needs a JDK and Debian's velocity packages)
	$(GO) run ./internal/vtlbench

bench-compare: ## CPU per request beside nginx, HAProxy and ReverseProxy; writes dist/compare.md
	mkdir -p dist
	cd test && $(GO) run ./compare -out ../dist/compare.md

pgo: ## a profile for the compiler, cmd/poterne/default.pgo: later builds take longer; bench-compare tells whether they need less CPU (needs what that needs)
	cd test && $(GO) run ./compare -profile ../cmd/poterne/default.pgo -span 8s

figures: ## README's figures: start, 300 resources, memory; writes dist/figures.txt
	mkdir -p dist
	cd test && $(GO) test -run '^$$' -bench 'FirstRequest|Serve300|MemoryAtRest' -benchtime 5x . | tee ../dist/figures.txt

awscli-diff: ## run the AWS CLI (version 2) beside poterne apigateway, rewrite what its answers are compared with
	cd test && $(GO) test -run TestApigatewayIsTheAWSCLI -timeout 60m -update-aws all .

bench-cli: ## a command line of poterne apigateway and of the AWS CLI, from start to answer
	cd test && $(GO) test -run '^$$' -bench BenchmarkStart -benchtime 10x .

man: ## manual pages, in dist/man
	$(GO) run ./cmd/poterne man dist/man

release: ## archives with checksums for every platform, in dist/
	bash tools/release.sh

clean: ## remove what was built
	rm -rf bin dist

# every target is a command, none a file
.PHONY: $(shell grep -oE '^[a-z0-9-]+:' $(firstword $(MAKEFILE_LIST)) | tr -d :)
