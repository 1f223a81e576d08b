#include "tiles/flow_choice.h"

#include "tiles/bitset.h"
#include "tiles/edition_index.h"
#include "tiles/kept_memory.h"

#include <stdlib.h>
#include <string.h>

void flow_list_close(struct flow_list *list)
{
    kept_memory_give(list->flows);
    *list = (struct flow_list){0};
}

/* Makes room for so many flows in all. */
static bool hold(struct flow_list *list, size_t room)
{
    struct weighed_flow *flows = kept_memory_take(room * sizeof *flows);
    if (!flows) return false;
    if (list->n) memcpy(flows, list->flows, list->n * sizeof *flows);
    kept_memory_give(list->flows);
    list->flows = flows;
    list->room = room;
    return true;
}

static bool add_flow(struct flow_list *list, uint32_t flow, uint32_t n)
{
    if (list->n == list->room && !hold(list, list->room ? list->room * 2 : 256)) return false;
    list->flows[list->n++] = (struct weighed_flow){flow, n};
    return true;
}

static int compare_flows(const void *a, const void *b)
{
    const struct weighed_flow *left = a, *right = b;
    return (left->flow > right->flow) - (left->flow < right->flow);
}

/* Makes each flow stand once. */
static void merge_flows(struct flow_list *list)
{
    size_t n = 0;
    if (list->n) qsort(list->flows, list->n, sizeof *list->flows, compare_flows);
    for (size_t i = 0; i < list->n; i++)
        if (n && list->flows[n - 1].flow == list->flows[i].flow)
            list->flows[n - 1].n += list->flows[i].n;
        else
            list->flows[n++] = list->flows[i];
    list->n = n;
}

/* Link by link: few links of many flows. */
static bool list_by_link(const struct flow_set *flows, const struct selection *selection,
                         struct flow_list *list)
{
    const struct edition_plane *links = &selection->edition->index->links;
    uint32_t at[64], last = EDITION_NONE, begun = 0; /* begun: flows in the words before */
    if (!hold(list, selection->n_placed_links + 1)) return false;
    for (size_t word = 0; word < links->words; word++) {
        uint64_t bits = selection->links[word] & links->placed[word];
        uint64_t starts = flows->starts ? flows->starts[word] : ~(uint64_t)0;
        size_t n = bits ? bitset_ranks(starts, bits, at) : 0;
        for (size_t i = 0; i < n; i++) {
            uint32_t flow =
                flows->starts ? begun + at[i] - 1 : flows->flow_of[word * 64 + at[i] - 1];
            if (flow != last && !add_flow(list, flow, 0)) return false;
            list->flows[list->n - 1].n++;
            last = flow;
        }
        if (flows->starts) begun += (uint32_t)__builtin_popcountll(starts);
    }
    /* Where the links of each flow lie together it stands once already. */
    if (!flows->starts) merge_flows(list);
    return true;
}

static bool list_by_flow(const struct flow_set *flows, const struct selection *selection,
                         struct flow_list *list)
{
    for (uint32_t i = 0; i < flows->table.n_groups; i++) {
        uint32_t n = (uint32_t)link_table_count(&flows->table, i, selection->links);
        if (n && !add_flow(list, i, n)) return false;
    }
    return true;
}

enum atlas_status flow_list_make(const struct flow_set *flows, const struct selection *selection,
                                 struct flow_list *list)
{
    *list = (struct flow_list){0};
    bool few = selection->n_placed_links < flows->table.n_groups;
    if (few ? list_by_link(flows, selection, list) : list_by_flow(flows, selection, list))
        return ATLAS_OK;
    flow_list_close(list);
    return ATLAS_NO_MEMORY;
}

/* The n such that all heavier flows are at most `top`; *left is how many of that n still fit. 0
 * when all fit. */
static enum atlas_status find_lightest(const struct flow_list *list, size_t top, uint32_t *lightest,
                                       size_t *left)
{
    uint32_t heaviest = 0;
    for (size_t i = 0; i < list->n; i++)
        if (list->flows[i].n > heaviest) heaviest = list->flows[i].n;
    uint32_t *numbers = calloc((size_t)heaviest + 1, sizeof *numbers); /* flows of each n */
    if (!numbers) return ATLAS_NO_MEMORY;
    for (size_t i = 0; i < list->n; i++)
        numbers[list->flows[i].n]++;
    uint32_t n = heaviest;
    for (*left = top; n > 0 && numbers[n] <= *left; n--)
        *left -= numbers[n];
    *lightest = n;
    free(numbers);
    return ATLAS_OK;
}

/* Equally heavy flows are taken as if by lot, not in the order of territories: so what a map shows
 * of very many is spread over it. A flow's lot is always the same, and those of neighbours in the
 * order of flows lie far apart. */
enum { LOTS_BITS = 12, LOTS = 1 << LOTS_BITS };

static uint32_t lot_of(uint32_t flow)
{
    return flow * UINT32_C(0x9E3779B1) >> (32 - LOTS_BITS);
}

/* The lot below which all flows of n links are taken; *left is how many of that very lot, too. */
static uint32_t draw_lots(const struct flow_list *list, uint32_t n, size_t *left)
{
    uint32_t numbers[LOTS] = {0}, lot;
    for (size_t i = 0; i < list->n; i++)
        if (list->flows[i].n == n) numbers[lot_of(list->flows[i].flow)]++;
    for (lot = 0; lot < LOTS && numbers[lot] <= *left; lot++)
        *left -= numbers[lot];
    return lot;
}

