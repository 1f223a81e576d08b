#include "import/gazetteer_write.h"

#include "geo/gazetteer_prepare.h"
#include "geo/schema.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const name_kind_texts[NAME_KIND_COUNT] = {
    [NAME_OFFICIAL] = "official",   [NAME_SHORT] = "short", [NAME_FRENCH] = "french",
    [NAME_ALTERNATE] = "alternate", [NAME_OLD] = "old",     [NAME_DELEGATED] = "delegated",
};

struct writer {
    struct gazetteer *gazetteer;
    sqlite3 *database;
    sqlite3_stmt *statement; /* the one in hand */
    uint32_t *order;         /* indexes of the territories by code */
    uint32_t *ids;           /* id of the territory with that index */
    uint64_t hash;           /* of the content so far */
    struct atlas_error *error;
};

static enum atlas_status database_failed(struct writer *writer)
{
    int code = sqlite3_errcode(writer->database);
    return atlas_fail(writer->error,
                      code == SQLITE_FULL    ? ATLAS_FULL
                      : code == SQLITE_NOMEM ? ATLAS_NO_MEMORY
                                             : ATLAS_IO,
                      "cannot write the gazetteer: %s", sqlite3_errmsg(writer->database));
}

static enum atlas_status run_sql(struct writer *writer, const char *sql)
{
    return sqlite3_exec(writer->database, sql, NULL, NULL, NULL) == SQLITE_OK
               ? ATLAS_OK
               : database_failed(writer);
}

static enum atlas_status prepare(struct writer *writer, const char *sql)
{
    sqlite3_finalize(writer->statement);
    writer->statement = NULL;
    return sqlite3_prepare_v2(writer->database, sql, -1, &writer->statement, NULL) == SQLITE_OK
               ? ATLAS_OK
               : database_failed(writer);
}

/* The binders also take each value into the hash of the content. */
static void bind_text(struct writer *writer, int column, const char *text)
{
    sqlite3_bind_text(writer->statement, column, text, -1, SQLITE_STATIC);
    writer->hash = gazetteer_hash(gazetteer_hash(writer->hash, text), text ? "\x1f" : "\x1e");
}

static void bind_integer(struct writer *writer, int column, int64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRId64 "\x1f", value);
    sqlite3_bind_int64(writer->statement, column, value);
    writer->hash = gazetteer_hash(writer->hash, text);
}

static void bind_known(struct writer *writer, int column, double value)
{
    if (isnan(value)) {
        bind_text(writer, column, NULL);
        return;
    }
    char text[40];
    snprintf(text, sizeof text, "%.6f\x1f", value);
    sqlite3_bind_double(writer->statement, column, value);
    writer->hash = gazetteer_hash(writer->hash, text);
}

static void bind_blob(struct writer *writer, int column, const struct gazetteer_shape *shape)
{
    uint64_t hash = writer->hash;
    for (size_t i = 0; i < shape->length; i++)
        hash = (hash ^ shape->wkb[i]) * 1099511628211u;
    writer->hash = hash;
    sqlite3_bind_blob64(writer->statement, column, shape->wkb, shape->length, SQLITE_STATIC);
}

static enum atlas_status insert(struct writer *writer)
{
    if (sqlite3_step(writer->statement) != SQLITE_DONE) return database_failed(writer);
    sqlite3_reset(writer->statement);
    sqlite3_clear_bindings(writer->statement);
    return ATLAS_OK;
}

/* See gazetteer_build.h. */
static int64_t rank_of(const struct gazetteer_territory *territory)
{
    int64_t people = territory->population >= 0 ? territory->population : territory->weight;
    return llround(1000 * log10((double)(people > 0 ? people : 0) + 10)) + territory->bonus;
}

static enum atlas_status check_codes(struct writer *writer, const struct gazetteer_territory *row)
{
    const struct {
        const char *what, *code;
    } links[] = {
        {"parent", row->parent_code}, {"EPCI", row->epci_code}, {"successor", row->replaced_by}};
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        if (links[i].code && gazetteer_find(writer->gazetteer, links[i].code) == GAZETTEER_NONE)
            return atlas_fail(writer->error, ATLAS_INVALID,
                              "the %s of %s (%s) is %s, which no source gives", links[i].what,
                              row->code, row->name_fr, links[i].code);
    return ATLAS_OK;
}

static enum atlas_status write_territory(struct writer *writer, uint32_t id,
                                         const struct gazetteer_territory *row)
{
    enum atlas_status status = check_codes(writer, row);
    if (status != ATLAS_OK) return status;
    bind_integer(writer, 1, id);
    bind_text(writer, 2, row->code);
    bind_text(writer, 3, row->side == SIDE_FRENCH ? "french" : "foreign");
    bind_text(writer, 4, territory_kind_text(row->kind));
    bind_text(writer, 5, row->generic);
    bind_text(writer, 6, row->name_fr);
    bind_text(writer, 7, row->name_en ? row->name_en : row->name_fr);
    bind_text(writer, 8, row->country_iso);
    bind_text(writer, 9, row->parent_code);
    bind_text(writer, 10, row->epci_code);
    bind_text(writer, 11, precision_text(row->precision));
    bind_known(writer, 12, row->radius_km);
    if (row->population >= 0)
        bind_integer(writer, 13, row->population);
    else
        bind_text(writer, 13, NULL);
    bind_known(writer, 14, row->lon_deg);
    bind_known(writer, 15, row->lat_deg);
    bind_integer(writer, 16, rank_of(row));
    bind_text(writer, 17, row->replaced_by);
    bind_text(writer, 18, row->official);
    return insert(writer);
}

