#!/usr/bin/env bash
# ./dev bench import [--full]: import, geocoding and gazetteer build against ogr2ogr, and their
# memory. --full also imports 1,000,000 rows. Figures of the last run: tests/bench/README.md.
set -eu
cd "$(dirname "$0")/../.."
. tests/serving.sh
exec $python tests/bench/import.py "$build" "$folder" "$@"
