#include "geo/bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void bytes_init(struct bytes *bytes)
{
    *bytes = (struct bytes){0};
}

void bytes_close(struct bytes *bytes)
{
    if (!bytes) return;
    free(bytes->data);
    bytes_init(bytes);
}

void bytes_clear(struct bytes *bytes)
{
    bytes->length = 0;
    bytes->failed = false;
}

uint8_t *bytes_reserve(struct bytes *bytes, size_t more)
{
    if (bytes->failed) return NULL;
    if (bytes->capacity - bytes->length >= more && bytes->data) return bytes->data + bytes->length;
    size_t wanted = bytes->length + more;
    size_t capacity = bytes->capacity ? bytes->capacity : 256;
    while (capacity < wanted && capacity <= SIZE_MAX / 2)
        capacity *= 2;
    uint8_t *data = wanted < more || capacity < wanted ? NULL : realloc(bytes->data, capacity);
    if (!data) {
        bytes->failed = true;
        return NULL;
    }
    bytes->data = data;
    bytes->capacity = capacity;
    return data + bytes->length;
}

void bytes_append(struct bytes *bytes, const void *data, size_t length)
{
    uint8_t *room = length ? bytes_reserve(bytes, length) : NULL;
    if (!room) return;
    memcpy(room, data, length);
    bytes->length += length;
}

void bytes_append_byte(struct bytes *bytes, uint8_t byte)
{
    bytes_append(bytes, &byte, 1);
}

void bytes_append_text(struct bytes *bytes, const char *text)
{
    bytes_append(bytes, text, strlen(text));
}

void bytes_append_format(struct bytes *bytes, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    uint8_t *room = length < 0 ? NULL : bytes_reserve(bytes, (size_t)length + 1);
    if (room) {
        vsnprintf((char *)room, (size_t)length + 1, format, again);
        bytes->length += (size_t)length;
    } else {
        bytes->failed = true;
    }
    va_end(again);
}

enum atlas_status bytes_status(const struct bytes *bytes)
{
    return bytes->failed ? ATLAS_NO_MEMORY : ATLAS_OK;
}
