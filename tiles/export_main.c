/* passerelle-export: the whole pyramid of tiles of an edition in one file. */
#include "tiles/archive.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char help_text[] =
    "usage: passerelle-export --database D --output FILE.pmtiles|FILE.mbtiles [options]\n"
    "\n"
    "Writes the vector tiles of the edition in D to one file that needs no server: PMTiles for\n"
    "plain web space, MBTiles for QGIS, GDAL and tile servers.\n"
    "\n"
    "  --database D      atlas database made by passerelle-import\n"
    "  --output FILE     what to write; the name's ending says the format\n"
    "  --filter TEXT     as in addresses, e.g. \"theme=eau&year=2015..2020\" (default: "
    "everything)\n"
    "  --tilesets LIST   comma-separated: links, flows, places, density, choropleth, base\n"
    "                    (default: base,flows,places)\n"
    "  --zoom A..B       zooms to write, 0 to 14 (default: 0..8)\n"
    "  --lang fr|en      language of the names shown (default: fr)\n"
    "  --threads N       threads that build tiles (default: one per processor)\n"
    "  --overwrite       replace FILE if it exists\n"
    "  --quiet           no progress\n"
    "  --help, --version\n"
    "\n"
    "Exit status: 0 written; 1 it could not be written, and nothing was changed; 2 wrong "
    "options.\n";

enum { EXIT_USAGE = 2 };

struct options {
    const char *database, *filter, *tilesets;
    struct archive_plan plan;
    bool quiet;
};

static bool parse_zoom(const char *text, struct archive_plan *plan)
{
    char *end;
    unsigned long from = strtoul(text, &end, 10), to = from;
    if (end == text || *text == '-') return false;
    if (strncmp(end, "..", 2) == 0) {
        const char *second = end + 2;
        to = strtoul(second, &end, 10);
        if (end == second || *second == '-') return false;
    }
    if (*end || from > to || to > ARCHIVE_MAX_ZOOM) return false;
    plan->min_zoom = (uint8_t)from;
    plan->max_zoom = (uint8_t)to;
    return true;
}

static bool parse_threads(const char *text, struct archive_plan *plan)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);
    if (end == text || *end || n < 1 || n > 64) return false;
    plan->threads = (unsigned)n;
    return true;
}

static bool parse_tilesets(const char *text, struct archive_plan *plan, struct atlas_error *error)
{
    char name[32];
    while (*text) {
        size_t length = strcspn(text, ",");
        enum tileset tileset = TILESET_HEAT;
        snprintf(name, sizeof name, "%.*s", (int)(length < 31 ? length : 31), text);
        if (!tileset_parse(name, &tileset) || tileset == TILESET_HEAT) {
            atlas_fail(
                error, ATLAS_INVALID,
                "--tilesets knows links, flows, places, density, choropleth and base, not %s",
                name);
            return false;
        }
        bool known = false;
        for (size_t i = 0; i < plan->n_tilesets; i++)
            known = known || plan->tilesets[i] == tileset;
        if (!known) plan->tilesets[plan->n_tilesets++] = tileset;
        text += length + (text[length] == ',');
    }
    return true;
}

/* "a=b&c=d", values as they are: no percent escapes on a command line. */
static enum atlas_status parse_filter(const char *text, struct filter *filter,
                                      struct atlas_error *error)
{
    char copy[FILTER_MAX_TEXT + 1];
    if (strlen(text) > FILTER_MAX_TEXT)
        return atlas_fail(error, ATLAS_TOO_LARGE, "--filter is longer than %d bytes",
                          FILTER_MAX_TEXT);
    strcpy(copy, text);
    for (char *rest = copy, *term; (term = strsep(&rest, "&"));) {
        char *value = strchr(term, '=');
        if (!*term) continue;
        if (!value)
            return atlas_fail(error, ATLAS_INVALID, "--filter: %s has no value, as in theme=eau",
                              term);
        *value++ = '\0';
        enum atlas_status status = filter_add(filter, term, value, error);
        if (status == ATLAS_NOT_FOUND)
            return atlas_fail(error, ATLAS_INVALID, "--filter: there is no filter named %s", term);
        if (status != ATLAS_OK) return status;
    }
    return ATLAS_OK;
}

