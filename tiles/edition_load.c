/* Reads an edition: two threads, each with a connection of its own, do what does not wait for one
 * another. */
#include "tiles/edition_build.h"
#include "tiles/prepared.h"

#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static void reading_close(struct edition_reading *reading)
{
    struct rows *all[] = {&reading->parents,      &reading->epcis,      &reading->theme_parents,
                          &reading->theme_also,   &reading->ids,        &reading->party_order,
                          &reading->link_ids,     &reading->hidden,     &reading->words_slots,
                          &reading->origin_slots, &reading->unpublished};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        rows_close(all[i]);
    bytes_close(&reading->wkb);
    snapshot_free(reading->snapshot);
}

/* Shows the finished arrays through the edition. */
static void publish(struct edition_owner *owner)
{
    struct edition *e = &owner->edition;
#define SHOW(array)                                                                                \
    do {                                                                                           \
        rows_trim(&owner->array, sizeof *e->array);                                                \
        e->array = owner->array.data;                                                              \
        e->n_##array = owner->array.n;                                                             \
    } while (0)
    SHOW(territories);
    SHOW(partnerships);
    SHOW(parties);
    SHOW(party_words);
    SHOW(origins);
    SHOW(links);
    SHOW(themes);
    SHOW(partnership_themes);
    SHOW(fundings);
    SHOW(areas);
    SHOW(borders);
    SHOW(attributions);
    SHOW(names);
#undef SHOW
    rows_trim(&owner->links_of, sizeof *e->links_of);
    e->links_of = owner->links_of.data;
    e->index = &owner->index;
    shapes_trim(&owner->shapes);
    e->shapes = &owner->shapes;
}

typedef enum atlas_status load_step(struct edition_reading *reading);

static enum atlas_status index_links(struct edition_reading *reading)
{
    return edition_index_links(&reading->owner->edition, &reading->owner->index);
}

static enum atlas_status index_partnerships(struct edition_reading *reading)
{
    return edition_index_partnerships(&reading->owner->edition, &reading->owner->index);
}

/* What is done at once, by the first and the second reading; a stage begins when the one before is
 * done. Territories and partnerships know nothing of each other, links and parties need both. Texts
 * of the second go into the pool of partnerships. Stages and sides are dealt so that both take
 * about as long. */
enum { READINGS = 2, STEPS = 3 };
static load_step *const reading_stages[][READINGS][STEPS] = {
    {{edition_read_head, edition_read_themes, edition_read_territories},
     {edition_read_partnerships}},
    {{edition_read_links, edition_read_names, edition_read_themes_of_partnerships},
     {edition_read_parties, edition_read_fundings, edition_read_shapes}},
};
static load_step *const index_stage[READINGS][STEPS] = {{index_links}, {index_partnerships}};

struct load_side {
    struct edition_reading reading;
    struct atlas_error error;
    load_step *const *steps;
    enum atlas_status status;
};

static void *do_steps(void *of)
{
    struct load_side *side = of;
    side->status = ATLAS_OK;
    for (size_t i = 0; side->status == ATLAS_OK && i < STEPS && side->steps[i]; i++)
        side->status = side->steps[i](&side->reading);
    return NULL;
}

/* Does a stage. Where both sides fail it is the first one's word that counts. */
static enum atlas_status do_stage(load_step *const stage[READINGS][STEPS],
                                  struct load_side sides[READINGS], struct atlas_error *error)
{
    pthread_t helper;
    for (size_t i = 0; i < READINGS; i++)
        sides[i].steps = stage[i];
    bool helped = pthread_create(&helper, NULL, do_steps, &sides[1]) == 0;
    do_steps(&sides[0]);
    if (helped)
        pthread_join(helper, NULL);
    else
        do_steps(&sides[1]);
    for (size_t i = 0; i < READINGS; i++)
        if (sides[i].status) {
            *error = sides[i].error;
            return sides[i].status;
        }
    return ATLAS_OK;
}

static enum atlas_status visit_identity(struct snapshot_row *row, void *context)
{
    struct bytes *identity = context;
    bytes_append_text(identity, snapshot_required_text(row, 0));
    return bytes_status(identity);
}

/* Opens both connections on one and the same edition, although a new file may be put in place of
 * the old one at any moment. */
static enum atlas_status open_both(const char *path, struct load_side sides[READINGS],
                                   struct atlas_error *error)
{
    for (int attempt = 0; attempt < 5; attempt++) {
        struct bytes identity[READINGS] = {0};
        enum atlas_status status = ATLAS_OK;
        for (size_t i = 0; i < READINGS && status == ATLAS_OK; i++) {
            struct edition_reading *reading = &sides[i].reading;
            snapshot_free(reading->snapshot);
            reading->snapshot = NULL;
            status = snapshot_open(path, &reading->snapshot, error);
            if (status == ATLAS_OK)
                status = snapshot_each(reading->snapshot, "edition",
                                       "SELECT number || ' ' || content_hash FROM edition",
                                       visit_identity, &identity[i], error);
        }
        bool same = identity[0].length == identity[1].length &&
                    (identity[0].length == 0 ||
                     memcmp(identity[0].data, identity[1].data, identity[0].length) == 0);
        for (size_t i = 0; i < READINGS; i++)
            bytes_close(&identity[i]);
        if (status || same) return status;
    }
    return atlas_fail(error, ATLAS_LOCKED, "the database %s is replaced again and again; try later",
                      path);
}

/* Reads everything into the owner and shows it. */
static enum atlas_status read_all(struct load_side sides[READINGS], struct edition_owner *owner,
                                  struct atlas_error *error)
{
    enum atlas_status status = ATLAS_OK;
    for (size_t i = 0; i < READINGS; i++) {
        sides[i].reading.owner = owner;
        sides[i].reading.error = &sides[i].error;
    }
    for (size_t i = 0; status == ATLAS_OK && i < sizeof reading_stages / sizeof *reading_stages;
         i++)
        status = do_stage(reading_stages[i], sides, error);
    if (status) return status;
    publish(owner);
    text_pool_seal(&owner->texts);
    text_pool_seal(&owner->partnership_texts);
    owner->edition.prepared = prepared_new(owner->edition.n_links);
    return owner->edition.prepared ? do_stage(index_stage, sides, error) : ATLAS_NO_MEMORY;
}

enum atlas_status edition_load(const char *path, const struct edition **edition,
                               struct atlas_error *error)
{
    struct load_side sides[READINGS] = {0};
    struct edition_owner *owner = NULL;
    enum atlas_status status = open_both(path, sides, error);
    if (status == ATLAS_OK) {
        owner = calloc(1, sizeof *owner);
        status = owner ? read_all(sides, owner, error) : ATLAS_NO_MEMORY;
        if (status == ATLAS_NO_MEMORY) atlas_fail(error, status, "out of memory reading %s", path);
    }
    for (size_t i = 0; i < READINGS; i++)
        reading_close(&sides[i].reading);
    if (status) {
        edition_owner_free(owner);
        return status;
    }
    malloc_trim(0); /* what sorting and reading took besides is a tenth of a large edition */
    atomic_init(&owner->holds, 1);
    *edition = &owner->edition;
    return ATLAS_OK;
}
