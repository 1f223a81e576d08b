#include "import/importer.h"

#include "import/columns.h"
#include "import/decisions.h"
#include "import/editions.h"
#include "import/importer_internal.h"
#include "import/mapping.h"
#include "import/progress.h"
#include "import/record.h"
#include "import/report_page.h"
#include "import/review.h"
#include "import/vocabulary.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rows in memory, before some are set aside; and how many partnerships make it worth while to give
 * the geocoder's memory back before they are written. */
enum { MOST_ROW_BYTES = 16 << 20, MANY = 50000 };

const char *importer_source(const struct importer_options *options, const char *path)
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

/* How much of the file is read, for progress. */
static double share_read(const struct dataset *dataset)
{
    uint64_t size = dataset_size(dataset);
    return size ? (double)dataset_position(dataset) / (double)size : 0;
}

/* ---- rows ---- */

/* What was put right or left out of a party's point; one that is none on earth rejects the row. */
static void say_point(struct importer *importer, const struct import_partnership *row,
                      const struct import_party *party, const struct located *located,
                      bool *rejected)
{
    if (!located->point_note || *rejected) return;
    *rejected = located->impossible;
    report_addf(
        importer->report, *rejected ? REPORT_REJECTED : REPORT_NOTE, row->source, row->line, NULL,
        *rejected ? "write degrees north and east, latitude within 90, or leave both empty" : NULL,
        "'%.80s' (latitude %g, longitude %g): %s", party->name ? party->name : "", party->lat,
        party->lon, located->point_note);
}

/* Finds the places of a row's parties. One that is named as a foreign partner but is a French
 * territory (overseas) is an associated French authority: no link leads to it. */
static enum atlas_status locate(struct importer *importer, struct import_partnership *row,
                                bool *rejected)
{
    int year = row->year_start != YEAR_NONE ? row->year_start : 0;
    for (size_t i = 0; i < row->n_parties; i++) {
        struct import_party *party = &row->parties[i];
        enum atlas_status status =
            places_find(importer->places, party, year, row->line, importer->error);
        if (status) return status;
        const struct located *located = places_at(importer->places, party->place);
        say_point(importer, row, party, located, rejected);
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
    enum atlas_status status = merger_make_room(importer->merger, importer->error);
    if (status) return status;
    status = record_read(reader, row, &partnership, &outcome, made);
    if (status) return atlas_fail(importer->error, status, "out of memory");
    counts->rows++;
    if (outcome == RECORD_REJECTED) {
        counts->rejected++;
        return ATLAS_OK;
    }
    bool rejected = false;
    status = locate(importer, &partnership, &rejected);
    if (status) return status;
    if (rejected) {
        counts->rejected++;
        return ATLAS_OK;
    }
    bool merged;
    status = merger_add(importer->merger, &partnership, &merged, importer->error);
    if (status) return status;
    if (standings_take_row(importer->standings, &partnership))
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
        } else if (column->how == COLUMN_BY_MAPPING && column->field == FIELD_NONE)
            why = "left out, as the mapping says";
        else if (column->field == FIELD_NONE && *column->header)
            why =
                "this column is not understood and was left out; name its field with --mapping to "
                "have it read";
        else if (column->repeated)
            why = "another column says the same; this one was left out";
        else if (column->misread)
            why = "its header was misread in another encoding and put right";
        else if (column->how == COLUMN_BY_MAPPING && columns_header_personal(column->header))
            why = "its header speaks of people; it was read because the mapping says so";
        if (why) report_add(importer->report, REPORT_NOTE, source, 0, column->header, why, NULL);
    }
}

