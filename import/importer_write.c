/* From merged rows to rows of the working copy. */
#include "geo/geodesic.h"
#include "geo/name.h"
#include "geo/store_sources.h"
#include "import/identity.h"
#include "import/importer_internal.h"
#include "import/progress.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A territory at the point that the file gives. Of several points the first stays, and it is said.
 */
static enum atlas_status place_territory(struct importer *importer, const struct located *located,
                                         struct store_end *end)
{
    const double same_km = 1;
    enum atlas_status status = store_place_territory(importer->store, located->code, located->lon,
                                                     located->lat, end, importer->error);
    if (status) return status;
    double km = geodesic_distance_m((struct lon_lat){end->lon_deg, end->lat_deg},
                                    (struct lon_lat){located->lon, located->lat}) /
                1000;
    if (km > same_km)
        report_addf(
            importer->report, REPORT_NOTE, NULL, located->first_line, NULL, NULL,
            "'%.80s': its point lies %.0f km from where an earlier row puts the same place; "
            "the earlier one was kept",
            located->asked->name ? located->asked->name : located->code, km);
    return ATLAS_OK;
}

static enum atlas_status end_of(struct importer *importer, uint32_t place, struct store_end *end)
{
    struct store_end *known = &importer->ends[place];
    const struct located *located = places_at(importer->places, place);
    enum atlas_status status = ATLAS_OK;
    if (!known->id && located->code && located->name) {
        struct store_local local = {.code = located->code,
                                    .name = located->name,
                                    .country_iso = located->country_iso,
                                    .parent_code = located->parent_code,
                                    .side = (enum side)located->side,
                                    .kind = (enum territory_kind)located->kind,
                                    .precision = (enum precision)located->precision,
                                    .radius_km = located->radius_km,
                                    .lon_deg = located->lon,
                                    .lat_deg = located->lat};
        status = store_local_territory(importer->store, &local, known, importer->error);
    } else if (!known->id && located->code && located->placed)
        status = place_territory(importer, located, known);
    else if (!known->id && located->code)
        status = store_territory(importer->store, located->code, known, importer->error);
    *end = *known;
    return status;
}

static void count_party(struct report_counts *counts, const struct located *located)
{
    counts->parties++;
    if (!located->locatable)
        counts->parties_no_place++;
    else if (!located->coarse)
        counts->parties_located++;
    else if (located->precision == PRECISION_NONE)
        counts->parties_unlocated++;
    else
        counts->parties_coarse++;
}

static enum atlas_status fill_parties(struct importer *importer, const struct import_partnership *p,
                                      struct store_party *parties, struct store_end *ends)
{
    for (size_t i = 0; i < p->n_parties; i++) {
        const struct import_party *party = &p->parties[i];
        const struct located *located = places_at(importer->places, party->place);
        enum atlas_status status = end_of(importer, party->place, &ends[i]);
        if (status) return status;
        count_party(report_counts(importer->report), located);
        parties[i] = (struct store_party){
            .side = (enum side)party->side,
            .role = party->role,
            .partner_status = party->side == SIDE_FOREIGN ? party->partner_status : NULL,
            .as_written = party->name,
            .type_written = party->type,
            .generic = party->generic,
            .hint_written = party->hint,
            .country_iso = located->country_iso ? located->country_iso : party->country_iso,
            .territory = ends[i].id,
            .match_status = located->match_status,
            .match_reason = located->reason,
            .score = located->score};
    }
    return ATLAS_OK;
}

