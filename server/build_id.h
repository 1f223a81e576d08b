/* Which build of the programme this is: part of every ETag, so that what an older build sent is
 * asked for again after an upgrade. */
#ifndef SERVER_BUILD_ID_H
#define SERVER_BUILD_ID_H

#define BUILD_ID_DIGITS 8

/* Hexadecimal, from the linker's build id of the running programme; from the version where the
 * linker left none. Static. */
const char *build_id(void);

#endif
