#include "import/explain.h"

#include "geo/bytes.h"
#include "import/columns.h"
#include "import/mapping.h"
#include "import/personal.h"
#include "import/tidy.h"
#include "import/values.h"
#include "import/words.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROWS = 3, SHOWN_CHARACTERS = 48, LINE_WIDTH = 100 };

enum look { LOOK_YEAR, LOOK_DATE, LOOK_WHOLE, LOOK_NUMBER, LOOK_TRUTH, LOOK_TEXT, LOOK_COUNT };

static const char *const look_names[LOOK_COUNT] = {
    "years", "dates or periods", "whole numbers", "numbers or amounts", "yes/no", "text",
};

struct column_sight {
    uint64_t filled, looks[LOOK_COUNT];
    size_t longest; /* bytes */
};

struct explaining {
    FILE *out;
    const struct columns *columns;
    struct column_sight *sights; /* of each column */
    struct bytes text, masked, first_rows;
    uint64_t rows, problems;
};

/* ---- cells ---- */

/* A cell's text as it may be shown: tidied, masked, cut. Valid until the next call; "" for none. */
static const char *shown(struct explaining *explaining, const struct dataset_cell *cell)
{
    bytes_clear(&explaining->text);
    bytes_clear(&explaining->masked);
    tidy(cell->text, cell->length, &explaining->text);
    if (bytes_status(&explaining->text)) return "";
    const char *tidied = (const char *)explaining->text.data;
    char *masked = (char *)bytes_reserve(&explaining->masked, 2 * strlen(tidied) + 8);
    if (!masked) return "";
    personal_mask(tidied, masked);
    size_t at = 0, characters = 0;
    while (masked[at] && characters < SHOWN_CHARACTERS)
        characters += ((unsigned char)masked[++at] & 0xC0) != 0x80;
    if (masked[at]) memcpy(masked + at, "…", sizeof "…");
    return masked;
}

static enum look look_of(const char *text)
{
    struct years years;
    double euros;
    bool known;
    size_t digits = strspn(text, "0123456789");
    bool whole = digits && !text[digits];
    if (whole && digits == 4 && !years_parse(text, &years)) return LOOK_YEAR;
    if (whole) return LOOK_WHOLE;
    if (truth_word(text) >= 0) return LOOK_TRUTH;
    if (!years_parse(text, &years)) return LOOK_DATE;
    if (!amount_parse(text, &euros, &known) && known) return LOOK_NUMBER;
    return LOOK_TEXT;
}

static void see_row(struct explaining *explaining, const struct dataset_row *row)
{
    const struct columns *columns = explaining->columns;
    explaining->rows++;
    explaining->problems += row->problem != NULL;
    bool keep = explaining->rows <= FIRST_ROWS && !row->problem;
    if (keep) bytes_append_format(&explaining->first_rows, "  line %" PRIu64 "\n", row->line);
    for (size_t i = 0; i < columns->n && i < row->n_cells; i++) {
        struct column_sight *sight = &explaining->sights[i];
        if (!row->cells[i].length) continue;
        sight->filled++;
        sight->looks[look_of(row->cells[i].text)]++;
        if (row->cells[i].length > sight->longest) sight->longest = row->cells[i].length;
        if (!keep || columns->columns[i].field == FIELD_CONTACT) continue;
        bytes_append_format(&explaining->first_rows, "    %.40s: %s\n", columns->columns[i].header,
                            shown(explaining, &row->cells[i]));
    }
}

/* ---- lines ---- */

static void print_looks(FILE *out, const struct column_sight *sight)
{
    if (!sight->filled) {
        fputs("always empty", out);
        return;
    }
    const char *before = "";
    fprintf(out, "%" PRIu64 " filled: ", sight->filled);
    for (size_t look = 0; look < LOOK_COUNT; look++) {
        if (!sight->looks[look]) continue;
        fputs(before, out);
        if (sight->looks[look] < sight->filled) fprintf(out, "%" PRIu64 " ", sight->looks[look]);
        fputs(look_names[look], out);
        before = ", ";
    }
    if (sight->looks[LOOK_TEXT]) fprintf(out, " (up to %zu bytes)", sight->longest);
}

