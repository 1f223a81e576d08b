"""The import bench: see tests/bench/import.sh and tests/bench/README.md.

usage: import.py BUILD FOLDER [--full] [--rounds N]
"""
import argparse
import csv
import os
import sqlite3
import statistics
import sys

from measure import Table, machine, missing, run, spread, verdict

arguments = argparse.ArgumentParser()
arguments.add_argument("build")
arguments.add_argument("folder")
arguments.add_argument("--full", action="store_true")
arguments.add_argument("--rounds", type=int, default=5)
options, _ = arguments.parse_known_args()  # ./dev bench gives all benches the same options
build, folder = options.build, options.folder
gazetteer = f"{build}/gazetteer.sqlite"


def remove(path):
    for name in os.listdir(os.path.dirname(path)):
        if name.startswith(os.path.basename(path)):
            full = os.path.join(os.path.dirname(path), name)
            if os.path.isfile(full):
                os.remove(full)


def ours(source, database):
    remove(database)
    return run(f"{build}/passerelle-import", source, "--database", database,
               "--gazetteer", gazetteer)


def with_lines(source, database, target):
    """The same rows with the line of each as WKT, which is what ogr2ogr gets for nothing."""
    from osgeo import ogr
    ogr.UseExceptions()
    lines = {}
    opened = ogr.Open(database)
    for feature in opened.ExecuteSQL(
            "SELECT l.geom, p.external_id AS id FROM link l"
            " JOIN partnership p ON p.id = l.partnership_id ORDER BY l.id", dialect="SQLITE"):
        geometry = feature.geometry()
        lines.setdefault(feature.GetField("id"), []).append(
            geometry.ExportToWkt() if geometry else "")
    with open(source, encoding="utf-8", newline="") as read, \
            open(target, "w", encoding="utf-8", newline="") as write:
        rows = csv.reader(read)
        out = csv.writer(write, lineterminator="\n")
        out.writerow(next(rows) + ["WKT"])
        for row in rows:
            waiting = lines.get(row[0])
            out.writerow(row + [waiting.pop(0) if waiting else ""])


def ogr2ogr(source, database):
    remove(database)
    return run("ogr2ogr", "-f", "SQLite", "-dsco", "SPATIALITE=YES", database, source,
               "-oo", "GEOM_POSSIBLE_NAMES=WKT", "-oo", "KEEP_GEOM_COLUMNS=NO",
               "-a_srs", "EPSG:4326", "-nlt", "MULTILINESTRING", "-nln", "link")


