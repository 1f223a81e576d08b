#include "server/health.h"

#include "server/build_id.h"
#include "tiles/json.h"

static void write_time(struct json *json, const char *key, time_t moment)
{
    char text[32] = "";
    struct tm utc;
    if (moment && gmtime_r(&moment, &utc)) strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    json_key_text(json, key, text[0] ? text : NULL);
}

struct answer *health_answer(struct current *current)
{
    struct current_health health;
    current_health(current, &health);
    const struct edition *edition = current_edition(current);
    struct bytes body = {0};
    struct json json;
    json_init(&json, &body);
    json_object_begin(&json);
    json_key_text(&json, "status", health.failed_at ? "stale" : "ok");
    json_key(&json, "edition");
    json_object_begin(&json);
    json_key_integer(&json, "number", edition->number);
    json_key_text(&json, "date", edition->date);
    json_key_text(&json, "hash", edition->content_hash);
    json_key_integer(&json, "partnerships", (int64_t)edition->n_partnerships);
    json_key_integer(&json, "links", (int64_t)edition->n_links);
    json_object_end(&json);
    write_time(&json, "loaded_at", health.loaded_at);
    json_key_integer(&json, "reloads", health.reloads);
    json_key(&json, "last_error");
    if (health.failed_at) {
        json_object_begin(&json);
        write_time(&json, "at", health.failed_at);
        json_key_text(&json, "message", health.failure);
        json_object_end(&json);
    } else {
        json_none(&json);
    }
    json_key_text(&json, "version", PASSERELLE_VERSION);
    json_key_text(&json, "build", build_id());
    json_object_end(&json);
    bytes_append_byte(&body, '\n');
    edition_release(edition);
    const struct answer_parts parts = {.status = MHD_HTTP_OK,
                                       .type = "application/json; charset=utf-8"};
    return answer_new(&parts, &body);
}
