#!/usr/bin/env bash
# What goes wrong is said: for each bad input an exit code other than 0 and a sentence on standard
# error that holds the given words, and nothing lost: the edition that was there stays.
set -u
. tests/serving.sh
needs passerelle-import passerelle-serve passerelle-geocode passerelle-gazetteer gazetteer.sqlite
cd "$folder" || exit 2
source_folder=$OLDPWD
gazetteer=$build/gazetteer.sqlite
bad=0

# refused WORDS COMMAND...: it fails, is no crash, and says all of WORDS (extended patterns, one a
# line), in sentences without a trace of C or of SQL.
refused() {
    local words=$1 code=0 word
    shift
    timeout 60 "$@" >out 2>said </dev/null || code=$?
    if [ $code = 0 ] || [ $code -ge 124 ]; then
        printf 'exit %s: %s\n' $code "$*"
        sed 's/^/    /' said | head -5
        bad=1
        return
    fi
    while IFS= read -r word; do
        grep -qiE -e "$word" said && continue
        printf '%s\n    does not say %s, but:\n' "$*" "$word"
        sed 's/^/    /' said | head -5
        bad=1
    done <<<"$words"
}
accepted() {
    local code=0
    timeout 120 "$@" >out 2>said </dev/null || code=$?
    [ $code = 0 ] && return
    printf 'exit %s: %s\n' $code "$*"
    sed 's/^/    /' said | head -5
    bad=1
}
holds() { # holds TEXT COMMAND...
    "${@:2}" || { echo "$1"; bad=1; }
}

head -n 40 "$source_folder/data/partnerships.csv" >good.csv
row=$(sed -n 2p good.csv)
import=("$build/passerelle-import" --database atlas.sqlite --gazetteer "$gazetteer")
accepted "${import[@]}" good.csv
edition=$(sqlite3 atlas.sqlite 'SELECT number, content_hash FROM edition')

# --- files ---------------------------------------------------------------------------------------
: >empty.csv
head -c 100000 /dev/urandom >binary.csv
printf 'name,colour\nLyon,red\n' >columns.csv
mkdir folder.csv
refused 'missing\.csv
no such file|not (found|there|exist)' "${import[@]}" missing.csv
refused 'empty\.csv
empty|no (rows|header|line)' "${import[@]}" empty.csv
refused 'binary\.csv' "${import[@]}" binary.csv
refused 'columns\.csv
column' "${import[@]}" columns.csv
refused 'folder\.csv
directory|folder|not a (regular )?file' "${import[@]}" folder.csv
head -c 65536 "$gazetteer" >database.csv
refused 'database\.csv' "${import[@]}" database.csv

# A huge one is met by a limit, not by memory.
truncate -s 10G zeros.csv
refused 'zeros\.csv' "${import[@]}" zeros.csv
rm -f zeros.csv

# --- rows: rejected or noted with line and reason; the others are there -------------------------
cells() { # cells COLUMN VALUE: the second row of good.csv with one cell changed
    $python - "$1" "$2" <<'PYTHON'
import csv, sys
rows = list(csv.reader(open("good.csv", encoding="utf-8", newline="")))
rows[1][rows[0].index(sys.argv[1])] = sys.argv[2]
csv.writer(open("changed.csv", "w", encoding="utf-8", newline=""), lineterminator="\n").writerows(rows)
PYTHON
}
# noted COLUMN VALUE WORDS: the import goes through and its messages hold line 2 and the words.
noted() {
    local word code=0
    cells "$1" "$2"
    rm -rf noted.sqlite*
    timeout 60 "$build/passerelle-import" changed.csv --database noted.sqlite --gazetteer "$gazetteer" \
        >out 2>said </dev/null || code=$?
    [ $code -lt 124 ] || { echo "$1=$2: exit $code"; bad=1; }
    while IFS= read -r word; do
        cat out said | grep -qiE -e "$word" && continue
        printf '%s=%s: the report does not say %s, but:\n' "$1" "$2" "$word"
        cat out said | sed 's/^/    /' | tail -12
        bad=1
    done <<<"$3"
}
noted year_start 99999 '\b2\b
year|ann'
noted year_start 0 '\b2\b
year|ann'
noted year_start NaN '\b2\b
year|ann'
noted themes licornes '\b2\b
theme|licornes'
noted country_iso ZZ '\b2\b
ZZ|country'
noted kind mariage '\b2\b
kind|mariage'
noted gender_marker 7 '\b2\b
gender|7'
noted amount_eur beaucoup '\b2\b
amount|beaucoup'
noted foreign_name Xyzzyvillequinexistepas 'not found|without a place|introuvable|no place|not_found'

