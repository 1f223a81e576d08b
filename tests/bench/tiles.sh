#!/usr/bin/env bash
# ./dev bench tiles [--full]: the server against nginx serving files of the same bytes, and its
# memory, start and tile sizes. --full: also with 1,000,000 links. Figures: tests/bench/README.md.
set -eu
cd "$(dirname "$0")/../.."
. tests/serving.sh
exec $python tests/bench/tiles.py "$build" "$folder" "$@"
