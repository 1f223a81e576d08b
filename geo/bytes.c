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

uint8_t *bytes_grow(struct bytes *bytes, size_t more)
{
    if (bytes->failed) return NULL;
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

void bytes_append_number(struct bytes *bytes, uint64_t number)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    bytes_append(bytes, digits + at, sizeof digits - at);
}

void bytes_append_little_endian(struct bytes *bytes, uint64_t number, unsigned size)
{
    for (unsigned i = 0; i < size; i++)
        bytes_append_byte(bytes, (uint8_t)(number >> 8 * i));
}

void bytes_append_double(struct bytes *bytes, double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    bytes_append_little_endian(bytes, bits, sizeof bits);
}

void bytes_append_format(struct bytes *bytes, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    /* Most texts fit into what is there already: formatted once. */
    size_t room = bytes->failed || !bytes->data ? 0 : bytes->capacity - bytes->length;
    char *at = room ? (char *)bytes->data + bytes->length : NULL;
    int length = vsnprintf(at, room, format, arguments);
    va_end(arguments);
    if (length < 0) {
        bytes->failed = true;
    } else if ((size_t)length >= room) {
        at = (char *)bytes_reserve(bytes, (size_t)length + 1);
        if (at) vsnprintf(at, (size_t)length + 1, format, again);
    }
    if (!bytes->failed) bytes->length += (size_t)length;
    va_end(again);
}

enum atlas_status bytes_status(const struct bytes *bytes)
{
    return bytes->failed ? ATLAS_NO_MEMORY : ATLAS_OK;
}