/* Keeps what is heavier than the lightest, of that n as many as are left, and min or more. */
static void keep_heaviest(struct flow_choice *choice, uint32_t lightest, size_t left, size_t min)
{
    struct flow_list *list = &choice->list;
    size_t n = 0;
    uint32_t lot = draw_lots(list, lightest, &left);
    for (size_t i = 0; i < list->n; i++) {
        struct weighed_flow flow = list->flows[i];
        if (flow.n < min || flow.n < lightest) continue;
        if (flow.n == lightest) {
            uint32_t drawn = lot_of(flow.flow);
            if (drawn > lot || (drawn == lot && left == 0)) continue;
            left -= drawn == lot;
        }
        choice->shown_links += flow.n;
        list->flows[n++] = flow;
    }
    choice->held_back = n < list->n;
    list->n = n;
}

size_t flow_choice_most(unsigned zoom)
{
    enum { LAST_ZOOM = 8 };
    return zoom > LAST_ZOOM ? (size_t)FLOWS_MAX << (zoom - LAST_ZOOM) : FLOWS_MAX;
}

size_t flow_choice_size(const struct flow_choice *choice)
{
    size_t flows = choice->flows->table.n_groups, links = choice->selection->n_placed_links;
    return choice->listed ? choice->list.n : links < flows ? links : flows;
}

enum atlas_status flow_choice_make(const struct flow_set *flows, const struct selection *selection,
                                   const struct tile_display *display, unsigned zoom, size_t most,
                                   struct flow_choice *choice)
{
    size_t bound = flow_choice_most(zoom), top = bound, left;
    uint32_t lightest;
    *choice = (struct flow_choice){.flows = flows, .selection = selection};
    size_t at_most = flow_choice_size(choice);
    choice->listed = display->top || display->min > 1 || at_most > bound || at_most > most;
    if (!choice->listed) return ATLAS_OK;
    enum atlas_status status = flow_list_make(flows, selection, &choice->list);
    if (display->top)
        top = display->top < bound ? display->top : bound;
    else if (choice->list.n > bound)
        top = bound / 2;
    if (top > most) top = most;
    if (status == ATLAS_OK) status = find_lightest(&choice->list, top, &lightest, &left);
    if (status == ATLAS_OK && lightest == 0 && display->min <= 1) { /* all are shown */
        for (size_t i = 0; i < choice->list.n; i++)
            choice->shown_links += choice->list.flows[i].n;
        return ATLAS_OK;
    }
    if (status == ATLAS_OK) keep_heaviest(choice, lightest, left, display->min);
    return status;
}

void flow_choice_close(struct flow_choice *choice)
{
    flow_list_close(&choice->list);
}

/* Adds those flows of a list that meet the window. */
static bool add_near(const struct flow_list *flows, const struct arcs *arcs,
                     const struct arcs_window *window, struct flow_list *near)
{
    enum { AHEAD = 16 }; /* boxes lie far apart in memory: ask for them early */
    for (size_t i = 0; i < flows->n; i++) {
        if (i + AHEAD < flows->n) __builtin_prefetch(&arcs->boxes[flows->flows[i + AHEAD].flow]);
        if (!arcs_meet(arcs, flows->flows[i].flow, window)) continue;
        if (!add_flow(near, flows->flows[i].flow, flows->flows[i].n)) return false;
    }
    return true;
}

/* Adds those flows of the choice, not listed, that lie near and meet the window. */
static bool add_chosen(const struct flow_choice *choice, const uint32_t *near, size_t n,
                       const struct arcs *arcs, const struct arcs_window *window,
                       struct flow_list *list)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t flow = near ? near[i] : (uint32_t)i;
        if (!arcs_meet(arcs, flow, window)) continue;
        size_t links = link_table_count(&choice->flows->table, flow, choice->selection->links);
        if (links && !add_flow(list, flow, (uint32_t)links)) return false;
    }
    return true;
}

/* With so many times fewer links than flows it is quicker to look at the links. */
enum { FEW = 4 };

static bool has_few_links(const struct flow_choice *choice, size_t n)
{
    return !choice->listed && choice->selection->n_placed_links < n / FEW;
}

enum atlas_status flow_choice_list(const struct flow_choice *choice, size_t n,
                                   struct flow_list *few, const struct flow_list **shown)
{
    *few = (struct flow_list){0};
    *shown = choice->listed ? &choice->list : NULL;
    if (!has_few_links(choice, n)) return ATLAS_OK;
    *shown = few;
    return list_by_link(choice->flows, choice->selection, few) ? ATLAS_OK : ATLAS_NO_MEMORY;
}

enum atlas_status flow_choice_near(const struct flow_choice *choice, const struct arcs *arcs,
                                   const struct tile_view *view, struct flow_list *list)
{
    struct arcs_window window;
    struct flow_list all = {0};
    size_t n;
    const uint32_t *near = arcs_near(arcs, view->key, &n);
    bool few = has_few_links(choice, n), added = true;
    *list = (struct flow_list){0};
    arcs_window_init(arcs, view, &window);
    if (few) added = list_by_link(choice->flows, choice->selection, &all);
    if (choice->listed)
        added = add_near(&choice->list, arcs, &window, list);
    else if (few)
        added = added && add_near(&all, arcs, &window, list);
    else
        added = add_chosen(choice, near, n, arcs, &window, list);
    flow_list_close(&all);
    if (!added) flow_list_close(list);
    return added ? ATLAS_OK : ATLAS_NO_MEMORY;
}

enum atlas_status flow_choice_weight(const struct flow_choice *choice, size_t top, size_t *n)
{
    struct flow_list all = choice->list;
    uint32_t lightest = 0;
    size_t left;
    enum atlas_status status = ATLAS_OK;
    if (!choice->listed) status = flow_list_make(choice->flows, choice->selection, &all);
    if (status == ATLAS_OK) status = find_lightest(&all, top, &lightest, &left);
    if (!choice->listed) flow_list_close(&all);
    *n = lightest;
    return status;
}
