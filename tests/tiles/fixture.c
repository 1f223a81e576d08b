#include "tests/tiles/fixture.h"

#include "geo/bytes.h"
#include "geo/schema.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct made_territory {
    const char *code, *side, *kind, *name, *iso, *parent, *epci, *precision;
    double lon, lat; /* 0, 0: no point */
};

static const struct made_territory territories[] = {
    {"country:FR", "french", "country", "France", "FR", NULL, NULL, "country", 2.5, 46.6},
    {"reg:84", "french", "region", "Auvergne-Rhône-Alpes", "FR", "country:FR", NULL, "exact", 4.5,
     45.4},
    {"reg:11", "french", "region", "Île-de-France", "FR", "country:FR", NULL, "exact", 2.4, 48.7},
    {"reg:94", "french", "region", "Corse", "FR", "country:FR", NULL, "exact", 9.1, 42.2},
    {"reg:01", "french", "region", "Guadeloupe", "FR", "country:FR", NULL, "exact", -61.6, 16.2},
    {"dep:38", "french", "departement", "Isère", "FR", "reg:84", NULL, "exact", 5.6, 45.3},
    {"dep:69", "french", "departement", "Rhône", "FR", "reg:84", NULL, "exact", 4.6, 45.9},
    {"dep:92", "french", "departement", "Hauts-de-Seine", "FR", "reg:11", NULL, "exact", 2.2, 48.8},
    {"dep:75", "french", "departement", "Paris", "FR", "reg:11", NULL, "exact", 2.35, 48.86},
    {"dep:2A", "french", "departement", "Corse-du-Sud", "FR", "reg:94", NULL, "exact", 8.9, 41.9},
    {"dep:971", "french", "departement", "Guadeloupe", "FR", "reg:01", NULL, "exact", -61.6, 16.2},
    {"dep:988", "french", "collectivite-unique", "Nouvelle-Calédonie", "FR", "country:FR", NULL,
     "exact", 165.5, -21.3},
    {"reg:02", "french", "region", "Martinique", "FR", "country:FR", NULL, "exact", -61.0, 14.6},
    {"dep:972", "french", "collectivite-unique", "Martinique", "FR", "reg:02", NULL, "exact", -61.0,
     14.6},
    {"epci:200040715", "french", "epci", "Grenoble-Alpes-Métropole", "FR", "dep:38", NULL, "exact",
     5.72, 45.17},
    {"siren:200046977", "french", "collectivite-unique", "Métropole de Lyon", "FR", "reg:84", NULL,
     "exact", 4.84, 45.76},
    {"siren:253804710", "french", "syndicat", "Syndicat \"du Haut\", <b>Rhône</b>", "FR", "dep:38",
     NULL, "area", 5.5, 45.6},
    {"com:38185", "french", "commune", "Grenoble", "FR", "dep:38", "epci:200040715", "exact",
     5.7243, 45.1822},
    {"com:38421", "french", "commune", "Saint-Martin-d'Hères", "FR", "dep:38", "epci:200040715",
     "exact", 5.765, 45.1787},
    {"com:69123", "french", "commune", "Lyon", "FR", "dep:69", "siren:200046977", "exact", 4.8357,
     45.764},
    {"com:75056", "french", "commune", "Paris", "FR", "dep:75", NULL, "exact", 2.3522, 48.8566},
    {"com:92050", "french", "commune", "Nanterre", "FR", "dep:92", NULL, "exact", 2.2, 48.89},
    {"com:2A004", "french", "commune", "Ajaccio", "FR", "dep:2A", NULL, "exact", 8.737, 41.927},
    {"com:97105", "french", "commune", "Basse-Terre", "FR", "dep:971", NULL, "exact", -61.73, 16.0},
    {"com:98818", "french", "commune", "Nouméa", "FR", "dep:988", NULL, "exact", 166.45, -22.27},
    {"local:0fr0lost", "french", "other", "Communauté inconnue", "FR", NULL, NULL, "none", 0, 0},
    {"country:ML", "foreign", "country", "Mali", "ML", NULL, NULL, "country", -4.0, 17.6},
    {"country:SN", "foreign", "country", "Sénégal", "SN", NULL, NULL, "country", -14.5, 14.5},
    {"country:MA", "foreign", "country", "Maroc", "MA", NULL, NULL, "country", -6.3, 31.8},
    {"country:FJ", "foreign", "country", "Fidji", "FJ", NULL, NULL, "country", 178.0, -17.8},
    {"country:US", "foreign", "country", "États-Unis", "US", NULL, NULL, "country", -98.6, 39.8},
    {"iso:ML-1", "foreign", "admin1", "Kayes", "ML", "country:ML", NULL, "exact", -11.4, 14.4},
    {"iso:ML-4", "foreign", "admin1", "Ségou", "ML", "country:ML", NULL, "exact", -6.2, 13.4},
    {"iso:SN-SL", "foreign", "admin1", "Saint-Louis", "SN", "country:SN", NULL, "exact", -16.0,
     16.0},
    {"iso:MA-03", "foreign", "admin1", "Fès-Meknès", "MA", "country:MA", NULL, "exact", -5.0, 33.9},
    {"iso:US-AK", "foreign", "admin1", "Alaska", "US", "country:US", NULL, "exact", -152.0, 64.0},
    {"gn:2455290", "foreign", "city", "Kayes", "ML", "iso:ML-1", NULL, "exact", -11.44, 14.447},
    {"gn:2451478", "foreign", "city", "Ségou", "ML", "iso:ML-4", NULL, "exact", -6.265, 13.43},
    {"gn:2246452", "foreign", "city", "Saint-Louis", "SN", "iso:SN-SL", NULL, "exact", -16.49,
     16.02},
    {"gn:2548885", "foreign", "city", "Fès", "MA", "iso:MA-03", NULL, "exact", -5.0, 34.033},
    {"gn:2198148", "foreign", "city", "Suva", "FJ", "country:FJ", NULL, "exact", 178.44, -18.14},
    {"gn:5879400", "foreign", "city", "Anchorage", "US", "iso:US-AK", NULL, "exact", -149.9,
     61.218},
    {"local:9f2c", "foreign", "groupement", "Cercle de Ségou", "ML", "iso:ML-4", NULL, "area", -6.0,
     13.6},
    {"local:abc1", "foreign", "other", "Lieu perdu", NULL, NULL, NULL, "none", 0, 0},
};
enum { N_TERRITORIES = sizeof territories / sizeof *territories };

