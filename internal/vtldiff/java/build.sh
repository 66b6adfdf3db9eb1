#!/usr/bin/env bash
# Compiles Oracle.java into the folder given. Needs a JDK (17 was used) and
#   apt-get install -y --no-install-recommends velocity libjsonpath-java libjson-smart-java \
#     libcommons-lang-java libcommons-lang3-java libcommons-collections3-java libslf4j-java
set -euo pipefail
out=${1:?usage: build.sh FOLDER}
jars=/usr/share/java
path=
for jar in velocity json-path json-smart accessors-smart asm slf4j-api commons-lang commons-lang3; do
  path=$path:$jars/$jar.jar
done
mkdir -p "$out"
javac -nowarn -Xlint:-options -d "$out" -cp "${path#:}" "$(dirname "$0")"/Oracle.java 2>&1 | grep -v '^Note' || true
