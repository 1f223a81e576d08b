/* People's e-mail addresses and phone numbers in free text: masked, so that they never reach the
 * database. */
#ifndef IMPORT_PERSONAL_H
#define IMPORT_PERSONAL_H

#include <stddef.h>

/* Writes text to masked with every e-mail address as "[e-mail]" and every phone number (French in
 * any spelling, international with a leading + or 00) as "[tel]". Returns how many were masked;
 * masked needs strlen(text) * 2 + 1 bytes. */
size_t personal_mask(const char *text, char *masked);

#endif