/* What is published coarsely may still be told by what people wrote: that is for them to mend. */
static void warn_of_names(struct importer *importer, const struct import_partnership *p)
{
    const struct {
        const char *column, *text;
    } written[] = {{"title", p->title_made ? NULL : p->title},
                   {"description", p->description},
                   {"note", p->note}};
    char name[400] = " ", text[4000] = " "; /* whole words: each with a space on both sides */
    if (!p->published_precision) return;
    for (size_t i = 0; i < p->n_parties; i++) {
        if (p->parties[i].side != SIDE_FOREIGN || !p->parties[i].name) continue;
        name_fold(p->parties[i].name, name + 1, sizeof name - 2);
        if (!name[1]) continue;
        strcat(name, " ");
        for (size_t j = 0; j < sizeof written / sizeof *written; j++) {
            name_fold(written[j].text, text + 1, sizeof text - 2);
            strcat(text, " ");
            if (strstr(text, name))
                report_addf(importer->report, REPORT_NOTE, p->source, p->line, written[j].column,
                            "reword it", "it names '%.80s', which published_precision hides",
                            p->parties[i].name);
        }
    }
}

static struct store_partnership facts_of(const struct import_partnership *p)
{
    return (struct store_partnership){.source = p->source,
                                      .external_id = p->external_id,
                                      .title = p->title,
                                      .description = p->description,
                                      .kind = p->kind,
                                      .modes = p->modes,
                                      .status = p->status,
                                      .status_date = p->status_date,
                                      .signed_on = p->signed_on,
                                      .end_kind = p->end_kind,
                                      .gender_origin = p->gender_origin,
                                      .call = p->call,
                                      .sdg = p->sdg,
                                      .dac = p->dac,
                                      .publication = p->publication,
                                      .publication_reason = p->publication_reason,
                                      .published_precision = p->published_precision,
                                      .source_doc = p->source_doc,
                                      .source_place = p->source_place,
                                      .source_date = p->source_date,
                                      .note = p->note,
                                      .year_start = p->year_start,
                                      .year_end = p->year_end,
                                      .gender_marker = p->gender_marker,
                                      .source_line = (int64_t)p->line,
                                      .title_made = p->title_made,
                                      .themes = p->themes,
                                      .n_themes = p->n_themes,
                                      .n_parties = p->n_parties,
                                      .n_fundings = p->n_fundings,
                                      .n_origins = p->n_origins};
}

/* Room for what one partnership needs while it is written; grown as needed. */
struct scratch {
    struct store_party *parties;
    struct store_end *ends;
    struct store_funding *fundings;
    struct store_origin *origins;
    struct import_link *pairs;
    struct store_link *links;
    size_t capacity, links_capacity;
};

static void scratch_close(struct scratch *scratch)
{
    free(scratch->parties);
    free(scratch->ends);
    free(scratch->fundings);
    free(scratch->origins);
    free(scratch->pairs);
    free(scratch->links);
}

static bool grow(void **run, size_t count, size_t size)
{
    void *larger = realloc(*run, count * size);
    if (larger) *run = larger;
    return larger != NULL;
}

static bool scratch_for(struct scratch *s, const struct import_partnership *p, size_t n_links)
{
    size_t n = p->n_parties > p->n_fundings ? p->n_parties : p->n_fundings;
    if (n < p->n_origins) n = p->n_origins;
    if (n > s->capacity) {
        if (!grow((void **)&s->parties, n, sizeof *s->parties) ||
            !grow((void **)&s->ends, n, sizeof *s->ends) ||
            !grow((void **)&s->fundings, n, sizeof *s->fundings) ||
            !grow((void **)&s->origins, n, sizeof *s->origins))
            return false;
        s->capacity = n;
    }
    if (n_links <= s->links_capacity) return true;
    if (!grow((void **)&s->pairs, n_links, sizeof *s->pairs) ||
        !grow((void **)&s->links, n_links, sizeof *s->links))
        return false;
    s->links_capacity = n_links;
    return true;
}

static void say_contradiction(const struct store_contradiction *contradiction, void *context)
{
    struct importer *importer = context;
    report_addf(importer->report, REPORT_CONTRADICTION, importer->writing->source,
                importer->writing->line, contradiction->field, NULL,
                "'%.80s' where %s has '%.80s' (partnership %" PRId64 ")", contradiction->other,
                contradiction->kept_source, contradiction->kept, contradiction->id);
}

