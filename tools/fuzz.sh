#!/usr/bin/env bash
# Every fuzz target for the time given (default 60s). The result is written to
# dist/fuzz.txt; new inputs stay in testdata/fuzz of their package. Inputs are not
# made smaller but once: Go takes a minute for the first new one otherwise, and
# tries next to nothing else in that time.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-60s}
mkdir -p dist && : > dist/fuzz.txt
for file in $(git grep -l '^func Fuzz' -- '*_test.go'); do
  package=./$(dirname "$file")
  for target in $(grep -ho '^func Fuzz[A-Za-z0-9_]*' "$file" | sed 's/func //'); do
    echo "== $package $target" | tee -a dist/fuzz.txt
    go test "$package" -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 1x 2>&1 | tail -3 | tee -a dist/fuzz.txt
  done
done