static const char *const themes[][3] = {
    /* code, parent, also */
    {"services-essentiels", NULL, NULL},
    {"eau", "services-essentiels", NULL},
    {"energie", "services-essentiels", NULL},
    {"sante", "services-essentiels", NULL},
    {"jeunesse", NULL, NULL},
    {"education", "jeunesse", NULL},
    {"ecsi", "education", NULL},
    {"genre", NULL, NULL},
    {"genre-sante", "genre", "sante"},
    {"genre-droits", "genre", NULL},
    {"genre-violences", "genre", NULL},
    {"genre-autonomisation", "genre", NULL},
    {"emploi-femmes", "jeunesse", "genre-autonomisation"},
    {"sport", NULL, NULL},
};
enum { N_THEMES = sizeof themes / sizeof *themes };

static const char *const kinds[] = {NULL,         "jumelage", "pacte-amitie", "accord-cadre",
                                    "convention", "projet",   "action",       "soutien"};
static const char *const modes[] = {NULL, "mutualise", "a-rejoindre;cles-en-main", "1pc-eau"};
static const char *const statuses[] = {NULL, "active", "ended", "planned"};
static const char *const calls[] = {NULL, NULL, "FICOL", "AAP 2025 MEAE",
                                    "AAP 2025 MEAE; Villes durables"};
static const char *const natures[] = {"prevu", "attribue", "verse", "cumul", NULL};
static const char *const roles[] = {"chef-de-file", "partenaire", "operateur",
                                    "financeur",    "soutien",    "beneficiaire"};

uint32_t fixture_random(uint64_t *state, uint32_t below)
{
    *state += 0x9e3779b97f4a7c15u; /* splitmix64 */
    uint64_t z = *state;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    return (uint32_t)((z >> 32) * below >> 32);
}

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "fixture: %s: %s\n", what, why);
    abort();
}

static void run(sqlite3 *db, const char *sql)
{
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) fail(sql, message);
}

