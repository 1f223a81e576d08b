#include "geo/store_rows.h"

#include "geo/name.h"
#include "geo/store_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TITLE_SLUG_BYTES = 81 };

static const char *const sql_of[STATEMENT_COUNT] = {
    [STATEMENT_TERRITORY_ID] = "SELECT id, lon, lat, precision FROM territory WHERE code = ?1",
    [STATEMENT_TERRITORY_LOCAL] =
        "INSERT INTO territory(id, code, side, kind, generic, name_fr, name_en, country_iso,"
        " parent_code, precision, radius_km, lon, lat, slug, geom)"
        " VALUES((SELECT id FROM former_territory WHERE code = ?1), ?1, ?2, ?3, ?4, ?5, ?5, ?6, "
        "?7, ?8, ?9, ?10, ?11, slug(?5),"
        " MakePoint(?10, ?11, 4326))"
        " ON CONFLICT(code) DO UPDATE SET side = ?2, kind = ?3, generic = ?4, name_fr = ?5,"
        " name_en = ?5, country_iso = ?6, parent_code = ?7, precision = ?8, radius_km = ?9,"
        " lon = ?10, lat = ?11, slug = slug(?5), geom = MakePoint(?10, ?11, 4326)",
    [STATEMENT_TERRITORY_NOTE_PLACED] = "INSERT OR IGNORE INTO temp.placed VALUES(?1)",
    [STATEMENT_TERRITORY_PLACE] =
        "UPDATE territory SET lon = ?2, lat = ?3, precision = 'exact', radius_km = NULL,"
        " geom = MakePoint(?2, ?3, 4326) WHERE code = ?1",
    [STATEMENT_PARTNERSHIP_FIND] =
        "SELECT id FROM partnership WHERE source = ?1 AND identity = ?2 UNION ALL"
        " SELECT partnership_id FROM claim WHERE source = ?1 AND identity = ?2",
    [STATEMENT_PARTNERSHIP_FORMER] =
        "SELECT id FROM former_partnership WHERE source = ?1 AND identity = ?2",
    [STATEMENT_PARTNERSHIP_UNRETIRE] = "DELETE FROM retired WHERE id = ?1",
    [STATEMENT_ORIGIN_INSERT] =
        "INSERT OR REPLACE INTO origin(partnership_id, field, source,"
        " source_line) VALUES(?1, ?2, ?3, ?4)",
    [STATEMENT_ORIGIN_DELETE] =
        "DELETE FROM origin WHERE partnership_id = ?1 AND source ="
        " (SELECT source FROM partnership WHERE id = ?1)",
    [STATEMENT_PARTNERSHIP_INSERT] =
        "INSERT INTO partnership(id, source, external_id, title, slug, description, kind, modes,"
        " status, status_date, signed, year_start, year_end, end_kind, gender_marker,"
        " gender_origin, call, sdg, dac, publication, publication_reason, published_precision,"
        " source_doc, source_place, source_date, note, source_line, identity,"
        " stated_publication, stated_reason, merge_key)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,"
        " ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?20, ?21, ?29)",
    [STATEMENT_PARTNERSHIP_UPDATE] =
        "UPDATE partnership SET source = ?2, external_id = ?3, title = ?4, slug = ?5,"
        " description = ?6, kind = ?7, modes = ?8, status = ?9, status_date = ?10, signed = ?11,"
        " year_start = ?12, year_end = ?13, end_kind = ?14, gender_marker = ?15,"
        " gender_origin = ?16, call = ?17, sdg = ?18, dac = ?19, publication = ?20,"
        " publication_reason = ?21, published_precision = ?22, source_doc = ?23,"
        " source_place = ?24, source_date = ?25, note = ?26, source_line = ?27,"
        " identity = ?28, stated_publication = ?20, stated_reason = ?21, merge_key = ?29"
        " WHERE id = ?1",
    [STATEMENT_PARTY_INSERT] =
        "INSERT INTO party(partnership_id, position, side, role, partner_status, as_written,"
        " type_written, generic, hint_written, country_iso, territory_id, match_status,"
        " match_score, match_reason)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    [STATEMENT_PARTY_DELETE] = "DELETE FROM party WHERE partnership_id = ?1",
    [STATEMENT_THEME_INSERT] =
        "INSERT OR IGNORE INTO partnership_theme(partnership_id, theme) VALUES(?1, ?2)",
    [STATEMENT_THEME_DELETE] =
        "DELETE FROM partnership_theme WHERE partnership_id = ?1 AND 'theme:' || theme NOT IN"
        " (SELECT field FROM origin WHERE partnership_id = ?1)",
    [STATEMENT_FUNDING_INSERT] =
        "INSERT INTO funding(partnership_id, funder, amount_eur, nature, year_from, year_to,"
        " source) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [STATEMENT_FUNDING_DELETE] = "DELETE FROM funding WHERE partnership_id = ?1 AND source IS NULL",
    [STATEMENT_LINK_LIST] =
        "SELECT id, french_id, foreign_id FROM link WHERE partnership_id = ?1 ORDER BY id",
    [STATEMENT_LINK_INSERT] =
        "INSERT INTO link(id, partnership_id, french_id, foreign_id, weight, geom)"
        " VALUES((SELECT id FROM former_link WHERE partnership_id = ?1 AND french_id = ?2"
        " AND foreign_id = ?3), ?1, ?2, ?3, ?4, GeomFromWKB(?5, 4326))",
    [STATEMENT_LINK_UPDATE] =
        "UPDATE link SET weight = ?2, geom = GeomFromWKB(?3, 4326)"
        " WHERE id = ?1",
    [STATEMENT_LINK_REMEMBER] =
        "INSERT OR REPLACE INTO former_link(partnership_id, french_id, foreign_id, id)"
        " SELECT partnership_id, french_id, foreign_id, id FROM link WHERE id = ?1",
    [STATEMENT_LINK_DELETE] = "DELETE FROM link WHERE id = ?1",
};

