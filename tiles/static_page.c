#include "tiles/static_page.h"

#include "tiles/archive.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum atlas_status static_page_folder(const char *folder, struct atlas_error *error)
{
    struct stat there;
    if (mkdir(folder, 0777) == 0) return ATLAS_OK;
    if (errno == EEXIST && stat(folder, &there) == 0 && S_ISDIR(there.st_mode)) return ATLAS_OK;
    return atlas_fail(error, ATLAS_IO, "cannot make the folder %s: %s", folder, strerror(errno));
}

static bool copy_bytes(FILE *from, FILE *to)
{
    char block[1 << 14];
    size_t n;
    while ((n = fread(block, 1, sizeof block, from)) > 0)
        if (fwrite(block, 1, n, to) != n) return false;
    return !ferror(from);
}

/* Copies a file beside its name, then puts it there. */
static enum atlas_status copy_file(const char *from, const char *to, struct atlas_error *error)
{
    char beside[PATH_MAX];
    if (snprintf(beside, sizeof beside, "%s.part", to) >= (int)sizeof beside)
        return atlas_fail(error, ATLAS_INVALID, "the folder's path is too long");
    FILE *in = fopen(from, "rb");
    if (!in) return atlas_fail(error, ATLAS_IO, "cannot read %s: %s", from, strerror(errno));
    FILE *out = fopen(beside, "wb");
    bool done = out && copy_bytes(in, out);
    if (out && fclose(out) != 0) done = false;
    if (done) done = rename(beside, to) == 0;
    enum atlas_status status = done ? ATLAS_OK : archive_write_failed(to, error);
    if (!done) unlink(beside);
    fclose(in);
    return status;
}

enum atlas_status static_page_write(const char *from, const char *folder, struct atlas_error *error)
{
    DIR *files = opendir(from);
    if (!files)
        return atlas_fail(error, ATLAS_NOT_FOUND, "the page's files are not in %s: %s", from,
                          strerror(errno));
    enum atlas_status status = ATLAS_OK;
    for (const struct dirent *file; status == ATLAS_OK && (file = readdir(files));) {
        char source[PATH_MAX], target[PATH_MAX];
        if (file->d_name[0] == '.') continue;
        if (snprintf(source, sizeof source, "%s/%s", from, file->d_name) >= (int)sizeof source ||
            snprintf(target, sizeof target, "%s/%s", folder, file->d_name) >= (int)sizeof target)
            status = atlas_fail(error, ATLAS_INVALID, "the folder's path is too long");
        else
            status = copy_file(source, target, error);
    }
    closedir(files);
    return status;
}
