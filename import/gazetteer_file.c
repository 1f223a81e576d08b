#include "import/gazetteer_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LARGEST_FILE (1024L * 1024 * 1024)

static enum atlas_status read_open(FILE *file, const char *path, char **data, size_t *size,
                                   struct atlas_error *error)
{
    struct stat about;
    if (fstat(fileno(file), &about) != 0 || !S_ISREG(about.st_mode))
        return atlas_fail(error, ATLAS_IO, "%s is not a plain file", path);
    if (about.st_size > LARGEST_FILE)
        return atlas_fail(error, ATLAS_TOO_LARGE, "%s is larger than 1 GiB", path);
    size_t length = (size_t)about.st_size;
    char *read = malloc(length + 1);
    if (!read) return atlas_fail(error, ATLAS_NO_MEMORY, "not enough memory to read %s", path);
    if (fread(read, 1, length, file) != length) {
        free(read);
        return atlas_fail(error, ATLAS_IO, "%s became shorter while it was read", path);
    }
    read[length] = '\0';
    *data = read;
    *size = length;
    return ATLAS_OK;
}

enum atlas_status gazetteer_file_read(const char *path, char **data, size_t *size,
                                      struct atlas_error *error)
{
    FILE *file = fopen(path, "rbe");
    if (!file)
        return atlas_fail(error, errno == ENOENT ? ATLAS_NOT_FOUND : ATLAS_IO, "cannot read %s: %s",
                          path, strerror(errno));
    enum atlas_status status = read_open(file, path, data, size, error);
    fclose(file);
    return status;
}

char *gazetteer_file_path(const char *folder, const char *name)
{
    char *path = NULL;
    return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

char *gazetteer_next_line(char **text)
{
    char *line = *text;
    if (!*line) return NULL;
    char *end = strchrnul(line, '\n');
    *text = *end ? end + 1 : end;
    *end = '\0';
    if (end > line && end[-1] == '\r') end[-1] = '\0';
    return line;
}

size_t gazetteer_split(char *line, char separator, char **fields, size_t n)
{
    size_t found = 0;
    while (found < n) {
        fields[found++] = line;
        char *end = found < n ? strchr(line, separator) : NULL;
        if (!end) break;
        *end = '\0';
        line = end + 1;
    }
    return found;
}
