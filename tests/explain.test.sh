#!/usr/bin/env bash
# passerelle-import --explain and --mapping, as a data manager meets them: what is understood is said
# without a database, nothing is written, nobody's name or address is shown, and the mapping then
# gives the rows their meaning.
set -u
. tests/serving.sh
needs passerelle-import gazetteer.sqlite
mkdir "$folder/work" && cd "$folder/work" || exit 2
import=$build/passerelle-import
bad=0
says() { # says FILE WORDS...: the file holds each of them
    local words file=$1
    shift
    for words; do
        grep -qF -e "$words" "$file" && continue
        printf 'not said: %s\n' "$words"
        sed 's/^/    /' "$file"
        bad=1
    done
}

address='someone@'example.org # in two pieces: no address stands in this repository
printf '%s\n' 'Collectivité;Ville jumelée;Pays;Courriel;Depuis;Couleur;Budget;Remarques' \
    "Lyon;Bamako;Mali;$address;2009;rouge;1 234,50 €;écrire à $address" \
    'Grenoble;Fès;Maroc;;12/03/2019;vert;2 000;' | iconv -f utf8 -t cp1252 >file.csv
printf 'header,field\nCouleur,title\n,kind=twinning\n' >mapping.csv
before=$(find . -type f ! -name out ! -name said | sort)
"$import" --explain file.csv --mapping mapping.csv >../out 2>../said || { echo "exit $?"; cat ../said; bad=1; }
mv ../out ../said . || exit 2
says out "windows-1252, separated by ';'" '2 rows' 'french_name (synonym "collectivite")' \
    'foreign_name (synonym "ville jumelee"), taken as city' 'dropped as personal' \
    'title (mapping, line 2)' '1 years, 1 dates or periods' 'numbers or amounts' \
    'constant: kind is twinning' 'Couleur: rouge' '[e-mail]' 'foreign_generic'
grep -q 'someone' out && { echo 'an address is shown'; bad=1; }
[ "$(find . -type f ! -name out ! -name said | sort)" = "$before" ] || { echo "something was written: $(ls)"; bad=1; }

# Without the needed columns all is said, and then what is missing.
printf 'Nom,Pays\nLyon,Mali\n' >poor.csv
"$import" --explain poor.csv >out 2>said && { echo 'a file without an authority is accepted'; bad=1; }
says out '1. Nom: not understood, left out'
says said 'French authority' '--mapping'

"$import" file.csv --mapping mapping.csv --database a.sqlite --gazetteer "$build/gazetteer.sqlite" >out 2>said ||
    { cat said; bad=1; }
found=$(sqlite3 a.sqlite "SELECT title || ' ' || kind || ' ' || year_start FROM partnership ORDER BY id")
[ "$found" = $'rouge jumelage 2009\nvert jumelage 2019' ] || { echo "imported: $found"; bad=1; }
printf 'header,field\nColour,title\n' >mapping.csv
"$import" file.csv --mapping mapping.csv --database b.sqlite --gazetteer "$build/gazetteer.sqlite" >out 2>said &&
    { echo 'a header that is not there is accepted'; bad=1; }
says said 'mapping.csv, line 2' "'Colour'" 'Couleur'
[ ! -e b.sqlite ] || { echo 'a refused mapping left a database'; bad=1; }
exit $bad
