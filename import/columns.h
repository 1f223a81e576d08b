/* Which column of a file means what: headers in French or English, in any order, by synonyms; or
 * as a mapping file says. */
#ifndef IMPORT_COLUMNS_H
#define IMPORT_COLUMNS_H

#include "geo/status.h"
#include "import/dataset.h"

#include <stdbool.h>
#include <stddef.h>

/* What a column can mean. field_name() gives the sample's header for it. */
enum field {
    FIELD_NONE,    /* not understood: left out, and said */
    FIELD_CONTACT, /* people's names, addresses, numbers: never read, and said */
    FIELD_ID,
    FIELD_TITLE,
    FIELD_DESCRIPTION,
    FIELD_KIND,
    FIELD_MODES,
    FIELD_STATUS,
    FIELD_STATUS_DATE,
    FIELD_FRENCH_NAME,
    FIELD_FRENCH_TYPE,
    FIELD_FRENCH_HINT,
    FIELD_FRENCH_CODE,
    FIELD_FRENCH_ROLE,
    FIELD_FRENCH_LON,
    FIELD_FRENCH_LAT,
    FIELD_FOREIGN_NAME,
    FIELD_FOREIGN_TYPE,
    FIELD_FOREIGN_GENERIC,
    FIELD_FOREIGN_HINT,
    FIELD_FOREIGN_CODE,
    FIELD_FOREIGN_ROLE,
    FIELD_FOREIGN_LON,
    FIELD_FOREIGN_LAT,
    FIELD_PARTNER_STATUS,
    FIELD_COUNTRY,
    FIELD_COUNTRY_ISO,
    FIELD_THEMES,
    FIELD_PERIOD,
    FIELD_YEAR_START,
    FIELD_YEAR_END,
    FIELD_END_KIND,
    FIELD_SIGNED,
    FIELD_AMOUNT,
    FIELD_AMOUNT_FUNDER,
    FIELD_AMOUNT_NATURE,
    FIELD_GENDER_MARKER,
    FIELD_GENDER_ORIGIN,
    FIELD_CALL,
    FIELD_SDG,
    FIELD_DAC,
    FIELD_PUBLICATION,
    FIELD_PUBLICATION_REASON,
    FIELD_PUBLISHED_PRECISION,
    FIELD_SOURCE_DOC,
    FIELD_SOURCE_PLACE,
    FIELD_SOURCE_DATE,
    FIELD_NOTE,
    FIELD_PAIRING,
    FIELD_MADE,
    FIELD_COUNT
};

/* "partnership_id", "french_name" …; static. */
const char *field_name(enum field field);

/* True for a field that several columns may fill together, their cells joined. */
bool field_may_repeat(enum field field);

/* How a column's meaning was found. */
enum column_how {
    COLUMN_UNKNOWN,
    COLUMN_BY_NAME,    /* its header is the field's own name */
    COLUMN_BY_SYNONYM, /* … one of its synonyms */
    COLUMN_BY_WORD,    /* … holds a word that stands for people (FIELD_CONTACT) */
    COLUMN_BY_MAPPING,
};

struct column {
    const char *header; /* as the file spells it; borrowed from the dataset */
    enum field field;
    enum column_how how;
    char matched[48];    /* the synonym or word by which it was found, "" for none */
    const char *implied; /* what the header itself says of its cells: a "Commune" column holds
                            communes, "Montant versé" amounts that were paid; or NULL */
    const char *funder;  /* likewise whose money an amount is: "Subvention MEAE"; or NULL */
    bool misread;        /* the header was put right: read in another encoding than its own */
    bool repeated;       /* another column already bears this field: this one is left out */
};

struct columns {
    struct column *columns; /* owned, as many as the header has cells */
    size_t n;
    struct dataset_cell constants[FIELD_COUNT]; /* read where the row's own cell is empty or
                                                   absent; text NULL: none; of the mapping */
};

struct mapping;

/* Finds them. mapping: NULL, or what wins over synonyms (import/mapping.h); borrowed as long as
 * columns. ATLAS_INVALID with a sentence when a needed column is missing (a French authority, and a
 * foreign partner or country), or a header of the mapping is not there. Free with columns_close()
 * ({0} and NULL are harmless). */
enum atlas_status columns_find(const struct dataset_row *header, const struct mapping *mapping,
                               struct columns *columns, struct atlas_error *error) ATLAS_MUST_CHECK;
void columns_close(struct columns *columns);

/* The same without asking for the needed ones, and the question alone. */
enum atlas_status columns_understand(const struct dataset_row *header,
                                     const struct mapping *mapping, struct columns *columns,
                                     struct atlas_error *error) ATLAS_MUST_CHECK;
enum atlas_status columns_needed(const struct columns *columns,
                                 struct atlas_error *error) ATLAS_MUST_CHECK;

/* True when a header speaks of people, so that only a mapping has its column read. */
bool columns_header_personal(const char *header);

/* Where a field is, or columns->n when nowhere. */
size_t columns_of(const struct columns *columns, enum field field);

#endif
