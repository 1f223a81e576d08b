/* PMTiles, version 3 (github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md), as written here:
 *   header      127 bytes, integers little endian
 *   root        directory, gzipped, within the first 16,384 bytes of the file
 *   metadata    JSON, gzipped
 *   leaves      directories, gzipped, one after another; none when all entries fit the root
 *   tiles       gzipped vector tiles in order of id, each content once ("clustered")
 * A directory is five runs of varints: the number of entries; differences of ids; run lengths (0:
 * the entry is a leaf); lengths in bytes; offsets + 1 (0: follows the entry before).
 */
#include "geo/array.h"
#include "tiles/archive.h"
#include "tiles/json.h"

#include <errno.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HEADER_SIZE = 127, FIRST_BYTES = 16384, LEAF_ENTRIES = 4096 };

struct entry {
    uint64_t id, offset;
    uint32_t length, run; /* run 0: a leaf */
};

struct known_content { /* slot of an open hash table; length 0: free */
    uint64_t hash, offset;
    uint32_t length;
};

struct pmtiles {
    const struct archive_plan *plan;
    const char *path;
    char tiles_path[4200];
    FILE *tiles; /* the tile data so far */
    uint64_t tiles_length;
    struct entry *entries;
    size_t n_entries, entries_room;
    struct known_content *known;
    size_t n_known, known_room; /* room: a power of two */
    uint64_t addressed;
    struct bytes compare; /* a content read back */
};

static void pmtiles_abort(void *argument)
{
    struct pmtiles *writer = argument;
    if (writer->tiles) fclose(writer->tiles);
    unlink(writer->tiles_path);
    free(writer->entries);
    free(writer->known);
    bytes_close(&writer->compare);
    free(writer);
}

static enum atlas_status pmtiles_begin(const struct archive_plan *plan, const char *path,
                                       void **result, struct atlas_error *error)
{
    struct pmtiles *writer = calloc(1, sizeof *writer);
    if (!writer) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    writer->plan = plan;
    writer->path = path;
    writer->known_room = 1024;
    writer->known = calloc(writer->known_room, sizeof *writer->known);
    snprintf(writer->tiles_path, sizeof writer->tiles_path, "%s-tiles", path);
    writer->tiles = writer->known ? fopen(writer->tiles_path, "w+be") : NULL;
    if (!writer->tiles) {
        enum atlas_status status = writer->known
                                       ? archive_write_failed(writer->tiles_path, error)
                                       : atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
        pmtiles_abort(writer);
        return status;
    }
    *result = writer;
    return ATLAS_OK;
}

static uint64_t hash_content(const uint8_t *data, size_t length)
{
    uint64_t hash = 0xCBF29CE484222325; /* FNV-1a, 64 bits */
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ data[i]) * 0x100000001B3;
    return hash;
}

static bool grow_known(struct pmtiles *writer)
{
    size_t room = writer->known_room * 2;
    struct known_content *known = calloc(room, sizeof *known);
    if (!known) return false;
    for (size_t i = 0; i < writer->known_room; i++) {
        if (!writer->known[i].length) continue;
        size_t slot = writer->known[i].hash & (room - 1);
        while (known[slot].length)
            slot = (slot + 1) & (room - 1);
        known[slot] = writer->known[i];
    }
    free(writer->known);
    writer->known = known;
    writer->known_room = room;
    return true;
}

/* True when the bytes at known->offset are these: a hash alone is no proof. */
static bool same_content(struct pmtiles *writer, const struct known_content *known,
                         const uint8_t *data, size_t length)
{
    bytes_clear(&writer->compare);
    uint8_t *room = bytes_reserve(&writer->compare, length);
    return known->length == length && room && fflush(writer->tiles) == 0 &&
           pread(fileno(writer->tiles), room, length, (off_t)known->offset) == (ssize_t)length &&
           memcmp(room, data, length) == 0;
}

/* Where this content stands in the tile data; written there if it is new. */
static enum atlas_status place_content(struct pmtiles *writer, const uint8_t *data, size_t length,
                                       uint64_t *offset, struct atlas_error *error)
{
    if (writer->n_known * 2 >= writer->known_room && !grow_known(writer))
        return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    uint64_t hash = hash_content(data, length);
    size_t slot = hash & (writer->known_room - 1);
    for (; writer->known[slot].length; slot = (slot + 1) & (writer->known_room - 1)) {
        const struct known_content *known = &writer->known[slot];
        if (known->hash == hash && same_content(writer, known, data, length)) {
            *offset = known->offset;
            return ATLAS_OK;
        }
    }
    if (fwrite(data, 1, length, writer->tiles) != length)
        return archive_write_failed(writer->tiles_path, error);
    *offset = writer->tiles_length;
    writer->known[slot] = (struct known_content){hash, writer->tiles_length, (uint32_t)length};
    writer->n_known++;
    writer->tiles_length += length;
    return ATLAS_OK;
}

