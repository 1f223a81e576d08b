#include "import/personal.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static bool mail_character(unsigned char c)
{
    return isalnum(c) || (c && strchr("._%+-", c)) || c >= 0x80;
}

/* Length of the domain behind an '@': labels with at least one dot inside; 0 when it is none. */
static size_t domain_length(const char *text)
{
    size_t length = 0, dot = 0;
    while (isalnum((unsigned char)text[length]) || text[length] == '-' || text[length] == '.') {
        if (text[length] == '.') dot = length;
        length++;
    }
    while (length && (text[length - 1] == '.' || text[length - 1] == '-'))
        length--;
    if (dot >= length) { /* the last dot was the sentence's end */
        dot = 0;
        for (size_t i = 1; i < length; i++)
            if (text[i] == '.') dot = i;
    }
    return dot && length - dot > 2 ? length : 0;
}

/* A phone number at text: its length, or 0. Digits in groups parted by one space, dot, dash, slash
 * or bracket; French ones begin with 0 and have ten digits, others begin with + or 00 and have 8 to
 * 15. So years, amounts and codes are none. */
static size_t phone_length(const char *text)
{
    size_t at = 0, digits = 0, end = 0;
    bool international = *text == '+' || !strncmp(text, "00", 2);
    if (!international && !(*text == '0' && text[1] >= '1' && text[1] <= '9')) return 0;
    if (*text == '+') at++;
    for (; text[at] && digits <= 16; at++) {
        if (isdigit((unsigned char)text[at])) {
            digits++;
            end = at + 1;
            continue;
        }
        if (!strchr(" .-/()", text[at])) break;
        if (at > end + 1) break; /* two separators in a row, "(0)" apart */
    }
    bool phone = international ? digits >= 9 && digits <= 15 : digits == 10;
    return phone ? end : 0;
}

size_t personal_mask(const char *text, char *masked)
{
    size_t found = 0;
    char *out = masked, *word = masked; /* word: where a run of mail characters begins in out */
    for (const char *at = text; *at;) {
        size_t length;
        if (*at == '@' && word < out && (length = domain_length(at + 1))) {
            out = word;
            memcpy(out, "[e-mail]", 8);
            out += 8;
            at += 1 + length;
            word = out;
            found++;
            continue;
        }
        bool starts = out == masked || !isalnum((unsigned char)out[-1]);
        /* "1 000 000 000 000" is a sum, whose groups begin with zeros. */
        if (*at == '0' && at[1] == '0' && out - masked >= 2 && isdigit((unsigned char)out[-2]))
            starts = false;
        if (starts && (length = phone_length(at))) {
            memcpy(out, "[tel]", 5);
            out += 5;
            at += length;
            word = out;
            found++;
            continue;
        }
        if (!mail_character((unsigned char)*at)) word = out + 1;
        *out++ = *at++;
    }
    *out = '\0';
    return found;
}
