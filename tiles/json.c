#include "tiles/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void json_init(struct json *json, struct bytes *out)
{
    *json = (struct json){.out = out};
}

/* A comma before every element of a container but its first; a key's value has none. */
static void separate(struct json *json)
{
    if (json->after_key)
        json->after_key = false;
    else if (json->comma[json->depth])
        bytes_append_byte(json->out, ',');
    else
        json->comma[json->depth] = true;
}

static void begin(struct json *json, char bracket)
{
    separate(json);
    bytes_append_byte(json->out, (uint8_t)bracket);
    if (json->depth + 1 < JSON_MAX_DEPTH)
        json->depth++;
    else
        json->out->failed = true;
    json->comma[json->depth] = false;
}

static void end(struct json *json, char bracket)
{
    bytes_append_byte(json->out, (uint8_t)bracket);
    if (json->depth > 0)
        json->depth--;
    else
        json->out->failed = true;
}

void json_object_begin(struct json *json)
{
    begin(json, '{');
}

void json_object_end(struct json *json)
{
    end(json, '}');
}

void json_array_begin(struct json *json)
{
    begin(json, '[');
}

void json_array_end(struct json *json)
{
    end(json, ']');
}

/* Bytes of the UTF-8 character at text, or 0 where it is not well formed: overlong forms,
 * surrogates and what lies beyond U+10FFFF are not. */
static size_t character_length(const uint8_t *text)
{
    uint8_t a = text[0];
    if (a < 0x80) return 1;
    size_t length = a >= 0xF0 ? 4 : a >= 0xE0 ? 3 : 2;
    if (a < 0xC2 || a > 0xF4) return 0;
    for (size_t i = 1; i < length; i++)
        if ((text[i] & 0xC0) != 0x80) return 0;
    if ((a == 0xE0 && text[1] < 0xA0) || (a == 0xED && text[1] > 0x9F)) return 0;
    if ((a == 0xF0 && text[1] < 0x90) || (a == 0xF4 && text[1] > 0x8F)) return 0;
    return length;
}

static bool must_escape(const uint8_t *text, size_t length)
{
    if (length == 1) return *text < 0x20 || *text == 0x7F || strchr("\"\\<>&", *text) != NULL;
    return length == 3 && text[0] == 0xE2 && text[1] == 0x80 && (text[2] | 1) == 0xA9;
}

static void write_escape(struct json *json, const uint8_t *text, size_t length)
{
    if (length == 3)
        bytes_append_text(json->out, text[2] == 0xA8 ? "\\u2028" : "\\u2029");
    else if (*text == '"' || *text == '\\')
        bytes_append_format(json->out, "\\%c", *text);
    else if (*text == '\n')
        bytes_append_text(json->out, "\\n");
    else
        bytes_append_format(json->out, "\\u%04x", *text);
}

static void write_quoted(struct json *json, const char *text)
{
    const uint8_t *at = (const uint8_t *)text, *plain = at;
    bytes_append_byte(json->out, '"');
    while (*at) {
        size_t length = character_length(at);
        if (length && !must_escape(at, length)) {
            at += length;
            continue;
        }
        bytes_append(json->out, plain, (size_t)(at - plain));
        if (length)
            write_escape(json, at, length);
        else
            bytes_append_text(json->out, "\xEF\xBF\xBD");
        at += length ? length : 1;
        plain = at;
    }
    bytes_append(json->out, plain, (size_t)(at - plain));
    bytes_append_byte(json->out, '"');
}

void json_key(struct json *json, const char *key)
{
    separate(json);
    write_quoted(json, key);
    bytes_append_byte(json->out, ':');
    json->after_key = true;
}

void json_text(struct json *json, const char *text)
{
    if (!text) {
        json_none(json);
        return;
    }
    separate(json);
    write_quoted(json, text);
}

void json_int(struct json *json, int64_t value)
{
    separate(json);
    bytes_append_format(json->out, "%lld", (long long)value);
}

/* Writes the digits of a whole number, at least `least` of them; returns how many. */
static size_t write_digits(uint64_t value, int least, char *text)
{
    char backwards[24];
    size_t n = 0;
    for (; value > 0 || (int)n < least; value /= 10)
        backwards[n++] = (char)('0' + value % 10);
    for (size_t i = 0; i < n; i++)
        text[i] = backwards[n - 1 - i];
    return n;
}

/* Writes a number below 10^9 with at most 6 decimals: coordinates are most of a large answer, and
 * the general way takes several times as long. */
static size_t write_short(double value, int decimals, char *text)
{
    static const uint64_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000};
    int64_t scaled = llround(value * (double)powers[decimals]);
    uint64_t magnitude = (uint64_t)(scaled < 0 ? -scaled : scaled);
    uint64_t fraction = magnitude % powers[decimals], whole = magnitude / powers[decimals];
    while (decimals > 0 && fraction % 10 == 0) {
        fraction /= 10;
        decimals--;
    }
    size_t length = 0;
    if (scaled < 0) text[length++] = '-';
    length += write_digits(whole, 1, text + length);
    if (decimals == 0) return length;
    text[length++] = '.';
    return length + write_digits(fraction, decimals, text + length);
}

/* Writes any finite number. */
static size_t write_long(double value, int decimals, char *text, size_t size)
{
    size_t length = (size_t)snprintf(text, size, "%.*f", decimals, value);
    if (decimals > 0) {
        while (text[length - 1] == '0')
            length--;
        if (text[length - 1] == '.') length--;
    }
    return length;
}

void json_number(struct json *json, double value, int decimals)
{
    if (!isfinite(value)) {
        json_none(json);
        return;
    }
    separate(json);
    char text[400];
    bool is_short = fabs(value) < 1e9 && decimals <= 6;
    size_t length = is_short ? write_short(value, decimals, text)
                             : write_long(value, decimals, text, sizeof text);
    bytes_append(json->out, text, length);
}

void json_bool(struct json *json, bool value)
{
    separate(json);
    bytes_append_text(json->out, value ? "true" : "false");
}

void json_none(struct json *json)
{
    separate(json);
    bytes_append_text(json->out, "null");
}

void json_key_text(struct json *json, const char *key, const char *text)
{
    json_key(json, key);
    json_text(json, text);
}

void json_key_integer(struct json *json, const char *key, int64_t value)
{
    json_key(json, key);
    json_int(json, value);
}