/* Runs one INSERT. types: t text, i integer (int), n integer where -1 is NULL, d double. */
static void insert(sqlite3 *db, const char *sql, const char *types, ...)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail(sql, sqlite3_errmsg(db));
    va_list arguments;
    va_start(arguments, types);
    for (int i = 0; types[i]; i++) {
        if (types[i] == 't')
            sqlite3_bind_text(statement, i + 1, va_arg(arguments, const char *), -1,
                              SQLITE_TRANSIENT);
        else if (types[i] == 'd')
            sqlite3_bind_double(statement, i + 1, va_arg(arguments, double));
        else {
            int value = va_arg(arguments, int);
            if (types[i] == 'i' || value != -1) sqlite3_bind_int(statement, i + 1, value);
        }
    }
    va_end(arguments);
    if (sqlite3_step(statement) != SQLITE_DONE) fail(sql, sqlite3_errmsg(db));
    sqlite3_finalize(statement);
}

static void append_points(struct bytes *blob, const double (*points)[2], uint32_t n)
{
    bytes_append(blob, &n, 4);
    bytes_append(blob, points, n * sizeof *points);
}

/* A square MULTIPOLYGON or a MULTILINESTRING of two points, as SpatiaLite writes it. */
static void make_blob(struct bytes *blob, double west, double south, double side_deg,
                      uint32_t shape)
{
    double east = west + side_deg, north = south + side_deg, bounds[4] = {west, south, east, north};
    const double ring[5][2] = {
        {west, south}, {east, south}, {east, north}, {west, north}, {west, south}};
    uint32_t srid = 4326, one = 1, part = shape - 3;
    bytes_append(blob, "\x00\x01", 2);
    bytes_append(blob, &srid, 4);
    bytes_append(blob, bounds, sizeof bounds);
    bytes_append_byte(blob, 0x7C);
    bytes_append(blob, &shape, 4);
    bytes_append(blob, &one, 4);
    bytes_append_byte(blob, 0x69);
    bytes_append(blob, &part, 4);
    if (shape == 6) bytes_append(blob, &one, 4);
    append_points(blob, ring, shape == 6 ? 5 : 2);
    bytes_append_byte(blob, 0xFE);
}

static void insert_shape(sqlite3 *db, const char *sql, const char *text, double west, double south,
                         double side_deg, uint32_t shape)
{
    struct bytes blob = {0};
    make_blob(&blob, west, south, side_deg, shape);
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail(sql, sqlite3_errmsg(db));
    sqlite3_bind_text(statement, 1, text, -1, SQLITE_STATIC);
    sqlite3_bind_blob(statement, 2, blob.data, (int)blob.length, SQLITE_STATIC);
    if (sqlite3_step(statement) != SQLITE_DONE) fail(sql, sqlite3_errmsg(db));
    sqlite3_finalize(statement);
    bytes_close(&blob);
}

