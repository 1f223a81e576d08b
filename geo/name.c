#include "geo/name.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* Letters that Unicode does not decompose, after case folding. */
static const struct {
    int32_t letter;
    char spelling[3];
} undecomposed[] = {
    {0x00E6, "ae"}, {0x00F0, "d"}, {0x00F8, "o"}, {0x00FE, "th"}, {0x0111, "d"},  {0x0127, "h"},
    {0x0131, "i"},  {0x0138, "k"}, {0x0142, "l"}, {0x014B, "n"},  {0x0153, "oe"}, {0x0167, "t"},
    {0x0180, "b"},  {0x0188, "c"}, {0x0192, "f"}, {0x0199, "k"},  {0x01A5, "p"},  {0x01AD, "t"},
    {0x01B4, "y"},  {0x01B6, "z"}, {0x01DD, "e"}, {0x0253, "b"},  {0x0254, "o"},  {0x0256, "d"},
    {0x0257, "d"},  {0x0259, "e"}, {0x025B, "e"}, {0x0260, "g"},  {0x0268, "i"},  {0x0269, "i"},
    {0x0272, "n"},  {0x0289, "u"}, {0x028B, "v"},
};

/* Where a fold is written: counts on past the end, like snprintf. */
struct fold {
    char *text;
    size_t size, length;
    bool cut, space; /* space: a space is due before the next letter */
};

static void put(struct fold *fold, const char *bytes, size_t n)
{
    if (!fold->cut && fold->length + n < fold->size)
        memcpy(fold->text + fold->length, bytes, n);
    else if (!fold->cut) {
        fold->cut = true;
        size_t kept = fold->length;
        if (kept > 0 && fold->size && fold->text[kept - 1] == ' ') kept--;
        if (fold->size) fold->text[kept] = '\0';
    }
    fold->length += n;
}

static void put_letters(struct fold *fold, const char *bytes, size_t n)
{
    if (fold->space && fold->length > 0) put(fold, " ", 1);
    fold->space = false;
    put(fold, bytes, n);
}

static const char *spelling_of(int32_t letter)
{
    size_t low = 0, high = sizeof undecomposed / sizeof *undecomposed;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (undecomposed[middle].letter < letter)
            low = middle + 1;
        else
            high = middle;
    }
    bool found =
        low < sizeof undecomposed / sizeof *undecomposed && undecomposed[low].letter == letter;
    return found ? undecomposed[low].spelling : NULL;
}

/* One code point of a decomposition: a letter, a digit, or nothing that a name keeps. */
static void fold_part(struct fold *fold, int32_t part)
{
    const char *spelling = part > 0x7F ? spelling_of(part) : NULL;
    if (spelling) {
        put_letters(fold, spelling, strlen(spelling));
        return;
    }
    switch (utf8proc_category(part)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_CF: /* joiners, direction marks, soft hyphen: unseen, no word ends */
        return;
    case UTF8PROC_CATEGORY_LM:
        if (part >= 0x2B0 && part <= 0x2FF) { /* apostrophes written as letters */
            fold->space = true;
            return;
        } /* fall through */
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO: {
        uint8_t bytes[4];
        utf8proc_ssize_t n = utf8proc_encode_char(part, bytes);
        put_letters(fold, (const char *)bytes, (size_t)n);
        return;
    }
    default:
        fold->space = true;
    }
}

