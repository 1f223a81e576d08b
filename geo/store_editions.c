#include "geo/store_editions.h"

#include "geo/array.h"
#include "geo/snapshot.h"
#include "geo/store_internal.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void copy_text(char *to, size_t size, const char *text)
{
    snprintf(to, size, "%s", text);
}

static enum atlas_status take_facts(struct snapshot_row *row, void *context)
{
    struct store_edition *edition = context;
    edition->number = (uint32_t)snapshot_integer(row, 0, 0, UINT32_MAX, 0);
    copy_text(edition->date, sizeof edition->date, snapshot_required_text(row, 1));
    copy_text(edition->hash, sizeof edition->hash, snapshot_required_text(row, 2));
    edition->restored_from = (uint32_t)snapshot_integer(row, 3, 0, UINT32_MAX, 0);
    const char *cause = snapshot_text(row, 4);
    copy_text(edition->cause, sizeof edition->cause, cause ? cause : "");
    edition->partnerships = (uint64_t)snapshot_integer(row, 5, 0, INT64_MAX, 0);
    edition->published = (uint64_t)snapshot_integer(row, 6, 0, INT64_MAX, 0);
    edition->links = (uint64_t)snapshot_integer(row, 7, 0, INT64_MAX, 0);
    return ATLAS_OK;
}

static enum atlas_status take_source(struct snapshot_row *row, void *context)
{
    static const char more[] = ", …";
    struct store_edition *edition = context;
    const char *name = snapshot_required_text(row, 0);
    size_t used = strlen(edition->sources), room = sizeof edition->sources - used;
    if (used + strlen(name) + 2 + sizeof more <= sizeof edition->sources)
        snprintf(edition->sources + used, room, "%s%s", used ? ", " : "", name);
    else if (used < sizeof more || strcmp(edition->sources + used + 1 - sizeof more, more) != 0)
        snprintf(edition->sources + used, room, "%s", more);
    return ATLAS_OK;
}

static enum atlas_status read_edition(const char *path, struct store_edition *edition,
                                      struct atlas_error *error)
{
    struct snapshot *snapshot = NULL;
    enum atlas_status status = snapshot_open(path, &snapshot, error);
    if (!status)
        status = snapshot_each(snapshot, "edition",
                               "SELECT number, date, content_hash, restored_from, cause,"
                               " (SELECT count(*) FROM partnership), (SELECT count(*) FROM"
                               "  partnership WHERE publication = 'published'),"
                               " (SELECT count(*) FROM link) FROM edition",
                               take_facts, edition, error);
    if (!status)
        status = snapshot_each(snapshot, "source", "SELECT name FROM source ORDER BY name",
                               take_source, edition, error);
    snapshot_free(snapshot);
    return status;
}

/* ---- the folder ---- */

struct numbers {
    uint32_t *items;
    size_t n, capacity;
};

static bool add_number(struct numbers *numbers, uint32_t number)
{
    if (!ARRAY_RESERVE(numbers->items, numbers->n + 1, &numbers->capacity)) return false;
    numbers->items[numbers->n++] = number;
    return true;
}

static int compare_numbers(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* The number that a file name of ours bears; 0 for any other name. */
static uint32_t number_of(const char *name)
{
    char *end;
    if (*name < '0' || *name > '9') return 0;
    errno = 0;
    unsigned long number = strtoul(name, &end, 10);
    return strcmp(end, ".sqlite") == 0 && !errno && number <= UINT32_MAX ? (uint32_t)number : 0;
}

static enum atlas_status list_numbers(const char *folder, struct numbers *numbers,
                                      struct atlas_error *error)
{
    DIR *directory = opendir(folder);
    if (!directory && errno == ENOENT) return ATLAS_OK;
    if (!directory)
        return atlas_fail(error, ATLAS_IO, "cannot read %s: %s", folder, strerror(errno));
    bool good = true;
    for (struct dirent *entry; good && (entry = readdir(directory));) {
        uint32_t number = number_of(entry->d_name);
        good = !number || add_number(numbers, number);
    }
    closedir(directory);
    if (!good) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    if (numbers->n) qsort(numbers->items, numbers->n, sizeof *numbers->items, compare_numbers);
    return ATLAS_OK;
}

static enum atlas_status visit_earlier(const char *folder, uint32_t number,
                                       store_edition_visit *visit, void *context,
                                       struct atlas_error *error)
{
    char *path = NULL;
    struct store_edition edition = {0};
    struct atlas_error why = {0};
    if (asprintf(&path, "%s/%06" PRIu32 ".sqlite", folder, number) < 0)
        return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    if (read_edition(path, &edition, &why)) {
        edition = (struct store_edition){.unreadable = why.message};
    }
    edition.number = number;
    free(path);
    return visit(&edition, context);
}

enum atlas_status store_each_edition(const char *database, store_edition_visit *visit,
                                     void *context, struct atlas_error *error)
{
    struct store_edition current = {0};
    struct numbers numbers = {0};
    char *folder = NULL;
    enum atlas_status status = read_edition(database, &current, error);
    if (status) return status;
    current.current = true;
    if (asprintf(&folder, "%s.editions", database) < 0)
        return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    status = list_numbers(folder, &numbers, error);
    for (size_t i = 0; i < numbers.n && !status; i++)
        /* A name left by an import that was killed before its rename is no earlier edition. */
        if (numbers.items[i] != current.number)
            status = visit_earlier(folder, numbers.items[i], visit, context, error);
    free(numbers.items);
    free(folder);
    return status ? status : visit(&current, context);
}

void store_prune(const struct store *store, unsigned keep, uint32_t number)
{
    struct numbers numbers = {0};
    if (!keep) keep = STORE_KEPT_EDITIONS;
    if (list_numbers(store->editions_path, &numbers, NULL) == ATLAS_OK)
        for (size_t i = 0; i + keep < numbers.n; i++) {
            char *path = NULL;
            if (numbers.items[i] >= number || asprintf(&path, "%s/%06" PRIu32 ".sqlite",
                                                       store->editions_path, numbers.items[i]) < 0)
                break;
            unlink(path);
            free(path);
        }
    free(numbers.items);
}