static enum atlas_status failed(struct store *store, struct atlas_error *error)
{
    return store_sqlite_failed(store->copy, store->import_path, "cannot write", error);
}

/* A statement ready to be bound. NULL, with a sentence, when it cannot be. */
sqlite3_stmt *store_statement(struct store *store, enum store_statement which,
                              struct atlas_error *error)
{
    sqlite3_stmt **statement = &store->statements[which];
    if (!*statement && sqlite3_prepare_v3(store->copy, sql_of[which], -1, SQLITE_PREPARE_PERSISTENT,
                                          statement, NULL) != SQLITE_OK) {
        failed(store, error);
        return NULL;
    }
    return *statement;
}

/* Runs a bound statement that gives no rows, and readies it for the next time. */
enum atlas_status store_finish(struct store *store, sqlite3_stmt *statement,
                               struct atlas_error *error)
{
    int code = sqlite3_step(statement);
    enum atlas_status status = code == SQLITE_DONE ? ATLAS_OK : failed(store, error);
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return status;
}

static void bind_text(sqlite3_stmt *statement, int position, const char *text)
{
    sqlite3_bind_text(statement, position, text, -1, SQLITE_STATIC); /* NULL stays NULL */
}

static void bind_number(sqlite3_stmt *statement, int position, double number)
{
    if (!isnan(number)) sqlite3_bind_double(statement, position, number);
}

static void bind_year(sqlite3_stmt *statement, int position, int year)
{
    if (year != STORE_NO_YEAR) sqlite3_bind_int(statement, position, year);
}

/* ---- territories ---- */

static double column_number(sqlite3_stmt *statement, int column)
{
    return sqlite3_column_type(statement, column) == SQLITE_NULL
               ? NAN
               : sqlite3_column_double(statement, column);
}

void store_read_end(sqlite3_stmt *statement, int first, struct store_end *end)
{
    enum precision precision = PRECISION_NONE;
    precision_parse((const char *)sqlite3_column_text(statement, first + 3), &precision);
    *end = (struct store_end){sqlite3_column_int64(statement, first), NAN, NAN};
    if (precision != PRECISION_EXACT && precision != PRECISION_AREA) return;
    end->lon_deg = column_number(statement, first + 1);
    end->lat_deg = column_number(statement, first + 2);
}

/* What is in the table already; end->id is 0 when nothing is. */
static enum atlas_status find_territory(struct store *store, const char *code,
                                        struct store_end *end, struct atlas_error *error)
{
    *end = (struct store_end){0, NAN, NAN};
    sqlite3_stmt *statement = store_statement(store, STATEMENT_TERRITORY_ID, error);
    if (!statement) return ATLAS_IO;
    bind_text(statement, 1, code);
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW) store_read_end(statement, 0, end);
    enum atlas_status status =
        result == SQLITE_ROW || result == SQLITE_DONE ? ATLAS_OK : failed(store, error);
    sqlite3_reset(statement);
    return status;
}

enum atlas_status store_territory(struct store *store, const char *code, struct store_end *end,
                                  struct atlas_error *error)
{
    enum atlas_status status = find_territory(store, code, end, error);
    if (!status && !end->id)
        return atlas_fail(error, ATLAS_NOT_FOUND, "no territory has the code %.80s", code);
    return status;
}