static enum atlas_status pmtiles_add(void *argument, uint64_t id, const uint8_t *gzip,
                                     size_t length, struct atlas_error *error)
{
    struct pmtiles *writer = argument;
    uint64_t offset = 0;
    enum atlas_status status = place_content(writer, gzip, length, &offset, error);
    if (status != ATLAS_OK) return status;
    writer->addressed++;
    struct entry *last = writer->n_entries ? &writer->entries[writer->n_entries - 1] : NULL;
    if (last && last->offset == offset && last->id + last->run == id) {
        last->run++;
        return ATLAS_OK;
    }
    if (!ARRAY_RESERVE(writer->entries, writer->n_entries + 1, &writer->entries_room))
        return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    writer->entries[writer->n_entries++] =
        (struct entry){.id = id, .offset = offset, .length = (uint32_t)length, .run = 1};
    return ATLAS_OK;
}

static void append_varint(struct bytes *out, uint64_t value)
{
    while (value >= 0x80) {
        bytes_append_byte(out, (uint8_t)(value | 0x80));
        value >>= 7;
    }
    bytes_append_byte(out, (uint8_t)value);
}

static void append_gzip(struct bytes *out, const struct bytes *raw)
{
    struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(9);
    size_t most = compressor ? libdeflate_gzip_compress_bound(compressor, raw->length) : 0;
    uint8_t *room = most && !raw->failed ? bytes_reserve(out, most) : NULL;
    size_t length =
        room ? libdeflate_gzip_compress(compressor, raw->data, raw->length, room, most) : 0;
    out->length += length;
    out->failed = out->failed || length == 0;
    if (compressor) libdeflate_free_compressor(compressor);
}

static void append_directory(struct bytes *out, const struct entry *entries, size_t n)
{
    struct bytes raw = {0};
    append_varint(&raw, n);
    for (size_t i = 0; i < n; i++)
        append_varint(&raw, entries[i].id - (i ? entries[i - 1].id : 0));
    for (size_t i = 0; i < n; i++)
        append_varint(&raw, entries[i].run);
    for (size_t i = 0; i < n; i++)
        append_varint(&raw, entries[i].length);
    for (size_t i = 0; i < n; i++) {
        bool follows = i && entries[i].offset == entries[i - 1].offset + entries[i - 1].length;
        append_varint(&raw, follows ? 0 : entries[i].offset + 1);
    }
    append_gzip(out, &raw);
    bytes_close(&raw);
}

/* Leaves of leaf_entries each, and the root that names them. */
static void append_leaves(const struct pmtiles *writer, size_t leaf_entries, struct bytes *root,
                          struct bytes *leaves)
{
    size_t n_leaves = (writer->n_entries + leaf_entries - 1) / leaf_entries;
    struct entry *roots = calloc(n_leaves, sizeof *roots);
    if (!roots) {
        root->failed = true;
        return;
    }
    for (size_t i = 0; i < n_leaves; i++) {
        size_t first = i * leaf_entries, rest = writer->n_entries - first;
        uint64_t offset = leaves->length;
        append_directory(leaves, writer->entries + first,
                         rest < leaf_entries ? rest : leaf_entries);
        roots[i] = (struct entry){.id = writer->entries[first].id,
                                  .offset = offset,
                                  .length = (uint32_t)(leaves->length - offset)};
    }
    append_directory(root, roots, n_leaves);
    free(roots);
}

static enum atlas_status append_directories(const struct pmtiles *writer, struct bytes *root,
                                            struct bytes *leaves)
{
    append_directory(root, writer->entries, writer->n_entries);
    size_t leaf_entries = LEAF_ENTRIES;
    while (root->length > FIRST_BYTES - HEADER_SIZE && !root->failed && !leaves->failed) {
        bytes_clear(root);
        bytes_clear(leaves);
        append_leaves(writer, leaf_entries, root, leaves);
        leaf_entries *= 2;
    }
    return root->failed || leaves->failed ? ATLAS_NO_MEMORY : ATLAS_OK;
}

