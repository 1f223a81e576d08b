#include "import/import_options.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "usage: passerelle-import FILE... --database D --gazetteer G [options]\n"
    "       passerelle-import TASK --database D [options]\n";

static const char introduction[] =
    "Reads files of partnerships and publishes them as a new edition of the atlas database D, or\n"
    "does one of the tasks below on it, which need no file.\n";

static const char explanation[] =
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
    OPTION_DATABASE = 'd',
    OPTION_GAZETTEER = 'g',
    OPTION_HELP = 'h',
    OPTION_SOURCE = 's',
    OPTION_VERSION = 'V',
    OPTION_WAIT = 256,
    OPTION_REVIEW,
    OPTION_REPORT,
    OPTION_LANG,
    OPTION_DECISIONS,
    OPTION_LIST_DECISIONS,
    OPTION_WITHDRAW_DECISION,
    OPTION_DRY_RUN,
    OPTION_REPLACE,
    OPTION_KEEP,
    OPTION_EDITIONS,
    OPTION_RESTORE,
    OPTION_WITHHOLD,
    OPTION_REASON,
    OPTION_UNTIL,
    OPTION_PUBLISH,
    OPTION_DUE,
    OPTION_ENCODING,
    OPTION_DELIMITER,
    OPTION_MAPPING,
    OPTION_EXPLAIN,
    OPTION_MAX_SIZE,
    OPTION_MAX_ROWS,
    OPTION_MAX_COLUMNS,
    OPTION_MAX_CELL,
    OPTION_MAX_UNPACKED,
    OPTION_MAX_RATIO,
    OPTION_MAX_MEMORY,
    OPTION_MAX_SECONDS,
    OPTION_SHARE,
    OPTION_PROGRESS,
    OPTION_NO_PROGRESS,
};

struct option_row {
    const char *name;     /* NULL: a heading of the help */
    const char *argument; /* NULL: takes none */
    int code;
    const char *help; /* lines parted by \n */
};