/* By country, so that a reader finds one country's rows together, then by code. */
static int compare_codes(const void *a, const void *b, void *gazetteer)
{
    const struct gazetteer_territory *rows = ((const struct gazetteer *)gazetteer)->territories;
    const struct gazetteer_territory *x = &rows[*(const uint32_t *)a];
    const struct gazetteer_territory *y = &rows[*(const uint32_t *)b];
    int order = strcmp(x->country_iso ? x->country_iso : "", y->country_iso ? y->country_iso : "");
    return order ? order : strcmp(x->code, y->code);
}

static enum atlas_status write_territories(struct writer *writer)
{
    struct gazetteer *gazetteer = writer->gazetteer;
    size_t n = gazetteer->n_territories;
    writer->order = calloc(n + 1, sizeof *writer->order);
    writer->ids = calloc(n + 1, sizeof *writer->ids);
    if (!writer->order || !writer->ids)
        return atlas_fail(writer->error, ATLAS_NO_MEMORY, "not enough memory to sort");
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!gazetteer->territories[i].left_out) writer->order[kept++] = (uint32_t)i;
    n = kept;
    qsort_r(writer->order, n, sizeof *writer->order, compare_codes, gazetteer);
    enum atlas_status status =
        prepare(writer,
                "INSERT INTO territory(id, code, side, kind, generic, name_fr, name_en,"
                " country_iso, parent_code, epci_code, precision, radius_km, population,"
                " lon, lat, rank, replaced_by, official)"
                " VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    for (size_t i = 0; status == ATLAS_OK && i < n; i++) {
        writer->ids[writer->order[i]] = (uint32_t)i + 1;
        status =
            write_territory(writer, (uint32_t)i + 1, &gazetteer->territories[writer->order[i]]);
    }
    return status;
}

static int compare_names(const void *a, const void *b, void *ids)
{
    const struct gazetteer_name *x = a, *y = b;
    uint32_t i = ((const uint32_t *)ids)[x->territory], j = ((const uint32_t *)ids)[y->territory];
    if (i != j) return i < j ? -1 : 1;
    int order = strcmp(x->folded, y->folded);
    if (order) return order;
    if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
    return x->sequence < y->sequence ? -1 : x->sequence > y->sequence;
}

static enum atlas_status write_names(struct writer *writer)
{
    struct gazetteer *gazetteer = writer->gazetteer;
    qsort_r(gazetteer->names, gazetteer->n_names, sizeof *gazetteer->names, compare_names,
            writer->ids);
    enum atlas_status status = prepare(writer,
                                       "INSERT INTO name(territory_id, folded, name, lang, kind)"
                                       " VALUES(?,?,?,?,?)");
    const struct gazetteer_name *last = NULL;
    for (size_t i = 0; status == ATLAS_OK && i < gazetteer->n_names; i++) {
        const struct gazetteer_name *name = &gazetteer->names[i];
        if (!writer->ids[name->territory]) continue; /* left out */
        if (last && last->territory == name->territory && strcmp(last->folded, name->folded) == 0)
            continue;
        last = name;
        bind_integer(writer, 1, writer->ids[name->territory]);
        bind_text(writer, 2, name->folded);
        bind_text(writer, 3, name->name);
        bind_text(writer, 4, *name->lang ? name->lang : NULL);
        bind_text(writer, 5, name_kind_texts[name->kind]);
        status = insert(writer);
    }
    return status;
}

static int compare_postals(const void *a, const void *b, void *gazetteer)
{
    const struct gazetteer_postal *x = a, *y = b;
    const struct gazetteer_territory *rows = ((const struct gazetteer *)gazetteer)->territories;
    int order = strcmp(x->postal, y->postal);
    return order ? order : strcmp(rows[x->territory].code, rows[y->territory].code);
}

static enum atlas_status write_postals(struct writer *writer)
{
    struct gazetteer *gazetteer = writer->gazetteer;
    qsort_r(gazetteer->postals, gazetteer->n_postals, sizeof *gazetteer->postals, compare_postals,
            gazetteer);
    enum atlas_status status = prepare(writer, "INSERT INTO postal(postal, code) VALUES(?,?)");
    for (size_t i = 0; status == ATLAS_OK && i < gazetteer->n_postals; i++) {
        bind_text(writer, 1, gazetteer->postals[i].postal);
        bind_text(writer, 2, gazetteer->territories[gazetteer->postals[i].territory].code);
        status = insert(writer);
    }
    return status;
}

