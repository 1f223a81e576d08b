/* What import/record*.c share; nobody else includes this. */
#ifndef IMPORT_RECORD_INTERNAL_H
#define IMPORT_RECORD_INTERNAL_H

#include "geo/bytes.h"
#include "import/record.h"

enum { MAX_VALUES = 200 };

/* The values of one cell, parted at ';' and '|'. */
struct values {
    const char *texts[MAX_VALUES];
    size_t n;
};

struct record_reader {
    struct record_context context;
    const struct dataset_row *row;
    const char *rejected; /* the header of the column that rejects the row */
    struct bytes text, repaired, masked;
    struct values parts[FIELD_COUNT]; /* of the row under way; filled where asked */
    size_t positions[FIELD_COUNT];    /* column of a field, or SIZE_MAX */
};

/* Notes a sentence about a value; value NULL: about the cell. */
void record_note(struct record_reader *reader, enum field field, const char *value,
                 const char *sentence);

/* Rejects the row, once. */
void record_reject(struct record_reader *reader, enum field field, const char *value,
                   const char *problem, const char *hint);

/* A text as it may be kept: tidied, composed, repaired, without people's addresses. NULL for an
 * empty one. */
const char *record_keep(struct record_reader *reader, enum field field, const char *text,
                        size_t length);

/* The row's cell of a field; NULL when there is no such column. */
const struct dataset_cell *record_cell(const struct record_reader *reader, enum field field);

/* That cell's text as record_keep() gives it, or NULL. */
const char *record_text(struct record_reader *reader, enum field field);

/* All columns of a field that may be there several times, joined with "; ". */
const char *record_joined(struct record_reader *reader, enum field field);

/* Parts a text at any of some separators; empty parts are left out. */
void record_part(struct record_reader *reader, const char *text, const char *separators,
                 struct values *values);

/* A word of a vocabulary; one that is not in it is noted and NULL. */
const char *record_word(struct record_reader *reader, enum field field,
                        const char *(*look_up)(const char *));

/* Several words in one text, known ones in order joined with ';', others noted. */
const char *record_words(struct record_reader *reader, enum field field,
                         const char *(*look_up)(const char *), const char *text);

#endif
