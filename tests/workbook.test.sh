#!/usr/bin/env bash
# Workbooks, GeoPackage and GeoJSON: the sample in each format gives the edition that its CSV gives;
# hostile and broken files are refused with a sentence, in seconds, and change nothing.
set -u
build=${PASSERELLE_BUILD:?}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

import() { # import FILE DATABASE
    timeout 100 "$build/passerelle-import" "$1" --database "$2" --source partnerships.csv \
        --gazetteer "$build/gazetteer.sqlite" 2>&1
}
content() { sed -n 's/.*(content \([0-9a-f]*\)).*/\1/p' <<<"$1"; }

wanted=$(content "$(import data/partnerships.csv "$work/csv.sqlite")")
[ -n "$wanted" ] || { echo "the CSV gives no edition"; exit 1; }
for ending in xlsx ods gpkg geojson; do
    ogr2ogr "$work/sample.$ending" data/partnerships.csv >/dev/null 2>&1
    said=$(import "$work/sample.$ending" "$work/$ending.sqlite")
    if [ "$(content "$said")" != "$wanted" ]; then
        printf '%s: another edition than the CSV (%s):\n%s\n' "$ending" "$wanted" "$said"
        bad=1
    fi
done

python3 - "$work" <<'PYTHON'
import re, sys, zipfile
work = sys.argv[1]
def book(name, sheet, extra=()):
    with zipfile.ZipFile(f"{work}/{name}", "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", "<Types/>")
        z.writestr("xl/worksheets/sheet1.xml", sheet)
        for path, text in extra:
            z.writestr(path, text)
book("bomb.xlsx", "<c>" + "A" * 300_000_000)
book("climbs.xlsx", "x", [("../../evil", "x")])
book("nested.xlsx", "x", [("xl/embeddings/a.zip", "PK")])
book("no-workbook.xlsx", "x")
laughs = '<!DOCTYPE l [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(12)) + "]><worksheet>&m;</worksheet>"
book("laughs.xlsx", laughs)
with zipfile.ZipFile(f"{work}/sample.xlsx") as read, zipfile.ZipFile(f"{work}/formula.xlsx", "w") as write:
    for name in read.namelist():  # the note of row 2 is a formula, its result left out
        data = read.read(name)
        if name == "xl/worksheets/sheet1.xml":
            data, n = re.subn(rb'(<c r="AD2" t="s">\s*)<v>\d+</v>', rb"\1<f>1+1</f>", data)
            if n != 1: sys.exit("the sample's sheet has no cell AD2")
        write.writestr(name, data)
data = open(f"{work}/sample.xlsx", "rb").read()
open(f"{work}/truncated.xlsx", "wb").write(data[:len(data) // 2])
open(f"{work}/empty.gpkg", "wb").write(b"SQLite format 3\0" + b"\0" * 84)
open(f"{work}/broken.geojson", "w").write('{"type":"FeatureCollection","features":[{"type":')
PYTHON

refused() { # refused FILE WORD: exit 1, WORD in the sentence, the database as it was
    local before after said code
    before=$(sha256sum <"$work/csv.sqlite")
    said=$(import "$work/$1" "$work/csv.sqlite")
    code=$?
    after=$(sha256sum <"$work/csv.sqlite")
    if [ $code -eq 0 ] || [ $code -ge 100 ] || [ "$before" != "$after" ] ||
        ! grep -qi -- "$2" <<<"$said" || grep -q /proc/ <<<"$said"; then
        printf '%s: exit %d, expected a refusal with "%s":\n%s\n' "$1" $code "$2" "$said"
        bad=1
    fi
}
said=$(import "$work/formula.xlsx" "$work/formula.sqlite")
grep -q '1 formulas without a result read as empty' <<<"$said" || { printf 'formula.xlsx: %s\n' "$said"; bad=1; }
refused bomb.xlsx 'times its size'
refused climbs.xlsx climbs
refused nested.xlsx 'another archive'
refused no-workbook.xlsx 'no XLSX that can be read'
refused laughs.xlsx 'no XLSX that can be read'
refused truncated.xlsx 'truncated'
refused empty.gpkg 'no GeoPackage that can be read'
refused broken.geojson 'no GeoJSON that can be read'
exit $bad
