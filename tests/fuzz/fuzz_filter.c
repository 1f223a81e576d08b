/* tiles/filter: any bytes as "name=value&name=value" are refused or accepted, and what is accepted
 * has a canonical text that is accepted, is canonical itself, and needs no escaping. */
#include "tests/fuzz/fuzz.h"
#include "tiles/filter.h"

#include <stdlib.h>
#include <string.h>

/* Adds every pair of text; refused ones are left out. */
static void add_pairs(struct filter *filter, char *text, bool must_succeed)
{
    struct atlas_error error;
    filter_init(filter);
    for (char *rest = text, *pair; (pair = strsep(&rest, "&"));) {
        char *value = strchr(pair, '=');
        if (!value) continue;
        *value++ = '\0';
        enum atlas_status status = filter_add(filter, pair, value, &error);
        if (status && (must_succeed || !*error.message)) abort();
    }
}

static char *canonical(const struct filter *filter)
{
    struct bytes text = {0};
    filter_canonical(filter, &text);
    bytes_append_byte(&text, '\0');
    if (bytes_status(&text)) abort();
    return (char *)text.data;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        "-_.,:=&";
    struct filter filter, again;
    char *text = malloc(length + 1);
    if (!text) return 0;
    for (size_t i = 0; i < length; i++)
        text[i] = (char)(data[i] ? data[i] : ' ');
    text[length] = '\0';
    add_pairs(&filter, text, false);
    char *first = canonical(&filter), *copy = strdup(first);
    if (!copy || strspn(first, plain) != strlen(first)) abort();
    add_pairs(&again, copy, true);
    char *second = canonical(&again);
    if (strcmp(first, second) != 0) abort();
    free(text);
    free(first);
    free(copy);
    free(second);
    return 0;
}
