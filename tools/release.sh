#!/usr/bin/env bash
# Archives for every platform with checksums, in dist/. The version is the
# checkout's tag, or its revision.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$(git describe --tags --always --dirty)
mkdir -p dist && rm -f dist/poterne_* dist/SHA256SUMS
for target in linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64; do
  os=${target%/*} arch=${target#*/}
  name=poterne_${version}_${os}_${arch}
  binary=poterne; [ "$os" = windows ] && binary=poterne.exe
  staging=$(mktemp -d)
  CGO_ENABLED=0 GOOS=$os GOARCH=$arch go build -trimpath -buildvcs=auto \
    -ldflags "-s -w -X github.com/poterne/poterne/cli.version=$version" -o "$staging/$binary" ./cmd/poterne
  cp LICENSE README.md CHANGELOG.md "$staging/"
  tar -C "$staging" --sort=name --owner=0 --group=0 --mtime='@0' -czf "dist/$name.tar.gz" .
  rm -r "$staging"
  echo "dist/$name.tar.gz"
done
(cd dist && sha256sum poterne_*.tar.gz > SHA256SUMS)
