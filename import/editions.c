#include "import/editions.h"

#include "geo/store_editions.h"

#include <inttypes.h>

static enum atlas_status print_edition(const struct store_edition *edition, void *context)
{
    FILE *out = context;
    fprintf(out, "%7" PRIu32 "%c ", edition->number, edition->current ? '*' : ' ');
    if (edition->unreadable) {
        fprintf(out, "cannot be read: %s\n", edition->unreadable);
        return ATLAS_OK;
    }
    fprintf(out, "%-10s  %.12s  %12" PRIu64 "  %9" PRIu64 "  %7" PRIu64 "  %s", edition->date,
            edition->hash, edition->partnerships, edition->published, edition->links,
            edition->sources);
    if (edition->restored_from)
        fprintf(out, " (content of edition %" PRIu32 ")", edition->restored_from);
    fputc('\n', out);
    return ATLAS_OK;
}

enum atlas_status editions_list(const char *database, FILE *out, struct atlas_error *error)
{
    fputs("edition  date        content       partnerships  published    links  sources\n", out);
    enum atlas_status status = store_each_edition(database, print_edition, out, error);
    if (!status) fputs("* is what the database holds now\n", out);
    return status;
}
