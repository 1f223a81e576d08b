/* import/mapping: what a data manager says about columns. Plan: a table of mapping files beside
 * what comes of a header, another of bad ones beside the words of the refusal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "import/columns.h"
#include "import/mapping.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[] = "/tmp/mapping-XXXXXX";

static int make_file(void **state)
{
    (void)state;
    int file = mkstemp(path);
    if (file < 0) return -1;
    close(file);
    return 0;
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

static void write_file(const char *text)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static const char *const headers[] = {"Collectivité", "Pays",  "Couleur", "Couleur 2",
                                      "Maire",        "Ville", "#"};
enum { HEADERS = sizeof headers / sizeof *headers };

/* The mapping of a text over the headers above; what each is read as goes to fields. */
static enum atlas_status understand(const char *text, char *fields, size_t size,
                                    struct atlas_error *error)
{
    struct dataset_cell cells[HEADERS];
    for (size_t i = 0; i < HEADERS; i++)
        cells[i] = (struct dataset_cell){headers[i], strlen(headers[i])};
    struct dataset_row row = {.line = 1, .cells = cells, .n_cells = HEADERS, .column = ""};
    struct mapping mapping = {0};
    struct columns columns = {0};
    write_file(text);
    enum atlas_status status = mapping_open(path, &mapping, error);
    if (!status) status = columns_find(&row, &mapping, &columns, error);
    size_t used = 0;
    for (size_t i = 0; i < columns.n && !status; i++)
        used += (size_t)snprintf(
            fields + used, size - used, "%s%s", i ? " " : "",
            columns.columns[i].repeated ? "again" : field_name(columns.columns[i].field));
    for (int field = 0; field < FIELD_COUNT && !status; field++)
        if (columns.constants[field].text)
            used += (size_t)snprintf(fields + used, size - used, " %s=%s",
                                     field_name((enum field)field), columns.constants[field].text);
    columns_close(&columns);
    mapping_close(&mapping);
    return status;
}

static void a_mapping_wins_over_synonyms(void **state)
{
    (void)state;
    static const struct {
        const char *text, *fields;
    } cases[] = {
        {"header,field\n", "french_name country - - contact french_hint -"},
        {"header,field\nCouleur,title\n", "french_name country title - contact french_hint -"},
        {"header;field\ncouleur ;kind\nCOLLECTIVITE;-\n", "- country kind - contact french_name -"},
        {"field\theader\ntitle\tCouleur\n", "french_name country title - contact french_hint -"},
        {"header,field\nVille,french_name\n", "again country - - contact french_name -"},
        {"header,field\nMaire,french-name\nVille,foreign_name\n",
         "again country - - french_name foreign_name -"},
        {"header,field\nCouleur,themes\nCouleur 2,themes\n",
         "french_name country themes themes contact french_hint -"},
        {"header,field\n#,partnership_id\n# a comment\n",
         "french_name country - - contact french_hint partnership_id"},
        {"header,field\n,kind=jumelage\n,\"note=a, b = c\"\n",
         "french_name country - - contact french_hint - kind=jumelage note=a, b = c"},
        {"header,field\nPays,-\n,country=Mali\n",
         "french_name - - - contact french_hint - country=Mali"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char fields[400] = "";
        struct atlas_error error = {0};
        if (understand(cases[i].text, fields, sizeof fields, &error))
            fail_msg("%s: %s", cases[i].text, error.message);
        if (strcmp(fields, cases[i].fields) != 0)
            fail_msg("%s: %s, not %s", cases[i].text, fields, cases[i].fields);
    }
}

/* Each sentence names the file, the line and what to do. */
static void a_bad_mapping_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *line, *words;
    } cases[] = {
        {"header,field\nCouleur,frenchname\n", "line 2", "french_name"},
        {"header,field\nCouleur,qqqqqqqq\n", "line 2", "no field 'qqqqqqqq'"},
        {"header,field\nCouleurs,title\n", "line 2", "near it: Couleur or Couleur 2"},
        {"header,field\nZzz,title\n", "line 2", "its header has: Collectivité, Pays"},
        {"header,field\nCouleur,title\nVille,note\ncouleur,note\n", "line 4", "line 2 already"},
        {"header,field\nCouleur,title\nVille,title\n", "line 3", "title is given by line 2"},
        {"header,field\n,kind=a\n,kind=b\n", "line 3", "kind is given by line 2"},
        {"header,field\nCouleur\n", "line 2", "a header and a field"},
        {"header,field\n,title\n", "line 2", "write a constant"},
        {"header,field\n,title=\n", "line 2", "write a constant"},
        {"header,field\n,partnership_id=3\n", "line 2", "cannot be a constant"},
        {"header,field\n,amount_eur=3\n", "line 2", "cannot be a constant"},
        {"header,field\nCollectivité,-\nVille,-\n", "", "no column holds the French authority"},
        {"colonne,champ\nCouleur,title\n", "", "no column 'header'"},
        {"header,field\n\"Couleur,title\n", "line 2", "never closed"},
        {"", "", "empty"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char fields[400] = "";
        struct atlas_error error = {0};
        assert_int_equal(understand(cases[i].text, fields, sizeof fields, &error), ATLAS_INVALID);
        if (!strstr(error.message, cases[i].words) || !strstr(error.message, cases[i].line))
            fail_msg("%s: %s", cases[i].text, error.message);
        if (*cases[i].line && !strstr(error.message, path)) fail_msg("no path: %s", error.message);
    }
    struct mapping mapping;
    assert_int_equal(mapping_open("/nowhere/mapping.csv", &mapping, NULL), ATLAS_NOT_FOUND);
    mapping_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mapping_wins_over_synonyms),
        cmocka_unit_test(a_bad_mapping_is_refused),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
