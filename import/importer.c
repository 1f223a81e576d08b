#include "import/importer.h"

#include "geo/store_rows.h"
#include "import/columns.h"
#include "import/identity.h"
#include "import/merge.h"
#include "import/places.h"
#include "import/pool.h"
#include "import/record.h"
#include "import/report.h"
#include "import/vocabulary.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct importer {
    const struct importer_options *options;
    struct atlas_error *error;
    struct pool *pool;
    struct report *report;
    struct theme_tree *themes;
    struct places *places;
    struct merger *merger;
    struct store *store;
    struct store_end *ends; /* by place, as they are in the store; id 0: not yet there */
    char gazetteer_build[80];
    char date[16], now[32];
    struct timespec started;
    /* What the store takes from the gazetteer does not depend on the rows: it is done beside. */
    pthread_t beside;
    bool beside_begun, beside_done;
    enum atlas_status beside_status;
    struct atlas_error beside_error;
};

static double seconds_since(const struct timespec *start)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

static const char *source_of(const struct importer_options *options, const char *path)
{
    if (options->source) return options->source;
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* ---- beside the rows ---- */

static void *fill_store(void *argument)
{
    struct importer *importer = argument;
    importer->beside_status =
        store_gazetteer(importer->store, importer->options->gazetteer, importer->gazetteer_build,
                        sizeof importer->gazetteer_build, &importer->beside_error);
    if (!importer->beside_status)
        importer->beside_status =
            store_themes(importer->store, importer->themes, &importer->beside_error);
    return NULL;
}

/* Begins it in a thread, or does it at once where there can be none. */
static void begin_beside(struct importer *importer)
{
    if (importer->beside_begun || importer->beside_done) return;
    importer->beside_begun = pthread_create(&importer->beside, NULL, fill_store, importer) == 0;
    importer->beside_done = !importer->beside_begun;
    if (importer->beside_done) fill_store(importer);
}

/* Waits for it. From then on the process has one thread again, as opening a file needs. */
static enum atlas_status end_beside(struct importer *importer)
{
    if (importer->beside_begun) {
        pthread_join(importer->beside, NULL);
        importer->beside_begun = false;
        importer->beside_done = true;
    }
    if (importer->beside_status) *importer->error = importer->beside_error;
    return importer->beside_status;
}

/* ---- progress ---- */

static void show_progress(struct importer *importer, const struct dataset *dataset, uint64_t rows)
{
    FILE *out = importer->options->progress;
    if (!out || rows % 512 != 0) return;
    double seconds = seconds_since(&importer->started);
    double done = dataset_size(dataset)
                      ? (double)dataset_position(dataset) / (double)dataset_size(dataset)
                      : 0;
    double left = done > 0.01 ? seconds / done - seconds : 0;
    fprintf(out, "\r%" PRIu64 " rows, %.0f %%, %.0f rows/s, %.0f s left   ", rows, 100 * done,
            seconds > 0 ? (double)rows / seconds : 0, left);
    fflush(out);
}

static void end_progress(struct importer *importer)
{
    if (importer->options->progress) fputs("\r\033[K", importer->options->progress);
}

/* ---- rows ---- */

/* Finds the places of a row's parties. One that is named as a foreign partner but is a French
 * territory (overseas) is an associated French authority: no link leads to it. */
static enum atlas_status locate(struct importer *importer, struct import_partnership *row)
{
    int year = row->year_start != YEAR_NONE ? row->year_start : 0;
    for (size_t i = 0; i < row->n_parties; i++) {
        struct import_party *party = &row->parties[i];
        enum atlas_status status =
            places_find(importer->places, party, year, row->line, importer->error);
        if (status) return status;
        const struct located *located = places_at(importer->places, party->place);
        if (party->side == SIDE_FOREIGN && located->code && located->side == SIDE_FRENCH) {
            party->side = SIDE_FRENCH;
            report_addf(importer->report, REPORT_NOTE, row->source, row->line, NULL, NULL,
                        "'%.80s' is a French territory: kept as an associated French authority, "
                        "without a link to it",
                        party->name      ? party->name
                        : party->country ? party->country
                                         : "");
        }
        if (!located->review || strcmp(row->publication, "published") != 0) continue;
        row->publication = "to-review";
        if (!row->publication_reason) row->publication_reason = located->reason;
    }
    return ATLAS_OK;
}

static enum atlas_status take_row(struct importer *importer, struct record_reader *reader,
                                  const struct dataset_row *row, bool *made)
{
    struct report_counts *counts = report_counts(importer->report);
    struct import_partnership partnership;
    enum record_outcome outcome;
    enum atlas_status status = record_read(reader, row, &partnership, &outcome, made);
    if (status) return atlas_fail(importer->error, status, "out of memory");
    counts->rows++;
    if (outcome == RECORD_REJECTED) {
        counts->rejected++;
        return ATLAS_OK;
    }
    status = locate(importer, &partnership);
    if (status) return status;
    bool merged;
    if (merger_add(importer->merger, &partnership, &merged))
        return atlas_fail(importer->error, ATLAS_NO_MEMORY, "out of memory");
    if (merged)
        counts->merged++;
    else
        counts->imported++;
    return ATLAS_OK;
}

static void say_columns(struct importer *importer, const char *source,
                        const struct columns *columns)
{
    for (size_t i = 0; i < columns->n; i++) {
        const struct column *column = &columns->columns[i];
        const char *why = NULL;
        if (column->field == FIELD_CONTACT) {
            report_counts(importer->report)->contact_columns++;
            why = "people's names and addresses are not read";
        } else if (column->field == FIELD_NONE && *column->header)
            why =
                "this column is not understood and was left out; rename it as in "
                "partnerships.schema.json to have it read";
        else if (column->repeated)
            why = "another column says the same; this one was left out";
        if (why) report_add(importer->report, REPORT_NOTE, source, 0, column->header, why, NULL);
    }
}

static enum atlas_status take_rows(struct importer *importer, struct dataset *dataset,
                                   const char *source, const struct columns *columns)
{
    struct record_context context = {importer->pool, importer->themes, columns, importer->report,
                                     source};
    struct record_reader *reader = record_reader_new(&context);
    if (!reader) return atlas_fail(importer->error, ATLAS_NO_MEMORY, "out of memory");
    bool made = false;
    uint64_t rows = 0;
    const struct dataset_row *row;
    enum atlas_status status;
    while (!(status = dataset_next(dataset, &row, importer->error)) && row && !status) {
        status = take_row(importer, reader, row, &made);
        if (status) break;
        show_progress(importer, dataset, ++rows);
    }
    record_reader_free(reader);
    end_progress(importer);
    if (status) return status;
    if (!rows)
        return atlas_fail(importer->error, ATLAS_INVALID,
                          "%s holds a header but no rows; nothing was imported", source);
    fprintf(importer->options->log, "%s: %s; %" PRIu64 " rows\n", source, dataset_format(dataset),
            rows);
    status = end_beside(importer);
    if (status) return status;
    return store_source(importer->store, source, dataset_sha256(dataset), importer->now, made,
                        importer->error);
}

static enum atlas_status take_file(struct importer *importer, const char *path)
{
    const struct importer_options *options = importer->options;
    struct dataset *dataset = NULL;
    struct columns columns = {0};
    enum atlas_status status = dataset_open(path, &options->dataset, &dataset, importer->error);
    if (status) return status;
    status = columns_find(dataset_header(dataset), options->mapping, &columns, importer->error);
    if (status) {
        struct atlas_error inner = *importer->error;
        atlas_fail(importer->error, status, "%.200s: %.700s", path, inner.message);
    } else {
        const char *source = source_of(options, path);
        say_columns(importer, source, &columns);
        begin_beside(importer);
        status = take_rows(importer, dataset, source, &columns);
    }
    columns_close(&columns);
    dataset_close(dataset);
    return status;
}

/* ---- writing ---- */

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
    } else if (!known->id && located->code)
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
                                      .themes = p->themes,
                                      .n_themes = p->n_themes,
                                      .n_parties = p->n_parties,
                                      .n_fundings = p->n_fundings};
}

