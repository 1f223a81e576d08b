/* What a page shows: a tree of named values that a template is filled with. Objects hold texts,
 * numbers, flags, JSON and lists of objects.
 *
 * Errors stick: after an allocation fails every further call does nothing and `failed` stays true,
 * so a page checks once, with page_values_status(), before it renders.
 */
#ifndef SERVER_PAGE_VALUES_H
#define SERVER_PAGE_VALUES_H

#include "geo/bytes.h"
#include "geo/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum page_value_kind { PAGE_TEXT, PAGE_NUMBER, PAGE_FLAG, PAGE_JSON, PAGE_LIST };

struct page_object;

struct page_value {
    const char *key; /* borrowed: a literal */
    enum page_value_kind kind;
    const char *text;                 /* PAGE_TEXT; PAGE_JSON: length bytes */
    size_t length;                    /* PAGE_TEXT, PAGE_JSON */
    int64_t number;                   /* PAGE_NUMBER; PAGE_FLAG: 0 or 1 */
    struct page_object *first, *last; /* PAGE_LIST */
    struct page_value *next;
};

struct page_object {
    struct page_value *first, *last;
    struct page_object *next; /* in its list */
};

struct page_values {
    struct page_block *blocks; /* owned */
    struct page_object sink;   /* what callers write to after a failure */
    bool failed;
};

void page_values_init(struct page_values *values);
/* Frees the tree. A second call is harmless. */
void page_values_close(struct page_values *values);
enum atlas_status page_values_status(const struct page_values *values);

/* A new object, of values. Never NULL (after a failure: an object nobody reads). */
struct page_object *page_object_new(struct page_values *values);

/* Appends an object to the list `key` of object, making the list when it is new. Never NULL. */
struct page_object *page_list_add(struct page_values *values, struct page_object *object,
                                  const char *key);

/* Each sets one value; keys are literals. Texts are copied; NULL or "" sets nothing, so that a
 * section over a text that is not there is not shown. */
void page_set_text(struct page_values *values, struct page_object *object, const char *key,
                   const char *text);
void page_set_format(struct page_values *values, struct page_object *object, const char *key,
                     const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Shown with the language's grouping; a section over a number is shown unless it is 0. */
void page_set_number(struct page_values *values, struct page_object *object, const char *key,
                     int64_t number);
void page_set_flag(struct page_values *values, struct page_object *object, const char *key,
                   bool flag);
/* json: what tiles/json wrote, and nothing else: it is the one value that is not escaped. */
void page_set_json(struct page_values *values, struct page_object *object, const char *key,
                   const struct bytes *json);

/* The value of a key in this object alone, or NULL. key: length bytes, not terminated. */
const struct page_value *page_object_find(const struct page_object *object, const char *key,
                                          size_t length);

#endif
