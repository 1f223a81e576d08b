/* Classes and colours: how a number becomes a step of a legend.
 *
 * Two values stand apart from every class: 0 (there is nothing) and NaN (nobody knows). The
 * server makes scales, so that a legend, a picture and a vector map agree, and so that one filter
 * can be drawn with the scale of another.
 */
#ifndef TILES_SCALE_H
#define TILES_SCALE_H

#include "geo/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCALE_MAX_CLASSES 9

enum scale_method {
    SCALE_QUANTILES, /* about as many values in each class */
    SCALE_JENKS,     /* natural breaks: the least sum of squares within classes (Fisher 1958) */
    SCALE_BREAKS,    /* given lower bounds */
    SCALE_METHOD_COUNT
};

const char *scale_method_text(enum scale_method method); /* "quantiles", "jenks", "breaks"; "?" */
bool scale_method_parse(const char *text, enum scale_method *method);

struct scale_class {
    double from, to; /* smallest and largest value in it; for given breaks, the bounds */
    size_t n;        /* values in it */
};

struct scale {
    enum scale_method method;
    struct scale_class classes[SCALE_MAX_CLASSES];
    size_t n_classes; /* 0 when there is no value but 0 and NaN */
    size_t n_zero, n_unknown;
};

/* Makes at most n_classes (1 .. SCALE_MAX_CLASSES) classes of values[0 .. n), in any order; fewer
 * when there are fewer different values, for equal values are never parted. SCALE_BREAKS: breaks
 * holds n_classes lower bounds, each above 0 and above the one before; a value below the first
 * falls into the first class. Negative and infinite values: ATLAS_INVALID, as are bad breaks. */
enum atlas_status scale_make(enum scale_method method, const double *values, size_t n,
                             const double *breaks, size_t n_classes, struct scale *scale,
                             struct atlas_error *error) ATLAS_MUST_CHECK;

enum { SCALE_ZERO = -1, SCALE_UNKNOWN = -2 };

/* Class of a value, 0 the lowest, or one of the two above. Values outside all classes (the scale
 * may come from another filter) fall into the nearest. With no class at all: SCALE_ZERO. */
int scale_class_of(const struct scale *scale, double value);

struct colour {
    uint8_t red, green, blue;
};

/* Colour of class i of n (1 .. SCALE_MAX_CLASSES, or up to 64 steps of a ramp, as of heat) on a
 * light or a dark map. Lightness runs one way only, so the order survives colour blindness, grey
 * printing and photocopies. To every eye, also without red, green or blue (Machado, Oliveira and
 * Fernandes 2009), classes next to each other are at least 18 apart (CIE 1976 colour difference) of
 * 5 classes and 9 of 9, and zero and unknown at least 12 from every class and from each other; 2.3
 * is just noticeable. */
struct colour scale_colour(size_t i, size_t n, bool dark);
struct colour scale_colour_zero(bool dark);
struct colour scale_colour_unknown(bool dark);

#endif
