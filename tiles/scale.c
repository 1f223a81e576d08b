#include "tiles/scale.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const method_texts[SCALE_METHOD_COUNT] = {
    [SCALE_QUANTILES] = "quantiles",
    [SCALE_JENKS] = "jenks",
    [SCALE_BREAKS] = "breaks",
};

const char *scale_method_text(enum scale_method method)
{
    return (unsigned)method < SCALE_METHOD_COUNT ? method_texts[method] : "?";
}

bool scale_method_parse(const char *text, enum scale_method *method)
{
    for (int i = 0; text && i < SCALE_METHOD_COUNT; i++)
        if (strcmp(text, method_texts[i]) == 0) {
            *method = (enum scale_method)i;
            return true;
        }
    return false;
}

/* Different values in rising order, each with how often it occurs, and running sums of what the
 * sum of squares of a run needs. */
struct distinct {
    double *value;
    double *count, *sum, *squares; /* of all values before index i; n + 1 long */
    size_t n;
};

static void distinct_close(struct distinct *distinct)
{
    free(distinct->value);
    free(distinct->count);
    free(distinct->sum);
    free(distinct->squares);
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static enum atlas_status check_values(const double *values, size_t n, struct scale *scale,
                                      struct atlas_error *error)
{
    for (size_t i = 0; i < n; i++) {
        if (isnan(values[i]))
            scale->n_unknown++;
        else if (values[i] == 0)
            scale->n_zero++;
        else if (values[i] < 0 || isinf(values[i]))
            return atlas_fail(error, ATLAS_INVALID, "a value is negative or infinite");
    }
    return ATLAS_OK;
}

static enum atlas_status distinct_make(const double *values, size_t n, size_t n_positive,
                                       struct distinct *distinct)
{
    *distinct = (struct distinct){
        .value = calloc(n_positive + 1, sizeof(double)),
        .count = calloc(n_positive + 1, sizeof(double)),
        .sum = calloc(n_positive + 1, sizeof(double)),
        .squares = calloc(n_positive + 1, sizeof(double)),
    };
    if (!distinct->value || !distinct->count || !distinct->sum || !distinct->squares) {
        distinct_close(distinct);
        return ATLAS_NO_MEMORY;
    }
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (values[i] > 0) distinct->value[kept++] = values[i];
    qsort(distinct->value, kept, sizeof(double), compare_doubles);
    for (size_t i = 0; i < kept; i++) {
        double value = distinct->value[i];
        size_t at = distinct->n;
        if (at == 0 || distinct->value[at - 1] != value) {
            distinct->value[at] = value;
            distinct->count[at + 1] = distinct->count[at];
            distinct->sum[at + 1] = distinct->sum[at];
            distinct->squares[at + 1] = distinct->squares[at];
            at = ++distinct->n;
        }
        distinct->count[at] += 1;
        distinct->sum[at] += value;
        distinct->squares[at] += value * value;
    }
    return ATLAS_OK;
}

/* Sum of squared distances to their mean of the values with index first .. last - 1. */
static double cost(const struct distinct *distinct, size_t first, size_t last)
{
    double count = distinct->count[last] - distinct->count[first];
    double sum = distinct->sum[last] - distinct->sum[first];
    double squares = distinct->squares[last] - distinct->squares[first];
    return fmax(0, squares - sum * sum / count);
}

/* best[i]: least cost of the first i values in k classes. Of the costs in k + 1 classes, the place
 * of the last break rises with i, so halving the range of i halves the places to look at. */
static void next_row(const struct distinct *distinct, const double *best, double *next,
                     size_t *last_break, size_t from, size_t to, size_t low, size_t high)
{
    if (from > to) return;
    size_t middle = from + (to - from) / 2, at = low;
    next[middle] = INFINITY;
    for (size_t b = low; b <= high && b < middle; b++) {
        double total = best[b] + cost(distinct, b, middle);
        if (total < next[middle]) {
            next[middle] = total;
            at = b;
        }
    }
    last_break[middle] = at;
    if (middle > from) next_row(distinct, best, next, last_break, from, middle - 1, low, at);
    next_row(distinct, best, next, last_break, middle + 1, to, at, high);
}

/* starts[0 .. k): index of the first value of each class. */
static enum atlas_status jenks_starts(const struct distinct *distinct, size_t k, size_t *starts)
{
    size_t n = distinct->n;
    double *best = calloc(2 * (n + 1), sizeof *best);
    size_t *breaks = calloc(k * (n + 1), sizeof *breaks);
    if (!best || !breaks) {
        free(best);
        free(breaks);
        return ATLAS_NO_MEMORY;
    }
    double *next = best + n + 1, *row = best;
    for (size_t i = 1; i <= n; i++)
        row[i] = cost(distinct, 0, i);
    for (size_t c = 1; c < k; c++) {
        next_row(distinct, row, next, breaks + c * (n + 1), c + 1, n, c, n - 1);
        double *swap = row;
        row = next;
        next = swap;
    }
    size_t end = n;
    for (size_t c = k; c-- > 0;) {
        starts[c] = c ? breaks[c * (n + 1) + end] : 0;
        end = starts[c];
    }
    free(best);
    free(breaks);
    return ATLAS_OK;
}

/* Classes that each hold at least their share of the values, equal ones together. */
static size_t quantile_starts(const struct distinct *distinct, size_t k, size_t *starts)
{
    double total = distinct->count[distinct->n];
    size_t n_starts = 0;
    for (size_t i = 0; i < distinct->n; i++)
        if (n_starts < k && distinct->count[i] >= total * (double)n_starts / (double)k)
            starts[n_starts++] = i;
    return n_starts;
}

static void fill_classes(const struct distinct *distinct, const size_t *starts, size_t k,
                         struct scale *scale)
{
    scale->n_classes = k;
    for (size_t c = 0; c < k; c++) {
        size_t end = c + 1 < k ? starts[c + 1] : distinct->n;
        scale->classes[c] = (struct scale_class){
            .from = distinct->value[starts[c]],
            .to = distinct->value[end - 1],
            .n = (size_t)(distinct->count[end] - distinct->count[starts[c]]),
        };
    }
}

static enum atlas_status use_breaks(const double *values, size_t n, const double *breaks,
                                    size_t n_classes, struct scale *scale,
                                    struct atlas_error *error)
{
    for (size_t i = 0; i < n_classes; i++) {
        if (!isfinite(breaks[i]) || breaks[i] <= (i ? breaks[i - 1] : 0))
            return atlas_fail(error, ATLAS_INVALID,
                              "breaks are lower bounds above 0, each above the one before");
        scale->classes[i].from = breaks[i];
        scale->classes[i].to = i + 1 < n_classes ? breaks[i + 1] : INFINITY;
    }
    scale->n_classes = n_classes;
    for (size_t i = 0; i < n; i++)
        if (values[i] > 0) scale->classes[scale_class_of(scale, values[i])].n++;
    return ATLAS_OK;
}

static enum atlas_status make_classes(const struct distinct *distinct, size_t n_classes,
                                      struct scale *scale)
{
    size_t starts[SCALE_MAX_CLASSES], k = n_classes < distinct->n ? n_classes : distinct->n;
    if (k == 0) return ATLAS_OK;
    if (scale->method == SCALE_QUANTILES) {
        k = quantile_starts(distinct, k, starts);
    } else {
        enum atlas_status status = jenks_starts(distinct, k, starts);
        if (status != ATLAS_OK) return status;
    }
    fill_classes(distinct, starts, k, scale);
    return ATLAS_OK;
}

enum atlas_status scale_make(enum scale_method method, const double *values, size_t n,
                             const double *breaks, size_t n_classes, struct scale *scale,
                             struct atlas_error *error)
{
    struct scale made = {.method = method};
    if (n_classes < 1 || n_classes > SCALE_MAX_CLASSES)
        return atlas_fail(error, ATLAS_INVALID, "a scale has 1 to %d classes", SCALE_MAX_CLASSES);
    enum atlas_status status = check_values(values, n, &made, error);
    if (status == ATLAS_OK && method == SCALE_BREAKS) {
        status = use_breaks(values, n, breaks, n_classes, &made, error);
    } else if (status == ATLAS_OK) {
        struct distinct distinct;
        status = distinct_make(values, n, n - made.n_zero - made.n_unknown, &distinct);
        if (status == ATLAS_OK) {
            status = make_classes(&distinct, n_classes, &made);
            distinct_close(&distinct);
        }
        if (status != ATLAS_OK) atlas_fail(error, status, "out of memory");
    }
    if (status == ATLAS_OK) *scale = made;
    return status;
}

int scale_class_of(const struct scale *scale, double value)
{
    if (isnan(value)) return SCALE_UNKNOWN;
    if (value <= 0 || scale->n_classes == 0) return SCALE_ZERO;
    size_t at = 0;
    while (at + 1 < scale->n_classes && value >= scale->classes[at + 1].from)
        at++;
    return (int)at;
}

/* Colours are mixed in Oklab (Ottosson 2020), where equal steps look equal. */
struct oklab {
    double lightness, a, b;
};

static uint8_t srgb_byte(double linear)
{
    double c = linear <= 0.0031308 ? 12.92 * linear : 1.055 * pow(linear, 1 / 2.4) - 0.055;
    return (uint8_t)lround(255 * fmin(fmax(c, 0), 1));
}

static struct colour from_oklab(struct oklab c)
{
    double l = pow(c.lightness + 0.3963377774 * c.a + 0.2158037573 * c.b, 3);
    double m = pow(c.lightness - 0.1055613458 * c.a - 0.0638541728 * c.b, 3);
    double s = pow(c.lightness - 0.0894841775 * c.a - 1.2914855480 * c.b, 3);
    return (struct colour){
        .red = srgb_byte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
        .green = srgb_byte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
        .blue = srgb_byte(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s),
    };
}

static double mix(double from, double to, double t)
{
    return from + (to - from) * t;
}

struct colour scale_colour(size_t i, size_t n, bool dark)
{
    /* On light maps from amber through teal to deep indigo: a paler low end would look white, like
     * zero, to who sees no blue; on dark maps the dim end is
     * the low one, so that much always stands out from the ground. */
    static const struct oklab light_ramp[] = {
        {0.850, 0.010, 0.115}, {0.640, -0.085, -0.010}, {0.310, 0.015, -0.125}};
    static const struct oklab dark_ramp[] = {
        {0.400, 0.010, -0.105}, {0.660, -0.090, -0.015}, {0.950, -0.020, 0.095}};
    const struct oklab *ramp = dark ? dark_ramp : light_ramp;
    double t = n > 1 ? 2 * (double)i / (double)(n - 1) : 1;
    size_t part = t >= 1 ? 1 : 0;
    const struct oklab *from = &ramp[part], *to = &ramp[part + 1];
    double within = t - (double)part;
    return from_oklab((struct oklab){
        .lightness = mix(from->lightness, to->lightness, within),
        .a = mix(from->a, to->a, within),
        .b = mix(from->b, to->b, within),
    });
}

struct colour scale_colour_zero(bool dark)
{
    return dark ? (struct colour){38, 42, 48} : (struct colour){250, 250, 248};
}

struct colour scale_colour_unknown(bool dark)
{
    return dark ? (struct colour){90, 90, 90} : (struct colour){210, 210, 210};
}
