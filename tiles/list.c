#include "tiles/list.h"

#include "tiles/answer.h"
#include "tiles/edition_index.h"

#include <stdlib.h>
#include <string.h>

static const char *const sort_names[] = {
    [LIST_TITLE] = "title",   [LIST_YEAR] = "year", [LIST_COUNTRY] = "country",
    [LIST_FRENCH] = "french", [LIST_ID] = "id",
};

enum atlas_status list_parse_sort(const char *text, struct list_request *request,
                                  struct atlas_error *error)
{
    bool falling = *text == '-';
    for (size_t i = 0; i < sizeof sort_names / sizeof *sort_names; i++) {
        if (strcmp(text + falling, sort_names[i]) != 0) continue;
        request->sort = (enum list_sort)i;
        request->falling = falling;
        return ATLAS_OK;
    }
    return atlas_fail(
        error, ATLAS_INVALID,
        "parameter sort: “%.40s” is not a value of it; allowed: title, year, country, "
        "french, id, each with - before it for falling order",
        text);
}

#define UNKNOWN UINT32_MAX /* sorts last */

struct sort_row {
    uint32_t key, partnership;
};

/* One pass of a radix sort, by DIGIT_BITS of the keys: stable, from rows to sorted. */
enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS };
static void sort_by_digit(const struct sort_row *rows, size_t n, unsigned shift,
                          struct sort_row *sorted)
{
    size_t starts[DIGITS + 1] = {0};
    for (size_t i = 0; i < n; i++)
        starts[(rows[i].key >> shift) % DIGITS + 1]++;
    for (size_t i = 1; i <= DIGITS; i++)
        starts[i] += starts[i - 1];
    for (size_t i = 0; i < n; i++)
        sorted[starts[(rows[i].key >> shift) % DIGITS]++] = rows[i];
}

/* Rank of the first party of a side by its name, or by its country's. */
static uint32_t first_rank(const struct edition *edition, const struct edition_partnership *p,
                           enum side side, bool by_country)
{
    for (size_t i = 0; i < p->n_parties; i++) {
        const struct edition_party *party = &edition->parties[p->first_party + i];
        uint32_t territory = by_country ? party->country : party->territory;
        if (party->side == side && territory != EDITION_NONE)
            return edition->index->territory_rank[territory];
    }
    return UNKNOWN;
}

static uint32_t sort_key(const struct edition *edition, uint32_t partnership, enum list_sort sort)
{
    const struct edition_partnership *p = &edition->partnerships[partnership];
    switch (sort) {
    case LIST_TITLE:
        return edition->index->title_rank[partnership];
    case LIST_YEAR:
        return p->lives_from == EDITION_NO_YEAR ? UNKNOWN : (uint32_t)(p->lives_from - INT16_MIN);
    case LIST_COUNTRY:
        return first_rank(edition, p, SIDE_FOREIGN, true);
    case LIST_FRENCH:
        return first_rank(edition, p, SIDE_FRENCH, false);
    case LIST_ID:
        break;
    }
    return partnership; /* ids ascend with positions */
}

/* The chosen partnerships by key, then by id; *rows is the caller's to free. */
static enum atlas_status sort_rows(const struct selection *selection,
                                   const struct list_request *request, struct sort_row **rows)
{
    const struct edition *edition = selection->edition;
    size_t n = edition->n_partnerships, at = 0;
    bool by_id = request->sort == LIST_ID && !request->falling; /* as they stand */
    struct sort_row *other = malloc((by_id ? 1 : selection->n_partnerships + 1) * sizeof *other);
    *rows = malloc((selection->n_partnerships + 1) * sizeof **rows);
    if (!*rows || !other) {
        free(*rows);
        free(other);
        return ATLAS_NO_MEMORY;
    }
    for (size_t i = bitset_next(selection->partnerships, 0, n); i < n;
         i = bitset_next(selection->partnerships, i + 1, n)) {
        uint32_t key = sort_key(edition, (uint32_t)i, request->sort);
        if (request->falling && key != UNKNOWN) key = UNKNOWN - 1 - key;
        (*rows)[at++] = (struct sort_row){key, (uint32_t)i};
    }
    for (unsigned shift = 0; !by_id && shift < 32; shift += DIGIT_BITS) {
        struct sort_row *unsorted = *rows;
        sort_by_digit(unsorted, at, shift, other);
        *rows = other;
        other = unsorted;
    }
    free(other);
    return ATLAS_OK;
}

static void write_ends(struct json *json, const struct feature *feature, enum side side,
                       bool english)
{
    const struct edition *edition = feature->edition;
    json_key(json, side == SIDE_FRENCH ? "french" : "foreign");
    json_array_begin(json);
    for (size_t i = 0; i < feature->n_ends[side]; i++) {
        const struct feature_end *end = &feature->ends[side][i];
        json_object_begin(json);
        json_key_text(json, "code", end->code);
        json_key_text(json, "name", end->name);
        json_key_text(json, "precision", precision_text((enum precision)end->precision));
        if (side == SIDE_FOREIGN) {
            const struct edition_territory *country =
                end->country == EDITION_NONE ? NULL : &edition->territories[end->country];
            json_key_text(json, "country", country ? country->country_iso : NULL);
            json_key_text(json, "country_name",
                          !country  ? NULL
                          : english ? country->name_en
                                    : country->name_fr);
        }
        json_object_end(json);
    }
    json_array_end(json);
}

