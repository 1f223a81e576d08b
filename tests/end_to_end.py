"""Compares a server's answers with plain SQL on the database that it serves, reading tiles,
GeoJSON and the database itself with GDAL.

usage: end_to_end.py DATABASE BASE_URL SAMPLE_CSV
"""
import csv
import gzip
import io
import json
import math
import re
import sqlite3
import sys
import urllib.error
import urllib.request

from osgeo import gdal, ogr, osr

gdal.UseExceptions()
ogr.UseExceptions()
osr.UseExceptions()

LINKS_IN_A_TILE = 5000  # more are left out of a tile of `links`, and said so
HALF_WORLD = math.pi * 6378137
database_path, base, sample_path = sys.argv[1:]
database = sqlite3.connect(f"file:{database_path}?mode=ro", uri=True)
problems = []
chosen_something = 0


def check(what, got, expected):
    if got != expected:
        problems.append(f"{what}: got {got!r}, expected {expected!r}")


def holds(what, truth):
    if not truth:
        problems.append(what)


def sql(query, *parameters):
    return database.execute(query, parameters).fetchall()


def value(query, *parameters):
    return sql(query, *parameters)[0][0]


def ask(path, method="GET", **headers):
    """Status, headers and body of an answer, errors included."""
    request = urllib.request.Request(base + path, method=method,
                                     headers={k.replace("_", "-"): v for k, v in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def fetch(path):
    status, _, body = ask(path)
    if status != 200:
        raise SystemExit(f"GET {path}: {status} {body[:300]!r}")
    return body


def fetch_json(path):
    return json.loads(fetch(path))


def with_filter(path, query):
    return path + ("?" + query if query else "")


# ---- what SQL says of a filter ------------------------------------------------------------------

# The span in which a partnership lives, as the design's table of filters has it.
LIVES = """
    coalesce(p.year_start, p.year_end) IS NOT NULL
    AND coalesce(p.year_start, p.year_end) <= {to}
    AND CASE WHEN p.year_end IS NOT NULL THEN max(p.year_end, coalesce(p.year_start, p.year_end))
             WHEN p.kind IN ('jumelage', 'pacte-amitie', 'accord-cadre') THEN 9999
             WHEN p.kind IN ('projet', 'action') THEN p.year_start + 2
             ELSE p.year_start END >= {from_}"""
UNDATED = "coalesce(p.year_start, p.year_end) IS NULL"


def lives(from_, to=None):
    return LIVES.format(from_=from_, to=to or from_)


CHILDREN = {}
for column in ("parent_code", "epci_code"):
    CHILDREN[column] = {}
    for code, area in sql(f"SELECT code, {column} FROM territory WHERE {column} IS NOT NULL"):
        CHILDREN[column].setdefault(area, []).append(code)


def themed(*codes):
    listed = ",".join(f"'{code}'" for code in codes)
    return f"""p.id IN (
        WITH RECURSIVE below(code) AS (
            SELECT code FROM theme WHERE code IN ({listed})
            UNION SELECT t.code FROM theme t JOIN below b ON t.parent = b.code OR t.also = b.code)
        SELECT partnership_id FROM partnership_theme WHERE theme IN (SELECT code FROM below))"""


def within(code):
    """Ids of a territory and of all in it: through parents, and for an EPCI its communes (which lie
    in their own département, wherever the EPCI has its seat)."""
    known, open_ = {code}, [code]
    for commune in CHILDREN["epci_code"].get(code, ()):
        known.add(commune)
    while open_:
        for child in CHILDREN["parent_code"].get(open_.pop(), ()):
            if child not in known:
                known.add(child)
                open_.append(child)
    listed = ",".join(f"'{each}'" for each in sorted(known))
    return f"IN (SELECT id FROM territory WHERE code IN ({listed}))"


def french_party(condition):
    return ("p.id IN (SELECT partnership_id FROM party WHERE side = 'french' AND territory_id "
            + condition + ")", "l.french_id " + condition)


def foreign_party(condition):
    return ("p.id IN (SELECT partnership_id FROM party WHERE side = 'foreign' AND territory_id "
            + condition + ")", "l.foreign_id " + condition)


def of_country(*isos):
    listed = ",".join(f"'{iso}'" for iso in isos)
    return foreign_party(f"IN (SELECT id FROM territory WHERE country_iso IN ({listed}))")


# query, condition on partnerships without the year, condition of the year, condition on links
FILTERS = [
    ("", "1", "1", "1"),
    ("theme=ville-durable&year=2019", themed("ville-durable"), lives(2019), "1"),
    ("theme=eau,energie", themed("eau", "energie"), "1", "1"),
    ("theme=jeunesse", themed("jeunesse"), "1", "1"),
    ("year=2019", "1", lives(2019), "1"),
    ("year=2015..2020", "1", lives(2015, 2020), "1"),
    ("year=2025&time=signed", "1",
     "cast(substr(coalesce(p.signed, p.year_start), 1, 4) AS INTEGER) = 2025", "1"),
    ("year=2019&undated=include", "1", f"(({UNDATED}) OR {lives(2019)})", "1"),
    ("kind=jumelage", "p.kind = 'jumelage'", "1", "1"),
    ("kind=none,projet", "(p.kind IS NULL OR p.kind = 'projet')", "1", "1"),
    ("status=active,none", "(p.status IS NULL OR p.status = 'active')", "1", "1"),
    ("gender=none", "p.gender_marker IS NULL", "1", "1"),
    ("gender=1,2", "p.gender_marker IN (1, 2)", "1", "1"),
    ("country=MA", *((lambda c: (c[0], "1", c[1]))(of_country("MA")))),
    ("country=ML,SN&kind=projet",
     *((lambda c: (c[0] + " AND p.kind = 'projet'", "1", c[1]))(of_country("ML", "SN")))),
    ("country=CL&year=1900", *((lambda c: (c[0], lives(1900), c[1]))(of_country("CL")))),
    ("french=reg:84", *((lambda c: (c[0], "1", c[1]))(french_party(within("reg:84"))))),
    ("french=dep:69,dep:92", *((lambda a, b: (f"({a[0]} OR {b[0]})", "1", f"({a[1]} OR {b[1]})"))(
        french_party(within("dep:69")), french_party(within("dep:92"))))),
    ("french=epci:200046977,epci:243300316", *((lambda a, b: (
        f"({a[0]} OR {b[0]})", "1", f"({a[1]} OR {b[1]})"))(
            french_party(within("epci:200046977")), french_party(within("epci:243300316"))))),
    ("partner=country:TN", *((lambda c: (c[0], "1", c[1]))(foreign_party(within("country:TN"))))),
]


def expected(partnership, year, link):
    published = "p.publication = 'published'"
    chosen = f"{published} AND ({partnership}) AND ({year})"
    links = f"""FROM link l JOIN partnership p ON p.id = l.partnership_id
        JOIN territory f ON f.id = l.french_id JOIN territory g ON g.id = l.foreign_id
        WHERE {chosen} AND ({link})"""
    placed = " AND f.precision <> 'none' AND g.precision <> 'none'"
    drawn = " AND f.precision IN ('exact', 'area') AND g.precision IN ('exact', 'area')"
    undated = year == "1" or UNDATED in year
    return {
        "partnerships": value(f"SELECT count(*) FROM partnership p WHERE {chosen}"),
        "placed_partnerships": value(f"SELECT count(DISTINCT p.id) {links}{placed}"),
        "undated": 0 if undated else value(
            f"SELECT count(*) FROM partnership p WHERE {published} AND ({partnership}) AND {UNDATED}"
            + (" AND p.signed IS NULL" if "signed" in year else "")),
        "links": value(f"SELECT count(*) {links}"),
        "placed_links": value(f"SELECT count(*) {links}{placed}"),
        "drawn_links": {row[0] for row in sql(f"SELECT l.id {links}{drawn}")},
    }


# ---- tiles --------------------------------------------------------------------------------------

def read_tile(path, z, x, y):
    """Layers of a tile by GDAL's MVT driver: {layer: [(id, properties, geometry 3857)]}."""
    status, _, body = ask(path)
    if status == 204:
        return {}
    if status != 200:
        raise SystemExit(f"GET {path}: {status} {body[:300]!r}")
    name = f"/vsimem/{z}-{x}-{y}.mvt"
    gdal.FileFromMemBuffer(name, body)
    source = gdal.OpenEx(name, gdal.OF_VECTOR, allowed_drivers=["MVT"],
                         open_options=[f"Z={z}", f"X={x}", f"Y={y}", "CLIP=NO"])
    layers = {}
    for index in range(source.GetLayerCount()):
        layer = source.GetLayer(index)
        layers[layer.GetName()] = [
            (feature.GetField("mvt_id") if feature.GetFieldIndex("mvt_id") >= 0 else feature.GetFID(),
             feature.items(), feature.geometry().Clone()) for feature in layer]
    source = None
    gdal.Unlink(name)
    return layers


def whole_zoom(tileset, z, query):
    for x in range(1 << z):
        for y in range(1 << z):
            layers = read_tile(with_filter(f"/tiles/{tileset}/{z}/{x}/{y}.mvt", query), z, x, y)
            yield from ((x, y, feature) for feature in layers.get(tileset, []))


def check_filter(query, partnership, year, link):
    global chosen_something
    said = expected(partnership, year, link)
    chosen_something += said["links"] > 0
    counts = fetch_json(with_filter("/counts.json", query))
    check(f"{query}: counts.partnerships.total", counts["partnerships"]["total"], said["partnerships"])
    check(f"{query}: counts.partnerships.placed", counts["partnerships"]["placed"],
          said["placed_partnerships"])
    check(f"{query}: counts.partnerships.undated_left_out",
          counts["partnerships"]["undated_left_out"], said["undated"])
    check(f"{query}: counts.links.total", counts["links"]["total"], said["links"])
    check(f"{query}: counts.links.placed", counts["links"]["placed"], said["placed_links"])
    for kind, total, placed in (("partnerships", said["partnerships"], said["placed_partnerships"]),
                                ("links", said["links"], said["placed_links"])):
        answer = fetch_json(with_filter(f"/{kind}.geojson", query))
        check(f"{query}: {kind}.geojson total", answer["total"], total)
        check(f"{query}: {kind}.geojson placed", answer["placed"], placed)
        check(f"{query}: {kind}.geojson features", len(answer["features"]), total)
        holds(f"{query}: {kind}.geojson ids repeat",
              len({feature["id"] for feature in answer["features"]}) == total)
        rows = list(csv.DictReader(io.StringIO(fetch(with_filter(f"/{kind}.csv", query)).decode())))
        check(f"{query}: {kind}.csv rows", len(rows), total)
    seen = {feature[0] for _, _, feature in whole_zoom("links", 1, query)}
    if len(said["drawn_links"]) <= LINKS_IN_A_TILE:
        check(f"{query}: link ids in the tiles of zoom 1", seen, said["drawn_links"])
    else:
        check(f"{query}: links in the tiles that SQL does not draw", seen - said["drawn_links"], set())
    for z in (0, 3):
        flows = {}
        for _, _, (_, properties, _) in whole_zoom("flows", z, query):
            known = flows.setdefault(properties["flow_id"], properties["n"])
            check(f"{query}: n of {properties['flow_id']} in every tile of zoom {z}",
                  properties["n"], known)
        check(f"{query}: sum of n over the flows of zoom {z}", sum(flows.values()),
              said["placed_links"])
    hexagons = {}
    for _, _, (identity, properties, _) in whole_zoom("density", 1, query):
        hexagons[identity] = properties["n"]
    check(f"{query}: sum of n over the hexagons of zoom 1", sum(hexagons.values()),
          placed_abroad(partnership, year, link))


def placed_abroad(partnership, year, link):
    return value(f"""SELECT count(*) FROM link l JOIN partnership p ON p.id = l.partnership_id
        JOIN territory g ON g.id = l.foreign_id
        WHERE p.publication = 'published' AND ({partnership}) AND ({year}) AND ({link})
        AND g.precision IN ('exact', 'area')""")


# ---- positions ----------------------------------------------------------------------------------

def mercator(lon, lat):
    lat = max(-85.0511287, min(85.0511287, lat))
    return (HALF_WORLD * lon / 180,
            6378137 * math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)))


