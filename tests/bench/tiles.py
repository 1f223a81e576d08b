"""The tile bench: see tests/bench/tiles.sh and tests/bench/README.md.

usage: tiles.py BUILD FOLDER [--full] [--rounds N] [--seconds N] [--parts NAME,...]
                [--national DATABASE] [--million DATABASE]

Parts: requests, size, picture, peers, visitor, archive, million (with --full or by name). Databases
that are there already spare making them.
"""
import argparse
import http.client
import itertools
import os
import shutil
import statistics
import sys
import threading
import time
import urllib.request

from lists import lists_of_paths, tile_of, zoom_of
from load import Answers, Load, Server, even_load, free_port, nginx
from measure import Table, machine, missing, run, spread, verdict
from rivals import bench_peers, bench_visitor

arguments = argparse.ArgumentParser()
arguments.add_argument("build")
arguments.add_argument("folder")
arguments.add_argument("--full", action="store_true")
arguments.add_argument("--rounds", type=int, default=3)
arguments.add_argument("--seconds", type=int, default=5)
arguments.add_argument("--parts", default="requests,size,picture,peers,visitor,archive")
arguments.add_argument("--national")
arguments.add_argument("--million")
options, _ = arguments.parse_known_args()
parts = options.parts.split(",") + (["million"] if options.full else [])
build, folder = options.build, options.folder
NO_CACHE = ("--cache-mb", "0")


def made(name, *size):
    """A database of made links."""
    csv_file, database = f"{folder}/{name}.csv", f"{folder}/{name}.sqlite"
    run(f"{build}/make_national", *size, output=csv_file)
    run(f"{build}/passerelle-import", csv_file, "--database", database, "--gazetteer",
        f"{build}/gazetteer.sqlite")
    return database


def serve(database, *more):
    port = free_port()
    return Server([f"{build}/passerelle-serve", "--database", database, "--listen",
                   f"127.0.0.1:{port}", *more], port, "/tiles/flows/0/0/0.mvt",
                  f"{folder}/serve-{port}.log")


def compare(table, title, mine, paths, theirs, files, goal, cpu_goal=None, note=""):
    rates, peer_rates, ratios, cpu, cpu_ratios, p99 = [], [], [], [], [], []
    for _ in range(options.rounds):
        peer = even_load(theirs, files, folder, options.seconds)
        own = Load(mine, paths, folder, options.seconds)
        rates.append(own.rate)
        peer_rates.append(peer.rate)
        ratios.append(own.rate / peer.rate)
        cpu.append(own.cpu_us)
        cpu_ratios.append(own.cpu_us / peer.cpu_us)
        p99.append(own.p99_ms)
    good = statistics.median(ratios) >= goal
    goals = f"≥ {goal}" if goal else ""
    if cpu_goal:
        good = good and statistics.median(cpu_ratios) <= cpu_goal
        goals += f", CPU ≤ {cpu_goal}"
    table.add(title + note, spread(rates, "{:,.0f}"), spread(peer_rates, "{:,.0f}"), spread(ratios),
              spread(cpu, "{:.1f}"), spread(cpu_ratios), spread(p99), goals, verdict(good) if goal else "")


