#include "server/page_path.h"

#include "geo/territory.h"

#include <stdlib.h>
#include <string.h>

#define MAX_ID_DIGITS 15

static const char *behind(const char *text, const char *prefix)
{
    size_t length = strlen(prefix);
    return strncmp(text, prefix, length) == 0 ? text + length : NULL;
}

static bool parse_partnership(const char *rest, struct page_path *page)
{
    size_t digits = strspn(rest, "0123456789");
    if (digits == 0 || digits > MAX_ID_DIGITS) return false;
    if (rest[digits] != '\0' && rest[digits] != '-') return false;
    page->kind = PAGE_PARTNERSHIP;
    page->id = strtoull(rest, NULL, 10);
    page->slug = rest[digits] == '-' ? rest + digits + 1 : rest + digits;
    return strchr(page->slug, '/') == NULL;
}

/* code or code/slug */
static bool parse_territory(const char *rest, enum page_kind kind, struct page_path *page)
{
    size_t length = strcspn(rest, "/");
    if (length >= sizeof page->code) return false;
    memcpy(page->code, rest, length);
    page->code[length] = '\0';
    page->kind = kind;
    page->slug = rest + length + (rest[length] == '/');
    return territory_code_valid(page->code) && (rest[length] == '\0' || page->slug[0]) &&
           strchr(page->slug, '/') == NULL;
}

/* Pages of one address, without values in it. */
static const struct {
    const char *path;
    enum page_kind kind;
} plain[] = {
    {"/", PAGE_ATLAS},           {"/genre", PAGE_GENDER},       {"/embed", PAGE_EMBED},
    {"/integrer", PAGE_BUILDER}, {"/ma-commune", PAGE_COMMUNE},
};

static bool parse_plain(const char *rest, struct page_path *page)
{
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (strcmp(rest, plain[i].path) != 0) continue;
        page->kind = plain[i].kind;
        return true;
    }
    return false;
}

bool page_path_parse(const char *path, struct page_path *page)
{
    struct page_path parsed = {.kind = PAGE_ATLAS, .slug = ""};
    const char *rest = path, *part;
    bool known;
    if (strcmp(path, "/en") == 0) {
        parsed.english = parsed.bare = true;
        *page = parsed;
        return true;
    }
    if (behind(path, "/en/")) {
        parsed.english = true;
        rest = path + 3;
    }
    if ((part = behind(rest, "/partenariat/"))) {
        known = parse_partnership(part, &parsed);
    } else if ((part = behind(rest, "/territoire/"))) {
        known = parse_territory(part, PAGE_TERRITORY, &parsed);
    } else if ((part = behind(rest, "/conseil/"))) {
        known = parse_territory(part, PAGE_COUNCIL, &parsed);
    } else {
        known = parse_plain(rest, &parsed);
    }
    if (known) *page = parsed;
    return known;
}