def name_file(target, distinct, repeats):
    """Names of the gazetteer as a data manager writes them, half French, half foreign."""
    database = sqlite3.connect(f"file:{gazetteer}?mode=ro", uri=True)
    french = database.execute(
        "SELECT 'fr', t.name_fr, t.kind, coalesce(p.name_fr, ''), 'FR' FROM territory t"
        " LEFT JOIN territory p ON p.code = t.parent_code"
        " WHERE t.side = 'french' AND t.kind = 'commune' AND t.replaced_by IS NULL"
        " ORDER BY t.code * 7919 % 10007, t.code LIMIT ?", (distinct // 2,)).fetchall()
    foreign = database.execute(
        "SELECT DISTINCT 'foreign', name_fr, 'city', '', country_iso FROM territory"
        " WHERE side = 'foreign' AND kind = 'city' ORDER BY id * 7919 % 1000003 LIMIT ?",
        (distinct - len(french),)).fetchall()
    names = french + foreign
    names = [names[i * 7919 % len(names)] for i in range(len(names))]
    with open(target, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["side", "name", "type", "hint", "country_iso"])
        for _ in range(repeats):
            out.writerows(names)
    return len(names) * repeats


def geocode(names, answers):
    return run(f"{build}/passerelle-geocode", names, "--gazetteer", gazetteer, "--output", answers)


def bench_geocoder(table):
    """Names a second once the gazetteer is open: what a file takes beyond a file of one name."""
    name_file(f"{folder}/one.csv", 1, 1)
    for title, distinct, repeats, goal in (("different names", 60000, 1, 20000),
                                           ("names of which each comes 50 times", 4000, 50, 50000)):
        rows = name_file(f"{folder}/names.csv", distinct, repeats)
        rates, memory = [], 0
        for _ in range(options.rounds):
            opening = geocode(f"{folder}/one.csv", f"{folder}/answers.csv").seconds
            whole = geocode(f"{folder}/names.csv", f"{folder}/answers.csv")
            rates.append(rows / max(whole.seconds - opening, 1e-3))
            memory = max(memory, whole.memory_mb)
        with open(f"{folder}/answers.csv", encoding="utf-8") as file:
            answers = list(csv.DictReader(file))
        accepted = sum(row["status"] == "accepted" for row in answers) / len(answers)
        if len(answers) != rows or accepted < 0.8:
            sys.exit(f"{title}: {len(answers)} answers, {accepted:.0%} accepted: this shows no speed")
        table.add(f"geocoder: {rows:,} {title}", f"{spread(rates, '{:,.0f}')} names/s",
                  f"{memory:.0f} MB", "", f"≥ {goal:,} names/s",
                  verdict(statistics.median(rates) >= goal))


def bench_national(table):
    national = f"{folder}/national.csv"
    run(f"{build}/make_national", output=national)
    database, peer = f"{folder}/national.sqlite", f"{folder}/peer.sqlite"
    ours(national, database)  # warms the file cache for both
    lines = f"{folder}/national-lines.csv"
    with_lines(national, database, lines)
    mine, theirs, ratios, cpu_ratios, memory = [], [], [], [], 0
    for _ in range(options.rounds):
        a = ours(national, database)
        b = ogr2ogr(lines, peer)
        mine.append(a.seconds)
        theirs.append(b.seconds)
        ratios.append(a.seconds / b.seconds)
        cpu_ratios.append(a.cpu / b.cpu)
        memory = max(memory, a.memory_mb)
    rows = sqlite3.connect(database).execute("SELECT count(*) FROM link").fetchone()[0]
    if rows < 12000:
        sys.exit(f"the import made {rows} links of 12,129 rows: this shows no speed")
    table.add("import: 12,129 rows, new database", f"{spread(mine)} s", f"{memory:.0f} MB",
              f"ogr2ogr {spread(theirs)} s; ratio {spread(ratios)}, of CPU time {spread(cpu_ratios)}",
              "ratio ≤ 4 (aim 3)",
              verdict(statistics.median(ratios) <= 4))
    again = [run(f"{build}/passerelle-import", national, "--database", database, "--gazetteer",
                 gazetteer).seconds for _ in range(options.rounds)]
    table.add("import: the same file again", f"{spread(again)} s", "", "", "", "")


def bench_million(table):
    million = f"{folder}/million.csv"
    run(f"{build}/make_national", 1000000, output=million)
    result = ours(million, f"{folder}/million.sqlite")
    size = os.path.getsize(f"{folder}/million.sqlite") / 1e6
    table.add("import: 1,000,000 rows: peak memory", f"{result.seconds:.0f} s",
              f"{result.memory_mb:.0f} MB", f"database of {size:.0f} MB", "≤ 600 MB",
              verdict(result.memory_mb <= 600))
    remove(f"{folder}/million")


def bench_gazetteer(table):
    result = run(f"{build}/passerelle-gazetteer", "--outside", f"{build}/outside", "--output",
                 f"{folder}/gazetteer.sqlite")
    size = os.path.getsize(f"{folder}/gazetteer.sqlite") / 1e6
    table.add("gazetteer build", f"{result.seconds:.1f} s", f"{result.memory_mb:.0f} MB",
              f"file of {size:.0f} MB", "≤ 60 s, ≤ 150 MB",
              verdict(result.seconds <= 60 and size <= 150))


absent = missing("ogr2ogr")
if absent:
    sys.exit(f"not installed: {', '.join(absent)}; ./dev bench installs them")
print(f"{machine()}; {options.rounds} rounds, alternating; median (least–most)\n")
table = Table("what", "ours", "peak memory", "beside it", "goal", "met")
bench_national(table)
bench_geocoder(table)
if os.path.isdir(f"{build}/outside"):
    bench_gazetteer(table)
if options.full:
    bench_million(table)
table.print()
