#include "server/page.h"

#include "server/page_program.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define MAX_INCLUDES 8
#define MAX_SCOPES   32

struct page_templates {
    struct page_program *programs;
    size_t n;
};

/* ---- loading ---- */

static enum atlas_status read_source(const char *path, char **source, struct atlas_error *error)
{
    struct bytes content = {0};
    FILE *file = fopen(path, "rb");
    if (!file) return atlas_fail(error, ATLAS_IO, "cannot open %s: %s", path, strerror(errno));
    for (size_t got = 1; got > 0;) {
        uint8_t *room = bytes_reserve(&content, 65536);
        got = room ? fread(room, 1, 65536, file) : 0;
        content.length += got;
    }
    bool unread = ferror(file);
    fclose(file);
    bytes_append_byte(&content, 0);
    if (unread || content.failed) {
        bytes_close(&content);
        return unread ? atlas_fail(error, ATLAS_IO, "cannot read %s", path)
                      : atlas_fail(error, ATLAS_NO_MEMORY, "no memory to read %s", path);
    }
    *source = (char *)content.data;
    return ATLAS_OK;
}

static enum atlas_status load_one(struct page_templates *templates, const char *folder,
                                  const char *file_name, const struct assets *assets,
                                  struct atlas_error *error)
{
    char path[4096];
    char *source = NULL;
    if (snprintf(path, sizeof path, "%s/%s", folder, file_name) >= (int)sizeof path)
        return atlas_fail(error, ATLAS_INVALID, "%s is too long a path", folder);
    struct page_program *grown =
        realloc(templates->programs, (templates->n + 1) * sizeof *templates->programs);
    if (!grown) return atlas_fail(error, ATLAS_NO_MEMORY, "no memory for templates");
    templates->programs = grown;
    enum atlas_status status = read_source(path, &source, error);
    struct page_program *program = &templates->programs[templates->n];
    if (status == ATLAS_OK) status = page_compile(path, source, assets, program, error);
    if (status != ATLAS_OK) return status;
    templates->n++;
    program->name = strndup(file_name, strlen(file_name) - strlen(".html"));
    return program->name ? ATLAS_OK : atlas_fail(error, ATLAS_NO_MEMORY, "no memory");
}

static enum atlas_status load_all(struct page_templates *templates, const char *folder,
                                  const struct assets *assets, struct atlas_error *error)
{
    DIR *directory = opendir(folder);
    if (!directory)
        return atlas_fail(error, ATLAS_IO, "cannot open %s: %s; is --share the right folder?",
                          folder, strerror(errno));
    enum atlas_status status = ATLAS_OK;
    for (struct dirent *entry; status == ATLAS_OK && (entry = readdir(directory));) {
        size_t length = strlen(entry->d_name);
        if (length > 5 && strcmp(entry->d_name + length - 5, ".html") == 0)
            status = load_one(templates, folder, entry->d_name, assets, error);
    }
    closedir(directory);
    return status;
}

static const struct page_program *find(const struct page_templates *templates, const char *name,
                                       size_t length)
{
    for (size_t i = 0; i < templates->n; i++)
        if (strlen(templates->programs[i].name) == length &&
            memcmp(templates->programs[i].name, name, length) == 0)
            return &templates->programs[i];
    return NULL;
}

/* The text of a key that is length bytes long, or NULL. */
static const char *find_message(const struct messages *messages, const char *key, size_t length)
{
    char name[128];
    if (length >= sizeof name) return NULL;
    memcpy(name, key, length);
    name[length] = '\0';
    return messages_find(messages, name);
}

static enum atlas_status check(const struct page_templates *templates,
                               const struct messages *messages, struct atlas_error *error)
{
    for (size_t i = 0; i < templates->n; i++) {
        const struct page_program *program = &templates->programs[i];
        for (size_t s = 0; s < program->n_steps; s++) {
            const struct page_step *step = &program->steps[s];
            const char *lacking = NULL;
            if (step->kind == STEP_MESSAGE && !find_message(messages, step->text, step->length))
                lacking = messages->english ? "English message" : "French message";
            if (step->kind == STEP_INCLUDE && !find(templates, step->text, step->length))
                lacking = "template";
            if (lacking)
                return atlas_fail(error, ATLAS_INVALID, "%s.html: there is no %s %.*s",
                                  program->name, lacking, (int)step->length, step->text);
        }
    }
    return ATLAS_OK;
}

