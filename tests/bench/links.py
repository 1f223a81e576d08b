"""The published links of an atlas database as the peers of the tile bench get them."""
import sqlite3


def level_of_zoom(z):
    return 0 if z <= 2 else 1 if z <= 4 else 2 if z <= 6 else 3


class Link:
    """ends: (French code, foreign code) at each of the four levels. amount: the link's share of the
    granted money of its partnership, or None. themes: with all above them. Without any date both
    years are 0."""

    def __init__(self, identity, partnership, years, themes, amount, ends):
        self.id, self.partnership, self.years = identity, partnership, years
        self.themes, self.amount, self.ends = themes, amount, ends


class Links:
    """The links, with the codes, names and points of both ends at the four levels of flows (country,
    region, département, commune; country, country, first-level unit, place)."""

    # Each overseas territory is a hub of its own; what is coarser than a level stays itself.
    KINDS = ({"overseas", "country"}, {"region", "overseas", "country"},
             {"departement", "collectivite-unique", "region", "overseas", "country"}, set())
    FOREIGN_KINDS = ({"country"}, {"country"}, {"admin1", "country"}, set())

    def __init__(self, path):
        database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        self.territories = {row[0]: row for row in database.execute(
            "SELECT code, kind, parent_code, lon, lat, id, name_fr FROM territory")}
        for code, (_, _, parent, *_) in self.territories.items():
            if parent == "country:FR" and code.startswith(("reg:0", "dep:97", "dep:98")):
                self.territories[code] = (code, "overseas", *self.territories[code][2:])
        self.code_of = {row[5]: row[0] for row in self.territories.values()}
        parents = {row[0]: row[1:] for row in database.execute(
            "SELECT code, parent, also FROM theme ORDER BY position")}
        self.themes = list(parents)
        themes = {}
        for partnership, theme in database.execute("SELECT partnership_id, theme FROM partnership_theme"):
            known, open_ = themes.setdefault(partnership, set()), [theme]
            while open_:
                code = open_.pop()
                if code and code not in known:
                    known.add(code)
                    open_ += parents.get(code, ())
        self.rows = [
            Link(identity, partnership, (first, last), sorted(themes.get(partnership, ())), amount,
                 [(self.at(french, self.KINDS[i]), self.at(foreign, self.FOREIGN_KINDS[i])) for i in range(4)])
            for identity, partnership, french, foreign, first, last, amount in database.execute("""
                SELECT l.id, p.id, l.french_id, l.foreign_id, coalesce(p.year_start, p.year_end, 0),
                    CASE WHEN p.year_start IS NULL AND p.year_end IS NULL THEN 0
                         WHEN p.year_end IS NOT NULL THEN max(p.year_end, coalesce(p.year_start, 0))
                         WHEN p.kind IN ('jumelage', 'pacte-amitie', 'accord-cadre') THEN 9999
                         WHEN p.kind IN ('projet', 'action') THEN p.year_start + 2
                         ELSE p.year_start END,
                    (SELECT sum(amount_eur) FROM funding WHERE partnership_id = p.id AND nature = 'attribue')
                        / (SELECT count(*) FROM link WHERE partnership_id = p.id)
                FROM link l JOIN partnership p ON p.id = l.partnership_id
                WHERE p.publication = 'published'""")]

    def at(self, identity, kinds):
        """The territory of one of these kinds that holds this one; itself where there is none, or
        where that has no point."""
        code = own = self.code_of[identity]
        while code in self.territories:
            if self.territories[code][1] in kinds:
                return code if self.territories[code][3] is not None else own
            code = self.territories[code][2]
        return own

    def point(self, code):
        return self.territories[code][3:5]

    def name(self, code):
        return self.territories[code][6]
