#include "server/problem.h"

#include "server/problem_words.h"

#include "tiles/json.h"

#include <string.h>
#include <strings.h>

unsigned problem_http_status(enum atlas_status status)
{
    switch (status) {
    case ATLAS_OK:
        return MHD_HTTP_OK;
    case ATLAS_INVALID:
        return MHD_HTTP_BAD_REQUEST;
    case ATLAS_NOT_FOUND:
        return MHD_HTTP_NOT_FOUND;
    case ATLAS_GONE:
        return MHD_HTTP_GONE;
    case ATLAS_TOO_LARGE:
        return MHD_HTTP_URI_TOO_LONG;
    case ATLAS_UNSUPPORTED:
        return MHD_HTTP_METHOD_NOT_ALLOWED;
    case ATLAS_BUSY:
    case ATLAS_LOCKED:
    case ATLAS_CANCELLED:
    case ATLAS_NO_MEMORY:
        return MHD_HTTP_SERVICE_UNAVAILABLE;
    case ATLAS_IO:
    case ATLAS_FULL:
    case ATLAS_CORRUPT:
    case ATLAS_WRONG_SCHEMA:
        return MHD_HTTP_INTERNAL_SERVER_ERROR;
    }
    return MHD_HTTP_INTERNAL_SERVER_ERROR;
}

struct sentence {
    unsigned http_status;
    const char *title_fr, *title_en;
    const char *detail_fr; /* without the particulars */
};

static const struct sentence sentences[] = {
    {MHD_HTTP_BAD_REQUEST, "Requête incorrecte", "Bad request",
     "La requête n'est pas bien formée."},
    {MHD_HTTP_NOT_FOUND, "Introuvable", "Not found", "Il n'y a rien à cette adresse."},
    {MHD_HTTP_METHOD_NOT_ALLOWED, "Méthode refusée", "Method not allowed",
     "Seules les méthodes GET, HEAD et OPTIONS sont acceptées."},
    {MHD_HTTP_GONE, "Retiré", "Withdrawn", "Ce partenariat a été retiré de l'atlas."},
    {MHD_HTTP_URI_TOO_LONG, "Adresse trop longue", "Address too long",
     "L'adresse dépasse une limite du service."},
    {MHD_HTTP_SERVICE_UNAVAILABLE, "Service occupé", "Service busy",
     "Le service est occupé ; réessayez dans un instant."},
    {MHD_HTTP_INTERNAL_SERVER_ERROR, "Erreur du service", "Service error",
     "Le service n'a pas pu préparer la réponse."},
};

static const struct sentence *sentence_of(unsigned http_status)
{
    size_t n = sizeof sentences / sizeof sentences[0];
    for (size_t i = 0; i < n; i++)
        if (sentences[i].http_status == http_status) return &sentences[i];
    return &sentences[n - 1];
}

const char *problem_title(unsigned http_status, bool english)
{
    const struct sentence *sentence = sentence_of(http_status);
    return english ? sentence->title_en : sentence->title_fr;
}

struct answer *problem_answer(unsigned http_status, const struct atlas_error *error,
                              const char *parameter, bool english)
{
    const struct sentence *sentence = sentence_of(http_status);
    struct bytes body = {0};
    struct json json;
    json_init(&json, &body);
    json_object_begin(&json);
    json_key_text(&json, "type", "about:blank");
    json_key_integer(&json, "status", (int64_t)http_status);
    json_key_text(&json, "title", english ? sentence->title_en : sentence->title_fr);
    char named[PROBLEM_PARAMETER_SIZE];
    problem_words_parameter(error->message, named);
    if (!parameter || !*parameter) parameter = named;
    struct bytes french = {0};
    problem_words_french(error->message, parameter, &french);
    if (french.length == 0) bytes_append_text(&french, sentence->detail_fr);
    bytes_append_byte(&french, '\0');
    json_key_text(&json, "detail",
                  english         ? error->message
                  : french.failed ? sentence->detail_fr
                                  : (const char *)french.data);
    bytes_close(&french);
    if (!english) json_key_text(&json, "detail_en", error->message);
    if (*parameter) json_key_text(&json, "parameter", parameter);
    json_object_end(&json);
    bytes_append_byte(&body, '\n');
    const struct answer_parts parts = {
        .status = http_status,
        .type = "application/problem+json; charset=utf-8",
        .varies_by_language = true,
        .allow = http_status == MHD_HTTP_METHOD_NOT_ALLOWED,
        .retry = http_status == MHD_HTTP_SERVICE_UNAVAILABLE,
    };
    return answer_new(&parts, &body);
}

bool problem_prefers_english(const char *header)
{
    /* Browsers list languages in the order of preference: the first of ours decides. */
    while (header && *header) {
        header += strspn(header, " \t,");
        if (strncasecmp(header, "en", 2) == 0) return true;
        if (strncasecmp(header, "fr", 2) == 0) return false;
        header += strcspn(header, ",");
    }
    return false;
}
