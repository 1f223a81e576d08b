/* passerelle-geocode: the geocoder alone, on a CSV file of names. */
#include "geo/array.h"
#include "geo/geocode.h"
#include "geo/name.h"
#include "import/transliterate.h"

#include <csv.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <utf8proc.h>

enum { READ_COLUMNS = 5, BLOCK = 1 << 16, LONGEST_CELL = 1 << 20, MOST_COLUMNS = 1000 };

static const char *const read_columns[READ_COLUMNS] = {"side", "name", "type", "hint",
                                                       "country_iso"};

static const char help[] =
    "usage: passerelle-geocode FILE.csv --gazetteer G --output OUT.csv [--share DIR]\n"
    "\n"
    "Finds the territory that each row of FILE.csv means. FILE.csv is UTF-8 with a header; the\n"
    "columns side, name, type, hint and country_iso are read by name, and no others.\n"
    "  side         fr: a French authority; anything else: a foreign one\n"
    "  name         as written, or an official code (INSEE, SIREN, ISO 3166-2)\n"
    "  type         commune, epci, departement, region, city, province, network ... or empty\n"
    "  hint         departement, region, postal code, first-level unit ... or empty\n"
    "  country_iso  ISO 3166-1 alpha-2, or empty\n"
    "OUT.csv has these five columns and status (accepted, ambiguous, not_found), matched_name,\n"
    "kind, code, lat, lon, precision (exact, area, country, none), score and reason, in the same\n"
    "order.\n"
    "\n"
    "  -g, --gazetteer G   the file made by passerelle-gazetteer\n"
    "  -o, --output OUT    where the answers go; - or nothing: standard output\n"
    "      --share DIR     folder of recognition.csv (default: share beside this programme)\n"
    "  -h, --help          this text\n"
    "      --version       the version\n"
    "\n"
    "Exit status: 0 every row got an answer, found or not; 1 it could not be done; 2 usage.\n";

/* One run: what is read, what is written, what is counted. */
struct run {
    const char *input_path;
    struct geocoder *geocoder;
    FILE *output;
    struct csv_parser parser;
    char *row; /* cells of the row under way, each terminated, one behind the other */
    size_t row_length, row_capacity;
    size_t cell_starts[MOST_COLUMNS];
    size_t n_cells, n_columns;
    int positions[READ_COLUMNS]; /* of the columns read; -1 where the file lacks one */
    bool header_read;
    unsigned long rows, counts[3];
    enum atlas_status status;
    struct atlas_error error;
};

static void on_cell(void *cell, size_t length, void *context)
{
    struct run *run = context;
    if (run->status != ATLAS_OK) return;
    if (run->n_cells == MOST_COLUMNS) {
        run->status = atlas_fail(&run->error, ATLAS_TOO_LARGE, "%s: row %lu has more than %d cells",
                                 run->input_path, run->rows + 1, MOST_COLUMNS);
        return;
    }
    if (length > LONGEST_CELL) {
        run->status = atlas_fail(&run->error, ATLAS_TOO_LARGE,
                                 "%s: row %lu has a cell of more than 1 MB: a quote is probably "
                                 "not closed",
                                 run->input_path, run->rows + 1);
        return;
    }
    if (!ARRAY_RESERVE(run->row, run->row_length + length + 1, &run->row_capacity)) {
        run->status = atlas_fail(&run->error, ATLAS_NO_MEMORY, "out of memory");
        return;
    }
    run->cell_starts[run->n_cells++] = run->row_length;
    if (length > 0) memcpy(run->row + run->row_length, cell, length);
    run->row[run->row_length + length] = '\0';
    run->row_length += length + 1;
}

static const char *cell_of(const struct run *run, int position)
{
    bool there = position >= 0 && (size_t)position < run->n_cells;
    return there ? run->row + run->cell_starts[position] : "";
}

static void read_header(struct run *run)
{
    run->header_read = true;
    run->n_columns = run->n_cells;
    for (int c = 0; c < READ_COLUMNS; c++) {
        run->positions[c] = -1;
        for (size_t i = 0; i < run->n_cells; i++)
            if (strcmp(cell_of(run, (int)i), read_columns[c]) == 0) run->positions[c] = (int)i;
        if (run->positions[c] < 0) {
            run->status = atlas_fail(&run->error, ATLAS_INVALID,
                                     "%s: the header has no column %s; needed are side, name, "
                                     "type, hint and country_iso",
                                     run->input_path, read_columns[c]);
            return;
        }
    }
    fputs(
        "side,name,type,hint,country_iso,status,matched_name,kind,code,lat,lon,precision,score,"
        "reason\n",
        run->output);
}

static void write_cell(struct run *run, const char *text, char end)
{
    if (strpbrk(text, ",\"\r\n"))
        csv_fwrite(run->output, text, strlen(text));
    else
        fputs(text, run->output);
    putc(end, run->output);
}

static void write_number(struct run *run, double number, int decimals)
{
    if (isfinite(number)) fprintf(run->output, "%.*f", decimals, number);
    putc(',', run->output);
}

