/* passerelle-export: the whole pyramid of tiles of an edition in one file. */
#include "tiles/archive.h"
#include "tiles/static_page.h"

#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char help_text[] =
    "usage: passerelle-export --database D --output FILE.pmtiles|FILE.mbtiles [options]\n"
    "       passerelle-export --database D --page FOLDER [options]\n"
    "\n"
    "Writes the vector tiles of the edition in D to one file that needs no server: PMTiles for\n"
    "plain web space, MBTiles for QGIS, GDAL and tile servers.\n"
    "\n"
    "  --database D      atlas database made by passerelle-import\n"
    "  --output FILE     what to write; the name's ending says the format\n"
    "  --page FOLDER     a map to put on plain web space as it is: a page, the libraries that it\n"
    "                    needs, and the tiles in FOLDER/atlas.pmtiles (which --overwrite "
    "replaces);\n"
    "                    the web space must answer range requests, as nginx and Apache do\n"
    "  --share DIR       where the page's files are (default: share/ beside this programme)\n"
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
    "Interrupted, it leaves no half file.\n"
    "Exit status: 0 written; 1 it could not be written, and FILE is as it was; 2 wrong options.\n";

enum { EXIT_USAGE = 2 };

struct options {
    const char *database, *filter, *tilesets, *page; /* filter, tilesets: as text */
    char share[PATH_MAX], archive[PATH_MAX]; /* folder of the page's files; the page's tiles */
    struct archive_plan plan;
    struct filter terms; /* of the text */
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

/* In the order of the enum, as the server has them, whatever the order they are named in. */
static bool parse_tilesets(const char *text, struct archive_plan *plan, struct atlas_error *error)
{
    bool named[TILESET_COUNT] = {false};
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
        named[tileset] = true;
        text += length + (text[length] == ',');
    }
    for (int i = 0; i < TILESET_COUNT; i++)
        if (named[i]) plan->tilesets[plan->n_tilesets++] = (enum tileset)i;
    return true;
}

