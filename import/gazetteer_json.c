#include "import/gazetteer_json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *type_text(json_type type)
{
    return type == JSON_ARRAY ? "a list" : type == JSON_OBJECT ? "an object" : "a value";
}

static enum atlas_status read_json(FILE *file, const char *path, json_type type, json_t **json,
                                   struct atlas_error *error)
{
    json_error_t problem;
    json_t *read = json_loadf(file, 0, &problem);
    if (!read && json_error_code(&problem) == json_error_out_of_memory)
        return atlas_fail(error, ATLAS_NO_MEMORY, "not enough memory to read %s", path);
    if (!read)
        return atlas_fail(error, ATLAS_INVALID,
                          "%s is not sound JSON (line %d, column %d: %s); fetch it again", path,
                          problem.line, problem.column, problem.text);
    if (json_typeof(read) != type) {
        json_decref(read);
        return atlas_fail(error, ATLAS_INVALID, "%s does not hold %s at its top", path,
                          type_text(type));
    }
    *json = read;
    return ATLAS_OK;
}

enum atlas_status gazetteer_json_load(const char *folder, const char *name, json_type type,
                                      json_t **json, struct atlas_error *error)
{
    char *path = NULL;
    if (asprintf(&path, "%s/%s", folder, name) < 0)
        return atlas_fail(error, ATLAS_NO_MEMORY, "not enough memory");
    FILE *file = fopen(path, "rbe");
    enum atlas_status status = file
                                   ? read_json(file, path, type, json, error)
                                   : atlas_fail(error, errno == ENOENT ? ATLAS_NOT_FOUND : ATLAS_IO,
                                                "cannot read %s: %s", path, strerror(errno));
    if (file) fclose(file);
    free(path);
    return status;
}

const char *gazetteer_json_text(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

int64_t gazetteer_json_integer(const json_t *object, const char *key, int64_t fallback)
{
    const json_t *value = json_object_get(object, key);
    return json_is_integer(value) ? (int64_t)json_integer_value(value) : fallback;
}

enum atlas_status gazetteer_json_need(const json_t *object, const char *key, const char *file,
                                      size_t entry, const char **text, struct atlas_error *error)
{
    *text = gazetteer_json_text(object, key);
    if (*text && **text) return ATLAS_OK;
    return atlas_fail(error, ATLAS_INVALID,
                      "%s: entry %zu has no \"%s\"; the file is not of the "
                      "pinned version",
                      file, entry, key);
}