def lines_of(geometry):
    if geometry.GetGeometryCount() == 0:
        return [geometry.GetPoints()]
    return [geometry.GetGeometryRef(i).GetPoints() for i in range(geometry.GetGeometryCount())]


def as_mercator(geometry):
    lines = ogr.Geometry(ogr.wkbMultiLineString)
    for points in lines_of(geometry):
        line = ogr.Geometry(ogr.wkbLineString)
        for point in points:
            line.AddPoint_2D(*mercator(point[0], point[1]))
        lines.AddGeometry(line)
    return lines


def check_tile_positions():
    """Every line of a tile lies on the line of the database, and none that crosses is missing."""
    z, x, y, query = 2, 2, 1, "theme=ville-durable&year=2019"
    side = 2 * HALF_WORLD / (1 << z)
    pixel = side / 512
    layers = read_tile(f"/tiles/links/{z}/{x}/{y}.mvt?{query}", z, x, y)
    features = {feature[0]: feature for feature in layers.get("links", [])}
    west, north = -HALF_WORLD + x * side, HALF_WORLD - y * side
    ring = ogr.Geometry(ogr.wkbLinearRing)
    for px, py in ((west, north), (west + side, north), (west + side, north - side),
                   (west, north - side), (west, north)):
        ring.AddPoint_2D(px, py)
    tile = ogr.Geometry(ogr.wkbPolygon)
    tile.AddGeometry(ring)
    partnership, year, link = next(f[1:] for f in FILTERS if f[0] == query)
    wanted = expected(partnership, year, link)["drawn_links"]
    source = ogr.Open(database_path)
    found = 0
    for feature in source.GetLayerByName("link"):
        if feature.GetFID() not in wanted:
            holds(f"link {feature.GetFID()} is in the tile but not in the selection",
                  feature.GetFID() not in features)
            continue
        line = as_mercator(feature.geometry())
        inside = line.Intersects(tile.Buffer(-pixel))
        if inside:
            found += 1
            holds(f"link {feature.GetFID()} crosses tile {z}/{x}/{y} but is not in it",
                  feature.GetFID() in features)
        if feature.GetFID() in features:
            for points in lines_of(features[feature.GetFID()][2]):
                for point in points:
                    dot = ogr.Geometry(ogr.wkbPoint)
                    dot.AddPoint_2D(point[0], point[1])
                    distance = dot.Distance(line) / pixel
                    if distance > 1:
                        problems.append(f"link {feature.GetFID()}: a point of the tile lies "
                                        f"{distance:.1f} pixels off the database's line")
                        break
    holds("no link crosses the tile: the test shows nothing", found > 0)