static enum atlas_status write_shapes(struct writer *writer, const char *sql,
                                      const struct gazetteer_shape *shapes, size_t n)
{
    enum atlas_status status = prepare(writer, sql);
    for (size_t i = 0; status == ATLAS_OK && i < n; i++) {
        bind_text(writer, 1, shapes[i].code);
        bind_blob(writer, 2, &shapes[i]);
        status = insert(writer);
    }
    return status;
}

static enum atlas_status write_about(struct writer *writer)
{
    const struct gazetteer *gazetteer = writer->gazetteer;
    enum atlas_status status =
        prepare(writer,
                "INSERT INTO attribution(position, source, text, licence, url)"
                " VALUES(?,?,?,?,?)");
    for (size_t i = 0; status == ATLAS_OK && i < gazetteer->n_attributions; i++) {
        const struct gazetteer_attribution *said = &gazetteer->attributions[i];
        bind_integer(writer, 1, (int64_t)i + 1);
        bind_text(writer, 2, said->source);
        bind_text(writer, 3, said->text);
        bind_text(writer, 4, said->licence);
        bind_text(writer, 5, said->url);
        status = insert(writer);
    }
    if (status != ATLAS_OK) return status;
    char build[17];
    snprintf(build, sizeof build, "%016" PRIx64, writer->hash);
    status = prepare(writer,
                     "INSERT INTO meta(key, value)"
                     " VALUES('build', ?), ('made_at', strftime('%Y-%m-%dT%H:%M:%SZ'))");
    if (status != ATLAS_OK) return status;
    bind_text(writer, 1, build);
    return insert(writer);
}

static enum atlas_status write_all(struct writer *writer)
{
    const struct gazetteer *gazetteer = writer->gazetteer;
    enum atlas_status status = run_sql(writer,
                                       "PRAGMA page_size = 8192; PRAGMA journal_mode = OFF;"
                                       "PRAGMA synchronous = OFF; BEGIN");
    if (status == ATLAS_OK) status = run_sql(writer, gazetteer_schema_sql);
    if (status == ATLAS_OK) status = write_territories(writer);
    if (status == ATLAS_OK) status = write_names(writer);
    if (status == ATLAS_OK) status = write_postals(writer);
    if (status == ATLAS_OK)
        status = write_shapes(writer, "INSERT INTO area(code, geom) VALUES(?,?)", gazetteer->areas,
                              gazetteer->n_areas);
    if (status == ATLAS_OK)
        status = write_shapes(writer, "INSERT INTO border(kind, geom) VALUES(?,?)",
                              gazetteer->borders, gazetteer->n_borders);
    if (status == ATLAS_OK) status = write_about(writer);
    if (status == ATLAS_OK) status = run_sql(writer, gazetteer_indexes_sql);
    if (status == ATLAS_OK) status = gazetteer_prepare(writer->database, writer->error);
    char pragmas[120];
    snprintf(pragmas, sizeof pragmas,
             "PRAGMA application_id = %d; PRAGMA user_version = %d;"
             "COMMIT; ANALYZE",
             GAZETTEER_APPLICATION_ID, GAZETTEER_USER_VERSION);
    if (status == ATLAS_OK) status = run_sql(writer, pragmas);
    return status;
}

static enum atlas_status put_in_place(const char *made, const char *path, struct atlas_error *error)
{
    int file = open(made, O_RDONLY | O_CLOEXEC);
    bool safe = file >= 0 && fsync(file) == 0;
    if (file >= 0) close(file);
    if (!safe || rename(made, path) != 0)
        return atlas_fail(error, errno == ENOSPC ? ATLAS_FULL : ATLAS_IO,
                          "cannot put the gazetteer at %s: %s", path, strerror(errno));
    return ATLAS_OK;
}

enum atlas_status gazetteer_write(struct gazetteer *gazetteer, const char *path,
                                  struct atlas_error *error)
{
    enum atlas_status status = gazetteer_status(gazetteer, error);
    if (status != ATLAS_OK) return status;
    char *made = NULL;
    if (asprintf(&made, "%s.new", path) < 0)
        return atlas_fail(error, ATLAS_NO_MEMORY, "not enough memory");
    if (unlink(made) != 0 && errno != ENOENT) {
        status = atlas_fail(error, ATLAS_IO, "cannot replace %s: %s", made, strerror(errno));
        free(made);
        return status;
    }
    struct writer writer = {.gazetteer = gazetteer, .hash = GAZETTEER_HASH, .error = error};
    if (sqlite3_open_v2(made, &writer.database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) !=
        SQLITE_OK)
        status = atlas_fail(error, ATLAS_IO, "cannot create %s: %s", made,
                            writer.database ? sqlite3_errmsg(writer.database) : "no memory");
    if (status == ATLAS_OK) status = write_all(&writer);
    sqlite3_finalize(writer.statement);
    sqlite3_close(writer.database);
    free(writer.order);
    free(writer.ids);
    if (status == ATLAS_OK) status = put_in_place(made, path, error);
    if (status != ATLAS_OK) unlink(made);
    free(made);
    return status;
}
