#!/usr/bin/env bash
# Who may include whom (ARCHITECTURE.md): import -> geo, server -> tiles -> geo, nothing else.
set -u
cd "$(dirname "$0")/.." || exit 2
bad=0

# refuse ROOM PATTERN: no file of ROOM may include a header whose path matches PATTERN.
refuse() {
    local found
    found=$(grep -rnE "^[[:space:]]*#[[:space:]]*include[[:space:]]+[<\"]$2" --include='*.[ch]' "$1")
    if [ -n "$found" ]; then
        printf 'forbidden include in %s/:\n%s\n' "$1" "$found"
        bad=1
    fi
}

refuse geo '(import|tiles|server|tests)/'
refuse import '(tiles|server|tests)/'
refuse tiles '(import|server|tests)/'
refuse server '(import|tests)/'
# What answers strangers carries little.
refuse tiles '(gdal|ogr_|cpl_|unicode/|spatialite)'
refuse server '(gdal|ogr_|cpl_|unicode/|spatialite)'
exit $bad