static void insert_fixed(sqlite3 *db)
{
    insert(db, "INSERT INTO edition VALUES(3, '2026-11-24', ?, 'made', NULL, NULL)", "t",
           "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
    insert(db, "INSERT INTO source VALUES('made', '', '2026-11-24T10:00:00Z', 1)", "");
    insert(db, "INSERT INTO attribution VALUES(1, 'made', 'Données fabriquées', 'MIT', NULL)", "");
    insert(db,
           "INSERT INTO retired VALUES(900001, 1, 'merged'), (900002, NULL, 'withdrawn'),"
           " (900003, 900001, 'merged')",
           "");
    for (int i = 0; i < N_THEMES; i++)
        insert(db, "INSERT INTO theme VALUES(?1, ?2, ?3, ?1, ?1, NULL, NULL, NULL, ?4)", "ttti",
               themes[i][0], themes[i][1], themes[i][2], i);
    for (int i = 0; i < N_TERRITORIES; i++) {
        const struct made_territory *t = &territories[i];
        insert(db,
               "INSERT INTO territory VALUES(?, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, NULL, ?,"
               " nullif(?, 0.0), nullif(?, 0.0), ?)",
               "ittttttttttddt", (i + 1) * 10, t->code, t->side, t->kind, t->name, t->name, t->iso,
               t->parent, t->epci, t->precision, i % 3 ? "100000" : NULL, t->lon, t->lat, "slug");
    }
    insert(db,
           "INSERT INTO name SELECT id, 'gratianopolis', 'Gratianopolis', 'la', 'old'"
           " FROM territory WHERE code = 'com:38185'",
           "");
    insert_shape(db, "INSERT INTO area(code, geom) VALUES(?, ?)", "country:MA", -9, 29, 4, 6);
    insert_shape(db, "INSERT INTO area(code, geom) VALUES(?, ?)", "country:ML", -8, 14, 4, 6);
    insert_shape(db, "INSERT INTO area(code, geom) VALUES(?, ?)", "iso:ML-4", -7, 13, 4, 6);
    insert_shape(db, "INSERT INTO area(code, geom) VALUES(?, ?)", "reg:84", 4, 44, 4, 6);
    insert_shape(db, "INSERT INTO area(code, geom) VALUES(?, ?)", "dep:38", 5, 45, 4, 6);
    insert_shape(db, "INSERT INTO area(code, geom) VALUES(?, ?)", "reg:02", -62, 14, 4, 6);
    insert_shape(db, "INSERT INTO area(code, geom) VALUES(?, ?)", "dep:972", -62, 14, 4, 6);
    insert_shape(db, "INSERT INTO area(code, geom) VALUES(?, ?)", "dep:988", 164, -23, 4, 6);
    /* too small to be seen on a map of the world */
    insert_shape(db, "INSERT INTO area(code, geom) VALUES(?, ?)", "country:FJ", 178, -18, 0.02, 6);
    insert_shape(db, "INSERT INTO border(kind, geom) VALUES(?, ?)", "border", -9, 29, 4, 5);
}

/* A random territory of a side: its row. */
static int random_territory(uint64_t *state, const char *side)
{
    for (;;) {
        int i = (int)fixture_random(state, N_TERRITORIES);
        if (strcmp(territories[i].side, side) == 0 &&
            strcmp(territories[i].code, "country:FR") != 0)
            return i;
    }
}

static void insert_parties(sqlite3 *db, uint64_t *state, int id, int *next_link)
{
    int french[3], foreign[3], n_french = 0, n_foreign = 0, position = 1;
    int wanted_french = 1 + (int)fixture_random(state, 8) / 7,
        wanted_foreign = (int)fixture_random(state, 4);
    for (int side = 0; side < 2; side++) {
        int wanted = side ? wanted_foreign : wanted_french;
        for (int k = 0; k < wanted; k++) {
            int t = random_territory(state, side ? "foreign" : "french");
            int *list = side ? foreign : french, n = side ? n_foreign : n_french;
            bool known = true;
            for (int i = 0; i < n; i++)
                known = known && list[i] != t;
            if (!known) continue;
            const char *role = roles[fixture_random(state, 10) < 8 ? fixture_random(state, 2)
                                                                   : fixture_random(state, 6)];
            bool links = strcmp(role, "chef-de-file") == 0 || strcmp(role, "partenaire") == 0;
            insert(db,
                   "INSERT INTO party(partnership_id, position, side, role, partner_status,"
                   " as_written, country_iso, territory_id) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
                   "iittttti", id, position++, side ? "foreign" : "french", role,
                   side ? "known" : NULL, territories[t].name, territories[t].iso, (t + 1) * 10);
            if (!links) continue;
            list[n] = t;
            if (side)
                n_foreign++;
            else
                n_french++;
        }
    }
    if (fixture_random(state, 4) == 0)
        insert(db,
               "INSERT INTO party(partnership_id, position, side, role, partner_status,"
               " as_written, country_iso) VALUES(?, ?, 'foreign', 'operateur', 'zone', ?, ?)",
               "iitt", id, position, "=ONG <script>", fixture_random(state, 2) ? "SN" : "NE");
    for (int f = 0; f < n_french; f++)
        for (int g = 0; g < n_foreign; g++)
            insert(db, "INSERT INTO link VALUES(?, ?, ?, ?, ?)", "iiiid", (*next_link)++, id,
                   (french[f] + 1) * 10, (foreign[g] + 1) * 10, 1.0 / (n_french * n_foreign));
}

#define PICK(state, array) array[fixture_random(state, sizeof array / sizeof *array)]

static void insert_partnership(sqlite3 *db, uint64_t *state, int id, int *next_link)
{
    char title[80], signed_on[20], marker[12] = "";
    snprintf(title, sizeof title, "%sPartenariat n° %d", id % 7 == 0 ? "=" : id % 5 ? "" : "É", id);
    int start = fixture_random(state, 6) ? 1950 + (int)fixture_random(state, 77) : -1;
    int end = fixture_random(state, 3) == 0
                  ? (start < 0 ? 2015 : start + (int)fixture_random(state, 9))
                  : -1;
    if (start < 0 && fixture_random(state, 2)) end = -1;
    snprintf(signed_on, sizeof signed_on, "%d-05-17", 1990 + (int)fixture_random(state, 30));
    snprintf(marker, sizeof marker, "%d", (int)fixture_random(state, 3));
    const char *publication = fixture_random(state, 12)  ? "published"
                              : fixture_random(state, 2) ? "withheld"
                                                         : "to-review";
    const char *precision = fixture_random(state, 15)  ? NULL
                            : fixture_random(state, 2) ? "area"
                                                       : "country";
    insert(db,
           "INSERT INTO partnership(id, source, external_id, title, slug, description, kind,"
           " modes, status, signed, year_start, year_end, gender_marker, call, publication,"
           " published_precision) VALUES(?, 'made', NULL, ?, 'partenariat', ?, ?, ?, ?, ?, ?,"
           " ?, ?, ?, ?, ?)",
           "itttttt"
           "nn"
           "tttt",
           id, title, id % 4 ? NULL : "Texte\nsur deux lignes; \"cité\"", PICK(state, kinds),
           PICK(state, modes), PICK(state, statuses), fixture_random(state, 4) ? NULL : signed_on,
           start, end, fixture_random(state, 2) ? NULL : marker, PICK(state, calls), publication,
           precision);
    insert_parties(db, state, id, next_link);
    for (uint32_t i = fixture_random(state, 4); i > 0; i--)
        insert(db, "INSERT OR IGNORE INTO partnership_theme VALUES(?, ?)", "it", id,
               themes[fixture_random(state, N_THEMES)][0]);
    for (uint32_t i = fixture_random(state, 3); i > 0; i--)
        insert(db, "INSERT INTO funding VALUES(?, 'MEAE', ?, ?, 2020, NULL, NULL)", "idt", id,
               (double)fixture_random(state, 100000) / 4, PICK(state, natures));
}

void fixture_write(struct fixture *fixture, unsigned n, uint64_t seed)
{
    *fixture = (struct fixture){.folder = "/tmp/passerelle-test-XXXXXX"};
    if (!mkdtemp(fixture->folder)) fail("mkdtemp", fixture->folder);
    snprintf(fixture->path, sizeof fixture->path, "%s/atlas.sqlite", fixture->folder);
    sqlite3 *db = NULL;
    if (sqlite3_open(fixture->path, &db) != SQLITE_OK) fail(fixture->path, "cannot be made");
    char pragma[120];
    snprintf(pragma, sizeof pragma, "PRAGMA application_id=%d; PRAGMA user_version=%d; BEGIN;",
             ATLAS_APPLICATION_ID, ATLAS_USER_VERSION);
    run(db, pragma);
    run(db, atlas_schema_sql);
    run(db, atlas_indexes_sql);
    run(db, "ALTER TABLE area ADD geom BLOB; ALTER TABLE border ADD geom BLOB;");
    insert_fixed(db);
    int next_link = 1;
    for (int id = 1; id <= (int)n; id++)
        insert_partnership(db, &seed, id * 3 - 2, &next_link);
    run(db,
        "UPDATE partnership SET gender_origin = CASE id % 4 WHEN 0 THEN 'estimated'"
        " ELSE 'declared' END WHERE gender_marker IS NOT NULL; COMMIT");
    sqlite3_close(db);
}

void fixture_open(struct fixture *fixture, unsigned n, uint64_t seed)
{
    struct atlas_error error;
    fixture_write(fixture, n, seed);
    if (edition_load(fixture->path, &fixture->edition, &error) != ATLAS_OK)
        fail("edition_load", error.message);
}

void fixture_close(struct fixture *fixture)
{
    edition_release(fixture->edition);
    unlink(fixture->path);
    rmdir(fixture->folder);
}

int fixture_setup(void **state)
{
    static struct fixture fixture;
    fixture_open(&fixture, 400, 1);
    *state = &fixture;
    return 0;
}

int fixture_teardown(void **state)
{
    fixture_close(*state);
    return 0;
}