def bench_requests(table, database):
    """Ready, unchanged and freshly built tiles against the same bytes by nginx."""
    cached, uncached = serve(database), serve(database, *NO_CACHE)
    plain, by_year, both = lists_of_paths()
    wide = [path for path in both if zoom_of(path) <= 3]
    answers = {"u": Answers(cached, plain, 300), "y": Answers(cached, by_year, 5000),
               "ty": Answers(cached, both, 5000), "wide": Answers(cached, wide, 5000)}
    Answers(uncached, plain, 300)  # each zoom's arcs are traced when first asked for
    root = f"{folder}/files"
    files = {name: answer.as_files(root, name) for name, answer in answers.items()}
    peer = nginx(folder, root)
    peer_etags = Answers(peer, files["u"], 300).etags
    u = answers["u"]
    size = f"; mean {u.mean_bytes() / 1000:.1f} KB"
    compare(table, "from the cache", cached, u.paths, peer, files["u"], 1.0, 0.9, size)
    compare(table, "304 by ETag", cached, [f"{p}\t{e}" for p, e in zip(u.paths, u.etags)], peer,
            [f"{p}\t{e}" for p, e in zip(files["u"], peer_etags)], 1.3)
    for name, title, goal in (("ty", "built: theme and year", 0.6), ("y", "built: year", 0.25),
                              ("u", "built: no filter", 0.12),
                              ("wide", "built: theme and year, z0–z3 alone", 0)):
        compare(table, title, uncached, answers[name].paths, peer, files[name], goal,
                note=f"; mean {answers[name].mean_bytes() / 1000:.1f} KB")
    memory = cached.memory_mb(), uncached.memory_mb()
    for server in (cached, uncached, peer):
        server.stop()
    return memory


def against(bench):
    """A part that is timed against peers, with a server of ours that keeps nothing."""
    def part(table, database):
        server = serve(database, *NO_CACHE)
        bench(table, server, database, folder, options)
        server.stop()
    return part


def bench_archive(table, database):
    """The whole pyramid of links against ogr2ogr writing the same as MBTiles: zooms 0 to 8, which
    takes ogr2ogr minutes, with --full only."""
    deepest = 8 if options.full else 6
    if not os.path.exists(f"{build}/passerelle-export"):
        table.add(f"archive of links z0–z{deepest}", "no passerelle-export", "", "", "≥ 10 ×", "NO")
        return
    ours = run(f"{build}/passerelle-export", "--database", database, "--output",
               f"{folder}/atlas.mbtiles", "--tilesets", "links", "--zoom", f"0..{deepest}")
    theirs = run("ogr2ogr", "-f", "MBTILES", f"{folder}/peer.mbtiles", database, "link", "-dsco",
                 "MINZOOM=0", "-dsco", f"MAXZOOM={deepest}")
    table.add(f"archive of links z0–z{deepest}", f"{ours.seconds:.1f} s, CPU {ours.cpu:.1f} s",
              f"ogr2ogr {theirs.seconds:.1f} s, CPU {theirs.cpu:.1f} s", f"{theirs.seconds / ours.seconds:.1f}", "≥ 10 ×", verdict(theirs.seconds / ours.seconds >= 10))


class Slow:
    """Somebody who asks for one slow thing after another, a year each, until the block ends."""

    def __init__(self, server, address):
        self.address, self.answers, self.stop = server.base + address, 0, threading.Event()
        self.thread = threading.Thread(target=self.ask)

    def ask(self):
        for year in itertools.cycle(range(1950, 2025)):
            if self.stop.is_set():
                return
            with urllib.request.urlopen(f"{self.address}year={year}", timeout=60) as answer:
                answer.read()
            self.answers += 1

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()


def bench_picture(table, database):
    """The tail of ready tiles while somebody asks for something slow: of a client that asks as fast
    as it can, so that it, the server and the slow thing are three on two processors, and of one
    that waits between its requests."""
    server = serve(database)
    paths = Answers(server, lists_of_paths()[0], 300).paths
    picture = "/picture.png?width=2048&height=2048&"
    for title, address, wait_ms, goal in (
            ("beside 4-megapixel pictures", picture, 0, 2),
            ("the same, some 1,500 requests a second", picture, 5, 2),
            ("beside 4-megapixel pictures as SVG", picture.replace("png", "svg"), 0, 0),
            ("beside heat tiles that are not ready", "/tiles/heat/2/2/1@2x.png?", 0, 0),
            ("beside all links as GeoJSON, undated ones too", "/links.geojson?undated=include&", 0, 0)):
        alone, beside, slow = [], [], 0
        for _ in range(options.rounds):
            alone.append(Load(server, paths, folder, options.seconds, wait_ms=wait_ms))
            with Slow(server, address) as other:
                beside.append(Load(server, paths, folder, options.seconds, wait_ms=wait_ms))
            slow += other.answers
        ratios = [b.p99_ms / a.p99_ms for a, b in zip(alone, beside)]
        tails = [spread([load.p99_ms for load in loads]) for loads in (beside, alone)]
        rates = [statistics.median(load.rate for load in loads) for loads in (beside, alone)]
        table.add(f"p99 of ready tiles {title}", f"{tails[0]} ms at {rates[0]:,.0f}/s; {slow} answers",
                  f"alone {tails[1]} ms at {rates[1]:,.0f}/s", spread(ratios), "≤ 2 ×" if goal else "",
                  verdict(statistics.median(ratios) <= goal) if goal else "")
    server.stop()


