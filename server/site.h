/* What the operator of a site says about it: a folder with a file `site.conf` and the pictures and
 * style sheets that it names, served under /site/. Read once, at start, and checked whole: a
 * mistake stops the start with a sentence, so that no page shows half of it.
 *
 * site.conf holds lines `key = text`, `#` for remarks:
 *
 *   logo             a picture of the folder, shown in the header, on embedded maps and print
 *   logo_text        what it shows, for readers who do not see it; asked for with logo
 *   logo_link        where it leads
 *   legal_fr, legal_en   a sentence in every footer; both languages or none
 *   legal_link       where that sentence leads
 *   correction_link  "report an error" of a record; holds {id}
 *   update_link      "update my record"; holds {id}
 *   help_fr, help_en     what to do about an error where there is no correction_link
 *   theme            dsfr: the state design system, from the folder's dsfr/dsfr.min.css; its
 * licence keeps it to sites of the French state, so it is never there by itself
 *
 * Links are https:// addresses or paths of this server (/…).
 */
#ifndef SERVER_SITE_H
#define SERVER_SITE_H

#include "geo/bytes.h"
#include "geo/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum site_key {
    SITE_LOGO,
    SITE_LOGO_TEXT,
    SITE_LOGO_LINK,
    SITE_LEGAL_FR,
    SITE_LEGAL_EN,
    SITE_LEGAL_LINK,
    SITE_CORRECTION_LINK,
    SITE_UPDATE_LINK,
    SITE_HELP_FR,
    SITE_HELP_EN,
    SITE_THEME,
    SITE_KEY_COUNT
};

#define SITE_MAX_FILES 500
#define SITE_MAX_BYTES (32 << 20) /* of all files together */

struct site_file {
    char *name; /* below the folder, e.g. "dsfr/fonts/Marianne-Bold.woff2"; owned */
    const char *mime;
    struct bytes content;
};

struct site {
    char *text; /* of site.conf, cut into values; owned */
    const char *values[SITE_KEY_COUNT];
    struct site_file *files; /* owned */
    size_t n_files, n_bytes;
    uint64_t fingerprint; /* of all of it, for ETags; 0 without a folder */
};

/* Reads a folder; NULL: a site that says nothing. Fails with file, line and what to do:
 * ATLAS_INVALID (also: no such folder or file), ATLAS_IO, ATLAS_TOO_LARGE, ATLAS_NO_MEMORY. */
enum atlas_status site_open(const char *folder, struct site **site,
                            struct atlas_error *error) ATLAS_MUST_CHECK;
/* NULL is harmless. */
void site_close(struct site *site);

/* The text of a key, or NULL; also where site is NULL. */
const char *site_text(const struct site *site, enum site_key key);

/* Appends the address of a link that holds {id}; nothing where the key is not given. */
void site_write_link(const struct site *site, enum site_key key, uint64_t id, struct bytes *out);

/* The file behind /site/{name}, or NULL. site.conf and names that begin with a dot are none. */
const struct site_file *site_find(const struct site *site, const char *name);

#endif
