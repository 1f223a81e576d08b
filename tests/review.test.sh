#!/usr/bin/env bash
# The doubtful places of the guide's sample, settled as a data manager would in a few minutes: the
# review file is written, filled in, read back; the answers stay, can be listed and withdrawn; a file
# of answers that does not fit is refused line by line, and changes nothing.
set -u
. tests/serving.sh
needs passerelle-import gazetteer.sqlite
# Two places of the sample are made doubtful: an American homonym, a name that nobody bears.
sed 's/Mahina,city,ville,beneficiaire,known,Mali,ML/Rochester,city,ville,beneficiaire,known,États-Unis,US/
    s/Selinkegny/Zelimkogny/' data/partnerships.csv >"$folder/sample.csv"
sample=$folder/sample.csv
cd "$folder" || exit 2
gazetteer=$build/gazetteer.sqlite

does() { # does CODE ARGUMENTS...: passerelle-import on atlas.sqlite ends with that code
    local code=0 wanted=$1
    timeout 120 "$build/passerelle-import" --database atlas.sqlite "${@:2}" >out 2>said </dev/null || code=$?
    [ $code = "$wanted" ] && return
    complain "exit $code, not $wanted: ${*:2}"
    tail -n 3 out said | sed 's/^/    /'
}
imports() { does "$1" --gazetteer "$gazetteer" "${@:2}"; }
value() { sqlite3 atlas.sqlite "$1"; }
same() { # same WHAT WANTED GOT
    [ "$2" = "$3" ] || complain "$1: $3, not $2"
}
# answers IN OUT NAME=ANSWER...: fills in a review file; NAME:COLUMN=TEXT changes another column.
answers() {
    $python - "$@" <<'PYTHON'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], encoding="utf-8", newline="")))
for pair in sys.argv[3:]:
    name, text = pair.rsplit("=", 1)
    name, _, column = name.partition(":")
    chosen = [row for row in rows if row["name"] == name]
    assert chosen, f"{name} is not in the review file"
    chosen[0][column or "decision"] = text
with open(sys.argv[2], "w", encoding="utf-8", newline="") as out:
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
PYTHON
}
column() { # column FILE NAME COLUMN
    $python -c 'import csv, sys
print(*[row[sys.argv[3]] for row in csv.DictReader(open(sys.argv[1], encoding="utf-8", newline="")) if row["name"] == sys.argv[2]])' "$@"
}
place_of() { # place_of EXTERNAL_ID NAME: code and status of a party
    value "SELECT coalesce(t.code, 'none') || ' ' || match_status FROM party LEFT JOIN territory t ON t.id = territory_id
        WHERE partnership_id = (SELECT id FROM partnership WHERE external_id = '$1') AND as_written = '$2'"
}

# --- the sample ------------------------------------------------------------------------------------
imports 0 "$sample" --review review.csv
doubtful=$(value "SELECT count(DISTINCT as_written) FROM party WHERE match_status IN ('ambiguous', 'not_found') AND (territory_id IS NOT NULL OR side = 'french')")
same 'every doubtful place is in the file' 1 "$(($(wc -l <review.csv) - 1 >= 5))"
grep -q "$(($(wc -l <review.csv) - 1)) doubtful places" out || complain "it does not say how many places are doubtful: $doubtful"
same 'candidates of Rochester, best first' 'Rochester (city, New York, États-Unis)' "$(column review.csv Rochester candidate_1_label)"
same 'where it stands' 'P0096 95' "$(column review.csv Rochester ids) $(column review.csv Rochester lines)"
same 'all rows where it stands' 'P0162 P0190: 157 158 183' "$(column review.csv AVITEM ids): $(column review.csv AVITEM lines)"
rochester=$(column review.csv Rochester candidate_2)
answers review.csv answers.csv "AVITEM=none" "Villa Traful= Country:AR " "Rochester=2" "Zelimkogny=as-is" \
    'YMCA Québec (Montréal Nord)=gn:6077243'
sed -i 's/Country:AR/country:AR/' answers.csv
imports 0 "$sample" --decisions answers.csv --review rest.csv
grep -q '5 decisions recorded' out || complain "decisions: $(grep decisions out)"
same 'Rochester' "$rochester decided" "$(place_of P0096 Rochester)"
same 'AVITEM' 'none decided' "$(place_of P0162 AVITEM)"
same 'Villa Traful' 'country:AR decided' "$(place_of P0017 'Villa Traful')"
same 'YMCA' 'gn:6077243 decided' "$(place_of P0046 'YMCA Québec (Montréal Nord)')"
same 'settled places asked again' 0 "$(grep -cE 'Rochester|AVITEM|Zelimkogny|Traful|YMCA' rest.csv)"
same 'places left' "$(($(wc -l <review.csv) - 5))" "$(wc -l <rest.csv)"
same 'edition' 2 "$(value 'SELECT number FROM edition')"
hash=$(value 'SELECT content_hash FROM edition')

