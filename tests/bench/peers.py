"""The peers of the tile bench: PostGIS (ST_AsMVT) and MapServer (MVT and PNG), loaded with the
links of our database and asked for the same tiles under the same filters.

PostGIS is asked for the links as they are, which is what a tile server in front of it does, and for
flows that somebody has grouped and indexed for each level beforehand; without HTTP, compressed by
zlib at level 1 in the database (PL/Python) or not at all. MapServer runs as FastCGI behind nginx,
which compresses at level 1, on an indexed GeoPackage that it keeps open, and draws each link as it
is. Both are held to the number of links that our tiles have before they are timed.
"""
import gzip
import os
import shutil
import sqlite3
import subprocess
import sys
import urllib.request

from load import Server, free_port

POSTGRES = "/usr/lib/postgresql/15/bin"
MAPSERVER = "/usr/lib/cgi-bin/mapserv"


def postgis_missing():
    extensions = [f"/usr/share/postgresql/15/extension/{name}.control" for name in ("postgis", "plpython3u")]
    return not all(os.path.exists(path) for path in [f"{POSTGRES}/initdb", *extensions])


def mapserver_missing():
    return not os.path.exists(MAPSERVER) or not shutil.which("spawn-fcgi")


# ---- what tiles hold -----------------------------------------------------------------------------

def fields_of(message):
    """(number, value) of the fields of a protocol buffer message; bytes where they have a length."""
    at = 0

    def varint():
        nonlocal at
        value, shift = 0, 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(message):
        tag = varint()
        if tag & 7 == 0:
            value = varint()
        else:
            length = varint() if tag & 7 == 2 else 8 if tag & 7 == 1 else 4
            value = message[at:at + length]
            at += length
        yield tag >> 3, value


def features_of(tile, layer):
    """Number of features of a layer of a vector tile, packed or not."""
    if tile[:2] == b"\x1f\x8b":
        tile = gzip.decompress(tile)
    for number, content in fields_of(tile):
        fields = list(fields_of(content)) if number == 3 else []
        if (1, layer.encode()) in fields:
            return sum(field == 2 for field, _ in fields)
    return 0


def hold_to(name, paths, ours, theirs):
    """Ends the bench unless a peer's tiles hold about the links that ours do; both are numbers of
    features. Ours stop at a few thousand a tile, theirs don't."""
    least = [min(count, 4000) for count in theirs]
    empty = [path for path, mine, count in zip(paths, ours, theirs) if mine >= 5 and count == 0]
    if empty or not 0.7 < sum(least) / max(1, sum(min(count, 4000) for count in ours)) < 1.5:
        sys.exit(f"{name}: {sum(theirs)} features in {len(paths)} tiles, ours {sum(ours)}; empty: "
                 f"{empty[:3]}: this shows no speed")


# ---- the links with their ends at each level ----------------------------------------------------

def level_of_zoom(z):
    return 0 if z <= 2 else 1 if z <= 4 else 2 if z <= 6 else 3


