#include "import/encoding.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucnv.h>
#include <utf8proc.h>

/* Counts the sequence at data[0]. Returns its length, or 0 when it may go on behind the end. */
static size_t count_sequence(struct encoding_census *census, const uint8_t *data, size_t length)
{
    utf8proc_int32_t character;
    utf8proc_ssize_t n = utf8proc_iterate(data, (utf8proc_ssize_t)length, &character);
    if (n > 0) {
        census->multibyte += n > 1;
        return (size_t)n;
    }
    size_t needed = *data >= 0xF0 ? 4 : *data >= 0xE0 ? 3 : *data >= 0xC2 ? 2 : 1;
    bool cut = needed > length;
    for (size_t i = 1; cut && i < length; i++)
        cut = (data[i] & 0xC0) == 0x80;
    if (cut) return 0;
    census->invalid++;
    return 1;
}

static void count_bytes(struct encoding_census *census, const uint8_t *data, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (census->bytes < sizeof census->first) census->first[census->bytes] = data[i];
        if (data[i] == 0) {
            census->nul++;
            if (census->bytes & 1)
                census->nul_odd++;
            else
                census->nul_even++;
        }
        census->undefined_1252 += data[i] == 0x81 || data[i] == 0x8D || data[i] == 0x8F ||
                                  data[i] == 0x90 || data[i] == 0x9D;
        census->bytes++;
    }
}

/* Counts what lies in data[0 .. stop) and returns where it stopped: at or behind `stop`, or before
 * it at a sequence that goes on behind the end. */
static size_t count_until(struct encoding_census *census, const uint8_t *data, size_t length,
                          size_t stop)
{
    size_t at = 0;
    while (at < stop) {
        size_t n = data[at] < 0x80 ? 1 : count_sequence(census, data + at, length - at);
        if (!n) break;
        at += n;
    }
    return at;
}

void encoding_count(struct encoding_census *census, const uint8_t *data, size_t length)
{
    count_bytes(census, data, length);
    size_t at = 0;
    if (census->tail_length) { /* a sequence begun in the block before */
        uint8_t joined[8];
        size_t tail = census->tail_length, more = length < 4 ? length : 4;
        memcpy(joined, census->tail, tail);
        memcpy(joined + tail, data, more);
        size_t done = count_until(census, joined, tail + more, tail);
        if (done < tail) { /* still not whole: the block was tiny */
            census->tail_length = (unsigned)(tail + more - done);
            memcpy(census->tail, joined + done, census->tail_length);
            return;
        }
        at = done - tail;
    }
    at += count_until(census, data + at, length - at, length - at);
    census->tail_length = (unsigned)(length - at);
    memcpy(census->tail, data + at, length - at);
}