def check_geojson_with_gdal():
    points = {row[0]: row[1:] for row in sql("SELECT code, lon, lat FROM territory")}
    for path, count in (("/partnerships.geojson?country=MA", None), ("/links.geojson", None),
                        ("/territories.geojson", None)):
        body = fetch(path)
        holds(f"{path}: a number has more than 6 decimals", not re.search(rb"\d\.\d{7}", body))
        holds(f"{path}: has a crs member", b'"crs"' not in body)
        name = "/vsimem/answer.geojson"
        gdal.FileFromMemBuffer(name, body)
        source = gdal.OpenEx(name, gdal.OF_VECTOR, allowed_drivers=["GeoJSON"])
        layer = source.GetLayer(0)
        check(f"{path}: features by GDAL", layer.GetFeatureCount(), len(json.loads(body)["features"]))
        if path == "/links.geojson":
            for feature in layer:
                if feature.geometry() is None:
                    continue
                lines = lines_of(feature.geometry())
                ends = [lines[0][0], lines[-1][-1]]
                for end, code in zip(ends, ("french_code", "foreign_code")):
                    lon, lat = points[feature.GetField(code)]
                    holds(f"link {feature.GetFID()}: its line does not end at {feature.GetField(code)}",
                          abs(lat - end[1]) < 2e-6 and
                          min(abs(lon - end[0]), 360 - abs(lon - end[0])) < 2e-6)
        source = None
        gdal.Unlink(name)


