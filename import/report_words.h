/* The words of the report's page, in French and English. */
#ifndef IMPORT_REPORT_WORDS_H
#define IMPORT_REPORT_WORDS_H

#include <stdbool.h>

enum report_word {
    WORD_TITLE,
    WORD_DRY_RUN,
    WORD_ROWS,
    WORD_READ,
    WORD_IMPORTED,
    WORD_MERGED,
    WORD_REJECTED,
    WORD_PARTIES,
    WORD_AT_PLACE,
    WORD_COARSE,
    WORD_NOT_FOUND,
    WORD_NO_PLACE,
    WORD_PARTNERSHIPS,
    WORD_NEW,
    WORD_KNOWN,
    WORD_JOINED,
    WORD_RETIRED,
    WORD_LINKS,
    WORD_PUBLICATION,
    WORD_TO_REVIEW,
    WORD_WITHHELD,
    WORD_MAP,
    WORD_MAP_LEGEND,
    WORD_REJECTED_ROWS,
    WORD_DOUBTS,
    WORD_DOUBTS_HELP,
    WORD_REPEATS,
    WORD_CONTRADICTIONS,
    WORD_LEFT,
    WORD_NOTES,
    WORD_FILE,
    WORD_LINES,
    WORD_COLUMN,
    WORD_REASON,
    WORD_WRITTEN,
    WORD_WHERE,
    WORD_CANDIDATES,
    WORD_COUNT
};

/* Static; never NULL. */
const char *report_word(enum report_word word, bool english);

#endif
