/* Links of a partnership: lines between its places, under ids that stay. */
#include "geo/bytes.h"
#include "geo/geodesic.h"
#include "geo/store_internal.h"
#include "geo/store_lines.h"

#include <math.h>
#include <stdlib.h>

/* How far a link's line may lie from the true arc: 0.05 degrees in world units. */
#define LINK_TOLERANCE (0.05 / 360)

static void append_u32(struct bytes *wkb, uint32_t value)
{
    bytes_append(wkb, &value, sizeof value); /* little endian, as the mark says */
}

static void append_wkb_head(struct bytes *wkb, uint32_t type, size_t count)
{
    bytes_append_byte(wkb, 1);
    append_u32(wkb, type);
    append_u32(wkb, (uint32_t)count);
}

enum atlas_status store_trace(const struct store_link *link, struct bytes *wkb)
{
    struct lon_lat a = {link->french.lon_deg, link->french.lat_deg};
    struct lon_lat b = {link->foreign.lon_deg, link->foreign.lat_deg};
    bytes_clear(wkb);
    if (isnan(a.lon_deg) || isnan(a.lat_deg) || isnan(b.lon_deg) || isnan(b.lat_deg))
        return ATLAS_OK;
    struct arc arc = {0};
    enum atlas_status status = arc_trace(a, b, LINK_TOLERANCE, &arc);
    if (status) return status;
    append_wkb_head(wkb, 5, arc.n_parts);
    for (size_t i = 0; i < arc.n_parts; i++) {
        size_t start = arc.part_starts[i], end = arc.part_starts[i + 1];
        append_wkb_head(wkb, 2, end - start);
        for (size_t p = start; p < end; p++) {
            bytes_append(wkb, &arc.points[p].lon_deg, sizeof(double));
            bytes_append(wkb, &arc.points[p].lat_deg, sizeof(double));
        }
    }
    arc_close(&arc);
    return bytes_status(wkb);
}

static void bind_wkb(sqlite3_stmt *statement, int position, const struct bytes *wkb)
{
    if (wkb->length)
        sqlite3_bind_blob(statement, position, wkb->data, (int)wkb->length, SQLITE_STATIC);
}

/* Marks the links that are there already, deletes those that are no longer. kept[i]: id of
 * links[i], or 0. */
static enum atlas_status match_links(struct store *store, const struct store_partnership *p,
                                     int64_t id, int64_t *kept, struct atlas_error *error)
{
    sqlite3_stmt *list = store_statement(store, STATEMENT_LINK_LIST, error);
    if (!list) return ATLAS_IO;
    sqlite3_bind_int64(list, 1, id);
    enum atlas_status status = ATLAS_OK;
    int result;
    while ((result = sqlite3_step(list)) == SQLITE_ROW && !status) {
        int64_t link = sqlite3_column_int64(list, 0);
        size_t i = 0;
        while (i < p->n_links &&
               (kept[i] || p->links[i].french.id != sqlite3_column_int64(list, 1) ||
                p->links[i].foreign.id != sqlite3_column_int64(list, 2)))
            i++;
        if (i < p->n_links)
            kept[i] = link;
        else {
            status = store_run_with_id(store, STATEMENT_LINK_REMEMBER, link, error);
            if (!status) status = store_run_with_id(store, STATEMENT_LINK_DELETE, link, error);
        }
    }
    sqlite3_reset(list);
    if (!status && result != SQLITE_DONE && result != SQLITE_ROW)
        status = store_sqlite_failed(store->copy, store->import_path, "cannot write", error);
    return status;
}

/* Into a new database links only come; there their lines can wait. */
static enum atlas_status add_links(struct store *store, const struct store_partnership *p,
                                   int64_t id, struct atlas_error *error)
{
    enum atlas_status status = ATLAS_OK;
    for (size_t i = 0; i < p->n_links && !status; i++)
        status = store_lines_add(store, id, &p->links[i], 1.0 / (double)p->n_links, error);
    return status;
}

enum atlas_status store_write_links(struct store *store, const struct store_partnership *p,
                                    int64_t id, bool is_new, struct atlas_error *error)
{
    if (store->is_new && is_new) return add_links(store, p, id, error);
    enum atlas_status status = store_lines_flush(store, error);
    if (status) return status;
    int64_t *kept = calloc(p->n_links + 1, sizeof *kept);
    if (!kept) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    struct bytes wkb = {0};
    status = is_new ? ATLAS_OK : match_links(store, p, id, kept, error);
    for (size_t i = 0; i < p->n_links && !status; i++) {
        if (store_trace(&p->links[i], &wkb)) {
            status = atlas_fail(error, ATLAS_INVALID, "a link of '%.80s' has no line", p->title);
            break;
        }
        sqlite3_stmt *statement =
            store_statement(store, kept[i] ? STATEMENT_LINK_UPDATE : STATEMENT_LINK_INSERT, error);
        if (!statement) {
            status = ATLAS_IO;
            break;
        }
        double weight = 1.0 / (double)p->n_links;
        sqlite3_bind_int64(statement, 1, kept[i] ? kept[i] : id);
        if (kept[i]) {
            sqlite3_bind_double(statement, 2, weight);
            bind_wkb(statement, 3, &wkb);
        } else {
            sqlite3_bind_int64(statement, 2, p->links[i].french.id);
            sqlite3_bind_int64(statement, 3, p->links[i].foreign.id);
            sqlite3_bind_double(statement, 4, weight);
            bind_wkb(statement, 5, &wkb);
        }
        status = store_finish(store, statement, error);
    }
    bytes_close(&wkb);
    free(kept);
    return status;
}