static void write_answer(struct run *run, const struct place_answer *answer)
{
    const struct place *place = &answer->place;
    bool placed = place->code[0] != '\0';
    for (int c = 0; c < READ_COLUMNS; c++)
        write_cell(run, cell_of(run, run->positions[c]), ',');
    write_cell(run, match_status_text(answer->status), ',');
    write_cell(run, place->name, ',');
    write_cell(run, placed ? territory_kind_text(place->kind) : "", ',');
    write_cell(run, place->code, ',');
    write_number(run, placed ? place->lat_deg : NAN, 5);
    write_number(run, placed ? place->lon_deg : NAN, 5);
    write_cell(run, precision_text(place->precision), ',');
    write_number(run, place->score, 3);
    write_cell(run, answer->reason, '\n');
}

/* The text in Latin letters; as it is when it is too long to be a name. */
static const char *in_latin(const char *text, char *latin, size_t size)
{
    if (strnlen(text, size) >= size / 4) return text;
    transliterate(text, latin, size);
    return latin;
}

static void answer_row(struct run *run)
{
    if (run->n_cells > run->n_columns) {
        run->status = atlas_fail(&run->error, ATLAS_INVALID,
                                 "%s: row %lu has %zu cells, the header has %zu: a name with a "
                                 "comma must stand in quotes",
                                 run->input_path, run->rows + 1, run->n_cells, run->n_columns);
        return;
    }
    char side[16], name[2048], hint[4096];
    name_fold(cell_of(run, run->positions[0]), side, sizeof side);
    bool french = strcmp(side, "fr") == 0 || strcmp(side, "french") == 0 ||
                  strcmp(side, "francais") == 0 || strcmp(side, "france") == 0;
    struct place_query query = {
        .side = french ? SIDE_FRENCH : SIDE_FOREIGN,
        .name = in_latin(cell_of(run, run->positions[1]), name, sizeof name),
        .type = cell_of(run, run->positions[2]),
        .hint = in_latin(cell_of(run, run->positions[3]), hint, sizeof hint),
        .country_iso = cell_of(run, run->positions[4]),
    };
    struct place_answer answer;
    run->status = geocode(run->geocoder, &query, &answer, &run->error);
    if (run->status != ATLAS_OK) return;
    write_answer(run, &answer);
    run->counts[answer.status]++;
}

static void on_row(int end, void *context)
{
    (void)end;
    struct run *run = context;
    if (run->status == ATLAS_OK && !run->header_read)
        read_header(run);
    else if (run->status == ATLAS_OK)
        answer_row(run);
    run->rows++;
    run->n_cells = 0;
    run->row_length = 0;
}

/* True when the block is UTF-8, but for a character that its end may cut. */
static bool is_utf8(const char *block, size_t n)
{
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)block;
    utf8proc_ssize_t left = (utf8proc_ssize_t)n;
    while (left > 0) {
        utf8proc_int32_t letter;
        utf8proc_ssize_t size = *at < 0x80 ? 1 : utf8proc_iterate(at, left, &letter);
        if (size < 0) return left < 4;
        at += size;
        left -= size;
    }
    return true;
}

static enum atlas_status check_block(struct run *run, const char *block, size_t n)
{
    if (memchr(block, '\0', n))
        return atlas_fail(&run->error, ATLAS_INVALID,
                          "%s is not a text file (it has NUL bytes): save the sheet as CSV UTF-8",
                          run->input_path);
    size_t start = 0; /* a character cut by the block before */
    while (start < 3 && start < n && ((unsigned char)block[start] & 0xC0) == 0x80)
        start++;
    if (!is_utf8(block + start, n - start))
        return atlas_fail(&run->error, ATLAS_INVALID,
                          "%s is not UTF-8 text: save the sheet as CSV UTF-8", run->input_path);
    return ATLAS_OK;
}

static enum atlas_status parse_failed(struct run *run)
{
    if (run->status != ATLAS_OK) return run->status;
    if (csv_error(&run->parser) == CSV_EPARSE)
        return atlas_fail(&run->error, ATLAS_INVALID,
                          "%s: row %lu: a quote inside a cell is not doubled, or not closed",
                          run->input_path, run->rows + 1);
    return atlas_fail(&run->error, ATLAS_NO_MEMORY, "%s: row %lu: %s", run->input_path,
                      run->rows + 1, csv_strerror(csv_error(&run->parser)));
}

static enum atlas_status read_rows(struct run *run, FILE *input)
{
    static char block[BLOCK];
    bool first = true;
    size_t n;
    while ((n = fread(block, 1, sizeof block, input)) > 0) {
        const char *text = block;
        if (first && n >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
            text += 3;
            n -= 3;
        }
        first = false;
        enum atlas_status status = check_block(run, text, n);
        if (status != ATLAS_OK) return status;
        if (csv_parse(&run->parser, text, n, on_cell, on_row, run) != n || run->status != ATLAS_OK)
            return parse_failed(run);
    }
    if (ferror(input))
        return atlas_fail(&run->error, ATLAS_IO, "cannot read %s: %s", run->input_path,
                          strerror(errno));
    if (csv_fini(&run->parser, on_cell, on_row, run) != 0 || run->status != ATLAS_OK)
        return parse_failed(run);
    if (!run->header_read)
        return atlas_fail(&run->error, ATLAS_INVALID, "%s is empty: a header is needed",
                          run->input_path);
    return ATLAS_OK;
}

