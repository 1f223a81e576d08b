/* /counts.json: the numbers of a selection, and the same broken down.
 *
 * {"edition":{…}, "filter":"…",
 *  "partnerships":{"total","placed","undated_left_out","not_published"},
 *  "links":{"total","placed","drawn","undated_left_out"},
 *  "authorities":c, "partners":p, "countries":k,
 *  "nature":"attribue", "amount_eur":…,       money of the nature asked for; null where unknown
 *  "amounts":[{"nature", label_fr, label_en, "amount_eur", "links"}],   of every nature
 *  "by":{"theme":[{"key","label_fr","label_en","n","partnerships","amount_eur"}], …},
 *  "gender_total":{…},                         with a breakdown of the marker only
 *  "note_fr":"…", "note_en":"…"}
 *
 * The breakdowns `gender-country` and `gender-region` (tiles/gender) have rows {"key","label_fr",
 * "label_en","partnerships","marked":{"0","1","2"},"estimated","unknown","examined","share",
 * "coverage","ranked"} by partnerships, and with a nature also "amount_eur", "marked_eur":{…},
 * "share_eur", "coverage_eur"; `ranked` is false where too few were examined to be ranked.
 *
 * `theme-year`, `authority` and `partner` are those of tiles/counts_series.
 *
 * In `by`, keys are what the filter takes (`eau`, `2019`, `jumelage`, `ML`, `reg:84`, `none`); n
 * counts links; a partnership with several themes or years counts in each; groups are in showing
 * order, countries and régions by falling n.
 */
#ifndef TILES_COUNTS_H
#define TILES_COUNTS_H

#include "tiles/group.h"

/* Bits of breakdowns beside 1 << enum group_property. */
enum {
    COUNTS_GENDER_COUNTRY = 1 << 16,
    COUNTS_GENDER_REGION = 1 << 17,
    COUNTS_THEME_YEAR = 1 << 18,
    COUNTS_AUTHORITY = 1 << 19,
    COUNTS_PARTNER = 1 << 20
};

/* Reads "theme,year,gender-region …" into a set of those bits; "" is none. ATLAS_INVALID
 * names the allowed words. */
enum atlas_status counts_parse_by(const char *text, unsigned *by,
                                  struct atlas_error *error) ATLAS_MUST_CHECK;

/* Appends the answer. filter: canonical text; nature: of VOCABULARY_NATURE or NULL. */
enum atlas_status counts_write(const struct selection *selection, const char *filter, unsigned by,
                               const char *nature, struct bytes *out) ATLAS_MUST_CHECK;

#endif
