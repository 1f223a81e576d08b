/* The pages: `/`, `/partenariat/{id}-{slug}`, `/territoire/{code}`, and the same under /en/. They
 * hold everything as HTML before any script runs; the scripts (server/web) add the map.
 *
 * server/route sends here every GET of a path that pages_knows(), and every 404 or 410 for a
 * reader who asks for text/html.
 */
#ifndef SERVER_PAGES_H
#define SERVER_PAGES_H

#include "geo/bytes.h"
#include "geo/status.h"
#include "server/assets.h"
#include "server/site.h"
#include "tiles/edition.h"

#include <stdbool.h>
#include <stddef.h>

struct pages;

/* Reads templates and messages of share/web. assets and site are borrowed and outlive the pages;
 * site may be NULL. Fails with a sentence (see page.h, messages.h). */
enum atlas_status pages_open(const char *share, const struct assets *assets,
                             const struct site *site, struct pages **pages,
                             struct atlas_error *error) ATLAS_MUST_CHECK;
/* NULL is harmless. */
void pages_close(struct pages *pages);

/* True where the path (decoded, without query) is a page's, whether or not what it names exists:
 * also /en (moves to /en/) and /partenariat/12 (moves to the address with its slug). */
bool pages_knows(const char *path);

struct page_parameter {
    const char *name, *value; /* decoded UTF-8 */
};

struct page_request {
    const char *path; /* decoded, without query */
    const struct page_parameter *parameters;
    size_t n_parameters;
    const char *base_url; /* "https://host[/prefix]", without a slash at its end */
};

struct page_answer {
    int http_status;       /* 200, 301, 400, 404, 410 */
    struct bytes body;     /* text/html; charset=utf-8; owned by the caller */
    struct bytes location; /* of a 301: an absolute address, not terminated; else empty */
    const char *csp;       /* for Content-Security-Policy; static */
    bool may_be_framed;    /* false: also send X-Frame-Options: DENY */
};

/* Answers a page of this edition. Filter parameters as everywhere; foreign ones (utm_source …) are
 * ignored; a malformed one is a 400 page that says which. The body depends on nothing but edition,
 * path, parameters and base URL. Fails only with ATLAS_NO_MEMORY, and for a path that is no page's
 * with ATLAS_NOT_FOUND; then *answer is closed. */
enum atlas_status pages_answer(const struct pages *pages, const struct edition *edition,
                               const struct page_request *request, struct page_answer *answer,
                               struct atlas_error *error) ATLAS_MUST_CHECK;
void page_answer_close(struct page_answer *answer);

/* Appends a page that says what went wrong and where to go on: http_status 400, 404, 405, 410, 414,
 * 429, 500 or 503 (another one is shown by its number). sentence: what is known, English, or NULL.
 * accept_language: the request's header or NULL; a path under /en/ is English whatever it says. */
enum atlas_status pages_write_error(const struct pages *pages, int http_status, const char *path,
                                    const char *accept_language, const char *sentence,
                                    const char *base_url, struct bytes *out) ATLAS_MUST_CHECK;

/* Content-Security-Policy of pages_write_error(). */
extern const char pages_error_csp[];

#endif