/* In the order of the help. */
static const struct option_row rows[] = {
    {"database", "D", OPTION_DATABASE,
     "SpatiaLite file to publish into; made when it is not there"},
    {"gazetteer", "G", OPTION_GAZETTEER, "file made by passerelle-gazetteer"},
    {"source", "NAME", OPTION_SOURCE,
     "the source that the files belong to (default: each file's\n"
     "name); a later file of a source updates what it brought before"},
    {"review", "FILE.csv", OPTION_REVIEW,
     "write the doubtful places with their candidates, and a column\n"
     "`decision` to fill in: the number of a candidate, a code, none\n"
     "(it has no place), as-is, or publish (though a rule holds it)"},
    {"decisions", "FILE", OPTION_DECISIONS,
     "read the review file filled in (CSV, XLSX, ODS); decisions are\n"
     "kept and apply to every later import. Without files to import\n"
     "they are recorded only"},
    {"report", "FILE.html", OPTION_REPORT,
     "write the report as a page to show: map, counts, rejected rows,\n"
     "doubtful places; loads nothing, needs no script"},
    {"lang", "fr|en", OPTION_LANG,
     "language of that page and of the reasons in --review (default fr)"},
    {"replace", NULL, OPTION_REPLACE,
     "each file is the whole truth of its source: what it no longer\n"
     "holds is retired (nothing is while rows are rejected)"},
    {"dry-run", NULL, OPTION_DRY_RUN, "say what would change, and publish nothing"},
    {"keep-editions", "N", OPTION_KEEP, "earlier editions that stay in D.editions/ (default 20)"},
    {"wait", "SECONDS", OPTION_WAIT,
     "wait so long for another import (default 0: say who holds it)"},
    {"share", "DIR", OPTION_SHARE,
     "folder of themes.csv and recognition.csv (default: beside this\n"
     "programme)"},
    {"progress", NULL, OPTION_PROGRESS, "progress lines, also where there is no terminal"},
    {"no-progress", NULL, OPTION_NO_PROGRESS, "no progress line, also on a terminal"},
    {NULL, NULL, 0, "How files are read:"},
    {"encoding", "E", OPTION_ENCODING,
     "of the files (default: found; UTF-8, UTF-16, windows-1252 …)"},
    {"delimiter", "C", OPTION_DELIMITER, ", ; | or tab (default: found)"},
    {"mapping", "FILE", OPTION_MAPPING,
     "what columns mean where their headers do not say it: a CSV with\n"
     "the columns header,field (README.md)"},
    {"explain", NULL, OPTION_EXPLAIN,
     "say how the files are understood (columns, encoding, delimiter,\n"
     "looks of cells, first rows), name the fields for --mapping, and\n"
     "stop; needs no database"},
    {"max-size", "MB", OPTION_MAX_SIZE, "largest file (2048)"},
    {"max-rows", "N", OPTION_MAX_ROWS, "most rows (5000000)"},
    {"max-columns", "N", OPTION_MAX_COLUMNS, "most columns (1000)"},
    {"max-cell", "BYTES", OPTION_MAX_CELL, "longest cell (65536)"},
    {"max-unpacked", "MB", OPTION_MAX_UNPACKED, "most that a workbook unpacks to (512)"},
    {"max-ratio", "N", OPTION_MAX_RATIO, "… and how many times its size (200)"},
    {"max-memory", "MB", OPTION_MAX_MEMORY, "memory of the reading process (1500)"},
    {"max-seconds", "S", OPTION_MAX_SECONDS, "processor time of the reading process (300)"},
    {NULL, NULL, 0, "Tasks without a file:"},
    {"editions", NULL, OPTION_EDITIONS, "list the editions that are there"},
    {"restore", "N", OPTION_RESTORE,
     "bring the content of edition N back as a new edition; what was\n"
     "withheld since stays withheld"},
    {"withhold", "ID", OPTION_WITHHOLD,
     "show partnership ID (the number in its address) no more, with\n"
     "--reason TEXT, kept and never shown; through later imports too"},
    {"reason", "TEXT", OPTION_REASON, "why it is withheld"},
    {"until", "DATE", OPTION_UNTIL,
     "YYYY-MM-DD, the day on which it may be shown again: the next\n"
     "import or --due from then on publishes it"},
    {"publish", "ID", OPTION_PUBLISH, "show it, whether it was withheld or waits for review"},
    {"list-decisions", NULL, OPTION_LIST_DECISIONS, "list the decisions about places"},
    {"withdraw-decision", "KEY", OPTION_WITHDRAW_DECISION, "forget one; KEY as they are listed"},
    {"due", NULL, OPTION_DUE, "publish what was withheld until a day that has come (daily timer)"},
    {NULL, NULL, 0, "About this programme:"},
    {"help", NULL, OPTION_HELP, "this text"},
    {"version", NULL, OPTION_VERSION, "the version"},
};

enum { N_ROWS = sizeof rows / sizeof *rows, HELP_COLUMN = 27 };

/* Ids are integers in JSON and in tiles: exact in a double. */
#define MOST_ID 9007199254740991.0

_Noreturn static void wrong_usage(const char *what, const char *value)
{
    fprintf(stderr, "passerelle-import: %s%s%s\n%sTry --help.\n", what, value ? ": " : "",
            value ? value : "", usage);
    exit(IMPORT_EXIT_USAGE);
}

static bool is_letter(int code)
{
    return code > 0 && code < OPTION_WAIT;
}

static void print_row(const struct option_row *row)
{
    if (!row->name) {
        printf("\n%s\n", row->help);
        return;
    }
    char start[80];
    int n = is_letter(row->code) ? snprintf(start, sizeof start, "  -%c, ", row->code)
                                 : snprintf(start, sizeof start, "      ");
    snprintf(start + n, sizeof start - (size_t)n, "--%s%s%s", row->name, row->argument ? " " : "",
             row->argument ? row->argument : "");
    printf("%-*s", HELP_COLUMN - 1, start);
    if (strlen(start) > HELP_COLUMN - 2) printf("\n%*s", HELP_COLUMN - 1, "");
    for (const char *line = row->help;;) {
        size_t length = strcspn(line, "\n");
        printf(" %.*s\n", (int)length, line);
        if (!line[length]) return;
        line += length + 1;
        printf("%*s", HELP_COLUMN - 1, "");
    }
}

_Noreturn static void print_help(void)
{
    printf("%s\n%s\n", usage, introduction);
    for (size_t i = 0; i < N_ROWS; i++)
        print_row(&rows[i]);
    fputs(explanation, stdout);
    exit(EXIT_SUCCESS);
}