/* Finds the partnership that is meant, if it is there: by the identity in its source, else, for a
 * row without an id, by what another source says. */
static enum atlas_status find_known(struct importer *importer, const struct import_partnership *p,
                                    const struct store_partnership *facts, int64_t *id)
{
    enum atlas_status status =
        store_find_partnership(importer->store, p->source, facts->identity, id, importer->error);
    if (status || *id || p->external_id || !importer->several_sources) return status;
    status = store_find_alike(importer->store, p->source, facts->merge_key, facts->year_start,
                              facts->year_end, id, importer->error);
    if (status || !*id) return status;
    report_counts(importer->report)->joined++;
    report_addf(importer->report, REPORT_NOTE, p->source, p->line, NULL, NULL,
                "says the same as partnership %" PRId64 " of another source: joined to it", *id);
    return ATLAS_OK;
}

static enum atlas_status put_partnership(struct importer *importer,
                                         const struct import_partnership *p,
                                         const struct store_partnership *facts)
{
    struct report_counts *counts = report_counts(importer->report);
    int64_t id = 0;
    enum atlas_status status = find_known(importer, p, facts, &id);
    if (status) return status;
    if (id) {
        counts->updated++;
        importer->writing = p;
        status = store_join_partnership(importer->store, facts, id, say_contradiction, importer,
                                        importer->error);
    } else {
        counts->added++;
        status = store_partnership(importer->store, facts, &id, importer->error);
    }
    if (!status) importer->ids[importer->n_ids++] = id;
    return status;
}

static enum atlas_status write_partnership(struct importer *importer, struct scratch *scratch,
                                           const struct import_partnership *p, const char *identity)
{
    struct report_counts *counts = report_counts(importer->report);
    size_t most_links = p->unpaired ? (size_t)p->n_parties * p->n_parties : p->n_pairs;
    if (!scratch_for(scratch, p, most_links))
        return atlas_fail(importer->error, ATLAS_NO_MEMORY, "out of memory");
    struct store_partnership facts = facts_of(p);
    facts.identity = identity;
    facts.merge_key = merge_key(importer->merger, p);
    facts.n_links = merge_links(p, importer->places, scratch->pairs, most_links);
    enum atlas_status status = fill_parties(importer, p, scratch->parties, scratch->ends);
    if (status) return status;
    for (size_t i = 0; i < p->n_fundings; i++)
        scratch->fundings[i] = (struct store_funding){
            p->fundings[i].funder, p->fundings[i].nature, p->fundings[i].euros,
            p->fundings[i].year_from, p->fundings[i].year_to};
    for (size_t i = 0; i < facts.n_links; i++)
        scratch->links[i] = (struct store_link){scratch->ends[scratch->pairs[i].french],
                                                scratch->ends[scratch->pairs[i].foreign]};
    facts.parties = scratch->parties;
    facts.fundings = scratch->fundings;
    facts.links = scratch->links;
    for (size_t i = 0; i < p->n_origins; i++)
        scratch->origins[i] =
            (struct store_origin){p->origins[i].field, (int64_t)p->origins[i].line};
    facts.origins = scratch->origins;
    counts->partnerships++;
    counts->links += facts.n_links;
    warn_of_names(importer, p);
    return put_partnership(importer, p, &facts);
}

static enum atlas_status take_territories(struct importer *importer)
{
    size_t n = places_n(importer->places);
    const char **codes = calloc(n + 1, sizeof(const char *));
    importer->ends = calloc(n + 1, sizeof *importer->ends);
    if (!codes || !importer->ends) {
        free(codes);
        return atlas_fail(importer->error, ATLAS_NO_MEMORY, "out of memory");
    }
    /* Only those of parties that are written: a merged row may have asked for others. */
    for (uint32_t place = 0; place < n; place++) {
        const struct located *located = places_at(importer->places, place);
        if (located->used) codes[place] = located->name ? located->parent_code : located->code;
    }
    enum atlas_status status = store_take_territories(importer->store, codes, n, importer->error);
    free(codes);
    return status;
}

