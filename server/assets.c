#include "server/assets.h"

#include "geo/bytes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct asset_entry {
    struct asset asset;
    char *source;                     /* what the sources call it; owned */
    char *name;                       /* owned */
    struct bytes plain, gzip, brotli; /* plain: empty where there is gzip */
};

struct assets {
    struct asset_entry *entries;
    size_t n;
};

static const struct {
    const char *extension, *mime;
} mimes[] = {
    {".mjs", "text/javascript; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
};

static const char *mime_of(const char *name)
{
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof mimes / sizeof *mimes; i++)
        if (strcmp(dot, mimes[i].extension) == 0) return mimes[i].mime;
    return NULL;
}

/* Reads a whole file. ATLAS_NOT_FOUND where there is none. */
static enum atlas_status read_file(const char *path, struct bytes *content,
                                   struct atlas_error *error)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return atlas_fail(error, errno == ENOENT ? ATLAS_NOT_FOUND : ATLAS_IO,
                          "cannot open %s: %s; build the pages, or name their folder with --share",
                          path, strerror(errno));
    for (size_t got = 1; got > 0;) {
        uint8_t *room = bytes_reserve(content, 65536);
        got = room ? fread(room, 1, 65536, file) : 0;
        content->length += got;
    }
    bool unread = ferror(file);
    fclose(file);
    uint8_t *trimmed = content->length ? realloc(content->data, content->length) : NULL;
    if (trimmed) { /* these stay as long as the server runs */
        content->data = trimmed;
        content->capacity = content->length;
    }
    if (unread) return atlas_fail(error, ATLAS_IO, "cannot read %s", path);
    return content->failed ? atlas_fail(error, ATLAS_NO_MEMORY, "no memory to read %s", path)
                           : ATLAS_OK;
}

static struct asset_content content_of(const struct bytes *bytes)
{
    return (struct asset_content){.data = bytes->data, .length = bytes->length};
}

/* Reads one form of a file; one that was not made (because it would not be smaller) is no error. */
static enum atlas_status read_form(const char *folder, const char *name, const char *suffix,
                                   struct bytes *content, struct atlas_error *error)
{
    char path[4096];
    if (snprintf(path, sizeof path, "%s/%s%s", folder, name, suffix) >= (int)sizeof path)
        return atlas_fail(error, ATLAS_INVALID, "%s is too long a path", folder);
    enum atlas_status status = read_file(path, content, error);
    return status == ATLAS_NOT_FOUND && suffix[0] ? ATLAS_OK : status;
}

/* line: "source<TAB>name with hash", from the list that the build wrote. */
static enum atlas_status add_asset(struct assets *assets, const char *folder, const char *line,
                                   struct atlas_error *error)
{
    const char *tab = strchr(line, '\t');
    if (!tab || !mime_of(tab + 1) || strchr(tab + 1, '/'))
        return atlas_fail(error, ATLAS_INVALID, "%s.list: cannot use the line \"%s\"", folder,
                          line);
    struct asset_entry *grown = realloc(assets->entries, (assets->n + 1) * sizeof *assets->entries);
    if (!grown) return atlas_fail(error, ATLAS_NO_MEMORY, "no memory for the assets");
    assets->entries = grown;
    struct asset_entry *entry = &assets->entries[assets->n++];
    memset(entry, 0, sizeof *entry);
    entry->source = strndup(line, (size_t)(tab - line));
    entry->name = strdup(tab + 1);
    if (!entry->source || !entry->name)
        return atlas_fail(error, ATLAS_NO_MEMORY, "no memory for the assets");
    enum atlas_status status = read_form(folder, entry->name, "", &entry->plain, error);
    if (status == ATLAS_OK) status = read_form(folder, entry->name, ".gz", &entry->gzip, error);
    if (status == ATLAS_OK) status = read_form(folder, entry->name, ".br", &entry->brotli, error);
    const size_t length = entry->plain.length;
    if (entry->gzip.length > 0) bytes_close(&entry->plain);
    entry->asset = (struct asset){.name = entry->name,
                                  .mime = mime_of(entry->name),
                                  .plain = {.data = entry->plain.data, .length = length},
                                  .gzip = content_of(&entry->gzip),
                                  .brotli = content_of(&entry->brotli)};
    return status;
}

enum atlas_status assets_open(const char *share, struct assets **assets, struct atlas_error *error)
{
    char folder[4096], list_path[4096];
    if (snprintf(folder, sizeof folder, "%s/web/assets", share) >= (int)sizeof folder ||
        snprintf(list_path, sizeof list_path, "%s/web/assets.list", share) >= (int)sizeof list_path)
        return atlas_fail(error, ATLAS_INVALID, "%s is too long a path", share);
    struct bytes list = {0};
    struct assets *opened = calloc(1, sizeof *opened);
    enum atlas_status status = opened ? read_file(list_path, &list, error)
                                      : atlas_fail(error, ATLAS_NO_MEMORY, "no memory");
    bytes_append_byte(&list, 0);
    if (status == ATLAS_OK && list.failed)
        status = atlas_fail(error, ATLAS_NO_MEMORY, "no memory for the assets");
    char *next = NULL;
    char *line = status == ATLAS_OK ? strtok_r((char *)list.data, "\n", &next) : NULL;
    for (; line && status == ATLAS_OK; line = strtok_r(NULL, "\n", &next))
        status = add_asset(opened, folder, line, error);
    bytes_close(&list);
    if (status != ATLAS_OK) {
        assets_close(opened);
        return status;
    }
    *assets = opened;
    return ATLAS_OK;
}

void assets_close(struct assets *assets)
{
    if (!assets) return;
    for (size_t i = 0; i < assets->n; i++) {
        struct asset_entry *entry = &assets->entries[i];
        bytes_close(&entry->plain);
        bytes_close(&entry->gzip);
        bytes_close(&entry->brotli);
        free(entry->source);
        free(entry->name);
    }
    free(assets->entries);
    free(assets);
}

const struct asset *assets_find(const struct assets *assets, const char *name)
{
    for (size_t i = 0; i < assets->n; i++)
        if (strcmp(assets->entries[i].name, name) == 0) return &assets->entries[i].asset;
    return NULL;
}

const struct asset *assets_find_source(const struct assets *assets, const char *source)
{
    for (size_t i = 0; i < assets->n; i++)
        if (strcmp(assets->entries[i].source, source) == 0) return &assets->entries[i].asset;
    return NULL;
}
