#include "server/page_context.h"
#include "server/page_program.h"

#include "server/assets.h"

#include <stdlib.h>
#include <string.h>

#define MAX_DEPTH 16

struct compiler {
    const char *path;
    struct page_program *program;
    const struct assets *assets;
    struct html_context context;
    struct html_context outside[MAX_DEPTH]; /* context before each open section */
    size_t open[MAX_DEPTH];                 /* their steps */
    int depth;
    int line;
    struct atlas_error *error;
};

static enum atlas_status refuse(const struct compiler *compiler, const char *tag, size_t length,
                                const char *reason)
{
    return atlas_fail(compiler->error, ATLAS_INVALID, "%s, line %d: {{%.*s}} %s", compiler->path,
                      compiler->line, (int)(length < 60 ? length : 60), tag, reason);
}

static enum atlas_status add_step(struct compiler *compiler, enum page_step_kind kind,
                                  const char *text, size_t length)
{
    struct page_program *program = compiler->program;
    struct page_step *grown =
        realloc(program->steps, (program->n_steps + 1) * sizeof *program->steps);
    if (!grown) return atlas_fail(compiler->error, ATLAS_NO_MEMORY, "no memory for templates");
    program->steps = grown;
    program->steps[program->n_steps++] =
        (struct page_step){.kind = kind, .text = text, .length = length};
    return ATLAS_OK;
}

static enum atlas_status literal(struct compiler *compiler, const char *text, size_t length)
{
    if (length == 0) return ATLAS_OK;
    html_context_advance(&compiler->context, text, length);
    for (size_t i = 0; i < length; i++)
        compiler->line += text[i] == '\n';
    if (compiler->context.place == HTML_BROKEN)
        return atlas_fail(compiler->error, ATLAS_INVALID,
                          "%s, before line %d: attributes need double quotes", compiler->path,
                          compiler->line + 1);
    return add_step(compiler, STEP_LITERAL, text, length);
}

static enum atlas_status section(struct compiler *compiler, enum page_step_kind kind,
                                 const char *name, size_t length)
{
    if (!html_allows_section(&compiler->context))
        return refuse(compiler, name, length, "cannot begin a section here");
    if (compiler->depth == MAX_DEPTH) return refuse(compiler, name, length, "is nested too deep");
    compiler->outside[compiler->depth] = compiler->context;
    compiler->open[compiler->depth++] = compiler->program->n_steps;
    return add_step(compiler, kind, name, length);
}

static enum atlas_status section_end(struct compiler *compiler, const char *name, size_t length)
{
    if (compiler->depth == 0) return refuse(compiler, name, length, "closes nothing");
    size_t open = compiler->open[--compiler->depth];
    const struct page_step *begin = &compiler->program->steps[open];
    if (begin->length != length || memcmp(begin->text, name, length) != 0)
        return refuse(compiler, name, length, "closes another section than the last one opened");
    enum html_place inside = compiler->context.place;
    /* `<p{{#x}} hidden{{/x}}>`: an attribute without a value, which must end with the section. */
    if (inside == HTML_ATTRIBUTE && strchr(" \n>", name[length + 2])) inside = HTML_TAG;
    if (inside != compiler->outside[compiler->depth].place)
        return refuse(compiler, name, length, "ends in another part of the HTML than it began in");
    compiler->context = compiler->outside[compiler->depth];
    compiler->program->steps[open].jump = compiler->program->n_steps;
    return add_step(compiler, STEP_END, name, length);
}

static enum atlas_status value(struct compiler *compiler, enum page_step_kind kind,
                               const char *name, size_t length)
{
    const struct html_context *context = &compiler->context;
    bool allowed = kind == STEP_URL    ? html_allows_url(context)
                   : kind == STEP_JSON ? html_allows_json(context)
                                       : html_allows_value(context);
    if (!allowed)
        return refuse(compiler, name, length,
                      "stands where this kind of value would not be safe (see page.h)");
    if (kind == STEP_URL) html_context_advance(&compiler->context, "/", 1);
    return add_step(compiler, kind, name, length);
}

