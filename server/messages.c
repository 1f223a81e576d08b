#include "server/messages.h"

#include "server/key_lines.h"
#include "tiles/json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define MESSAGES_MAX_BYTES (1 << 20)

static enum atlas_status read_text(const char *path, char **text, struct atlas_error *error)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return atlas_fail(error, ATLAS_IO, "cannot open %s: %s; is --share the right folder?", path,
                          strerror(errno));
    char *content = malloc(MESSAGES_MAX_BYTES + 1);
    size_t length = content ? fread(content, 1, MESSAGES_MAX_BYTES + 1, file) : 0;
    bool unread = ferror(file);
    fclose(file);
    enum atlas_status status = ATLAS_OK;
    if (!content) {
        status = atlas_fail(error, ATLAS_NO_MEMORY, "no memory to read %s", path);
    } else if (unread) {
        status = atlas_fail(error, ATLAS_IO, "cannot read %s", path);
    } else if (length > MESSAGES_MAX_BYTES) {
        status = atlas_fail(error, ATLAS_TOO_LARGE, "%s is larger than 1 MiB", path);
    } else if (memchr(content, '\0', length)) {
        status = atlas_fail(error, ATLAS_INVALID, "%s holds a NUL byte", path);
    }
    if (status != ATLAS_OK) {
        free(content);
        return status;
    }
    content[length] = '\0';
    *text = content;
    return ATLAS_OK;
}

static bool valid_utf8(const char *text)
{
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;
    while (*at) {
        utf8proc_int32_t codepoint;
        utf8proc_ssize_t n = utf8proc_iterate(at, -1, &codepoint);
        if (n <= 0) return false;
        at += n;
    }
    return true;
}

static bool braces_close(const char *text)
{
    for (const char *open = strchr(text, '{'); open; open = strchr(open + 1, '{'))
        if (!strchr(open, '}')) return false;
    return true;
}

static enum atlas_status check_message(const struct key_lines *lines, const struct message *message,
                                       struct atlas_error *error)
{
    const char *fault = NULL;
    if (!message->key[0])
        fault = "the key is empty";
    else if (!message->text[0])
        fault = "the text is empty";
    else if (!valid_utf8(message->key) || !valid_utf8(message->text))
        fault = "not UTF-8";
    else if (!braces_close(message->text))
        fault = "a { is not closed";
    if (!fault) return ATLAS_OK;
    return atlas_fail(error, ATLAS_INVALID, "%s, line %d: %s", lines->path, lines->number, fault);
}

static int by_key(const void *left, const void *right)
{
    return strcmp(((const struct message *)left)->key, ((const struct message *)right)->key);
}

static enum atlas_status read_lines(const char *path, struct messages *messages,
                                    struct atlas_error *error)
{
    size_t lines = 2; /* the last line, and the entry that is looked at behind it */
    for (const char *at = messages->file; (at = strchr(at, '\n')); at++)
        lines++;
    messages->messages = calloc(lines, sizeof *messages->messages);
    if (!messages->messages)
        return atlas_fail(error, ATLAS_NO_MEMORY, "no memory to read %s", path);
    struct key_lines file = {.path = path, .at = messages->file};
    for (;;) {
        struct message *message = &messages->messages[messages->n];
        bool more;
        enum atlas_status status =
            key_lines_next(&file, &more, &message->key, &message->text, error);
        if (status == ATLAS_OK && more) status = check_message(&file, message, error);
        if (status != ATLAS_OK) return status;
        if (!more) break;
        messages->n++;
    }
    qsort(messages->messages, messages->n, sizeof *messages->messages, by_key);
    for (size_t i = 1; i < messages->n; i++)
        if (by_key(&messages->messages[i - 1], &messages->messages[i]) == 0)
            return atlas_fail(error, ATLAS_INVALID, "%s: the key %s is there twice", path,
                              messages->messages[i].key);
    return ATLAS_OK;
}

enum atlas_status messages_load(const char *path, bool english, struct messages *messages,
                                struct atlas_error *error)
{
    struct messages read = {.english = english};
    enum atlas_status status = read_text(path, &read.file, error);
    if (status == ATLAS_OK) status = read_lines(path, &read, error);
    if (status != ATLAS_OK) {
        messages_close(&read);
        return status;
    }
    *messages = read;
    return ATLAS_OK;
}

void messages_close(struct messages *messages)
{
    free(messages->messages);
    free(messages->file);
    memset(messages, 0, sizeof *messages);
}

const char *messages_find(const struct messages *messages, const char *key)
{
    struct message sought = {.key = key};
    const struct message *found =
        messages->n == 0
            ? NULL
            : bsearch(&sought, messages->messages, messages->n, sizeof *messages->messages, by_key);
    return found ? found->text : NULL;
}

/* True when every value that text names is named by other, too. */
static bool names_within(const char *text, const char *other)
{
    for (const char *open = strchr(text, '{'); open; open = strchr(open + 1, '{')) {
        size_t length = strcspn(open, "|}");
        bool there = false;
        for (const char *at = strchr(other, '{'); at && !there; at = strchr(at + 1, '{'))
            there = strcspn(at, "|}") == length && strncmp(at, open, length) == 0;
        if (!there) return false;
    }
    return true;
}

static enum atlas_status check_within(const struct messages *one, const struct messages *other,
                                      struct atlas_error *error)
{
    for (size_t i = 0; i < one->n; i++) {
        const char *key = one->messages[i].key, *text = messages_find(other, key);
        if (!text)
            return atlas_fail(error, ATLAS_INVALID, "the message %s is missing in the %s file", key,
                              other->english ? "English" : "French");
        if (!names_within(one->messages[i].text, text))
            return atlas_fail(error, ATLAS_INVALID,
                              "the message %s names a value in one language only", key);
    }
    return ATLAS_OK;
}

enum atlas_status messages_compare(const struct messages *one, const struct messages *other,
                                   struct atlas_error *error)
{
    enum atlas_status status = check_within(one, other, error);
    return status == ATLAS_OK ? check_within(other, one, error) : status;
}

void messages_write_json(const struct messages *messages, struct bytes *out)
{
    struct json json;
    json_init(&json, out);
    json_object_begin(&json);
    for (size_t i = 0; i < messages->n; i++)
        json_key_text(&json, messages->messages[i].key, messages->messages[i].text);
    json_object_end(&json);
}

bool messages_singular(bool english, long long number)
{
    return number == 1 || number == -1 || (!english && number == 0);
}

void messages_write_number(bool english, long long number, struct bytes *out)
{
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%lld", number < 0 ? -number : number);
    if (number < 0) bytes_append_text(out, "\u2212");
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) bytes_append_text(out, english ? "," : "\u202f");
        bytes_append_byte(out, (uint8_t)digits[i]);
    }
}
