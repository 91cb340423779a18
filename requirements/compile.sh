#!/bin/sh
# Makes every lock file anew. dev.txt is solved first and constrains the others, so that one version serves all.
set -eu
cd "$(dirname "$0")"
uv="../.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header"
$uv dev.in -o dev.txt
$uv uv.in -o uv.txt
for part in functions twin api api-laptop; do $uv "$part.in" -c dev.txt -o "$part.txt"; done
for tool in tools/*.in; do
  # Of guard's package only the program inside is wanted, not the libraries that it would draw in.
  case "$tool" in tools/guard.in) alone=--no-deps ;; *) alone= ;; esac
  $uv $alone "$tool" -o "${tool%.in}.txt"
done
$uv ../layers/kubernetes/requirements.in -c dev.txt -o ../layers/kubernetes/requirements.txt
