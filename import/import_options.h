/* The command line of passerelle-import: one programme, several tasks. A new option is one row of
 * the table in import_options.c and one case of its switch; its help stands in the row. */
#ifndef IMPORT_IMPORT_OPTIONS_H
#define IMPORT_IMPORT_OPTIONS_H

#include "import/importer.h"

#include <stdbool.h>

/* What the command line asks for. Without one of the other options it is an import. */
enum import_task {
    TASK_IMPORT,
    TASK_EXPLAIN,        /* say how files are understood */
    TASK_EDITIONS,       /* list the editions */
    TASK_RESTORE,        /* bring one back */
    TASK_WITHHOLD,       /* withhold a partnership */
    TASK_PUBLISH,        /* publish one */
    TASK_DECIDE,         /* record a file of decisions */
    TASK_LIST_DECISIONS, /* list those that are kept */
    TASK_WITHDRAW_DECISION,
    TASK_DUE, /* publish those whose time of being withheld is over */
};

struct import_command {
    enum import_task task;
    struct importer_options import; /* all but log and progress are filled in */
    bool progress, no_progress;
    uint32_t edition;           /* TASK_RESTORE */
    int64_t partnership;        /* TASK_WITHHOLD, TASK_PUBLISH */
    const char *key;            /* TASK_WITHDRAW_DECISION */
    const char *reason, *until; /* TASK_WITHHOLD; until may be NULL */
};

/* Reads the arguments; texts of the result are borrowed from argv. Prints help or version and
 * ends the programme with 0 where they are asked for, with 2 and a sentence where the arguments
 * make no command. */
void import_options_read(int argc, char **argv, struct import_command *command);

/* Exit status of wrong usage. */
#define IMPORT_EXIT_USAGE 2

#endif
