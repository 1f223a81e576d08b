#include "import/identity.h"

#include "geo/digest.h"
#include "geo/name.h"
#include "import/key_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct identities {
    struct digest *digest;
    struct key_table *said; /* how many partnerships said it */
    char text[DIGEST_HEX_SIZE + 32];
};

struct identities *identities_new(void)
{
    struct identities *identities = calloc(1, sizeof *identities);
    if (!identities) return NULL;
    identities->digest = digest_new();
    identities->said = key_table_new();
    if (identities->digest && identities->said) return identities;
    identities_free(identities);
    return NULL;
}

void identities_free(struct identities *identities)
{
    if (!identities) return;
    digest_free(identities->digest);
    key_table_free(identities->said);
    free(identities);
}

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

const char *identity_of(struct identities *identities, const struct import_partnership *p)
{
    if (p->external_id) return p->external_id;
    char hex[DIGEST_HEX_SIZE];
    say(identities->digest, p, hex);
    uint32_t *before = key_table_at(identities->said, hex, strlen(hex));
    if (!before) return NULL;
    snprintf(identities->text, sizeof identities->text, "same:%s:%" PRIu32, hex, ++*before);
    return identities->text;
}