enum atlas_status page_templates_load(const char *folder, const struct assets *assets,
                                      const struct messages *french, const struct messages *english,
                                      struct page_templates **templates, struct atlas_error *error)
{
    struct page_templates *loaded = calloc(1, sizeof *loaded);
    if (!loaded) return atlas_fail(error, ATLAS_NO_MEMORY, "no memory for templates");
    enum atlas_status status = load_all(loaded, folder, assets, error);
    if (status == ATLAS_OK) status = check(loaded, french, error);
    if (status == ATLAS_OK) status = check(loaded, english, error);
    if (status != ATLAS_OK) {
        page_templates_free(loaded);
        return status;
    }
    *templates = loaded;
    return ATLAS_OK;
}

void page_templates_free(struct page_templates *templates)
{
    if (!templates) return;
    for (size_t i = 0; i < templates->n; i++)
        page_program_close(&templates->programs[i]);
    free(templates->programs);
    free(templates);
}

/* ---- filling ---- */

struct filling {
    const struct page_templates *templates;
    const struct messages *messages;
    const struct page_object *scopes[MAX_SCOPES];
    const struct page_value *dots[MAX_SCOPES]; /* what {{.}} is in each scope, or NULL */
    int depth;
    int includes;
    struct bytes *out;
};

static const struct page_value *lookup(const struct filling *filling, const char *name,
                                       size_t length)
{
    if (length == 1 && name[0] == '.') return filling->dots[filling->depth - 1];
    for (int i = filling->depth - 1; i >= 0; i--) {
        const struct page_value *found =
            filling->scopes[i] ? page_object_find(filling->scopes[i], name, length) : NULL;
        if (found) return found;
    }
    return NULL;
}

static bool is_control(utf8proc_int32_t c)
{
    return (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7f && c < 0xa0);
}

