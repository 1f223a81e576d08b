/* Runs a fuzz target over files: the corpus and every crash ever found, in each build.
 * usage: fuzz_NAME [FOLDER|FILE]...   A folder that is not there holds nothing. */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

static int run_file(const char *path)
{
    FILE *file = fopen(path, "rbe");
    if (!file) return 0;
    size_t room = 1 << 20;
    uint8_t *data = malloc(room);
    size_t length = data ? fread(data, 1, room, file) : 0;
    fclose(file);
    /* A copy of just this length, so that a sanitizer sees a read beyond it. */
    uint8_t *exact = malloc(length ? length : 1);
    for (size_t i = 0; exact && i < length; i++)
        exact[i] = data[i];
    if (exact) LLVMFuzzerTestOneInput(exact, length);
    free(exact);
    free(data);
    return 1;
}

static int run_folder(const char *path)
{
    struct dirent **entries;
    int n = scandir(path, &entries, NULL, alphasort), run = 0;
    if (n < 0) return run_file(path);
    for (int i = 0; i < n; i++) {
        char file[4096];
        snprintf(file, sizeof file, "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.') run += run_file(file);
        free(entries[i]);
    }
    free(entries);
    return run;
}

int main(int argc, char **argv)
{
    int run = 0;
    LLVMFuzzerTestOneInput(NULL, 0);
    for (int i = 1; i < argc; i++)
        run += run_folder(argv[i]);
    printf("%d inputs\n", run);
    return 0;
}
