#include "server/site.h"

#include "server/key_lines.h"
#include "server/site_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CONF_BYTES 65536
#define THEME_FILE     "dsfr/dsfr.min.css"

enum value_kind { VALUE_TEXT, VALUE_LINK, VALUE_RECORD_LINK, VALUE_FILE, VALUE_THEME };

static const struct {
    const char *name;
    enum value_kind kind;
} keys[SITE_KEY_COUNT] = {
    [SITE_LOGO] = {"logo", VALUE_FILE},
    [SITE_LOGO_TEXT] = {"logo_text", VALUE_TEXT},
    [SITE_LOGO_LINK] = {"logo_link", VALUE_LINK},
    [SITE_LEGAL_FR] = {"legal_fr", VALUE_TEXT},
    [SITE_LEGAL_EN] = {"legal_en", VALUE_TEXT},
    [SITE_LEGAL_LINK] = {"legal_link", VALUE_LINK},
    [SITE_CORRECTION_LINK] = {"correction_link", VALUE_RECORD_LINK},
    [SITE_UPDATE_LINK] = {"update_link", VALUE_RECORD_LINK},
    [SITE_HELP_FR] = {"help_fr", VALUE_TEXT},
    [SITE_HELP_EN] = {"help_en", VALUE_TEXT},
    [SITE_THEME] = {"theme", VALUE_THEME},
};

/* What may not stand without the other. */
static const enum site_key pairs[][2] = {
    {SITE_LOGO, SITE_LOGO_TEXT},
    {SITE_LEGAL_FR, SITE_LEGAL_EN},
    {SITE_HELP_FR, SITE_HELP_EN},
};

/* https://host… or /path, without blanks, quotes, controls or anything beyond ASCII. */
static bool is_link(const char *text)
{
    const char *rest = text;
    if (strncmp(text, "https://", 8) == 0) {
        rest = text + 8;
        if (strcspn(rest, "/?#") == 0) return false;
    } else if (text[0] != '/' || text[1] == '/' || text[1] == '\\') {
        return false;
    }
    for (; *rest; rest++)
        if (*rest <= ' ' || *rest >= 127 || strchr("\"'<>\\`^|", *rest)) return false;
    return true;
}

/* Braces stand in {id} only; as often as it must. */
static bool has_id(const char *text)
{
    size_t n = 0;
    for (const char *at = strpbrk(text, "{}"); at; at = strpbrk(at, "{}")) {
        if (strncmp(at, "{id}", 4) != 0) return false;
        at += 4;
        n++;
    }
    return n == 1;
}

static const char *fault_of(const struct site *site, enum value_kind kind, const char *text)
{
    switch (kind) {
    case VALUE_LINK:
        if (!is_link(text) || strpbrk(text, "{}"))
            return "is an https:// address or a path of this server, /…";
        return NULL;
    case VALUE_RECORD_LINK:
        if (!is_link(text) || !has_id(text))
            return "is an https:// address or a path of this server, /…, with {id} in it once, in "
                   "the place of the record's number";
        return NULL;
    case VALUE_FILE:
        return site_find(site, text) ? NULL : "names no picture of this folder";
    case VALUE_THEME:
        if (strcmp(text, "dsfr") != 0) return "knows dsfr alone";
        return site_find(site, THEME_FILE) ? NULL
                                           : "needs the file " THEME_FILE
                                             " in this folder, from "
                                             "the package @gouvfr/dsfr (with its fonts)";
    case VALUE_TEXT:
        break;
    }
    return NULL;
}

static enum atlas_status take_value(struct site *site, const struct key_lines *lines,
                                    const char *name, const char *value, struct atlas_error *error)
{
    for (int key = 0; key < SITE_KEY_COUNT; key++) {
        if (strcmp(name, keys[key].name) != 0) continue;
        const char *fault = site->values[key] ? "is there twice"
                            : value[0]        ? fault_of(site, keys[key].kind, value)
                                              : "is empty";
        if (fault)
            return atlas_fail(error, ATLAS_INVALID, "%s, line %d: %s %s", lines->path,
                              lines->number, name, fault);
        site->values[key] = value;
        return ATLAS_OK;
    }
    return atlas_fail(error, ATLAS_INVALID,
                      "%s, line %d: there is no key %.40s; there are logo, logo_text, logo_link, "
                      "legal_fr, legal_en, legal_link, correction_link, update_link, help_fr, "
                      "help_en and theme",
                      lines->path, lines->number, name);
}

static enum atlas_status read_lines(struct site *site, const char *path, struct atlas_error *error)
{
    struct key_lines lines = {.path = path, .at = site->text};
    for (;;) {
        const char *name, *value;
        bool more;
        enum atlas_status status = key_lines_next(&lines, &more, &name, &value, error);
        if (!status && more) status = take_value(site, &lines, name, value, error);
        if (status) return status;
        if (!more) break;
    }
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        for (int one = 0; one < 2; one++)
            if (site->values[pairs[i][one]] && !site->values[pairs[i][!one]])
                return atlas_fail(error, ATLAS_INVALID, "%s: %s needs %s beside it", path,
                                  keys[pairs[i][one]].name, keys[pairs[i][!one]].name);
    return ATLAS_OK;
}

static enum atlas_status read_conf(struct site *site, const char *folder, struct atlas_error *error)
{
    char path[4096];
    struct bytes text = {0};
    if (snprintf(path, sizeof path, "%s/site.conf", folder) >= (int)sizeof path)
        return atlas_fail(error, ATLAS_INVALID, "%s is too long a path", folder);
    enum atlas_status status = site_read_file(path, MAX_CONF_BYTES, &text, error);
    if (!status && text.length && memchr(text.data, 0, text.length))
        status = atlas_fail(error, ATLAS_INVALID, "%s holds a NUL byte", path);
    bytes_append_byte(&text, 0);
    if (!status && text.failed)
        status = atlas_fail(error, ATLAS_NO_MEMORY, "no memory to read %s", path);
    if (status) {
        bytes_close(&text);
        return status;
    }
    site->text = (char *)text.data;
    site->fingerprint = site_fingerprint(site, text.data, text.length);
    return read_lines(site, path, error);
}

enum atlas_status site_open(const char *folder, struct site **site, struct atlas_error *error)
{
    struct site *opened = calloc(1, sizeof *opened);
    if (!opened) return atlas_fail(error, ATLAS_NO_MEMORY, "no memory for the site");
    enum atlas_status status = ATLAS_OK;
    if (folder) status = site_read_files(opened, folder, error);
    if (folder && !status) status = read_conf(opened, folder, error);
    if (status) {
        site_close(opened);
        return status;
    }
    *site = opened;
    return ATLAS_OK;
}

void site_close(struct site *site)
{
    if (!site) return;
    for (size_t i = 0; i < site->n_files; i++) {
        free(site->files[i].name);
        bytes_close(&site->files[i].content);
    }
    free(site->files);
    free(site->text);
    free(site);
}

const char *site_text(const struct site *site, enum site_key key)
{
    return site ? site->values[key] : NULL;
}

void site_write_link(const struct site *site, enum site_key key, uint64_t id, struct bytes *out)
{
    const char *link = site_text(site, key);
    if (!link) return;
    size_t before = (size_t)(strstr(link, "{id}") - link);
    bytes_append_format(out, "%.*s%llu%s", (int)before, link, (unsigned long long)id,
                        link + before + 4);
}

const struct site_file *site_find(const struct site *site, const char *name)
{
    for (size_t i = 0; site && i < site->n_files; i++)
        if (strcmp(site->files[i].name, name) == 0) return &site->files[i];
    return NULL;
}
