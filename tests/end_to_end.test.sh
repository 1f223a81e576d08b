#!/usr/bin/env bash
# From the sample to answers: the real importer, the real server, and GDAL and plain SQL as
# witnesses of what they say (tests/end_to_end.py).
set -eu
. tests/serving.sh
needs passerelle-import passerelle-serve gazetteer.sqlite

import_file data/partnerships.csv "$folder/atlas.sqlite" >"$folder/import.log" 2>&1 || {
    cat "$folder/import.log"
    exit 1
}
start_server "$folder/atlas.sqlite"
$python tests/end_to_end.py "$folder/atlas.sqlite" "$base" data/partnerships.csv

# A clean stop on SIGTERM.
stop_server "$server"
if curl -sf -o /dev/null "$base/healthz"; then
    echo "the server still answers after its end"
    exit 1
fi

# The same file again: no new edition, and it says so.
edition() { sqlite3 "$1" 'SELECT number, content_hash FROM edition'; }
before=$(edition "$folder/atlas.sqlite")
import_file data/partnerships.csv "$folder/atlas.sqlite" >"$folder/again.log" 2>&1
[ "$(edition "$folder/atlas.sqlite")" = "$before" ] || { echo "the same file made another edition"; exit 1; }
grep -qiE 'unchanged|no new edition|nothing (is )?new|nothing changed' "$folder/again.log" || {
    echo "the import does not say that nothing is new:"
    cat "$folder/again.log"
    exit 1
}

# The same rows with other columns order, encoding and delimiter are the same edition.
$python - data/partnerships.csv "$folder" <<'PYTHON'
import csv, sys
rows = list(csv.reader(open(sys.argv[1], encoding="utf-8")))
def fits(row):
    try:
        return "\n".join(row).encode("cp1252") is not None
    except UnicodeEncodeError:
        return False
rows = [row for row in rows if fits(row)]
assert len(rows) > 100
def write(name, rows, encoding, **format):
    with open(f"{sys.argv[2]}/{name}", "w", encoding=encoding, newline="") as file:
        csv.writer(file, **format).writerows(rows)
write("plain.csv", rows, "utf-8")
turned = [row[::-1] for row in rows]
write("turned.csv", turned, "cp1252", delimiter=";", lineterminator="\r\n")
write("tabs.csv", rows, "utf-16", delimiter="\t")
PYTHON
for form in plain turned tabs; do
    import_file "$folder/$form.csv" "$folder/$form.sqlite" --source sample >"$folder/$form.log" 2>&1 || {
        cat "$folder/$form.log"
        exit 1
    }
    [ "$(edition "$folder/$form.sqlite")" = "$(edition "$folder/plain.sqlite")" ] || {
        echo "$form.csv gives another edition than plain.csv"
        exit 1
    }
done
