#include "server/page_values.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES 16384

struct page_block {
    struct page_block *next;
    size_t used, size;
    max_align_t data[];
};

void page_values_init(struct page_values *values)
{
    memset(values, 0, sizeof *values);
}

void page_values_close(struct page_values *values)
{
    while (values->blocks) {
        struct page_block *next = values->blocks->next;
        free(values->blocks);
        values->blocks = next;
    }
}

enum atlas_status page_values_status(const struct page_values *values)
{
    return values->failed ? ATLAS_NO_MEMORY : ATLAS_OK;
}

/* Room for size bytes, zeroed, that lives as long as the tree; NULL after a failure. */
static void *take(struct page_values *values, size_t size)
{
    if (values->failed) return NULL;
    size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
    if (!values->blocks || values->blocks->size - values->blocks->used < size) {
        size_t room = size > BLOCK_BYTES ? size : BLOCK_BYTES;
        struct page_block *block = calloc(1, sizeof *block + room);
        if (!block) {
            values->failed = true;
            return NULL;
        }
        block->size = room;
        block->next = values->blocks;
        values->blocks = block;
    }
    void *start = (char *)values->blocks->data + values->blocks->used;
    values->blocks->used += size;
    return start;
}

/* Every object but the sink is taken from the tree, so the sink is met only after a failure. */
struct page_object *page_object_new(struct page_values *values)
{
    struct page_object *object = take(values, sizeof *object);
    return object ? object : &values->sink;
}

static struct page_value *add_value(struct page_values *values, struct page_object *object,
                                    const char *key, enum page_value_kind kind)
{
    struct page_value *value = take(values, sizeof *value);
    if (!value) return NULL;
    value->key = key;
    value->kind = kind;
    if (object->last) {
        object->last->next = value;
    } else {
        object->first = value;
    }
    object->last = value;
    return value;
}

const struct page_value *page_object_find(const struct page_object *object, const char *key,
                                          size_t length)
{
    for (const struct page_value *value = object->first; value; value = value->next)
        if (strncmp(value->key, key, length) == 0 && value->key[length] == '\0') return value;
    return NULL;
}

struct page_object *page_list_add(struct page_values *values, struct page_object *object,
                                  const char *key)
{
    struct page_value *list = NULL;
    for (struct page_value *value = object->first; value && !list; value = value->next)
        if (value->kind == PAGE_LIST && strcmp(value->key, key) == 0) list = value;
    if (!list) list = add_value(values, object, key, PAGE_LIST);
    struct page_object *item = page_object_new(values);
    if (values->failed) return &values->sink;
    if (list->last) {
        list->last->next = item;
    } else {
        list->first = item;
    }
    list->last = item;
    return item;
}

static void set_bytes(struct page_values *values, struct page_object *object, const char *key,
                      enum page_value_kind kind, const void *data, size_t length)
{
    char *copy = take(values, length + 1);
    struct page_value *value = copy ? add_value(values, object, key, kind) : NULL;
    if (!value) return;
    memcpy(copy, data, length);
    value->text = copy;
    value->length = length;
}

void page_set_text(struct page_values *values, struct page_object *object, const char *key,
                   const char *text)
{
    if (text && text[0]) set_bytes(values, object, key, PAGE_TEXT, text, strlen(text));
}

void page_set_format(struct page_values *values, struct page_object *object, const char *key,
                     const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = NULL;
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0) {
        values->failed = true;
        return;
    }
    page_set_text(values, object, key, text);
    free(text);
}

void page_set_number(struct page_values *values, struct page_object *object, const char *key,
                     int64_t number)
{
    struct page_value *value = add_value(values, object, key, PAGE_NUMBER);
    if (value) value->number = number;
}

void page_set_flag(struct page_values *values, struct page_object *object, const char *key,
                   bool flag)
{
    struct page_value *value = add_value(values, object, key, PAGE_FLAG);
    if (value) value->number = flag;
}

void page_set_json(struct page_values *values, struct page_object *object, const char *key,
                   const struct bytes *json)
{
    if (json->failed) values->failed = true;
    if (json->length > 0) set_bytes(values, object, key, PAGE_JSON, json->data, json->length);
}
