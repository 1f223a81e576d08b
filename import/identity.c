#include "import/identity.h"

#include "geo/digest.h"
#include "geo/name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What one partnership without an id says, and where it stands. */
struct saying {
    char hex[DIGEST_HEX_SIZE];
    size_t position;
};

static void add_text(struct digest *digest, const char *text)
{
    digest_add(digest, text ? text : "", text ? strlen(text) : 0);
    digest_add(digest, "\x1F", 1);
}

static void add_folded(struct digest *digest, const char *text)
{
    char folded[1000];
    name_fold(text, folded, sizeof folded);
    add_text(digest, folded);
}

static void say(struct digest *digest, const struct import_partnership *p, char *hex)
{
    add_text(digest, p->source);
    add_text(digest, p->kind);
    /* A title made of the names says nothing beyond them. */
    add_folded(digest, p->title_made ? "" : p->title);
    for (size_t i = 0; i < p->n_parties; i++) {
        const struct import_party *party = &p->parties[i];
        add_text(digest, party->side == SIDE_FRENCH ? "french" : "foreign");
        add_folded(digest, party->name);
        add_folded(digest, party->hint);
        add_text(digest, party->code);
        add_text(digest, party->country_iso);
    }
    digest_hex(digest, hex);
}

static int by_saying(const void *a, const void *b)
{
    const struct saying *x = a, *y = b;
    int order = strcmp(x->hex, y->hex);
    return order ? order : (x->position > y->position) - (x->position < y->position);
}

/* Numbers those that say the same, in the order of the file. */
static void number_sayings(struct saying *sayings, size_t n, struct pool *pool,
                           const char **identities)
{
    char text[DIGEST_HEX_SIZE + 32];
    size_t ordinal = 0;
    qsort(sayings, n, sizeof *sayings, by_saying);
    for (size_t i = 0; i < n; i++) {
        ordinal = i && strcmp(sayings[i].hex, sayings[i - 1].hex) == 0 ? ordinal + 1 : 1;
        snprintf(text, sizeof text, "same:%s:%zu", sayings[i].hex, ordinal);
        identities[sayings[i].position] = pool_text(pool, text);
    }
}

const char **identities_of(struct merger *merger, struct pool *pool)
{
    size_t n = merger_n(merger), n_sayings = 0;
    const char **identities = pool_room(pool, (n + 1) * sizeof *identities);
    struct saying *sayings = calloc(n + 1, sizeof *sayings);
    struct digest *digest = digest_new();
    if (identities && sayings && digest) {
        for (size_t i = 0; i < n; i++) {
            const struct import_partnership *p = merger_at(merger, i);
            identities[i] = p->external_id;
            if (p->external_id) continue;
            sayings[n_sayings].position = i;
            say(digest, p, sayings[n_sayings++].hex);
        }
        number_sayings(sayings, n_sayings, pool, identities);
    }
    bool failed = !identities || !sayings || !digest || pool_failed(pool);
    free(sayings);
    digest_free(digest);
    return failed ? NULL : identities;
}