class Links:
    """The published links of an atlas database, with the codes and points of both ends at the four
    levels of flows (country, région, département, commune; country, country, first-level unit,
    place)."""

    KINDS = ({"country"}, {"region"}, {"departement", "collectivite-unique"}, set())
    FOREIGN_KINDS = ({"country"}, {"country"}, {"admin1"}, set())

    def __init__(self, path):
        database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        self.territories = {row[0]: row for row in database.execute(
            "SELECT code, kind, parent_code, lon, lat, id FROM territory")}
        self.code_of = {row[5]: row[0] for row in self.territories.values()}
        themes, parents = {}, {row[0]: (row[1], row[2]) for row in database.execute(
            "SELECT code, parent, also FROM theme")}
        for partnership, theme in database.execute("SELECT partnership_id, theme FROM partnership_theme"):
            known, open_ = themes.setdefault(partnership, set()), [theme]
            while open_:
                code = open_.pop()
                if code and code not in known:
                    known.add(code)
                    open_ += parents.get(code, ())
        self.rows = []
        for row in database.execute("""
                SELECT l.id, l.french_id, l.foreign_id, p.id,
                    coalesce(p.year_start, p.year_end, 0),
                    CASE WHEN p.year_start IS NULL AND p.year_end IS NULL THEN 0
                         WHEN p.year_end IS NOT NULL THEN max(p.year_end, coalesce(p.year_start, 0))
                         WHEN p.kind IN ('jumelage', 'pacte-amitie', 'accord-cadre') THEN 9999
                         WHEN p.kind IN ('projet', 'action') THEN p.year_start + 2
                         ELSE p.year_start END
                FROM link l JOIN partnership p ON p.id = l.partnership_id
                WHERE p.publication = 'published'"""):
            ends = [(self.at(row[1], self.KINDS[i]), self.at(row[2], self.FOREIGN_KINDS[i]))
                    for i in range(4)]
            self.rows.append((row[0], row[4], row[5], sorted(themes.get(row[3], ())), ends))

    def at(self, identity, kinds):
        """The territory of one of these kinds that holds this one; itself where there is none."""
        code = own = self.code_of[identity]
        while code in self.territories:
            if self.territories[code][1] in kinds:
                return code
            code = self.territories[code][2]
        return own

    def point(self, code):
        return self.territories[code][3:5]


# ---- PostGIS ------------------------------------------------------------------------------------

SCHEMA = """
CREATE EXTENSION postgis;
CREATE EXTENSION plpython3u;
CREATE UNLOGGED TABLE flow(level int, id int, flow_id text, geom geometry(LineString, 3857));
CREATE UNLOGGED TABLE link(id int, year_from int, year_to int, themes text[],
    flow0 int, flow1 int, flow2 int, flow3 int);
CREATE UNLOGGED TABLE request(id int PRIMARY KEY, level int, z int, x int, y int, theme text, year int);
"""
AFTER = """
CREATE INDEX ON link USING gin(themes);
CREATE INDEX ON link(year_from, year_to);
ALTER TABLE link ADD geom geometry(LineString, 3857);
UPDATE link SET geom = flow3.geom FROM flow3 WHERE flow3.id = link.flow3;
CREATE INDEX ON link USING gist(geom);
CREATE FUNCTION tile_of_links(level int, z int, x int, y int, theme text, year int) RETURNS bytea
LANGUAGE plpgsql STABLE AS $$
DECLARE
    tile bytea;
BEGIN
    EXECUTE format('SELECT ST_AsMVT(t, ''links'') FROM (
        SELECT id, ST_AsMVTGeom(geom, $1) AS geom FROM link WHERE geom && $2 %s %s) t
        WHERE t.geom IS NOT NULL',
        CASE WHEN theme IS NOT NULL THEN format('AND themes @> ARRAY[%L]', theme) END,
        CASE WHEN year IS NOT NULL THEN format('AND year_from <= %s AND year_to >= %s', year, year) END)
    INTO tile USING ST_TileEnvelope(z, x, y), ST_TileEnvelope(z, x, y, margin => 0.0157);
    RETURN tile;
END $$;
CREATE FUNCTION tile_of_flows(level int, z int, x int, y int, theme text, year int) RETURNS bytea
LANGUAGE plpgsql STABLE AS $$
DECLARE
    tile bytea;
BEGIN
    -- Each request is planned for itself, with only the conditions that it has.
    EXECUTE format('SELECT ST_AsMVT(t, ''flows'') FROM (
        SELECT f.flow_id, c.n, ST_AsMVTGeom(f.geom, $1) AS geom
        FROM (SELECT flow%s AS id, count(*) AS n FROM link WHERE true %s %s GROUP BY 1) c
        JOIN flow%s f USING (id) WHERE f.geom && $2) t WHERE t.geom IS NOT NULL', level,
        CASE WHEN theme IS NOT NULL THEN format('AND themes @> ARRAY[%L]', theme) END,
        CASE WHEN year IS NOT NULL THEN format('AND year_from <= %s AND year_to >= %s', year, year) END,
        level)
    INTO tile USING ST_TileEnvelope(z, x, y), ST_TileEnvelope(z, x, y, margin => 0.0157);
    RETURN tile;
END $$;
CREATE FUNCTION packed(tile bytea) RETURNS bytea LANGUAGE plpython3u IMMUTABLE AS $$
import zlib
packer = zlib.compressobj(1, zlib.DEFLATED, 31)
return packer.compress(tile) + packer.flush()
$$;
ANALYZE;
"""


