/* passerelle-import: files of partnerships into a new edition of the atlas database, and the care
 * of its editions. */
#include "import/editions.h"
#include "import/explain.h"
#include "import/import_options.h"

#include <errno.h>
#include <inttypes.h>
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
    options->progress = !command->no_progress && isatty(STDERR_FILENO) ? stderr : NULL;
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

static enum exit_code list_editions(const struct import_command *command)
{
    struct atlas_error error = {0};
    return editions_list(command->import.database, stdout, &error) ? fail(error.message)
                                                                   : EXIT_DONE;
}

static enum exit_code run(struct import_command *command)
{
    switch (command->task) {
    case TASK_EXPLAIN:
        return explain(command);
    case TASK_EDITIONS:
        return list_editions(command);
    default:
        return run_import(command);
    }
}

int main(int argc, char **argv)
{
    struct import_command command;
    import_options_read(argc, argv, &command);
    enum exit_code code = run(&command);
    if (fflush(stdout) != 0) {
        fprintf(stderr, "passerelle-import: the report could not be written: %s\n",
                strerror(errno));
        return EXIT_FAILED;
    }
    return code;
}