/* Returns an exit status, or -1 to go on. */
static int parse_options(int argc, char **argv, struct options *options, struct atlas_error *error)
{
    static const struct option known[] = {
        {"database", required_argument, NULL, 'd'}, {"output", required_argument, NULL, 'o'},
        {"filter", required_argument, NULL, 'f'},   {"tilesets", required_argument, NULL, 't'},
        {"zoom", required_argument, NULL, 'z'},     {"lang", required_argument, NULL, 'l'},
        {"threads", required_argument, NULL, 'n'},  {"overwrite", no_argument, NULL, 'w'},
        {"quiet", no_argument, NULL, 'q'},          {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'v'},        {0},
    };
    struct archive_plan *plan = &options->plan;
    bool valid = true;
    for (int c; valid && (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        switch (c) {
        case 'd':
            options->database = optarg;
            break;
        case 'o':
            plan->output = optarg;
            break;
        case 'f':
            options->filter = optarg;
            break;
        case 't':
            options->tilesets = optarg;
            break;
        case 'z':
            if (!(valid = parse_zoom(optarg, plan)))
                atlas_fail(error, ATLAS_INVALID, "--zoom is A..B with 0 <= A <= B <= %d",
                           ARCHIVE_MAX_ZOOM);
            break;
        case 'l':
            plan->display.english = strcmp(optarg, "en") == 0;
            if (!(valid = plan->display.english || strcmp(optarg, "fr") == 0))
                atlas_fail(error, ATLAS_INVALID, "--lang is fr or en");
            break;
        case 'n':
            if (!(valid = parse_threads(optarg, plan)))
                atlas_fail(error, ATLAS_INVALID, "--threads is a number from 1 to 64");
            break;
        case 'w':
            plan->overwrite = true;
            break;
        case 'q':
            options->quiet = true;
            break;
        case 'h':
            fputs(help_text, stdout);
            return EXIT_SUCCESS;
        case 'v':
            puts("passerelle-export " PASSERELLE_VERSION);
            return EXIT_SUCCESS;
        default: /* getopt has said what is wrong */
            error->message[0] = '\0';
            return EXIT_USAGE;
        }
    }
    if (valid && (optind < argc || !options->database || !plan->output)) {
        atlas_fail(error, ATLAS_INVALID, "--database and --output are needed, and nothing else");
        valid = false;
    }
    return valid && parse_tilesets(options->tilesets, plan, error) ? -1 : EXIT_USAGE;
}

static enum atlas_status export_edition(struct options *options, struct archive_result *result,
                                        struct atlas_error *error)
{
    static struct filter filter;
    filter_init(&filter);
    enum atlas_status status = parse_filter(options->filter, &filter, error);
    const struct edition *edition = NULL;
    if (status == ATLAS_OK) status = edition_load(options->database, &edition, error);
    if (status != ATLAS_OK) return status;
    struct selection selection = {0};
    struct bytes canonical = {0};
    filter_canonical(&filter, &canonical);
    bytes_append_byte(&canonical, 0);
    status = selection_make(edition, &filter, &selection, error);
    if (status == ATLAS_OK && (status = bytes_status(&canonical)) == ATLAS_OK) {
        options->plan.edition = edition;
        options->plan.selection = &selection;
        options->plan.filter = (const char *)canonical.data;
        status = archive_write(&options->plan, result, error);
    }
    bytes_close(&canonical);
    selection_close(&selection);
    edition_release(edition);
    return status;
}

int main(int argc, char **argv)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    struct options options = {
        .filter = "",
        .tilesets = "base,flows,places",
        .plan = {.max_zoom = 8,
                 .threads = processors > 0 && processors <= 64 ? (unsigned)processors : 1},
    };
    struct atlas_error error = {0};
    int code = parse_options(argc, argv, &options, &error);
    if (code >= 0) {
        if (error.message[0]) fprintf(stderr, "passerelle-export: %s\n", error.message);
        if (code == EXIT_USAGE) fputs("Try passerelle-export --help.\n", stderr);
        return code;
    }
    options.plan.progress = options.quiet ? NULL : stderr;
    struct archive_result result;
    if (export_edition(&options, &result, &error) != ATLAS_OK) {
        fprintf(stderr, "passerelle-export: %s\n", error.message);
        return EXIT_FAILURE;
    }
    printf("%s: zooms %d to %d, %llu tiles, %llu different, %.1f MB\n", options.plan.output,
           options.plan.min_zoom, options.plan.max_zoom, (unsigned long long)result.addressed,
           (unsigned long long)result.contents, (double)result.bytes / 1e6);
    return EXIT_SUCCESS;
}
