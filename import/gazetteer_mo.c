#include "import/gazetteer_mo.h"

#include "import/gazetteer_file.h"

#include <byteswap.h>
#include <stdlib.h>
#include <string.h>

#define MO_MAGIC         0x950412deu
#define MO_MAGIC_SWAPPED 0xde120495u
#define MO_HEADER        28

static uint32_t read_word(const struct mo_catalogue *catalogue, size_t offset)
{
    uint32_t word;
    memcpy(&word, catalogue->data + offset, sizeof word);
    return word;
}

static void swap_words(struct mo_catalogue *catalogue, size_t offset, size_t n)
{
    for (size_t i = 0; i < n; i++, offset += 4) {
        uint32_t word = bswap_32(read_word(catalogue, offset));
        memcpy(catalogue->data + offset, &word, sizeof word);
    }
}

/* True when the n entries (length, offset) of a table and their texts lie within the file, each
 * text followed by a NUL. */
static bool table_sound(const struct mo_catalogue *catalogue, uint32_t table)
{
    for (uint32_t i = 0; i < catalogue->n; i++) {
        size_t length = read_word(catalogue, table + 8 * (size_t)i);
        size_t offset = read_word(catalogue, table + 8 * (size_t)i + 4);
        if (offset >= catalogue->size || length >= catalogue->size - offset ||
            catalogue->data[offset + length] != '\0')
            return false;
    }
    return true;
}

static bool table_fits(const struct mo_catalogue *catalogue, uint32_t table)
{
    return table <= catalogue->size && catalogue->n <= (catalogue->size - table) / 8;
}

static bool understand(struct mo_catalogue *catalogue)
{
    if (catalogue->size < MO_HEADER) return false;
    bool swapped = read_word(catalogue, 0) == MO_MAGIC_SWAPPED;
    if (swapped) swap_words(catalogue, 0, MO_HEADER / 4);
    if (read_word(catalogue, 0) != MO_MAGIC || read_word(catalogue, 4) >> 16 > 1) return false;
    catalogue->n = read_word(catalogue, 8);
    catalogue->originals = read_word(catalogue, 12);
    catalogue->translations = read_word(catalogue, 16);
    if (!table_fits(catalogue, catalogue->originals) ||
        !table_fits(catalogue, catalogue->translations))
        return false;
    if (swapped) {
        swap_words(catalogue, catalogue->originals, 2 * (size_t)catalogue->n);
        swap_words(catalogue, catalogue->translations, 2 * (size_t)catalogue->n);
    }
    return table_sound(catalogue, catalogue->originals) &&
           table_sound(catalogue, catalogue->translations);
}

enum atlas_status mo_open(const char *path, struct mo_catalogue *catalogue,
                          struct atlas_error *error)
{
    struct mo_catalogue read = {0};
    enum atlas_status status = gazetteer_file_read(path, &read.data, &read.size, error);
    if (status != ATLAS_OK) return status;
    if (!understand(&read)) {
        mo_close(&read);
        return atlas_fail(error, ATLAS_INVALID, "%s is not a sound message catalogue (.mo)", path);
    }
    *catalogue = read;
    return ATLAS_OK;
}

void mo_close(struct mo_catalogue *catalogue)
{
    free(catalogue->data);
    *catalogue = (struct mo_catalogue){0};
}

static const char *text_at(const struct mo_catalogue *catalogue, uint32_t table, uint32_t i)
{
    return catalogue->data + read_word(catalogue, table + 8 * (size_t)i + 4);
}

const char *mo_find(const struct mo_catalogue *catalogue, const char *message)
{
    uint32_t from = 0, to = catalogue->n; /* the originals are sorted */
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        int order = strcmp(text_at(catalogue, catalogue->originals, middle), message);
        if (order == 0) return text_at(catalogue, catalogue->translations, middle);
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return NULL;
}
