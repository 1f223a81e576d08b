"""What the tile bench asks for: lists of paths, the same in every run."""
import math
import random

from links import level_of_zoom

chance = random.Random(2019)
THEMES = ("culture", "education", "mobilite-jeunes", "eau", "appui-institutionnel", "sport",
          "francophonie", "agriculture", "sante", "developpement-local", "patrimoine", "tourisme",
          "gouvernance", "environnement", "economie", "humanitaire", "dechets", "ville-durable",
          "formation", "jeunesse", "energie", "climat")


def tile_keys(limit, deepest=6):
    """Keys of zooms 0 to deepest, of the part of the world where most links are."""
    keys = [(z, x, y) for z in range(deepest + 1) for x in range(1 << z) for y in range(1 << z)
            if z < 3 or (0.2 < (x + 0.5) / (1 << z) < 0.75 and 0.2 < (y + 0.5) / (1 << z) < 0.65)]
    low = [key for key in keys if key[0] <= 3]
    high = [key for key in keys if key[0] > 3]
    return low + chance.sample(high, min(len(high), max(0, limit - len(low))))


def filtered(plain):
    """Unfiltered; by year; by theme and year: the same tiles, so that rows differ by the filter alone;
    in the last two hardly ever do two neighbours share a filter."""
    by_year = [f"{chance.choice(plain)}?year={chance.randint(1970, 2025)}" for _ in range(30000)]
    both = [f"{chance.choice(plain)}?theme={chance.choice(THEMES)}&year={chance.randint(1990, 2025)}"
            for _ in range(60000)]
    chance.shuffle(plain)
    return plain, by_year, both


def path_of(z, x, y):
    return f"/tiles/flows/{z}/{x}/{y}.mvt"


def lists_of_paths(deepest=6):
    """The lists of `filtered` over 600 tiles spread evenly over the area."""
    return filtered([path_of(*key) for key in tile_keys(600, deepest)])


def visitors_lists(links, deepest=8):
    """The same, as visitors ask who step from zoom to zoom where partnerships are: for each request a
    zoom, one end of a link, and one of the nine tiles around the tile that holds it, each drawn
    evenly. Dense tiles come often."""
    keys = []
    while len(keys) < 2000:
        z = chance.randint(0, deepest)
        lon, lat = links.point(chance.choice(chance.choice(links.rows).ends[level_of_zoom(z)]))
        if lon is None:
            continue
        x, y = tile_of(z, lon, lat)
        y += chance.randint(-1, 1)
        if 0 <= y < 1 << z:
            keys.append((z, (x + chance.randint(-1, 1)) % (1 << z), y))
    return filtered([path_of(*key) for key in keys])


def tile_of(z, lon, lat):
    """(x, y) of the tile that holds a place."""
    side = 1 << z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((lon + 180) / 360 * side), int(y * side)


def parts_of(path):
    """(z, x, y, theme or None, year or None) of a path."""
    address, _, query = path.partition("?")
    z, x, y = address[:-len(".mvt")].split("/")[3:6]
    asked = dict(part.split("=") for part in query.split("&")) if query else {}
    return int(z), int(x), int(y), asked.get("theme"), asked.get("year")


def zoom_of(path):
    return parts_of(path)[0]