static void fold_ascii(struct fold *fold, unsigned char c)
{
    char letter = (char)(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
    if ((letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9'))
        put_letters(fold, &letter, 1);
    else
        fold->space = true;
}

static void fold_letter(struct fold *fold, int32_t letter)
{
    int32_t parts[32];
    int boundary = 0;
    utf8proc_option_t options = UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD;
    utf8proc_ssize_t n =
        utf8proc_decompose_char(letter, parts, sizeof parts / sizeof *parts, options, &boundary);
    if (n < 0 || n > (utf8proc_ssize_t)(sizeof parts / sizeof *parts)) {
        fold->space = true;
        return;
    }
    for (utf8proc_ssize_t i = 0; i < n; i++)
        fold_part(fold, parts[i]);
}

size_t name_fold(const char *text, char *folded, size_t size)
{
    struct fold fold = {.text = folded, .size = size};
    const uint8_t *at = (const uint8_t *)(text ? text : "");
    const uint8_t *end = at + strlen((const char *)at);
    while (at < end) {
        int32_t letter = -1;
        if (*at < 0x80) {
            fold_ascii(&fold, *at++);
            continue;
        }
        utf8proc_ssize_t n = utf8proc_iterate(at, end - at, &letter);
        if (n <= 0) {
            fold.space = true;
            at++;
            continue;
        }
        fold_letter(&fold, letter);
        at += n;
    }
    if (!fold.cut && size) folded[fold.length] = '\0';
    return fold.length;
}

void name_lower(const char *text, char *lower, size_t size)
{
    if (size == 0) return;
    lower[0] = '\0';
    utf8proc_uint8_t *mapped = NULL;
    utf8proc_option_t options =
        UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD;
    utf8proc_ssize_t n =
        utf8proc_map((const utf8proc_uint8_t *)(text ? text : ""), 0, &mapped, options);
    if (n < 0) return;
    size_t length = (size_t)n < size ? (size_t)n : size - 1;
    while (length < (size_t)n && length > 0 && (mapped[length] & 0xC0) == 0x80)
        length--;
    memcpy(lower, mapped, length);
    lower[length] = '\0';
    free(mapped);
}

size_t name_slug(const char *text, char *slug, size_t size)
{
    if (size == 0) return 0;
    char folded[512];
    name_fold(text, folded, sizeof folded);
    size_t length = 0, word = 0; /* word: where the last whole word ended */
    bool space = false, cut = false;
    for (const char *c = folded; *c && !cut; c++) {
        if ((unsigned char)*c >= 0x80) continue;
        if (*c == ' ') {
            if (length > 0 && !space) word = length;
            space = true;
            continue;
        }
        size_t needed = space && length > 0 ? 2 : 1;
        if (length + needed >= size) {
            cut = true;
            if (word > 0) length = word;
            break;
        }
        if (needed == 2) slug[length++] = '-';
        slug[length++] = *c;
        space = false;
    }
    slug[length] = '\0';
    return length;
}

enum { MOST_EDITS = NAME_DISTANCE_MAX, BAND = 2 * MOST_EDITS + 1 };

static unsigned smaller(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* The diagonal band of the classic table that can stay within the limit: entry k of row i is the
 * distance between the first i bytes of a and the first i + k - limit bytes of b. */
static unsigned banded_distance(const char *a, size_t n_a, const char *b, size_t n_b,
                                unsigned limit)
{
    unsigned rows[3][BAND + 2]; /* one unreachable entry on each side */
    unsigned *before = rows[0], *last = rows[1], *row = rows[2];
    const unsigned far = limit + 1;
    for (unsigned k = 0; k < BAND + 2; k++)
        rows[0][k] = rows[1][k] = rows[2][k] = far;
    for (unsigned k = limit; k <= 2 * limit; k++)
        last[k + 1] = k - limit;
    for (size_t i = 1; i <= n_a; i++) {
        unsigned best = far;
        for (unsigned k = 0; k <= 2 * limit; k++) {
            unsigned value = far;
            if (i + k >= limit && i + k - limit <= n_b) {
                size_t j = i + k - limit;
                value = smaller(value, last[k + 2] + 1);
                if (j > 0) {
                    value = smaller(value, row[k] + 1);
                    value = smaller(value, last[k + 1] + (a[i - 1] != b[j - 1]));
                }
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    value = smaller(value, before[k + 1] + 1);
            }
            row[k + 1] = smaller(value, far);
            best = smaller(best, row[k + 1]);
        }
        if (best == far) return far;
        unsigned *oldest = before;
        before = last;
        last = row;
        row = oldest;
    }
    return last[n_b + limit - n_a + 1];
}

unsigned name_distance(const char *a, const char *b, unsigned limit)
{
    limit = smaller(limit, MOST_EDITS);
    while (*a && *a == *b) {
        a++;
        b++;
    }
    size_t n_a = strlen(a), n_b = strlen(b);
    while (n_a > 0 && n_b > 0 && a[n_a - 1] == b[n_b - 1]) {
        n_a--;
        n_b--;
    }
    if ((n_a > n_b ? n_a - n_b : n_b - n_a) > limit) return limit + 1;
    return banded_distance(a, n_a, b, n_b, limit);
}
