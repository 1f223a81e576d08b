#!/usr/bin/env bash
# passerelle-import as a data manager meets it: one content in every form a spreadsheet gives it is
# one edition; the same again is no new one; killed at any moment it leaves the old edition whole;
# two at once wait for each other; what it writes opens in GDAL and SpatiaLite as it is.
set -u
. tests/serving.sh
needs passerelle-import gazetteer.sqlite
source_folder=$PWD
cd "$folder" || exit 2
gazetteer=$build/gazetteer.sqlite
sample=$source_folder/data/partnerships.csv

# imports CODE FILE DATABASE OPTIONS...: it ends with that code.
imports() {
    local code=0 wanted=$1
    timeout 120 "$build/passerelle-import" "$2" --database "$3" --gazetteer "$gazetteer" \
        --source sample "${@:4}" >out 2>said </dev/null || code=$?
    [ $code = "$wanted" ] && return
    complain "exit $code, not $wanted: import $2 $3 ${*:4}"
    tail -n 3 out said | sed 's/^/    /'
}
value() { # value DATABASE SQL
    sqlite3 "$1" "$2"
}
same() { # same WHAT WANTED GOT
    [ "$2" = "$3" ] || complain "$1: $3, not $2"
}

# --- one content, many forms -----------------------------------------------------------------------
imports 0 "$sample" atlas.sqlite
hash=$(value atlas.sqlite 'SELECT content_hash FROM edition')
same 'networks are kept as parties, without a place to be drawn at' '14 0' "$(value atlas.sqlite \
    "SELECT count(*) || ' ' || count(territory_id) FROM party WHERE type_written = 'network'")"
$python - "$sample" <<'PYTHON'
import csv, random, sys
rows = list(csv.reader(open(sys.argv[1], encoding="utf-8", newline="")))
def write(name, rows, encoding, delimiter, end="\n", bom=b""):
    import io
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    open(name, "wb").write(bom + text.getvalue().encode(encoding))
order = list(range(len(rows[0])))
random.Random(1).shuffle(order)
shuffled = [[row[i] for i in order] for row in rows]
write("order.csv", shuffled, "utf-8", ",")
write("mark.csv", rows, "utf-8", ";", "\r\n", b"\xef\xbb\xbf")
write("little.csv", shuffled, "utf-16-le", "\t", "\r\n", b"\xff\xfe")
write("big.csv", rows, "utf-16-be", "\t", "\n", b"\xfe\xff")
french = {"partnership_id": "Identifiant", "title": "Intitulé du projet", "kind": "Type de partenariat",
          "modes": "Modalités", "status": "État d'avancement", "french_name": "Collectivité française",
          "french_type": "Type de collectivité", "french_hint": "Département", "french_role": "Rôle",
          "foreign_name": "Partenaire étranger", "foreign_type": "Type de partenaire",
          "foreign_generic": "Terme local", "foreign_role": "Rôle du partenaire",
          "partner_status": "Statut du partenaire", "country": "Pays", "country_iso": "Code pays",
          "themes": "Thématiques", "year_start": "Année de début", "year_end": "Année de fin",
          "end_kind": "Nature de la fin", "signed": "Date de signature", "amount_eur": "Montant (€)",
          "amount_funder": "Financeur", "amount_nature": "Nature du montant",
          "gender_marker": "Marqueur genre", "call": "Appel à projets", "source_doc": "Source",
          "source_place": "Page", "source_date": "Date de la source", "note": "Remarques"}
translated = [[french[name] for name in rows[0]]] + rows[1:]
write("french.csv", translated, "utf-8", ";")
write("windows.csv", shuffled, "cp1252", ";", "\r\n")
PYTHON
for form in order mark little big french windows; do
    imports 0 $form.csv $form.sqlite
    same "$form.csv" "$hash" "$(value $form.sqlite 'SELECT content_hash FROM edition')"
done
imports 0 windows.csv other.sqlite
grep -q 'windows-1252' out || complain 'windows.csv: another encoding was found'

# --- every row accounted for -------------------------------------------------------------------------
read_rows=$($python -c 'import csv,sys; print(sum(1 for _ in csv.reader(open(sys.argv[1], encoding="utf-8", newline=""))) - 1)' "$sample")
imports 0 "$sample" atlas.sqlite
read -r rows imported merged rejected < <(sed -nE 's/^Rows read: ([0-9]+) = ([0-9]+) imported \+ ([0-9]+) merged \+ ([0-9]+) rejected$/\1 \2 \3 \4/p' out)
same 'rows read' "$read_rows" "$rows"
same 'imported + merged + rejected' "$rows" $((imported + merged + rejected))
same 'partnerships' "$imported" "$(value atlas.sqlite 'SELECT count(*) FROM partnership')"
same 'links said' "$(sed -nE 's/^Partnerships:.*links: ([0-9]+)$/\1/p' out)" "$(value atlas.sqlite 'SELECT count(*) FROM link')"

