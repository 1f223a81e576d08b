#include "server/guard.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

/* What libmicrohttpd 0.9.75 takes of a connection's memory for a header line or a cookie beside
 * its text, and for the punctuation of a line. */
#define LINE_BYTES 68

struct place {
    const char *name;
    size_t length; /* of the name */
    size_t value;  /* where in struct guard_headers */
    bool once;
};

#define PLACE(name, member, once)                                                                  \
    {                                                                                              \
        name, sizeof(name) - 1, offsetof(struct guard_headers, member), once                       \
    }

static const struct place places[] = {
    PLACE("host", host, true),
    PLACE("accept", accept, false),
    PLACE("accept-encoding", accept_encoding, false),
    PLACE("accept-language", accept_language, false),
    PLACE("if-none-match", if_none_match, false),
    PLACE("content-length", content_length, true),
    PLACE("transfer-encoding", transfer_encoding, true),
};

static bool is_clean(const char *value, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (((unsigned char)value[i] < ' ' && value[i] != '\t') || value[i] == 0x7F) return false;
    return true;
}

static enum MHD_Result read_header(void *context, enum MHD_ValueKind kind, const char *name,
                                   size_t name_length, const char *value, size_t value_length)
{
    struct guard_headers *headers = context;
    headers->memory += name_length + value_length + LINE_BYTES;
    if (kind == MHD_COOKIE_KIND) return MHD_YES; /* a copy of what the header line says */
    if (!name || !is_clean(name, name_length) || (value && !is_clean(value, value_length)))
        headers->malformed = true;
    for (size_t i = 0; name && i < sizeof places / sizeof places[0]; i++) {
        if (name_length != places[i].length || strcasecmp(name, places[i].name) != 0) continue;
        const char **place = (const char **)(void *)((char *)headers + places[i].value);
        if (places[i].once && *place) headers->repeated = true;
        if (!*place) *place = value ? value : "";
    }
    return MHD_YES;
}

void guard_read_headers(struct MHD_Connection *connection, struct guard_headers *headers)
{
    *headers = (struct guard_headers){0};
    MHD_get_connection_values_n(connection, (enum MHD_ValueKind)(MHD_HEADER_KIND | MHD_COOKIE_KIND),
                                read_header, headers);
}

bool guard_leaves_room(const struct guard_target *target, const struct guard_headers *headers)
{
    return target->length + headers->memory <= LIMIT_CONNECTION_BYTES - LIMIT_ANSWER_BYTES;
}

void guard_read_target(const char *raw, struct guard_target *target)
{
    target->length = strlen(raw);
    target->end = raw + target->length;
    size_t kept = target->length < LIMIT_TARGET_BYTES ? target->length : LIMIT_TARGET_BYTES;
    memcpy(target->text, raw, kept);
    target->text[kept] = '\0';
}

/* Bytes that the library lent as constant, from memory of its own that is not. */
static char *writable(const char *text)
{
    union {
        const char *in;
        char *out;
    } same = {.in = text};
    return same.out;
}

void guard_join_arguments(const char *raw)
{
    for (char *between = strchr(writable(raw), '&'); between; between = strchr(between, '&'))
        *between = ';';
}

/* libmicrohttpd ends the target where the version begins, in the same buffer, so a target that
 * ends before that held a NUL. */
static bool has_hidden_part(const struct guard_target *target, const char *version)
{
    uintptr_t end = (uintptr_t)target->end, next = (uintptr_t)version;
    return next > end + 1 && next - end < LIMIT_CONNECTION_BYTES;
}

enum atlas_status guard_judge(const char *method_name, const struct guard_target *target,
                              const char *version, const struct guard_headers *headers,
                              enum guard_method *method, struct atlas_error *error)
{
    if (strcmp(method_name, MHD_HTTP_METHOD_GET) == 0)
        *method = GUARD_GET;
    else if (strcmp(method_name, MHD_HTTP_METHOD_HEAD) == 0)
        *method = GUARD_HEAD;
    else if (strcmp(method_name, MHD_HTTP_METHOD_OPTIONS) == 0)
        *method = GUARD_OPTIONS;
    else
        return atlas_fail(error, ATLAS_UNSUPPORTED, "Only GET, HEAD and OPTIONS are answered.");
    if (target->length > LIMIT_TARGET_BYTES)
        return atlas_fail(error, ATLAS_TOO_LARGE,
                          "The address is longer than %d bytes; shorten its filter.",
                          LIMIT_TARGET_BYTES);
    if (has_hidden_part(target, version))
        return atlas_fail(
            error, ATLAS_INVALID,
            "The request line is malformed; write a method, an address and HTTP/1.1.");
    if (headers->repeated)
        return atlas_fail(
            error, ATLAS_INVALID,
            "Host, Content-Length or Transfer-Encoding is there twice; send it once.");
    if (headers->malformed)
        return atlas_fail(error, ATLAS_INVALID,
                          "A header holds a control character; leave it out.");
    if (headers->transfer_encoding ||
        (headers->content_length && strcmp(headers->content_length, "0") != 0))
        return atlas_fail(error, ATLAS_INVALID,
                          "A request here has no body; write the filter into the address.");
    return ATLAS_OK;
}
