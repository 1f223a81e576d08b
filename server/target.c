#include "server/target.h"

#include <string.h>
#include <utf8proc.h>

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static bool is_utf8(const char *text, size_t length)
{
    utf8proc_int32_t character;
    for (size_t at = 0; at < length;) {
        utf8proc_ssize_t step = utf8proc_iterate((const utf8proc_uint8_t *)text + at,
                                                 (utf8proc_ssize_t)(length - at), &character);
        if (step <= 0) return false;
        at += (size_t)step;
    }
    return true;
}

/* The character that raw[*at] stands for; *at moves behind it. -1 for a bad escape. */
static int decoded_character(const char *raw, size_t length, size_t *at, bool is_query)
{
    char c = raw[(*at)++];
    if (c == '+' && is_query) return ' ';
    if (c != '%') return (unsigned char)c;
    if (*at + 2 > length) return -1;
    int high = hex_digit(raw[*at]), low = hex_digit(raw[*at + 1]);
    *at += 2;
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/* Decodes raw[0 .. length) to *end, terminates it, and moves *end behind it. */
static enum atlas_status decode(const char *raw, size_t length, bool is_query, char **end,
                                struct atlas_error *error)
{
    char *out = *end;
    for (size_t at = 0; at < length;) {
        bool escaped = raw[at] == '%';
        int c = decoded_character(raw, length, &at, is_query);
        if (c < 0)
            return atlas_fail(error, ATLAS_INVALID,
                              "The address holds a '%%' that two hexadecimal digits don't follow; "
                              "write '%%25' for the character itself.");
        if (c < ' ' || c == 0x7F)
            return atlas_fail(error, ATLAS_INVALID,
                              "The address holds a control character; leave it out.");
        if (c == '#' && !escaped)
            return atlas_fail(error, ATLAS_INVALID, "The address holds a '#'; write '%%23'.");
        if (!is_query && (c == '\\' || (c == '/' && escaped)))
            return atlas_fail(error, ATLAS_INVALID,
                              "The path holds a backslash or an encoded slash; write '/'.");
        *out++ = (char)c;
    }
    if (!is_utf8(*end, (size_t)(out - *end)))
        return atlas_fail(error, ATLAS_INVALID,
                          "The address is not UTF-8; encode its text in UTF-8 and escape that.");
    *out++ = '\0';
    *end = out;
    return ATLAS_OK;
}

static enum atlas_status parse_path(const char *raw, size_t length, char **end,
                                    struct target *target, struct atlas_error *error)
{
    if (length == 0 || raw[0] != '/')
        return atlas_fail(error, ATLAS_INVALID, "The path does not begin with '/'.");
    for (size_t at = 1; at < length;) {
        const char *slash = memchr(raw + at, '/', length - at);
        size_t part = slash ? (size_t)(slash - raw) - at : length - at;
        if (target->n_segments == LIMIT_SEGMENTS)
            return atlas_fail(error, ATLAS_INVALID,
                              "The path has more than %d parts; no address here is as long.",
                              LIMIT_SEGMENTS);
        const char *segment = *end;
        enum atlas_status status = decode(raw + at, part, false, end, error);
        if (status) return status;
        if (strcmp(segment, ".") == 0 || strcmp(segment, "..") == 0)
            return atlas_fail(error, ATLAS_INVALID,
                              "The path holds '%s' as a part; write the whole path.", segment);
        target->segments[target->n_segments++] = segment;
        at += part + (slash != NULL);
        target->trailing_slash = slash && at == length;
    }
    return ATLAS_OK;
}

/* Decoded it is never longer than it was sent. */
static void join_path(struct target *target)
{
    char *out = target->path;
    *out++ = '/';
    for (size_t i = 0; i < target->n_segments; i++) {
        size_t length = strlen(target->segments[i]);
        if (i) *out++ = '/';
        memcpy(out, target->segments[i], length);
        out += length;
    }
    if (target->trailing_slash) *out++ = '/';
    *out = '\0';
}

static enum atlas_status parse_argument(const char *raw, size_t length, char **end,
                                        struct target *target, struct atlas_error *error)
{
    if (target->n_arguments == LIMIT_ARGUMENTS)
        return atlas_fail(error, ATLAS_INVALID,
                          "The query has more than %d parameters; join values of one by commas.",
                          LIMIT_ARGUMENTS);
    const char *equals = memchr(raw, '=', length);
    size_t name_length = equals ? (size_t)(equals - raw) : length;
    struct target_argument *argument = &target->arguments[target->n_arguments];
    argument->name = *end;
    enum atlas_status status = decode(raw, name_length, true, end, error);
    if (status) return status;
    argument->value = *end;
    if (equals) name_length++;
    status = decode(raw + name_length, length - name_length, true, end, error);
    if (!status) target->n_arguments++;
    return status;
}

static enum atlas_status parse_query(const char *raw, size_t length, char **end,
                                     struct target *target, struct atlas_error *error)
{
    if (length > LIMIT_QUERY_BYTES)
        return atlas_fail(error, ATLAS_TOO_LARGE,
                          "The query is longer than %d bytes; shorten the filter.",
                          LIMIT_QUERY_BYTES);
    for (size_t at = 0; at < length;) {
        const char *ampersand = memchr(raw + at, '&', length - at);
        size_t part = ampersand ? (size_t)(ampersand - raw) - at : length - at;
        enum atlas_status status =
            part ? parse_argument(raw + at, part, end, target, error) : ATLAS_OK;
        if (status) return status;
        at += part + 1;
    }
    return ATLAS_OK;
}

/* Proxies may send "http://host/path": what is behind the host. */
static const char *without_origin(const char *raw)
{
    size_t scheme = strncmp(raw, "http://", 7) == 0 ? 7 : strncmp(raw, "https://", 8) == 0 ? 8 : 0;
    if (scheme == 0) return raw;
    const char *rest = raw + scheme + strcspn(raw + scheme, "/?");
    return *rest == '/' ? rest : "/";
}

enum atlas_status target_parse(const char *raw, struct target *target, struct atlas_error *error)
{
    target->n_segments = target->n_arguments = 0;
    target->trailing_slash = false;
    target->path[0] = '\0';
    raw = without_origin(raw);
    size_t path = strcspn(raw, "?");
    if (path > LIMIT_PATH_BYTES)
        return atlas_fail(error, ATLAS_TOO_LARGE,
                          "The path is longer than %d bytes; no address here is as long.",
                          LIMIT_PATH_BYTES);
    char *end = target->text;
    enum atlas_status status = parse_path(raw, path, &end, target, error);
    if (status) return status;
    join_path(target);
    if (raw[path] == '\0') return ATLAS_OK;
    return parse_query(raw + path + 1, strlen(raw + path + 1), &end, target, error);
}