class Postgis:
    """A PostgreSQL server of its own in a folder, reached by a socket there."""

    def __init__(self, folder, links):
        self.folder = f"{folder}/postgis"
        os.makedirs(self.folder)
        os.chmod(folder, 0o755)  # the server does not run as root
        self.user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.user:
            shutil.chown(self.folder, "postgres")
        self.admin("initdb", "-D", f"{self.folder}/data", "-A", "trust", "--no-sync", "-E", "UTF8")
        self.admin("pg_ctl", "-D", f"{self.folder}/data", "-w", "-l", f"{self.folder}/log", "-o",
                   f"-k {self.folder} -c listen_addresses='' -c fsync=off -c shared_buffers=512MB "
                   "-c max_parallel_workers_per_gather=0", "start")
        self.sql(SCHEMA)
        self.load(links)
        self.sql(AFTER)

    def admin(self, name, *arguments):
        done = subprocess.run([*self.user, f"{POSTGRES}/{name}", *arguments], cwd="/",
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            sys.exit(f"{name}: {done.stderr[-1000:]}")

    def sql(self, text, copy=""):
        command = [*self.user, "psql", "-qX", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-d",
                   "postgres", "-At"]
        done = subprocess.run(command, input=text + copy, capture_output=True, text=True, cwd="/")
        if done.returncode != 0:
            sys.exit(f"psql: {done.stderr[-1000:]}")
        return done.stdout

    def load(self, links):
        flows, link_rows = {}, []
        for identity, start, end, themes, ends in links.rows:
            numbers = [flows.setdefault((level, pair), len(flows)) for level, pair in enumerate(ends)]
            link_rows.append(f"{identity}\t{start}\t{end}\t{{{','.join(themes)}}}\t"
                             + "\t".join(map(str, numbers)))
        self.sql("COPY link FROM STDIN;\n", "\n".join(link_rows) + "\n\\.\n")
        lines = []
        for (level, (french, foreign)), number in flows.items():
            (a, b), (c, d) = links.point(french), links.point(foreign)
            if None in (a, b, c, d) or (a, b) == (c, d):
                continue
            lines.append(f"{level}\t{number}\t{french}>{foreign}\t{a}\t{b}\t{c}\t{d}")
        self.sql("CREATE TEMP TABLE raw(level int, id int, flow_id text, a float, b float, c float, d float);\n"
                 "COPY raw FROM STDIN;\n" + "\n".join(lines) + "\n\\.\n" +
                 "INSERT INTO flow SELECT level, id, flow_id, ST_Transform(ST_Segmentize("
                 "ST_MakeLine(ST_SetSRID(ST_MakePoint(a, b), 4326), ST_SetSRID(ST_MakePoint(c, d), 4326))"
                 "::geography, 200000)::geometry, 3857) FROM raw;" +
                 "".join(f"CREATE UNLOGGED TABLE flow{level} AS SELECT * FROM flow WHERE level = {level};"
                         f"CREATE INDEX ON flow{level} USING gist(geom);"
                         f"CREATE UNIQUE INDEX ON flow{level}(id);" for level in range(4)))

    def ask(self, what, requests):
        """Enters (z, x, y, theme or None, year or None) as what is asked for from now on; returns the
        tiles of the first 40."""
        rows = [f"{i}\t{level_of_zoom(z)}\t{z}\t{x}\t{y}\t{theme or chr(92) + 'N'}\t{year or chr(92) + 'N'}"
                for i, (z, x, y, theme, year) in enumerate(requests, 1)]
        self.sql("TRUNCATE request; COPY request FROM STDIN;\n" + "\n".join(rows) + "\n\\.\nANALYZE request;")
        said = self.sql(f"SELECT encode(tile_of_{what}(level, z, x, y, theme, year), 'hex') FROM request"
                        " WHERE id <= 40 ORDER BY id;")
        return [bytes.fromhex(line) for line in said.split("\n")[:min(40, len(rows))]]

    def rate(self, what, requests, seconds, packed, clients=8):
        """Tiles a second of `links` or `flows`, packed or not, in rotation."""
        self.ask(what, requests)
        tile = f"tile_of_{what}(level, z, x, y, theme, year)"
        script = f"{self.folder}/bench.sql"
        with open(script, "w") as file:
            file.write(f"\\set i random(1, {len(requests)})\n"
                       f"SELECT {f'packed({tile})' if packed else tile} FROM request WHERE id = :i;\n")
        done = subprocess.run([*self.user, f"{POSTGRES}/pgbench", "-n", "-h", self.folder, "-M", "prepared",
                               "-c", str(clients), "-j", "1", "-T", str(seconds), "-f", script, "postgres"],
                              capture_output=True, text=True, cwd="/")
        for line in done.stdout.splitlines():
            if line.startswith("tps = "):
                return float(line.split()[2])
        sys.exit(f"pgbench: {done.stderr[-1000:]}")

    def stop(self):
        self.admin("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "stop")


# ---- MapServer ----------------------------------------------------------------------------------

MAPFILE = """
MAP
  NAME "links" EXTENT -20037508 -20037508 20037508 20037508 SIZE 256 256
  PROJECTION "init=epsg:3857" END
  IMAGECOLOR 255 255 255
  OUTPUTFORMAT NAME "mvt" DRIVER "MVT" FORMATOPTION "EXTENT=4096" END
  OUTPUTFORMAT NAME "png" DRIVER "AGG/PNG8" MIMETYPE "image/png" IMAGEMODE RGB END
  LAYER
    NAME "links" TYPE LINE STATUS DEFAULT
    CONNECTIONTYPE OGR CONNECTION "{folder}/links.gpkg" DATA "link"
    PROCESSING "CLOSE_CONNECTION=DEFER"
    PROCESSING "NATIVE_FILTER=year_from <= %last% AND year_to >= %first% AND themes LIKE '%%theme%%'"
    VALIDATION
      "first" "^[0-9]{{1,4}}$" "default_first" "0"
      "last" "^[0-9]{{1,4}}$" "default_last" "9999"
      "theme" "^[a-z-]*$" "default_theme" ""
    END
    METADATA "gml_include_items" "link_id" END
    CLASS STYLE COLOR 20 80 140 WIDTH 1 END END
  END
END
"""
CONFIG = 'CONFIG\n  ENV\n    MS_MAP_PATTERN "."\n  END\n  MAPS\n    LINKS "{folder}/links.map"\n  END\nEND\n'
FRONT = """
{user}
worker_processes 2; pid {folder}/front.pid; error_log {folder}/front.log; daemon off;
events {{ worker_connections 1024; }}
http {{
    access_log off; keepalive_requests 1000000000;
    gzip on; gzip_comp_level 1; gzip_min_length 400; gzip_types {mime};
    client_body_temp_path {folder}/front-body; proxy_temp_path {folder}/front-proxy;
    fastcgi_temp_path {folder}/front-fastcgi; uwsgi_temp_path {folder}/front-uwsgi;
    scgi_temp_path {folder}/front-scgi;
    server {{
        listen 127.0.0.1:{port};
        location / {{
            fastcgi_pass unix:{folder}/mapserver.sock;
            fastcgi_param QUERY_STRING $query_string;
            fastcgi_param REQUEST_METHOD $request_method;
            fastcgi_param MAPSERVER_CONFIG_FILE {folder}/mapserver.conf;
        }}
    }}
}}
"""


class Mapserver:
    """MapServer by FastCGI, two processes, behind nginx."""

    def __init__(self, folder, database, links):
        from osgeo import ogr, osr
        ogr.UseExceptions()
        lines = {}
        source = ogr.Open(database)
        mercator, degrees = osr.SpatialReference(), osr.SpatialReference()
        mercator.ImportFromEPSG(3857)
        degrees.ImportFromEPSG(4326)
        degrees.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        change = osr.CoordinateTransformation(degrees, mercator)
        for feature in source.GetLayerByName("link"):
            if feature.geometry() is not None:
                geometry = feature.geometry().Clone()
                geometry.Transform(change)
                lines[feature.GetFID()] = geometry
        target = ogr.GetDriverByName("GPKG").CreateDataSource(f"{folder}/links.gpkg")
        layer = target.CreateLayer("link", mercator, ogr.wkbMultiLineString)
        for name, kind in (("link_id", ogr.OFTInteger), ("year_from", ogr.OFTInteger),
                           ("year_to", ogr.OFTInteger), ("themes", ogr.OFTString)):
            layer.CreateField(ogr.FieldDefn(name, kind))
        layer.StartTransaction()
        for identity, start, end, themes, _ in links.rows:
            if identity not in lines:
                continue
            feature = ogr.Feature(layer.GetLayerDefn())
            feature.SetGeometry(lines[identity])
            for name, value in (("link_id", identity), ("year_from", start), ("year_to", end),
                                ("themes", ";".join(themes))):
                feature.SetField(name, value)
            layer.CreateFeature(feature)
        layer.CommitTransaction()
        target = None
        with open(f"{folder}/links.map", "w") as file:
            file.write(MAPFILE.format(folder=folder))
        with open(f"{folder}/mapserver.conf", "w") as file:
            file.write(CONFIG.format(folder=folder))
        port = free_port()
        with open(f"{folder}/front.conf", "w") as file:
            file.write(FRONT.format(folder=folder, port=port, mime="application/vnd.mapbox-vector-tile",
                                    user="user root;" if os.geteuid() == 0 else ""))
        self.workers = []
        environment = {**os.environ, "MAPSERVER_CONFIG_FILE": f"{folder}/mapserver.conf"}
        done = subprocess.run(["spawn-fcgi", "-s", f"{folder}/mapserver.sock", "-F", "2", "-P",
                               f"{folder}/mapserver.pid", "--", MAPSERVER], env=environment,
                              capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"spawn-fcgi: {done.stderr}")
        with open(f"{folder}/mapserver.pid") as file:
            self.workers = [int(pid) for pid in file.read().split()]
        self.server = Server(["nginx", "-c", f"{folder}/front.conf", "-e", f"{folder}/front.log"], port,
                             self.path(0, 0, 0, None, 2015), f"{folder}/front.out")
        if len(self.server.first_answer) < 200:
            self.stop()
            sys.exit(f"MapServer answers {self.server.first_answer[:300]!r}: this shows no speed")

    def path(self, z, x, y, theme, year, image="mvt"):
        return (f"/?map=LINKS&mode=tile&tilemode=gmap&map.imagetype={image}&tile={x}+{y}+{z}&layers=links"
                f"&first={year or 0}&last={year or 9999}&theme={theme or ''}")

    def tile(self, path):
        """A tile as a client gets it that takes gzip."""
        request = urllib.request.Request(self.server.base + path, headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            body = answer.read()
        if len(body) > 2000 and answer.headers["Content-Encoding"] != "gzip":
            sys.exit(f"MapServer: {path} is not compressed: this compares with nothing")
        return body

    def stop(self):
        self.server.stop()
        for pid in self.workers:
            try:
                os.kill(pid, 15)
            except ProcessLookupError:
                pass