static const char *entity_of(uint8_t c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void page_write_escaped(const char *text, size_t length, struct bytes *out)
{
    const uint8_t *at = (const uint8_t *)text, *end = at + length;
    while (at < end) {
        utf8proc_int32_t codepoint = -1;
        utf8proc_ssize_t n = utf8proc_iterate(at, end - at, &codepoint);
        const char *entity = entity_of(*at);
        if (n <= 0 || is_control(codepoint)) {
            bytes_append_text(out, "\uFFFD");
            n = n <= 0 ? 1 : n;
        } else if (entity) {
            bytes_append_text(out, entity);
        } else {
            bytes_append(out, at, (size_t)n);
        }
        at += n;
    }
}

static void write_value(struct filling *filling, const struct page_value *value)
{
    if (!value) return;
    if (value->kind == PAGE_TEXT) page_write_escaped(value->text, value->length, filling->out);
    if (value->kind == PAGE_NUMBER)
        messages_write_number(filling->messages->english, value->number, filling->out);
}

static bool is_safe_address(const char *text)
{
    static const char *const schemes[] = {"http://", "https://", "mailto:"};
    if (text[0] == '#' || text[0] == '?') return true;
    if (text[0] == '/') return text[1] != '/' && text[1] != '\\';
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (strncasecmp(text, schemes[i], strlen(schemes[i])) == 0) return true;
    return false;
}

static void write_address(struct filling *filling, const struct page_value *value)
{
    if (value && value->kind == PAGE_TEXT && is_safe_address(value->text)) {
        write_value(filling, value);
    } else {
        bytes_append_text(filling->out, "#");
    }
}

static void write_asset(struct filling *filling, const struct page_step *step)
{
    write_value(filling, lookup(filling, "root", 4));
    bytes_append_text(filling->out, "/assets/");
    page_write_escaped(step->text, step->length, filling->out);
}

/* Writes `one` or `many` of {name|one|many}, given what stands behind the name: "|one|many". */
static void write_wording(struct filling *filling, const struct page_value *value,
                          const char *wordings, size_t length)
{
    const char *one = wordings + 1, *bar = memchr(one, '|', length - 1);
    if (!bar) return;
    bool singular = value && value->kind == PAGE_NUMBER &&
                    messages_singular(filling->messages->english, value->number);
    const char *from = singular ? one : bar + 1;
    const char *to = singular ? bar : wordings + length;
    page_write_escaped(from, (size_t)(to - from), filling->out);
}

static void write_message(struct filling *filling, const char *text)
{
    while (*text) {
        size_t plain = strcspn(text, "{");
        page_write_escaped(text, plain, filling->out);
        text += plain;
        const char *close = *text ? strchr(text, '}') : NULL;
        if (!close) break;
        size_t length = (size_t)(close - text) - 1, name = strcspn(text + 1, "|}");
        const struct page_value *value = lookup(filling, text + 1, name);
        if (name == length) {
            write_value(filling, value);
        } else {
            write_wording(filling, value, text + 1 + name, length - name);
        }
        text = close + 1;
    }
}

static void run(struct filling *filling, const struct page_program *program, size_t from,
                size_t to);

static void run_in(struct filling *filling, const struct page_program *program, size_t from,
                   size_t to, const struct page_object *scope, const struct page_value *dot)
{
    if (filling->depth == MAX_SCOPES) return;
    filling->scopes[filling->depth] = scope;
    filling->dots[filling->depth++] = dot;
    run(filling, program, from, to);
    filling->depth--;
}

static bool is_there(const struct page_value *value)
{
    if (!value) return false;
    if (value->kind == PAGE_LIST) return value->first != NULL;
    return value->kind == PAGE_TEXT || value->kind == PAGE_JSON || value->number != 0;
}

static void run_section(struct filling *filling, const struct page_program *program, size_t begin)
{
    const struct page_step *step = &program->steps[begin];
    const struct page_value *value = lookup(filling, step->text, step->length);
    if (step->kind == STEP_INVERTED) {
        if (!is_there(value)) run(filling, program, begin + 1, step->jump);
    } else if (value && value->kind == PAGE_LIST) {
        for (const struct page_object *item = value->first; item; item = item->next)
            run_in(filling, program, begin + 1, step->jump, item, NULL);
    } else if (is_there(value)) {
        run_in(filling, program, begin + 1, step->jump, NULL, value);
    }
}

static void run_include(struct filling *filling, const struct page_step *step)
{
    const struct page_program *program = find(filling->templates, step->text, step->length);
    if (!program || filling->includes == MAX_INCLUDES) return;
    filling->includes++;
    run(filling, program, 0, program->n_steps);
    filling->includes--;
}

static void run_step(struct filling *filling, const struct page_program *program, size_t i)
{
    const struct page_step *step = &program->steps[i];
    switch (step->kind) {
    case STEP_LITERAL:
        bytes_append(filling->out, step->text, step->length);
        return;
    case STEP_VALUE:
        write_value(filling, lookup(filling, step->text, step->length));
        return;
    case STEP_URL:
        write_address(filling, lookup(filling, step->text, step->length));
        return;
    case STEP_JSON: {
        const struct page_value *value = lookup(filling, step->text, step->length);
        if (value && value->kind == PAGE_JSON)
            bytes_append(filling->out, value->text, value->length);
        else
            bytes_append_text(filling->out, "null");
        return;
    }
    case STEP_MESSAGE:
        write_message(filling, find_message(filling->messages, step->text, step->length));
        return;
    case STEP_ASSET:
        write_asset(filling, step);
        return;
    case STEP_SECTION:
    case STEP_INVERTED:
        run_section(filling, program, i);
        return;
    case STEP_INCLUDE:
        run_include(filling, step);
        return;
    case STEP_END:
        return;
    }
}

static void run(struct filling *filling, const struct page_program *program, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        const struct page_step *step = &program->steps[i];
        run_step(filling, program, i);
        if (step->kind == STEP_SECTION || step->kind == STEP_INVERTED) i = step->jump;
    }
}

enum atlas_status page_render(const struct page_templates *templates, const char *name,
                              const struct messages *messages, const struct page_object *root,
                              struct bytes *out, struct atlas_error *error)
{
    const struct page_program *program = find(templates, name, strlen(name));
    if (!program) return atlas_fail(error, ATLAS_NOT_FOUND, "there is no template %s", name);
    struct filling filling = {
        .templates = templates, .messages = messages, .scopes = {root}, .depth = 1, .out = out};
    run(&filling, program, 0, program->n_steps);
    return out->failed ? atlas_fail(error, ATLAS_NO_MEMORY, "no memory for the page %s", name)
                       : ATLAS_OK;
}
