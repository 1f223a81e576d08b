#include "tiles/flow_ends.h"

#include "geo/array.h"
#include "tiles/block_copy.h"

#include <stdlib.h>
#include <string.h>

/* An end with one of its names. */
struct named_end {
    const char *name;
    uint32_t end;
};

static int compare_named_ends(const void *a, const void *b)
{
    const struct named_end *left = a, *right = b;
    int order = strcmp(left->name, right->name);
    return order ? order : (left->end > right->end) - (left->end < right->end);
}

/* Finds the ends that have a name in common. */
static void find_same(struct named_end *named, size_t n, struct flow_end *ends, bool english)
{
    qsort(named, n, sizeof *named, compare_named_ends);
    for (size_t i = 0, first = 0; i < n; i++) {
        if (strcmp(named[i].name, named[first].name) != 0) first = i;
        *(english ? &ends[named[i].end].as_en : &ends[named[i].end].as_fr) = named[first].end;
    }
}

static void encode_end(const struct edition_territory *territory, struct bytes *texts,
                       struct flow_end *end)
{
    end->start = (uint32_t)texts->length;
    end->code = (uint32_t)mvt_encode_text(territory->code, texts);
    end->code_text = (uint32_t)strlen(territory->code);
    end->name_fr = (uint32_t)mvt_encode_text(territory->name_fr, texts);
    end->name_en = (uint32_t)mvt_encode_text(territory->name_en, texts);
}

/* Numbers the ends in the order of their first flow: territories[number], whose room grows, and
 * ends->of. number_of: per territory, EDITION_NONE. */
static bool number_ends(const struct link_table *flows, uint32_t *number_of, struct flow_ends *ends,
                        uint32_t **territories)
{
    size_t room = 0;
    for (size_t flow = 0; flow < flows->n_groups; flow++)
        for (int side = 0; side < 2; side++) {
            uint32_t territory = flows->groups[flow].key[side];
            if (number_of[territory] == EDITION_NONE) {
                if (!ARRAY_RESERVE(*territories, ends->n + 1, &room)) return false;
                (*territories)[ends->n] = territory;
                number_of[territory] = (uint32_t)ends->n++;
            }
            ends->of[flow][side] = number_of[territory];
        }
    return true;
}

static bool fill_ends(const struct edition *edition, const uint32_t *territories,
                      struct flow_ends *ends)
{
    struct named_end *named = malloc((ends->n + 1) * sizeof *named);
    ends->ends = malloc((ends->n + 1) * sizeof *ends->ends);
    bool filled = named && ends->ends;
    for (size_t i = 0; filled && i < ends->n; i++)
        encode_end(&edition->territories[territories[i]], &ends->texts, &ends->ends[i]);
    for (int english = 0; filled && english < 2; english++) {
        for (uint32_t i = 0; i < ends->n; i++) {
            const struct edition_territory *territory = &edition->territories[territories[i]];
            named[i] = (struct named_end){english ? territory->name_en : territory->name_fr, i};
        }
        find_same(named, ends->n, ends->ends, english);
    }
    free(named);
    bytes_reserve(&ends->texts, BLOCK_SLACK);
    return filled && !ends->texts.failed;
}

enum atlas_status flow_ends_make(const struct edition *edition, const struct link_table *flows,
                                 struct flow_ends *ends)
{
    struct flow_ends made = {.of = malloc((flows->n_groups + 1) * sizeof *made.of)};
    uint32_t *number_of = malloc((edition->n_territories + 1) * sizeof *number_of);
    uint32_t *territories = NULL;
    bool all = made.of && number_of;
    if (all) memset(number_of, 0xFF, edition->n_territories * sizeof *number_of);
    all = all && number_ends(flows, number_of, &made, &territories);
    all = all && fill_ends(edition, territories, &made);
    free(number_of);
    free(territories);
    if (all)
        *ends = made;
    else
        flow_ends_close(&made);
    return all ? ATLAS_OK : ATLAS_NO_MEMORY;
}

void flow_ends_close(struct flow_ends *ends)
{
    if (!ends) return;
    free(ends->ends);
    free(ends->of);
    bytes_close(&ends->texts);
    *ends = (struct flow_ends){0};
}

void end_values_close(struct end_values *values)
{
    free(values->values);
    *values = (struct end_values){0};
}

bool end_values_begin(const struct flow_ends *ends, struct end_values *values)
{
    if (values->room < ends->n || values->layer == UINT32_MAX) {
        end_values_close(values);
        values->values = calloc(ends->n, sizeof *values->values);
        if (!values->values) return false;
        values->room = ends->n;
    }
    values->layer++;
    return true;
}

static struct end_value *value_of(uint32_t end, struct end_values *values)
{
    struct end_value *value = &values->values[end];
    if (value->layer != values->layer) *value = (struct end_value){.layer = values->layer};
    return value;
}

uint32_t end_values_code(const struct flow_ends *ends, uint32_t end, struct end_values *values,
                         struct mvt_writer *writer)
{
    struct end_value *value = value_of(end, values);
    const struct flow_end *of = &ends->ends[end];
    if (!value->code)
        value->code = mvt_value_encoded(writer, ends->texts.data + of->start, of->code);
    return value->code;
}

uint32_t end_values_name(const struct flow_ends *ends, uint32_t end, bool english,
                         struct end_values *values, struct mvt_writer *writer)
{
    const struct flow_end *of = &ends->ends[end];
    struct end_value *value = value_of(english ? of->as_en : of->as_fr, values);
    const uint8_t *name = ends->texts.data + of->start + of->code;
    if (!value->name)
        value->name = english ? mvt_value_encoded(writer, name + of->name_fr, of->name_en)
                              : mvt_value_encoded(writer, name, of->name_fr);
    return value->name;
}

static struct mvt_text_part code_text(const struct flow_ends *ends, uint32_t end)
{
    const struct flow_end *of = &ends->ends[end];
    const uint8_t *code_end = ends->texts.data + of->start + of->code;
    return (struct mvt_text_part){(const char *)code_end - of->code_text, of->code_text};
}

uint32_t flow_ends_enter_id(const struct flow_ends *ends, uint32_t flow, struct mvt_writer *writer)
{
    static const char between[1 + BLOCK_SLACK] = ">";
    const struct mvt_text_part parts[] = {
        code_text(ends, ends->of[flow][0]), {between, 1}, code_text(ends, ends->of[flow][1])};
    return mvt_value_new_text(writer, parts, sizeof parts / sizeof *parts);
}