# ---- the database as QGIS sees it ---------------------------------------------------------------

def check_database():
    source = ogr.Open(database_path)
    check("driver that opens the database", source.GetDriver().GetName(), "SQLite")
    for table, geometry in (("territory", ogr.wkbPoint), ("link", ogr.wkbMultiLineString),
                            ("area", ogr.wkbMultiPolygon)):
        layer = source.GetLayerByName(table)
        if layer is None:
            problems.append(f"GDAL does not see {table} as a layer")
            continue
        check(f"geometry of {table}", layer.GetGeomType(), geometry)
        check(f"reference system of {table}", layer.GetSpatialRef().GetAuthorityCode(None), "4326")
        check(f"features of {table}", layer.GetFeatureCount(), value(f"SELECT count(*) FROM {table}"))
        check(f"spatial index of {table}", value(
            "SELECT spatial_index_enabled FROM geometry_columns WHERE f_table_name = ?", table), 1)
        check(f"rows of the spatial index of {table}", value(f"SELECT count(*) FROM idx_{table}_geom"),
              value(f"SELECT count(*) FROM {table} WHERE geom IS NOT NULL"))
    check("integrity", value("PRAGMA integrity_check"), "ok")
    check("journal mode", value("PRAGMA journal_mode"), "delete")
    points = {row[0]: row[1:] for row in sql("SELECT id, lon, lat FROM territory")}
    for feature in source.GetLayerByName("territory"):
        lon, lat = points[feature.GetFID()]
        if feature.geometry() is None:
            holds(f"territory {feature.GetFID()}: columns but no point", lon is None)
            continue
        holds(f"territory {feature.GetFID()}: point and columns differ",
              abs(feature.geometry().GetX() - lon) < 1e-9
              and abs(feature.geometry().GetY() - lat) < 1e-9)
    ids = {row["partnership_id"] for row in csv.DictReader(open(sample_path, encoding="utf-8"))}
    kept = {row[0] for row in sql("SELECT external_id FROM partnership")}
    check("partnerships of the file that are not in the database", ids - kept, set())


