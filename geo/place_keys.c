#include "geo/place_keys.h"

#include "geo/place_types.h"
#include "geo/place_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_WORDS = 40, LONGEST_WORD = 64, SHORTEST_HEAD = 4, SHORTEST_START = 3 };

/* A word of a key: abbreviations spelt out, "3eme" as "3". */
static void put_word(const char *word, size_t length, char spelt[LONGEST_WORD])
{
    static const struct {
        char brief[8], whole[16];
    } abbreviations[] = {{"st", "saint"},     {"ste", "sainte"},    {"sts", "saints"},
                         {"stes", "saintes"}, {"mt", "mont"},       {"gd", "grand"},
                         {"gde", "grande"},   {"nd", "notre dame"}, {"s", "sur"},
                         {"ss", "sous"},      {"sta", "santa"},     {"sto", "santo"},
                         {"pt", "petit"},     {"sankt", "saint"}};
    static const char *const ordinals[] = {"e",   "er", "ere", "eme", "ieme", "nd",
                                           "nde", "th", "rd",  "st",  NULL};
    if (length >= LONGEST_WORD) length = LONGEST_WORD - 1;
    size_t digits = 0;
    while (digits < length && word[digits] >= '0' && word[digits] <= '9')
        digits++;
    if (digits > 0 && digits < length && place_word_among(word + digits, length - digits, ordinals))
        length = digits;
    memcpy(spelt, word, length);
    spelt[length] = '\0';
    for (size_t i = 0; length <= 5 && i < sizeof abbreviations / sizeof *abbreviations; i++)
        if (abbreviations[i].brief[0] == *spelt && strcmp(abbreviations[i].brief, spelt) == 0) {
            memcpy(spelt, abbreviations[i].whole, sizeof abbreviations[i].whole);
            return;
        }
}

/* The words of a key in order, without place_articles and place_prepositions unless nothing else is
 * there. */
static size_t key_words(const char *folded, char words[MOST_WORDS][LONGEST_WORD])
{
    char rest[PLACE_KEY_SIZE];
    struct place_type type;
    place_type_strip(folded, rest, sizeof rest, &type);
    for (int round = 0; round < 2; round++) {
        size_t count = 0;
        for (const char *word = rest; *word && count < MOST_WORDS;) {
            size_t n = place_word_length(word, strlen(word));
            bool empty = place_word_among(word, n, place_prepositions) ||
                         place_word_among(word, n, place_articles);
            if (!empty || round == 1) put_word(word, n, words[count++]);
            word += n + (word[n] == ' ');
        }
        if (count > 0) return count;
    }
    return 0;
}

static int compare_words(const void *a, const void *b)
{
    return strcmp(a, b);
}

static size_t join(char words[MOST_WORDS][LONGEST_WORD], size_t count, const char *between,
                   char *key, size_t size)
{
    size_t length = 0, gap = strlen(between);
    for (size_t i = 0; i < count; i++) {
        size_t n = strlen(words[i]);
        if (length + gap + n >= size) break;
        if (i > 0) {
            memcpy(key + length, between, gap);
            length += gap;
        }
        memcpy(key + length, words[i], n);
        length += n;
    }
    key[length] = '\0';
    return length;
}

static size_t sorted_key(char words[MOST_WORDS][LONGEST_WORD], size_t count, char *key, size_t size)
{
    static const char *const inner[] = {"metropole", "agglomeration", "communaute", NULL};
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (count == 1 || !place_word_among(words[i], strlen(words[i]), inner)) {
            if (kept != i) memcpy(words[kept], words[i], sizeof words[0]);
            kept++;
        }
    if (kept > 1) qsort(words, kept, sizeof words[0], compare_words);
    return join(words, kept, " ", key, size);
}

static size_t compact_key(char words[MOST_WORDS][LONGEST_WORD], size_t count, char *key,
                          size_t size)
{
    size_t length = join(words, count, "", key, size), kept = 0;
    for (size_t i = 0; i < length; i++)
        if (key[i] != ' ') key[kept++] = key[i];
    key[kept] = '\0';
    return kept;
}

size_t place_key_words(const char *folded, char *key, size_t size)
{
    char words[MOST_WORDS][LONGEST_WORD];
    return sorted_key(words, key_words(folded, words), key, size);
}

size_t place_key_compact(const char *folded, char *key, size_t size)
{
    char words[MOST_WORDS][LONGEST_WORD];
    return compact_key(words, key_words(folded, words), key, size);
}

void place_keys(const char *folded, char compact[PLACE_KEY_SIZE], size_t *n_compact,
                char words[PLACE_KEY_SIZE], size_t *n_words)
{
    char all[MOST_WORDS][LONGEST_WORD];
    size_t count = key_words(folded, all);
    *n_compact = compact_key(all, count, compact, PLACE_KEY_SIZE);
    *n_words = sorted_key(all, count, words, PLACE_KEY_SIZE); /* reorders them */
}

