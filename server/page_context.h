/* Where in an HTML text we are: what a value put here would become. Follows the strict subset of
 * HTML that our templates are written in (attributes in double quotes). */
#ifndef SERVER_PAGE_CONTEXT_H
#define SERVER_PAGE_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>

enum html_place {
    HTML_TEXT,
    HTML_TAG_NAME,    /* behind < */
    HTML_TAG,         /* in a tag, between attributes */
    HTML_ATTRIBUTE,   /* in an attribute's name */
    HTML_EQUALS,      /* behind an attribute's = */
    HTML_QUOTED,      /* in its value */
    HTML_COMMENT,     /* <!-- … -->, <!doctype … > */
    HTML_RAW,         /* in <script> or <style> */
    HTML_DATA_SCRIPT, /* in <script type="application/json"> or ld+json */
    HTML_BROKEN       /* not in the subset */
};

struct html_context {
    enum html_place place;
    bool value_begun; /* HTML_QUOTED: something stands before here in this value */
    bool closing;     /* the tag is an end tag */
    char tag[16], attribute[24], value[32];
    size_t tag_length, attribute_length,
        value_length; /* may pass the arrays: then they don't fit */
    bool data_script;
};

void html_context_init(struct html_context *context);
void html_context_advance(struct html_context *context, const char *text, size_t length);

/* What may stand here. */
bool html_allows_value(const struct html_context *context);   /* escaped text */
bool html_allows_url(const struct html_context *context);     /* an address */
bool html_allows_json(const struct html_context *context);    /* JSON of ours */
bool html_allows_section(const struct html_context *context); /* a part that may not be there */

#endif