# They apply to every later import, and a review file that is there is kept.
imports 0 "$sample" --review rest.csv
grep -q 'Nothing new' out || complain 'the same file with decisions kept: a new edition'
[ -e rest.csv~ ] || complain 'a review file was overwritten that may have been filled in'

# --- listed and withdrawn ---------------------------------------------------------------------------
does 0 --list-decisions
grep -q '5 decisions' out && grep -q "'Rochester', city, US: $rochester (Rochester" out || complain "listed: $(cat out)"
key=$(column review.csv Rochester key)
does 1 --withdraw-decision 0000000000000000
does 0 --withdraw-decision "$key"
grep -q 'stays at edition 2' out || complain 'withdrawing alone makes another edition'
imports 0 "$sample" --review rest.csv
same 'Rochester after its decision was withdrawn' 1 "$(grep -c Rochester rest.csv)"
# A file of answers without a file to import is recorded, and applied by the next import.
does 0 --gazetteer "$gazetteer" --decisions answers.csv
same 'recorded only' 3 "$(value 'SELECT number FROM edition')"
imports 0 "$sample"
same 'content with all decisions' "$hash" "$(value 'SELECT content_hash FROM edition')"

# --- answers that do not fit --------------------------------------------------------------------------
before=$(sha256sum <atlas.sqlite)
refused() { # refused WHAT PAIR...: the file is refused, with line and reason, and nothing changes
    local what=$1
    answers review.csv wrong.csv "${@:2}"
    imports 1 "$sample" --decisions wrong.csv
    grep -qE "^wrong.csv line [0-9]+: .*$what" out || complain "'$what' is not said of ${*:2}: $(head -n 2 out)"
    same "the database after ${*:2}" "$before" "$(sha256sum <atlas.sqlite)"
}
refused 'nor a code of the gazetteer' 'Rochester=gn:999999999'
refused 'nor a code of the gazetteer' 'Rochester=la deuxième'
refused 'no candidate of this number' 'AVITEM=5'
refused 'another gazetteer' 'Rochester=1' 'Rochester:gazetteer=0123456789abcdef'
refused 'were changed' 'Rochester=1' 'Rochester:country=SN'
refused 'were changed' 'Rochester=1' 'Rochester:name=Kita'
refused 'were changed' 'AVITEM=none' 'Rochester=1' 'Rochester:key=0123456789abcdef'
printf 'decision,name\n1,Rochester\n' >wrong.csv
imports 1 "$sample" --decisions wrong.csv
grep -q "no column 'kind'" said || complain "no review file: $(cat said)"
imports 1 "$sample" --decisions nothing-there.csv
head -c 3000 /dev/urandom >wrong.csv
imports 1 "$sample" --decisions wrong.csv
same 'the database after wrong files' "$before" "$(sha256sum <atlas.sqlite)"
# One empty of answers says so and changes nothing; half filled in another encoding is read.
imports 0 "$sample" --decisions review.csv
grep -q '0 decisions recorded' out || complain 'a file without answers'
iconv -f UTF-8 -t CP1252//TRANSLIT answers.csv | sed 's/,/;/g' >windows.csv
$python - answers.csv windows.csv <<'PYTHON'
import csv, sys
rows = list(csv.reader(open(sys.argv[1], encoding="utf-8", newline="")))
csv.writer(open(sys.argv[2], "w", encoding="cp1252", newline=""), delimiter=";").writerows(rows)
PYTHON
imports 0 "$sample" --decisions windows.csv
grep -q '5 decisions recorded' out || complain "a review file saved by a French spreadsheet: $(cat said)"

# --- what a rule holds for review -------------------------------------------------------------------------
cat >held.csv <<'CSV'
partnership_id,title,french_name,french_type,foreign_name,foreign_type,country_iso,year_start
H1,=Cmd,Lyon,commune,Simferopol,city,RU,2016
CSV
rm -rf atlas.sqlite*
imports 0 held.csv --review held-review.csv
same 'held' to-review "$(value 'SELECT publication FROM partnership')"
same 'in the file' 'held for review' "$(column held-review.csv Simferopol status)"
answers held-review.csv held-answers.csv Simferopol=publish
imports 0 held.csv --decisions held-answers.csv
same 'published' 'published UA' "$(value "SELECT publication || ' ' || (SELECT country_iso FROM party WHERE side = 'foreign') FROM partnership")"
# A name that is a formula stays harmless in the file, and is the same question when it comes back.
printf 'partnership_id,french_name,french_type,foreign_name,foreign_type,country_iso\nF1,Lyon,commune,=1+1,city,ML\n' >formula.csv
imports 0 formula.csv --review formula-review.csv
grep -q "'=1+1" formula-review.csv || complain 'a formula stands in the review file'
answers formula-review.csv formula-answers.csv "'=1+1=none"
imports 0 formula.csv --decisions formula-answers.csv
grep -q '1 decisions recorded' out || complain 'the formula is not the same question'
exit $bad
