#include "server/page_context.h"

#include <string.h>

void html_context_init(struct html_context *context)
{
    memset(context, 0, sizeof *context);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static void add(char *text, size_t size, size_t *length, char c)
{
    if (*length < size) text[*length] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    (*length)++;
}

static bool is(const char *text, size_t length, const char *word)
{
    return length == strlen(word) && memcmp(text, word, length) == 0;
}

static bool tag_is(const struct html_context *context, const char *word)
{
    return is(context->tag, context->tag_length, word);
}

static bool attribute_is(const struct html_context *context, const char *word)
{
    return is(context->attribute, context->attribute_length, word);
}

static void end_tag(struct html_context *context)
{
    bool raw = !context->closing && (tag_is(context, "script") || tag_is(context, "style"));
    context->place = !raw ? HTML_TEXT : context->data_script ? HTML_DATA_SCRIPT : HTML_RAW;
}

static void end_value(struct html_context *context)
{
    if (tag_is(context, "script") && attribute_is(context, "type"))
        context->data_script = is(context->value, context->value_length, "application/json") ||
                               is(context->value, context->value_length, "application/ld+json");
    context->place = HTML_TAG;
}

static void in_tag(struct html_context *context, char c)
{
    if (c == '>') {
        end_tag(context);
    } else if (c == '=') {
        context->place = context->place == HTML_ATTRIBUTE ? HTML_EQUALS : HTML_BROKEN;
    } else if (is_blank(c) || c == '/') {
        if (context->place == HTML_TAG_NAME && c == '/' && context->tag_length == 0) {
            context->closing = true;
        } else {
            context->place = HTML_TAG;
        }
    } else if (c == '"' || c == '\'' || c == '<') {
        context->place = HTML_BROKEN;
    } else if (context->place == HTML_TAG_NAME) {
        add(context->tag, sizeof context->tag, &context->tag_length, c);
    } else {
        if (context->place == HTML_TAG) context->attribute_length = 0;
        context->place = HTML_ATTRIBUTE;
        add(context->attribute, sizeof context->attribute, &context->attribute_length, c);
    }
}

static void step(struct html_context *context, const char *text, size_t left)
{
    switch (context->place) {
    case HTML_TEXT:
        if (text[0] != '<') return;
        html_context_init(context);
        context->place = left > 1 && text[1] == '!' ? HTML_COMMENT : HTML_TAG_NAME;
        return;
    case HTML_TAG_NAME:
    case HTML_TAG:
    case HTML_ATTRIBUTE:
        in_tag(context, text[0]);
        return;
    case HTML_EQUALS:
        context->place = text[0] == '"' ? HTML_QUOTED : HTML_BROKEN;
        context->value_begun = false;
        context->value_length = 0;
        return;
    case HTML_QUOTED:
        if (text[0] == '"') {
            end_value(context);
            return;
        }
        context->value_begun = true;
        add(context->value, sizeof context->value, &context->value_length, text[0]);
        return;
    case HTML_COMMENT:
        if (text[0] == '>') context->place = HTML_TEXT;
        return;
    case HTML_RAW:
    case HTML_DATA_SCRIPT:
        if (left > 1 && text[0] == '<' && text[1] == '/') {
            html_context_init(context);
            context->place = HTML_TAG_NAME;
        }
        return;
    case HTML_BROKEN:
        return;
    }
}

void html_context_advance(struct html_context *context, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        step(context, text + i, length - i);
}

static bool is_address_attribute(const struct html_context *context)
{
    static const char *const names[] = {"href",   "src",    "action", "formaction", "data",
                                        "poster", "srcset", "cite",   "ping",       "content-url"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (attribute_is(context, names[i])) return true;
    return false;
}

static bool is_code_attribute(const struct html_context *context)
{
    return strncmp(context->attribute, "on", 2) == 0 || attribute_is(context, "style") ||
           attribute_is(context, "srcdoc") || attribute_is(context, "http-equiv") ||
           context->attribute_length > sizeof context->attribute;
}

/* True once the address that is being written can no longer become another scheme's. */
static bool address_is_rooted(const struct html_context *context)
{
    size_t kept = context->value_length < sizeof context->value ? context->value_length
                                                                : sizeof context->value;
    return memchr(context->value, '/', kept) || memchr(context->value, '?', kept) ||
           memchr(context->value, '#', kept);
}

bool html_allows_value(const struct html_context *context)
{
    if (context->place == HTML_TEXT) return true;
    return context->place == HTML_QUOTED && !is_code_attribute(context) &&
           (!is_address_attribute(context) || address_is_rooted(context));
}

bool html_allows_url(const struct html_context *context)
{
    return context->place == HTML_QUOTED && !is_code_attribute(context) && !context->value_begun;
}

bool html_allows_json(const struct html_context *context)
{
    return context->place == HTML_DATA_SCRIPT;
}

bool html_allows_section(const struct html_context *context)
{
    return context->place == HTML_TEXT || context->place == HTML_TAG ||
           (context->place == HTML_QUOTED && !is_code_attribute(context));
}
