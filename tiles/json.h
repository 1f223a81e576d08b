/* JSON, written as it comes: no tree, no memory but the output. Commas, escapes and number formats
 * are done here; balance is the caller's. Control characters, U+2028 and invalid UTF-8 are escaped
 * or replaced (U+FFFD), and `<`, `>` and `&` are written as \u003c …, so the text may also stand
 * inside an HTML script block. No name here is one of jansson's, which tests link beside it. */
#ifndef TILES_JSON_H
#define TILES_JSON_H

#include "geo/bytes.h"

#include <stdbool.h>
#include <stdint.h>

#define JSON_MAX_DEPTH 32

struct json {
    struct bytes *out; /* borrowed */
    int depth;
    bool comma[JSON_MAX_DEPTH]; /* an element was written at this depth */
    bool after_key;             /* the next element is a key's value */
};

void json_init(struct json *json, struct bytes *out);
void json_object_begin(struct json *json);
void json_object_end(struct json *json);
void json_array_begin(struct json *json);
void json_array_end(struct json *json);
void json_key(struct json *json, const char *key);   /* then exactly one value */
void json_text(struct json *json, const char *text); /* NULL writes null */
void json_int(struct json *json, int64_t value);
void json_number(struct json *json, double value, int decimals); /* NaN, infinity: null; trailing
                                                                    zeros are dropped */
void json_bool(struct json *json, bool value);
void json_none(struct json *json);
/* Shorthands for a key and its value. */
void json_key_text(struct json *json, const char *key, const char *text);
void json_key_integer(struct json *json, const char *key, int64_t value);

#endif
