#include "import/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK_BYTES = 1 << 18 };

/* A run is its length as 32 bits, then its bytes. What was put last is still in `tail`. */
struct spill {
    char *folder;
    int file;          /* -1: not yet made */
    uint64_t written;  /* bytes in the file */
    struct bytes tail; /* what follows them */
    uint8_t *window;   /* BLOCK_BYTES; a part of the file, for runs are mostly read in order */
    uint64_t window_at;
    size_t window_n;
};

struct spill *spill_new(const char *folder)
{
    struct spill *spill = calloc(1, sizeof *spill);
    if (!spill) return NULL;
    spill->file = -1;
    spill->folder = strdup(folder);
    if (spill->folder) return spill;
    free(spill);
    return NULL;
}

void spill_free(struct spill *spill)
{
    if (!spill) return;
    if (spill->file >= 0) close(spill->file);
    bytes_close(&spill->tail);
    free(spill->window);
    free(spill->folder);
    free(spill);
}

static enum atlas_status failed(const struct spill *spill, struct atlas_error *error)
{
    return atlas_fail(error, errno == ENOSPC || errno == EDQUOT ? ATLAS_FULL : ATLAS_IO,
                      "rows cannot be set aside in %s: %s; the old edition stays", spill->folder,
                      strerror(errno));
}

static enum atlas_status make_file(struct spill *spill, struct atlas_error *error)
{
    spill->file = open(spill->folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (spill->file >= 0) return ATLAS_OK;
    char *path = NULL; /* not every file system has nameless files */
    if (asprintf(&path, "%s/passerelle-rows-XXXXXX", spill->folder) < 0)
        return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    spill->file = mkostemp(path, O_CLOEXEC);
    enum atlas_status status = spill->file < 0 ? failed(spill, error) : ATLAS_OK;
    if (!status) unlink(path);
    free(path);
    return status;
}

static enum atlas_status write_tail(struct spill *spill, struct atlas_error *error)
{
    enum atlas_status status = spill->file < 0 ? make_file(spill, error) : ATLAS_OK;
    for (size_t at = 0; at < spill->tail.length && !status;) {
        ssize_t n = pwrite(spill->file, spill->tail.data + at, spill->tail.length - at,
                           (off_t)spill->written);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            status = failed(spill, error);
            break;
        }
        at += (size_t)n;
        spill->written += (size_t)n;
    }
    bytes_clear(&spill->tail);
    return status;
}

enum atlas_status spill_put(struct spill *spill, const struct bytes *run, uint64_t *where,
                            struct atlas_error *error)
{
    uint32_t length = (uint32_t)run->length;
    *where = spill->written + spill->tail.length;
    bytes_append(&spill->tail, &length, sizeof length);
    bytes_append(&spill->tail, run->data, run->length);
    if (bytes_status(&spill->tail) || run->length > UINT32_MAX)
        return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    return spill->tail.length < BLOCK_BYTES ? ATLAS_OK : write_tail(spill, error);
}

/* Reads bytes from where they are: file or tail. */
static enum atlas_status read_at(struct spill *spill, uint64_t at, uint8_t *to, size_t n,
                                 struct atlas_error *error)
{
    while (n && at < spill->written) {
        if (at < spill->window_at || at >= spill->window_at + spill->window_n) {
            if (!spill->window) spill->window = malloc(BLOCK_BYTES);
            if (!spill->window) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
            ssize_t got = pread(spill->file, spill->window, BLOCK_BYTES, (off_t)at);
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) return failed(spill, error);
            spill->window_at = at;
            spill->window_n = (size_t)got;
        }
        size_t start = (size_t)(at - spill->window_at), have = spill->window_n - start;
        if (have > n) have = n;
        memcpy(to, spill->window + start, have);
        to += have;
        at += have;
        n -= have;
    }
    if (n) memcpy(to, spill->tail.data + (at - spill->written), n);
    return ATLAS_OK;
}

enum atlas_status spill_get(struct spill *spill, uint64_t where, struct bytes *run,
                            struct atlas_error *error)
{
    uint32_t length = 0;
    bytes_clear(run);
    enum atlas_status status = read_at(spill, where, (uint8_t *)&length, sizeof length, error);
    uint8_t *room = status ? NULL : bytes_reserve(run, length);
    if (!status && !room) status = atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    if (!status) status = read_at(spill, where + sizeof length, room, length, error);
    if (!status) run->length = length;
    return status;
}