static void append_metadata(const struct archive_plan *plan, struct bytes *out)
{
    struct bytes raw = {0}, credit = {0};
    struct json json;
    for (size_t i = 0; i < plan->edition->n_attributions; i++) {
        bytes_append_text(&credit, i ? " · " : "");
        bytes_append_text(&credit, plan->edition->attributions[i].text);
    }
    bytes_append_byte(&credit, 0);
    json_init(&json, &raw);
    json_object_begin(&json);
    json_key_text(&json, "name", "Passerelle");
    json_key_text(&json, "description", plan->filter);
    json_key_text(&json, "version", plan->edition->content_hash);
    json_key_integer(&json, "edition", plan->edition->number);
    json_key_text(&json, "date", plan->edition->date);
    json_key_text(&json, "lang", plan->display.english ? "en" : "fr");
    json_key_text(&json, "attribution", credit.failed ? "" : (const char *)credit.data);
    json_key_text(&json, "type", "overlay");
    json_key(&json, "vector_layers");
    archive_write_layers(plan, &json);
    json_object_end(&json);
    append_gzip(out, &raw);
    bytes_close(&credit);
    bytes_close(&raw);
}

static void append_header(const struct pmtiles *writer, uint64_t root, uint64_t metadata,
                          uint64_t leaves, struct bytes *out)
{
    const struct archive_plan *plan = writer->plan;
    const uint64_t at = FIRST_BYTES;
    const uint64_t fields[] = {HEADER_SIZE,
                               root,
                               at,
                               metadata,
                               at + metadata,
                               leaves,
                               at + metadata + leaves,
                               writer->tiles_length,
                               writer->addressed,
                               writer->n_entries,
                               writer->n_known};
    bytes_append(out, "PMTiles\3", 8);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        bytes_append_little_endian(out, fields[i], 8);
    const uint8_t clustered = 1, gzip = 2, vector = 1;
    bytes_append(
        out, (const uint8_t[]){clustered, gzip, gzip, vector, plan->min_zoom, plan->max_zoom}, 6);
    const int32_t bounds_e7[] = {-1800000000, -850511288, 1800000000, 850511288};
    for (size_t i = 0; i < 4; i++)
        bytes_append_little_endian(out, (uint32_t)bounds_e7[i], 4);
    bytes_append_byte(out, plan->min_zoom);
    bytes_append_little_endian(out, 24000000, 4);  /* the first view: mainland France, 2.4° E */
    bytes_append_little_endian(out, 466000000, 4); /* 46.6° N */
}

static bool copy_tiles(FILE *from, FILE *to)
{
    uint8_t block[65536];
    size_t length;
    rewind(from);
    while ((length = fread(block, 1, sizeof block, from)) > 0)
        if (fwrite(block, 1, length, to) != length) return false;
    return !ferror(from);
}

static enum atlas_status assemble(struct pmtiles *writer, const struct bytes *first,
                                  const struct bytes *metadata, const struct bytes *leaves,
                                  struct atlas_error *error)
{
    static const uint8_t zeros[FIRST_BYTES];
    FILE *file = fopen(writer->path, "wbe");
    if (!file) return archive_write_failed(writer->path, error);
    bool done =
        fflush(writer->tiles) == 0 &&
        fwrite(first->data, 1, first->length, file) == first->length &&
        fwrite(zeros, 1, FIRST_BYTES - first->length, file) == FIRST_BYTES - first->length &&
        fwrite(metadata->data, 1, metadata->length, file) == metadata->length &&
        (!leaves->length || fwrite(leaves->data, 1, leaves->length, file) == leaves->length) &&
        copy_tiles(writer->tiles, file);
    done = fflush(file) == 0 && done;
    enum atlas_status status = done ? ATLAS_OK : archive_write_failed(writer->path, error);
    fclose(file);
    return status;
}

static enum atlas_status pmtiles_finish(void *argument, struct archive_result *result,
                                        struct atlas_error *error)
{
    struct pmtiles *writer = argument;
    struct bytes root = {0}, leaves = {0}, metadata = {0}, first = {0};
    append_metadata(writer->plan, &metadata);
    enum atlas_status status = append_directories(writer, &root, &leaves);
    if (status == ATLAS_OK) {
        append_header(writer, root.length, metadata.length, leaves.length, &first);
        bytes_append(&first, root.data, root.length);
        status = first.failed || metadata.failed ? ATLAS_NO_MEMORY : ATLAS_OK;
    }
    if (status == ATLAS_OK)
        status = assemble(writer, &first, &metadata, &leaves, error);
    else
        atlas_fail(error, status, "out of memory");
    *result = (struct archive_result){
        .addressed = writer->addressed,
        .contents = writer->n_known,
        .bytes = FIRST_BYTES + metadata.length + leaves.length + writer->tiles_length,
    };
    bytes_close(&root);
    bytes_close(&leaves);
    bytes_close(&metadata);
    bytes_close(&first);
    pmtiles_abort(writer); /* frees; the assembled file stays */
    return status;
}

const struct archive_writer pmtiles_writer = {
    .begin = pmtiles_begin,
    .add = pmtiles_add,
    .finish = pmtiles_finish,
    .abort = pmtiles_abort,
};
