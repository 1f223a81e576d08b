#!/usr/bin/env bash
# What passerelle-serve is linked with: it answers strangers and carries little.
set -u
cd "$(dirname "$0")/.." || exit 2
programme=${PASSERELLE_BUILD:-build}/passerelle-serve
[ -x "$programme" ] || { echo "$programme is not built here"; exit 77; }
bad=0

# Named by the programme itself; sanitizers bring their own into their builds.
allowed='libc libm libpthread libgcc_s libmicrohttpd libsqlite3 libproj libutf8proc libcairo libpng16
    libdeflate libisal libz libasan libubsan libtsan'
needed=$(readelf -d "$programme" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p')
[ -n "$needed" ] || { echo "readelf tells nothing about $programme"; exit 1; }
for library in $needed; do
    name=${library%%.so*}
    # shellcheck disable=SC2086,SC2116 # the list goes on one line
    case " $(echo $allowed) " in
    *" $name "*) ;;
    *)
        echo "$programme is linked with $library, which is not on the list"
        bad=1
        ;;
    esac
done

# Nor brought along by those.
for name in gdal icu spatialite xml2 geos; do
    if ldd "$programme" | grep -qE "^[[:space:]]*lib$name"; then
        echo "$programme drags lib$name along"
        bad=1
    fi
done
exit $bad
