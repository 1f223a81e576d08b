/* Answers read back with jansson, which is not what wrote them. Include after cmocka.h. */
#ifndef TESTS_TILES_JSON_ANSWER_H
#define TESTS_TILES_JSON_ANSWER_H

#include "geo/bytes.h"

#include <jansson.h>

/* Reads the whole text and empties it; the test fails where it is no JSON. Owned by the caller. */
static inline json_t *read_answer(struct bytes *out)
{
    json_error_t error;
    json_t *read = json_loadb((const char *)out->data, out->length, 0, &error);
    if (!read) fail_msg("%s at %d", error.text, error.position);
    bytes_close(out);
    return read;
}

#endif
