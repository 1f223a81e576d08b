#include "server/site_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_DEPTH 4

static const struct {
    const char *extension, *mime;
} mimes[] = {
    {".css", "text/css; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".webp", "image/webp"},
    {".jpg", "image/jpeg"},
    {".woff2", "font/woff2"},
    {".woff", "font/woff"},
};

static const char *mime_of(const char *name)
{
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof mimes / sizeof *mimes; i++)
        if (strcmp(dot, mimes[i].extension) == 0) return mimes[i].mime;
    return NULL;
}

static bool is_plain_name(const char *name)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    return name[0] != '.' && name[strspn(name, allowed)] == '\0';
}

enum atlas_status site_read_file(const char *path, size_t limit, struct bytes *content,
                                 struct atlas_error *error)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return atlas_fail(error, errno == ENOENT ? ATLAS_INVALID : ATLAS_IO,
                          "cannot open %s: %s; --site names the folder that holds site.conf", path,
                          strerror(errno));
    size_t start = content->length;
    for (size_t got = 1; got > 0 && content->length - start <= limit;) {
        uint8_t *room = bytes_reserve(content, 65536);
        got = room ? fread(room, 1, 65536, file) : 0;
        content->length += got;
    }
    bool unread = ferror(file);
    fclose(file);
    if (unread) return atlas_fail(error, ATLAS_IO, "cannot read %s", path);
    if (content->failed) return atlas_fail(error, ATLAS_NO_MEMORY, "no memory to read %s", path);
    if (content->length - start > limit)
        return atlas_fail(error, ATLAS_TOO_LARGE, "%s is larger than %zu bytes", path, limit);
    return ATLAS_OK;
}

static enum atlas_status add_file(struct site *site, const char *path, const char *name,
                                  struct atlas_error *error)
{
    if (site->n_files == SITE_MAX_FILES)
        return atlas_fail(error, ATLAS_TOO_LARGE,
                          "the folder of --site holds more than %d files: keep what pages need",
                          SITE_MAX_FILES);
    struct site_file *grown = realloc(site->files, (site->n_files + 1) * sizeof *site->files);
    if (!grown) return atlas_fail(error, ATLAS_NO_MEMORY, "no memory for the files of the site");
    site->files = grown;
    struct site_file *file = &site->files[site->n_files++];
    *file = (struct site_file){.name = strdup(name), .mime = mime_of(name)};
    if (!file->name)
        return atlas_fail(error, ATLAS_NO_MEMORY, "no memory for the files of the site");
    enum atlas_status status =
        site_read_file(path, SITE_MAX_BYTES - site->n_bytes, &file->content, error);
    site->n_bytes += file->content.length;
    return status;
}

static enum atlas_status read_folder(struct site *site, const char *folder, size_t base, int depth,
                                     struct atlas_error *error);

/* path: of an entry; base: where its name below the folder begins. */
static enum atlas_status read_entry(struct site *site, const char *path, size_t base, int depth,
                                    struct atlas_error *error)
{
    struct stat about;
    if (lstat(path, &about) != 0)
        return atlas_fail(error, ATLAS_IO, "cannot look at %s: %s", path, strerror(errno));
    if (S_ISDIR(about.st_mode))
        return depth < MAX_DEPTH ? read_folder(site, path, base, depth + 1, error) : ATLAS_OK;
    if (!S_ISREG(about.st_mode) || !mime_of(path)) return ATLAS_OK;
    return add_file(site, path, path + base, error);
}

static enum atlas_status read_folder(struct site *site, const char *folder, size_t base, int depth,
                                     struct atlas_error *error)
{
    struct dirent **entries;
    int n = scandir(folder, &entries, NULL, alphasort);
    if (n < 0)
        return atlas_fail(error, errno == ENOENT ? ATLAS_INVALID : ATLAS_IO,
                          "cannot read the folder %s: %s; --site names one that holds site.conf",
                          folder, strerror(errno));
    enum atlas_status status = ATLAS_OK;
    for (int i = 0; i < n; i++) {
        char path[4096];
        if (!status && is_plain_name(entries[i]->d_name)) {
            if (snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name) >=
                (int)sizeof path)
                status = atlas_fail(error, ATLAS_INVALID, "%s is too long a path", folder);
            else
                status = read_entry(site, path, base, depth, error);
        }
        free(entries[i]);
    }
    free(entries);
    return status;
}

enum atlas_status site_read_files(struct site *site, const char *folder, struct atlas_error *error)
{
    return read_folder(site, folder, strlen(folder) + 1, 1, error);
}

static uint64_t hash_bytes(uint64_t hash, const void *data, size_t length)
{
    const uint8_t *bytes = data;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ bytes[i]) * UINT64_C(0x100000001B3);
    return (hash ^ length) * UINT64_C(0x100000001B3);
}

uint64_t site_fingerprint(const struct site *site, const uint8_t *text, size_t length)
{
    uint64_t hash = hash_bytes(UINT64_C(0xCBF29CE484222325), text, length);
    for (size_t i = 0; i < site->n_files; i++) {
        const struct site_file *file = &site->files[i];
        hash = hash_bytes(hash, file->name, strlen(file->name));
        if (file->content.length) hash = hash_bytes(hash, file->content.data, file->content.length);
    }
    return hash ? hash : 1;
}
