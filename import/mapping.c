#include "import/mapping.h"

#include "geo/name.h"
#include "import/dataset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NEAREST = 3, NEAR_EDITS = 6, FOLDED_BYTES = 200 };

const char *mapping_nearest(const char *folded, const char *const *names, size_t n, char *list,
                            size_t size)
{
    struct {
        const char *name;
        unsigned edits;
    } near[NEAREST + 1]; /* the nearest first; the last place is that of one falling out */
    const unsigned most = (unsigned)(strlen(folded) + 1) / 2;
    size_t found = 0, used = 0;
    for (size_t i = 0; i < n; i++) {
        char name[FOLDED_BYTES];
        name_fold(names[i], name, sizeof name);
        unsigned edits = name_distance(folded, name, NEAR_EDITS);
        if (strstr(name, folded)) edits = 1; /* a part of it is near, however long it is */
        if (!*name || edits > NEAR_EDITS || edits > most) continue;
        size_t at = found;
        for (; at > 0 && near[at - 1].edits > edits; at--)
            near[at] = near[at - 1];
        near[at].name = names[i];
        near[at].edits = edits;
        if (found < NEAREST) found++;
    }
    *list = '\0';
    for (size_t i = 0; i < found && used < size; i++) {
        const char *before = i == 0 ? "" : i == found - 1 ? " or " : ", ";
        used += (size_t)snprintf(list + used, size - used, "%s%.60s", before, near[i].name);
    }
    return list;
}

bool mapping_key(const char *header, char *key, size_t size)
{
    size_t length = name_fold(header, key, size);
    if (length == 0) length = (size_t)snprintf(key, size, "%s", header);
    return length < size;
}

static enum field field_of(const char *name)
{
    char folded[FOLDED_BYTES], wanted[FOLDED_BYTES];
    name_fold(name, wanted, sizeof wanted);
    for (int field = FIELD_CONTACT; field < FIELD_COUNT; field++) {
        name_fold(field_name((enum field)field), folded, sizeof folded);
        if (strcmp(folded, wanted) == 0) return (enum field)field;
    }
    return FIELD_NONE;
}

static enum atlas_status unknown_field(const struct mapping *mapping, uint64_t line,
                                       const char *name, struct atlas_error *error)
{
    const char *names[FIELD_COUNT];
    char folded[FOLDED_BYTES], list[FOLDED_BYTES + 100];
    size_t n = 0;
    for (int field = FIELD_CONTACT; field < FIELD_COUNT; field++)
        names[n++] = field_name((enum field)field);
    name_fold(name, folded, sizeof folded);
    mapping_nearest(folded, names, n, list, sizeof list);
    return atlas_fail(error, ATLAS_INVALID,
                      "%.200s, line %llu: there is no field '%.60s'%s%s; --explain lists them, and "
                      "'-' leaves a column out",
                      mapping->path, (unsigned long long)line, name, *list ? "; near it: " : "",
                      list);
}

/* ---- a line ---- */

/* "kind=jumelage": the field before '=', the value behind it. */
static enum atlas_status take_constant(struct mapping *mapping, struct mapping_entry *entry,
                                       const char *text, struct atlas_error *error)
{
    const char *equals = strchr(text, '=');
    if (!equals || !equals[1])
        return atlas_fail(error, ATLAS_INVALID,
                          "%.200s, line %llu: without a header, write a constant: "
                          "kind=jumelage",
                          mapping->path, (unsigned long long)entry->line);
    char name[FOLDED_BYTES];
    snprintf(name, sizeof name, "%.*s", (int)(equals - text), text);
    entry->field = field_of(name);
    if (entry->field == FIELD_NONE) return unknown_field(mapping, entry->line, name, error);
    if (entry->field == FIELD_ID || entry->field == FIELD_AMOUNT || entry->field == FIELD_CONTACT)
        return atlas_fail(error, ATLAS_INVALID,
                          "%.200s, line %llu: %s differs from row to row and cannot be a constant",
                          mapping->path, (unsigned long long)entry->line, field_name(entry->field));
    entry->value = strdup(equals + 1);
    return entry->value ? ATLAS_OK : atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
}