static enum atlas_status asset(struct compiler *compiler, const char *name, size_t length)
{
    char source[128];
    const struct asset *found = NULL;
    if (length < sizeof source) {
        memcpy(source, name, length);
        source[length] = '\0';
        found = compiler->assets ? assets_find_source(compiler->assets, source) : NULL;
    }
    if (!found) return refuse(compiler, name, length, "names no file of the assets");
    if (!html_allows_url(&compiler->context))
        return refuse(compiler, name, length, "is an address and must be a whole attribute");
    html_context_advance(&compiler->context, "/", 1);
    return add_step(compiler, STEP_ASSET, found->name, strlen(found->name));
}

static enum atlas_status include(struct compiler *compiler, const char *name, size_t length)
{
    if (compiler->context.place != HTML_TEXT)
        return refuse(compiler, name, length, "can only stand between elements");
    return add_step(compiler, STEP_INCLUDE, name, length);
}

static bool begins(const char **tag, size_t *length, const char *word)
{
    size_t n = strlen(word);
    if (*length < n || memcmp(*tag, word, n) != 0) return false;
    *tag += n;
    *length -= n;
    return *length > 0;
}

static bool is_name(const char *name, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-", name[i]))
            return false;
    return length > 0;
}

static enum atlas_status tag(struct compiler *compiler, const char *text, size_t length)
{
    const char *name = text;
    enum page_step_kind kind = STEP_VALUE;
    if (begins(&name, &length, "#"))
        kind = STEP_SECTION;
    else if (begins(&name, &length, "^"))
        kind = STEP_INVERTED;
    else if (begins(&name, &length, "/"))
        kind = STEP_END;
    else if (begins(&name, &length, ">"))
        kind = STEP_INCLUDE;
    else if (begins(&name, &length, "@"))
        kind = STEP_MESSAGE;
    else if (begins(&name, &length, "url "))
        kind = STEP_URL;
    else if (begins(&name, &length, "json "))
        kind = STEP_JSON;
    else if (begins(&name, &length, "asset "))
        kind = STEP_ASSET;
    if (!is_name(name, length)) return refuse(compiler, name, length, "is not a name");
    switch (kind) {
    case STEP_SECTION:
    case STEP_INVERTED:
        return section(compiler, kind, name, length);
    case STEP_END:
        return section_end(compiler, name, length);
    case STEP_INCLUDE:
        return include(compiler, name, length);
    case STEP_ASSET:
        return asset(compiler, name, length);
    default:
        return value(compiler, kind, name, length);
    }
}

static enum atlas_status compile(struct compiler *compiler, const char *source)
{
    enum atlas_status status = ATLAS_OK;
    const char *at = source;
    while (status == ATLAS_OK) {
        const char *open = strstr(at, "{{");
        status = literal(compiler, at, open ? (size_t)(open - at) : strlen(at));
        if (status != ATLAS_OK || !open) break;
        const char *close = strstr(open, "}}");
        if (!close) return refuse(compiler, open + 2, strcspn(open + 2, "\n"), "is not closed");
        status = tag(compiler, open + 2, (size_t)(close - open) - 2);
        at = close + 2;
    }
    if (status != ATLAS_OK) return status;
    if (compiler->depth > 0) {
        const struct page_step *begin =
            &compiler->program->steps[compiler->open[compiler->depth - 1]];
        return refuse(compiler, begin->text, begin->length, "is never closed");
    }
    if (compiler->context.place != HTML_TEXT)
        return atlas_fail(compiler->error, ATLAS_INVALID, "%s ends inside a tag", compiler->path);
    return ATLAS_OK;
}

enum atlas_status page_compile(const char *path, char *source, const struct assets *assets,
                               struct page_program *program, struct atlas_error *error)
{
    memset(program, 0, sizeof *program);
    program->source = source;
    struct compiler compiler = {
        .path = path, .program = program, .assets = assets, .line = 1, .error = error};
    html_context_init(&compiler.context);
    enum atlas_status status = compile(&compiler, source);
    if (status != ATLAS_OK) page_program_close(program);
    return status;
}

void page_program_close(struct page_program *program)
{
    free(program->name);
    free(program->source);
    free(program->steps);
    memset(program, 0, sizeof *program);
}