bool list_is_placed(const struct selection *selection, uint32_t partnership)
{
    const struct edition *edition = selection->edition;
    const struct edition_partnership *p = &edition->partnerships[partnership];
    for (size_t l = 0; l < p->n_links; l++) {
        uint32_t link = edition->links_of[p->first_link + l];
        if (edition->links[link].placed && selection_has_link(selection, link)) return true;
    }
    return false;
}

bool list_parse_placed(const char *text, struct list_request *request)
{
    request->only_unplaced = strcmp(text, "no") == 0;
    return request->only_unplaced;
}

enum atlas_status list_unplaced(const struct selection *selection, struct selection *part)
{
    const struct edition *edition = selection->edition;
    size_t n = edition->n_partnerships;
    uint64_t *keep = calloc(edition->index->partnerships.words + 1, sizeof *keep);
    if (!keep) return ATLAS_NO_MEMORY;
    for (size_t i = bitset_next(selection->partnerships, 0, n); i < n;
         i = bitset_next(selection->partnerships, i + 1, n))
        if (!list_is_placed(selection, (uint32_t)i)) bitset_add(keep, i);
    enum atlas_status status = selection_narrow(selection, keep, part);
    free(keep);
    return status;
}

static enum atlas_status write_row(struct json *json, const struct selection *selection,
                                   uint32_t partnership, const char *base_url, bool english,
                                   struct feature *feature)
{
    const struct edition_partnership *p = &selection->edition->partnerships[partnership];
    enum atlas_status status = feature_of_partnership(selection, partnership, english, feature);
    if (status) return status;
    struct bytes url = {0};
    json_object_begin(json);
    json_key_integer(json, "id", (int64_t)p->id);
    json_key_text(json, "title", p->title);
    feature_partnership_url(p, base_url, english, &url);
    answer_key_bytes(json, "url", &url);
    bytes_close(&url);
    write_ends(json, feature, SIDE_FRENCH, english);
    write_ends(json, feature, SIDE_FOREIGN, english);
    answer_themes(json, selection->edition, p);
    json_key_text(json, "kind", p->kind);
    json_key_text(json, "status", p->status);
    answer_year(json, "year_start", p->year_start);
    answer_year(json, "year_end", p->year_end);
    answer_marker(json, p->gender_marker);
    json_key(json, "placed");
    json_bool(json, list_is_placed(selection, partnership));
    json_object_end(json);
    return ATLAS_OK;
}

static void write_head(struct json *json, const struct selection *selection,
                       const struct list_request *request, const char *filter)
{
    size_t n = selection->n_partnerships, per_page = request->per_page;
    char sort[16] = "-";
    strcpy(sort + request->falling, sort_names[request->sort]);
    json_key_integer(json, "total", (int64_t)n);
    json_key_integer(json, "placed", (int64_t)selection->n_placed_partnerships);
    json_key_integer(json, "undated_left_out", (int64_t)selection->undated_left_out);
    json_key_text(json, "filter", filter);
    answer_edition(json, selection->edition);
    json_key_text(json, "sort", sort);
    json_key_integer(json, "page", (int64_t)request->page);
    json_key_integer(json, "pages", (int64_t)((n + per_page - 1) / per_page));
    json_key_integer(json, "per_page", (int64_t)per_page);
}

enum atlas_status list_page(const struct selection *selection, const struct list_request *request,
                            uint32_t *rows, size_t *n)
{
    if (request->page == 0 || request->per_page == 0 || request->per_page > LIST_MAX_PER_PAGE)
        return ATLAS_INVALID;
    struct sort_row *sorted;
    enum atlas_status status = sort_rows(selection, request, &sorted);
    if (status) return status;
    size_t total = selection->n_partnerships, pages = total / request->per_page + 1;
    size_t from = request->page > pages ? total : (request->page - 1) * request->per_page;
    *n = 0;
    for (size_t i = from; i < total && *n < request->per_page; i++)
        rows[(*n)++] = sorted[i].partnership;
    free(sorted);
    return ATLAS_OK;
}

static enum atlas_status write_list(const struct selection *selection,
                                    const struct list_request *request, const char *filter,
                                    const char *base_url, struct bytes *out)
{
    uint32_t rows[LIST_MAX_PER_PAGE];
    size_t n;
    struct feature feature = {0};
    struct json json;
    enum atlas_status status = list_page(selection, request, rows, &n);
    if (status) return status;
    json_init(&json, out);
    json_object_begin(&json);
    write_head(&json, selection, request, filter);
    json_key(&json, "rows");
    json_array_begin(&json);
    for (size_t i = 0; status == ATLAS_OK && i < n; i++)
        status = write_row(&json, selection, rows[i], base_url, request->english, &feature);
    json_array_end(&json);
    json_object_end(&json);
    feature_close(&feature);
    return status ? status : bytes_status(out);
}

enum atlas_status list_write(const struct selection *selection, const struct list_request *request,
                             const char *filter, const char *base_url, struct bytes *out)
{
    if (!request->only_unplaced) return write_list(selection, request, filter, base_url, out);
    struct selection part;
    enum atlas_status status = list_unplaced(selection, &part);
    if (status) return status;
    status = write_list(&part, request, filter, base_url, out);
    selection_close(&part);
    return status;
}
