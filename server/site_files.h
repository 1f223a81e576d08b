/* The files of an operator's folder (server/site), read into memory: pictures, style sheets, fonts.
 * No scripts: what the operator adds cannot run in a reader's page. */
#ifndef SERVER_SITE_FILES_H
#define SERVER_SITE_FILES_H

#include "server/site.h"

/* Appends a whole file. ATLAS_INVALID (there is none), ATLAS_IO, ATLAS_TOO_LARGE, ATLAS_NO_MEMORY.
 */
enum atlas_status site_read_file(const char *path, size_t limit, struct bytes *content,
                                 struct atlas_error *error) ATLAS_MUST_CHECK;

/* Reads all files of the kinds served, in the folder and three folders deep, in the order of their
 * names; others, and what begins with a dot, are passed over. Symbolic links are not followed. */
enum atlas_status site_read_files(struct site *site, const char *folder,
                                  struct atlas_error *error) ATLAS_MUST_CHECK;

/* A number that changes with any of the files and with text. Never 0. */
uint64_t site_fingerprint(const struct site *site, const uint8_t *text, size_t length);

#endif
