#include "server/search.h"

#include "geo/name.h"
#include "server/search_index.h"
#include "tiles/answer.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct search {
    pthread_mutex_t lock; /* of the pointer, and of building */
    struct search_index *index;
};

struct search *search_new(void)
{
    struct search *search = calloc(1, sizeof *search);
    if (search) pthread_mutex_init(&search->lock, NULL);
    return search;
}

void search_free(struct search *search)
{
    if (!search) return;
    search_index_release(search->index);
    pthread_mutex_destroy(&search->lock);
    free(search);
}

void search_prepare(struct search *search, const struct edition *edition)
{
    pthread_mutex_lock(&search->lock);
    struct search_index *index = search_index_is_of(search->index, edition)
                                     ? search_index_get(search->index)
                                     : search_index_new(edition);
    struct search_index *old = search->index;
    search->index = index;
    pthread_mutex_unlock(&search->lock);
    search_index_release(old);
}

/* The prepared index, or one for an edition that was replaced meanwhile. */
static struct search_index *index_of(struct search *search, const struct edition *edition)
{
    pthread_mutex_lock(&search->lock);
    if (!search->index) search->index = search_index_new(edition);
    struct search_index *index =
        search_index_is_of(search->index, edition) ? search_index_get(search->index) : NULL;
    pthread_mutex_unlock(&search->lock);
    return index ? index : search_index_new(edition);
}

static void write_territory(struct json *json, const struct edition *edition,
                            const struct search_hit *hit, bool english, const char *base_url)
{
    const struct edition_territory *territory = &edition->territories[hit->target];
    json_key_text(json, "type", "territory");
    json_key_text(json, "code", territory->code);
    json_key_text(json, "name", english ? territory->name_en : territory->name_fr);
    json_key_text(json, "via", hit->via);
    json_key_text(json, "side", territory->side == SIDE_FRENCH ? "french" : "foreign");
    json_key_text(json, "kind", territory_kind_text((enum territory_kind)territory->kind));
    json_key_text(json, "generic", territory->generic);
    const char *country = NULL, *parent = NULL;
    if (territory->country != EDITION_NONE) {
        const struct edition_territory *of = &edition->territories[territory->country];
        country = english ? of->name_en : of->name_fr;
    }
    if (territory->parent != EDITION_NONE) {
        const struct edition_territory *of = &edition->territories[territory->parent];
        parent = english ? of->name_en : of->name_fr;
    }
    json_key_text(json, "country", country);
    json_key_text(json, "parent", parent);
    json_key_integer(json, "partnerships", hit->partnerships);
    json_key(json, "lon");
    json_number(json, territory->lon_deg, 5);
    json_key(json, "lat");
    json_number(json, territory->lat_deg, 5);
    struct bytes url = {0};
    feature_territory_url(territory, base_url, english, &url);
    answer_key_bytes(json, "url", &url);
    bytes_close(&url);
}

static void write_partnership(struct json *json, const struct edition *edition,
                              const struct search_hit *hit, bool english, const char *base_url)
{
    const struct edition_partnership *partnership = &edition->partnerships[hit->target];
    char url[2048];
    snprintf(url, sizeof url, "%s%s/partenariat/%llu%s%s", base_url, english ? "/en" : "",
             (unsigned long long)partnership->id, partnership->slug[0] ? "-" : "",
             partnership->slug);
    json_key_text(json, "type", "partnership");
    json_key_integer(json, "id", (int64_t)partnership->id);
    json_key_text(json, "title", partnership->title);
    json_key_text(json, "kind", partnership->kind);
    json_key_text(json, "status", partnership->status);
    json_key(json, "year_start");
    if (partnership->year_start == EDITION_NO_YEAR)
        json_none(json);
    else
        json_int(json, partnership->year_start);
    json_key_text(json, "url", url);
}

static void write_hits(const struct edition *edition, const struct search_hits *hits,
                       const char *question, bool english, const char *base_url, struct bytes *out)
{
    struct json json;
    json_init(&json, out);
    json_object_begin(&json);
    json_key_text(&json, "q", question);
    json_key_integer(&json, "total", (int64_t)hits->total);
    json_key(&json, "results");
    json_array_begin(&json);
    for (size_t i = 0; i < hits->n; i++) {
        json_object_begin(&json);
        if (hits->hits[i].is_partnership)
            write_partnership(&json, edition, &hits->hits[i], english, base_url);
        else
            write_territory(&json, edition, &hits->hits[i], english, base_url);
        json_object_end(&json);
    }
    json_array_end(&json);
    json_object_end(&json);
    bytes_append_byte(out, '\n');
}

enum atlas_status search_write(struct search *search, const struct edition *edition,
                               const char *question, bool english, uint32_t limit,
                               const char *base_url, struct bytes *out)
{
    struct search_index *index = index_of(search, edition);
    if (!index) return ATLAS_NO_MEMORY;
    struct search_hits hits;
    enum atlas_status status = search_index_find(index, question, english, limit, &hits);
    if (!status) {
        write_hits(edition, &hits, question, english, base_url, out);
        search_hits_close(&hits);
        status = bytes_status(out);
    }
    search_index_release(index);
    return status;
}