def bench_size(table, database):
    """Bytes of the flow tiles of zooms 0 to 2, memory, start."""
    starts, memory = [], []
    for _ in range(options.rounds):
        server = serve(database)
        starts.append(server.start_seconds)
        memory.append(server.memory_mb())
        if _ + 1 < options.rounds:
            server.stop()
    keys = [(z, x, y) for z in range(3) for x in range(1 << z) for y in range(1 << z)]
    answers = Answers(server, [f"/tiles/flows/{z}/{x}/{y}.mvt" for z, x, y in keys], 21)
    sizes = [len(body) for body, _ in answers.bodies]
    after = server.memory_mb()
    server.stop()
    table.add("flow tiles of z0–z2, gzip", f"{sum(sizes) / 1000:.1f} KB, largest {max(sizes) / 1000:.1f} KB",
              "", "", "≤ 80 KB, none over 30 KB", verdict(sum(sizes) <= 80e3 and max(sizes) <= 30e3))
    table.add("start to first tile", f"{spread(starts)} s", "", "", "≤ 0.5 s",
              verdict(statistics.median(starts) <= 0.5))
    table.add("resident memory after the start", f"{spread(memory, '{:.0f}')} MB", f"{after:.0f} MB after z0–z2",
              "", "≤ 64 MB", verdict(max(after, *memory) <= 64))


def largest_tile(server):
    """The largest gzipped tile among the densest places of zooms 0 to 12, and the finest levels of
    the whole world, under filters that leave much."""
    places = ((2.35, 48.85), (5.4, 43.3), (7.7, 48.6), (-8, 12.6), (9, 49), (2.2, 46.5))
    asked = [(f"{tileset}/{z}/{x}/{y}.mvt", query)
             for z in range(13) for x, y in sorted({tile_of(z, *place) for place in places})
             for tileset in ("flows", "links", "places", "density", "choropleth", "flows,links,places")
             for query in ("", "?year=2015", "?country=CN")]
    asked += [(f"{tileset}/{z}/{x}/{y}.mvt", f"?level={level}&top=1000000{query}")
              for z in range(6) for x, y in (tile_of(z, 2.35, 48.85),)
              for tileset in ("flows", "places")
              for level in ("commune-place", "departement-place", "commune-admin1", "commune-country")
              for query in ("", "&year=2015", "&country=DE")]
    answers = Answers(server, [f"/tiles/{path}{query}" for path, query in asked], len(asked))
    return max((len(body), path) for (body, _), path in zip(answers.bodies, answers.paths))


class Visitor(threading.Thread):
    """Asks for tiles until told to stop; notes what failed and how long answers took."""

    def __init__(self, server, paths):
        super().__init__()
        self.host, self.paths = server.base[7:], paths
        self.stopping, self.failed, self.seconds = False, [], []
        self.start()

    def run(self):
        connection = http.client.HTTPConnection(self.host, timeout=60)
        for path in itertools.cycle(self.paths):
            if self.stopping:
                return
            begin = time.monotonic()
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
                answer.read()
                if answer.status not in (200, 204):
                    self.failed.append(f"{path}: {answer.status}")
            except OSError as error:
                self.failed.append(f"{path}: {error}")
                connection.close()
            self.seconds.append(time.monotonic() - begin)
            time.sleep(0.01)

    def stop(self):
        self.stopping = True
        self.join()


