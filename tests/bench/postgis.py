"""PostGIS as a peer of the tile bench, asked through pgbench without HTTP; tiles are compressed by zlib
at level 1 in the database (PL/Python).

Two kinds of tiles, both from the links, under any filter, without an answer made beforehand:

flows  the same tile that ours is: each flow of the zoom's level with what it holds under the filter
       (n, partnerships, granted money), its codes and names. What no filter changes is ready: the
       lines per level, simplified per zoom to half a pixel; their pieces in an index; links of one
       partnership in one flow as one row, with themes as bits, and up to zoom 3 a row for each theme.
links  each link a line, simplified likewise, with its id: another tile, with less to do where few links
       are chosen.

What was tried for `flows` on the made national file, milliseconds a tile (no filter at zoom 6; theme and
year at zoom 6): all links grouped, then those of the tile kept 5.9, 2.0; flows found by the boxes of
whole lines, then grouped 1.8, 1.2; the same with the filter in the same row 1.6, 0.5; by the boxes of
pieces, filter in the same row, which is what stands here, 0.7, 0.2. Lines cut to each tile beforehand,
quicker but work for each tile of each zoom: 0.5, 0.2. At zooms 0 to 3, where nearly all flows cross a
tile, the themes' own index is quickest, or pieces joined with links.
"""
import os
import shutil
import subprocess
import sys

from links import level_of_zoom

POSTGRES = "/usr/lib/postgresql/15/bin"
SETTINGS = ("listen_addresses=''", "fsync=off", "shared_buffers=512MB", "jit=off", "work_mem=64MB",
            "max_parallel_workers_per_gather=0", "autovacuum=off")

SCHEMA = """
CREATE EXTENSION postgis;
CREATE EXTENSION plpython3u;
CREATE UNLOGGED TABLE request(id int PRIMARY KEY, z int, x int, y int, theme text, year int);
CREATE UNLOGGED TABLE theme(code text PRIMARY KEY, mask bigint);
CREATE UNLOGGED TABLE link(id int, partnership int, year_from int, year_to int, themes bigint,
    amount float8, flow0 int, flow1 int, flow2 int, flow3 int);
CREATE UNLOGGED TABLE raw(level int, id int, flow_id text, from_code text, from_name text, to_code text,
    to_name text, a float8, b float8, c float8, d float8);
CREATE FUNCTION packed(tile bytea) RETURNS bytea LANGUAGE plpython3u IMMUTABLE AS $$
import zlib
packer = zlib.compressobj(1, zlib.DEFLATED, 31)
return packer.compress(tile) + packer.flush()
$$;
"""
# Great circles, split at the antimeridian.
ARCS = """
CREATE UNLOGGED TABLE flow AS
SELECT level, id, flow_id, from_code, from_name, to_code, to_name, ST_Transform(CASE WHEN abs(a - c) > 180
    THEN ST_WrapX(ST_ShiftLongitude(arc), 180, -360) ELSE arc END, 3857) AS geom
FROM raw, LATERAL (SELECT ST_Segmentize(ST_SetSRID(ST_MakeLine(ST_MakePoint(a, b), ST_MakePoint(c, d)), 4326)
    ::geography, 50000)::geometry AS arc) _;
"""
PER_LEVEL = """
CREATE UNLOGGED TABLE member{level} AS
SELECT flow{level} AS flow, partnership, year_from, year_to, themes, count(*)::int AS n, sum(amount) AS amount
FROM link GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2;
CREATE INDEX ON member{level}(flow, year_from, year_to) INCLUDE (themes, n, amount);
CREATE UNLOGGED TABLE themed{level} AS
SELECT code AS theme, flow, year_from, year_to, n, amount FROM member{level} JOIN theme ON themes & mask <> 0;
CREATE INDEX ON themed{level}(theme, year_from, year_to) INCLUDE (flow, n, amount);
"""
# Half a pixel of 512 in a tile.
PER_ZOOM = """
CREATE UNLOGGED TABLE flow_at{z} AS
SELECT id, flow_id, from_code, from_name, to_code, to_name, ST_Simplify(geom, 40075016.7 / 2 ^ {z} / 1024) AS geom
FROM flow WHERE level = {level} ORDER BY geom;
CREATE INDEX ON flow_at{z} USING gist(geom);
ALTER TABLE flow_at{z} ADD PRIMARY KEY (id);
CREATE UNLOGGED TABLE piece_at{z} AS
SELECT flow, ST_Subdivide(geom, 5) AS geom FROM (SELECT id AS flow, geom FROM flow_at{z}) f ORDER BY 2;
CREATE INDEX ON piece_at{z} USING gist(geom);
CREATE UNLOGGED TABLE member_at{z} AS
SELECT p.geom, m.* FROM piece_at{z} p JOIN member{level} m USING (flow) ORDER BY p.geom;
CREATE INDEX ON member_at{z} USING gist(geom);
CREATE UNLOGGED TABLE link_at{z} AS
SELECT l.id, year_from, year_to, themes, ST_Simplify(geom, 40075016.7 / 2 ^ {z} / 1024) AS geom
FROM link l JOIN flow f ON f.id = flow3 ORDER BY geom;
CREATE INDEX ON link_at{z} USING gist(geom);
"""

