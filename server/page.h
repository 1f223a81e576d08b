/* HTML by logic-less templates that escape by default.
 *
 * A template is an .html file. It can only name values, never compute:
 *   {{name}}                  a text or number, escaped
 *   {{url name}}              an address: only /…, #…, ?…, http:, https:, mailto:, else "#"
 *   {{json name}}             JSON of ours, in <script type="application/json"> or ld+json only
 *   {{@key}}                  a message of the language, its {values} filled in; escaped
 *   {{asset name}}            the address of a file of server/assets, under the value `root`
 *   {{#name}}…{{/name}}       for each object of a list; or once, when a text, number or flag is
 *                             there and not 0 (a text or number is then also {{.}})
 *   {{^name}}…{{/name}}       when there is none
 *   {{>name}}                 another template
 * Names are looked for in the innermost object first, then outwards.
 *
 * What a page holds comes from strangers, so a template is refused when it puts a value where
 * escaping cannot make it safe: outside double quotes in a tag, in a script, style or comment, in
 * an on… or style attribute, or at the start of an address without `url`.
 */
#ifndef SERVER_PAGE_H
#define SERVER_PAGE_H

#include "geo/bytes.h"
#include "geo/status.h"
#include "server/messages.h"
#include "server/page_values.h"

struct page_templates;
struct assets;

/* Reads all .html files of a folder; assets may be NULL when no template names one. Both
 * languages' messages must hold every key that the templates name. Fails with file and line:
 * ATLAS_IO, ATLAS_NO_MEMORY, ATLAS_INVALID (also for the refusals above). */
enum atlas_status page_templates_load(const char *folder, const struct assets *assets,
                                      const struct messages *french, const struct messages *english,
                                      struct page_templates **templates,
                                      struct atlas_error *error) ATLAS_MUST_CHECK;
/* NULL is harmless. */
void page_templates_free(struct page_templates *templates);

/* Appends the template `name`, filled from root, in the language of messages. ATLAS_NOT_FOUND: no
 * such template; ATLAS_NO_MEMORY. A name that no object has is left empty. */
enum atlas_status page_render(const struct page_templates *templates, const char *name,
                              const struct messages *messages, const struct page_object *root,
                              struct bytes *out, struct atlas_error *error) ATLAS_MUST_CHECK;

/* Appends text with & < > " ' escaped: safe as text and in quoted attributes. Invalid UTF-8 and
 * control characters other than tab and newline become U+FFFD. */
void page_write_escaped(const char *text, size_t length, struct bytes *out);

#endif