static double number_option(const char *name, double low, double high)
{
    char *end;
    errno = 0;
    double value = strtod(optarg, &end);
    if (end == optarg || *end || errno || !(value >= low && value <= high)) {
        char what[120];
        snprintf(what, sizeof what, "--%s needs a number from %.0f to %.0f", name, low, high);
        wrong_usage(what, optarg);
    }
    return value;
}

static const char *text_option(const char *name)
{
    if (*optarg) return optarg;
    char what[80];
    snprintf(what, sizeof what, "--%s needs a text", name);
    wrong_usage(what, NULL);
}

static char delimiter_option(void)
{
    if (!strcmp(optarg, "tab") || !strcmp(optarg, "\\t") || !strcmp(optarg, "\t")) return '\t';
    if (strlen(optarg) == 1 && strchr(",;|:", *optarg)) return *optarg;
    wrong_usage("--delimiter is one of , ; | : tab", optarg);
}

static bool english_option(void)
{
    if (!strcmp(optarg, "en")) return true;
    if (!strcmp(optarg, "fr")) return false;
    wrong_usage("--lang is fr or en", optarg);
}

/* The folder "share" beside this programme, or where Debian puts it. */
static const char *find_share(void)
{
    static char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - sizeof "/share");
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

static void set_task(struct import_command *command, enum import_task task)
{
    if (command->task != TASK_IMPORT && command->task != task)
        wrong_usage("only one task at a time", NULL);
    command->task = task;
}

/* How files are read. False: another option. */
static bool take_reading_option(int code, struct dataset_options *dataset)
{
    struct dataset_limits *limits = &dataset->limits;
    const double mega = 1024 * 1024;
    switch (code) {
    case OPTION_ENCODING:
        dataset->encoding = text_option("encoding");
        return true;
    case OPTION_DELIMITER:
        dataset->delimiter = delimiter_option();
        return true;
    case OPTION_MAX_SIZE:
        limits->file_bytes = (uint64_t)(number_option("max-size", 1, 1e6) * mega);
        return true;
    case OPTION_MAX_ROWS:
        limits->rows = (uint64_t)number_option("max-rows", 1, 1e9);
        return true;
    case OPTION_MAX_COLUMNS:
        limits->columns = (size_t)number_option("max-columns", 1, 10000);
        return true;
    case OPTION_MAX_CELL:
        limits->cell_bytes = (size_t)number_option("max-cell", 100, 1 << 20);
        return true;
    case OPTION_MAX_UNPACKED:
        limits->unpacked_bytes = (uint64_t)(number_option("max-unpacked", 1, 1e6) * mega);
        return true;
    case OPTION_MAX_RATIO:
        limits->unpacked_ratio = (unsigned)number_option("max-ratio", 1, 1e6);
        return true;
    case OPTION_MAX_MEMORY:
        limits->memory_bytes = (uint64_t)(number_option("max-memory", 64, 1e6) * mega);
        return true;
    case OPTION_MAX_SECONDS:
        limits->cpu_seconds = (unsigned)number_option("max-seconds", 1, 86400);
        return true;
    default:
        return false;
    }
}

/* A whole number from 1 to high. */
static int64_t id_option(const char *name, double high)
{
    double value = number_option(name, 1, high);
    if (value != (double)(int64_t)value) wrong_usage("not a whole number", optarg);
    return (int64_t)value;
}

/* Tasks and what belongs to them. False: another option. */
static bool take_task_option(int code, struct import_command *command)
{
    switch (code) {
    case OPTION_EDITIONS:
        set_task(command, TASK_EDITIONS);
        return true;
    case OPTION_RESTORE:
        set_task(command, TASK_RESTORE);
        command->edition = (uint32_t)id_option("restore", UINT32_MAX);
        return true;
    case OPTION_WITHHOLD:
        set_task(command, TASK_WITHHOLD);
        command->partnership = id_option("withhold", MOST_ID);
        return true;
    case OPTION_PUBLISH:
        set_task(command, TASK_PUBLISH);
        command->partnership = id_option("publish", MOST_ID);
        return true;
    case OPTION_REASON:
        command->reason = text_option("reason");
        return true;
    case OPTION_UNTIL:
        command->until = text_option("until");
        return true;
    case OPTION_LIST_DECISIONS:
        set_task(command, TASK_LIST_DECISIONS);
        return true;
    case OPTION_WITHDRAW_DECISION:
        set_task(command, TASK_WITHDRAW_DECISION);
        command->key = text_option("withdraw-decision");
        return true;
    case OPTION_DUE:
        set_task(command, TASK_DUE);
        return true;
    default:
        return false;
    }
}