static const char *binary_kind(const uint8_t *first, uint64_t bytes)
{
    static const struct {
        const char *magic;
        size_t length;
        const char *kind;
    } kinds[] = {
        {"PK\x03\x04", 4, "a ZIP-based file (XLSX, ODS, DOCX …)"},
        {"\xD0\xCF\x11\xE0", 4, "an old Office file (XLS, DOC)"},
        {"SQLite f", 8, "an SQLite database (GeoPackage …)"},
        {"%PDF", 4, "a PDF"},
        {"\x1F\x8B", 2, "a gzip file"},
        {"\x89PNG", 4, "a PNG picture"},
        {"\xFF\xD8\xFF", 3, "a JPEG picture"},
        {"\x7F"
         "ELF",
         4, "a programme"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (bytes >= kinds[i].length && !memcmp(first, kinds[i].magic, kinds[i].length))
            return kinds[i].kind;
    return NULL;
}

enum atlas_status encoding_find(const struct encoding_census *census, const char **name,
                                size_t *mark, struct atlas_error *error)
{
    const uint8_t *first = census->first;
    uint64_t n = census->bytes;
    *mark = 0;
    if (!n) return atlas_fail(error, ATLAS_INVALID, "it is empty (0 bytes)");
    const char *binary = binary_kind(first, n);
    if (binary)
        return atlas_fail(error, ATLAS_INVALID,
                          "it is %s, not a text; save it as CSV (UTF-8) and import that", binary);
    if (n >= 3 && !memcmp(first, "\xEF\xBB\xBF", 3)) {
        *name = "UTF-8";
        *mark = 3;
        return ATLAS_OK;
    }
    if (n >= 2 && (!memcmp(first, "\xFF\xFE", 2) || !memcmp(first, "\xFE\xFF", 2))) {
        *name = first[0] == 0xFF ? "UTF-16LE" : "UTF-16BE";
        *mark = 2;
        return ATLAS_OK;
    }
    /* UTF-16 without a mark: Latin text has a zero in half of its bytes, all on one side. */
    if (census->nul > n / 4 &&
        (census->nul_even > 20 * census->nul_odd || census->nul_odd > 20 * census->nul_even)) {
        *name = census->nul_odd > census->nul_even ? "UTF-16LE" : "UTF-16BE";
        return ATLAS_OK;
    }
    if (census->nul > n / 100)
        return atlas_fail(error, ATLAS_INVALID,
                          "it is binary (%" PRIu64 " of %" PRIu64
                          " bytes are zero), not a text; save it as CSV (UTF-8)",
                          census->nul, n);
    uint64_t invalid = census->invalid + (census->tail_length > 0);
    if (!invalid || census->multibyte > 4 * invalid) {
        *name = "UTF-8";
        return ATLAS_OK;
    }
    if (census->undefined_1252)
        return atlas_fail(error, ATLAS_INVALID,
                          "its text is neither UTF-8, UTF-16 nor Windows-1252; save it as UTF-8, "
                          "or name its encoding with --encoding (macintosh, ibm-850 …)");
    *name = "windows-1252";
    return ATLAS_OK;
}

struct decoder {
    bool plain; /* UTF-8: nothing to do */
    UConverter *from, *to;
    UChar pivot[2048], *pivot_source, *pivot_target;
};

enum atlas_status decoder_new(const char *name, struct decoder **decoder, struct atlas_error *error)
{
    struct decoder *made = calloc(1, sizeof *made);
    if (!made) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    made->plain = ucnv_compareNames(name, "UTF-8") == 0;
    made->pivot_source = made->pivot_target = made->pivot;
    UErrorCode status = U_ZERO_ERROR;
    made->from = ucnv_open(name, &status);
    made->to = ucnv_open("UTF-8", &status);
    if (U_FAILURE(status)) {
        decoder_free(made);
        return atlas_fail(error, ATLAS_INVALID,
                          "encoding '%s' is not known; try UTF-8, UTF-16, windows-1252, "
                          "macintosh or ibm-850",
                          name);
    }
    *decoder = made;
    return ATLAS_OK;
}

void decoder_free(struct decoder *decoder)
{
    if (!decoder) return;
    if (decoder->from) ucnv_close(decoder->from);
    if (decoder->to) ucnv_close(decoder->to);
    free(decoder);
}

enum atlas_status decoder_feed(struct decoder *decoder, const void *data, size_t length, bool last,
                               struct bytes *text, struct atlas_error *error)
{
    if (decoder->plain) {
        bytes_append(text, data, length);
        return bytes_status(text) ? atlas_fail(error, ATLAS_NO_MEMORY, "out of memory") : ATLAS_OK;
    }
    const char *source = data, *source_end = source + length;
    UErrorCode status;
    do {
        char *start = (char *)bytes_reserve(text, length + 64);
        if (!start) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
        char *target = start;
        status = U_ZERO_ERROR;
        ucnv_convertEx(decoder->to, decoder->from, &target, start + length + 64, &source,
                       source_end, decoder->pivot, &decoder->pivot_source, &decoder->pivot_target,
                       decoder->pivot + sizeof decoder->pivot / sizeof *decoder->pivot, 0, last,
                       &status);
        text->length += (size_t)(target - start);
    } while (status == U_BUFFER_OVERFLOW_ERROR);
    if (U_FAILURE(status) && status != U_TRUNCATED_CHAR_FOUND)
        return atlas_fail(error, ATLAS_INVALID, "its text cannot be decoded: %s",
                          u_errorName(status));
    return ATLAS_OK;
}

/* What Windows-1252 means by 80 .. 9F; 0 where it means nothing. Above, it is Latin-1. */
static const uint16_t windows_1252[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

/* Appends it as UTF-8. */
static void append_character(struct bytes *out, utf8proc_int32_t character)
{
    uint8_t *room = bytes_reserve(out, 4);
    if (room) out->length += (size_t)utf8proc_encode_char(character, room);
}

size_t encoding_mend(const char *text, size_t length, struct bytes *mended)
{
    size_t bad = 0;
    for (size_t at = 0; at < length;) {
        utf8proc_int32_t character;
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text + at,
                                              (utf8proc_ssize_t)(length - at), &character);
        if (n > 0) {
            bytes_append(mended, text + at, (size_t)n);
            at += (size_t)n;
            continue;
        }
        uint8_t byte = (uint8_t)text[at++];
        utf8proc_int32_t meant = byte < 0xA0 ? windows_1252[byte - 0x80] : byte;
        append_character(mended, meant ? meant : 0xFFFD);
        bad++;
    }
    return bad;
}

/* The byte that Windows-1252 or Latin-1 shows as this character, or 0. */
static uint8_t byte_of(utf8proc_int32_t character)
{
    if (character >= 0x80 && character <= 0xFF) return (uint8_t)character;
    for (size_t i = 0; i < 32; i++)
        if (windows_1252[i] == character && character) return (uint8_t)(0x80 + i);
    return 0;
}

/* What the characters at text were before they were misread: *used bytes of text stand for one
 * character. 0 when they are as they should be. */
static utf8proc_int32_t misread(const char *text, size_t length, size_t *used)
{
    uint8_t bytes[3] = {0};
    size_t at = 0, n = 0, needed = 2;
    while (n < needed) {
        utf8proc_int32_t character;
        utf8proc_ssize_t step = utf8proc_iterate((const utf8proc_uint8_t *)text + at,
                                                 (utf8proc_ssize_t)(length - at), &character);
        if (step <= 0) return 0;
        bytes[n] = byte_of(character);
        if (!bytes[n]) return 0;
        if (n == 0) {
            needed = bytes[0] == 0xE2 ? 3 : 2;
            if (bytes[0] != 0xC2 && bytes[0] != 0xC3 && bytes[0] != 0xC5 && bytes[0] != 0xE2)
                return 0;
        } else if ((bytes[n] & 0xC0) != 0x80)
            return 0;
        n++;
        at += (size_t)step;
    }
    utf8proc_int32_t meant;
    if (utf8proc_iterate(bytes, (utf8proc_ssize_t)n, &meant) != (utf8proc_ssize_t)n) return 0;
    /* Of Å only oe; of â only dashes, quotation marks, the euro: "à «" with its narrow space and
     * the like are honest French. */
    if (bytes[0] == 0xC5 && meant != 0x153) return 0;
    if (bytes[0] == 0xE2 && !(meant >= 0x2010 && meant <= 0x203A) && meant != 0x20AC) return 0;
    *used = at;
    return meant;
}

size_t encoding_repair(const char *text, size_t length, struct bytes *repaired)
{
    size_t count = 0;
    for (size_t at = 0; at < length;) {
        size_t used;
        utf8proc_int32_t meant;
        if ((unsigned char)text[at] < 0x80 || !(meant = misread(text + at, length - at, &used))) {
            bytes_append_byte(repaired, (uint8_t)text[at++]);
            continue;
        }
        append_character(repaired, meant);
        at += used;
        count++;
    }
    return count;
}
