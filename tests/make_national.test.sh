#!/usr/bin/env bash
# The made data set: says that it is made, is the same each time, and is no larger than the real one.
set -eu
build=${PASSERELLE_BUILD:-build}
[ -e "$build/gazetteer.sqlite" ] || { echo "no $build/gazetteer.sqlite: run ./dev build"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$build/make_national" >"$folder/national.csv"
"$build/make_national" >"$folder/again.csv"
cmp "$folder/national.csv" "$folder/again.csv"
"$build/make_national" 50000 >"$folder/larger.csv"
for wrong in 0 -1 12x 99999999999999999999 --links; do
    if "$build/make_national" "$wrong" >"$folder/wrong.csv" 2>"$folder/said"; then
        echo "make_national $wrong: accepted" && exit 1
    fi
    [ ! -s "$folder/wrong.csv" ] && [ -s "$folder/said" ]
done

python3 - "$folder/national.csv" "$folder/larger.csv" data/partnerships.csv data/themes.csv <<'PYTHON'
import csv, sys
from collections import Counter

national, larger, sample, themes = [list(csv.DictReader(open(path, encoding="utf-8"))) for path in sys.argv[1:]]
assert len(national) == 12129 and len(larger) == 50000, (len(national), len(larger))
assert set(sample[0]) <= set(national[0]), "the sample's columns are all there"
assert all(row["made"] == "1" and row["source_doc"].startswith("made:") for row in national)

def distinct(*columns):
    return len({tuple(row[c].casefold() for c in columns) for row in national})

def between(what, low, value, high):
    assert low <= value <= high, f"{what}: {value} is not in {low}..{high}"

# Titles hold the names as the gazetteer spells them; the name columns may be typed in capitals.
between("partnerships", 10400, distinct("partnership_id"), 12129)
between("countries", 130, distinct("country_iso"), 140)
titled = Counter(row["title"] for row in national)
between("titles", 10000, len(titled), 12129)
known_themes = {row["code"] for row in themes}
assert {t for row in national for t in row["themes"].split(";") if t} <= known_themes
years = [int(row["year_start"]) for row in national if row["year_start"]]
between("years", 1950, min(years), 2025), between("years", 1950, max(years), 2025)
between("undated in 100", 3, 100 * (1 - len(years) / len(national)), 8)
between("gender marker in 100", 5, 100 * sum(row["gender_marker"] != "" for row in national) / len(national), 20)
top = Counter(row["country_iso"] for row in national).most_common(3)
between("share of the first three countries in 100", 25, 100 * sum(n for _, n in top) / len(national), 45)
assert "FR" not in {row["country_iso"] for row in national}
rows_of = Counter(row["partnership_id"] for row in national)
between("partnerships of several rows", 200, sum(n > 1 for n in rows_of.values()), 600)
once = Counter((r["partnership_id"], r["french_name"], r["french_hint"], r["foreign_name"], r["foreign_type"],
                r["country_iso"]) for r in national)
assert max(once.values()) == 1, "one partner is named once in a partnership"
PYTHON