/* Room for what one partnership needs while it is written; grown as needed. */
struct scratch {
    struct store_party *parties;
    struct store_end *ends;
    struct store_funding *fundings;
    struct import_link *pairs;
    struct store_link *links;
    size_t capacity, links_capacity;
};

static void scratch_close(struct scratch *scratch)
{
    free(scratch->parties);
    free(scratch->ends);
    free(scratch->fundings);
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
    if (n > s->capacity) {
        if (!grow((void **)&s->parties, n, sizeof *s->parties) ||
            !grow((void **)&s->ends, n, sizeof *s->ends) ||
            !grow((void **)&s->fundings, n, sizeof *s->fundings))
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

static enum atlas_status write_partnership(struct importer *importer, struct scratch *scratch,
                                           const struct import_partnership *p, const char *identity)
{
    struct report_counts *counts = report_counts(importer->report);
    size_t most_links = p->unpaired ? (size_t)p->n_parties * p->n_parties : p->n_pairs;
    if (!scratch_for(scratch, p, most_links))
        return atlas_fail(importer->error, ATLAS_NO_MEMORY, "out of memory");
    struct store_partnership facts = facts_of(p);
    facts.identity = identity;
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
    int64_t id = 0;
    status = store_find_partnership(importer->store, p->source, identity, &id, importer->error);
    if (id)
        counts->updated++;
    else
        counts->added++;
    counts->partnerships++;
    counts->links += facts.n_links;
    return status ? status : store_partnership(importer->store, &facts, &id, importer->error);
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
    for (uint32_t i = 0; i < n; i++) {
        const struct located *located = places_at(importer->places, i);
        codes[i] = located->name ? located->parent_code : located->code;
    }
    enum atlas_status status = store_take_territories(importer->store, codes, n, importer->error);
    free(codes);
    return status;
}

static enum atlas_status write_all(struct importer *importer)
{
    struct scratch scratch = {0};
    enum atlas_status status = take_territories(importer);
    const char **identities = identities_of(importer->merger, importer->pool);
    if (!identities && !status)
        status = atlas_fail(importer->error, ATLAS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < merger_n(importer->merger) && !status; i++)
        status =
            write_partnership(importer, &scratch, merger_at(importer->merger, i), identities[i]);
    scratch_close(&scratch);
    return status ? status : store_sweep(importer->store, importer->error);
}

/* Parties that are not where they say they are, each different question once. */
static void report_places(struct importer *importer)
{
    for (uint32_t i = 0; i < places_n(importer->places); i++) {
        const struct located *located = places_at(importer->places, i);
        if (!located->coarse) continue;
        const struct import_party *asked = located->asked;
        const char *name = asked->name ? asked->name : asked->code ? asked->code : asked->country;
        char candidates[400] = "";
        if (located->candidates)
            snprintf(candidates, sizeof candidates, "candidates: %s", located->candidates);
        report_addf(importer->report, REPORT_PLACE, NULL, located->first_line, NULL,
                    *candidates ? candidates : NULL, "'%s' (%s%s%s%s%s): %s: %s; shown as %s%s",
                    name ? name : "", asked->side == SIDE_FRENCH ? "French" : "foreign",
                    asked->type ? ", " : "", asked->type ? asked->type : "",
                    located->country_iso ? ", " : "",
                    located->country_iso ? located->country_iso : "", located->match_status,
                    located->reason ? located->reason : "",
                    precision_text((enum precision)located->precision),
                    located->parties > 1 ? " (several times)" : "");
    }
}

static enum atlas_status prepare(struct importer *importer)
{
    const struct importer_options *options = importer->options;
    char themes[PATH_MAX + 20], recognition[PATH_MAX + 20];
    snprintf(themes, sizeof themes, "%s/themes.csv", options->share);
    snprintf(recognition, sizeof recognition, "%s/recognition.csv", options->share);
    importer->pool = pool_new();
    importer->report = importer->pool ? report_new(importer->pool) : NULL;
    if (!importer->report) return atlas_fail(importer->error, ATLAS_NO_MEMORY, "out of memory");
    enum atlas_status status = vocabulary_themes(themes, &importer->themes, importer->error);
    if (!status)
        status = places_new(options->gazetteer, recognition, importer->pool, &importer->places,
                            importer->error);
    if (status) return status;
    importer->merger = merger_new(importer->pool, importer->places, importer->report);
    if (!importer->merger) return atlas_fail(importer->error, ATLAS_NO_MEMORY, "out of memory");
    time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(importer->date, sizeof importer->date, "%Y-%m-%d", &utc);
    strftime(importer->now, sizeof importer->now, "%Y-%m-%dT%H:%M:%SZ", &utc);
    clock_gettime(CLOCK_MONOTONIC, &importer->started);
    return ATLAS_OK;
}

static void close_all(struct importer *importer)
{
    if (importer->beside_begun) pthread_join(importer->beside, NULL);
    store_close(importer->store);
    merger_free(importer->merger);
    places_free(importer->places);
    theme_tree_free(importer->themes);
    report_free(importer->report);
    pool_free(importer->pool);
    free(importer->ends);
}

static void say_edition(const struct importer *importer, const struct store_published *published)
{
    FILE *log = importer->options->log;
    if (published->changed)
        fprintf(log, "Edition %" PRIu32 " published in %s (content %.12s), %.1f s\n",
                published->number, importer->options->database, published->content_hash,
                seconds_since(&importer->started));
    else
        fprintf(log, "Nothing new: %s stays at edition %" PRIu32 " (content %.12s)\n",
                importer->options->database, published->number, published->content_hash);
}

/* A run without one good row is no edition. What was rejected is said all the same. */
static enum atlas_status check_rows(struct importer *importer)
{
    if (merger_n(importer->merger)) return ATLAS_OK;
    report_print(importer->report, importer->options->log);
    return atlas_fail(importer->error, ATLAS_INVALID,
                      "no row of %s%s could be used (see the report); nothing was published",
                      importer->options->files[0],
                      importer->options->n_files > 1 ? " and the others" : "");
}

enum atlas_status importer_run(const struct importer_options *options,
                               struct importer_result *result, struct atlas_error *error)
{
    struct atlas_error own = {0};
    struct importer importer = {.options = options, .error = error ? error : &own};
    *result = (struct importer_result){0};
    enum atlas_status status = prepare(&importer);
    if (!status)
        status = store_open(options->database, options->wait_s, &importer.store, importer.error);
    for (size_t i = 0; i < options->n_files && !status; i++)
        status = take_file(&importer, options->files[i]);
    if (!status) status = check_rows(&importer);
    if (!status) status = write_all(&importer);
    if (!status) {
        report_places(&importer);
        report_print(importer.report, options->log);
        result->rejected = report_counts(importer.report)->rejected;
        status = store_publish(importer.store, importer.gazetteer_build, importer.date, 0,
                               &result->published, importer.error);
    }
    if (!status) say_edition(&importer, &result->published);
    close_all(&importer);
    return status;
}