/* The length of what stands before the first word that only says where a place lies, and in *tail
 * where the words behind it begin; 0 where there is no such. */
static size_t head_length(const char *folded, const char **tail)
{
    static const char *const connectors[] = {
        "an", "am", "im",  "in",  "bei", "ob",  "unter", "vor", "auf",   "b",  "i",
        "a",  "d",  "nad", "pod", "aan", "sul", "upon",  "on",  "under", "by", NULL};
    size_t head = 0;
    for (const char *word = folded; *word;) {
        size_t n = place_word_length(word, strlen(word));
        if (head > 0 && word[n] && place_word_among(word, n, connectors)) {
            *tail = word + n + 1;
            return head < SHORTEST_HEAD ? 0 : head;
        }
        word += n;
        head = (size_t)(word - folded);
        word += *word == ' ';
    }
    return 0;
}

size_t place_key_head(const char *folded, char *key, size_t size)
{
    const char *tail;
    size_t n = head_length(folded, &tail);
    char text[PLACE_KEY_SIZE];
    key[0] = '\0';
    snprintf(text, sizeof text, "%.*s", (int)n, folded);
    return n ? place_key_words(text, key, size) : 0;
}

size_t place_key_tail(const char *folded, char *key, size_t size)
{
    const char *tail;
    key[0] = '\0';
    return head_length(folded, &tail) ? place_key_words(tail, key, size) : 0;
}

bool place_words_common(const char *folded)
{
    static const char *const common[] = {
        "bas",   "basse", "bassin",  "bois",    "centre", "coeur",   "cote",     "cotes",
        "deux",  "eau",   "eaux",    "est",     "foret",  "forets",  "grand",    "grande",
        "haut",  "haute", "lac",     "lacs",    "mer",    "mont",    "montagne", "monts",
        "nord",  "ouest", "parc",    "pays",    "plaine", "plateau", "porte",    "portes",
        "rive",  "rives", "riviere", "sources", "sud",    "terre",   "terres",   "territoire",
        "trois", "val",   "vallee",  "vallees", "vals",   NULL};
    char words[MOST_WORDS][LONGEST_WORD];
    size_t count = key_words(folded, words);
    for (size_t i = 0; i < count; i++)
        if (!place_word_among(words[i], strlen(words[i]), common)) return false;
    return count > 0;
}

size_t place_key_starts(const char *folded, char keys[PLACE_MOST_STARTS][PLACE_START_SIZE])
{
    static const char *const too_common[] = {"saint", "sainte", "grand", "grande",
                                             "petit", "petite", "notre", "ville",
                                             "mont",  "bois",   NULL};
    char words[MOST_WORDS][LONGEST_WORD], some[MOST_WORDS][LONGEST_WORD];
    size_t count = key_words(folded, words), made = 0;
    for (size_t n = 1; n < count && n <= PLACE_MOST_STARTS; n++) {
        if (n == 1 && (strlen(words[0]) < SHORTEST_START ||
                       place_word_among(words[0], strlen(words[0]), too_common)))
            continue;
        memcpy(some, words, n * sizeof words[0]);
        qsort(some, n, sizeof some[0], compare_words);
        join(some, n, " ", keys[made++], PLACE_START_SIZE);
    }
    return made;
}

/* Letters that stand for one sound in one of the spellings, by their first letter, longest first.
 */
static const struct sound {
    char letters[5];
    unsigned char length; /* 0: no more */
    char sound[3];
} sounds[26][7] = {
    ['a' - 'a'] = {{"ae", 2, "a"}},
    ['c' - 'a'] = {{"ch", 2, "x"},
                   {"cz", 2, "x"},
                   {"ce", 2, "se"},
                   {"ci", 2, "si"},
                   {"cy", 2, "si"},
                   {"c", 1, "k"}},
    ['d' - 'a'] = {{"dzh", 3, "j"}, {"dsch", 4, "j"}, {"dj", 2, "j"}, {"dh", 2, "d"}},
    ['e' - 'a'] = {{"ee", 2, "i"}, {"ei", 2, "i"}},
    ['g' - 'a'] = {{"gh", 2, "g"}, {"gue", 3, "ge"}, {"gui", 3, "gi"}},
    ['h' - 'a'] = {{"h", 1, ""}},
    ['i' - 'a'] = {{"ie", 2, "i"}, {"ii", 2, "i"}, {"ij", 2, "i"}},
    ['k' - 'a'] = {{"kh", 2, "k"}, {"ks", 2, "x"}},
    ['o' - 'a'] = {{"ou", 2, "u"}, {"oo", 2, "u"}, {"oe", 2, "o"}},
    ['p' - 'a'] = {{"ph", 2, "f"}},
    ['q' - 'a'] = {{"qu", 2, "k"}, {"q", 1, "k"}},
    ['r' - 'a'] = {{"rh", 2, "r"}},
    ['s' - 'a'] = {{"sch", 3, "x"}, {"szcz", 4, "x"}, {"sh", 2, "x"}, {"sz", 2, "x"}},
    ['t' - 'a'] = {{"tsch", 4, "x"}, {"tch", 3, "x"}, {"th", 2, "t"}},
    ['u' - 'a'] = {{"ue", 2, "u"}},
    ['w' - 'a'] = {{"w", 1, "u"}},
    ['y' - 'a'] = {{"y", 1, "i"}},
    ['z' - 'a'] = {{"zh", 2, "j"}, {"z", 1, "s"}},
};