# ---- the service --------------------------------------------------------------------------------

def check_tilejson_and_style():
    layers = {}
    for tileset in ("links", "flows", "places", "density", "base"):
        status, headers, body = ask(f"/tiles/{tileset}.json")
        check(f"/tiles/{tileset}.json", status, 200)
        if status != 200:
            continue
        tilejson = json.loads(body)
        check(f"{tileset}: tilejson", tilejson["tilejson"], "3.0.0")
        for url in tilejson["tiles"]:
            holds(f"{tileset}: tile address {url}", url.startswith(base + "/tiles/" + tileset)
                  and all(part in url for part in ("{z}", "{x}", "{y}")))
            answer = ask(url[len(base):].replace("{z}", "0").replace("{x}", "0").replace("{y}", "0"))
            holds(f"{url}: zoom 0 answers {answer[0]}", answer[0] in (200, 204))
        holds(f"{tileset}: zooms", 0 <= tilejson["minzoom"] <= tilejson["maxzoom"] <= 22)
        holds(f"{tileset}: bounds", len(tilejson["bounds"]) == 4)
        holds(f"{tileset}: attribution", tilejson.get("attribution"))
        for layer in tilejson["vector_layers"]:
            holds(f"{tileset}: fields of {layer.get('id')}", isinstance(layer["fields"], dict))
            layers.setdefault(tileset, set()).add(layer["id"])
        # What the TileJSON promises is what the tile holds.
        for layer, features in read_tile(f"/tiles/{tileset}/0/0/0.mvt", 0, 0, 0).items():
            fields = next((l["fields"] for l in tilejson["vector_layers"] if l["id"] == layer), None)
            holds(f"{tileset}: layer {layer} is not in its TileJSON", fields is not None)
            for _, properties, _ in features:
                extra = {k for k, v in properties.items() if v is not None} - set(fields or ())
                holds(f"{tileset}: properties {extra} of {layer} are not in its TileJSON",
                      not (extra - {"mvt_id"}))
    style = fetch_json("/style.json")
    check("style version", style["version"], 8)
    ids = [layer["id"] for layer in style["layers"]]
    check("style layer ids repeat", len(ids), len(set(ids)))
    for layer in style["layers"]:
        if layer["type"] == "background":
            continue
        holds(f"style layer {layer['id']}: source {layer.get('source')}",
              layer.get("source") in style["sources"])
    for name, source in style["sources"].items():
        for url in [source.get("url"), *source.get("tiles", [])]:
            holds(f"style source {name}: {url} is not ours",
                  url is None or url.startswith(base) or url.startswith("/"))


