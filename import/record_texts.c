/* The texts of a row: cleaned before anything is made of them. */
#include "import/encoding.h"
#include "import/personal.h"
#include "import/record_internal.h"
#include "import/tidy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* A field's header as the file spells it, for messages. */
static const char *header_of(const struct record_reader *reader, enum field field)
{
    size_t position = reader->positions[field];
    return position == SIZE_MAX ? field_name(field)
                                : reader->context.columns->columns[position].header;
}

/* Notes a sentence about a value; value NULL: about the cell. */
void record_note(struct record_reader *reader, enum field field, const char *value,
                 const char *sentence)
{
    char text[300];
    if (value)
        snprintf(text, sizeof text, "'%.80s' %s", value, sentence);
    else
        snprintf(text, sizeof text, "%s", sentence);
    report_add(reader->context.report, REPORT_NOTE, reader->context.source, reader->row->line,
               header_of(reader, field), text, NULL);
}

/* Rejects the row, once. */
void record_reject(struct record_reader *reader, enum field field, const char *value,
                   const char *problem, const char *hint)
{
    if (reader->rejected) return;
    reader->rejected = header_of(reader, field);
    report_addf(reader->context.report, REPORT_REJECTED, reader->context.source, reader->row->line,
                reader->rejected, hint, "'%.100s': %s", value, problem);
}

static bool plain_ascii(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < 0x20 || (unsigned char)text[i] >= 0x7F) return false;
    return true;
}

/* Marks that may be composed with the letter before them begin at U+0300, which no byte below 0xCC
 * begins. */
static bool composed_at_sight(const char *text)
{
    while ((unsigned char)*text - 1u < 0xCB)
        text++;
    return *text == '\0';
}

/* A text as it may be kept: tidied, composed, repaired, without people's addresses. NULL for an
 * empty one. */
const char *record_keep(struct record_reader *reader, enum field field, const char *text,
                        size_t length)
{
    struct pool *pool = reader->context.pool;
    if (!length) return NULL;
    if (!plain_ascii(text, length)) {
        bytes_clear(&reader->repaired);
        if (encoding_repair(text, length, &reader->repaired)) {
            record_note(reader, field, NULL, "text misread in another encoding was put right");
            text = (const char *)reader->repaired.data;
            length = reader->repaired.length;
        }
    }
    bytes_clear(&reader->text);
    if (tidy(text, length, &reader->text))
        record_note(reader, field, NULL, "control characters were left out");
    if (bytes_status(&reader->text)) return NULL;
    const char *tidied = (const char *)reader->text.data;
    utf8proc_uint8_t *composed = NULL;
    if (!composed_at_sight(tidied)) {
        composed = utf8proc_NFC((const utf8proc_uint8_t *)tidied);
        if (composed) tidied = (const char *)composed;
    }
    bytes_clear(&reader->masked);
    char *masked = (char *)bytes_reserve(&reader->masked, 2 * strlen(tidied) + 1);
    size_t found = masked ? personal_mask(tidied, masked) : 0;
    if (found) {
        record_note(reader, field, NULL, "an e-mail address or phone number was masked");
        report_counts(reader->context.report)->masked += found;
    }
    if (tidied[0] == '=' && tidied[1])
        record_note(reader, field, NULL, "it begins like a formula; it was kept as text");
    const char *kept = pool_text(pool, found ? masked : tidied);
    free(composed);
    return kept;
}

const struct dataset_cell *record_cell(const struct record_reader *reader, enum field field)
{
    size_t position = reader->positions[field];
    const struct dataset_cell *constant = &reader->context.columns->constants[field];
    const struct dataset_cell *cell =
        position < reader->row->n_cells ? &reader->row->cells[position] : NULL;
    return constant->text && (!cell || !cell->length) ? constant : cell;
}

const char *record_text(struct record_reader *reader, enum field field)
{
    const struct dataset_cell *cell = record_cell(reader, field);
    return cell ? record_keep(reader, field, cell->text, cell->length) : NULL;
}

/* All columns of a field that may be there several times, joined with "; ". */
const char *record_joined(struct record_reader *reader, enum field field)
{
    const struct columns *columns = reader->context.columns;
    const struct dataset_cell *constant = &columns->constants[field];
    const char *joined = NULL;
    for (size_t i = 0; i < columns->n && i < reader->row->n_cells; i++) {
        if (columns->columns[i].field != field || !reader->row->cells[i].length) continue;
        const struct dataset_cell *cell = &reader->row->cells[i];
        const char *text = record_keep(reader, field, cell->text, cell->length);
        if (!joined || !text) {
            joined = text ? text : joined;
            continue;
        }
        bytes_clear(&reader->masked);
        bytes_append_format(&reader->masked, "%s; %s", joined, text);
        joined = pool_text_n(reader->context.pool, (const char *)reader->masked.data,
                             reader->masked.length);
    }
    if (joined || !constant->text) return joined;
    return record_keep(reader, field, constant->text, constant->length);
}

/* Parts a text at ';' and '|'; empty parts are left out. */
void record_part(struct record_reader *reader, const char *text, const char *separators,
                 struct values *values)
{
    values->n = 0;
    while (text && *text && values->n < MAX_VALUES) {
        size_t length = strcspn(text, separators), skip = strspn(text, " ");
        const char *next = text + length + (text[length] != '\0');
        if (skip < length) {
            text += skip;
            length -= skip;
            while (length && text[length - 1] == ' ')
                length--;
            values->texts[values->n++] = pool_text_n(reader->context.pool, text, length);
        }
        text = next;
    }
}

/* Several words of a vocabulary in one cell, known ones joined with ';' in order, others noted. */
const char *record_words(struct record_reader *reader, enum field field,
                         const char *(*look_up)(const char *), const char *text)
{
    struct values values;
    record_part(reader, text, ";|,", &values);
    const char *found[MAX_VALUES];
    size_t n = 0;
    for (size_t i = 0; i < values.n; i++) {
        const char *word = look_up(values.texts[i]);
        if (!word) {
            record_note(reader, field, values.texts[i],
                        "is not in the vocabulary and was left out");
            continue;
        }
        size_t at = 0;
        while (at < n && strcmp(found[at], word) < 0)
            at++;
        if (at < n && !strcmp(found[at], word)) continue;
        memmove(found + at + 1, found + at, (n - at) * sizeof *found);
        found[at] = word;
        n++;
    }
    bytes_clear(&reader->masked);
    for (size_t i = 0; i < n; i++)
        bytes_append_format(&reader->masked, "%s%s", i ? ";" : "", found[i]);
    return pool_text_n(reader->context.pool, (const char *)reader->masked.data,
                       reader->masked.length);
}

const char *record_word(struct record_reader *reader, enum field field,
                        const char *(*look_up)(const char *))
{
    const char *text = record_text(reader, field);
    const char *word = text ? look_up(text) : NULL;
    if (text && !word)
        record_note(reader, field, text, "is not in the vocabulary and was left out");
    return word;
}