enum atlas_status store_local_territory(struct store *store, const struct store_local *local,
                                        struct store_end *end, struct atlas_error *error)
{
    sqlite3_stmt *statement = store_statement(store, STATEMENT_TERRITORY_LOCAL, error);
    if (!statement) return ATLAS_IO;
    bind_text(statement, 1, local->code);
    bind_text(statement, 2, local->side == SIDE_FRENCH ? "french" : "foreign");
    bind_text(statement, 3, territory_kind_text(local->kind));
    bind_text(statement, 4, local->generic);
    bind_text(statement, 5, local->name);
    bind_text(statement, 6, local->country_iso);
    bind_text(statement, 7, local->parent_code);
    bind_text(statement, 8, precision_text(local->precision));
    bind_number(statement, 9, local->radius_km);
    bind_number(statement, 10, local->lon_deg);
    bind_number(statement, 11, local->lat_deg);
    enum atlas_status status = store_finish(store, statement, error);
    return status ? status : find_territory(store, local->code, end, error);
}

/* Notes that a file has placed the territory; *first is false when one has already. */
static enum atlas_status note_placed(struct store *store, const char *code, bool *first,
                                     struct atlas_error *error)
{
    enum atlas_status status = ATLAS_OK;
    if (!store->places)
        status = store_run(store, "CREATE TEMP TABLE placed(code TEXT PRIMARY KEY) WITHOUT ROWID",
                           error);
    if (status) return status;
    store->places = true;
    sqlite3_stmt *statement = store_statement(store, STATEMENT_TERRITORY_NOTE_PLACED, error);
    if (!statement) return ATLAS_IO;
    bind_text(statement, 1, code);
    status = store_finish(store, statement, error);
    *first = sqlite3_changes(store->copy) > 0;
    return status;
}

enum atlas_status store_place_territory(struct store *store, const char *code, double lon_deg,
                                        double lat_deg, struct store_end *end,
                                        struct atlas_error *error)
{
    bool first = false;
    enum atlas_status status = note_placed(store, code, &first, error);
    if (status) return status;
    if (first) {
        sqlite3_stmt *statement = store_statement(store, STATEMENT_TERRITORY_PLACE, error);
        if (!statement) return ATLAS_IO;
        bind_text(statement, 1, code);
        sqlite3_bind_double(statement, 2, lon_deg);
        sqlite3_bind_double(statement, 3, lat_deg);
        status = store_finish(store, statement, error);
    }
    return status ? status : store_territory(store, code, end, error);
}

/* ---- themes, sources ---- */

enum atlas_status store_themes(struct store *store, const struct theme_tree *themes,
                               struct atlas_error *error)
{
    enum atlas_status status = store_run(store, "DELETE FROM theme", error);
    sqlite3_stmt *statement = NULL;
    if (!status && sqlite3_prepare_v2(store->copy,
                                      "INSERT INTO theme(code, parent, also, label_fr, label_en,"
                                      " sdg, crs, guide, position)"
                                      " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                                      -1, &statement, NULL) != SQLITE_OK)
        status = failed(store, error);
    for (size_t i = 0; i < theme_tree_size(themes) && !status; i++) {
        const struct theme *theme = theme_tree_at(themes, i);
        const char *texts[] = {theme->code,     theme->parent, theme->also, theme->label_fr,
                               theme->label_en, theme->sdg,    theme->crs,  theme->guide};
        for (int t = 0; t < 8; t++)
            bind_text(statement, t + 1, texts[t]);
        sqlite3_bind_int64(statement, 9, (sqlite3_int64)i + 1);
        status = store_finish(store, statement, error);
    }
    sqlite3_finalize(statement);
    return status;
}

enum atlas_status store_source(struct store *store, const char *name, const char *file_sha256,
                               const char *imported_at, bool made, struct atlas_error *error)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(store->copy,
                           "INSERT INTO source(name, file_sha256, imported_at, made)"
                           " VALUES(?1, ?2, ?3, ?4) ON CONFLICT(name) DO UPDATE SET"
                           " file_sha256 = ?2, imported_at = ?3, made = max(made, ?4)",
                           -1, &statement, NULL) != SQLITE_OK)
        return failed(store, error);
    bind_text(statement, 1, name);
    bind_text(statement, 2, file_sha256);
    bind_text(statement, 3, imported_at);
    sqlite3_bind_int(statement, 4, made);
    enum atlas_status status = store_finish(store, statement, error);
    sqlite3_finalize(statement);
    return status;
}

