/* The parts of a ZIP that are read here (all numbers little endian):
 *   local header   "PK\3\4", 26 bytes of fields, of which name length at 26, extra length at 28,
 *                  then name, extra, data
 *   central entry  "PK\1\2", flags at 8, method 10, packed 20, unpacked 24, name length 28,
 *                  extra 30, comment 32, first volume 34, attributes 38, local header at 42; then
 *                  name, extra, comment
 *   end            "PK\5\6", volume 4, entries 10, directory size 12, directory offset 16,
 *                  comment length 20; within the last 65,557 bytes
 */
#include "import/container.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { LOCAL_SIZE = 30, CENTRAL_SIZE = 46, END_SIZE = 22, END_REACH = END_SIZE + 65535 };

const struct container_limits container_default_limits = {
    .unpacked_bytes = UINT64_C(512) << 20,
    .ratio = 200,
    .entries = 1000,
};

struct entry {
    const uint8_t *name;
    uint32_t name_length, packed, unpacked, local_offset;
    uint16_t flags, method;
    uint32_t attributes;
};

struct archive {
    const char *name; /* in sentences */
    const uint8_t *data;
    uint64_t length;
    uint64_t packed, unpacked; /* sums so far */
    struct formulas *formulas; /* NULL: nobody asks */
};

/* Does the entry hold the cells of a sheet? */
static bool is_sheet(const struct entry *entry)
{
    static const char folder[] = "xl/worksheets/";
    return entry->name_length > sizeof folder - 1 &&
           memcmp(entry->name, folder, sizeof folder - 1) == 0;
}