def check_protocol():
    path = "/tiles/flows/0/0/0.mvt"
    status, headers, body = ask(path)
    check(path, status, 200)
    check("media type of a tile", headers["Content-Type"].split(";")[0],
          "application/vnd.mapbox-vector-tile")
    check("CORS", headers["Access-Control-Allow-Origin"], "*")
    etag = headers["ETag"]
    check("304 by ETag", ask(path, If_None_Match=etag)[0], 304)
    check("another ETag", ask(path, If_None_Match='"other"')[0], 200)
    status, packed_headers, packed = ask(path, Accept_Encoding="gzip")
    check("gzip asked for", packed_headers["Content-Encoding"], "gzip")
    check("gzip holds the same tile", gzip.decompress(packed), body)
    holds("gzip has an ETag of its own", packed_headers["ETag"] != etag)
    check("the same bytes twice", ask(path)[2], body)
    check("HEAD", (ask(path, method="HEAD")[0], ask(path, method="HEAD")[2]), (200, b""))
    check("OPTIONS", ask(path, method="OPTIONS")[0] in (200, 204), True)
    check("POST", ask(path, method="POST")[0], 405)
    # Order, case and repetition don't matter.
    check("filters that mean the same have one ETag",
          ask("/counts.json?country=ML,SN&kind=projet")[1]["ETag"],
          ask("/counts.json?kind=projet&country=SN,ML,SN")[1]["ETag"])
    check("an empty tile", ask("/tiles/links/8/0/255.mvt")[0], 204)
    for path, status in (("/tiles/links/2/4/0.mvt", 404), ("/tiles/links/23/0/0.mvt", 404),
                         ("/tiles/nothing/0/0/0.mvt", 404), ("/nothing", 404),
                         ("/counts.json?theme=no-such-theme", 400), ("/counts.json?year=abc", 400),
                         ("/counts.json?colour=red", 400), ("/counts.json?kind=marriage", 400),
                         ("/counts.json?country=MAR", 400), ("/counts.json?french=84", 400),
                         ("/counts.json?gender=3", 400), ("/counts.json?year=2020..2019", 400)):
        got, headers, body = ask(path)
        check(path, got, status)
        check(f"{path}: media type", headers["Content-Type"].split(";")[0], "application/problem+json")
        parameter = path.partition("?")[2].partition("=")[0]
        holds(f"{path}: the answer does not name {parameter!r}: {body[:200]!r}",
              parameter in body.decode())
    check("a code that this edition lacks", fetch_json("/counts.json?country=TV")["links"]["total"], 0)
    holds("the search finds Lyon", b"Lyon" in fetch("/search.json?q=lyon"))


def check_no_personal_data():
    """Nothing of a person in any answer: no e-mail address, no telephone number."""
    mail = re.compile(rb"[\w.+-]+@[\w-]+\.[a-z]{2,}")
    telephone = re.compile(rb"(?<![\w.,-])(?:\+33 ?[1-9]|0[1-9])(?:[ .-]?\d\d){4}(?![\w.-])")
    for path in ("/partnerships.geojson", "/links.geojson", "/partnerships.csv", "/links.csv", "/"):
        status, _, body = ask(path)
        check(path, status, 200)
        holds(f"{path}: an e-mail address {mail.findall(body)[:3]}", not mail.search(body))
        holds(f"{path}: a telephone number {telephone.findall(body)[:3]}", not telephone.search(body))


STEPS = [check_database, check_tilejson_and_style, check_protocol, check_tile_positions,
         check_geojson_with_gdal, check_no_personal_data]
for step in STEPS:
    step()
for entry in FILTERS:
    check_filter(*entry)
holds("most filters choose nothing: the test shows little", chosen_something > len(FILTERS) * 2 / 3)
print("\n".join(problems) if problems else
      f"{len(FILTERS)} filters, tiles, GeoJSON, CSV, counts and SQL agree")
sys.exit(1 if problems else 0)