/* ---- what a source no longer holds ---- */

static void say_left(int64_t id, const char *title, bool retired, void *context)
{
    struct importer *importer = context;
    if (retired) report_counts(importer->report)->retired++;
    report_addf(importer->report, REPORT_RETIRED, NULL, 0, NULL, NULL,
                "partnership %" PRId64 " '%.120s'%s", id, title,
                retired ? "" : " is another source's now");
}

/* The ids of what a source's files brought. */
static size_t ids_of_source(const struct importer *importer, const char *source, int64_t *ids)
{
    const struct importer_options *options = importer->options;
    size_t n = 0, position = 0;
    for (size_t file = 0; file < options->n_files; file++) {
        bool its = !strcmp(importer_source(options, options->files[file]), source);
        for (; position < importer->file_ends[file]; position++)
            if (its) ids[n++] = importer->ids[position];
    }
    return n;
}

/* --replace: the partnerships of each source that no row brought leave. */
static enum atlas_status replace_sources(struct importer *importer)
{
    enum atlas_status status = ATLAS_OK;
    if (report_counts(importer->report)->rejected) {
        report_add(importer->report, REPORT_NOTE, NULL, 0, NULL,
                   "--replace: rows were rejected, so nothing was retired, for what they mean may "
                   "still be there; mend them and import again",
                   NULL);
        return ATLAS_OK;
    }
    int64_t *ids = calloc(importer->n_ids + 1, sizeof *ids);
    if (!ids) return atlas_fail(importer->error, ATLAS_NO_MEMORY, "out of memory");
    for (size_t file = 0; file < importer->options->n_files && !status; file++) {
        const char *source = importer_source(importer->options, importer->options->files[file]);
        size_t n = ids_of_source(importer, source, ids);
        status = store_replace_source(importer->store, source, ids, n, say_left, importer,
                                      importer->error);
    }
    free(ids);
    return status;
}

/* Writes all partnerships, one after the other. */
static enum atlas_status write_partnerships(struct importer *importer,
                                            struct identities *identities)
{
    struct scratch scratch = {0};
    struct progress progress;
    size_t n = merger_n(importer->merger);
    enum atlas_status status = ATLAS_OK;
    progress_begin(&progress, importer->options->progress, importer->options->progress_lines,
                   "writing");
    for (size_t i = 0; i < n && !status; i++) {
        const struct import_partnership *p;
        status = merger_at(importer->merger, i, &p, importer->error);
        if (status) break;
        standings_count(importer->standings, p);
        const char *identity = identity_of(identities, p);
        if (!identity) status = atlas_fail(importer->error, ATLAS_NO_MEMORY, "out of memory");
        if (!status) status = write_partnership(importer, &scratch, p, identity);
        progress_show(&progress, i + 1, "partnerships", (double)(i + 1) / (double)n);
    }
    progress_end(&progress);
    scratch_close(&scratch);
    return status;
}

enum atlas_status importer_write(struct importer *importer)
{
    struct identities *identities = identities_new();
    importer->ids = calloc(merger_n(importer->merger) + 1, sizeof *importer->ids);
    enum atlas_status status = take_territories(importer);
    if ((!identities || !importer->ids) && !status)
        status = atlas_fail(importer->error, ATLAS_NO_MEMORY, "out of memory");
    importer->several_sources = importer->options->n_files > 1 || !store_is_new(importer->store);
    if (importer->several_sources && !status)
        status = store_index_identities(importer->store, importer->error);
    if (!status) status = write_partnerships(importer, identities);
    identities_free(identities);
    if (!status && importer->options->replace) status = replace_sources(importer);
    return status ? status : store_sweep(importer->store, importer->error);
}