YEARS = "year_from <= last AND year_to >= first"
CHOSEN = f"{YEARS} AND (mask IS NULL OR themes & mask <> 0)"
SUMS = "flow, sum(n) AS n, count(*) AS partnerships, sum(amount) AS amount_eur"
FLOWS = """SELECT ST_AsMVT(t, 'flows') INTO tile FROM (
    SELECT flow_id, n, partnerships, amount_eur, from_code, from_name, to_code, to_name,
        ST_AsMVTGeom(geom, inner_, buffer => 64) AS geom
    FROM flow_at{z} JOIN ({counts} GROUP BY flow) c ON flow = id {near}) t;"""
LINKS = """SELECT ST_AsMVT(t, 'links') INTO tile FROM (
    SELECT id, ST_AsMVTGeom(geom, inner_, buffer => 64) AS geom FROM link_at{z}
    WHERE geom && outer_ AND {chosen}) t;"""
# A statement for each zoom, so that its plan is made once and stays.
FUNCTION = """
CREATE FUNCTION tile_of_{what}(z int, x int, y int, theme_ text, year_ int) RETURNS bytea
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
    tile bytea;
    mask bigint := (SELECT mask FROM theme WHERE code = theme_);
    first int := coalesce(year_, 0);
    last int := coalesce(year_, 9999);
    inner_ geometry := ST_TileEnvelope(z, x, y);
    outer_ geometry := ST_TileEnvelope(z, x, y, margin => 64 / 4096.0);
BEGIN
    CASE z
{cases}
    END CASE;
    RETURN tile;
END $$;
"""


def flows_at(z):
    """The statement that makes a tile of flows at a zoom."""
    level = level_of_zoom(z)
    if z > 3:
        counts = (f"SELECT {SUMS} FROM (SELECT DISTINCT flow, partnership, n, amount FROM member_at{z} "
                  f"WHERE geom && outer_ AND {CHOSEN}) d")
        return FLOWS.format(z=z, counts=counts, near="")
    themed = f"SELECT {SUMS} FROM themed{level} WHERE theme = theme_ AND {YEARS}"
    found = (f"SELECT {SUMS} FROM (SELECT DISTINCT flow FROM piece_at{z} WHERE geom && outer_) d "
             f"JOIN member{level} USING (flow) WHERE {CHOSEN}")
    return (f"IF theme_ IS NOT NULL THEN {FLOWS.format(z=z, counts=themed, near='WHERE geom && outer_')}\n"
            f"ELSE {FLOWS.format(z=z, counts=found, near='')} END IF;")


def function(what, statement, zooms):
    cases = "\n".join(f"WHEN {z} THEN {statement(z)}" for z in zooms)
    return FUNCTION.format(what=what, cases=cases)


def postgis_missing():
    extensions = [f"/usr/share/postgresql/15/extension/{name}.control" for name in ("postgis", "plpython3u")]
    return not all(os.path.exists(path) for path in [f"{POSTGRES}/initdb", *extensions])


def rows_of(rows):
    """As COPY reads them."""
    return "".join("\t".join("\\N" if cell is None else str(cell) for cell in row) + "\n" for row in rows) + "\\.\n"


