#!/usr/bin/env bash
# Coordinates in a file, one row per rule: used in the stated country, put right when exchanged, left
# out with a reason in the sea, in another country or far from the place named, and choosing between
# namesakes. Beside each row what must come of it: precision, longitude and latitude of the drawn
# place, and words of the report.
set -u
. tests/serving.sh
needs passerelle-import gazetteer.sqlite
cd "$folder" || exit 2
bad=0

# id|french|french lat|french lon|partner|country|lat|lon|side|precision lon lat|words
cat >cases <<'TABLE'
inside|Lyon|||Mopti|Mali|14.48|-4.18|foreign|exact -4.18 14.48|
comma|Lyon|||Kayes|Mali|14,45|-11,44|foreign|exact -11.44 14.45|
swapped|Lyon|||Sikasso|Mali|-5.67|11.32|foreign|exact -5.67 11.32|swapped
beyond|Lyon|||Huế|Viêt Nam|107.59|16.46|foreign|exact 107.59 16.46|swapped
border|Lyon|||Ouagadougou|Burkina Faso|12.37|-1.52|foreign|exact -1.52 12.37|
sea|Lyon|||Dakar|Sénégal|14.7|-25|foreign|gazetteer|left out: it lies
elsewhere|Lyon|||Thiès|Sénégal|48.8|2.3|foreign|gazetteer|left out: it lies
zero|Lyon|||Saint-Louis|Sénégal|0|0|foreign|gazetteer|empty cell
far|Lyon|||Bamako|Mali|16.77|-3.0|foreign|gazetteer|left out: it lies
unknown|Lyon|||Zzyzxville du Bout|Mali|13.0|-7.5|foreign|exact -7.5 13|
province|Lyon|||Région de Mopti|Mali|14.6|-4.0|foreign|gazetteer|
nobody|Lyon||||Mali|14.6|-4.0|foreign|country|nobody who is there
french|Le Chambon-sur-Lignon|45.0600|4.3030|Agadez|Niger|||french|exact 4.303 45.06|
overseas|Saint-Denis de La Réunion|-20.88|55.45|Antananarivo|Madagascar|||french|exact 55.45 -20.88|
abroad|Annecy|12.65|-8.0|Niamey|Niger|||french|gazetteer|left out: it lies
nan|Lyon|||Fès|Maroc|NaN|-5|||no latitude
pole|Lyon|||Tanger|Maroc|91|2|||none on earth
both|Lyon|||Rabat|Maroc|95|-170|||no latitude
half|Lyon|||Meknès|Maroc|33.9||||no longitude
word|Lyon|||Agadir|Maroc|nord|-9|||no latitude
TABLE
{
    echo 'id;title;french_name;french_lat;french_lon;foreign_name;country;foreign_lat;foreign_lon'
    while IFS='|' read -r id french flat flon partner country lat lon _; do
        echo "$id;$id;$french;$flat;$flon;$partner;$country;$lat;$lon"
    done <cases
} >file.csv
import_file file.csv a.sqlite >report 2>said
[ $? = 3 ] || { echo 'five rows must be rejected'; tail -3 report; cat said; bad=1; }
line=1
while IFS='|' read -r id _ _ _ _ _ _ _ side wanted words; do
    line=$((line + 1))
    if [ -n "$words" ] && ! grep -E "file.csv line $line\b" report | grep -qF -e "$words"; then
        echo "$id: the report does not say '$words' of line $line"
        grep -E "line $line\b" report
        bad=1
    fi
    found=$(sqlite3 a.sqlite "ATTACH '$build/gazetteer.sqlite' AS g; SELECT CASE
        WHEN t.lon = o.lon AND t.lat = o.lat AND t.precision = o.precision AND t.precision <> 'country'
        THEN 'gazetteer' WHEN t.precision = 'country' THEN 'country'
        ELSE printf('%s %g %g', t.precision, t.lon, t.lat) END FROM partnership p
        JOIN party q ON q.partnership_id = p.id JOIN territory t ON t.id = q.territory_id
        LEFT JOIN g.territory o ON o.code = t.code
        WHERE p.external_id = '$id' AND q.side = '$side'")
    [ "$found" = "$wanted" ] || { echo "$id: '$found', not '$wanted'"; grep -E "line $line\b" report; bad=1; }
done <cases
n=$(sqlite3 a.sqlite 'SELECT count(*) FROM partnership')
[ "$n" = 15 ] || { echo "$n partnerships, not 15"; bad=1; }

# The drawn line ends at the point, and the same file again is nothing new.
ends=$(sqlite3 a.sqlite "SELECT count(*) FROM link l JOIN territory t ON t.id = l.foreign_id JOIN partnership p
    ON p.id = l.partnership_id WHERE p.external_id = 'unknown' AND t.lon = -7.5 AND l.geom IS NOT NULL")
[ "$ends" = 1 ] || { echo 'the place that only the file knows has no line'; bad=1; }
import_file file.csv a.sqlite >again 2>&1
grep -q 'Nothing new' again || { echo 'the same file again is a new edition'; bad=1; }

# A point tells namesakes apart; two points of one place: the first stays and it is said.
printf '%s\n' 'id,title,french_name,foreign_name,country_iso,lat,lon' \
    'n,namesake,Lyon,Springfield,US,39.80,-89.64' 'm,namesake,Lyon,Springfield,US,37.21,-93.29' \
    'o,other point,Lyon,Bamako,ML,12.60,-7.90' 'p,other point,Lyon,Bamako,ML,12.70,-8.10' >names.csv
import_file names.csv b.sqlite >report 2>&1
codes=$(sqlite3 b.sqlite "SELECT group_concat(t.parent_code, ' ') FROM party q JOIN territory t
    ON t.id = q.territory_id WHERE q.as_written = 'Springfield' ORDER BY q.id")
[ "$codes" = 'iso:US-IL iso:US-MO' ] || { echo "Springfield: $codes"; bad=1; }
grep -q "line 5.*earlier one was kept" report || { echo 'a second point is not said'; cat report; bad=1; }
exit $bad