/* "a=b&c=d", values as they are: no percent escapes on a command line. */
static enum atlas_status parse_filter(const char *text, struct filter *filter,
                                      struct atlas_error *error)
{
    char copy[FILTER_MAX_TEXT + 1];
    filter_init(filter);
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

/* Takes an option that cannot be wrong by itself; false for others. */
static bool take_plain(int c, struct options *options)
{
    switch (c) {
    case 'd':
        options->database = optarg;
        return true;
    case 'o':
        options->plan.output = optarg;
        return true;
    case 'p':
        options->page = optarg;
        return true;
    case 's':
        snprintf(options->share, sizeof options->share, "%s", optarg);
        return true;
    case 'f':
        options->filter = optarg;
        return true;
    case 't':
        options->tilesets = optarg;
        return true;
    case 'w':
        options->plan.overwrite = true;
        return true;
    case 'q':
        options->quiet = true;
        return true;
    default:
        return false;
    }
}

static atomic_bool stopped;
static atomic_int stopping_signal;

static void stop(int number)
{
    atomic_store(&stopping_signal, number);
    atomic_store(&stopped, true);
}

/* Makes the signals that end a programme end the work first, so that it cleans up behind itself.
 * What the caller has us ignore (nohup) stays ignored. */
static void stop_at_signals(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    const struct sigaction action = {.sa_handler = stop, .sa_flags = (int)SA_RESETHAND};
    struct sigaction before;
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (sigaction(signals[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(signals[i], &action, NULL);
}

/* Returns an exit status, or -1 to go on. */
static int parse_options(int argc, char **argv, struct options *options, struct atlas_error *error)
{
    static const struct option known[] = {
        {"database", required_argument, NULL, 'd'}, {"output", required_argument, NULL, 'o'},
        {"page", required_argument, NULL, 'p'},     {"share", required_argument, NULL, 's'},
        {"filter", required_argument, NULL, 'f'},   {"tilesets", required_argument, NULL, 't'},
        {"zoom", required_argument, NULL, 'z'},     {"lang", required_argument, NULL, 'l'},
        {"threads", required_argument, NULL, 'n'},  {"overwrite", no_argument, NULL, 'w'},
        {"quiet", no_argument, NULL, 'q'},          {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'v'},        {0},
    };
    struct archive_plan *plan = &options->plan;
    bool valid = true;
    for (int c; valid && (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (take_plain(c, options)) continue;
        switch (c) {
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
    if (valid && (optind < argc || !options->database || !plan->output == !options->page)) {
        atlas_fail(error, ATLAS_INVALID,
                   "--database and one of --output and --page are needed, and nothing else");
        valid = false;
    }
    valid = valid && parse_tilesets(options->tilesets, plan, error) &&
            parse_filter(options->filter, &options->terms, error) == ATLAS_OK;
    return valid ? -1 : EXIT_USAGE;
}

/* share/ beside this programme, else where a package puts it. */
static void find_share(char share[PATH_MAX])
{
    ssize_t length = readlink("/proc/self/exe", share, PATH_MAX - sizeof "share");
    if (length > 0) {
        share[length] = '\0';
        strcpy(strrchr(share, '/') + 1, "share");
    }
    if (length <= 0 || access(share, R_OK) != 0) strcpy(share, "/usr/share/passerelle");
}

/* The page's files; the tiles that it shows are to be written into its folder then. The files come
 * first, so that a page without tiles, which says so, is all that a failure leaves. */
static enum atlas_status write_page(struct options *options, struct atlas_error *error)
{
    char from[PATH_MAX];
    if (!options->share[0]) find_share(options->share);
    if (snprintf(from, sizeof from, "%s/page", options->share) >= (int)sizeof from ||
        snprintf(options->archive, sizeof options->archive, "%s/" STATIC_PAGE_ARCHIVE,
                 options->page) >= (int)sizeof options->archive)
        return atlas_fail(error, ATLAS_INVALID, "the folder's path is too long");
    options->plan.output = options->archive;
    if (!options->plan.overwrite && access(options->archive, F_OK) == 0)
        return atlas_fail(error, ATLAS_LOCKED, "%s exists; name another folder or say --overwrite",
                          options->archive);
    enum atlas_status status = static_page_folder(options->page, error);
    return status ? status : static_page_write(from, options->page, error);
}

static enum atlas_status export_edition(struct options *options, struct archive_result *result,
                                        struct atlas_error *error)
{
    const struct edition *edition = NULL;
    enum atlas_status status = edition_load(options->database, &edition, error);
    if (status != ATLAS_OK) return status;
    struct selection selection = {0};
    struct bytes canonical = {0};
    filter_canonical(&options->terms, &canonical);
    bytes_append_byte(&canonical, 0);
    status = selection_make(edition, &options->terms, &selection, error);
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
    static struct options options;
    options = (struct options){
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
    options.plan.stop = &stopped;
    stop_at_signals();
    struct archive_result result;
    enum atlas_status status = options.page ? write_page(&options, &error) : ATLAS_OK;
    if (status == ATLAS_OK) status = export_edition(&options, &result, &error);
    if (status != ATLAS_OK) {
        fprintf(stderr, "passerelle-export: %s\n", error.message);
        if (atomic_load(&stopped))
            raise(atomic_load(&stopping_signal)); /* as whoever waits expects */
        return status == ATLAS_INVALID ? EXIT_USAGE : EXIT_FAILURE;
    }
    printf("%s: zooms %d to %d, %llu tiles, %llu different, %.1f MB\n", options.plan.output,
           options.plan.min_zoom, options.plan.max_zoom, (unsigned long long)result.addressed,
           (unsigned long long)result.contents, (double)result.bytes / 1e6);
    return EXIT_SUCCESS;
}