class Postgis:
    """A PostgreSQL server of its own in a folder, reached by a socket there; for zooms 0 to deepest."""

    def __init__(self, folder, links, deepest):
        self.zooms = range(deepest + 1)
        self.modes = {}
        self.folder = f"{folder}/postgis"
        os.makedirs(self.folder)
        os.chmod(folder, 0o755)  # the server does not run as root
        self.user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.user:
            shutil.chown(self.folder, "postgres")
        self.admin("initdb", "-D", f"{self.folder}/data", "-A", "trust", "--no-sync", "-E", "UTF8")
        settings = "".join(f" -c {setting}" for setting in SETTINGS)
        self.admin("pg_ctl", "-D", f"{self.folder}/data", "-w", "-l", f"{self.folder}/log", "-o",
                   f"-k {self.folder}{settings}", "start")
        try:
            self.load(links)
        except BaseException:
            self.stop()
            raise

    def admin(self, name, *arguments):
        done = subprocess.run([*self.user, f"{POSTGRES}/{name}", *arguments], cwd="/",
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            sys.exit(f"{name}: {done.stderr[-1000:]}")

    def sql(self, text):
        command = [*self.user, "psql", "-qX", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-d",
                   "postgres", "-At"]
        done = subprocess.run(command, input=text, capture_output=True, text=True, cwd="/")
        if done.returncode != 0:
            sys.exit(f"psql: {done.stderr[-1000:]}")
        return done.stdout

    def load(self, links):
        bits = {theme: 1 << i for i, theme in enumerate(links.themes)}
        flows, link_rows, lines = {}, [], []
        for link in links.rows:
            numbers = [flows.setdefault((level, pair), len(flows)) for level, pair in enumerate(link.ends)]
            link_rows.append((link.id, link.partnership, *link.years,
                              sum(bits[theme] for theme in link.themes), link.amount, *numbers))
        for (level, ends), number in flows.items():
            points = [*links.point(ends[0]), *links.point(ends[1])]
            if None not in points and points[:2] != points[2:]:
                named = [text for code in ends for text in (code, links.name(code))]
                lines.append((level, number, ">".join(ends), *named, *points))
        self.sql(SCHEMA + "COPY theme FROM STDIN;\n" + rows_of(bits.items()) + "COPY link FROM STDIN;\n"
                 + rows_of(link_rows) + "COPY raw FROM STDIN;\n" + rows_of(lines) + ARCS
                 + "".join(PER_LEVEL.format(level=level) for level in range(4))
                 + "".join(PER_ZOOM.format(z=z, level=level_of_zoom(z)) for z in self.zooms)
                 + function("flows", flows_at, self.zooms)
                 + function("links", lambda z: LINKS.format(z=z, chosen=CHOSEN), self.zooms) + "VACUUM ANALYZE;")

    def ask(self, what, requests):
        """Enters (z, x, y, theme or None, year or None) as what is asked for from now on; returns the
        tiles of the first 40."""
        self.sql("TRUNCATE request; COPY request FROM STDIN;\n"
                 + rows_of((i, *request) for i, request in enumerate(requests, 1)) + "ANALYZE request;")
        said = self.sql(f"SELECT encode(tile_of_{what}(z, x, y, theme, year), 'hex') FROM request"
                        " WHERE id <= 40 ORDER BY id;")
        return [bytes.fromhex(line) for line in said.split("\n")[:min(40, len(requests))]]

    def rate(self, what, requests, seconds):
        """Packed tiles a second of `links` or `flows`, in rotation: with plans that stay or planned for
        each tile, whichever is quicker for these requests (the first pays for small tiles, the second
        for those of thousands of flows)."""
        self.ask(what, requests)
        asked = (what, *requests)
        if asked not in self.modes:
            self.modes[asked] = max(("auto", "force_custom_plan"),
                                    key=lambda mode: self.run(what, len(requests), 1, mode))
        return self.run(what, len(requests), seconds, self.modes[asked])

    def run(self, what, n, seconds, mode):
        script = f"{self.folder}/bench.sql"
        with open(script, "w") as file:
            file.write(f"\\set i random(1, {n})\n"
                       f"SELECT packed(tile_of_{what}(z, x, y, theme, year)) FROM request WHERE id = :i;\n")
        done = subprocess.run([*self.user, "env", f"PGOPTIONS=-c plan_cache_mode={mode}", f"{POSTGRES}/pgbench",
                               "-n", "-h", self.folder, "-M", "prepared", "-c", "8", "-j", "1", "-T",
                               str(seconds), "-f", script, "postgres"],
                              capture_output=True, text=True, cwd="/")
        for line in done.stdout.splitlines() if done.returncode == 0 else ():
            if line.startswith("tps = "):
                return float(line.split()[2])
        sys.exit(f"pgbench: {done.stderr[-1000:]}")

    def stop(self):
        self.admin("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "stop")