/* ---- partnerships ---- */

enum atlas_status store_find_partnership(struct store *store, const char *source,
                                         const char *identity, int64_t *id,
                                         struct atlas_error *error)
{
    *id = 0;
    if (!store->identities_indexed) return ATLAS_OK; /* nothing can be there yet */
    sqlite3_stmt *statement = store_statement(store, STATEMENT_PARTNERSHIP_FIND, error);
    if (!statement) return ATLAS_IO;
    bind_text(statement, 1, source);
    bind_text(statement, 2, identity);
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW) *id = sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    return result == SQLITE_ROW || result == SQLITE_DONE ? ATLAS_OK : failed(store, error);
}

enum atlas_status store_index_identities(struct store *store, struct atlas_error *error)
{
    if (store->identities_indexed) return ATLAS_OK;
    store->identities_indexed = true;
    return store_run(store,
                     "CREATE UNIQUE INDEX partnership_identity ON partnership(source, identity);"
                     "CREATE INDEX partnership_merge_key ON partnership(merge_key)"
                     " WHERE merge_key IS NOT NULL",
                     error);
}

enum atlas_status store_run_with_id(struct store *store, enum store_statement which, int64_t id,
                                    struct atlas_error *error)
{
    sqlite3_stmt *statement = store_statement(store, which, error);
    if (!statement) return ATLAS_IO;
    sqlite3_bind_int64(statement, 1, id);
    return store_finish(store, statement, error);
}

/* The id that a partnership had when it was here before; 0: it never was. */
static enum atlas_status return_id(struct store *store, const struct store_partnership *p,
                                   int64_t *id, struct atlas_error *error)
{
    if (store->is_new) return ATLAS_OK;
    sqlite3_stmt *statement = store_statement(store, STATEMENT_PARTNERSHIP_FORMER, error);
    if (!statement) return ATLAS_IO;
    bind_text(statement, 1, p->source);
    bind_text(statement, 2, p->identity);
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW) *id = sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    if (result != SQLITE_ROW && result != SQLITE_DONE) return failed(store, error);
    return *id ? store_run_with_id(store, STATEMENT_PARTNERSHIP_UNRETIRE, *id, error) : ATLAS_OK;
}

static enum atlas_status write_facts(struct store *store, const struct store_partnership *p,
                                     int64_t *id, struct atlas_error *error)
{
    sqlite3_stmt *statement = store_statement(
        store, *id ? STATEMENT_PARTNERSHIP_UPDATE : STATEMENT_PARTNERSHIP_INSERT, error);
    if (!statement) return ATLAS_IO;
    char slug[TITLE_SLUG_BYTES];
    name_slug(p->title, slug, sizeof slug);
    const char *texts[] = {p->source, p->external_id, p->title,  slug,           p->description,
                           p->kind,   p->modes,       p->status, p->status_date, p->signed_on};
    bool is_new = !*id;
    enum atlas_status status = is_new ? return_id(store, p, id, error) : ATLAS_OK;
    if (status) return status;
    if (*id) sqlite3_bind_int64(statement, 1, *id);
    for (int i = 0; i < (int)(sizeof texts / sizeof *texts); i++)
        bind_text(statement, 2 + i, texts[i]);
    bind_year(statement, 12, p->year_start);
    bind_year(statement, 13, p->year_end);
    bind_text(statement, 14, p->end_kind);
    if (p->gender_marker >= 0) sqlite3_bind_int(statement, 15, p->gender_marker);
    const char *rest[] = {p->gender_origin,
                          p->call,
                          p->sdg,
                          p->dac,
                          p->publication,
                          p->publication_reason,
                          p->published_precision,
                          p->source_doc,
                          p->source_place,
                          p->source_date,
                          p->note};
    for (int i = 0; i < (int)(sizeof rest / sizeof *rest); i++)
        bind_text(statement, 16 + i, rest[i]);
    sqlite3_bind_int64(statement, 27, p->source_line);
    bind_text(statement, 28, p->identity);
    bind_text(statement, 29, p->merge_key);
    status = store_finish(store, statement, error);
    if (!status && is_new) *id = sqlite3_last_insert_rowid(store->copy);
    return status;
}