static uint16_t read_u16(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static uint32_t read_u32(const uint8_t *p)
{
    return read_u16(p) | (uint32_t)read_u16(p + 2) << 16;
}

static const uint8_t *find_end(const struct archive *archive)
{
    uint64_t reach = archive->length < END_REACH ? archive->length : END_REACH;
    for (uint64_t back = END_SIZE; back <= reach; back++) {
        const uint8_t *end = archive->data + archive->length - back;
        if (memcmp(end, "PK\5\6", 4) == 0 && read_u16(end + 20) == back - END_SIZE) return end;
    }
    return NULL;
}

/* Names that a spreadsheet never holds: a reader that believed them could write elsewhere, or
 * unpack again what it has unpacked. */
static const char *name_fault(const uint8_t *name, uint32_t length)
{
    static const char *const archives[] = {".zip", ".xlsx", ".xlsm", ".ods", ".jar", ".gz",
                                           ".tgz", ".bz2",  ".xz",   ".7z",  ".rar", ".zst"};
    if (length == 0 || memchr(name, 0, length) || memchr(name, '\\', length) || name[0] == '/')
        return "has an entry with an impossible path";
    for (uint32_t i = 0; i + 1 < length; i++)
        if (name[i] == '.' && name[i + 1] == '.' && (i == 0 || name[i - 1] == '/') &&
            (i + 2 == length || name[i + 2] == '/'))
            return "has an entry whose path climbs out of the file";
    for (size_t i = 0; i < sizeof archives / sizeof *archives; i++) {
        size_t suffix = strlen(archives[i]);
        if (length > suffix &&
            strncasecmp((const char *)name + length - suffix, archives[i], suffix) == 0)
            return "holds another archive";
    }
    return NULL;
}

static const char *entry_fault(const struct entry *entry)
{
    const uint32_t link_type = 0xA000, type_mask = 0xF000;
    if (entry->flags & 1) return "is encrypted; save it without a password";
    if (entry->method != 0 && entry->method != 8)
        return "is compressed in a way that no spreadsheet uses";
    if ((entry->attributes >> 16 & type_mask) == link_type) return "holds a symbolic link";
    if (entry->packed == UINT32_MAX || entry->unpacked == UINT32_MAX ||
        entry->local_offset == UINT32_MAX)
        return "is a ZIP64, for files over 4 GB";
    return name_fault(entry->name, entry->name_length);
}

/* Reads the central entry at *position and moves *position behind it. */
static bool read_entry(const struct archive *archive, uint64_t *position, struct entry *entry)
{
    if (archive->length - *position < CENTRAL_SIZE) return false;
    const uint8_t *p = archive->data + *position;
    uint64_t size = CENTRAL_SIZE + (uint64_t)read_u16(p + 28) + read_u16(p + 30) + read_u16(p + 32);
    if (memcmp(p, "PK\1\2", 4) != 0 || archive->length - *position < size) return false;
    *entry = (struct entry){
        .name = p + CENTRAL_SIZE,
        .name_length = read_u16(p + 28),
        .flags = read_u16(p + 8),
        .method = read_u16(p + 10),
        .packed = read_u32(p + 20),
        .unpacked = read_u32(p + 24),
        .attributes = read_u32(p + 38),
        .local_offset = read_u32(p + 42),
    };
    *position += size;
    return true;
}

/* Inflates the entry's data into nothing. *bytes: what came out, at most `most` + one block.
 * formulas may be NULL. */
static bool count_inflated(const uint8_t *data, uint32_t length, uint64_t most,
                           struct formulas *formulas, uint64_t *bytes)
{
    static const int raw_deflate = -MAX_WBITS;
    uint8_t block[16384];
    z_stream stream = {.next_in = (z_const Bytef *)(uintptr_t)data, .avail_in = length};
    if (inflateInit2(&stream, raw_deflate) != Z_OK) return false;
    int state = Z_OK;
    *bytes = 0;
    while (state == Z_OK && *bytes <= most) {
        stream.next_out = block;
        stream.avail_out = sizeof block;
        state = inflate(&stream, Z_NO_FLUSH);
        *bytes += sizeof block - stream.avail_out;
        if (formulas) formulas_look(formulas, block, sizeof block - stream.avail_out);
    }
    inflateEnd(&stream);
    return state == Z_STREAM_END || *bytes > most;
}

static enum atlas_status check_data(struct archive *archive, const struct entry *entry,
                                    const struct container_limits *limits,
                                    struct atlas_error *error)
{
    uint64_t at = entry->local_offset;
    if (archive->length < LOCAL_SIZE || at > archive->length - LOCAL_SIZE ||
        memcmp(archive->data + at, "PK\3\4", 4) != 0)
        return atlas_fail(error, ATLAS_CORRUPT, "%s is damaged: an entry has no data",
                          archive->name);
    at += LOCAL_SIZE + (uint64_t)read_u16(archive->data + at + 26) +
          read_u16(archive->data + at + 28);
    if (at > archive->length || entry->packed > archive->length - at)
        return atlas_fail(error, ATLAS_CORRUPT, "%s is truncated", archive->name);
    uint64_t most = limits->unpacked_bytes - archive->unpacked, bytes = entry->packed;
    struct formulas *formulas = is_sheet(entry) ? archive->formulas : NULL;
    if (formulas && entry->method == 0) formulas_look(formulas, archive->data + at, entry->packed);
    if (entry->method == 8 &&
        !count_inflated(archive->data + at, entry->packed, most, formulas, &bytes))
        return atlas_fail(error, ATLAS_CORRUPT, "%s is damaged: an entry cannot be unpacked",
                          archive->name);
    if (bytes > most)
        return atlas_fail(error, ATLAS_TOO_LARGE,
                          "%s unpacks to more than %llu MB (--max-unpacked MB)", archive->name,
                          (unsigned long long)(limits->unpacked_bytes >> 20));
    archive->packed += entry->packed;
    archive->unpacked += bytes;
    if (archive->packed > archive->length)
        return atlas_fail(error, ATLAS_UNSUPPORTED, "%s has entries that share bytes",
                          archive->name);
    if (archive->unpacked > 1 << 20 && archive->unpacked / limits->ratio > archive->packed)
        return atlas_fail(error, ATLAS_TOO_LARGE,
                          "%s unpacks to more than %u times its size, as no spreadsheet does "
                          "(--max-ratio N)",
                          archive->name, limits->ratio);
    return ATLAS_OK;
}

static enum atlas_status check_entries(struct archive *archive,
                                       const struct container_limits *limits,
                                       struct atlas_error *error)
{
    const uint8_t *end = find_end(archive);
    if (!end)
        return atlas_fail(error, ATLAS_CORRUPT, "%s is truncated or no ZIP-based file",
                          archive->name);
    unsigned entries = read_u16(end + 10);
    uint64_t position = read_u32(end + 16);
    if (read_u16(end + 4) != 0 || entries == UINT16_MAX || position == UINT32_MAX)
        return atlas_fail(error, ATLAS_UNSUPPORTED, "%s is a ZIP64 or spans several volumes",
                          archive->name);
    if (entries > limits->entries)
        return atlas_fail(error, ATLAS_TOO_LARGE, "%s holds %u entries; at most %u are read",
                          archive->name, entries, limits->entries);
    if (position > archive->length)
        return atlas_fail(error, ATLAS_CORRUPT, "%s is truncated", archive->name);
    for (unsigned i = 0; i < entries; i++) {
        struct entry entry;
        if (!read_entry(archive, &position, &entry))
            return atlas_fail(error, ATLAS_CORRUPT, "%s is damaged: its directory is not whole",
                              archive->name);
        const char *fault = entry_fault(&entry);
        if (fault) return atlas_fail(error, ATLAS_UNSUPPORTED, "%s %s", archive->name, fault);
        enum atlas_status status = check_data(archive, &entry, limits, error);
        if (status != ATLAS_OK) return status;
    }
    return ATLAS_OK;
}

enum atlas_status container_check(const char *path, const char *name,
                                  const struct container_limits *limits, struct formulas *formulas,
                                  struct atlas_error *error)
{
    struct archive archive = {.name = name, .formulas = formulas};
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return atlas_fail(error, ATLAS_IO, "cannot read %s: %s", name, strerror(errno));
    struct stat about;
    if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode) || about.st_size < END_SIZE) {
        close(file);
        return atlas_fail(error, ATLAS_CORRUPT, "%s is no ZIP-based file", name);
    }
    archive.length = (uint64_t)about.st_size;
    void *data = mmap(NULL, archive.length, PROT_READ, MAP_PRIVATE, file, 0);
    int map_errno = errno;
    close(file);
    if (data == MAP_FAILED)
        return atlas_fail(error, ATLAS_IO, "cannot read %s: %s", name, strerror(map_errno));
    archive.data = data;
    enum atlas_status status = check_entries(&archive, limits, error);
    munmap(data, archive.length);
    return status;
}