/* What a column is read as, and why. */
static void print_meaning(FILE *out, const struct column *column)
{
    const char *field = field_name(column->field);
    switch (column->how) {
    case COLUMN_UNKNOWN:
        fputs("not understood, left out", out);
        return;
    case COLUMN_BY_WORD:
        fprintf(out, "dropped as personal (its header says \"%s\")", column->matched);
        return;
    case COLUMN_BY_MAPPING:
        if (column->field == FIELD_NONE)
            fprintf(out, "left out (mapping, %s)", column->matched);
        else
            fprintf(out, "%s (mapping, %s)", field, column->matched);
        break;
    case COLUMN_BY_NAME:
        fprintf(out, column->field == FIELD_CONTACT ? "dropped as personal" : "%s (its own name)",
                field);
        break;
    case COLUMN_BY_SYNONYM:
        fprintf(out, "%s (synonym \"%s\")", field, column->matched);
        break;
    }
    if (column->implied) fprintf(out, ", taken as %s", column->implied);
    if (column->funder) fprintf(out, ", funded by %s", column->funder);
    if (column->misread) fputs("; its header is misread in another encoding", out);
    if (column->repeated) fputs("; left out: another column says the same", out);
    if (column->how == COLUMN_BY_MAPPING && column->field > FIELD_CONTACT &&
        columns_header_personal(column->header))
        fputs("; its header speaks of people: make sure that it names none", out);
}

static void print_columns(struct explaining *explaining)
{
    FILE *out = explaining->out;
    const struct columns *columns = explaining->columns;
    fprintf(out, "\n%zu columns:\n", columns->n);
    for (size_t i = 0; i < columns->n; i++) {
        const struct column *column = &columns->columns[i];
        struct dataset_cell header = {column->header, strlen(column->header)};
        fprintf(out, "  %zu. %s: ", i + 1, *column->header ? shown(explaining, &header) : "(none)");
        print_meaning(out, column);
        fputs("\n       ", out);
        print_looks(out, &explaining->sights[i]);
        fputc('\n', out);
    }
    for (int field = 0; field < FIELD_COUNT; field++) {
        if (!columns->constants[field].text) continue;
        fprintf(out, "  constant: %s is %s where the row itself says nothing\n",
                field_name((enum field)field), shown(explaining, &columns->constants[field]));
    }
}

static void print_fields(FILE *out)
{
    int width = 0;
    fputs(
        "\nFields for --mapping FILE (lines of header,field; \"-\" leaves a column out; a line\n"
        "\",kind=jumelage\" is a constant):\n ",
        out);
    for (int field = FIELD_CONTACT; field < FIELD_COUNT; field++) {
        const char *name = field_name((enum field)field);
        if (width + (int)strlen(name) + 1 > LINE_WIDTH - 2) {
            fputs("\n ", out);
            width = 0;
        }
        width += fprintf(out, " %s", name);
    }
    fputc('\n', out);
}

static enum atlas_status explain_rows(struct explaining *explaining, struct dataset *dataset,
                                      const char *path, struct atlas_error *error)
{
    const struct dataset_row *row;
    enum atlas_status status;
    while (!(status = dataset_next(dataset, &row, error)) && row)
        see_row(explaining, row);
    if (status) return status;
    FILE *out = explaining->out;
    fprintf(out, "%s: %s; %" PRIu64 " rows below a header on line %" PRIu64, path,
            dataset_format(dataset), explaining->rows, dataset_header(dataset)->line);
    if (explaining->problems)
        fprintf(out, ", %" PRIu64 " of them cannot be read and would be rejected",
                explaining->problems);
    fputc('\n', out);
    print_columns(explaining);
    fprintf(out, "\nFirst rows, columns about people left out:\n");
    if (!bytes_status(&explaining->first_rows) && explaining->first_rows.length)
        fwrite(explaining->first_rows.data, 1, explaining->first_rows.length, out);
    return columns_needed(explaining->columns, error);
}

static enum atlas_status explain_file(FILE *out, const char *path,
                                      const struct dataset_options *options,
                                      const struct mapping *mapping, struct atlas_error *error)
{
    struct dataset *dataset = NULL;
    struct columns columns = {0};
    struct explaining explaining = {.out = out, .columns = &columns};
    enum atlas_status status = dataset_open(path, options, &dataset, error);
    if (status) return status;
    status = columns_understand(dataset_header(dataset), mapping, &columns, error);
    explaining.sights = calloc(columns.n + 1, sizeof *explaining.sights);
    if (!status && !explaining.sights) status = atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    if (!status) status = explain_rows(&explaining, dataset, path, error);
    free(explaining.sights);
    bytes_close(&explaining.text);
    bytes_close(&explaining.masked);
    bytes_close(&explaining.first_rows);
    columns_close(&columns);
    dataset_close(dataset);
    return status;
}

enum atlas_status explain_files(FILE *out, const char *const *files, size_t n,
                                const struct dataset_options *options, const char *mapping,
                                struct atlas_error *error)
{
    struct mapping opened = {0};
    struct atlas_error own = {0};
    enum atlas_status first = ATLAS_OK;
    if (mapping) first = mapping_open(mapping, &opened, error);
    if (first) return first;
    for (size_t i = 0; i < n; i++) {
        enum atlas_status status = explain_file(out, files[i], options, &opened, &own);
        if (first || !status) continue;
        first = status;
        if (error) *error = own;
    }
    if (!first || first == ATLAS_INVALID) print_fields(out);
    mapping_close(&opened);
    return first;
}
