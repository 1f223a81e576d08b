/* What a refused parameter is told in French. The sentences of errors are English (geo/status);
 * what they say of parameters follows a few forms, which are said here in French with what is
 * allowed.
 */
#ifndef SERVER_PROBLEM_WORDS_H
#define SERVER_PROBLEM_WORDS_H

#include "geo/bytes.h"

/* Appends one sentence, not terminated. english: the error's sentence about the parameter. Of a
 * form that is not known it says only that the parameter is not accepted so. */
void problem_words_french(const char *parameter, const char *english, struct bytes *out);

#endif
