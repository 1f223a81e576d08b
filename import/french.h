/* What an import says of a file, in French: reasons of the geocoder's decisions, notes,
 * contradictions, reasons of rejected rows and their hints. They are made in English, for the
 * command line; for the pages and files of the data manager they are put into French here, sentence
 * by sentence, with names, codes and numbers as they stand.
 */
#ifndef IMPORT_FRENCH_H
#define IMPORT_FRENCH_H

#include <stdbool.h>
#include <stddef.h>

/* Puts an English text of the import into French, in french (cut to size, whole characters). A part
 * that is not known stays as it is. True when all of it is known. NULL counts as "". */
bool french_text(const char *english, char *french, size_t size);

#endif