static enum atlas_status take_header(struct mapping *mapping, struct mapping_entry *entry,
                                     const char *header, const char *field,
                                     struct atlas_error *error)
{
    char key[FOLDED_BYTES];
    if (!mapping_key(header, key, sizeof key))
        return atlas_fail(error, ATLAS_INVALID, "%.200s, line %llu: the header is too long",
                          mapping->path, (unsigned long long)entry->line);
    entry->field = strcmp(field, "-") == 0 ? FIELD_NONE : field_of(field);
    if (entry->field == FIELD_NONE && strcmp(field, "-") != 0)
        return unknown_field(mapping, entry->line, field, error);
    entry->header = strdup(header);
    entry->key = strdup(key);
    if (entry->header && entry->key) return ATLAS_OK;
    return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
}

/* The same header, or a field that only one column can fill, twice. */
static enum atlas_status check_twice(const struct mapping *mapping,
                                     const struct mapping_entry *entry, struct atlas_error *error)
{
    for (const struct mapping_entry *other = mapping->entries; other < entry; other++) {
        bool same_kind = !other->header == !entry->header;
        if (same_kind && entry->header && strcmp(other->key, entry->key) == 0)
            return atlas_fail(error, ATLAS_INVALID,
                              "%.200s, line %llu: the header '%.80s' is on line %llu already",
                              mapping->path, (unsigned long long)entry->line, entry->header,
                              (unsigned long long)other->line);
        if (same_kind && other->field == entry->field &&
            !(entry->header && field_may_repeat(entry->field)))
            return atlas_fail(error, ATLAS_INVALID,
                              "%.200s, line %llu: %s is given by line %llu already", mapping->path,
                              (unsigned long long)entry->line, field_name(entry->field),
                              (unsigned long long)other->line);
    }
    return ATLAS_OK;
}

static enum atlas_status take_line(struct mapping *mapping, const struct dataset_row *row,
                                   const size_t positions[2], struct atlas_error *error)
{
    if (row->n_cells == 1 && row->cells[0].text[0] == '#') return ATLAS_OK;
    if (row->problem || row->n_cells <= positions[0] || row->n_cells <= positions[1])
        return atlas_fail(error, ATLAS_INVALID, "%.200s, line %llu: %s", mapping->path,
                          (unsigned long long)row->line,
                          row->problem ? row->problem : "it needs a header and a field");
    struct mapping_entry *entries =
        realloc(mapping->entries, (mapping->n + 1) * sizeof *mapping->entries);
    if (!entries) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    mapping->entries = entries;
    struct mapping_entry *entry = &entries[mapping->n++];
    *entry = (struct mapping_entry){.line = row->line};
    const char *header = row->cells[positions[0]].text, *field = row->cells[positions[1]].text;
    enum atlas_status status = *header ? take_header(mapping, entry, header, field, error)
                                       : take_constant(mapping, entry, field, error);
    return status ? status : check_twice(mapping, entry, error);
}

/* ---- the file ---- */

static enum atlas_status find_columns(const struct mapping *mapping,
                                      const struct dataset_row *header, size_t positions[2],
                                      struct atlas_error *error)
{
    static const char *const names[2] = {"header", "field"};
    for (size_t i = 0; i < 2; i++) {
        size_t at = 0;
        char folded[FOLDED_BYTES] = "";
        for (; at < header->n_cells; at++) {
            name_fold(header->cells[at].text, folded, sizeof folded);
            if (strcmp(folded, names[i]) == 0) break;
        }
        if (at == header->n_cells)
            return atlas_fail(error, ATLAS_INVALID,
                              "%.200s: its first line has no column '%s'; it must be header,field",
                              mapping->path, names[i]);
        positions[i] = at;
    }
    return ATLAS_OK;
}

enum atlas_status mapping_open(const char *path, struct mapping *mapping, struct atlas_error *error)
{
    struct mapping made = {.path = strdup(path)};
    struct dataset_options options = {.limits = dataset_default_limits};
    struct dataset *dataset = NULL;
    if (!made.path) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    size_t positions[2];
    const struct dataset_row *row = NULL;
    enum atlas_status status = dataset_open(path, &options, &dataset, error);
    if (!status) status = find_columns(&made, dataset_header(dataset), positions, error);
    while (!status && !(status = dataset_next(dataset, &row, error)) && row)
        status = take_line(&made, row, positions, error);
    dataset_close(dataset);
    if (status)
        mapping_close(&made);
    else
        *mapping = made;
    return status;
}

void mapping_close(struct mapping *mapping)
{
    if (!mapping) return;
    for (size_t i = 0; i < mapping->n; i++) {
        free(mapping->entries[i].header);
        free(mapping->entries[i].key);
        free(mapping->entries[i].value);
    }
    free(mapping->entries);
    free(mapping->path);
    *mapping = (struct mapping){0};
}