{ cat good.csv; echo 'P9000,too,few'; } >few.csv
{ cat good.csv; echo "$row,and,two,more" | sed 's/P0001/P9001/'; } >many.csv
for file in few many; do
    rm -rf noted.sqlite*
    timeout 60 "$build/passerelle-import" $file.csv --database noted.sqlite --gazetteer "$gazetteer" >out 2>said || true
    line=$(wc -l <$file.csv)
    cat out said | grep -qE "\b$line\b" || {
        echo "$file.csv: the report does not name line $line"
        cat out said | tail -8
        bad=1
    }
done
# rows_said FILE CODE IMPORTED WORDS: it ends with CODE, so many rows are in, and each of WORDS is said.
rows_said() {
    local word code=0 rows=0
    rm -rf noted.sqlite*
    timeout 60 "$build/passerelle-import" "$1" --database noted.sqlite --gazetteer "$gazetteer" >out 2>said </dev/null || code=$?
    [ $code = "$2" ] || { echo "$1: exit $code, not $2"; bad=1; }
    [ ! -e noted.sqlite ] || rows=$(sqlite3 noted.sqlite 'SELECT count(*) FROM partnership')
    [ "$rows" = "$3" ] || { echo "$1: $rows partnerships, not $3"; bad=1; }
    # A first import that is refused leaves nothing behind.
    [ -e noted.sqlite ] || holds "$1: $(echo noted.sqlite*) is left" [ "$(echo noted.sqlite*)" = 'noted.sqlite*' ]
    while IFS= read -r word; do
        cat out said | grep -qE -e "$word" && continue
        printf '%s: the report does not say %s, but:\n' "$1" "$word"
        cat out said | sed 's/^/    /' | cut -c1-300 | tail -12
        bad=1
    done <<<"$4"
}
$python - <<'PYTHON'
head = "partnership_id,title,french_name,french_type,foreign_name,foreign_type,country_iso,year_start,note\n"
def row(id, title="Eau", french="Lyon", foreign="Bamako", year="2019", note=""):
    return f"{id},{title},{french},commune,{foreign},city,ML,{year},{note}\n"
def file(name, *rows, head=head):
    open(name, "w", encoding="utf-8", newline="").write(head + "".join(rows))
file("nul.csv", row("A"), row("B", title="E\0au"), row("C"))
file("unterminated.csv", row("A"), row("B", title='"Eau'), row("C"))
file("cell.csv", row("A"), row("B", title="x" * 1000000), row("C"))
file("long.csv", row("A"), "B" + ("," + "y" * 60000) * 40 + "\n", row("C"))
file("columns.csv", ",".join(map(str, range(100000))) + "\n", head=",".join(map(str, range(100000))) + "\n")
file("formula.csv", row("A", title='"=HYPERLINK(""http://x"")"', note="=1+1"), row("B", foreign="=cmd"))
file("marks.csv", row("A", title="Eau \u202eevil\u202c \x07bell\u200b", french="Ly\u202eon", foreign="Bamako\x01", note="\x1b[31mred"))
file("years.csv", *(row(f"Y{i}", year=year) for i, year in enumerate(["2019", "0", "9999", "NaN", "inf", "-5"])))
file("degrees.csv", *(row(f"L{i}")[:-1] + point + "\n" for i, point in enumerate([",12.6,-8", ",91,0", ",NaN,1", ",12.6,181"])),
     head=head[:-1] + ",foreign_lat,foreign_lon\n")
PYTHON
rows_said nul.csv 3 2 'line 3: a cell holds a NUL byte'
rows_said unterminated.csv 3 2 'line 3: a quotation mark'
rows_said cell.csv 3 2 'line 3: a cell is longer .*--max-cell'
rows_said long.csv 3 2 'line 3: it is longer .*--max-cell'
rows_said columns.csv 1 0 'more than 1000 columns.*--max-columns'
rows_said formula.csv 0 2 'line 2, column title: it begins like a formula; it was kept as text
line 2, column note: it begins
line 3, column foreign_name: it begins'
rows_said marks.csv 0 1 'column title: control characters were left out
column french_name: control
column foreign_name: control
column note: control'
holds 'marks.csv: the marks are in the database' [ "$(sqlite3 noted.sqlite "SELECT title || '|' || note || '|' || (SELECT group_concat(as_written) FROM party) FROM partnership")" = 'Eau evil bell|[31mred|Lyon,Bamako' ]
rows_said years.csv 3 1 "line 3, column year_start: '0'
line 4, column year_start: '9999'
line 5, column year_start: 'NaN'
line 6, column year_start: 'inf'
line 7, column year_start: '-5'"
rows_said degrees.csv 3 1 "line 3: .*latitude 91
line 4, column foreign_lat: 'NaN'
line 5, column foreign_lon: '181'"
# What a name promises and the bytes do not hold.
for ending in xlsx ods gpkg; do
    head -c 5000 /dev/urandom >random.$ending
    rows_said random.$ending 1 0 "not a (spreadsheet|GeoPackage), though its name says so: its beginning is not that of a"
