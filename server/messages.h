/* The words of the pages in one language: a file of lines `key = text`, `#` for remarks.
 *
 * A text may name values of the page: `{n}` is replaced by the value n, and `{n|fiche|fiches}` by
 * one of two wordings, as the language counts (French: one also for 0).
 */
#ifndef SERVER_MESSAGES_H
#define SERVER_MESSAGES_H

#include "geo/bytes.h"
#include "geo/status.h"

#include <stdbool.h>
#include <stddef.h>

struct message {
    const char *key, *text;
};

struct messages {
    char *file;               /* owned; the texts lie in it */
    struct message *messages; /* owned; sorted by key */
    size_t n;
    bool english;
};

/* Reads a file. ATLAS_IO, ATLAS_NO_MEMORY; ATLAS_INVALID with file and line: no `=`, an empty
 * text, a key given twice, text that is not UTF-8, an unclosed `{`. */
enum atlas_status messages_load(const char *path, bool english, struct messages *messages,
                                struct atlas_error *error) ATLAS_MUST_CHECK;
/* {0} is harmless. */
void messages_close(struct messages *messages);

/* The text of a key, or NULL. */
const char *messages_find(const struct messages *messages, const char *key);

/* ATLAS_INVALID, naming the key, where one of the two lacks a key of the other or its text names
 * other values. */
enum atlas_status messages_compare(const struct messages *one, const struct messages *other,
                                   struct atlas_error *error) ATLAS_MUST_CHECK;

/* Appends `{"key":"text",…}` of all keys, for the scripts. */
void messages_write_json(const struct messages *messages, struct bytes *out);

/* True where the language takes the singular for this number. */
bool messages_singular(bool english, long long number);

/* Appends a number with the language's grouping: 12 129 (U+202F) or 12,129. */
void messages_write_number(bool english, long long number, struct bytes *out);

#endif
