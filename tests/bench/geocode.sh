#!/usr/bin/env bash
# usage: tests/bench/geocode.sh [BUILD]
# Names a second of passerelle-geocode: 40,000 different names (half French, half of 60 countries;
# one in ten with a typing error, one in fifty that no place has), then the same names four times
# over. Seconds are of processor time, so that other work on the machine does not count.
set -euo pipefail
build=${1:-build}
gazetteer=$build/gazetteer.sqlite
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 - "$gazetteer" "$work" <<'PYTHON'
import csv, random, sqlite3, sys
random.seed(1)
base = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
french = [("fr", n, "commune", d, "FR") for n, d in base.execute(
    "SELECT t.name_fr, p.name_fr FROM territory t JOIN territory p ON p.code = t.parent_code"
    " WHERE t.kind = 'commune' AND t.replaced_by IS NULL ORDER BY t.id")]
countries = [c for c, in base.execute("SELECT country_iso FROM territory WHERE kind = 'city'"
             " GROUP BY 1 ORDER BY count(*) DESC LIMIT 60")]
foreign = [("xx", n, "city", "", c) for n, c in base.execute(
    "SELECT DISTINCT name_fr, country_iso FROM territory WHERE kind = 'city' ORDER BY id")
    if c in set(countries)]
rows = random.sample(french, 20000) + random.sample(foreign, 20000)
random.shuffle(rows)
def spoil(row, i):
    side, name, kind, hint, iso = row
    if i % 50 == 0: return (side, "Zq" + name[::-1], kind, hint, iso)
    if i % 10 == 0 and len(name) > 5:
        at = random.randrange(1, len(name) - 1)
        return (side, name[:at] + name[at + 1:], kind, hint, iso)
    return row
rows = list(dict.fromkeys(spoil(r, i) for i, r in enumerate(rows)))
# One name of each country that is no place there makes the programme read all its names.
few = [("xx", "Zqwxvbn", "city", "", c) for c in countries] + [("fr", "Zqwxvbn", "commune", "", "FR")]
for name, times, some in (("few", 1, few), ("once", 1, few + rows), ("again", 4, few + rows)):
    with open(f"{sys.argv[2]}/{name}.csv", "w", encoding="utf-8", newline="") as out:
        w = csv.writer(out)
        w.writerow(("side", "name", "type", "hint", "country_iso"))
        for _ in range(times): w.writerows(some)
PYTHON
run() { # run NAME: names and seconds of processor time of one file
    TIMEFORMAT='%U %S'
    { time "$build/passerelle-geocode" "$work/$1.csv" --gazetteer "$gazetteer" \
        --output "$work/out.csv" 2>"$work/$1.txt"; } 2>"$work/time"
    cat "$work/$1.txt" >&2
    awk 'NR == FNR { n = $1; next } { print n, $1 + $2 }' "$work/$1.txt" "$work/time"
}
read -r few few_s < <(run few)
read -r n once < <(run once)
read -r m again < <(run again)
awk -v few="$few" -v few_s="$few_s" -v n="$n" -v once="$once" -v m="$m" -v again="$again" 'BEGIN {
    printf "reading the names of %d countries: %.2f s at most\n", 61, few_s
    printf "different names, countries read on the way: %d names/s\n", n / once
    printf "different names, countries read before: %d names/s\n", (n - few) / (once - few_s)
    printf "repeated names, remembered: %d names/s\n", (m - n) / (again - once) }'
