#!/usr/bin/env bash
# data/recognition.csv, row by row, through the importer: place, claimed country or authority, and year,
# as files write them, against the country that it is counted under, its label and whether it is held
# for review. Every row of the rules has cases here, and so have their variants: French and English,
# with and without accents, former names; and neighbours that no rule may touch.
set -u
. tests/serving.sh
needs passerelle-import gazetteer.sqlite
rules=$PWD/data/recognition.csv
cd "$folder" || exit 2

# rule row|name|type|hint|country|year|counted under|publication|place, * any, ~ only its country
cat >cases <<'TABLE'
2|Pristina|city||XK||XK|published|gn:786714
2|Prishtinë|city||Serbie|2010|XK|published|gn:786714
2|Priština|city|Kosovo||2003|XK|published|gn:786714
2|Mitrovica|city|Kosovo et Métochie|Serbie|2005|XK|published|gn:789225
2|Prizren|city||Kosovo-Metohija||XK|published|*
2|Prizren|city||Kosova||XK|published|*
0|Belgrade|city||Serbie|2003|RS|published|*
3|Ramallah|city||Palestine|2010|PS|published|gn:282239
3|Naplouse|city||Territoires palestiniens|2005|PS|published|gn:282615
3|Hébron|city||Territoires palestiniens occupés|1998|PS|published|gn:285066
3|Jéricho|city||Autorité palestinienne|1998|PS|published|gn:284899
3|Gaza|city||Palestinian territories|1999|PS|published|gn:281133
3|Bethlehem|city||Occupied Palestinian Territory|2012|PS|published|gn:284315
3|Jenin|city||Territoire palestinien occupé|2012|PS|published|*
3|Al Qods|city||Palestine|2012|PS|published|*
4|Jérusalem-Est|city||Israël|2010|PS|to-review|gn:7303419
4|JERUSALEM EST|city||Israel|1985|PS|to-review|gn:7303419
4|East Jerusalem|city||IL||PS|to-review|gn:7303419
4|Jérusalem|city||Israël|2010|IL|to-review|gn:281184
4|Jerusalem|||Israel||IL|to-review|gn:281184
4|Al-Quds|city||Israël||PS|to-review|*
0|Beit Shemesh|city||Israël||IL|published|*
0|Haïfa|city||Israël|2010|IL|published|*
5|Ariel|city||Israël|2010|PS|to-review|gn:8199394
5|Ma'ale Adoumim|city||Israël||PS|to-review|gn:282993
5|Modi'in Illit|city||Israel||PS|to-review|gn:8199378
5|Kiryat Arba|city||Israël||PS|to-review|~
5|Conseil régional de Judée-Samarie|region||Israël||PS|to-review|~
5|Gush Etzion Regional Council|||Israel||PS|to-review|~
5|Ramallah|city||Israël|1990|PS|to-review|gn:282239
5|Bethléem|city|Cisjordanie|Israël|1995|PS|to-review|gn:284315
6|Katzrin|city||Israël|2010|SY|to-review|gn:443093
6|Qatsrin|city||Israel||SY|to-review|gn:443093
6|Majdal Shams|city||Israël||SY|to-review|gn:167444
6|Golan Heights|||Israel||SY|to-review|~
6|Conseil régional du Golan|region||Israël||SY|to-review|~
7|Simferopol|city||Russie|2019|UA|to-review|gn:693805
7|Simféropol|city||Fédération de Russie|2014|UA|to-review|gn:693805
7|Sébastopol|city||Russie|2014|UA|to-review|gn:694423
7|Sevastopol|city||RU||UA|to-review|gn:694423
7|République de Crimée|region||Russie|2016|UA|to-review|*
7|Yalta|city|Crimea|Russia|2018|UA|to-review|gn:688533
0|Simferopol|city||Ukraine|2019|UA|published|gn:693805
0|Simferopol|city||Russie|2005|RU|published|~
0|Saint-Pétersbourg|city||Russie|2019|RU|published|*
8|Donetsk|city||Russie|2023|UA|to-review|gn:709717
8|Louhansk|city||Russie|2023|UA|to-review|gn:702658
8|Lougansk|city||Russie|2016|UA|to-review|gn:702658
8|Melitopol|city||Russie|2023|UA|to-review|gn:701404
8|Kherson|city||Russie|2022|UA|to-review|gn:706448
8|Donetsk|city|République populaire de Donetsk||2018|UA|to-review|gn:709717
8|Luhansk People's Republic|||Russia|2018|UA|to-review|~
0|Donetsk|city||Russie|2005|RU|published|gn:565348
0|Donetsk|city||Ukraine|2019|UA|published|gn:709717
9|Stepanakert|city||Arménie|2015|AZ|to-review|gn:146970
9|Chouchi|city||Arménie|2013|AZ|to-review|gn:147105
9|Hadrout|city||Armenia|2014|AZ|to-review|gn:148105
9|Martouni|city|Haut-Karabagh|Arménie|2013|AZ|to-review|gn:146969
9|Nagorno-Karabakh|||Armenia||AZ|to-review|~
0|Goris|city||Arménie|2015|AM|published|gn:174895
0|Khankendi|city||Azerbaïdjan|2024|AZ|published|gn:146970
10|Stepanakert|city|Artsakh||2015|AZ|to-review|gn:146970
10|République d'Artsakh|||Arménie|2018|AZ|to-review|~
10|Chouchi|city|RHK||2013|AZ|to-review|gn:147105
10|Haut-Karabakh|region||Azerbaïdjan||AZ|to-review|~
11|Tiraspol|city||Moldavie||MD|to-review|gn:617239
11|Tiraspol|city|Transnistrie|||MD|to-review|gn:617239
11|Tiraspol|city||Russie|2010|MD|to-review|gn:617239
11|Bender|city||Moldova||MD|to-review|gn:618577
11|Transnistria|||Moldova||MD|to-review|*
0|Chișinău|city||Moldavie||MD|published|*
12|Soukhoumi|city||Géorgie||GE|to-review|gn:611847
12|Sukhumi|city|Abkhazia|||GE|to-review|gn:611847
12|Soukhoumi|city||Russie|2012|GE|to-review|gn:611847
12|Abkhazie|||Géorgie||GE|to-review|*
0|Zougdidi|city||Géorgie||GE|published|*
13|Tskhinvali|city||Géorgie||GE|to-review|gn:611403
13|Tskhinvali|city||Russie|2010|GE|to-review|gn:611403
13|Ossétie-du-Sud|||Géorgie||GE|to-review|~
13|South Ossetia|||Russia||GE|to-review|~
0|Gori|city||Géorgie||GE|published|*
14|Kyrenia|city||Chypre||CY|to-review|gn:146412
14|Girne|city||Turquie||CY|to-review|gn:146412
14|Famagouste|city|Chypre du Nord|||CY|to-review|gn:146617
14|Gazimağusa|city||Turquie||CY|to-review|gn:146617
14|Lefkoşa|city||Turquie||CY|to-review|gn:146268
14|RTCN|||Turquie||CY|to-review|~
14|Northern Cyprus|||Turkey||CY|to-review|*
0|Nicosie|city||Chypre||CY|published|gn:146268
0|Larnaca|city||Chypre||CY|published|*
15|Hargeisa|city||Somalie||SO|to-review|gn:57289
15|Hargeisa|city|Somaliland|||SO|to-review|gn:57289
15|République du Somaliland|||Somalie||SO|to-review|*
15|Berbera|city||Somalia||SO|to-review|gn:64435
0|Mogadiscio|city||Somalie||SO|published|*
16|Laâyoune|city||Maroc|2010|EH|published|gn:2462881
16|El Aaiun|city||Maroc||EH|published|gn:2462881
16|Dakhla|city||Maroc|2010|EH|published|gn:2463447
16|Dakhla-Oued Ed-Dahab|region||Maroc|2018|EH|published|*
0|Guelmim|city||Maroc||MA|published|*
17|Laâyoune|city||Sahara occidental||EH|to-review|gn:2462881
17|RASD|||Sahara occidental||EH|to-review|~
17|République arabe sahraouie démocratique|||Algérie|1995|EH|to-review|~
17|Camps de réfugiés sahraouis|||Algérie||EH|to-review|~
17|Sahrawi Arab Democratic Republic|||Algeria||EH|to-review|~
0|Tindouf|city||Algérie||DZ|published|*
18|Taipei|city||Taïwan|2003|TW|published|gn:1668341
18|Taïpei|city||Formose||TW|published|gn:1668341
18|Taichung|city||TW||TW|published|*
19|Pointe-à-Pitre|city||Guadeloupe||FR|published|com:97120
19|Fort-de-France|city||MQ||FR|published|com:97209
19|Cayenne|city||Guyane française||FR|published|com:97302
19|Saint-Denis|city||La Réunion||FR|published|com:97411
19|Mamoudzou|city||YT||FR|published|com:97611
19|Saint-Pierre|city||Saint-Pierre-et-Miquelon||FR|published|com:97502
19|Gustavia|city||BL||FR|published|dep:977
19|Marigot|city||MF||FR|published|dep:978
19|Mata-Utu|city||Wallis-et-Futuna||FR|published|com:98613
19|Papeete|city||Polynésie française||FR|published|com:98735
19|Nouméa|city||Nouvelle-Calédonie||FR|published|com:98818
19|Province Sud|||NC||FR|published|*
19|La Réunion|region||RE||FR|published|*
TABLE
{
    echo 'partnership_id;title;french_name;french_type;foreign_name;foreign_type;foreign_hint;country;country_iso;year_start;partner_status'
    line=0
    while IFS='|' read -r _ name type hint country year _; do
        line=$((line + 1)) iso=
        [ ${#country} = 2 ] && iso=$country country=
        echo "$line;$line;Lyon;commune;$name;$type;$hint;$country;$iso;$year;known"
    done <cases
} >file.csv
import_file file.csv a.sqlite >report 2>said || complain "the import failed: $(tail -n 2 said)"

$python - "$rules" <<'PYTHON' || bad=1
import csv, sqlite3, sys
rules = list(csv.DictReader(open(sys.argv[1], encoding="utf-8", newline="")))
cases = [line.rstrip("\n").split("|") for line in open("cases", encoding="utf-8")]
atlas, bad = sqlite3.connect("a.sqlite"), 0
def complain(text):
    global bad
    bad = 1
    print(text)
seen = {int(case[0]) for case in cases}
for row, rule in enumerate(rules, 2):
    if row not in seen:
        complain(f"recognition.csv row {row} ({rule['area']}) has no case")
for number, (row, name, kind, hint, country, year, counted, publication, place) in enumerate(cases, 1):
    said = f"{name} [{hint}] {country} {year}"
    found = atlas.execute("""SELECT p.publication, t.code, t.country_iso, t.side, t.kind, n.name_fr, q.match_status,
        (SELECT count(*) FROM link WHERE partnership_id = p.id) FROM partnership p
        JOIN party q ON q.partnership_id = p.id AND q.as_written = ? LEFT JOIN territory t ON t.id = q.territory_id
        LEFT JOIN territory n ON n.code = 'country:' || t.country_iso
        WHERE p.external_id = ?""", (name, str(number))).fetchone()
    if not found:
        complain(f"{said}: not in the database")
        continue
    got, code, iso, side, level, label, _, links = found
    if iso != counted or got != publication:
        complain(f"{said}: counted under {iso}, {got}; not {counted}, {publication} ({code})")
    if place == "~" and code != "country:" + counted or place not in "~*" and code != place:
        complain(f"{said}: {code}, not {place}")
    if int(row) >= 2:
        rule = rules[int(row) - 2]
        held = rule["rule"] == "review"
        if held != (publication == "to-review"):
            complain(f"{said}: the rule says {rule['rule']}")
        if counted == rule["counted_under"] and label != rule["label_fr"]:
            complain(f"{said}: shown as {label}, not {rule['label_fr']}")
    # A French partner is an associated authority: no link leads to it, whatever code it came under.
    if (side == "french") != (counted == "FR") or links != (counted != "FR"):
        complain(f"{said}: a {side} party with {links} links")
sys.exit(bad)
PYTHON
exit $bad
