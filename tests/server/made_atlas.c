/* made_atlas PARTNERSHIPS SEED OUTPUT: an atlas database of made rows for tests of the server, put
 * in place as an import does: written beside, then renamed. SEED is also the edition's number and
 * makes its content hash. */
#include "tests/tiles/fixture.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

static int copy(const char *from, const char *to)
{
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    char block[65536];
    size_t got = 0;
    while (in && out && (got = fread(block, 1, sizeof block, in)) > 0)
        if (fwrite(block, 1, got, out) != got) break;
    int failed = !in || !out || got > 0;
    if (in) fclose(in);
    if (out && fclose(out) != 0) failed = 1;
    return failed;
}

/* So that two made editions are two. */
static int number_edition(const char *path, const char *seed)
{
    sqlite3 *db = NULL;
    char sql[200];
    unsigned number = (unsigned)atoi(seed);
    snprintf(sql, sizeof sql, "UPDATE edition SET number = %u, content_hash = '%08x%056x'", number,
             number * 2654435761U, number);
    int failed = sqlite3_open(path, &db) != SQLITE_OK ||
                 sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK;
    sqlite3_close(db);
    return failed;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fputs("usage: made_atlas PARTNERSHIPS SEED OUTPUT\n", stderr);
        return 2;
    }
    struct fixture fixture;
    char beside[4096];
    fixture_write(&fixture, (unsigned)atoi(argv[1]), strtoull(argv[2], NULL, 10));
    snprintf(beside, sizeof beside, "%s.made", argv[3]);
    int failed = number_edition(fixture.path, argv[2]) || copy(fixture.path, beside) ||
                 rename(beside, argv[3]) != 0;
    fixture_close(&fixture);
    if (failed) perror(argv[3]);
    return failed;
}
