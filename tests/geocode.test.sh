#!/usr/bin/env bash
# passerelle-geocode: what it reads and writes, how it refuses, and how well it does on the gold
# files (tests/gold). It is given the gold files' first five columns only.
set -eu
build=${PASSERELLE_BUILD:?run by ctest}
programme=$build/passerelle-geocode
gazetteer=$build/gazetteer.sqlite
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
fail() { echo "FAIL: $*" >&2; failed=1; }

# --- refusals: a sentence, an exit code, and no output file
refuse() { # refuse CODE WORDS ARGUMENTS...
    local code=0 expected=$1 words=$2
    shift 2
    "$programme" "$@" --output "$work/out.csv" >"$work/stdout" 2>"$work/stderr" || code=$?
    [ $code -eq "$expected" ] || fail "exit $code instead of $expected for: $*"
    grep -q -- "$words" "$work/stderr" || fail "no word of '$words' for: $* ($(cat "$work/stderr"))"
    [ ! -e "$work/out.csv" ] || fail "an output was left for: $*"
}
header='side,name,type,hint,country_iso'
printf '%s\nfr,Lyon,commune,,FR\n' "$header" >"$work/good.csv"
: >"$work/empty.csv"
head -c 5000 /dev/urandom >"$work/binary.csv"
printf 'side,name\nfr,Lyon\n' >"$work/short.csv"
printf '%s\nfr,"Lyon,commune,,FR\n' "$header" >"$work/quote.csv"
printf '%s\nfr,Lyon,commune,,FR,more\n' "$header" >"$work/many.csv"
printf '%s\nfr,Orl\351ans,commune,,FR\n' "$header" >"$work/latin1.csv"
refuse 1 'No such file' "$work/missing.csv" --gazetteer "$gazetteer"
refuse 1 'is empty' "$work/empty.csv" --gazetteer "$gazetteer"
refuse 1 'UTF-8' "$work/binary.csv" --gazetteer "$gazetteer"
refuse 1 'UTF-8' "$work/latin1.csv" --gazetteer "$gazetteer"
refuse 1 'no column type' "$work/short.csv" --gazetteer "$gazetteer"
refuse 1 'quote' "$work/quote.csv" --gazetteer "$gazetteer"
refuse 1 'row 2 has 6 cells' "$work/many.csv" --gazetteer "$gazetteer"
refuse 1 'no gazetteer at' "$work/good.csv" --gazetteer "$work/nothing.sqlite"
refuse 1 'is not a gazetteer' "$work/good.csv" --gazetteer "$work/good.csv"
refuse 2 'gazetteer is needed' "$work/good.csv"
refuse 2 'help' "$work/good.csv" --gazetteer "$gazetteer" --nonsense
"$programme" --help | grep -q 'usage: passerelle-geocode' || fail 'no help'

# --- columns by name, whatever their order; others are not read; same order out
printf '\xef\xbb\xbfid,country_iso,name,hint,type,side\r\n7,FR,"Havre (Le), port",,commune,fr\r\n8,ML,Кайес,,city,xx\r\n' >"$work/order.csv"
"$programme" "$work/order.csv" --gazetteer "$gazetteer" --output "$work/out.csv" 2>/dev/null || fail 'other order'
expected='side,name,type,hint,country_iso,status,matched_name,kind,code,lat,lon,precision,score,reason'
[ "$(head -1 "$work/out.csv")" = "$expected" ] || fail "header: $(head -1 "$work/out.csv")"
[ "$(wc -l <"$work/out.csv")" -eq 3 ] || fail 'three lines expected'
grep -q '^fr,"Havre (Le), port",commune,,FR,accepted,Le Havre,commune,com:76351,49.4' "$work/out.csv" ||
    fail "row 1: $(sed -n 2p "$work/out.csv")"

# --- the gold files: percent right at least, percent wrong at most. gold-desk.csv is ours: names as
# a French data manager types them, written by hand from general knowledge, points included.
score() { # score FILE RIGHT WRONG
    python3 - "$1" "$work/questions.csv" <<'PYTHON'
import csv, sys
with open(sys.argv[1], encoding="utf-8") as gold, open(sys.argv[2], "w", encoding="utf-8") as out:
    csv.writer(out).writerows(row[:5] for row in csv.reader(gold))
PYTHON
    "$programme" "$work/questions.csv" --gazetteer "$gazetteer" --output "$work/answers.csv" --share data
    python3 tests/gold/score-geocoder "$1" "$work/answers.csv" --show 30 | tee "$work/score"
    awk -v right="$2" -v wrong="$3" '/^all / { sub(/.*right=/, ""); r = $0 + 0; sub(/.*wrong=/, ""); w = $0 + 0
        exit !(r >= right && w <= wrong) }' "$work/score" ||
        fail "$1: below $2 % right or above $3 % wrong"
}
score tests/gold/gold-places.csv 97 1
score tests/gold/gold-hard.csv 90 3
score tests/gold/gold-desk.csv 95 1
exit $failed
