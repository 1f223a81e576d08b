#!/usr/bin/env bash
# ./dev bench page: what a reader waits for and pays on the atlas page of the national data set, on a
# desktop and on a phone. Figures: tests/bench/README.md.
set -eu
cd "$(dirname "$0")/../.."
. tests/serving.sh
needs passerelle-import passerelle-serve make_national gazetteer.sqlite
"$build/make_national" >"$folder/national.csv"
PASSERELLE_BUILD=$build node tests/bench/page.mjs "$folder/national.csv" "$@"
