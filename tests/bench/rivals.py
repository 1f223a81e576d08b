"""The rows of the tile bench against PostGIS and MapServer, and what nginx with ready files reaches
on the same tiles: see tests/bench/README.md."""
import statistics
import sys
import tempfile

from links import Links
from lists import lists_of_paths, parts_of, visitors_lists, zoom_of
from load import Answers, Load, even_load, nginx
from mapserver import Mapserver, mapserver_missing
from measure import spread, verdict
from mvt import features_of, flows_of
from postgis import Postgis, postgis_missing

HELD = 40  # tiles that are compared before a peer is timed


class Rival:
    """A peer's tiles: their title, how fast they come, how they are held to ours, the goal or None."""

    def __init__(self, title, peer, rate, hold, goal):
        self.title, self.peer, self.rate, self.hold, self.goal = title, peer, rate, hold, goal


def hold_flows(title, paths, ours, theirs):
    """Ends the bench unless flows and all that is said of them are the same; one in fifty may be in one
    tile only, for a line that runs along a border."""
    ours, theirs = [[flows_of(tile) for tile in tiles] for tiles in (ours, theirs)]
    alone = sum(len(set(a) ^ set(b)) for a, b in zip(ours, theirs))
    both = sum(len(set(a) & set(b)) for a, b in zip(ours, theirs))
    for path, a, b in zip(paths, ours, theirs):
        for flow in set(a) & set(b):
            if a[flow] != b[flow]:
                sys.exit(f"{title}: {path}: {flow} holds {b[flow]}, ours {a[flow]}")
    if alone > max(3, both / 50):
        sys.exit(f"{title}: {alone} flows in one tile only, {both} in both: not the same tiles")


def hold_links(title, paths, ours, theirs):
    """Ends the bench unless the tiles hold about as many links. Ours stop at 4,400 a tile, theirs
    don't."""
    ours, theirs = [[min(4000, features_of(tile, "links")) for tile in tiles] for tiles in (ours, theirs)]
    empty = [path for path, a, b in zip(paths, ours, theirs) if a >= 5 and b == 0]
    if empty or not 0.7 < sum(theirs) / max(1, sum(ours)) < 1.5:
        sys.exit(f"{title}: {sum(theirs)} links in {len(paths)} tiles, ours {sum(ours)}; empty: {empty[:3]}: "
                 "this shows no speed")


def rivals_of(server, database, links, folder, seconds, deepest):
    """Starts those peers that are installed."""
    rivals = []

    def ours(paths, tileset):
        return [server.get(path.replace("/flows/", f"/{tileset}/")) for path in paths]

    def postgis_rival(title, peer, what, hold, goal):
        rivals.append(Rival(
            title, peer, lambda paths: peer.rate(what, [parts_of(path) for path in paths], seconds),
            lambda paths: hold(title, paths, ours(paths, what), peer.ask(what, [parts_of(path) for path in paths])),
            goal))

    if postgis_missing():
        print("PostGIS is not installed (postgresql-15-postgis-3, postgresql-plpython3-15): its rows are missing")
    else:
        postgis = Postgis(folder, links, deepest)
        postgis_rival("PostGIS, the same tile", postgis, "flows", hold_flows, 40)
        postgis_rival("PostGIS, links as they are", postgis, "links", hold_links, None)
    if mapserver_missing():
        print("MapServer is not installed (cgi-mapserver, spawn-fcgi): its rows are missing")
    else:
        mapserver = Mapserver(folder, database, links)
        title = "MapServer MVT, links as they are"
        rivals.append(Rival(
            title, mapserver,
            lambda paths: Load(mapserver.server, [mapserver.path(*parts_of(path)) for path in paths], folder,
                               seconds).rate,
            lambda paths: hold_links(title, paths, ours(paths, "links"),
                                     [mapserver.tile(mapserver.path(*parts_of(path))) for path in paths]), 40))
    return rivals


