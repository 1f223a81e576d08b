/* passerelle-import: files of partnerships into a new edition of the atlas database, and the care
 * of its editions. */
#include "import/decisions.h"
#include "import/editions.h"
#include "import/explain.h"
#include "import/import_options.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum exit_code { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_REJECTED = 3 };

static enum exit_code fail(const char *message)
{
    fflush(stdout);
    fprintf(stderr, "passerelle-import: %s\n", message);
    return EXIT_FAILED;
}

static enum exit_code run_import(struct import_command *command)
{
    struct importer_options *options = &command->import;
    options->log = stdout;
    options->progress_lines = !isatty(STDERR_FILENO);
    bool shown = command->progress || !options->progress_lines;
    options->progress = shown && !command->no_progress ? stderr : NULL;
    struct importer_result result;
    struct atlas_error error = {0};
    if (importer_run(options, &result, &error)) return fail(error.message);
    if (!result.rejected) return EXIT_DONE;
    fprintf(stderr,
            "passerelle-import: %" PRIu64 " rows were rejected; the report says which, and why\n",
            result.rejected);
    return EXIT_REJECTED;
}

static enum exit_code explain(const struct import_command *command)
{
    const struct importer_options *options = &command->import;
    struct atlas_error error = {0};
    return explain_files(stdout, options->files, options->n_files, &options->dataset,
                         options->mapping, &error)
               ? fail(error.message)
               : EXIT_DONE;
}

static enum atlas_status record_decisions(const struct import_command *command,
                                          const struct edition_task *task,
                                          struct atlas_error *error)
{
    char recognition[PATH_MAX], today[16];
    snprintf(recognition, sizeof recognition, "%s/recognition.csv", command->import.share);
    struct decisions_file file = {.path = command->import.decisions,
                                  .today = edition_today(today),
                                  .dataset = command->import.dataset,
                                  .log = stdout};
    return decisions_record(task, &file, command->import.gazetteer, recognition, error);
}

static enum exit_code run_task(const struct import_command *command)
{
    const struct edition_task task = {.database = command->import.database,
                                      .wait_s = command->import.wait_s,
                                      .keep = command->import.keep,
                                      .dry_run = command->import.dry_run,
                                      .log = stdout};
    struct atlas_error error = {0};
    enum atlas_status status = ATLAS_OK;
    switch (command->task) {
    case TASK_EXPLAIN:
        return explain(command);
    case TASK_EDITIONS:
        status = editions_list(task.database, stdout, &error);
        break;
    case TASK_RESTORE:
        status = editions_restore(&task, command->edition, &error);
        break;
    case TASK_WITHHOLD:
        status =
            editions_withhold(&task, command->partnership, command->reason, command->until, &error);
        break;
    case TASK_PUBLISH:
        status = editions_publish(&task, command->partnership, &error);
        break;
    case TASK_DUE:
        status = editions_due(&task, &error);
        break;
    case TASK_DECIDE:
        status = record_decisions(command, &task, &error);
        break;
    case TASK_LIST_DECISIONS:
        status = decisions_list(&task, &error);
        break;
    case TASK_WITHDRAW_DECISION:
        status = decisions_withdraw(&task, command->key, &error);
        break;
    case TASK_IMPORT:
        break;
    }
    return status ? fail(error.message) : EXIT_DONE;
}

int main(int argc, char **argv)
{
    struct import_command command;
    import_options_read(argc, argv, &command);
    enum exit_code code = command.task == TASK_IMPORT ? run_import(&command) : run_task(&command);
    if (fflush(stdout) != 0) {
        fprintf(stderr, "passerelle-import: the report could not be written: %s\n",
                strerror(errno));
        return EXIT_FAILED;
    }
    return code;
}
