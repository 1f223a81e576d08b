#include "server/guard.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

struct place {
    const char *name;
    const char **value;
    bool once;
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
    (void)kind;
    struct guard_headers *headers = context;
    const struct place places[] = {
        {"host", &headers->host, true},
        {"accept", &headers->accept, false},
        {"accept-encoding", &headers->accept_encoding, false},
        {"accept-language", &headers->accept_language, false},
        {"if-none-match", &headers->if_none_match, false},
        {"content-length", &headers->content_length, true},
        {"transfer-encoding", &headers->transfer_encoding, true},
    };
    if (!name || !is_clean(name, name_length) || (value && !is_clean(value, value_length)))
        headers->malformed = true;
    for (size_t i = 0; name && i < sizeof places / sizeof places[0]; i++) {
        if (strcasecmp(name, places[i].name) != 0) continue;
        if (places[i].once && *places[i].value) headers->repeated = true;
        if (!*places[i].value) *places[i].value = value ? value : "";
    }
    return MHD_YES;
}

void guard_read_headers(struct MHD_Connection *connection, struct guard_headers *headers)
{
    *headers = (struct guard_headers){0};
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, read_header, headers);
}

void guard_read_target(const char *raw, struct guard_target *target)
{
    target->length = strlen(raw);
    target->end = raw + target->length;
    size_t kept = target->length < LIMIT_TARGET_BYTES ? target->length : LIMIT_TARGET_BYTES;
    memcpy(target->text, raw, kept);
    target->text[kept] = '\0';
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
        return atlas_fail(error, ATLAS_TOO_LARGE, "The address is longer than %d bytes.",
                          LIMIT_TARGET_BYTES);
    if (has_hidden_part(target, version))
        return atlas_fail(error, ATLAS_INVALID, "The request line is malformed.");
    if (headers->repeated)
        return atlas_fail(error, ATLAS_INVALID,
                          "Host, Content-Length or Transfer-Encoding is there twice.");
    if (headers->malformed)
        return atlas_fail(error, ATLAS_INVALID, "A header holds a control character.");
    if (headers->transfer_encoding ||
        (headers->content_length && strcmp(headers->content_length, "0") != 0))
        return atlas_fail(error, ATLAS_INVALID, "A request here has no body.");
    return ATLAS_OK;
}
