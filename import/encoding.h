/* Which encoding is a text file in, and its text as UTF-8. Found, not assumed: byte order marks,
 * then what the bytes of the whole file allow. */
#ifndef IMPORT_ENCODING_H
#define IMPORT_ENCODING_H

#include "geo/bytes.h"
#include "geo/status.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* A file's bytes, counted. Start with {0}, add every block, then decide. */
struct encoding_census {
    uint64_t bytes, nul, nul_even, nul_odd; /* nul_even, nul_odd: at even and odd offsets */
    uint64_t multibyte;                     /* whole UTF-8 sequences of two bytes and more */
    uint64_t invalid;                       /* bytes that no UTF-8 sequence explains */
    uint64_t undefined_1252;                /* 81 8D 8F 90 9D: no letter in Windows-1252 */
    uint8_t first[8];                       /* the file's first bytes */
    uint8_t tail[4];                        /* a sequence that the next block may complete */
    unsigned tail_length;
};

void encoding_count(struct encoding_census *census, const uint8_t *data, size_t length);

/* Decides. *name is static: "UTF-8", "UTF-16LE", "UTF-16BE", "windows-1252"; *mark is the length
 * of the byte order mark to skip. A file that is UTF-8 but for a few damaged bytes stays UTF-8
 * (see encoding_mend). ATLAS_INVALID with a sentence: empty, binary (named where its kind is
 * known: ZIP, PDF, SQLite …), or a text in none of these. */
enum atlas_status encoding_find(const struct encoding_census *census, const char **name,
                                size_t *mark, struct atlas_error *error) ATLAS_MUST_CHECK;

struct decoder;

/* A decoder to UTF-8 from any encoding that ICU knows by this name. ATLAS_INVALID for an unknown
 * name. Free with decoder_free() (NULL is harmless). */
enum atlas_status decoder_new(const char *name, struct decoder **decoder,
                              struct atlas_error *error) ATLAS_MUST_CHECK;
void decoder_free(struct decoder *decoder);

/* Appends the text of a block; last: nothing follows. UTF-8 passes unchanged, bad bytes included;
 * from other encodings, what means nothing becomes U+FFFD. */
enum atlas_status decoder_feed(struct decoder *decoder, const void *data, size_t length, bool last,
                               struct bytes *text, struct atlas_error *error) ATLAS_MUST_CHECK;

/* Appends text with every byte that is not UTF-8 read as Windows-1252 instead. Returns the number
 * of such bytes. */
size_t encoding_mend(const char *text, size_t length, struct bytes *mended);

/* Appends text (UTF-8) with what was UTF-8 taken for Windows-1252 put right ("coopÃ©ration",
 * "lâ€™eau", "cÅ“ur"). Returns the number of characters put right. Only what no French, English
 * or other honest text holds is touched. */
size_t encoding_repair(const char *text, size_t length, struct bytes *repaired);

#endif