/* What the text at c begins with; *length of its letters stand for it. NULL: for themselves. */
static const char *sound_at(const char *c, size_t *length)
{
    if (*c < 'a' || *c > 'z') return NULL;
    for (const struct sound *sound = sounds[*c - 'a']; sound->length; sound++)
        if (strncmp(c, sound->letters, sound->length) == 0) {
            *length = sound->length;
            return sound->sound;
        }
    return NULL;
}

size_t place_key_sound(const char *compact, char *key, size_t size)
{
    size_t length = 0;
    for (const char *c = compact; *c && length + 3 < size;) {
        size_t n = 1;
        char same[2] = {*c, '\0'};
        const char *sound = sound_at(c, &n);
        if (!sound) sound = same;
        for (; *sound; sound++)
            if (length == 0 || key[length - 1] != *sound) key[length++] = *sound;
        c += n;
    }
    if (size) key[length] = '\0';
    return length;
}

/* All keys of a name, into one hash (FNV-1a). */
static uint64_t add_keys(uint64_t hash, const char *folded)
{
    char keys[5 + PLACE_MOST_STARTS][PLACE_KEY_SIZE], starts[PLACE_MOST_STARTS][PLACE_START_SIZE];
    size_t n_compact, n_words;
    place_keys(folded, keys[0], &n_compact, keys[1], &n_words);
    place_key_sound(keys[0], keys[2], PLACE_KEY_SIZE);
    place_key_head(folded, keys[3], PLACE_KEY_SIZE);
    place_key_tail(folded, keys[4], PLACE_KEY_SIZE);
    size_t n = 5, n_starts = place_key_starts(folded, starts);
    for (size_t i = 0; i < n_starts; i++)
        memcpy(keys[n++], starts[i], PLACE_START_SIZE);
    for (size_t i = 0; i < n; i++)
        for (const char *c = keys[i];; c++) {
            hash = (hash ^ (unsigned char)*c) * 1099511628211u;
            if (!*c) break;
        }
    return hash;
}

uint64_t place_keys_fingerprint(void)
{
    static const char *const names[] = {"st denis en val",
                                        "ste marie aux mines",
                                        "havre le",
                                        "lyon 3eme arrondissement",
                                        "villars les dombes",
                                        "mt gd nd s ss sta sto pt sankt",
                                        "montpellier metropole",
                                        "weiden in der oberpfalz",
                                        "stratford upon avon",
                                        "chtcherbynivka",
                                        "krementchouk",
                                        "dschibuti djedda dhaka dzhankoy",
                                        "phnom penh",
                                        "quy nhon",
                                        "guelmim guiglo gharb",
                                        "kharkhov sksz",
                                        "tschernihiv tchad thies",
                                        "ouagadougou oostende oelde",
                                        "zhytomyr zug yaounde",
                                        "wien rhein ije iie eei",
                                        "cez cirk cyc cae",
                                        "haut pays du grand bois",
                                        "mont vallee nord sud",
                                        "aix en provence les deux eaux"};
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        hash = add_keys(hash, names[i]);
    const char *const *const lists[] = {place_prepositions, place_articles};
    char name[PLACE_KEY_SIZE];
    for (size_t list = 0; list < 2; list++)
        for (const char *const *word = lists[list]; *word; word++) {
            snprintf(name, sizeof name, "%s abc %s def", *word, *word);
            hash = add_keys(hash, name);
        }
    const char *phrase;
    for (size_t i = 0; (phrase = place_type_phrase(i)); i++) {
        snprintf(name, sizeof name, "%s abc def", phrase);
        hash = add_keys(hash, name);
        snprintf(name, sizeof name, "abc def %s", phrase);
        hash = add_keys(hash, name);
    }
    return hash;
}
