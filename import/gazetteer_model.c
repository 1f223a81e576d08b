#include "import/gazetteer_model.h"

#include "geo/array.h"
#include "geo/name.h"
#include "import/transliterate.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_BLOCK   (1u << 20)
#define LONGEST_NAME 300

struct text_block {
    struct text_block *next;
    size_t used, size;
    char bytes[];
};

void gazetteer_init(struct gazetteer *gazetteer)
{
    *gazetteer = (struct gazetteer){0};
}

static void free_shapes(struct gazetteer_shape *shapes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(shapes[i].wkb);
    free(shapes);
}

void gazetteer_close(struct gazetteer *gazetteer)
{
    free(gazetteer->territories);
    free(gazetteer->names);
    free(gazetteer->postals);
    free(gazetteer->members);
    free(gazetteer->attributions);
    free(gazetteer->slots);
    free_shapes(gazetteer->areas, gazetteer->n_areas);
    free_shapes(gazetteer->borders, gazetteer->n_borders);
    for (struct text_block *block = gazetteer->texts, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    *gazetteer = (struct gazetteer){0};
}

enum atlas_status gazetteer_status(const struct gazetteer *gazetteer, struct atlas_error *error)
{
    if (gazetteer->error.status != ATLAS_OK && error) *error = gazetteer->error;
    return gazetteer->error.status;
}

static bool failed(const struct gazetteer *gazetteer)
{
    return gazetteer->error.status != ATLAS_OK;
}

static void out_of_memory(struct gazetteer *gazetteer)
{
    if (!failed(gazetteer))
        (void)atlas_fail(&gazetteer->error, ATLAS_NO_MEMORY, "not enough memory for the gazetteer");
}

/* The array, moved if need be, with room for one more element; NULL (and the array as it was)
 * after a failure. */
static void *with_room(struct gazetteer *gazetteer, void *array, size_t n, size_t *capacity,
                       size_t element)
{
    if (failed(gazetteer)) return NULL;
    if (n < *capacity) return array;
    if (!array_grow(&array, n + 1, capacity, element)) {
        out_of_memory(gazetteer);
        return NULL;
    }
    return array;
}

static char *text_room(struct gazetteer *gazetteer, size_t length)
{
    struct text_block *block = gazetteer->texts;
    if (!block || block->size - block->used < length + 1) {
        size_t size = length + 1 > TEXT_BLOCK ? length + 1 : TEXT_BLOCK;
        block = malloc(sizeof *block + size);
        if (!block) {
            out_of_memory(gazetteer);
            return NULL;
        }
        *block = (struct text_block){.next = gazetteer->texts, .size = size};
        gazetteer->texts = block;
    }
    char *room = block->bytes + block->used;
    block->used += length + 1;
    return room;
}

const char *gazetteer_text(struct gazetteer *gazetteer, const char *text)
{
    if (!text || failed(gazetteer)) return NULL;
    size_t length = strlen(text);
    char *room = text_room(gazetteer, length);
    if (room) memcpy(room, text, length + 1);
    return room;
}

const char *gazetteer_text_format(struct gazetteer *gazetteer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *made = NULL;
    int length = vasprintf(&made, format, arguments);
    va_end(arguments);
    if (length < 0) {
        out_of_memory(gazetteer);
        return NULL;
    }
    const char *text = gazetteer_text(gazetteer, made);
    free(made);
    return text;
}

void gazetteer_territory_init(struct gazetteer_territory *territory, enum side side,
                              enum territory_kind kind)
{
    *territory = (struct gazetteer_territory){.side = side,
                                              .kind = kind,
                                              .precision = PRECISION_NONE,
                                              .lon_deg = NAN,
                                              .lat_deg = NAN,
                                              .radius_km = NAN,
                                              .population = -1,
                                              .weight = -1};
}

uint64_t gazetteer_hash(uint64_t hash, const char *text)
{
    for (; text && *text; text++) {
        hash ^= (unsigned char)*text;
        hash *= 1099511628211u;
    }
    return hash;
}

/* The slot of a code (prefix + rest): the one that holds it, or the empty one where it belongs. */
static size_t find_slot(const struct gazetteer *gazetteer, const char *prefix, const char *rest)
{
    size_t mask = gazetteer->n_slots - 1, start = strlen(prefix);
    size_t slot = gazetteer_hash(gazetteer_hash(GAZETTEER_HASH, prefix), rest) & mask;
    while (gazetteer->slots[slot]) {
        const char *code = gazetteer->territories[gazetteer->slots[slot] - 1].code;
        if (strncmp(code, prefix, start) == 0 && strcmp(code + start, rest) == 0) break;
        slot = (slot + 1) & mask;
    }
    return slot;
}

static bool grow_slots(struct gazetteer *gazetteer)
{
    if (gazetteer->n_territories * 2 < gazetteer->n_slots) return true;
    size_t n = gazetteer->n_slots ? gazetteer->n_slots * 2 : 4096;
    uint32_t *slots = calloc(n, sizeof *slots);
    if (!slots) {
        out_of_memory(gazetteer);
        return false;
    }
    free(gazetteer->slots);
    gazetteer->slots = slots;
    gazetteer->n_slots = n;
    for (size_t i = 0; i < gazetteer->n_territories; i++)
        slots[find_slot(gazetteer, "", gazetteer->territories[i].code)] = (uint32_t)i + 1;
    return true;
}

size_t gazetteer_find_parts(const struct gazetteer *gazetteer, const char *prefix, const char *rest)
{
    if (!rest || !gazetteer->n_slots) return GAZETTEER_NONE;
    uint32_t found = gazetteer->slots[find_slot(gazetteer, prefix, rest)];
    return found ? found - 1 : GAZETTEER_NONE;
}

size_t gazetteer_find(const struct gazetteer *gazetteer, const char *code)
{
    return gazetteer_find_parts(gazetteer, "", code);
}

static void copy_texts(struct gazetteer *gazetteer, struct gazetteer_territory *territory)
{
    const char **texts[] = {
        &territory->code,      &territory->generic,     &territory->name_fr,
        &territory->name_en,   &territory->country_iso, &territory->parent_code,
        &territory->epci_code, &territory->replaced_by, &territory->official,
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = gazetteer_text(gazetteer, *texts[i]);
}

size_t gazetteer_add(struct gazetteer *gazetteer, const struct gazetteer_territory *territory)
{
    if (failed(gazetteer)) return GAZETTEER_NONE;
    if (!territory_code_valid(territory->code) || !territory->name_fr || !*territory->name_fr) {
        (void)atlas_fail(&gazetteer->error, ATLAS_INVALID,
                         "the sources give a territory with the code \"%s\" and the name \"%s\"",
                         territory->code ? territory->code : "",
                         territory->name_fr ? territory->name_fr : "");
        return GAZETTEER_NONE;
    }
    if (gazetteer_find(gazetteer, territory->code) != GAZETTEER_NONE) {
        (void)atlas_fail(&gazetteer->error, ATLAS_INVALID,
                         "the sources give the code %s twice (the second time for %s)",
                         territory->code, territory->name_fr);
        return GAZETTEER_NONE;
    }
    struct gazetteer_territory *territories =
        with_room(gazetteer, gazetteer->territories, gazetteer->n_territories,
                  &gazetteer->territory_capacity, sizeof *territories);
    if (!territories) return GAZETTEER_NONE;
    gazetteer->territories = territories;
    if (!grow_slots(gazetteer)) return GAZETTEER_NONE;
    struct gazetteer_territory *copy = &territories[gazetteer->n_territories];
    *copy = *territory;
    copy_texts(gazetteer, copy);
    if (failed(gazetteer)) return GAZETTEER_NONE;
    gazetteer->slots[find_slot(gazetteer, "", copy->code)] = (uint32_t)++gazetteer->n_territories;
    return gazetteer->n_territories - 1;
}

static bool ascii_only(const char *text)
{
    while (*text && (unsigned char)*text < 0x80)
        text++;
    return !*text;
}

bool gazetteer_fold(const char *name, char folded[GAZETTEER_FOLD])
{
    if (!name || strlen(name) > LONGEST_NAME) return false;
    if (name_fold(name, folded, GAZETTEER_FOLD) >= GAZETTEER_FOLD || !*folded) return false;
    if (ascii_only(folded)) return true;
    char latin[4 * LONGEST_NAME];
    (void)transliterate(name, latin, sizeof latin);
    return name_fold(latin, folded, GAZETTEER_FOLD) < GAZETTEER_FOLD && *folded &&
           ascii_only(folded);
}

void gazetteer_add_name(struct gazetteer *gazetteer, size_t territory, const char *name,
                        const char *lang, enum gazetteer_name_kind kind)
{
    char folded[GAZETTEER_FOLD];
    if (territory >= gazetteer->n_territories || !gazetteer_fold(name, folded)) return;
    struct gazetteer_name *names = with_room(gazetteer, gazetteer->names, gazetteer->n_names,
                                             &gazetteer->name_capacity, sizeof *names);
    if (!names) return;
    gazetteer->names = names;
    struct gazetteer_name *added = &names[gazetteer->n_names];
    *added = (struct gazetteer_name){
        .territory = (uint32_t)territory,
        .sequence = (uint32_t)gazetteer->n_names,
        .kind = kind,
        .name = gazetteer_text(gazetteer, name),
        .folded = gazetteer_text(gazetteer, folded),
    };
    if (lang && strlen(lang) == 2) memcpy(added->lang, lang, 3);
    if (!failed(gazetteer)) gazetteer->n_names++;
}

void gazetteer_add_postal(struct gazetteer *gazetteer, size_t territory, const char *postal)
{
    struct gazetteer_postal *postals =
        with_room(gazetteer, gazetteer->postals, gazetteer->n_postals, &gazetteer->postal_capacity,
                  sizeof *postals);
    if (!postals) return;
    gazetteer->postals = postals;
    postals[gazetteer->n_postals++] = (struct gazetteer_postal){
        .postal = gazetteer_text(gazetteer, postal), .territory = (uint32_t)territory};
}

void gazetteer_add_member(struct gazetteer *gazetteer, size_t group, size_t member)
{
    struct gazetteer_member *members =
        with_room(gazetteer, gazetteer->members, gazetteer->n_members, &gazetteer->member_capacity,
                  sizeof *members);
    if (!members) return;
    gazetteer->members = members;
    members[gazetteer->n_members++] =
        (struct gazetteer_member){.group = (uint32_t)group, .member = (uint32_t)member};
}

static void add_shape(struct gazetteer *gazetteer, struct gazetteer_shape **shapes, size_t *n,
                      size_t *capacity, struct gazetteer_shape shape)
{
    struct gazetteer_shape *grown = with_room(gazetteer, *shapes, *n, capacity, sizeof *grown);
    if (!grown) {
        free(shape.wkb);
        return;
    }
    *shapes = grown;
    shape.code = gazetteer_text(gazetteer, shape.code);
    grown[(*n)++] = shape;
}

void gazetteer_add_area(struct gazetteer *gazetteer, const char *code, uint8_t *wkb, size_t length)
{
    add_shape(gazetteer, &gazetteer->areas, &gazetteer->n_areas, &gazetteer->area_capacity,
              (struct gazetteer_shape){.code = code, .wkb = wkb, .length = length});
}

void gazetteer_add_border(struct gazetteer *gazetteer, const char *kind, uint8_t *wkb,
                          size_t length)
{
    add_shape(gazetteer, &gazetteer->borders, &gazetteer->n_borders, &gazetteer->border_capacity,
              (struct gazetteer_shape){.code = kind, .wkb = wkb, .length = length});
}

void gazetteer_add_attribution(struct gazetteer *gazetteer, const char *source, const char *text,
                               const char *licence, const char *url)
{
    struct gazetteer_attribution *attributions =
        with_room(gazetteer, gazetteer->attributions, gazetteer->n_attributions,
                  &gazetteer->attribution_capacity, sizeof *attributions);
    if (!attributions) return;
    gazetteer->attributions = attributions;
    attributions[gazetteer->n_attributions++] =
        (struct gazetteer_attribution){.source = gazetteer_text(gazetteer, source),
                                       .text = gazetteer_text(gazetteer, text),
                                       .licence = gazetteer_text(gazetteer, licence),
                                       .url = gazetteer_text(gazetteer, url)};
}
