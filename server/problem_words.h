/* What somebody who asked wrongly is told in French. The sentences of errors are English
 * (geo/status); those that an address or a request can cause follow a few forms, which are said
 * here in French with what is allowed.
 */
#ifndef SERVER_PROBLEM_WORDS_H
#define SERVER_PROBLEM_WORDS_H

#include "geo/bytes.h"

enum { PROBLEM_PARAMETER_SIZE = 65 };

/* The parameter that an English sentence begins with ("parameter theme: …", "Parameter 'top': …"),
 * or "". */
void problem_words_parameter(const char *english, char name[PROBLEM_PARAMETER_SIZE]);

/* Appends the sentence in French, not terminated. parameter: the one at fault; "" or NULL: the one
 * that the sentence begins with. Of a form that is not known it says only that the parameter is not
 * accepted so; nothing, when there is none. */
void problem_words_french(const char *english, const char *parameter, struct bytes *out);

#endif