# --- the same again ------------------------------------------------------------------------------------
before=$(sha256sum <atlas.sqlite)
for form in order little french; do
    imports 0 $form.csv atlas.sqlite
    grep -q 'Nothing new' out || complain "$form.csv again: a new edition"
done
same 'the database after the same again' "$before" "$(sha256sum <atlas.sqlite)"
[ ! -e atlas.sqlite.editions ] || complain 'the same again: an edition was kept'

# --- ids stay, editions grow ------------------------------------------------------------------------------
sed 's/,Dire Dawa,/,Addis-Abeba,/' "$sample" >changed.csv
cp atlas.sqlite old.sqlite
imports 0 changed.csv atlas.sqlite
same 'edition' 2 "$(value atlas.sqlite 'SELECT number FROM edition')"
same 'edition kept' "$before" "$(sha256sum <atlas.sqlite.editions/000001.sqlite)"
same 'ids of partnerships' "$(value old.sqlite 'SELECT id, external_id FROM partnership ORDER BY id')" \
    "$(value atlas.sqlite 'SELECT id, external_id FROM partnership ORDER BY id')"
lost=$(value atlas.sqlite "ATTACH 'old.sqlite' AS old; SELECT count(*) FROM old.link o JOIN link n ON n.id = o.id
  WHERE (o.partnership_id, o.french_id) IS NOT (n.partnership_id, n.french_id)")
same 'links whose id now means something else' 0 "$lost"
same 'links that kept their ids' "$(($(value old.sqlite 'SELECT count(*) FROM link') - 1))" \
    "$(value atlas.sqlite "ATTACH 'old.sqlite' AS old; SELECT count(*) FROM old.link o JOIN link n ON n.id = o.id")"
imports 0 "$sample" atlas.sqlite
same 'edition' 3 "$(value atlas.sqlite 'SELECT number FROM edition')"
same 'the old content under a new number' "$hash" "$(value atlas.sqlite 'SELECT content_hash FROM edition')"
same 'ids of territories' 0 "$(value atlas.sqlite "ATTACH 'old.sqlite' AS old; SELECT count(*) FROM old.territory o
  JOIN territory n ON n.code = o.code WHERE n.id <> o.id")"

unused="SELECT count(*) FROM territory WHERE kind = 'city' AND id NOT IN (SELECT territory_id FROM party WHERE territory_id IS NOT NULL)"
same 'cities that no party names' "$(value old.sqlite "$unused")" "$(value atlas.sqlite "$unused")"

# --- opens as it is ---------------------------------------------------------------------------------------
ogrinfo -ro -al -so atlas.sqlite >ogr 2>&1 || complain 'ogrinfo cannot open it'
grep -qE 'ERROR|Warning' ogr && complain "ogrinfo: $(grep -E 'ERROR|Warning' ogr | head -2)"
for layer in territory link area border; do
    same "features of $layer" "$(value atlas.sqlite "SELECT count(*) FROM $layer")" \
        "$(sed -n "/^Layer name: $layer\$/,/^Layer name/s/^Feature Count: //p" ogr)"
done
spatial=$(sqlite3 atlas.sqlite "SELECT load_extension('mod_spatialite')" 'SELECT CheckSpatialIndex()' \
    "SELECT count(*) FROM link WHERE NOT ST_IsValid(geom) OR ST_SRID(geom) <> 4326 OR GeometryType(geom) <> 'MULTILINESTRING'" \
    "SELECT count(*) FROM territory WHERE geom IS NOT NULL AND (abs(ST_X(geom) - lon) > 1e-9 OR abs(ST_Y(geom) - lat) > 1e-9)" |
    tail -n 3 | tr '\n' ' ')
same 'spatial index, bad lines, bad points' '1 0 0 ' "$spatial"
same 'journal mode' delete "$(value atlas.sqlite 'PRAGMA journal_mode')"
same 'integrity' ok "$(value atlas.sqlite 'PRAGMA integrity_check')"
same 'foreign keys' '' "$(value atlas.sqlite 'PRAGMA foreign_key_check')"
# Lines are geodesics: their length is that between their ends, to a thousandth.
sqlite3 atlas.sqlite "SELECT load_extension('mod_spatialite')" \
    "SELECT count(*) FROM link l JOIN territory a ON a.id = l.french_id JOIN territory b ON b.id = l.foreign_id
     WHERE l.geom IS NOT NULL AND abs(GeodesicLength(l.geom) / ST_Distance(a.geom, b.geom, 1) - 1) > 1e-3" |
    tail -n 1 >long
same 'lines longer than the geodesic' 0 "$(cat long)"
for code in com:38185 dep:2A reg:84 country:KH; do
    same "territory $code" 1 "$(value atlas.sqlite "SELECT count(*) FROM territory WHERE code = '$code'")"
done

# --- no personal data ----------------------------------------------------------------------------------------
{
    echo 'Collectivité;Partenaire;Pays;Contact;Courriel du référent;Téléphone;Remarques'
    # shellcheck disable=SC1112 # the apostrophe of French typing is meant
    echo 'Lyon;Bamako;Mali;Quelqu’un;quelquun@mairie.example;01 99 00 12 34;voir quelquun@mairie.example ou 01 99 00 12 34'
} >people.csv
imports 0 people.csv people.sqlite
grep -q '3 columns left out, 2 addresses' out || complain "people: $(grep -i personal out)"
strings people.sqlite | grep -qE 'mairie\.example|01 ?99 ?00|Quelqu' && complain 'people: personal data in the database'

# --- killed at any moment ---------------------------------------------------------------------------------------
rounds=${PASSERELLE_KILLS:-20}
edition=$(value atlas.sqlite 'SELECT number, content_hash FROM edition')
published=0
for round in $(seq "$rounds"); do
    file=changed.csv
    [ $((round % 2)) = 0 ] && file=$sample
    "$build/passerelle-import" "$file" --database atlas.sqlite --gazetteer "$gazetteer" --source sample >out 2>said &
    import=$!
    sleep "$($python -c "import random; print(random.Random($round).uniform(0.0, 2.5))")"
    kill -KILL $import 2>/dev/null
    wait $import 2>/dev/null
    now=$(value atlas.sqlite 'SELECT number, content_hash FROM edition') || complain "round $round: unreadable"
    [ "$now" = "$edition" ] || published=$((published + 1))
    edition=$now
    [ "$(value atlas.sqlite 'PRAGMA quick_check')" = ok ] || complain "round $round: damaged"
    same "round $round: links" "$(value old.sqlite 'SELECT count(*) FROM link')" "$(value atlas.sqlite 'SELECT count(*) FROM link')"
done
imports 0 "$sample" atlas.sqlite
[ -e atlas.sqlite.import ] && complain 'after a later import: a working copy stays'
same 'after the kills: content' "$hash" "$(value atlas.sqlite 'SELECT content_hash FROM edition')"
numbers=$(for kept in atlas.sqlite.editions/*.sqlite; do value "$kept" 'SELECT number FROM edition'; done)
same 'editions kept under their numbers' "$(for kept in atlas.sqlite.editions/*.sqlite; do n=$(basename "$kept" .sqlite); echo $((10#$n)); done)" "$numbers"

# --- a file without ids ---------------------------------------------------------------------------
# The same again is no new edition; a changed record keeps its id, and so do two that look alike.
cat >noid.csv <<'CSV'
title,french_name,french_type,foreign_name,foreign_type,country_iso,year_start,status
Eau,Grenoble,commune,Ouagadougou,city,BF,2015,active
Jumelage,Toulouse,commune,Kiev,city,UA,1975,active
Sans lieu,Toulouse,commune,Nullepartville,city,UA,2001,active
Sans lieu,Toulouse,commune,Nullepartville,city,UA,2005,active
CSV
imports 0 noid.csv noid.sqlite
ids=$(value noid.sqlite 'SELECT id, title, year_start FROM partnership ORDER BY id')
imports 0 noid.csv noid.sqlite
grep -q 'Nothing new' out || complain 'a file without ids again: a new edition'
sed -i '/^Eau/s/active/ended/' noid.csv
imports 0 noid.csv noid.sqlite
same 'ids without ids of the source' "$ids" "$(value noid.sqlite 'SELECT id, title, year_start FROM partnership ORDER BY id')"
same 'a changed record' ended "$(value noid.sqlite "SELECT status FROM partnership WHERE title = 'Eau'")"

# --- two at once -----------------------------------------------------------------------------------------------
(flock 9; sleep 3) 9>>atlas.sqlite.lock &
holder=$!
sleep 0.3
imports 1 changed.csv atlas.sqlite
grep -q 'another import (process [0-9]*)' said || complain "a second import: $(cat said)"
imports 0 changed.csv atlas.sqlite --wait 30
wait $holder

# --- a journal left by a killed writer, and one that belongs to nothing ----------------------------------------------
imports 0 "$sample" atlas.sqlite
{ $python - atlas.sqlite; } 2>/dev/null <<'PYTHON'
import os, signal, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.executescript("PRAGMA cache_size = 2; PRAGMA cache_spill = 1; BEGIN; UPDATE name SET folded = folded || 'x'")
os.kill(os.getpid(), signal.SIGKILL)
PYTHON
[ -s atlas.sqlite-journal ] || complain 'the killed writer left no journal'
imports 0 "$sample" atlas.sqlite
grep -q 'Nothing new' out || complain 'after a killed writer: the content is another'
[ -e atlas.sqlite-journal ] && complain 'after a killed writer: its journal stays'
same 'after a killed writer: integrity' ok "$(value atlas.sqlite 'PRAGMA integrity_check')"
echo 'of another database' >nothing.sqlite-wal
imports 1 "$sample" nothing.sqlite
grep -q 'nothing.sqlite-wal' said || complain "a journal of nothing: $(cat said)"
[ -e nothing.sqlite ] && complain 'a journal of nothing: a database was put beside it'
exit $bad