/* The folder of read-only files beside this programme. */
static bool find_share(char *path, size_t size)
{
    char programme[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", programme, sizeof programme - 1);
    if (n <= 0) return false;
    programme[n] = '\0';
    char *slash = strrchr(programme, '/');
    if (!slash) return false;
    *slash = '\0';
    int wanted = snprintf(path, size, "%s/share", programme);
    return wanted > 0 && (size_t)wanted < size && access(path, R_OK) == 0;
}

struct options {
    const char *input, *gazetteer, *output, *share;
};

/* 0: go on; otherwise exit with status - 1. */
static int read_options(int argc, char **argv, struct options *options)
{
    static const struct option known[] = {
        {"gazetteer", required_argument, NULL, 'g'}, {"output", required_argument, NULL, 'o'},
        {"share", required_argument, NULL, 's'},     {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},         {NULL, 0, NULL, 0},
    };
    int option;
    while ((option = getopt_long(argc, argv, "g:o:h", known, NULL)) != -1)
        switch (option) {
        case 'g':
            options->gazetteer = optarg;
            break;
        case 'o':
            options->output = optarg;
            break;
        case 's':
            options->share = optarg;
            break;
        case 'h':
            fputs(help, stdout);
            return 1;
        case 'V':
            puts("passerelle-geocode " PASSERELLE_VERSION);
            return 1;
        default:
            fputs("see passerelle-geocode --help\n", stderr);
            return 3;
        }
    if (optind + 1 != argc || !options->gazetteer) {
        fprintf(stderr, "passerelle-geocode: %s; see passerelle-geocode --help\n",
                !options->gazetteer ? "--gazetteer is needed"
                : optind + 1 > argc ? "the file to read is needed"
                                    : "one file at a time");
        return 3;
    }
    options->input = argv[optind];
    return 0;
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Reads, answers, writes to a file of its own beside the output, and puts it in place whole. */
static enum atlas_status geocode_file(struct run *run, const struct options *options)
{
    bool to_stdout = !options->output || strcmp(options->output, "-") == 0;
    char part[PATH_MAX];
    int wanted = snprintf(part, sizeof part, "%s.part", to_stdout ? "" : options->output);
    if (wanted < 0 || (size_t)wanted >= sizeof part)
        return atlas_fail(&run->error, ATLAS_INVALID, "the output's path is too long");
    FILE *input = fopen(options->input, "rb");
    if (!input)
        return atlas_fail(&run->error, ATLAS_IO, "cannot read %s: %s", options->input,
                          strerror(errno));
    run->output = to_stdout ? stdout : fopen(part, "wb");
    if (!run->output) {
        fclose(input);
        return atlas_fail(&run->error, ATLAS_IO, "cannot write %s: %s", part, strerror(errno));
    }
    csv_init(&run->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL);
    enum atlas_status status = read_rows(run, input);
    csv_free(&run->parser);
    fclose(input);
    bool written = fflush(run->output) == 0 && !ferror(run->output);
    if (!to_stdout) written = fclose(run->output) == 0 && written;
    if (status == ATLAS_OK && (!written || (!to_stdout && rename(part, options->output) != 0)))
        status = atlas_fail(&run->error, ATLAS_IO, "cannot write %s: %s",
                            to_stdout ? "the answers" : options->output, strerror(errno));
    if (status != ATLAS_OK && !to_stdout) unlink(part);
    return status;
}

int main(int argc, char **argv)
{
    struct options options = {0};
    int stop = read_options(argc, argv, &options);
    if (stop) return stop - 1;
    static struct run run;
    run.input_path = options.input;
    char share[PATH_MAX], recognition[PATH_MAX + 32];
    if (options.share) snprintf(share, sizeof share, "%s", options.share);
    bool shared = options.share || find_share(share, sizeof share);
    if (shared) snprintf(recognition, sizeof recognition, "%s/recognition.csv", share);
    if (shared && !options.share && access(recognition, R_OK) != 0) shared = false;
    enum atlas_status status =
        geocoder_new(options.gazetteer, shared ? recognition : NULL, &run.geocoder, &run.error);
    double start = seconds();
    if (status == ATLAS_OK) status = geocode_file(&run, &options);
    double taken = seconds() - start;
    geocoder_free(run.geocoder);
    free(run.row);
    if (status != ATLAS_OK) {
        fprintf(stderr, "passerelle-geocode: %s\n", run.error.message);
        return 1;
    }
    unsigned long answered = run.counts[0] + run.counts[1] + run.counts[2];
    fprintf(stderr, "%lu names: %lu accepted, %lu ambiguous, %lu not found; %.2f s, %.0f names/s\n",
            answered, run.counts[MATCH_ACCEPTED], run.counts[MATCH_AMBIGUOUS],
            run.counts[MATCH_NOT_FOUND], taken, taken > 0 ? (double)answered / taken : 0);
    return 0;
}
