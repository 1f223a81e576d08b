/* /counts.json: the numbers of a selection, and the same broken down.
 *
 * {"edition":{…}, "filter":"…",
 *  "partnerships":{"total","placed","undated_left_out","not_published"},
 *  "links":{"total","placed","drawn","undated_left_out"},
 *  "authorities":c, "partners":p, "countries":k,
 *  "nature":"attribue", "amount_eur":…,       money of the nature asked for; null where unknown
 *  "amounts":[{"nature", label_fr, label_en, "amount_eur", "links"}],   of every nature
 *  "by":{"theme":[{"key","label_fr","label_en","n","partnerships","amount_eur"}], …},
 *  "note_fr":"…", "note_en":"…"}
 *
 * In `by`, keys are what the filter takes (`eau`, `2019`, `jumelage`, `ML`, `reg:84`, `none`); n
 * counts links; a partnership with several themes or years counts in each; groups are in showing
 * order, countries and régions by falling n.
 */
#ifndef TILES_COUNTS_H
#define TILES_COUNTS_H

#include "tiles/group.h"

/* Reads "theme,year,…" into a set of bits 1 << enum group_property; "" is none. ATLAS_INVALID
 * names the allowed words. */
enum atlas_status counts_parse_by(const char *text, unsigned *by,
                                  struct atlas_error *error) ATLAS_MUST_CHECK;

/* Appends the answer. filter: canonical text; nature: of VOCABULARY_NATURE or NULL. */
enum atlas_status counts_write(const struct selection *selection, const char *filter, unsigned by,
                               const char *nature, struct bytes *out) ATLAS_MUST_CHECK;

#endif
