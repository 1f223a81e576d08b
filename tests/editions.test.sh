#!/usr/bin/env bash
# A data manager's year with passerelle-import: withholding and publishing without the file, what is
# withheld or coarse shown nowhere, earlier editions brought back, sources that replace and complete
# each other. The server is the witness of what is shown, SQL of what is kept.
set -u
. tests/serving.sh
needs passerelle-import passerelle-serve gazetteer.sqlite
source_folder=$PWD
cd "$folder" || exit 2
gazetteer=$build/gazetteer.sqlite

# does CODE ARGUMENTS...: passerelle-import on atlas.sqlite ends with that code; what it says is in
# out and said.
does() {
    local code=0 wanted=$1
    timeout 120 "$build/passerelle-import" --database atlas.sqlite "${@:2}" >out 2>said </dev/null || code=$?
    [ $code = "$wanted" ] && return
    complain "exit $code, not $wanted: ${*:2}"
    tail -n 3 out said | sed 's/^/    /'
}
imports() { # imports CODE FILE OPTIONS...
    does "$1" --gazetteer "$gazetteer" "${@:2}"
}
value() { sqlite3 atlas.sqlite "$1"; }
same() { # same WHAT WANTED GOT
    [ "$2" = "$3" ] || complain "$1: $3, not $2"
}
edition() { value 'SELECT number FROM edition'; }
content() { value 'SELECT content_hash FROM edition'; }

# --- the file ------------------------------------------------------------------------------------
cat >atlas.csv <<'CSV'
partnership_id,title,kind,french_name,french_type,foreign_name,foreign_type,country_iso,year_start,themes,publication,published_precision
A1,Eau à Ouagadougou,projet,Grenoble,commune,Ouagadougou,city,BF,2015,eau,,
A2,Refuge,projet,Lyon,commune,Saint-Louis,city,SN,2019,,,area
A3,Refuge secret,projet,Lyon,commune,Foyer de Gorom,district,BF,2019,,,country
A4,Jumelage,jumelage,Toulouse,commune,Elche,city,ES,1981,,,
A5,À relire,projet,Nantes,commune,Dschang,city,CM,2020,,to-review,
A6,Chantier,projet,Nantes,commune,Ouidah,city,BJ,2021,,,
A7,,projet,Lyon,commune,Kolokani,city,ML,2018,,,area
A8,Abri de BANAMBA,projet,Lyon,commune,Banamba,city,ML,2018,,,area
CSV
imports 0 atlas.csv
first=$(content)
id_of() { value "SELECT id FROM partnership WHERE external_id = '$1'"; }
grep -q 'Not published: 1 to review, 0 withheld' out || complain 'rows to review are not counted'
cp out first-report

# Every answer in which a word could stand. The search answers with what it was asked: left out.
answers() {
    local path
    start_server atlas.sqlite || return
    for path in /links.geojson /partnerships.geojson /links.csv /partnerships.csv /territories.geojson \
        /territories.csv /partnerships.json '/counts.json?by=theme,year,kind,partner' /style.json \
        "/partenariat/$(id_of A2).json" "/partenariat/$(id_of A3).json" \
        "/partenariat/$(id_of A2)" "/en/partenariat/$(id_of A3)" \
        "/partenariat/$(id_of A1)" "/partenariat/$(id_of A4)" "/partenariat/$(id_of A6)" \
        /tiles/links/0/0/0.mvt /tiles/places/9/256/233.mvt /tiles/places/0/0/0.mvt \
        "/search.json?q=jumel" "/search.json?q=ref" "/search.json?q=ouid" "/search.json?q=elc" "/search.json?q=gor"; do
        printf '\n== %s\n' "$path"
        curl -s --compressed "$base$path"
    done | sed 's/"query":"[^"]*"//' >answers
    curl -s "$base/search.json?q=ouidah" | sed 's/"q":"[^"]*"//' >search
    status=$(curl -sL -o /dev/null -w '%{http_code}' "$base/partenariat/$(id_of A6)")
    stop_server "$server"
}

# --- published no more precisely than allowed --------------------------------------------------------
answers
for word in 'Foyer de Gorom' Gorom; do
    grep -aq "$word" answers && complain "'$word' stands in an answer, and may not: $(grep -ac "$word" answers)"