def race(table, title, server, answers, rivals, folder, options, goal):
    """One round times ours, nginx with ready files of the same bytes, and each rival. goal: of ours
    against nginx, or None."""
    for rival in rivals:
        rival.hold(answers.paths[:HELD])
    root = tempfile.mkdtemp(dir=folder)
    files = answers.as_files(root, "tiles")
    peer = nginx(folder, root)
    mine, ready, theirs = [], [], {rival: [] for rival in rivals}
    for _ in range(options.rounds):
        ready.append(even_load(peer, files, folder, options.seconds).rate)
        mine.append(Load(server, answers.paths, folder, options.seconds).rate)
        for rival in rivals:
            theirs[rival].append(rival.rate(answers.paths))
    peer.stop()

    def row(what, first, name, second, goal):
        ratios = [a / b for a, b in zip(first, second)]
        table.add(f"{what}: {title}", f"{spread(first, '{:,.0f}')} tiles/s",
                  f"{name} {spread(second, '{:,.0f}')} tiles/s", spread(ratios, "{:.2f}" if goal and goal < 1 else "{:.0f}"),
                  f"≥ {goal} ×" if goal else "", verdict(statistics.median(ratios) >= goal) if goal else "")

    if goal:
        row("built", mine, "nginx, ready files", ready, goal)
    for rival in rivals:
        row("built", mine, rival.title, theirs[rival], rival.goal)
        row("nginx, ready files", ready, rival.title, theirs[rival], None)


def stop(rivals):
    for peer in {id(rival.peer): rival.peer for rival in rivals}.values():
        peer.stop()


def bench_peers(table, server, database, folder, options):
    """The tiles of `lists_of_paths` by PostGIS and MapServer; picture tiles by MapServer."""
    plain, by_year, both = lists_of_paths()
    unfiltered = Answers(server, plain, 300)
    year = Answers(server, by_year, 2000)
    asked = [("theme and year", Answers(server, both, 2000)), ("year", year), ("no filter", unfiltered)]
    # A visitor's map begins with the world: what the mean over all tiles hides.
    for title, deep in (("no filter, z0–z3", False), ("no filter, z4–z6", True)):
        asked.append((title, Answers(server, [path for path in unfiltered.paths if (zoom_of(path) > 3) == deep], 300)))
    rivals = rivals_of(server, database, Links(database), folder, options.seconds, 6)
    try:
        for title, answers in asked:
            race(table, title, server, answers, rivals, folder, options, None)
        bench_png(table, server, rivals, year.paths, folder, options)
    finally:
        stop(rivals)


def bench_visitor(table, server, database, folder, options):
    """The tiles of `visitors_lists`, zooms 0 to 8, by nginx, PostGIS and MapServer."""
    links = Links(database)
    plain, by_year, both = visitors_lists(links)
    asked = [("theme and year", Answers(server, both, 2000), 0.6), ("year", Answers(server, by_year, 2000), 0.25),
             ("no filter", Answers(server, plain, 2000), 0.12)]
    rivals = rivals_of(server, database, links, folder, options.seconds, 8)
    try:
        for title, answers, goal in asked:
            race(table, f"visitor's list, {title}; mean {answers.mean_bytes() / 1000:.1f} KB", server, answers,
                 rivals, folder, options, goal)
    finally:
        stop(rivals)


def bench_png(table, server, rivals, paths, folder, options):
    """Picture tiles with a year filter."""
    pictures = [path.replace("/flows/", "/links/").replace(".mvt", ".png") for path in paths]
    Answers(server, pictures[:100], 50)
    mapserver = next((rival.peer for rival in rivals if isinstance(rival.peer, Mapserver)), None)
    mine, theirs, each = [], [], []
    for _ in range(options.rounds):
        if mapserver:
            theirs.append(Load(mapserver.server, [mapserver.path(*parts_of(path), image="png") for path in paths],
                               folder, options.seconds).rate)
        own = Load(server, pictures, folder, options.seconds)
        mine.append(own.rate)
        each.append(1e6 / own.cpu_us)
    ratios = [a / b for a, b in zip(mine, theirs)] or [0]
    table.add("built: picture tiles, year, against MapServer PNG",
              f"{spread(mine, '{:,.0f}')} tiles/s, {spread(each, '{:,.0f}')} a second of processor time",
              f"{spread(theirs, '{:,.0f}')} tiles/s" if theirs else "missing", spread(ratios),
              "≥ 4 ×, ≥ 400 a second and thread",
              verdict(statistics.median(ratios) >= 4 and statistics.median(each) >= 400))
