#!/usr/bin/env bash
# The report as a page: whole without anything loaded or run, the same numbers as the report's plain
# lines, every value of the file escaped, French and English.
set -u
. tests/serving.sh
needs passerelle-import gazetteer.sqlite
sample=$PWD/data/partnerships.csv
cd "$folder" || exit 2
cat >bad.csv <<'CSV'
partnership_id,title,french_name,french_type,foreign_name,foreign_type,country_iso,year_start,publication,contact,humeur
X1,<script>alert(1)</script>,Lyon,commune,"<img src=x onerror=""alert(2)"">",city,ML,2015,,,gai
X2,Bamako & co,Lyon,commune,"Bamako""><b>",city,ML,"<i>jamais</i>",,,
X3,Retenu,Lyon,commune,Ouidah,city,BJ,2015,withheld,quelqu’un,
X4,Homonymes,Lyon,commune,Rochester,city,US,2015,,,
CSV
run() { # run OPTIONS...
    timeout 120 "$build/passerelle-import" "$sample" bad.csv --database atlas.sqlite \
        --gazetteer "$build/gazetteer.sqlite" "$@" >out 2>said </dev/null
}
run --report fr.html
[ $? = 3 ] || { cat said; exit 1; }
run --report en.html --lang en --dry-run
run --report en.html --lang de && exit 1
run --report /nowhere/at/all.html && exit 1
grep -q 'cannot write /nowhere/at/all.html' said || { echo "not said why: $(cat said)"; exit 1; }
exec $python - <<'PYTHON'
import html.parser, re, sys
bad = 0
def complain(text):
    global bad
    bad = 1
    print(text)
class Page(html.parser.HTMLParser):
    empty = {"meta", "br", "path"}
    def __init__(self):
        super().__init__()
        self.open, self.text, self.circles = [], [], 0
    def handle_starttag(self, tag, attributes):
        if tag not in {"html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "bdi", "strong", "div", "table",
                       "caption", "thead", "tbody", "tr", "th", "td", "span", "svg", "path", "circle", "ol", "li", "br"}:
            complain(f"an element that the page does not use: {tag} at {self.getpos()}")
        for name, value in attributes:
            if name.startswith("on") or name in ("src", "href") or (name == "style" and not re.fullmatch(r"width:[0-9.]+%", value)):
                complain(f"{tag} {name}={value}")
        self.circles += tag == "circle"
        if tag not in self.empty:
            self.open.append(tag)
    def handle_endtag(self, tag):
        if tag in self.empty:
            return
        if not self.open or self.open.pop() != tag:
            complain(f"</{tag}> closes nothing at {self.getpos()}")
    def handle_data(self, data):
        self.text.append(data)
for name, words, candidates in (
        ("fr.html", ["Lignes rejetées", "Lieux douteux", "Répétitions probables", "Carte", "écrire 2019, 2019-2023",
                     "nom exact ; le suivant : Rochester"], ["Rochester (ville, New York, États-Unis)"]),
        ("en.html", ["Rejected rows", "Doubtful places", "Probable repeats", "Dry run", "write 2019, 2019-2023",
                     "exact name; runner-up Rochester"], ["Rochester (city, New York, États-Unis)"])):
    source = open(name, encoding="utf-8").read()
    page = Page()
    page.feed(source)
    page.close()
    text = " ".join(" ".join(page.text).split())
    if page.open:
        complain(f"{name}: left open: {page.open}")
    if re.search(r"https?:|url\(|@import|<script", source):
        complain(f"{name}: something is loaded or run")
    if f'lang="{name[:2]}"' not in source or "default-src 'none'" not in source:
        complain(f"{name}: no language, or no policy")
    for word in words + ['<img src=x onerror="alert(2)">', "<i>jamais</i>", "X4"] + candidates:
        if word not in text:
            complain(f"{name}: {word!r} is not shown")
    if 'lang="en"' in source.replace('<html lang="en">', ""):
        complain(f"{name}: a sentence is not in its language: {re.findall(r'<[^>]*lang=.en.[^>]*><bdi>[^<]*', source)[:5]}")
    if page.circles < 100:
        complain(f"{name}: {page.circles} places on the map")
    if "Ouidah" in source or "Retenu " in text:
        complain(f"{name}: the place of what is withheld is shown")
fr = open("fr.html", encoding="utf-8").read()
rows = re.search(r"^Rows read: (\d+) = (\d+) imported \+ (\d+) merged \+ (\d+) rejected", open("out").read(), re.M)
shown = [int(n) for n in re.findall(r'class="n">(\d+)<', fr)[:4]]
if rows is None or shown != [int(rows[i]) for i in (2, 3, 4, 1)]:
    complain(f"rows: {shown}, not {rows and rows.groups()}")
sys.exit(bad)
PYTHON
