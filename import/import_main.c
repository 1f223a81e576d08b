/* passerelle-import: files of partnerships into a new edition of the atlas database. */
#include "import/importer.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum exit_code { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_REJECTED = 3 };

static const char usage[] =
    "usage: passerelle-import FILE... --database D --gazetteer G [options]\n";

static const char help[] =
    "Reads files of partnerships and publishes them as a new edition of the atlas database D.\n"
    "\n"
    "  -d, --database D   SpatiaLite file to publish into; made when it is not there\n"
    "  -g, --gazetteer G  file made by passerelle-gazetteer\n"
    "  -s, --source NAME  the source that the files belong to (default: each file's name);\n"
    "                     a later file of a source updates what it brought before\n"
    "      --wait SECONDS wait so long for another import (default 0: say who holds it)\n"
    "      --encoding E   of the files (default: found; UTF-8, UTF-16, windows-1252 …)\n"
    "      --delimiter C  , ; | or tab (default: found)\n"
    "      --max-size MB, --max-memory MB, --max-cpu SECONDS, --max-cell BYTES, --max-columns N\n"
    "                     limits of what is read (2048, 1500, 300, 65536, 1000)\n"
    "      --share DIR    folder of themes.csv and recognition.csv (default: beside this\n"
    "                     programme)\n"
    "      --no-progress  no progress line, also on a terminal\n"
    "  -h, --help         this text\n"
    "  -V, --version      the version\n"
    "\n"
    "Files are CSV in UTF-8, UTF-16 or Windows-1252, parted by commas, semicolons or tabs, with\n"
    "a header in French or English in any order. Several rows with one partnership_id are one\n"
    "partnership with several parties; a cell may hold several partners or themes, parted by ';'\n"
    "or '|'.\n"
    "\n"
    "The report on standard output accounts for every row. An import that is stopped at any\n"
    "moment leaves the old edition as it was; earlier editions are kept in D.editions/.\n"
    "\n"
    "exit status: 0 done, or nothing new; 1 failed, nothing changed; 2 wrong usage;\n"
    "             3 done, but some rows were rejected (see the report)\n";

enum option_code {
    OPTION_WAIT = 256,
    OPTION_ENCODING,
    OPTION_DELIMITER,
    OPTION_MAX_SIZE,
    OPTION_MAX_MEMORY,
    OPTION_MAX_CPU,
    OPTION_MAX_CELL,
    OPTION_MAX_COLUMNS,
    OPTION_SHARE,
    OPTION_NO_PROGRESS,
};

static const struct option long_options[] = {
    {"database", required_argument, NULL, 'd'},
    {"gazetteer", required_argument, NULL, 'g'},
    {"source", required_argument, NULL, 's'},
    {"wait", required_argument, NULL, OPTION_WAIT},
    {"encoding", required_argument, NULL, OPTION_ENCODING},
    {"delimiter", required_argument, NULL, OPTION_DELIMITER},
    {"max-size", required_argument, NULL, OPTION_MAX_SIZE},
    {"max-memory", required_argument, NULL, OPTION_MAX_MEMORY},
    {"max-cpu", required_argument, NULL, OPTION_MAX_CPU},
    {"max-cell", required_argument, NULL, OPTION_MAX_CELL},
    {"max-columns", required_argument, NULL, OPTION_MAX_COLUMNS},
    {"share", required_argument, NULL, OPTION_SHARE},
    {"no-progress", no_argument, NULL, OPTION_NO_PROGRESS},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0},
};

_Noreturn static void wrong_usage(const char *what, const char *value)
{
    fprintf(stderr, "passerelle-import: %s%s%s\n%sTry --help.\n", what, value ? ": " : "",
            value ? value : "", usage);
    exit(EXIT_USAGE);
}

static double number_option(const char *name, const char *text, double low, double high)
{
    char *end;
    errno = 0;
    double value = strtod(text, &end);
    if (end == text || *end || errno || !(value >= low && value <= high)) {
        char what[120];
        snprintf(what, sizeof what, "--%s needs a number from %.0f to %.0f", name, low, high);
        wrong_usage(what, text);
    }
    return value;
}

