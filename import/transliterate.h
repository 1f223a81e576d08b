/* Other scripts in Latin letters, by ICU. Used at import and at the gazetteer build only, never by
 * the server. */
#ifndef IMPORT_TRANSLITERATE_H
#define IMPORT_TRANSLITERATE_H

#include "geo/status.h"

#include <stddef.h>

/* Spells text (UTF-8, NULL means "") in Latin letters into latin, always terminated when size > 0
 * and cut at a character: "Кременчук" -> "Kremencuk", "東京" -> "dong jing". Latin text stays as
 * it is. Returns the length written. What ICU cannot spell stays as it is. Safe from several
 * threads. */
size_t transliterate(const char *text, char *latin, size_t size);

#endif