done
grep -a '"title":"Refuge"' answers | grep -aq 'Saint-Louis' || complain 'Refuge: the region is not shown'
same 'Refuge lies in' 'admin1 iso:SN-SL' "$(value "SELECT kind || ' ' || code FROM territory WHERE id IN (SELECT territory_id FROM party
    WHERE side = 'foreign' AND partnership_id = $(id_of A2))")"
same 'Refuge secret lies in' 'country:BF' "$(value "SELECT code FROM territory WHERE id IN (SELECT territory_id FROM party
    WHERE side = 'foreign' AND partnership_id = $(id_of A3))")"
# The file itself, which QGIS opens: no row and no line knows better.
same 'names kept of the secret place' 0 "$(strings atlas.sqlite | grep -c 'Foyer de Gorom')"
# A title made of names and the key that other sources are compared by tell no more either.
same 'a title made of coarse names' 'Lyon – Koulikoro' "$(value "SELECT title FROM partnership WHERE external_id = 'A7'")"
same 'what is kept of the place of A7' 0 "$(strings atlas.sqlite | grep -ciE "kolokani|gn:2454955")"
grep -q "line 9, column title: it names 'Banamba'" first-report || complain 'a title that names the hidden place is not said'
printf 'title,kind,french_name,french_type,foreign_name,foreign_type,country_iso\n,projet,Lyon,commune,Kolokani,city,ML\n' >other.csv
imports 0 other.csv --dry-run
grep -q 'says the same as partnership' out || complain 'another source is not joined to what is published coarsely'
same 'a line to a place known by its country' 0 "$(value "SELECT count(*) FROM link WHERE geom IS NOT NULL AND partnership_id = $(id_of A3)")"
away=$(sqlite3 atlas.sqlite "SELECT load_extension('mod_spatialite')" "SELECT count(*) FROM link l JOIN territory t ON t.code = 'iso:SN-SL'
    WHERE partnership_id = $(id_of A2) AND abs(ST_X(ST_EndPoint(GeometryN(l.geom, 1))) - t.lon) + abs(ST_Y(ST_EndPoint(GeometryN(l.geom, 1))) - t.lat) < 1e-6" | tail -n 1)
same 'the line of Refuge ends at the middle of the region' 1 "$away"
grep -aq 'À relire' answers && complain 'what waits for review is shown'
grep -aq 'Dschang' answers && complain 'the place of what waits for review is shown'
same 'Chantier' 200 "$status"
grep -aq Ouidah answers || complain 'Ouidah is not shown before it is withheld'

# --- withheld, in seconds, without the file -----------------------------------------------------------
reason='menace sur les équipes ne jamais montrer'
does 2 --withhold "$(id_of A6)"
does 1 --withhold 999999 --reason x
grep -q 'no partnership' said || complain "an unknown id: $(cat said)"
does 1 --withhold "$(id_of A6)" --reason x --until 2021-02-30
does 1 --withhold "$(id_of A6)" --reason x --until 2021-01-01
same 'edition after refused orders' 1 "$(edition)"
does 0 --withhold "$(id_of A6)" --reason "$reason"
same 'edition' 2 "$(edition)"
answers
same 'Chantier withheld' 410 "$status"
for word in "$reason" Ouidah ouidah Chantier; do
    grep -aq "$word" answers search && complain "'$word' of a withheld partnership is shown: $(grep -an "$word" answers search | cut -c1-200 | head -2)"
done
same 'the reason is kept' "$reason" "$(value "SELECT publication_reason FROM partnership WHERE id = $(id_of A6)")"
same 'lines of what is withheld' 0 "$(value "SELECT count(*) FROM link WHERE geom IS NOT NULL AND partnership_id = $(id_of A6)")"
imports 0 atlas.csv
grep -q 'Nothing new' out || complain 'the same file after an order: a new edition'
sed -i 's/,Chantier,/,Chantier deux,/' atlas.csv
imports 0 atlas.csv
same 'withheld through a later import' 'withheld Chantier deux' "$(value "SELECT publication || ' ' || title FROM partnership WHERE external_id = 'A6'")"

# --- published again, and what waits for review ----------------------------------------------------------
does 0 --publish "$(id_of A6)"
does 0 --publish "$(id_of A5)"
same 'all published' 0 "$(value "SELECT count(*) FROM partnership WHERE publication <> 'published'")"
same 'lines of what is published again' 2 "$(value "SELECT count(*) FROM link WHERE geom IS NOT NULL AND partnership_id IN ($(id_of A5), $(id_of A6))")"
imports 0 atlas.csv
grep -q 'Nothing new' out || complain 'an order to publish does not survive an import'
sed -i 's/,to-review,/,withheld,/' atlas.csv
imports 0 atlas.csv
same 'what its source withholds later' withheld "$(value "SELECT publication FROM partnership WHERE external_id = 'A5'")"

# --- until a day --------------------------------------------------------------------------------------------
does 0 --withhold "$(id_of A4)" --reason accord --until 2999-01-01
does 0 --due
grep -q 'Nothing new' out || complain '--due before the day: a new edition'
sqlite3 atlas.sqlite "UPDATE hold SET until = '2020-01-01'"
does 0 --due
grep -q 'No longer withheld' out || complain "--due does not say what it publishes: $(cat out)"
same 'after its day' published "$(value "SELECT publication FROM partnership WHERE external_id = 'A4'")"

# --- earlier editions -----------------------------------------------------------------------------------------
last=$(edition)
does 0 --editions
same 'editions listed' "$last" "$(grep -cE '^ *[0-9]+[ *] ' out)"
grep -qE "^ *$last\* .*end of the time of withholding" out || complain 'the last edition is not marked, or not explained'
does 1 --restore 77
does 1 --restore "$last"
does 0 --restore 1 --dry-run
grep -q 'Chantier' out || complain '--restore --dry-run does not say what would change'
same 'edition after a dry run' "$last" "$(edition)"
does 0 --restore 1
same 'the content of edition 1' "$first $((last + 1))" "$(content) $(edition)"
same 'where it is from' 1 "$(value 'SELECT restored_from FROM edition')"
does 0 --restore "$last"
does 0 --withhold "$(id_of A1)" --reason attente
does 0 --restore 1
same 'what was withheld since' withheld "$(value "SELECT publication FROM partnership WHERE external_id = 'A1'")"
does 0 --publish "$(id_of A1)" --keep-editions 2
same 'earlier editions kept' 2 "$(find atlas.sqlite.editions -name '*.sqlite' | wc -l)"
printf 'no database' >atlas.sqlite.editions/000003.sqlite
does 0 --editions
grep -q 'cannot be read' out || complain 'a damaged edition is not named'
does 1 --restore 3

# --- a file that is the whole truth ---------------------------------------------------------------------------------
a4=$(id_of A4)
sed '/^A4/d' atlas.csv >fewer.csv
imports 0 fewer.csv --source atlas.csv
same 'without --replace' 1 "$(value "SELECT count(*) FROM partnership WHERE external_id = 'A4'")"
before=$(edition)
imports 0 fewer.csv --source atlas.csv --replace --dry-run
grep -q "$a4 'Jumelage': leaves" out || complain '--replace --dry-run does not say what leaves'
grep -q '0 new, 0 changed, 1 leaving' out || complain "--dry-run: $(tail -n 1 out)"
same 'edition after a dry run' "$before" "$(edition)"
imports 0 fewer.csv --source atlas.csv --replace
same 'with --replace' "0 $a4" "$(value "SELECT count(*) || ' ' || (SELECT id FROM retired) FROM partnership WHERE external_id = 'A4'")"
start_server atlas.sqlite
same 'the page of one that left' 410 "$(curl -s -o /dev/null -w '%{http_code}' "$base/partenariat/$a4")"
stop_server "$server"
imports 0 atlas.csv
same 'it comes back under its id' "$a4" "$(id_of A4)"
same 'retired' 0 "$(value 'SELECT count(*) FROM retired')"
sed 's/^A1,.*/A1,Eau,projet,Grenoble,commune,Ouagadougou,city,BF,année inconnue,eau,,/' fewer.csv >broken.csv
imports 3 broken.csv --source atlas.csv --replace
same 'nothing leaves while rows are rejected' 1 "$(value "SELECT count(*) FROM partnership WHERE external_id = 'A4'")"

# --- another source says more of the same -----------------------------------------------------------------------------
imports 0 atlas.csv --source atlas.csv
cat >other.csv <<'CSV'
title,kind,french_name,french_type,foreign_name,foreign_type,country_iso,year_start,status,themes,amount_eur
Jumelage,jumelage,Toulouse,commune,Elche,city,ES,1981,active,culture,1200
Eau a Ouagadougou,projet,Grenoble,commune,Ouagadougou,city,BF,2016,ended,,
CSV
imports 0 other.csv
grep -q 'Joined to a partnership of another source: 1' out || complain 'another source is not joined'
same 'what it adds' 'active 1981 culture 1200.0' "$(value "SELECT status || ' ' || year_start || ' ' || (SELECT theme FROM partnership_theme
    WHERE partnership_id = id) || ' ' || (SELECT amount_eur FROM funding WHERE partnership_id = id) FROM partnership WHERE id = $a4")"
same 'whose word that is' 'status other.csv,theme:culture other.csv' "$(value "SELECT group_concat(field || ' ' || source) FROM origin WHERE partnership_id = $a4")"
same 'other years make another partnership' 2 "$(value "SELECT count(*) FROM partnership WHERE merge_key = (SELECT merge_key FROM partnership WHERE external_id = 'A1')")"
imports 0 atlas.csv
grep -q 'Nothing new' out || complain 'the first source again loses what another added'
sed -i 's/,active,culture,1200/,ended,,/' other.csv
imports 0 other.csv
same 'what it says now' 'ended 0 0' "$(value "SELECT status || ' ' || (SELECT count(*) FROM partnership_theme WHERE partnership_id = id) || ' ' ||
    (SELECT count(*) FROM funding WHERE partnership_id = id) FROM partnership WHERE id = $a4")"
printf '%s\n' "$(head -n 1 atlas.csv),status" "$(grep '^A4' atlas.csv),dormant" >says.csv
imports 0 says.csv --source atlas.csv
same 'the word of the first source' dormant "$(value "SELECT status FROM partnership WHERE id = $a4")"
grep -q "Contradictions" out || complain 'two sources contradict each other, and nothing is said'

# --- rows that restate others are named, and not merged ------------------------------------------------------------------
rm -rf atlas.sqlite*
imports 0 "$source_folder/data/partnerships.csv" "$source_folder/tests/import/twin-rows.csv"
same 'partnerships of rows that restate others' 45 "$(value "SELECT count(*) FROM partnership WHERE source = 'twin-rows.csv'")"
same 'joined' 0 "$(value 'SELECT count(*) FROM claim')"
# Named: the same two parties, a commune for its EPCI, a town for the unit of its name, one known only by
# its country, beneficiaries, a network. Not named: what restates nothing of the sample.
sed -n '/^Probable repeats/,/^[A-Z]/p' out >repeats
for id in G0023 G0141 G0145 G0070 G0142 G0091 G0093 G0094 G0029; do
    grep -aq "$id (twin-rows.csv" repeats || complain "$id restates another and is not named"
done
for id in G0069 G0186 G0240 G0245; do
    grep -aq "$id (twin-rows.csv" repeats && complain "$id restates nothing and is named"
done
# Two places of one country that no gazetteer knows are two places; one of them twice is a repeat, and so
# may be what names the country alone.
cat >unknown.csv <<'CSV'
partnership_id,title,kind,french_name,french_type,foreign_name,foreign_type,country_iso,year_start
U1,Puits,projet,Arras,commune,Zzyxalba,city,ML,2011
U2,Route,projet,Arras,commune,Qwortumba,city,ML,2013
U3,Forage,projet,Troyes,commune,Zzyxalba,city,TD,2012
U4,Pompe,projet,Troyes,commune,ZZYXALBA,city,TD,2014
U5,Marché,projet,Colmar,commune,Zzyxalba,city,NE,2012
U6,Marchés,projet,Colmar,commune,,country,NE,2015
U7,Puits,projet,Arras,commune,Zzyxalba,city,TD,2016
CSV
imports 0 unknown.csv
same 'places no gazetteer knows, in their country' 6 "$(value "SELECT count(*) FROM party JOIN partnership ON partnership.id = partnership_id
    WHERE source = 'unknown.csv' AND match_status = 'not_found' AND territory_id IN (SELECT id FROM territory WHERE kind = 'country')")"
sed -n '/^Probable repeats/,/^[A-Z]/p' out >repeats
for id in U1 U2 U7; do
    grep -aq "$id (unknown.csv" repeats && complain "$id shares a country or a name with another, not both, and is named"
done
for pair in 'Zzyxalba: U3.*U4' ': U5.*U6'; do
    grep -aqi "$pair (unknown.csv" repeats || complain "a repeat is not named: $pair"
done
exit $bad