static char delimiter_option(const char *text)
{
    if (!strcmp(text, "tab") || !strcmp(text, "\\t") || !strcmp(text, "\t")) return '\t';
    if (strlen(text) == 1 && strchr(",;|:", *text)) return *text;
    wrong_usage("--delimiter is one of , ; | : tab", text);
}

/* The folder "share" beside this programme, or where Debian puts it. */
static const char *find_share(char *path, size_t size)
{
    ssize_t n = readlink("/proc/self/exe", path, size - sizeof "/share");
    if (n > 0) {
        path[n] = '\0';
        char *slash = strrchr(path, '/');
        if (slash) {
            strcpy(slash, "/share");
            if (access(path, R_OK) == 0) return path;
        }
    }
    return "/usr/share/passerelle";
}

static void take_option(int code, struct importer_options *options, bool *progress)
{
    struct dataset_limits *limits = &options->dataset.limits;
    const double mega = 1024 * 1024;
    switch (code) {
    case 'd':
        options->database = optarg;
        break;
    case 'g':
        options->gazetteer = optarg;
        break;
    case 's':
        if (!*optarg) wrong_usage("--source needs a name", NULL);
        options->source = optarg;
        break;
    case OPTION_WAIT:
        options->wait_s = number_option("wait", optarg, 0, 86400);
        break;
    case OPTION_ENCODING:
        options->dataset.encoding = optarg;
        break;
    case OPTION_DELIMITER:
        options->dataset.delimiter = delimiter_option(optarg);
        break;
    case OPTION_MAX_SIZE:
        limits->file_bytes = (uint64_t)(number_option("max-size", optarg, 1, 1e6) * mega);
        break;
    case OPTION_MAX_MEMORY:
        limits->memory_bytes = (uint64_t)(number_option("max-memory", optarg, 64, 1e6) * mega);
        break;
    case OPTION_MAX_CPU:
        limits->cpu_seconds = (unsigned)number_option("max-cpu", optarg, 1, 86400);
        break;
    case OPTION_MAX_CELL:
        limits->cell_bytes = (size_t)number_option("max-cell", optarg, 100, 1 << 20);
        break;
    case OPTION_MAX_COLUMNS:
        limits->columns = (size_t)number_option("max-columns", optarg, 1, 10000);
        break;
    case OPTION_SHARE:
        options->share = optarg;
        break;
    case OPTION_NO_PROGRESS:
        *progress = false;
        break;
    case 'h':
        printf("%s\n%s", usage, help);
        exit(EXIT_DONE);
    case 'V':
        puts("passerelle-import " PASSERELLE_VERSION);
        exit(EXIT_DONE);
    default:
        fprintf(stderr, "%sTry --help.\n", usage);
        exit(EXIT_USAGE);
    }
}

int main(int argc, char **argv)
{
    char share[PATH_MAX];
    struct importer_options options = {.log = stdout,
                                       .dataset = {.limits = dataset_default_limits}};
    bool progress = true;
    int code;
    while ((code = getopt_long(argc, argv, "d:g:s:hV", long_options, NULL)) != -1)
        take_option(code, &options, &progress);
    if (!options.database) wrong_usage("--database is missing", NULL);
    if (!options.gazetteer) wrong_usage("--gazetteer is missing", NULL);
    if (optind == argc) wrong_usage("no file to import", NULL);
    options.files = (const char *const *)argv + optind;
    options.n_files = (size_t)(argc - optind);
    if (!options.share) options.share = find_share(share, sizeof share);
    options.progress = progress && isatty(STDERR_FILENO) ? stderr : NULL;
    struct importer_result result;
    struct atlas_error error = {0};
    if (importer_run(&options, &result, &error)) {
        fflush(stdout);
        fprintf(stderr, "passerelle-import: %s\n", error.message);
        return EXIT_FAILED;
    }
    if (fflush(stdout) != 0) {
        fprintf(stderr, "passerelle-import: the report could not be written: %s\n",
                strerror(errno));
        return EXIT_FAILED;
    }
    if (!result.rejected) return EXIT_DONE;
    fprintf(stderr,
            "passerelle-import: %" PRIu64 " rows were rejected; the report says which, and why\n",
            result.rejected);
    return EXIT_REJECTED;
}
