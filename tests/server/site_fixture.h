/* The pages of the build folder over a made edition. Include after cmocka.h. */
#ifndef TESTS_SERVER_SITE_FIXTURE_H
#define TESTS_SERVER_SITE_FIXTURE_H

#include "server/pages.h"
#include "tests/tiles/fixture.h"

#include <stdio.h>
#include <stdlib.h>

struct site_fixture {
    struct fixture fixture;
    struct assets *assets;
    struct pages *pages;
};

/* An edition of n partnerships by that seed, and its pages; what a group's setup returns. */
static inline int site_fixture_open(struct site_fixture *site, unsigned n, uint64_t seed)
{
    struct atlas_error error;
    char share[512];
    const char *build = getenv("PASSERELLE_BUILD");
    snprintf(share, sizeof share, "%s/share", build ? build : "build");
    fixture_open(&site->fixture, n, seed);
    if (assets_open(share, &site->assets, &error) != ATLAS_OK ||
        pages_open(share, site->assets, NULL, &site->pages, &error) != ATLAS_OK) {
        print_error("%s\n", error.message);
        return 1;
    }
    return 0;
}

static inline void site_fixture_close(struct site_fixture *site)
{
    pages_close(site->pages);
    assets_close(site->assets);
    fixture_close(&site->fixture);
}

#endif