static void take_option(int code, struct import_command *command)
{
    struct importer_options *import = &command->import;
    switch (code) {
    case OPTION_DATABASE:
        import->database = text_option("database");
        break;
    case OPTION_GAZETTEER:
        import->gazetteer = text_option("gazetteer");
        break;
    case OPTION_SOURCE:
        import->source = text_option("source");
        break;
    case OPTION_REVIEW:
        import->review = text_option("review");
        break;
    case OPTION_REPORT:
        import->report = text_option("report");
        break;
    case OPTION_LANG:
        import->english = english_option();
        break;
    case OPTION_DECISIONS:
        import->decisions = text_option("decisions");
        break;
    case OPTION_REPLACE:
        import->replace = true;
        break;
    case OPTION_DRY_RUN:
        import->dry_run = true;
        break;
    case OPTION_KEEP:
        import->keep = (unsigned)id_option("keep-editions", 1e6);
        break;
    case OPTION_WAIT:
        import->wait_s = number_option("wait", 0, 86400);
        break;
    case OPTION_SHARE:
        import->share = text_option("share");
        break;
    case OPTION_PROGRESS:
        command->progress = true;
        break;
    case OPTION_NO_PROGRESS:
        command->no_progress = true;
        break;
    case OPTION_MAPPING:
        import->mapping = text_option("mapping");
        break;
    case OPTION_EXPLAIN:
        set_task(command, TASK_EXPLAIN);
        break;
    case OPTION_HELP:
        print_help();
    case OPTION_VERSION:
        puts("passerelle-import " PASSERELLE_VERSION);
        exit(EXIT_SUCCESS);
    default:
        if (take_reading_option(code, &import->dataset) || take_task_option(code, command)) break;
        fprintf(stderr, "%sTry --help.\n", usage);
        exit(IMPORT_EXIT_USAGE);
    }
}

/* What getopt wants, from the table. */
static void make_tables(struct option *options, char *letters)
{
    for (size_t i = 0; i < N_ROWS; i++) {
        if (!rows[i].name) continue;
        *options++ = (struct option){
            rows[i].name, rows[i].argument ? required_argument : no_argument, NULL, rows[i].code};
        if (!is_letter(rows[i].code)) continue;
        *letters++ = (char)rows[i].code;
        if (rows[i].argument) *letters++ = ':';
    }
    *options = (struct option){0};
    *letters = '\0';
}

static void check_command(struct import_command *command)
{
    if (command->task == TASK_IMPORT && command->import.decisions && !command->import.n_files &&
        !command->import.review)
        command->task = TASK_DECIDE;
    bool explains = command->task == TASK_EXPLAIN, imports = command->task == TASK_IMPORT;
    if (!command->import.database && !explains) wrong_usage("--database is missing", NULL);
    if ((imports || command->task == TASK_DECIDE) && !command->import.gazetteer)
        wrong_usage("--gazetteer is missing", NULL);
    if (imports || explains) {
        if (!command->import.n_files) wrong_usage("no file to read", NULL);
    } else if (command->import.n_files)
        wrong_usage("this task takes no file", command->import.files[0]);
    if (command->task == TASK_WITHHOLD && !command->reason)
        wrong_usage("--withhold needs --reason TEXT", NULL);
    if (command->task != TASK_WITHHOLD && (command->reason || command->until))
        wrong_usage("--reason and --until belong to --withhold", NULL);
    if (!imports && (command->import.replace || command->import.review || command->import.report))
        wrong_usage("--replace, --review and --report belong to an import", NULL);
    if (!imports && command->task != TASK_DECIDE && command->import.decisions)
        wrong_usage("--decisions belongs to an import, or stands alone", NULL);
}

void import_options_read(int argc, char **argv, struct import_command *command)
{
    struct option options[N_ROWS + 1];
    char letters[2 * N_ROWS + 1];
    make_tables(options, letters);
    *command = (struct import_command){.import.dataset.limits = dataset_default_limits};
    int code;
    while ((code = getopt_long(argc, argv, letters, options, NULL)) != -1)
        take_option(code, command);
    command->import.files = (const char *const *)argv + optind;
    command->import.n_files = (size_t)(argc - optind);
    check_command(command);
    if (!command->import.share) command->import.share = find_share();
}
