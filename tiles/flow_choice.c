#include "tiles/flow_choice.h"

#include "tiles/bitset.h"

#include <stdlib.h>

/* How many links of the selection each flow has, and how many flows have how many. */
struct flow_weights {
    uint32_t *of_flow; /* owned; per flow: its n */
    uint32_t *numbers; /* owned; numbers[n]: flows of that n, up to heaviest */
    uint32_t heaviest;
};

static void flow_weights_close(struct flow_weights *weights)
{
    free(weights->of_flow);
    free(weights->numbers);
}

static enum atlas_status flow_weights_make(const struct flow_choice *choice,
                                           struct flow_weights *weights)
{
    size_t n = choice->flows->n_groups;
    *weights = (struct flow_weights){.of_flow = malloc((n + 1) * sizeof *weights->of_flow)};
    if (!weights->of_flow) return ATLAS_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        uint32_t weight = (uint32_t)link_table_count(choice->flows, i, choice->links);
        weights->of_flow[i] = weight;
        if (weight > weights->heaviest) weights->heaviest = weight;
    }
    weights->numbers = calloc((size_t)weights->heaviest + 1, sizeof *weights->numbers);
    if (!weights->numbers) {
        flow_weights_close(weights);
        return ATLAS_NO_MEMORY;
    }
    for (size_t i = 0; i < n; i++)
        weights->numbers[weights->of_flow[i]]++;
    return ATLAS_OK;
}

/* The n such that all heavier flows are at most `top`; *left is how many of that n still fit. 0
 * when all that have a link fit. */
static uint32_t lightest_of(const struct flow_weights *weights, size_t top, size_t *left)
{
    uint32_t n = weights->heaviest;
    for (*left = top; n > 0 && weights->numbers[n] <= *left; n--)
        *left -= weights->numbers[n];
    return n;
}

/* Shows what is heavier than the lightest, of that n the first that fit, and min or more. */
static void choose(struct flow_choice *choice, const struct flow_weights *weights,
                   uint32_t lightest, size_t left, size_t min)
{
    for (size_t i = 0; i < choice->flows->n_groups; i++) {
        uint32_t n = weights->of_flow[i];
        if (n == 0 || n < min || n < lightest || (n == lightest && left == 0)) continue;
        left -= n == lightest;
        bitset_add(choice->shown_flows, i);
        choice->shown_links += n;
    }
}

enum atlas_status flow_choice_make(const struct link_table *flows,
                                   const struct selection *selection,
                                   const struct tile_display *display, struct flow_choice *choice)
{
    size_t top = display->top ? display->top : FLOWS_MAX, left;
    *choice = (struct flow_choice){.flows = flows, .links = selection->links};
    bool asked = display->top || display->min > 1;
    if (!asked && (flows->n_groups <= top || selection->n_placed_links <= top)) return ATLAS_OK;
    struct flow_weights weights;
    enum atlas_status status = flow_weights_make(choice, &weights);
    if (status) return status;
    uint32_t lightest = lightest_of(&weights, top, &left);
    if (asked || lightest > 0) {
        choice->shown_flows =
            calloc(bitset_words(flows->n_groups) + 1, sizeof *choice->shown_flows);
        if (choice->shown_flows)
            choose(choice, &weights, lightest, left, display->min);
        else
            status = ATLAS_NO_MEMORY;
    }
    flow_weights_close(&weights);
    return status;
}

void flow_choice_close(struct flow_choice *choice)
{
    free(choice->shown_flows);
    choice->shown_flows = NULL;
}

bool flow_choice_shows(const struct flow_choice *choice, uint32_t flow)
{
    if (choice->shown_flows) return bitset_has(choice->shown_flows, flow);
    return link_table_count(choice->flows, flow, choice->links) > 0;
}

enum atlas_status flow_choice_weight(const struct flow_choice *choice, size_t top, size_t *n)
{
    struct flow_weights weights;
    size_t left;
    enum atlas_status status = flow_weights_make(choice, &weights);
    if (status) return status;
    *n = lightest_of(&weights, top, &left);
    flow_weights_close(&weights);
    return ATLAS_OK;
}