def bench_takeover(table, million, paths):
    """A new edition of 1,000,000 links, one partnership withheld, comes in while visitors ask."""
    database = shutil.copy(million, f"{folder}/two-editions.sqlite")
    server = serve(database)
    Answers(server, paths[:200], 200)
    one = server.memory_mb()
    visitor = Visitor(server, paths)
    run(f"{build}/passerelle-import", "--database", database, "--withhold", "1000", "--reason", "bench")
    begin = time.monotonic()
    while server.edition() < 2 and time.monotonic() - begin < 300:
        time.sleep(0.1)
    taken = time.monotonic() - begin
    visitor.stop()
    if visitor.failed or server.edition() < 2:
        sys.exit(f"the new edition came in with failed requests: {visitor.failed[:3]}")
    peak = server.memory_mb("VmHWM")
    table.add("1,000,000 links: two editions overlapping", f"peak {peak:.0f} MB, {one:.0f} before",
              f"taken over {taken:.0f} s after the import; {len(visitor.seconds)} requests meanwhile, "
              f"longest {max(visitor.seconds):.1f} s", "", "≤ 2 GB", verdict(peak <= 2048))
    server.stop()
    os.remove(database)


def bench_million(table, national):
    """1,000,000 links: start, memory, tail against the national size, largest tile, two editions."""
    database = options.million or made("million", 1000000)
    large, small = serve(database, *NO_CACHE), serve(national, *NO_CACHE)
    table.add("1,000,000 links: start to first tile", f"{large.start_seconds:.1f} s", "", "", "≤ 15 s",
              verdict(large.start_seconds <= 15))
    for deepest in (6, 8):
        paths = lists_of_paths(deepest)[2]
        # The same paths to both: those that hold features at national size.
        paths = Answers(small, paths, 1000).paths
        Answers(large, paths, 1000)
        mine, theirs = [], []
        for _ in range(options.rounds):
            mine.append(Load(large, paths, folder, options.seconds).p99_ms)
            theirs.append(Load(small, paths, folder, options.seconds).p99_ms)
        ratios = [a / b for a, b in zip(mine, theirs)]
        table.add(f"1,000,000 links: p99 of a built tile, z0–z{deepest}, theme and year",
                  f"{spread(mine)} ms", f"national size {spread(theirs)} ms", spread(ratios), "≤ 25 ×",
                  verdict(statistics.median(ratios) <= 25))
    memory = large.memory_mb()
    table.add("1,000,000 links: resident memory", f"{memory:.0f} MB", "", "", "≤ 1 GB",
              verdict(memory <= 1024))
    worst, path = largest_tile(large)
    table.add("1,000,000 links: largest tile, gzip", f"{worst / 1000:.0f} KB", path, "", "≤ 500 KB",
              verdict(worst <= 500e3))
    large.stop()
    small.stop()
    bench_takeover(table, database, paths)


absent = missing("nginx", "wrk")
if absent:
    sys.exit(f"not installed: {', '.join(absent)}; ./dev bench installs them")
national_database = options.national or made("national")
print(f"{machine()}; 12,129 links; wrk -t1 -c8 -d{options.seconds}s, {options.rounds} rounds, alternating; "
      "median (least–most)\n")
used = None
requests = Table("flow tiles of z0–z6", "ours, requests/s", "nginx, requests/s", "ratio", "CPU µs/request",
                 "CPU ratio", "p99 ms", "goal", "met")
if "requests" in parts:
    used = bench_requests(requests, national_database)
    requests.print()
    print()
rest = Table("what", "ours", "beside it", "ratio", "goal", "met")
if used:
    rest.add("resident memory after the load", f"{used[1]:.0f} MB without, {used[0]:.0f} MB with its cache",
             "", "", "", "")
for part, bench in (("size", bench_size), ("picture", bench_picture), ("peers", against(bench_peers)), ("visitor", against(bench_visitor)),
                    ("archive", bench_archive), ("million", bench_million)):
    if part in parts:
        bench(rest, national_database)
rest.print()
