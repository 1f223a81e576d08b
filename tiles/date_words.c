#include "tiles/date_words.h"

#include <string.h>

static bool two_digits(const char *text, int from, int to, int *value)
{
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9') return false;
    *value = (text[0] - '0') * 10 + text[1] - '0';
    return *value >= from && *value <= to;
}

void date_write_words(bool english, const char *date, struct bytes *out)
{
    static const char *const months[2][12] = {
        {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
         "octobre", "novembre", "décembre"},
        {"January", "February", "March", "April", "May", "June", "July", "August", "September",
         "October", "November", "December"}};
    int month = 0, day = 0;
    size_t length = strlen(date);
    bool known = (length == 7 || length == 10) && strspn(date, "0123456789") == 4 &&
                 date[4] == '-' && two_digits(date + 5, 1, 12, &month) &&
                 (length == 7 || (date[7] == '-' && two_digits(date + 8, 1, 31, &day)));
    if (!known) {
        bytes_append_text(out, date);
        return;
    }
    if (day > 0) bytes_append_format(out, !english && day == 1 ? "%der " : "%d ", day);
    bytes_append_format(out, "%s %.4s", months[english][month - 1], date);
}