static enum atlas_status write_parties(struct store *store, const struct store_partnership *p,
                                       int64_t id, struct atlas_error *error)
{
    enum atlas_status status = ATLAS_OK;
    for (size_t i = 0; i < p->n_parties && !status; i++) {
        const struct store_party *party = &p->parties[i];
        sqlite3_stmt *statement = store_statement(store, STATEMENT_PARTY_INSERT, error);
        if (!statement) return ATLAS_IO;
        sqlite3_bind_int64(statement, 1, id);
        sqlite3_bind_int64(statement, 2, (sqlite3_int64)i + 1);
        bind_text(statement, 3, party->side == SIDE_FRENCH ? "french" : "foreign");
        const char *texts[] = {
            party->role,         party->partner_status, party->as_written ? party->as_written : "",
            party->type_written, party->generic,        party->hint_written,
            party->country_iso};
        for (int t = 0; t < (int)(sizeof texts / sizeof *texts); t++)
            bind_text(statement, 4 + t, texts[t]);
        if (party->territory) sqlite3_bind_int64(statement, 11, party->territory);
        bind_text(statement, 12, party->match_status);
        bind_number(statement, 13, party->score);
        bind_text(statement, 14, party->match_reason);
        status = store_finish(store, statement, error);
    }
    return status;
}

enum atlas_status store_write_fundings(struct store *store, const struct store_partnership *p,
                                       int64_t id, const char *source, struct atlas_error *error)
{
    enum atlas_status status = ATLAS_OK;
    for (size_t i = 0; i < p->n_fundings && !status; i++) {
        sqlite3_stmt *statement = store_statement(store, STATEMENT_FUNDING_INSERT, error);
        if (!statement) return ATLAS_IO;
        sqlite3_bind_int64(statement, 1, id);
        bind_text(statement, 2, p->fundings[i].funder);
        sqlite3_bind_double(statement, 3, p->fundings[i].euros);
        bind_text(statement, 4, p->fundings[i].nature);
        bind_year(statement, 5, p->fundings[i].year_from);
        bind_year(statement, 6, p->fundings[i].year_to);
        bind_text(statement, 7, source);
        status = store_finish(store, statement, error);
    }
    return status;
}

enum atlas_status store_write_themes(struct store *store, const struct store_partnership *p,
                                     int64_t id, struct atlas_error *error)
{
    enum atlas_status status = ATLAS_OK;
    for (size_t i = 0; i < p->n_themes && !status; i++) {
        sqlite3_stmt *statement = store_statement(store, STATEMENT_THEME_INSERT, error);
        if (!statement) return ATLAS_IO;
        sqlite3_bind_int64(statement, 1, id);
        bind_text(statement, 2, p->themes[i]->code);
        status = store_finish(store, statement, error);
    }
    return status;
}

static enum atlas_status write_origins(struct store *store, const struct store_partnership *p,
                                       int64_t id, struct atlas_error *error)
{
    enum atlas_status status = ATLAS_OK;
    for (size_t i = 0; i < p->n_origins && !status; i++) {
        sqlite3_stmt *statement = store_statement(store, STATEMENT_ORIGIN_INSERT, error);
        if (!statement) return ATLAS_IO;
        sqlite3_bind_int64(statement, 1, id);
        bind_text(statement, 2, p->origins[i].field);
        bind_text(statement, 3, p->source);
        sqlite3_bind_int64(statement, 4, p->origins[i].line);
        status = store_finish(store, statement, error);
    }
    return status;
}

static enum atlas_status write_all(struct store *store, const struct store_partnership *partnership,
                                   int64_t *id, struct atlas_error *error)
{
    bool is_new = !*id;
    enum atlas_status status = write_facts(store, partnership, id, error);
    static const enum store_statement children[] = {STATEMENT_ORIGIN_DELETE, STATEMENT_PARTY_DELETE,
                                                    STATEMENT_THEME_DELETE,
                                                    STATEMENT_FUNDING_DELETE};
    for (size_t i = 0; !is_new && !status && i < sizeof children / sizeof *children; i++)
        status = store_run_with_id(store, children[i], *id, error);
    if (!status) status = write_parties(store, partnership, *id, error);
    if (!status) status = store_write_themes(store, partnership, *id, error);
    if (!status) status = write_origins(store, partnership, *id, error);
    if (!status) status = store_write_fundings(store, partnership, *id, NULL, error);
    if (!status) status = store_write_links(store, partnership, *id, is_new, error);
    return status;
}

enum atlas_status store_partnership(struct store *store,
                                    const struct store_partnership *partnership, int64_t *id,
                                    struct atlas_error *error)
{
    struct store_partnership shown = *partnership;
    struct store_coarse coarse;
    enum atlas_status status = store_coarsen(store, &shown, &coarse, error);
    if (!status) status = write_all(store, &shown, id, error);
    store_coarse_close(&coarse);
    return status;
}
