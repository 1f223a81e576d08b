/* The names of a country, out of the file into an index. */
#include "geo/gazetteer_internal.h"

#include <stdlib.h>

/* The territories of a country, in the order of their ids. */
struct members {
    struct member {
        int64_t id, population;
        enum territory_kind kind;
    } * items;
    size_t count, capacity;
};

static enum atlas_status read_members(struct gazetteer *gazetteer, const char *country_iso,
                                      struct members *members, struct atlas_error *error)
{
    sqlite3_stmt *statement = gazetteer->statements[TERRITORIES_OF_COUNTRY];
    sqlite3_bind_text(statement, 1, country_iso, -1, SQLITE_STATIC);
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        if (members->count == members->capacity) {
            size_t capacity = members->capacity ? 2 * members->capacity : 512;
            struct member *items = realloc(members->items, capacity * sizeof *items);
            if (!items) break;
            members->items = items;
            members->capacity = capacity;
        }
        struct member *member = &members->items[members->count++];
        *member = (struct member){.id = sqlite3_column_int64(statement, 0),
                                  .population = sqlite3_column_int64(statement, 2),
                                  .kind = KIND_OTHER};
        territory_kind_parse((const char *)sqlite3_column_text(statement, 1), &member->kind);
    }
    sqlite3_reset(statement);
    if (code == SQLITE_ROW) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    return code == SQLITE_DONE ? ATLAS_OK : gazetteer_failed(gazetteer, code, error);
}

/* The member with this id, or NULL. Names mostly come in the order of ids: *guess is tried first.
 */
static const struct member *find_member(const struct members *members, int64_t id, size_t *guess)
{
    for (size_t i = *guess; i < members->count && i <= *guess + 1; i++)
        if (members->items[i].id == id) {
            *guess = i;
            return &members->items[i];
        }
    size_t low = 0, high = members->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (members->items[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == members->count || members->items[low].id != id) return NULL;
    *guess = low;
    return &members->items[low];
}

/* Reads the names of the members. The build writes names in the order of territories, and those by
 * country, so that one run of rows holds a country's names and few others. */
static enum atlas_status read_names(struct gazetteer *gazetteer, const struct members *members,
                                    struct gazetteer_index *index, struct atlas_error *error)
{
    sqlite3_stmt *bounds = gazetteer->statements[NAME_BOUNDS];
    sqlite3_stmt *names = gazetteer->statements[NAMES_BETWEEN];
    if (members->count == 0) return ATLAS_OK;
    sqlite3_bind_int64(bounds, 1, members->items[0].id);
    sqlite3_bind_int64(bounds, 2, members->items[members->count - 1].id);
    int code = sqlite3_step(bounds);
    sqlite3_bind_int64(names, 1, sqlite3_column_int64(bounds, 0));
    sqlite3_bind_int64(names, 2, sqlite3_column_int64(bounds, 1));
    sqlite3_reset(bounds);
    if (code != SQLITE_ROW) return gazetteer_failed(gazetteer, code, error);
    bool fits = true;
    size_t guess = 0;
    while (fits && (code = sqlite3_step(names)) == SQLITE_ROW) {
        const struct member *member = find_member(members, sqlite3_column_int64(names, 0), &guess);
        const char *folded = (const char *)sqlite3_column_text(names, 1);
        const char *name = (const char *)sqlite3_column_text(names, 2);
        if (!member || !folded || !name) continue;
        struct index_name entry = {.folded = folded,
                                   .name = name,
                                   .territory_id = member->id,
                                   .name_kind = gazetteer_name_kind(sqlite3_column_text(names, 3)),
                                   .kind = member->kind,
                                   .population = member->population};
        fits = gazetteer_index_add(index, &entry);
    }
    sqlite3_reset(names);
    if (!fits || !gazetteer_index_finish(index))
        return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    return code == SQLITE_DONE ? ATLAS_OK : gazetteer_failed(gazetteer, code, error);
}

enum atlas_status gazetteer_read_index(struct gazetteer *gazetteer, const char *country_iso,
                                       struct gazetteer_index **index, struct atlas_error *error)
{
    struct gazetteer_index *made = gazetteer_index_new(country_iso, NULL);
    if (!made) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    struct members members = {0};
    enum atlas_status status = read_members(gazetteer, country_iso, &members, error);
    if (status == ATLAS_OK) status = read_names(gazetteer, &members, made, error);
    free(members.items);
    if (status != ATLAS_OK) {
        gazetteer_index_free(made);
        return status;
    }
    *index = made;
    return ATLAS_OK;
}