static enum atlas_status take_rows(struct importer *importer, struct dataset *dataset,
                                   const char *source, const struct columns *columns)
{
    struct record_context context = {importer->rows, importer->themes, columns, importer->report,
                                     source};
    struct record_reader *reader = record_reader_new(&context);
    if (!reader) return atlas_fail(importer->error, ATLAS_NO_MEMORY, "out of memory");
    struct progress progress;
    progress_begin(&progress, importer->options->progress, importer->options->progress_lines,
                   "reading");
    bool made = false;
    uint64_t rows = 0;
    const struct dataset_row *row;
    enum atlas_status status;
    while (!(status = dataset_next(dataset, &row, importer->error)) && row && !status) {
        status = take_row(importer, reader, row, &made);
        if (status) break;
        progress_show(&progress, ++rows, "rows", share_read(dataset));
    }
    record_reader_free(reader);
    progress_end(&progress);
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
    status = columns_find(dataset_header(dataset), &importer->mapping, &columns, importer->error);
    if (status) {
        struct atlas_error inner = *importer->error;
        atlas_fail(importer->error, status, "%.200s: %.700s", path, inner.message);
    } else {
        const char *source = importer_source(options, path);
        say_columns(importer, source, &columns);
        begin_beside(importer);
        status = take_rows(importer, dataset, source, &columns);
    }
    columns_close(&columns);
    dataset_close(dataset);
    return status;
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

/* Rows that memory has no place for wait beside the database, where the new edition has to find
 * room anyway. */
static enum atlas_status prepare_merging(struct importer *importer)
{
    const char *database = importer->options->database, *slash = strrchr(database, '/');
    char *folder = slash ? strndup(database, (size_t)(slash - database) + 1) : strdup(".");
    const struct merger_setting setting = {.pool = importer->rows,
                                           .most_bytes = MOST_ROW_BYTES,
                                           .folder = folder,
                                           .places = importer->places,
                                           .report = importer->report};
    importer->answers = answers_new(importer->pool);
    importer->merger = folder ? merger_new(&setting) : NULL;
    importer->standings = standings_new(importer->places, importer->pool);
    free(folder);
    return importer->answers && importer->merger && importer->standings
               ? ATLAS_OK
               : atlas_fail(importer->error, ATLAS_NO_MEMORY, "out of memory");
}

static enum atlas_status prepare(struct importer *importer)
{
    const struct importer_options *options = importer->options;
    char themes[PATH_MAX + 20], recognition[PATH_MAX + 20];
    snprintf(themes, sizeof themes, "%s/themes.csv", options->share);
    snprintf(recognition, sizeof recognition, "%s/recognition.csv", options->share);
    importer->pool = pool_new();
    importer->rows = pool_new();
    importer->report = importer->pool ? report_new(importer->pool) : NULL;
    importer->file_ends = calloc(options->n_files, sizeof *importer->file_ends);
    if (!importer->report || !importer->rows || !importer->file_ends)
        return atlas_fail(importer->error, ATLAS_NO_MEMORY, "out of memory");
    enum atlas_status status = ATLAS_OK;
    if (options->mapping)
        status = mapping_open(options->mapping, &importer->mapping, importer->error);
    if (!status) status = vocabulary_themes(themes, &importer->themes, importer->error);
    if (!status)
        status = places_new(options->gazetteer, recognition, importer->pool, &importer->places,
                            importer->error);
    if (status) return status;
    status = prepare_merging(importer);
    if (status) return status;
    time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(importer->date, sizeof importer->date, "%Y-%m-%d", &utc);
    strftime(importer->now, sizeof importer->now, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return ATLAS_OK;
}

static void close_all(struct importer *importer)
{
    if (importer->beside_begun) pthread_join(importer->beside, NULL);
    store_close(importer->store);
    standings_free(importer->standings);
    merger_free(importer->merger);
    places_free(importer->places);
    answers_free(importer->answers);
    theme_tree_free(importer->themes);
    report_free(importer->report);
    mapping_close(&importer->mapping);
    pool_free(importer->rows);
    pool_free(importer->pool);
    free(importer->ends);
    free(importer->ids);
    free(importer->file_ends);
}

/* Answers of earlier imports and of the file given now: they come before the geocoder. */
static enum atlas_status take_decisions(struct importer *importer)
{
    const struct importer_options *options = importer->options;
    struct decisions_file file = {.path = options->decisions,
                                  .today = importer->date,
                                  .dataset = {.limits = options->dataset.limits},
                                  .log = options->log};
    size_t n = 0;
    enum atlas_status status = ATLAS_OK;
    if (file.path)
        status = decisions_read(&file, importer->store, importer->places, &n, importer->error);
    if (!status) status = decisions_load(importer->store, importer->answers, importer->error);
    if (!status && file.path) fprintf(options->log, "%s: %zu decisions recorded\n", file.path, n);
    places_use_answers(importer->places, importer->answers);
    return status;
}

static enum atlas_status write_review(struct importer *importer, const struct review *review)
{
    const char *path = importer->options->review;
    FILE *log = importer->options->log;
    if (!path && review->n)
        fprintf(log, "%zu doubtful places: --review FILE.csv writes them with their candidates\n",
                review->n);
    if (!path) return ATLAS_OK;
    enum atlas_status status =
        review_write(review, importer->places, importer->options->english, path, importer->error);
    if (!status) fprintf(log, "%s: %zu doubtful places to review\n", path, review->n);
    return status;
}

/* What a person reads beside the log, written before anything is published. store: NULL when no
 * row could be used. */
static enum atlas_status write_papers(struct importer *importer, struct store *store,
                                      const struct store_unpublished *unpublished)
{
    const struct importer_options *options = importer->options;
    const char *slash = strrchr(options->database, '/');
    char sources[300];
    snprintf(sources, sizeof sources, "%.250s%s", importer_source(options, options->files[0]),
             options->n_files > 1 ? ", …" : "");
    struct review review = {0};
    enum atlas_status status = standings_list(importer->standings, &review.items, &review.n);
    if (status) atlas_fail(importer->error, status, "out of memory");
    const struct report_page page = {.english = options->english,
                                     .dry_run = options->dry_run,
                                     .sources = sources,
                                     .database = slash ? slash + 1 : options->database,
                                     .date = importer->date,
                                     .report = importer->report,
                                     .review = &review,
                                     .places = importer->places,
                                     .store = store,
                                     .unpublished = *unpublished};
    if (!status) status = write_review(importer, &review);
    if (!status && options->report)
        status = report_page_write(&page, options->report, importer->error);
    free(review.items);
    return status;
}

/* A step whose end nobody can foretell; a log is told of it only where it takes a while. */
static void begin_step(struct importer *importer, struct progress *progress, const char *what)
{
    const struct importer_options *options = importer->options;
    bool told = !options->progress_lines || merger_n(importer->merger) > MANY;
    progress_begin(progress, told ? options->progress : NULL, options->progress_lines, what);
    progress_wait(progress);
}

static enum atlas_status publish(struct importer *importer, struct importer_result *result)
{
    const struct importer_options *options = importer->options;
    char cause[300];
    snprintf(cause, sizeof cause, "import of %.200s%s", importer_source(options, options->files[0]),
             options->n_files > 1 ? " and others" : "");
    struct edition_making making = {.database = options->database,
                                    .gazetteer = importer->gazetteer_build,
                                    .cause = cause,
                                    .today = importer->date,
                                    .keep = options->keep,
                                    .dry_run = options->dry_run,
                                    .log = options->log};
    struct store_unpublished unpublished = {0};
    struct progress progress;
    enum atlas_status status =
        edition_prepare(importer->store, &making, &unpublished, importer->error);
    if (!status) status = write_papers(importer, importer->store, &unpublished);
    if (status) return status;
    begin_step(importer, &progress,
               options->dry_run ? "comparing" : "indexing, checking and publishing");
    status = edition_make(importer->store, &making, &result->published, importer->error);
    progress_end(&progress);
    return status;
}

/* A run without one good row is no edition. What was rejected is said all the same. */
static enum atlas_status check_rows(struct importer *importer)
{
    if (merger_n(importer->merger)) return ATLAS_OK;
    report_print(importer->report, importer->options->log);
    const struct store_unpublished none = {0};
    enum atlas_status status = write_papers(importer, NULL, &none);
    if (status) return status;
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
    if (!status) status = take_decisions(&importer);
    for (size_t i = 0; i < options->n_files && !status; i++) {
        status = take_file(&importer, options->files[i]);
        importer.file_ends[i] = merger_n(importer.merger);
    }
    if (!status && merger_n(importer.merger) > MANY)
        status = places_rest(importer.places, importer.error);
    if (!status) status = check_rows(&importer);
    if (!status) status = importer_write(&importer);
    if (!status) {
        struct progress progress;
        begin_step(&importer, &progress, "looking for probable repeats");
        status = importer_repeats(&importer);
        progress_end(&progress);
    }
    if (!status) {
        report_places(&importer);
        report_print(importer.report, options->log);
        result->rejected = report_counts(importer.report)->rejected;
        status = publish(&importer, result);
    }
    close_all(&importer);
    return status;
}