done

# --- databases and gazetteers --------------------------------------------------------------------
sqlite3 other.sqlite 'CREATE TABLE t(a); INSERT INTO t VALUES(1);'
head -c 20000 /dev/urandom >noise.sqlite
head -c 40000 atlas.sqlite >cut.sqlite
cp atlas.sqlite newer.sqlite && sqlite3 newer.sqlite 'PRAGMA user_version = 999'
head -c 40000 "$gazetteer" >cut-gazetteer.sqlite
serve=("$build/passerelle-serve" --listen "127.0.0.1:$(free_port)")
for database in missing other noise cut newer; do
    refused "$database\\.sqlite" "${serve[@]}" --database $database.sqlite
done
for database in other noise cut newer; do
    sum=$(sha256sum <$database.sqlite)
    refused "$database\\.sqlite" "$build/passerelle-import" good.csv --database $database.sqlite --gazetteer "$gazetteer"
    holds "$database.sqlite was changed" [ "$(sha256sum <$database.sqlite)" = "$sum" ]
done
for wrong in missing other noise cut-gazetteer atlas; do
    refused "$wrong\\.sqlite" "$build/passerelle-import" good.csv --database atlas.sqlite --gazetteer $wrong.sqlite
    printf 'side,name,type,hint,country_iso\nfr,Lyon,,,\n' >names.csv
    refused "$wrong\\.sqlite" "$build/passerelle-geocode" names.csv --gazetteer $wrong.sqlite --output answers.csv
done
refused 'nowhere' "$build/passerelle-import" good.csv --database nowhere/atlas.sqlite --gazetteer "$gazetteer"
refused 'missing' "$build/passerelle-gazetteer" --outside missing --output made.sqlite

# Locked by a writer at work, or with a journal that stayed behind.
cp atlas.sqlite locked.sqlite
{ echo 'BEGIN EXCLUSIVE;'; echo "SELECT 'held';"; cat; } < <(sleep 8) | sqlite3 locked.sqlite >held &
holder=$!
for _ in $(seq 100); do [ -s held ] && break; sleep 0.05; done
refused 'locked\.sqlite' "$build/passerelle-import" good.csv --database locked.sqlite --gazetteer "$gazetteer" --source other
kill $holder 2>/dev/null
wait $holder 2>/dev/null

# Two imports at once: one of them may be refused and then says who holds the database.
"$build/make_national" 3000 --gazetteer "$gazetteer" >made.csv
for file in made good; do
    "$build/passerelle-import" $file.csv --database two.sqlite --gazetteer "$gazetteer" >$file.out 2>$file.said &
    eval "$file=\$!"
done
refused=0
for file in made good; do
    wait "${!file}" && continue
    refused=$((refused + 1))
    holds "an import beside another does not say who holds the database: $(tail -2 $file.said)" \
        grep -qE 'another import \(process [0-9]+\)' $file.said
done
holds 'two imports at once: both fail' [ $refused -lt 2 ]
holds "two imports at once: damaged" [ "$(sqlite3 two.sqlite 'PRAGMA integrity_check')" = ok ]

# --- options -------------------------------------------------------------------------------------
for programme in import serve geocode gazetteer export; do
    [ -x "$build/passerelle-$programme" ] || continue
    refused 'no-such-option' "$build/passerelle-$programme" --no-such-option
    refused '.' "$build/passerelle-$programme"
    accepted "$build/passerelle-$programme" --help
    holds "passerelle-$programme --help: no usage" grep -qi usage out
    accepted "$build/passerelle-$programme" --version
done
refused 'gazetteer' "$build/passerelle-import" good.csv --database new.sqlite --gazetteer
port=$(free_port)
$python -m http.server --bind 127.0.0.1 "$port" >/dev/null 2>&1 &
holder=$!
for _ in $(seq 100); do curl -s -o /dev/null "http://127.0.0.1:$port/" && break; sleep 0.05; done
refused "$port
in use|taken|already listens" "$build/passerelle-serve" --database atlas.sqlite --listen "127.0.0.1:$port"
kill $holder
wait $holder 2>/dev/null
for listen in 127.0.0.1:99999 127.0.0.1:abc nowhere.invalid:80 127.0.0.1 :::; do
    refused 'listen' "$build/passerelle-serve" --database atlas.sqlite --listen $listen
done

# --- nothing lost --------------------------------------------------------------------------------
holds 'the edition changed' [ "$(sqlite3 atlas.sqlite 'SELECT number, content_hash FROM edition')" = "$edition" ]
holds 'the database is damaged' [ "$(sqlite3 atlas.sqlite 'PRAGMA integrity_check')" = ok ]
holds 'a failed geocoding left an output' [ ! -e answers.csv ]
exit $bad
